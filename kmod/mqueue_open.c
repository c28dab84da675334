// SPDX-License-Identifier: GPL-2.0
/*
 * Who has queues open: once a namespace, all descriptors of all tasks. What it tells is older than
 * the queues' own rows by as long as the text takes to be read.
 */
#include <linux/fs.h>
#include <linux/sched/signal.h>
#include <linux/sort.h>

#include "files.h"
#include "mqueue.h"

#define MAX_TRIES 4 /* of looking at all descriptors into ever more room */

struct find {
	struct mqueue_state *s;
	const struct super_block *sb;
};

/* Locks: task_lock() and file_lock; the file holds its inode, the task its struct pid. */
static int add_open(const struct open_file *f, void *arg)
{
	struct inode *inode = file_inode(f->file);
	struct find *find = arg;
	struct mqueue_open *open;
	struct pid *tgid;

	if (inode->i_sb != find->sb || !S_ISREG(inode->i_mode))
		return 0;
	rcu_read_lock();
	tgid = READ_ONCE(f->task->signal->pids[PIDTYPE_TGID]);
	open = tgid ? vec_add(&find->s->opens, 1) : NULL;
	if (open) {
		memset(open, 0, sizeof(*open));
		open->ino = inode->i_ino;
		open->files = f->files;
		open->fd = f->fd;
		pid_copy_take(&open->tgid, tgid);
	}
	rcu_read_unlock();
	return 0;
}

static int by_queue(const struct mqueue_open *x, const struct mqueue_open *y)
{
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

		last = *row;
		if (!n || by_process(&rows[n - 1], row)) {
			rows[n] = *row;
			rows[n++].fds = 1;
			continue;
		}
		rows[n - 1].fds += !again;
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

int mqueue_open_find(struct mqueue_state *s, const struct super_block *sb)
{
	struct find find = { s, sb };
	unsigned int tries = 0;
	int ret;

	vec_reset(&s->opens);
	ret = visit_files(add_open, &find);
	while (!ret && vec_is_short(&s->opens) && ++tries < MAX_TRIES) {
		drop_opens(s);
		if (vec_grow(&s->opens, &s->o.budget))
			tries = MAX_TRIES;
		vec_reset(&s->opens);
		ret = visit_files(add_open, &find);
	}
	s->opens_missed = vec_is_short(&s->opens);
	if (ret)
		drop_opens(s);
	else
		settle_opens(s);
	return ret;
}

void mqueue_open_of(struct mqueue_state *s, u64 ino)
{
	u32 low = 0, high = s->opens.nr;

	while (low < high) {
		u32 mid = low + (high - low) / 2;

		if (mqueue_open_at(s, mid)->ino < ino)
			low = mid + 1;
		else
			high = mid;
	}
	s->open = low;
	while (low < s->opens.nr && mqueue_open_at(s, low)->ino == ino)
		low++;
	s->nr_open = low - s->open;
}
