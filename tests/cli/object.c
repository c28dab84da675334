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
 */
#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
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

int main(int argc, char **argv)
{
	int status;

	if (argc < 6)
		return 64;
	if (strcmp(argv[1], "gone"))
		make(argv);
	else
		make_in_child(argv);
	if (!fork()) {
		execvp(argv[5], argv + 5);
		err(127, "%s", argv[5]);
	}
	wait(&status);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
