// SPDX-License-Identifier: GPL-2.0
/* Whom threads wait for, other than at objects: 'why' goes on there. */
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "proc_facts.h"
#include "record.h"

/* To find who has the other end of a pipe takes a look at every descriptor of the machine. */
#define PIPES_MAX 64

/* Processes whose threads are followed. */
struct follow {
	struct record *r;
	const struct number_set *known; /* sorted */
	struct number_set found;
	int pid, tid;
	unsigned int pipes;
};

static void add_link(void *ctx, enum doing_link link, int pid)
{
	struct follow *f = ctx;
	int leader = proc_leader(pid);

	/* Who looks is nobody's concern. */
	if (leader == getpid())
		return;
	*vec_add(&f->r->links) = (struct record_link){ f->tid, pid, link };
	if (leader > 0 && !number_set_has(f->known, leader))
		number_set_add(&f->found, leader);
}

/* Whether it is in a call that may be about a pipe. */
static bool may_be_at_pipe(const struct ipcdbg_thread *t)
{
	return t->syscall == SYS_read || t->syscall == SYS_readv || t->syscall == SYS_write ||
	       t->syscall == SYS_writev;
}

static void follow_thread(void *ctx, const struct ipcdbg_thread *t)
{
	struct follow *f = ctx;
	struct doing d;

	if (!IPCDBG_HAS(thread, t, syscall) || (may_be_at_pipe(t) && f->pipes++ >= PIPES_MAX))
		return;
	f->tid = t->tid;
	if (doing_read(&d, f->pid, t->tid))
		doing_follow(&d, f->pid, t->tid, add_link, f);
}

static int by_tid(const void *a, const void *b)
{
	return ((const struct record_link *)a)->tid - ((const struct record_link *)b)->tid;
}

/* Adds all of a set to a sorted one. */
static void add_all(struct number_set *to, const struct number_set *from)
{
	for (size_t i = 0; i < from->v.nr; i++)
		number_set_add(to, from->v.v[i]);
	number_set_sort(to);
}

void record_follow(struct record *r, struct number_set *leaders)
{
	struct number_set next = { 0 };
	struct follow f = { .r = r, .known = leaders };

	number_set_sort(leaders);
	add_all(&next, leaders);
	while (next.v.nr) {
		for (size_t i = 0; i < next.v.nr; i++) {
			f.pid = next.v.v[i];
			proc_threads(f.pid, follow_thread, &f);
		}
		number_set_free(&next);
		next = f.found;
		f.found = (struct number_set){ 0 };
		number_set_sort(&next);
		add_all(leaders, &next);
	}
	if (r->links.nr)
		qsort(r->links.v, r->links.nr, sizeof(*r->links.v), by_tid);
}

void record_links(struct record *r, int tid)
{
	const struct record_link key = { .tid = tid };
	const struct record_link *at, *end = r->links.v + r->links.nr;

	at = r->links.nr ? bsearch(&key, r->links.v, r->links.nr, sizeof(key), by_tid) : NULL;
	while (at && at > r->links.v && at[-1].tid == tid)
		at--;
	for (; at && at < end && at->tid == tid; at++) {
		struct ipcdbg_next row = { .present = IPCDBG_BIT(next, link) };

		strcpy(row.link, doing_links[at->link]);
		IPCDBG_PUT(next, &row, pid, at->pid);
		record_row(r, 2, IPCDBG_R_next, &row);
	}
}
