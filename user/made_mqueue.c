// SPDX-License-Identifier: GPL-2.0
/*
 * The POSIX message queues of a namespace, with the tasks that are blocked on them and the
 * processes that have them open. Those that are unlinked and still in use are found by the
 * descriptors of them.
 *
 * Reading a queue's file, which tells its bytes and mq_notify(2), changes its time of access, and
 * nothing that a program could wait for.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "made.h"
#include "mq_files.h"
#include "mq_given.h"
#include "proc_file.h"
#include "proc_hides.h"
#include "proc_task.h"
#include "retry.h"

/* The queues of one namespace being told. */
struct queues {
	struct maker *m;
	struct mq_files files;
	struct mq_givens givens;
	VEC(ino_t) told;
	bool missed; /* there are some that may not be read */
};

static bool read_content(int fd, struct ipcdbg_mqueue *q)
{
	unsigned long long bytes;
	int notify, signo, pid;
	char text[128];
	ssize_t n = retry_pread(fd, text, sizeof(text) - 1, 0);

	text[n > 0 ? n : 0] = '\0';
	if (sscanf(text, "QSIZE:%llu NOTIFY:%d SIGNO:%d NOTIFY_PID:%d", &bytes, &notify, &signo,
		   &pid) != 4)
		return false;
	IPCDBG_PUT(mqueue, q, bytes, bytes);
	/* Without any of these nobody is to be told. */
	if (!notify && !signo && !pid)
		return true;
	IPCDBG_PUT(mqueue, q, notify, notify);
	IPCDBG_PUT(mqueue, q, notify_pid, pid);
	if (notify == SIGEV_SIGNAL)
		IPCDBG_PUT(mqueue, q, notify_signo, signo);
	return true;
}

static bool read_queue(int fd, const char *name, struct ipcdbg_mqueue *q, struct stat *st)
{
	struct mq_attr attr;

	*q = (struct ipcdbg_mqueue){ 0 };
	if (fstat(fd, st) || mq_getattr(fd, &attr) || !read_content(fd, q))
		return false;
	snprintf(q->name, sizeof(q->name), "%s", name);
	q->present |= IPCDBG_BIT(mqueue, name);
	IPCDBG_PUT(mqueue, q, ino, st->st_ino);
	IPCDBG_PUT(mqueue, q, mode, st->st_mode & 07777);
	IPCDBG_PUT(mqueue, q, uid, st->st_uid);
	IPCDBG_PUT(mqueue, q, gid, st->st_gid);
	IPCDBG_PUT(mqueue, q, maxmsg, attr.mq_maxmsg);
	IPCDBG_PUT(mqueue, q, msgsize, attr.mq_msgsize);
	IPCDBG_PUT(mqueue, q, curmsgs, attr.mq_curmsgs);
	IPCDBG_PUT(mqueue, q, time, st->st_mtime);
	IPCDBG_PUT(mqueue, q, unlinked, !st->st_nlink);
	return true;
}

static void add_receiver(struct maker *m, const struct proc_syscall *call)
{
	struct ipcdbg_mq_receiver r = { 0 };

	MADE_TASK(mq_receiver, &r, call);
	IPCDBG_PUT(mq_receiver, &r, priority, call->priority);
	text_add_record(&m->text, 1, IPCDBG_R_mq_receiver, &r);
}

static void add_sender(struct maker *m, const struct proc_syscall *call)
{
	struct ipcdbg_mq_sender s = { 0 };

	MADE_TASK(mq_sender, &s, call);
	IPCDBG_PUT(mq_sender, &s, priority, call->priority);
	IPCDBG_PUT(mq_sender, &s, msg_prio, call->prio);
	IPCDBG_PUT(mq_sender, &s, size, call->size);
	text_add_record(&m->text, 1, IPCDBG_R_mq_sender, &s);
}

static __u32 add_blocked(const struct queues *all, enum syscall_kind kind, const struct stat *queue,
			 void (*add)(struct maker *m, const struct proc_syscall *call))
{
	__u32 found = 0;

	for (size_t i = 0; i < all->givens.v.nr; i++) {
		const struct mq_given *g = &all->givens.v.v[i];

		if (g->wait->call.kind == kind && g->dev == queue->st_dev &&
		    g->ino == queue->st_ino && proc_syscall_lasts(&g->wait->call)) {
			add(all->m, &g->wait->call);
			found++;
		}
	}
	return found;
}

/* One row for all descriptors of a process. */
static void add_openers(struct maker *m, const struct stat *queue)
{
	const struct mq_openers *all = mq_openers();
	size_t i = mq_openers_find(queue->st_dev, queue->st_ino);

	while (i < all->v.nr && all->v.v[i].dev == queue->st_dev &&
	       all->v.v[i].ino == queue->st_ino) {
		const struct mq_opener *first = &all->v.v[i];
		struct ipcdbg_opener row = { 0 };

		memcpy(&row + BEGINS_WITH(opener, process, start_ns), &first->process,
		       sizeof(first->process));
		IPCDBG_PUT(opener, &row, fd, first->fd);
		for (;
		     i < all->v.nr && all->v.v[i].dev == first->dev &&
		     all->v.v[i].ino == first->ino && all->v.v[i].process.pid == first->process.pid;
		     i++)
			IPCDBG_PUT(opener, &row, fds, row.fds + 1);
		text_add_record(&m->text, 1, IPCDBG_R_opener, &row);
	}
	if (all->hidden || !proc_shows_all())
		made_truncated(m, 1, "opener", MADE_UNKNOWN, MADE_UNKNOWN);
}

