// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include "shm_generate.h"
#include "common.h"
#include "random.h"

#include <errno.h>
#include <sched.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/syscall.h>

char *shm_shared_text;

void shm_generate_open(void)
{
	shm_shared_text =
		mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shm_shared_text == MAP_FAILED)
		die("no memory: %s", strerror(errno));
}

unsigned long shm_playground(void)
{
	return 0x200000000000 + below(16) * 0x1000000;
}

const struct shm_segment *shm_segment(const struct shm_model *m, int shmid)
{
	int i;

	for (i = 0; i < m->nr_segments; i++)
		if (m->segment[i].known.id == shmid)
			return &m->segment[i];
	return NULL;
}

/* A task that can do something; a new one if all have ended. */
static int some_task(struct shm_model *m)
{
	int task = cast_idle(&m->cast);

	return task < 0 ? cast_add(&m->cast, -1, 0) : task;
}

static void make_segment(struct shm_model *m)
{
	static const unsigned long sizes[] = { 1,     4095,    4096,	4097,
					       20000, 1 << 16, 1 << 20, (5 << 20) + 1 };
	int task = one_in(3) ? CAST_TESTER : some_task(m);
	struct shm_segment *s = &m->segment[m->nr_segments];
	unsigned long size = sizes[below(8)];
	long key = one_in(2) ? IPC_PRIVATE : (int)(random32() | 1);
	int flags = IPC_CREAT | IPC_EXCL | (one_in(3) ? 0666 : below(01000));

	memset(s, 0, sizeof(*s));
	s->known.hugetlb = one_in(4);
	s->known.noreserve = one_in(4);
	if (s->known.hugetlb)
		flags |= SHM_HUGETLB;
	if (s->known.noreserve)
		flags |= SHM_NORESERVE;
	s->creator = cast_who(&m->cast, task);
	s->known.id = task == CAST_TESTER ? shmget(key, size, flags)
					  : puppet_call(m->cast.task[task].puppet, SYS_shmget, key,
							size, flags);
	/* No more huge pages, or not for this user. */
	m->nr_segments += s->known.id >= 0;
}

static void set_owner(int id)
{
	struct shmid_ds ds = {
		.shm_perm = { .uid = below(70000), .gid = below(70000), .mode = below(01000) }
	};

	shmctl(id, IPC_SET, &ds);
}

static void control_segment(struct shm_model *m)
{
	struct shm_segment *s = &m->segment[below(m->nr_segments)];

	switch (below(6)) {
	case 0:
		s->known.removed |= !shmctl(s->known.id, IPC_RMID, NULL);
		break;
	case 1:
	case 2:
		shmctl(s->known.id, SHM_LOCK, NULL);
		break;
	case 3:
		shmctl(s->known.id, SHM_UNLOCK, NULL);
		break;
	default:
		set_owner(s->known.id);
	}
}

static void have_child(struct shm_model *m)
{
	static const unsigned long flags[] = { 0, 0, CLONE_VM, PUPPET_THREAD };
	int parent = some_task(m);
	const struct puppet *p = m->cast.task[parent].puppet;

	/* The first process of a pid namespace cannot make siblings. */
	if (m->cast.nr_tasks < 40)
		cast_add(&m->cast, parent,
			 p->inner_pid != p->pid ? PUPPET_THREAD : flags[below(4)]);
}

/* Removed segments go with their last attachment; no other may. */
static void forget_gone(struct shm_model *m)
{
	struct shmid_ds ds;
	int i, to = 0;

	for (i = 0; i < m->nr_segments; i++) {
		if (!shmctl(m->segment[i].known.id, IPC_STAT, &ds))
			m->segment[to++] = m->segment[i];
		else if (!m->segment[i].known.removed)
			die("segment %d is gone: %s", m->segment[i].known.id, strerror(errno));
	}
	m->nr_segments = to;
}

static void act(struct shm_model *m)
{
	struct puppet *p = m->cast.task[some_task(m)].puppet;
	/* The first two are to attach and to touch, without which the others mean little. */
	struct shm_action *a = &shm_actions[one_in(3) ? below(2) : below(nr_shm_actions)];

	a->done += a->act(m, p);
}

static void one_step(struct shm_model *m)
{
	switch (below(14)) {
	case 0:
		if (m->nr_segments < SHM_SEGMENTS)
			make_segment(m);
		break;
	case 1:
		have_child(m);
		break;
	case 2:
		if (one_in(2))
			cast_exits(&m->cast, 1);
		break;
	case 3:
		if (m->nr_segments)
			control_segment(m);
		break;
	default:
		act(m);
	}
	forget_gone(m);
}

void shm_generate(struct shm_model *m, uint64_t seed)
{
	int i, n;

	random_seed(seed);
	m->nr_segments = 0;
	cast_make(&m->cast, 2 + below(6));
	n = 1 + below(3);
	for (i = 0; i < n; i++)
		make_segment(m);
	n = below(60);
	for (i = 0; i < n; i++)
		one_step(m);
}

void shm_generate_clear(struct shm_model *m)
{
	int i;

	puppets_clear();
	for (i = 0; i < m->nr_segments; i++)
		shmctl(m->segment[i].known.id, IPC_RMID, NULL);
	m->nr_segments = 0;
}
