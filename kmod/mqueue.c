// SPDX-License-Identifier: GPL-2.0
/*
 * POSIX message queues: what ipc/mqueue.c knows of one.
 *
 * mqueue_inode_info.lock protects all of it: attributes, messages, notification, and the lists of
 * blocked tasks (the same from 5.10 to 7.x). An ext_wait_queue stands on the stack of the blocked
 * task; it leaves its list under the lock before the task may go (pipelined_send(),
 * pipelined_receive(), wq_sleep()). So the entry and the task are valid while we hold the lock. The
 * msg of an entry is set for senders only. The inode, referenced by mqueue_find.c, keeps the rest.
 *
 * Never the text of a message.
 *
 * Bounds on one hold: an entry a task, and MAX_MESSAGES messages, which no operation on a queue
 * walks; it takes root's msg_max to have more.
 */
#include <linux/cred.h>
#include <linux/dcache.h>
#include <linux/fs.h>
#include <linux/list.h>
#include <linux/mqueue.h>
#include <linux/msg.h>
#include <linux/rbtree.h>
#include <linux/sched/user.h>
#include <linux/user_namespace.h>

#include "compat.h"
#include "hold.h"
#include "kind.h"
#include "layout.h"
#include "mqueue.h"
#include "rows.h"

#define MAX_MESSAGES 16384

enum { SEND, RECV }; /* of e_wait_q, as in ipc/mqueue.c */

#if defined(MQUEUE_CHARGES_USER)
#define CHARGED_USER(info)                                                                         \
	(layout_has(mqueue_inode_info, user) ? *mqueue_inode_info__user(info) : NULL)
#elif defined(MQUEUE_CHARGES_UCOUNTS)
#define CHARGED_USER(info)                                                                         \
	(layout_has(mqueue_inode_info, ucounts) ? *mqueue_inode_info__ucounts(info) : NULL)
#endif

#ifdef CHARGED_USER
/* What mqueue_get_inode() counts against RLIMIT_MSGQUEUE. */
static u64 charge_of(const struct mq_attr *attr)
{
	u64 nodes = min_t(u64, attr->mq_maxmsg, MQ_PRIO_MAX);

	return attr->mq_maxmsg * (attr->mq_msgsize + sizeof(struct msg_msg)) +
	       nodes * posix_msg_tree_node__size();
}

/* Lock: info->lock, and the queue holds a reference on the user. */
static void copy_charge(struct mqueue_state *s, struct mqueue_inode_info *info)
{
	typeof(CHARGED_USER(info)) user = CHARGED_USER(info);

	if (!user)
		return;
	IPCDBG_PUT(mqueue, &s->row, charged_uid,
		   from_kuid_munged(s->o.view->user_ns, user->uid));
	IPCDBG_PUT(mqueue, &s->row, charged, charge_of(mqueue_inode_info__attr(info)));
	IPCDBG_PUT(mqueue, &s->row, user_charged, mqueue_charged_bytes(user));
}
#else
static void copy_charge(struct mqueue_state *s, struct mqueue_inode_info *info)
{
}
#endif

/* Lock: info->lock. SIGEV_* are those of mq_notify(2). */
static void copy_notify(struct mqueue_state *s, struct mqueue_inode_info *info)
{
	const struct sigevent *event = mqueue_inode_info__notify(info);
	struct pid *owner = *mqueue_inode_info__notify_owner(info);

	pid_copy_take(&s->notify, owner);
	if (!owner || event->sigev_notify < SIGEV_SIGNAL || event->sigev_notify > SIGEV_THREAD)
		return;
	IPCDBG_PUT(mqueue, &s->row, notify, event->sigev_notify);
	if (event->sigev_notify == SIGEV_SIGNAL)
		IPCDBG_PUT(mqueue, &s->row, notify_signo, event->sigev_signo);
}

static void copy_info(struct mqueue_state *s, struct mqueue_inode_info *info)
{
	const struct mq_attr *attr = mqueue_inode_info__attr(info);
	struct ipcdbg_mqueue *row = &s->row;

	IPCDBG_PUT(mqueue, row, maxmsg, attr->mq_maxmsg);
	IPCDBG_PUT(mqueue, row, msgsize, attr->mq_msgsize);
	IPCDBG_PUT(mqueue, row, curmsgs, attr->mq_curmsgs);
	IPCDBG_PUT(mqueue, row, bytes, *mqueue_inode_info__qsize(info));
	copy_notify(s, info);
	copy_charge(s, info);
}

