// SPDX-License-Identifier: GPL-2.0
/*
 * record FOLDER SEED COMMAND...: makes random objects of each System V kind, writes what semctl(2),
 * shmctl(2) and msgctl(2) say of them to FOLDER as the text ABI (sem, list/sem, and ids.s, an id a
 * line; and so for shm and msg), and runs COMMAND. Its exit status is COMMAND's. Start it in an ipc
 * namespace of its own.
 */
#define _GNU_SOURCE
#include "record.h"

#include <err.h>
#include <errno.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define MAX_OBJECTS 12
#define NR(array) (sizeof(array) / sizeof((array)[0]))

static const struct recorded *const kinds[] = { &recorded_sem, &recorded_shm, &recorded_msg };
static const unsigned int owners[] = { 0, 1, 1000, 65534, 4001000, 4294967294 };

int below(int n)
{
	return random() % n;
}

key_t some_key(int i)
{
	return below(2) ? IPC_PRIVATE : 0x7fffff00 * below(2) + 256 * (i + 1);
}

void change_perm(struct ipc_perm *p)
{
	p->uid = owners[below(NR(owners))];
	p->gid = owners[below(NR(owners))];
	p->mode = below(01000);
}

void run_somewhere(void (*run)(int id, int n), int id, int n)
{
	pid_t child = below(2) ? fork() : -1;

	if (child > 0) {
		waitpid(child, NULL, 0);
		return;
	}
	run(id, n);
	if (!child)
		_exit(0);
}

void write_perm(FILE *f, const struct ipc_perm *p)
{
	fprintf(f, " key=0x%08x mode=0%03o uid=%u gid=%u cuid=%u cgid=%u", (unsigned int)p->__key,
		p->mode, p->uid, p->gid, p->cuid, p->cgid);
}

void write_pid(FILE *f, const char *name, int pid)
{
	if (pid)
		fprintf(f, " %s=%d", name, pid);
}

static FILE *open_file(const char *folder, const char *name, const char *suffix)
{
	char path[4096];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s%s", folder, name, suffix);
	f = fopen(path, "w");
	if (!f)
		err(1, "%s", path);
	return f;
}

static void record(const char *folder, const struct recorded *kind)
{
	const char letter[2] = { kind->letter };
	FILE *all = open_file(folder, kind->table, "");
	FILE *list = open_file(folder, "list/", kind->table);
	FILE *ids = open_file(folder, "ids.", letter);
	int nr;

	fprintf(all, "ipcdbg 1 %s\nnamespace inum=1\n", kind->table);
	fprintf(list, "ipcdbg 1 list/%s\nnamespace inum=1\n", kind->table);
	nr = kind->write(all, list, ids);
	fprintf(all, "end namespaces=1 objects=%d\n", nr);
	fprintf(list, "end namespaces=1 objects=%d\n", nr);
	if (fclose(all) | fclose(list) | fclose(ids))
		err(1, "%s", folder);
}

static void make_folder(const char *folder)
{
	char path[4096];

	if (mkdir(folder, 0700) && errno != EEXIST)
		err(1, "%s", folder);
	snprintf(path, sizeof(path), "%s/list", folder);
	if (mkdir(path, 0700) && errno != EEXIST)
		err(1, "%s", path);
}

/* Without fork(), which would attach the child to every segment for a moment. */
static int run(char **argv)
{
	pid_t child;
	int status;

	errno = posix_spawn(&child, argv[0], NULL, NULL, argv, environ);
	if (errno)
		err(127, "%s", argv[0]);
	if (waitpid(child, &status, 0) < 0)
		err(1, "waitpid");
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

struct objects {
	int ids[MAX_OBJECTS], nr;
};

static void make(const struct recorded *kind, struct objects *o)
{
	o->nr = below(MAX_OBJECTS + 1);
	for (int i = 0; i < o->nr; i++)
		o->ids[i] = kind->make(i);
	/* Ids of a higher generation, with gaps between the slots. */
	for (int i = 0; i < o->nr; i += 3) {
		kind->remove(o->ids[i]);
		o->ids[i] = kind->make(MAX_OBJECTS + i);
	}
}

int main(int argc, char **argv)
{
	struct objects objects[NR(kinds)];
	int status;

	if (argc < 4)
		errx(64, "usage: record FOLDER SEED COMMAND...");
	srandom(strtoul(argv[2], NULL, 10));
	make_folder(argv[1]);
	for (size_t k = 0; k < NR(kinds); k++)
		make(kinds[k], &objects[k]);
	for (size_t k = 0; k < NR(kinds); k++)
		record(argv[1], kinds[k]);
	status = run(argv + 3);
	for (size_t k = 0; k < NR(kinds); k++)
		for (int i = 0; i < objects[k].nr; i++)
			kinds[k]->remove(objects[k].ids[i]);
	while (wait(NULL) > 0)
		;
	return status;
}
