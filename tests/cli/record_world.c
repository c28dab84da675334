// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include "record.h"

#include <sys/wait.h>
#include <unistd.h>

#define NR(array) (sizeof(array) / sizeof((array)[0]))

const struct recorded *const recorded_kinds[RECORD_KINDS] = { &recorded_sem, &recorded_shm,
							      &recorded_msg };
static const unsigned int owners[] = { 0, 1, 1000, 65534, 4001000, 4294967294 };

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

static void make(const struct recorded *kind, struct record_objects *o)
{
	o->nr = below(RECORD_OBJECTS_MAX + 1);
	for (int i = 0; i < o->nr; i++)
		o->ids[i] = kind->make(i);
	/* Ids of a higher generation, with gaps between the slots. */
	for (int i = 0; i < o->nr; i += 3) {
		kind->remove(o->ids[i]);
		o->ids[i] = kind->make(RECORD_OBJECTS_MAX + i);
	}
}

void record_world_make(struct record_world *w)
{
	for (size_t k = 0; k < RECORD_KINDS; k++)
		make(recorded_kinds[k], &w->objects[k]);
}

void record_world_remove(const struct record_world *w)
{
	for (size_t k = 0; k < RECORD_KINDS; k++)
		for (int i = 0; i < w->objects[k].nr; i++)
			recorded_kinds[k]->remove(w->objects[k].ids[i]);
	while (wait(NULL) > 0)
		;
}
