// SPDX-License-Identifier: GPL-2.0
#include "devshm_waits.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <linux/futex.h>

#include "common.h"
#include "proc_syscall.h"
#include "proc_task.h"
#include "retry.h"

/* Of futex_waitv(2), FUTEX_WAITV_MAX of them at most; the kernel's headers may be older. */
struct waitv {
	__u64 val, uaddr;
	__u32 flags, reserved;
};
#define WAITV_MAX 128

void devshm_places_add(struct devshm_places *p, size_t file, const struct ipcdbg_shm_map *map)
{
	*vec_add(&p->v) = (struct devshm_place){ file, map->start, map->end, map->offset };
}

void devshm_places_free(struct devshm_places *p)
{
	vec_free(&p->v);
}

static const struct devshm_place *place_of(const struct devshm_places *p, __u64 address)
{
	for (size_t i = 0; i < p->v.nr; i++)
		if (address >= p->v.v[i].start && address < p->v.v[i].end)
			return &p->v.v[i];
	return NULL;
}

/* Operations that sleep until another task does something. */
static bool waits(__u32 op)
{
	switch (op & FUTEX_CMD_MASK) {
	case FUTEX_WAIT:
	case FUTEX_WAIT_BITSET:
	case FUTEX_WAIT_REQUEUE_PI:
	case FUTEX_LOCK_PI:
	case 13: /* FUTEX_LOCK_PI2, of Linux 5.14 */
		return true;
	default:
		return false;
	}
}

static void add_wait(struct devshm_files *f, const struct devshm_places *places,
		     const struct proc_syscall *s, __u64 address, const char *call)
{
	const struct devshm_place *place = place_of(places, address);
	struct ipcdbg_shm_wait *w;

	if (!place)
		return;
	w = vec_add(&f->v.v[place->file].waits);
	memcpy(w + BEGINS_WITH(shm_wait, task, switches), &s->task, sizeof(s->task));
	IPCDBG_PUT(shm_wait, w, offset, place->offset + (address - place->start));
	snprintf(w->call, sizeof(w->call), "%s", call);
	w->present |= IPCDBG_BIT(shm_wait, call);
}

static void add_waitv(struct devshm_files *f, const struct devshm_places *places,
		      const struct proc_syscall *s)
{
	struct waitv v[WAITV_MAX];

	if (s->size > WAITV_MAX || !proc_syscall_memory(s, s->address, v, s->size * sizeof(v[0])) ||
	    !proc_syscall_lasts(s))
		return;
	for (size_t i = 0; i < s->size; i++)
		add_wait(f, places, s, v[i].uaddr, "futex_waitv");
}

static void miss(struct devshm_files *f, const struct devshm_places *places)
{
	for (size_t i = 0; i < places->v.nr; i++)
		f->v.v[places->v.v[i].file].waits_missed = true;
}

static void look_at_task(struct devshm_files *f, const struct devshm_places *places, int pid,
			 int tid)
{
	struct proc_syscall s;
	enum proc_look look = proc_syscall_read(&s, pid, tid);

	if (look == PROC_HIDDEN)
		miss(f, places);
	if (look != PROC_ASLEEP)
		return;
	if (s.kind == SYSCALL_FUTEX && waits(s.flags))
		add_wait(f, places, &s, s.address, "futex");
	else if (s.kind == SYSCALL_FUTEX_WAIT)
		add_wait(f, places, &s, s.address, "futex_wait");
	else if (s.kind == SYSCALL_FUTEX_WAITV)
		add_waitv(f, places, &s);
}

void devshm_waits_find(struct devshm_files *f, const struct devshm_places *places, int pid, int dir)
{
	DIR *folder = retry_opendir(dir, "task");
	struct dirent *entry;

	if (!syscall_numbers_known() || (!folder && !proc_has_ended()))
		miss(f, places);
	while (folder && (errno = 0, entry = readdir(folder)))
		if (isdigit((unsigned char)entry->d_name[0]))
			look_at_task(f, places, pid, atoi(entry->d_name));
	if (folder && errno && !proc_has_ended())
		miss(f, places);
	if (folder)
		closedir(folder);
}
