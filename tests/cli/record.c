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

int main(int argc, char **argv)
{
	struct record_world world;
	int status;

	if (argc < 4)
		errx(64, "usage: record FOLDER SEED COMMAND...");
	random_seed(strtoul(argv[2], NULL, 10));
	make_folder(argv[1]);
	record_world_make(&world);
	for (size_t k = 0; k < RECORD_KINDS; k++)
		record(argv[1], recorded_kinds[k]);
	status = run(argv + 3);
	record_world_remove(&world);
	return status;
}