/* NULL: no room, or the task has been reaped. */
static struct mqueue_wait *add_wait(struct mqueue_state *s, enum mqueue_vec v,
				    struct task_struct *task)
{
	struct mqueue_wait *w;
	bool taken;

	if (s->o.list)
		return NULL;
	w = vec_add(&s->vecs[v], 1);
	if (!w)
		return NULL;
	rcu_read_lock();
	taken = task_ref_get(&w->task.ref, task);
	rcu_read_unlock();
	if (taken)
		return w;
	vec_undo_add(&s->vecs[v]);
	return NULL;
}

/* wq_get_first_waiter() serves the tail of the list first. */
static void copy_receivers(struct mqueue_state *s, struct list_head *list)
{
	struct list_head *pos;

	IPCDBG_PUT(mqueue, &s->row, receivers, 0);
	list_for_each_prev(pos, list) {
		s->row.receivers++;
		add_wait(s, MQUEUE_RECEIVERS,
			 *ext_wait_queue__task(ext_wait_queue__of_list(pos)));
	}
}

static void copy_senders(struct mqueue_state *s, struct list_head *list)
{
	struct ext_wait_queue *entry;
	const struct msg_msg *msg;
	struct mqueue_wait *w;
	struct list_head *pos;

	IPCDBG_PUT(mqueue, &s->row, senders, 0);
	list_for_each_prev(pos, list) {
		s->row.senders++;
		entry = ext_wait_queue__of_list(pos);
		w = add_wait(s, MQUEUE_SENDERS, *ext_wait_queue__task(entry));
		if (!w)
			continue;
		msg = *ext_wait_queue__msg(entry);
		w->msg_prio = msg->m_type;
		w->size = msg->m_ts;
	}
}

/* How many, left at most. */
static u32 count_messages(struct mqueue_prio *p, struct list_head *list, u32 left)
{
	struct msg_msg *msg;

	list_for_each_entry(msg, list, m_list) {
		if (p->count == left)
			break;
		p->count++;
		p->bytes += msg->m_ts;
	}
	return p->count;
}

/* A node of the tree a priority, the highest at the right. */
static void copy_messages(struct mqueue_state *s, struct rb_root *root)
{
	struct posix_msg_tree_node *leaf;
	u32 left = MAX_MESSAGES;
	struct mqueue_prio *p;
	struct rb_node *node;

	s->messages_missed = s->row.curmsgs > left;
	for (node = rb_last(root); node && left; node = rb_prev(node)) {
		p = vec_add(&s->vecs[MQUEUE_PRIOS], 1);
		if (!p)
			continue;
		leaf = posix_msg_tree_node__of_rb_node(node);
		*p = (struct mqueue_prio){ .msg_prio = *posix_msg_tree_node__priority(leaf) };
		left -= count_messages(p, posix_msg_tree_node__msg_list(leaf), left);
	}
}

/* d_lock: the name and its length belong together. No operation of mqueue renames. */
static void copy_name(struct ipcdbg_mqueue *row, struct dentry *dentry)
{
	u32 n;

	spin_lock(&dentry->d_lock);
	n = min_t(u32, dentry->d_name.len, sizeof(row->name) - 1);
	memcpy(row->name, dentry->d_name.name, n);
	spin_unlock(&dentry->d_lock);
	row->present |= IPCDBG_BIT(mqueue, name);
}

/*
 * Words of the inode, each read by itself, as stat(2) does. false: the last user of an unlinked
 * queue has closed it meanwhile, and only our reference is left.
 */
static bool copy_inode(struct mqueue_state *s, struct inode *inode)
{
	struct user_namespace *user_ns = s->o.view->user_ns;
	struct ipcdbg_mqueue *row = &s->row;
	struct dentry *dentry = d_find_any_alias(inode);

	if (!dentry)
		return false;
	memset(row, 0, sizeof(*row));
	copy_name(row, dentry);
	dput(dentry);
	IPCDBG_PUT(mqueue, row, ino, inode->i_ino);
	IPCDBG_PUT(mqueue, row, mode, inode->i_mode & 07777);
	IPCDBG_PUT(mqueue, row, uid, from_kuid_munged(user_ns, inode->i_uid));
	IPCDBG_PUT(mqueue, row, gid, from_kgid_munged(user_ns, inode->i_gid));
	IPCDBG_PUT(mqueue, row, unlinked, !inode->i_nlink);
	return true;
}

