// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include "stress/stable_check.h"

#include <errno.h>
#include <sched.h>
#include <sys/shm.h>
#include <sys/syscall.h>

#include "puppet.h"
#include "shm_look.h"
#include "stress/storm_read.h"

#define KEY(i) STABLE_KEY('m', i)
#define SIZE (3 * PAGE)

static void make_tasks(struct stable_segment *s)
{
	struct puppet *p = puppet_make(NULL, 0);

	shm_attach(p, s->id, HERE, 0);
	if (puppet_call(p, SYS_munmap, HERE + PAGE, PAGE))
		die("cannot cut a stable segment");
	s->owner = p->pid;
	s->sharer = puppet_make(p, CLONE_VM)->pid;
}

static void make(struct stable *w, int n, int with_tasks)
{
	int i;

	for (i = 0; i < n; i++) {
		struct stable_segment *s = &w->segment[i];

		s->size = SIZE - i;
		s->id = shmget(KEY(i), s->size, IPC_CREAT | IPC_EXCL | 0600 | w->mark);
		if (s->id < 0)
			die("shmget: %s", strerror(errno));
		if (i < with_tasks)
			make_tasks(s);
		s->visited = i < with_tasks && i % 2;
	}
	w->nr_segments = n;
}

/* The one row of a process. */
static int attach_of(const struct rows *r, int segment, pid_t pid)
{
	int i = -1, found = -1, n = 0;

	while ((i = rows_next(r, IPCDBG_R_attach, segment, i)) >= 0)
		if (ROW_HAS(r, i, attach, pid) && ROW_NUM(r, i, attach, pid) == pid) {
			found = i;
			n++;
		}
	return n == 1 ? found : -1;
}

/* The two processes stand there in either order: the first with the mappings. */
static bool check_mapped(const struct rows *r, int segment, const struct stable_segment *s)
{
	int owner = attach_of(r, segment, s->owner);
	int sharer = attach_of(r, segment, s->sharer);
	int first = owner < sharer ? owner : sharer;
	bool ok = true;

	if (owner < 0 || sharer < 0)
		return complain("processes %d and %d", s->owner, s->sharer);
	CHECK("mappings", 2, ROW_NUM(r, owner, attach, mappings));
	CHECK("mappings", 2, ROW_NUM(r, sharer, attach, mappings));
	CHECK("mapping rows", 2, rows_count(r, IPCDBG_R_mapping, first));
	CHECK("shared", true, ROW_HAS(r, first == owner ? sharer : owner, attach, shared));
	return ok && shm_mapping_is(r, first, 0, HERE, HERE + PAGE, 0, "rw-") &&
	       shm_mapping_is(r, first, 1, HERE + 2 * PAGE, HERE + 3 * PAGE, 2 * PAGE, "rw-");
}

static bool check_attached(const struct rows *r, int segment, const struct stable_segment *s,
			   enum stable_view view)
{
	unsigned int nattch = s->owner ? 2 : 0;
	bool ok = true;

	if (!s->visited) {
		CHECK("nattch", nattch, ROW_NUM(r, segment, segment, nattch));
		if (view != STABLE_LIST)
			CHECK("attach rows", nattch, rows_count(r, IPCDBG_R_attach, segment));
	} else if (ROW_NUM(r, segment, segment, nattch) < nattch) {
		ok = complain("nattch");
	}
	return ok && (view == STABLE_LIST || !s->owner || check_mapped(r, segment, s));
}

static bool check_segment(const struct stable *w, const struct rows *r, int segment,
			  const struct stable_segment *s, enum stable_view view)
{
	bool ok = stable_check_perm(w, r, segment, KEY(s - w->segment));

	CHECK("size", s->size, ROW_NUM(r, segment, segment, size));
	CHECK("dest", 0, ROW_NUM(r, segment, segment, dest));
	STABLE_CHECK_PID(r, segment, segment, cpid, w->keeper);
	return check_attached(r, segment, s, view) && ok;
}

static bool check(const struct stable *w, const struct rows *r, int ns, enum stable_view view)
{
	int i, row = -1;

	for (i = 0; i < w->nr_segments; i++) {
		row = STABLE_NEXT(r, ns, row, segment, shmid, w->segment[i].id);
		if (row < 0)
			return complain("stable segment %d (shmid %d) is missing", i,
					w->segment[i].id);
		if (!check_segment(w, r, row, &w->segment[i], view))
			return stable_bad_row(r, row, "stable segment %d", i);
	}
	return true;
}

/* As many mapping rows as it says, none of them empty; of any segment, stable or not. */
static bool check_mappings(const struct rows *r, unsigned int attach)
{
	bool shared = ROW_HAS(r, attach, attach, shared);
	int i = -1, n = 0;

	while ((i = rows_next(r, IPCDBG_R_mapping, attach, i)) >= 0) {
		n++;
		if (ROW_NUM(r, i, mapping, start) >= ROW_NUM(r, i, mapping, end))
			return stable_bad_row(r, i, "an empty mapping");
	}
	return n == (shared ? 0 : ROW_NUM(r, attach, attach, mappings)) ||
	       stable_bad_row(r, attach, "%d mapping rows", n);
}

static bool check_any(const struct rows *r, enum stable_view view, struct tally *tally)
{
	bool ok = STORM_IN_ORDER(r, segment, shmid);
	unsigned int i;

	for (i = 0; i < r->nr; i++) {
		if (r->row[i].record == IPCDBG_R_attach)
			ok &= check_mappings(r, i);
		else if (r->row[i].record == IPCDBG_R_truncated)
			tally->gone++;
		if (view == STABLE_LIST && r->row[i].depth)
			ok = stable_bad_row(r, i, "more than a row in a listing");
	}
	return ok;
}

const struct stable_kind stable_shm = { "shm", "list/shm", make, check, check_any };
