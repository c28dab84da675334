// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include "msg_generate.h"
#include "common.h"
#include "random.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/syscall.h>
#include <unistd.h>

/* One for each puppet, the last for the test itself. */
struct message {
	long type;
	char text[MSG_SIZE_MAX];
};
static struct message *messages;

void msg_generate_open(void)
{
	messages = mmap(NULL, (PUPPETS_MAX + 1) * sizeof(*messages), PROT_READ | PROT_WRITE,
			MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (messages == MAP_FAILED)
		die("no memory for messages");
}

static struct message *message_of(int task)
{
	return &messages[task == CAST_TESTER ? PUPPETS_MAX : task];
}

static void write_message(int task, const struct msg_call *call)
{
	struct message *msg = message_of(task);
	size_t i;

	msg->type = call->type;
	for (i = 0; i < call->size && i < sizeof(msg->text); i++)
		msg->text[i] = MSG_SECRET[i % (sizeof(MSG_SECRET) - 1)];
}

/* As the system call wants it; also for a call that is to block. */
static void make_call(const struct msg_model *m, int task, const struct msg_call *call,
		      bool receives, long to[7])
{
	long id = m->queue[call->queue].id;

	if (!receives)
		write_message(task, call);
	to[0] = receives ? SYS_msgrcv : SYS_msgsnd;
	to[1] = id;
	to[2] = (long)message_of(task);
	to[3] = call->size;
	to[4] = receives ? call->type : call->flags;
	to[5] = receives ? call->flags : 0;
	to[6] = 0;
}

static long perform(struct msg_model *m, int task, const struct msg_call *call, bool receives)
{
	struct msg_call now = *call;
	long c[7], ret;

	now.flags |= IPC_NOWAIT;
	make_call(m, task, &now, receives, c);
	if (task != CAST_TESTER)
		return puppet_syscall(m->cast.task[task].puppet, c);
	ret = syscall(c[0], c[1], c[2], c[3], c[4], c[5]);
	return ret < 0 ? -errno : ret;
}

/* Those who were woken for good say what became of their calls. */
static bool take_back(struct msg_model *m, const struct msg_outcome *out)
{
	bool ok = true;
	long result;
	int i;

	for (i = 0; i < out->nr_back; i++) {
		result = cast_back(&m->cast, out->back[i].task);
		if (result != out->back[i].result)
			ok = complain("a blocked call returned %ld instead of %ld", result,
				      out->back[i].result);
	}
	return ok;
}

/* A call that does not wait, unless it would make others race. */
static bool operate(struct msg_model *m, int task, const struct msg_call *call, bool receives)
{
	static struct msg_model next;
	struct msg_outcome out;
	long want, got;

	next = *m;
	if (receives)
		msg_receive(&next, task, call, &out);
	else
		msg_send(&next, task, call, &out);
	if (out.unsure)
		return true;
	want = !out.blocks ? out.result : receives ? -ENOMSG : -EAGAIN;
	got = perform(m, task, call, receives);
	if (got != want)
		return complain("%s returned %ld instead of %ld", receives ? "msgrcv" : "msgsnd",
				got, want);
	*m = next;
	return take_back(m, &out);
}

static long random_type(void)
{
	return one_in(30) ? LONG_MAX : one_in(20) ? 1 + (long)random32() : 1 + (long)below(6);
}

static size_t random_size(void)
{
	return one_in(12) ? below(MSG_SIZE_MAX + 1) : below(40);
}

static void random_call(const struct msg_model *m, struct msg_call *call, bool receives)
{
	*call = (struct msg_call){ .queue = below(m->nr_queues),
				   .type = random_type(),
				   .size = random_size() };
	if (!receives)
		return;
	call->type *= one_in(3) ? -1 : !one_in(4);
	if (one_in(40))
		call->type = LONG_MIN;
	call->flags = (one_in(3) ? MSG_NOERROR : 0) | (one_in(4) ? MSG_EXCEPT : 0);
}

static bool random_operation(struct msg_model *m)
{
	bool receives = one_in(3);
	struct msg_call call;
	int task = one_in(3) ? CAST_TESTER : cast_idle(&m->cast);

	random_call(m, &call, receives);
	return operate(m, task < 0 ? CAST_TESTER : task, &call, receives);
}

/* A limit, another owner, other rights: each wakes all receivers, who look and sleep again. */
static bool change_queue(struct msg_model *m, int queue)
{
	static const size_t limits[] = { 0, 1, 7, 40, 100, 3000, 16384, 70000 };
	static struct msg_model next;
	struct msg_queue *q = &next.queue[queue];
	struct msg_outcome out;
	struct msqid_ds ds;
	uint64_t before;
	int i;

	next = *m;
	if (msgctl(q->id, IPC_STAT, &ds))
		die("IPC_STAT: %s", strerror(errno));
	ds.msg_qbytes = limits[below(8)];
	ds.msg_perm.mode = 0666 | below(01000);
	ds.msg_perm.uid = one_in(2) ? below(70000) : ds.msg_perm.uid;
	ds.msg_perm.gid = one_in(2) ? below(70000) : ds.msg_perm.gid;
	msg_set_qbytes(&next, queue, ds.msg_qbytes, &out);
	if (out.unsure)
		return true;
	before = clock_ns(CLOCK_MONOTONIC);
	if (msgctl(q->id, IPC_SET, &ds))
		die("IPC_SET: %s", strerror(errno));
	*m = next;
	q = &m->queue[queue];
	for (i = 0; i < q->receivers.nr; i++)
		cast_waits_again(&m->cast, q->receivers.task[i], before);
	return take_back(m, &out);
}

static void make_queue(struct msg_model *m)
{
	key_t key = one_in(3) ? IPC_PRIVATE : (key_t)(random32() | 1);
	int id = msgget(key, IPC_CREAT | IPC_EXCL | 0666 | below(01000));
	struct msqid_ds ds;

	if (id < 0 || msgctl(id, IPC_STAT, &ds))
		die("msgget: %s", strerror(errno));
	msg_add_queue(m, id, ds.msg_qbytes);
}

/* None, few, or more than have rows of their own; now and then all of one type. */
static bool fill_queue(struct msg_model *m, int queue)
{
	int i, n = one_in(8) ? 200 + below(400) : one_in(2) ? below(12) : 0;
	long type = one_in(3) ? random_type() : 0;
	bool ok = true;

	for (i = 0; i < n && ok; i++) {
		struct msg_call call = { .queue = queue,
					 .type = type ? type : random_type(),
					 .size = n > 100 ? below(3) : random_size() };

		ok = operate(m, CAST_TESTER, &call, false);
	}
	return ok;
}

/* Everybody who finds a call to block in does so. */
static void waits(struct msg_model *m)
{
	static struct msg_model next;
	struct msg_outcome out;
	struct msg_call call;
	int task, tries;
	long c[7];

	for (tries = 0; tries < 200 && (task = cast_idle(&m->cast)) >= 0; tries++) {
		bool receives = one_in(2);

		random_call(m, &call, receives);
		next = *m;
		if (receives)
			msg_receive(&next, task, &call, &out);
		else
			msg_send(&next, task, &call, &out);
		if (!out.blocks)
			continue;
		make_call(m, task, &call, receives, c);
		cast_block_call(&m->cast, task, c);
		msg_wait(m, task, &call, receives);
	}
}

/* Under the eyes of those who wait: some of them are served, others not, some die. */
static bool changes(struct msg_model *m)
{
	int task, n = below(12);
	bool ok = true;

	while (ok && n-- > 0) {
		task = below(m->cast.nr_tasks);
		if (one_in(6)) {
			ok = change_queue(m, below(m->nr_queues));
		} else if (!one_in(4)) {
			ok = random_operation(m);
		} else if (m->cast.task[task].alive) {
			cast_kill(&m->cast, task);
			msg_bury(m);
		}
	}
	return ok;
}

bool msg_generate(struct msg_model *m, uint64_t seed)
{
	bool ok = true;
	int i, n;

	random_seed(seed);
	m->nr_queues = 0;
	n = 1 + below(MSG_QUEUES);
	for (i = 0; i < n; i++)
		make_queue(m);
	cast_make(&m->cast, 3 + below(14));
	for (i = 0; i < n && ok; i++)
		ok = (one_in(2) || change_queue(m, i)) && fill_queue(m, i);
	n = one_in(3) ? 0 : below(20);
	for (i = 0; i < n && ok; i++)
		ok = random_operation(m);
	if (!ok)
		return false;
	cast_exits(&m->cast, below(4));
	waits(m);
	return changes(m);
}

void msg_generate_clear(struct msg_model *m)
{
	int i;

	puppets_clear();
	for (i = 0; i < m->nr_queues; i++)
		msgctl(m->queue[i].id, IPC_RMID, NULL);
	m->nr_queues = 0;
}
