// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include "stress/stable.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"
#include "proc.h"
#include "puppet.h"
#include "stress/stable_check.h"

static const struct stable_kind *const kinds[] = { &stable_sem, &stable_shm, &stable_msg,
						   &stable_mqueue };

const struct stable_kind *stable_kind_of(const char *file)
{
	const char *name = strrchr(file, '/');
	unsigned int i;

	name = name ? name + 1 : file;
	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (!strcmp(kinds[i]->file, name))
			return kinds[i];
	return NULL;
}

struct stable *stable_new(unsigned int mark)
{
	struct stable *w =
		mmap(NULL, sizeof(*w), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (w == MAP_FAILED)
		die("no memory: %s", strerror(errno));
	w->mark = mark;
	w->inum = proc_ns(getpid(), getpid(), "ipc");
	w->keeper = getpid();
	return w;
}

/* Root is root in it too. */
static void map_root(void)
{
	if (put_file("/proc/self/setgroups", "deny") || put_file("/proc/self/uid_map", "0 0 1") ||
	    put_file("/proc/self/gid_map", "0 0 1"))
		die("no map of users");
}

/* The keeper's side: its children may be in a pid namespace of their own, it is not. */
static void keep(struct stable *w, int flags, const struct stable_numbers *n, int ready)
{
	umask(0);
	if (unshare(CLONE_NEWIPC | flags))
		die("unshare: %s", strerror(errno));
	if (flags & CLONE_NEWUSER)
		map_root();
	prctl(PR_SET_PDEATHSIG, SIGKILL); /* new credentials clear it */
	w->inum = proc_ns(getpid(), getpid(), "ipc");
	w->keeper = getpid();
	puppets_open();
	stable_sem.make(w, n->sets, n->with_tasks);
	stable_shm.make(w, n->segments, n->with_tasks);
	stable_msg.make(w, n->queues, n->with_tasks);
	stable_mqueue.make(w, n->mqueues, n->with_tasks);
	if (write(ready, "", 1) != 1)
		die("nobody waits for the keeper");
	for (;;)
		pause();
}

struct stable *stable_keep(unsigned int mark, int flags, const struct stable_numbers *n)
{
	struct stable *w = stable_new(mark);
	int ready[2];
	char byte;

	if (pipe2(ready, O_CLOEXEC))
		die("pipe: %s", strerror(errno));
	if (!fork())
		keep(w, flags, n, ready[1]);
	close(ready[1]);
	if (read(ready[0], &byte, 1) != 1)
		die("the keeper of place %u died", mark);
	close(ready[0]);
	return w;
}

void stable_enter(const struct stable *w)
{
	char path[32];
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/ns/ipc", w->keeper);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || setns(fd, CLONE_NEWIPC))
		die("%s: %s", path, strerror(errno));
	close(fd);
}

static const struct stable *place_of(unsigned int inum, struct stable *const *w, int nr)
{
	int i;

	for (i = 0; i < nr; i++)
		if (w[i]->inum == inum)
			return w[i];
	return NULL;
}

/* What is made in a place bears its mark, wherever that is listed. */
static bool check_marks(const struct rows *r, struct stable *const *w, int nr)
{
	unsigned int i, mark = 0, mode;

	for (i = 0; i < r->nr; i++) {
		if (r->row[i].record == IPCDBG_R_namespace) {
			const struct stable *place =
				place_of(ROW_NUM(r, i, namespace, inum), w, nr);

			mark = place ? place->mark : 0;
		} else if (!r->row[i].depth && stable_is_object(r, i)) {
			mode = row_named_number(r, i, "mode") & 7;
			if (mode != mark)
				return stable_bad_row(r, i, "object of place %u in place %u", mode,
						      mark);
		}
	}
	return true;
}

static bool check_place(const struct rows *r, const struct stable *w, enum stable_view view,
			const struct stable_kind *kind)
{
	int ns = ROWS_FIND(r, -1, namespace, inum, w->inum);

	if (ns < 0)
		return complain("place %u: its namespace is missing", w->mark);
	if (stable_after(r, ns, w->inum))
		return complain("place %u: its namespace is doubled", w->mark);
	return !kind || kind->check(w, r, ns, view) ||
	       complain("place %u, namespace %u", w->mark, w->inum);
}

static enum stable_view view_of(const char *name)
{
	if (strstr(name, "list/"))
		return STABLE_LIST;
	return strncmp(name, "counts/", strlen("counts/")) ? STABLE_DETAIL : STABLE_COUNTS;
}

bool stable_judge(const struct rows *r, const char *name, int ns, struct tally *tally,
		  struct stable *const *w, int nr)
{
	const struct stable_kind *kind = stable_kind_of(name);
	enum stable_view view = view_of(name);
	bool ok;
	bool all = !strncmp(name, "all/", 4) || !strcmp(name, "namespaces");
	unsigned int own = all || ns < 0 ? 0 : ROW_NUM(r, ns, namespace, inum);
	int i;

	if (!all && !kind)
		return true;
	ok = check_marks(r, w, nr) && (!kind || kind->check_any(r, view, tally));
	for (i = 0; i < nr; i++)
		if (all || w[i]->inum == own)
			ok &= check_place(r, w[i], view, kind);
	return ok && (all || ns >= 0 || complain("the own namespace is missing"));
}