/* The row of the queue stands above the others, and counts them. */
static void add_rows(const struct queues *all, struct ipcdbg_mqueue *q, const struct stat *st,
		     struct text *rows)
{
	struct maker *m = all->m;
	struct text before = m->text;

	m->text = *rows;
	IPCDBG_PUT(mqueue, q, receivers, add_blocked(all, SYSCALL_MQ_RECEIVE, st, add_receiver));
	IPCDBG_PUT(mqueue, q, senders, add_blocked(all, SYSCALL_MQ_SEND, st, add_sender));
	if (proc_waits()->hidden || !proc_shows_all() || all->givens.unknown) {
		q->present &= ~(IPCDBG_BIT(mqueue, receivers) | IPCDBG_BIT(mqueue, senders));
		made_truncated(m, 1, "mq_receiver", MADE_UNKNOWN, MADE_UNKNOWN);
		made_truncated(m, 1, "mq_sender", MADE_UNKNOWN, MADE_UNKNOWN);
	}
	if (q->curmsgs)
		made_truncated(m, 1, "mqprio", MADE_UNKNOWN, MADE_UNKNOWN);
	add_openers(m, st);
	*rows = m->text;
	m->text = before;
}

/* Takes the descriptor; -1: the queue cannot be opened. */
static void add_queue(struct queues *all, int fd, const char *name)
{
	struct maker *m = all->m;
	struct ipcdbg_mqueue q;
	struct text rows = { 0 };
	struct stat st;

	if (fd < 0 || !read_queue(fd, name, &q, &st)) {
		all->missed = true;
	} else {
		*vec_add(&all->told) = st.st_ino;
		if (made_with_tasks(m))
			add_rows(all, &q, &st, &rows);
		made_states(m, IPCDBG_R_mqueue, &q);
		text_add_record(&m->text, 0, IPCDBG_R_mqueue, &q);
		m->objects++;
		if (rows.len)
			text_addf(&m->text, "%s", rows.s);
	}
	text_free(&rows);
	if (fd >= 0)
		close(fd);
}

static void add_linked(struct queues *all)
{
	DIR *dir = fdopendir(fcntl(all->files.dir, F_DUPFD_CLOEXEC, 0));
	struct dirent *entry;

	while (dir && (entry = readdir(dir))) {
		int fd;

		if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
			continue;
		fd = mq_files_open_queue(&all->files, entry->d_name);
		/* It has gone meanwhile, or is in another namespace. */
		if (fd >= 0 || errno != ENOENT)
			add_queue(all, fd, entry->d_name);
	}
	if (dir)
		closedir(dir);
}

static bool is_told(const struct queues *all, ino_t ino)
{
	for (size_t i = 0; i < all->told.nr; i++)
		if (all->told.v[i] == ino)
			return true;
	return false;
}

/* The link of a descriptor ends in the name, and " (deleted)" behind it. */
static void add_unlinked(struct queues *all, const struct mq_opener *o)
{
	static const char deleted[] = " (deleted)";
	char path[64], link[4096], *name;
	ssize_t len;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/fd/%d", o->process.pid, o->tid, o->fd);
	len = readlink(path, link, sizeof(link) - 1);
	if (len < (ssize_t)strlen(deleted))
		return;
	link[len] = '\0';
	if (!strcmp(link + len - strlen(deleted), deleted))
		link[len - strlen(deleted)] = '\0';
	name = strrchr(link, '/');
	add_queue(all, retry_open(AT_FDCWD, path, O_RDONLY | O_NONBLOCK), name ? name + 1 : link);
}

static void add_all_unlinked(struct queues *all)
{
	const struct mq_openers *openers = mq_openers();

	for (size_t i = mq_openers_find(all->files.dev, 0); i < openers->v.nr; i++) {
		const struct mq_opener *o = &openers->v.v[i];

		if (o->dev != all->files.dev)
			break;
		if (!is_told(all, o->ino))
			add_unlinked(all, o);
	}
}

void made_mqueues(struct maker *m)
{
	struct queues all = { .m = m, .files = mq_files_open() };

	/* The first look at the tasks comes before that at the queues. */
	if (made_with_tasks(m))
		mq_givens_look(&all.givens);
	if (all.files.dir >= 0)
		add_linked(&all);
	if (all.files.whole)
		add_all_unlinked(&all);
	/*
	 * A list does not tell that unlinked ones of hidden processes are not in it, nor those that
	 * nothing but a call still has.
	 */
	if (all.missed || !all.files.whole || all.givens.unknown ||
	    (mq_openers()->hidden && (m->details || proc_trouble())) ||
	    (m->details && !proc_shows_all()))
		made_truncated(m, 0, "mqueue", MADE_UNKNOWN, MADE_UNKNOWN);
	mq_files_close(&all.files);
	vec_free(&all.givens.v);
	vec_free(&all.told);
}