bool mqueue_copy(struct mqueue_state *s, struct inode *inode)
{
	struct mqueue_inode_info *info = mqueue_inode_info__of_vfs_inode(inode);
	struct hold begin;

	if (!copy_inode(s, inode))
		return false;
	object_reset(&s->o);
	spin_lock(mqueue_inode_info__lock(info));
	begin = hold_begin();
	copy_info(s, info);
	/* do_mq_timedsend() and do_mq_timedreceive() of ipc/mqueue.c write it under this lock. */
	IPCDBG_PUT(mqueue, &s->row, time, inode_mtime_seconds(inode));
	copy_receivers(s, ext_wait_queue__list(mqueue_inode_info__e_wait_q(info, RECV)));
	copy_senders(s, ext_wait_queue__list(mqueue_inode_info__e_wait_q(info, SEND)));
	if (!s->o.list)
		copy_messages(s, mqueue_inode_info__msg_tree(info));
	hold_end(HOLD_MQUEUE, begin);
	spin_unlock(mqueue_inode_info__lock(info));
	return true;
}

static void drop_refs(struct mqueue_state *s)
{
	unsigned int v;
	u32 i;

	pid_copy_drop(&s->notify);
	for (v = MQUEUE_RECEIVERS; v <= MQUEUE_SENDERS; v++)
		for (i = 0; i < s->vecs[v].nr; i++) {
			task_ref_put(&mqueue_wait_at(s, v, i)->task.ref);
			cond_resched();
		}
	object_empty(&s->o);
}

static void settle_refs(struct mqueue_state *s)
{
	const struct view *view = s->o.view;
	unsigned int v;
	u32 i;

	pid_copy_settle(&s->notify, view);
	PUT_PID(mqueue, &s->row, notify_pid, &s->notify);
	for (v = MQUEUE_RECEIVERS; v <= MQUEUE_SENDERS; v++)
		for (i = 0; i < s->vecs[v].nr; i++)
			task_copy_settle(&mqueue_wait_at(s, v, i)->task, view);
	s->o.settled = true;
}

static int mqueue_settle(struct walk_object *o, bool last_try)
{
	struct mqueue_state *s = mqueue_state_of(o);

	if (o->settled)
		return 0;
	if (!last_try && object_can_grow(o)) {
		drop_refs(s);
		object_grow(o);
		return 1;
	}
	settle_refs(s);
	if (!o->list)
		mqueue_open_of(s);
	mqueue_release(s);
	return 0;
}

static void mqueue_init(struct walk_object *o)
{
	struct mqueue_state *s = mqueue_state_of(o);

	s->vecs[MQUEUE_RECEIVERS].item = sizeof(struct mqueue_wait);
	s->vecs[MQUEUE_SENDERS].item = sizeof(struct mqueue_wait);
	s->vecs[MQUEUE_PRIOS].item = sizeof(struct mqueue_prio);
	s->marks.item = sizeof(struct mqueue_mark);
	s->opens.item = sizeof(struct mqueue_open);
	o->vecs = s->vecs;
	o->nr_vecs = MQUEUE_VECS;
	o->settled = true;
}

static void mqueue_free(struct walk_object *o)
{
	struct mqueue_state *s = mqueue_state_of(o);

	mqueue_end_read(o);
	object_free(o);
	vec_free(&s->marks, &o->budget);
	vec_free(&s->opens, &o->budget);
}

static void mqueue_restart(struct walk_object *o)
{
	mqueue_state_of(o)->opens_known = false;
}

static void mqueue_begin(struct walk_object *o)
{
	struct mqueue_state *s = mqueue_state_of(o);

	memset(&s->at, 0, sizeof(s->at));
	s->found = false;
	object_trim(o);
}

const struct walk_kind mqueue_kind = {
	.word = "mqueue",
	.state_size = sizeof(struct mqueue_state),
	.init = mqueue_init,
	.free = mqueue_free,
	.seek = mqueue_seek,
	.restart = mqueue_restart,
	.begin = mqueue_begin,
	.find = mqueue_find,
	.next = mqueue_next,
	.settle = mqueue_settle,
	.emit = mqueue_emit,
	.end_read = mqueue_end_read,
};
