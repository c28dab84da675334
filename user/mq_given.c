// SPDX-License-Identifier: GPL-2.0
#include "mq_given.h"

#include <fcntl.h>
#include <mqueue.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "mq_files.h"
#include "retry.h"

/*
 * Whether nobody could be blocked like that on that queue: who sleeps by the descriptor of one gave
 * that of another to its call. False where it may not be looked at.
 */
static bool contradicts(const struct proc_syscall *call, const char *path)
{
	int fd = retry_open(AT_FDCWD, path, O_RDONLY | O_NONBLOCK);
	struct mq_attr attr;
	bool looked;

	if (fd < 0)
		return false;
	looked = !mq_getattr(fd, &attr);
	close(fd);
	if (!looked)
		return false;
	if (call->kind == SYSCALL_MQ_RECEIVE)
		return attr.mq_curmsgs || call->size < (__u64)attr.mq_msgsize;
	return attr.mq_curmsgs < attr.mq_maxmsg || call->size > (__u64)attr.mq_msgsize;
}

static void look_at(struct mq_givens *g, const struct proc_wait *w)
{
	char path[64];
	struct statfs fs;
	struct stat st;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/fd/%d", w->call.task.pid, w->call.task.tid,
		 w->call.id);
	if (!statfs(path, &fs) && fs.f_type == MQUEUE_MAGIC && !stat(path, &st) &&
	    !contradicts(&w->call, path))
		*vec_add(&g->v) = (struct mq_given){ w, st.st_dev, st.st_ino };
	else if (proc_syscall_lasts(&w->call))
		g->unknown = true;
}

void mq_givens_look(struct mq_givens *g)
{
	const struct proc_waits *all = proc_waits();

	for (size_t i = 0; i < all->v.nr; i++) {
		const struct proc_wait *w = &all->v.v[i];

		if (w->call.kind == SYSCALL_MQ_RECEIVE || w->call.kind == SYSCALL_MQ_SEND)
			look_at(g, w);
	}
}
