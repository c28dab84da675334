// SPDX-License-Identifier: GPL-2.0
/*
 * object MODE FILE PROJ KIND COMMAND...: makes an object of a key of ftok(3) and uses it once, then
 * runs a command with its KEY and ID in the environment. PROJ is a number; KIND m, s or q, or a key
 * with such a letter before it, instead of that of ftok(3).
 *
 *   MODE open      the process has the file open
 *   MODE cwd       it is in that folder
 *   MODE named     only its arguments name the file
 *   MODE gone      it has ended when the command runs
 *   MODE outside   so it has, and the last that used it lives, in a pid namespace around the
 * command's
 */
#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/mount.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/wait.h>
#include <unistd.h>

static int use_set(key_t key)
{
	int id = semget(key, 1, IPC_CREAT | IPC_EXCL | 0600);
	struct sembuf up = { 0, 1, 0 };

	if (id < 0 || semop(id, &up, 1))
		err(1, "semaphore set");
	return id;
}

static int use_segment(key_t key)
{
	int id = shmget(key, 4096, IPC_CREAT | IPC_EXCL | 0600);

	if (id < 0 || shmat(id, NULL, 0) == (void *)-1)
		err(1, "segment");
	return id;
}

static int use_queue(key_t key)
{
	int id = msgget(key, IPC_CREAT | IPC_EXCL | 0600);
	long message[2] = { 1 };

	if (id < 0 || msgsnd(id, message, 1, 0))
		err(1, "queue");
	return id;
}

static void set_variable(const char *name, const char *format, int value)
{
	char word[16];

	snprintf(word, sizeof(word), format, value);
	setenv(name, word, 1);
}

static void make(char **argv)
{
	const char *mode = argv[1], *file = argv[2], *kind = argv[4];
	key_t key = kind[1] ? (key_t)strtoul(kind + 1, NULL, 0) : ftok(file, atoi(argv[3]));
	int id;

	if (key == -1)
		err(1, "%s", file);
	id = *kind == 's' ? use_set(key) : *kind == 'm' ? use_segment(key) : use_queue(key);
	if (!strcmp(mode, "open") && open(file, O_RDONLY) < 0)
		err(1, "%s", file);
	if (!strcmp(mode, "cwd") && chdir(file))
		err(1, "%s", file);
	set_variable("KEY", "0x%08x", key);
	set_variable("ID", "%d", id);
}

/* The one that goes leaves the object: nothing but its id has to be told. */
static void make_in_child(char **argv)
{
	int status, ends[2], id;
	char key[16];

	if (pipe(ends))
		err(1, "pipe");
	if (!fork()) {
		make(argv);
		dprintf(ends[1], "%s %s", getenv("KEY"), getenv("ID"));
		_exit(0);
	}
	close(ends[1]);
	wait(&status);
	if (status || fscanf(fdopen(ends[0], "r"), "%15s %d", key, &id) != 2)
		errx(1, "the child failed");
	setenv("KEY", key, 1);
	set_variable("ID", "%d", id);
}

static void use_again(const char *kind, int id)
{
	long message[2];
	void *at;

	if (*kind == 'q' && msgrcv(id, message, sizeof(message[1]), 0, 0) < 0)
		err(1, "queue");
	if (*kind != 'm')
		return;
	at = shmat(id, NULL, 0);
	if (at == (void *)-1 || shmdt(at))
		err(1, "segment");
}

static int run(char **command)
{
	int status;

	if (!fork()) {
		execvp(command[0], command);
		err(127, "%s", command[0]);
	}
	wait(&status);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

/* The init of a new pid namespace makes it, and runs the command when it was used outside. */
static int run_inside(char **argv)
{
	int made[2], used[2], id, status;
	char c;

	if (unshare(CLONE_NEWPID | CLONE_NEWNS) || pipe(made) || pipe(used))
		err(1, "unshare");
	if (!fork()) {
		make_in_child(argv);
		id = atoi(getenv("ID"));
		if (write(made[1], &id, sizeof(id)) != sizeof(id) || read(used[0], &c, 1) != 1 ||
		    mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
		    mount("proc", "/proc", "proc", 0, NULL))
			err(1, "inside");
		_exit(run(argv + 5));
	}
	if (read(made[0], &id, sizeof(id)) != sizeof(id))
		errx(1, "the child failed");
	use_again(argv[4], id);
	if (write(used[1], "", 1) != 1)
		err(1, "pipe");
	wait(&status);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

int main(int argc, char **argv)
{
	if (argc < 6)
		return 64;
	if (!strcmp(argv[1], "outside"))
		return run_inside(argv);
	if (strcmp(argv[1], "gone"))
		make(argv);
	else
		make_in_child(argv);
	return run(argv + 5);
}
