// SPDX-License-Identifier: GPL-2.0
/*
 * Who has queues open: once a stream, all descriptors of all tasks. What it tells is older than the
 * queues' own rows by as long as the text takes to be read.
 */
#include <linux/dcache.h>
#include <linux/fs.h>
#include <linux/sched/signal.h>
#include <linux/sort.h>

#include "files.h"
#include "mqueue.h"

#define MQUEUE_MAGIC 0x19800202 /* of ipc/mqueue.c, see statfs(2) */
#define LOOK_BACK 16 /* at the queues that this process has open too */
#define MAX_TRIES 4 /* of looking at all descriptors into ever more room */

/* Duplicates of descriptors are the cheap way to have very many. */
static bool join_last(struct vec *v, const struct mqueue_open *open)
{
	struct mqueue_open *last;
	u32 i;

	for (i = 1; i <= min_t(u32, v->nr, LOOK_BACK); i++) {
		last = vec_at(struct mqueue_open, v, v->nr - i);
		if (last->files != open->files || last->tgid.pid != open->tgid.pid)
			return false;
		if (last->root != open->root || last->ino != open->ino)
			continue;
		/* The table may be met twice. */
		if (last->last_fd >= open->fd)
			return false;
		last->fds++;
		last->last_fd = open->fd;
		return true;
	}
	return false;
}

/* Locks: task_lock() and file_lock; the file holds its inode, the task its struct pid. */
static int add_open(const struct open_file *f, void *arg)
{
	struct inode *inode = file_inode(f->file);
	struct mqueue_open open = { .ino = inode->i_ino, .files = f->files, .fd = f->fd };
	struct mqueue_state *s = arg;
	struct mqueue_open *to;

	if (inode->i_sb->s_magic != MQUEUE_MAGIC || !S_ISREG(inode->i_mode))
		return 0;
	open.root = d_inode(inode->i_sb->s_root)->i_ino;
	if (!s->o.all && open.root != s->root)
		return 0;
	open.fds = 1;
	open.last_fd = f->fd;
	rcu_read_lock();
	open.tgid.pid = READ_ONCE(f->task->signal->pids[PIDTYPE_TGID]);
	to = open.tgid.pid && !join_last(&s->opens, &open) ? vec_add(&s->opens, 1) : NULL;
	if (to) {
		*to = open;
		pid_copy_take(&to->tgid, open.tgid.pid);
	}
	rcu_read_unlock();
	return 0;
}

static int by_queue(const struct mqueue_open *x, const struct mqueue_open *y)
{
	if (x->root != y->root)
		return x->root < y->root ? -1 : 1;
	if (x->ino != y->ino)
		return x->ino < y->ino ? -1 : 1;
	return 0;
}

static int by_process(const struct mqueue_open *x, const struct mqueue_open *y)
{
	int order = by_queue(x, y);

	if (order || x->tgid.pid == y->tgid.pid)
		return order;
	return x->tgid.pid < y->tgid.pid ? -1 : 1;
}

/* sort() of many rows takes long and nothing in it lets others run, but it calls this. */
static int descriptor_order(const void *a, const void *b)
{
	const struct mqueue_open *x = a, *y = b;
	int order = by_process(x, y);

	cond_resched();
	if (order)
		return order;
	if (x->files != y->files)
		return x->files < y->files ? -1 : 1;
	return (x->fd > y->fd) - (x->fd < y->fd);
}

static int pid_order(const void *a, const void *b)
{
	const struct mqueue_open *x = a, *y = b;
	int order = by_queue(x, y);

	cond_resched();
	if (order)
		return order;
	return (x->tgid.facts.pid > y->tgid.facts.pid) - (x->tgid.facts.pid < y->tgid.facts.pid);
}

/* Makes one row of the descriptors that a process has of a queue; one met twice counts once. */
static void join_processes(struct vec *v)
{
	struct mqueue_open *rows = v->data;
	struct mqueue_open last = { 0 };
	u32 i, n = 0;

	for (i = 0; i < v->nr; i++) {
		struct mqueue_open *row = &rows[i];
		bool again = i && !descriptor_order(&last, row);
		u32 more = again ? row->fds - min(row->fds, last.fds) : row->fds;

		/* A table that was met twice counts as far as it was seen. */
		if (again)
			row->fds = max(row->fds, last.fds);
		last = *row;
		if (!n || by_process(&rows[n - 1], row)) {
			rows[n++] = *row;
			continue;
		}
		rows[n - 1].fds += more;
		rows[n - 1].fd = min(rows[n - 1].fd, row->fd);
		pid_copy_drop(&row->tgid);
	}
	v->nr = n;
}

static void settle_opens(struct mqueue_state *s)
{
	struct vec *v = &s->opens;
	u32 i;

	sort(v->data, v->nr, v->item, descriptor_order, NULL);
	join_processes(v);
	for (i = 0; i < v->nr; i++)
		pid_copy_settle(&mqueue_open_at(s, i)->tgid, s->o.view);
	sort(v->data, v->nr, v->item, pid_order, NULL);
}

static void drop_opens(struct mqueue_state *s)
{
	u32 i;

	for (i = 0; i < s->opens.nr; i++) {
		pid_copy_drop(&mqueue_open_at(s, i)->tgid);
		cond_resched();
	}
	s->opens.nr = 0;
}

/* Keeps the rows in no more memory than they take, if both fit into the budget until then. */
static void shrink_opens(struct mqueue_state *s)
{
	struct vec small = { .item = s->opens.item };

	if (s->opens.nr >= s->opens.size / 2 || (u64)s->opens.nr * small.item > s->o.budget ||
	    !vec_alloc(&small, &s->o.budget, s->opens.nr))
		return;
	memcpy(small.data, s->opens.data, (size_t)s->opens.nr * small.item);
	small.nr = s->opens.nr;
	vec_free(&s->opens, &s->o.budget);
	s->opens = small;
}

/* Half of the budget at most. false: there is no more room than before. */
static bool grow_opens(struct mqueue_state *s)
{
	u64 budget = s->o.budget / 2;
	u32 size = s->opens.size;

	s->o.budget -= budget;
	vec_grow(&s->opens, &budget);
	s->o.budget += budget;
	return s->opens.size > size;
}

int mqueue_open_find(struct mqueue_state *s)
{
	unsigned int tries = 0;
	bool grown;
	int ret;

	vec_reset(&s->opens);
	ret = visit_files(add_open, s, true);
	while (!ret && vec_is_short(&s->opens) && ++tries < MAX_TRIES) {
		drop_opens(s);
		grown = grow_opens(s);
		vec_reset(&s->opens);
		ret = visit_files(add_open, s, true);
		if (!grown)
			break;
	}
	s->opens_missed = vec_is_short(&s->opens);
	if (ret) {
		drop_opens(s);
		return ret;
	}
	settle_opens(s);
	shrink_opens(s);
	s->opens_known = true;
	return 0;
}

void mqueue_open_of(struct mqueue_state *s)
{
	const struct mqueue_open queue = { .root = s->root, .ino = s->ino };
	u32 low = 0, high = s->opens.nr;

	while (low < high) {
		u32 mid = low + (high - low) / 2;

		if (by_queue(mqueue_open_at(s, mid), &queue) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	s->open = low;
	while (low < s->opens.nr && !by_queue(mqueue_open_at(s, low), &queue))
		low++;
	s->nr_open = low - s->open;
}
