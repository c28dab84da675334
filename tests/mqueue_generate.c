// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include "mqueue_generate.h"
#include "common.h"
#include "proc.h"
#include "random.h"

#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* What the calls of a puppet point to; the last is the test's own. */
struct memory {
	char text[MQUEUE_SIZE_MAX];
	char name[256];
	struct mq_attr attr;
	struct sigevent event;
	struct timespec until;
};
static struct memory *memories;

void mqueue_generate_open(void)
{
	static const int signals[] = { SIGUSR1, SIGURG, SIGWINCH };
	struct rlimit most = { RLIM_INFINITY, RLIM_INFINITY };
	unsigned int i;

	memories = mmap(NULL, (PUPPETS_MAX + 1) * sizeof(*memories), PROT_READ | PROT_WRITE,
			MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (memories == MAP_FAILED)
		die("no memory for messages");
	for (i = 0; i < 3; i++)
		signal(signals[i], SIG_IGN);
	if (setrlimit(RLIMIT_MSGQUEUE, &most))
		die("RLIMIT_MSGQUEUE: %s", strerror(errno));
	umask(0);
}

static struct memory *memory_of(int task)
{
	return &memories[task == CAST_TESTER ? PUPPETS_MAX : task];
}

#define call_as(m, task, ...) call_as_task(m, task, (const long[7]){ __VA_ARGS__ })
static long call_as_task(const struct mqueue_model *m, int task, const long c[7])
{
	long ret;

	if (task != CAST_TESTER)
		return puppet_syscall(m->cast.task[task].puppet, c);
	ret = syscall(c[0], c[1], c[2], c[3], c[4], c[5], c[6]);
	return ret < 0 ? -errno : ret;
}

/* Any byte but '/'; now and then as long as a name can be. */
static void random_queue_name(char name[256])
{
	int i, n = one_in(8) ? 255 : 1 + below(20);

	for (i = 0; i < n; i++) {
		name[i] = one_in(2) ? 'a' + below(26) : 1 + below(255);
		if (name[i] == '/' || (n < 3 && name[i] == '.'))
			name[i] = '\n';
	}
	name[n] = 0;
}

/* Another descriptor of the queue, for one who can find it by its name. */
static bool open_again(struct mqueue_model *m, int queue, int task)
{
	struct mqueue *q = &m->queue[queue];
	long fd;

	if (q->unlinked || q->fds[mqueue_place(m, task)].nr == MQUEUE_FDS)
		return true;
	strcpy(memory_of(task)->name, q->name);
	fd = call_as(m, task, SYS_mq_open, (long)memory_of(task)->name, O_RDWR, 0, 0);
	if (fd < 0)
		return complain("mq_open: %s", strerror(-fd));
	mqueue_add_fd(m, queue, task, fd);
	return true;
}

static unsigned int user_of(const struct mqueue_model *m, int task)
{
	struct proc_task t;
	pid_t pid = task == CAST_TESTER ? getpid() : m->cast.task[task].puppet->pid;
	pid_t tid = task == CAST_TESTER ? getpid() : m->cast.task[task].puppet->tid;

	if (!proc_task(pid, tid, &t))
		die("no /proc of %d", tid);
	return t.uid;
}

static uint64_t inode_of(const char *name)
{
	struct stat st;
	int fd = syscall(SYS_mq_open, name, O_RDONLY, 0, 0);

	if (fd < 0 || fstat(fd, &st))
		die("a queue that was just made: %s", strerror(errno));
	close(fd);
	return st.st_ino;
}

static void make_queue(struct mqueue_model *m, int task)
{
	struct memory *memory = memory_of(task);
	int nr = m->nr_queues++;
	struct mqueue *q = &m->queue[nr];
	long fd;

	memset(q, 0, sizeof(*q));
	q->notify = MQUEUE_NO_NOTIFY;
	q->maxmsg = 1 + below(one_in(4) && task == CAST_TESTER ? MQUEUE_MESSAGES : 5);
	q->msgsize = 1 + below(one_in(4) ? MQUEUE_SIZE_MAX : 50);
	q->uid = user_of(m, task);
	memory->attr = (struct mq_attr){ .mq_maxmsg = q->maxmsg, .mq_msgsize = q->msgsize };
	do {
		random_queue_name(q->name);
		strcpy(memory->name, q->name);
		fd = call_as(m, task, SYS_mq_open, (long)memory->name, O_CREAT | O_EXCL | O_RDWR,
			     0666 | below(01000), (long)&memory->attr);
	} while (fd == -EEXIST);
	if (fd < 0)
		die("mq_open: %s", strerror(-fd));
	mqueue_add_fd(m, nr, task, fd);
	q->ino = inode_of(q->name);
}

/* What a process gets from the test that makes it. */
static void inherit(struct mqueue_model *m)
{
	int i, process;

	for (i = 0; i < m->nr_queues; i++)
		for (process = 0; process < m->cast.nr_processes; process++)
			m->queue[i].fds[process] = m->queue[i].fds[MQUEUE_TESTER];
}

/* One of the descriptors the task has of it, -1 if none. */
static int pick_fd(const struct mqueue_model *m, int queue, int task)
{
	const struct mqueue_fds *fds = &m->queue[queue].fds[mqueue_place(m, task)];

	return fds->nr ? fds->fd[below(fds->nr)] : -1;
}

static void random_call(const struct mqueue_model *m, struct mqueue_call *call, bool receives)
{
	call->queue = below(m->nr_queues);
	call->prio = one_in(20) ? below(32768) : below(4);
	call->size = receives ? (size_t)m->queue[call->queue].msgsize
			      : below(m->queue[call->queue].msgsize + 1);
}

/* A puppet waits for ever or nearly so, the test not at all if all is right. */
static const struct timespec *until(int task)
{
	struct timespec *t = &memory_of(task)->until;

	if (task != CAST_TESTER && one_in(2))
		return NULL;
	clock_gettime(CLOCK_REALTIME, t);
	t->tv_sec += task == CAST_TESTER ? 5 : 86400;
	return t;
}

static void make_call(int task, const struct mqueue_call *call, int fd, bool receives, long to[7])
{
	struct memory *memory = memory_of(task);
	size_t i;

	for (i = 0; i < call->size && !receives; i++)
		memory->text[i] = MQUEUE_SECRET[i % (sizeof(MQUEUE_SECRET) - 1)];
	to[0] = receives ? SYS_mq_timedreceive : SYS_mq_timedsend;
	to[1] = fd;
	to[2] = (long)memory->text;
	to[3] = call->size;
	to[4] = receives ? 0 : call->prio;
	to[5] = (long)until(task);
	to[6] = 0;
}

/* A call that does not block. */
static bool operate(struct mqueue_model *m, int task, const struct mqueue_call *call, bool receives)
{
	static struct mqueue_model next;
	int fd = pick_fd(m, call->queue, task);
	struct mqueue_outcome out;
	long c[7], got;

	if (fd < 0 || m->queue[call->queue].gone)
		return true;
	next = *m;
	if (receives)
		mqueue_receive(&next, call->queue, &out);
	else
		mqueue_send(&next, call, &out);
	if (out.blocks)
		return true;
	make_call(task, call, fd, receives, c);
	got = call_as_task(m, task, c);
	if (got != out.result)
		return complain("%s returned %ld instead of %ld",
				receives ? "mq_receive" : "mq_send", got, out.result);
	*m = next;
	if (out.back < 0)
		return true;
	got = cast_back(&m->cast, out.back);
	return got == out.back_result ||
	       complain("a blocked call returned %ld instead of %ld", got, out.back_result);
}

static bool random_operation(struct mqueue_model *m)
{
	bool receives = one_in(3);
	struct mqueue_call call;
	int task = one_in(3) ? CAST_TESTER : cast_idle(&m->cast);

	random_call(m, &call, receives);
	return operate(m, task < 0 ? CAST_TESTER : task, &call, receives);
}

static bool ask_to_be_told(struct mqueue_model *m, int queue, int task)
{
	static const int signals[] = { SIGUSR1, SIGURG, SIGWINCH };
	struct sigevent *event = &memory_of(task)->event;
	struct mqueue *q = &m->queue[queue];
	int how = below(3), fd = pick_fd(m, queue, task);
	long ret;

	if (fd < 0 || q->gone || q->notify != MQUEUE_NO_NOTIFY)
		return true;
	*event = (struct sigevent){ .sigev_notify = how, .sigev_signo = signals[below(3)] };
	q->signo = event->sigev_signo;
	if (how == SIGEV_THREAD) /* a socket that the kernel writes to, as glibc has it */
		event->sigev_signo = call_as(m, task, SYS_socket, AF_NETLINK, SOCK_RAW, 0);
	if (how == SIGEV_THREAD)
		event->sigev_value.sival_ptr = memory_of(task)->text;
	ret = call_as(m, task, SYS_mq_notify, fd, (long)event);
	if (ret)
		return complain("mq_notify %d: %s", how, strerror(-ret));
	q->notify = how;
	q->notify_who = mqueue_place(m, task);
	return true;
}

static bool close_one(struct mqueue_model *m, int queue, int task)
{
	struct mqueue_fds *fds = &m->queue[queue].fds[mqueue_place(m, task)];
	int i;
	long ret;

	if (!fds->nr)
		return true;
	i = below(fds->nr);
	ret = call_as(m, task, SYS_close, fds->fd[i]);
	mqueue_close(m, queue, mqueue_place(m, task), i);
	return !ret || complain("close: %s", strerror(-ret));
}

static bool unlink_queue(struct mqueue_model *m, int queue)
{
	struct mqueue *q = &m->queue[queue];

	if (q->unlinked)
		return true;
	if (syscall(SYS_mq_unlink, q->name))
		return complain("mq_unlink: %s", strerror(errno));
	mqueue_unlink(m, queue);
	return true;
}

/* Everybody who is free to closes what they have of it. */
static bool close_all(struct mqueue_model *m, int queue)
{
	bool ok = true;
	int task;

	while (ok && m->queue[queue].fds[MQUEUE_TESTER].nr)
		ok = close_one(m, queue, CAST_TESTER);
	for (task = 0; task < m->cast.nr_tasks; task++)
		while (ok && m->cast.task[task].alive && !m->cast.task[task].waiting &&
		       m->queue[queue].fds[mqueue_place(m, task)].nr)
			ok = close_one(m, queue, task);
	return ok;
}

/* Other rights and owners, by a descriptor of the test. */
static bool change_inode(struct mqueue_model *m, int queue)
{
	int fd = pick_fd(m, queue, CAST_TESTER);

	if (fd < 0)
		return true;
	if (fchmod(fd, 0666 | below(01000)) || fchown(fd, below(70000), below(70000)))
		return complain("fchown: %s", strerror(errno));
	return true;
}

/* Priorities of all kinds: those of real time, of nice, and the usual. */
static void schedule_as(const struct puppet *p)
{
	struct sched_param rt = { .sched_priority = 1 + below(3) };

	if (one_in(4) && sched_setscheduler(p->tid, one_in(2) ? SCHED_FIFO : SCHED_RR, &rt))
		die("SCHED_FIFO: %s", strerror(errno));
	else if (one_in(3))
		setpriority(PRIO_PROCESS, p->tid, (int)below(40) - 20);
}

static void wait_in(struct mqueue_model *m, int task, const struct mqueue_call *call, bool receives)
{
	const struct puppet *p = m->cast.task[task].puppet;
	struct proc_task t;
	long c[7];

	schedule_as(p);
	make_call(task, call, call->fd, receives, c);
	cast_block_call(&m->cast, task, c);
	if (!proc_task(p->pid, p->tid, &t))
		die("no /proc of %d", p->tid);
	mqueue_wait(m, task, call, receives, t.priority);
}

static void waits(struct mqueue_model *m)
{
	static struct mqueue_model next;
	struct mqueue_outcome out;
	struct mqueue_call call;
	int task, tries;

	for (tries = 0; tries < 100 && (task = cast_idle(&m->cast)) >= 0; tries++) {
		bool receives = one_in(2);

		random_call(m, &call, receives);
		call.fd = pick_fd(m, call.queue, task);
		if (call.fd < 0 || m->queue[call.queue].gone)
			continue;
		next = *m;
		if (receives)
			mqueue_receive(&next, call.queue, &out);
		else
			mqueue_send(&next, &call, &out);
		if (out.blocks)
			wait_in(m, task, &call, receives);
	}
}

/* Anything but a call that blocks. */
static bool random_step(struct mqueue_model *m)
{
	int queue = below(m->nr_queues);
	int task = one_in(4) ? CAST_TESTER : cast_idle(&m->cast);

	task = task < 0 ? CAST_TESTER : task;
	switch (below(16)) {
	case 0:
		return close_one(m, queue, task);
	case 1:
		return change_inode(m, queue);
	case 2:
	case 3:
	case 4:
		return ask_to_be_told(m, queue, task);
	case 5:
	case 6:
	case 7:
		return open_again(m, queue, task);
	default:
		return random_operation(m);
	}
}

static bool random_steps(struct mqueue_model *m, int n)
{
	bool ok = true;

	while (ok && n-- > 0)
		ok = random_step(m);
	return ok;
}

/* Under the eyes of those who wait: some are served, some die, names go. */
static bool changes(struct mqueue_model *m)
{
	int task, n = below(4);
	bool ok = true;
	int i;

	for (i = 0; i < m->nr_queues && ok; i++)
		if (one_in(4))
			ok = unlink_queue(m, i) && (one_in(2) || close_all(m, i));
	while (n-- > 0) {
		task = below(m->cast.nr_tasks);
		if (m->cast.task[task].alive && one_in(2))
			cast_kill(&m->cast, task);
		mqueue_bury(m);
	}
	return ok && random_steps(m, below(8));
}

bool mqueue_generate(struct mqueue_model *m, uint64_t seed)
{
	bool ok;
	int i, n;

	random_seed(seed);
	m->nr_queues = m->cast.nr_tasks = m->cast.nr_processes = 0;
	n = below(3);
	for (i = 0; i < n; i++)
		make_queue(m, CAST_TESTER);
	cast_make(&m->cast, 3 + below(14));
	inherit(m);
	n = 1 + below(2);
	for (i = 0; i < n; i++)
		make_queue(m, one_in(3) ? CAST_TESTER : cast_idle(&m->cast));
	ok = random_steps(m, below(60));
	cast_exits(&m->cast, below(3));
	mqueue_bury(m);
	if (!ok)
		return false;
	waits(m);
	return changes(m);
}

void mqueue_generate_clear(struct mqueue_model *m)
{
	int i, j;

	puppets_clear();
	for (i = 0; i < m->nr_queues; i++) {
		const struct mqueue_fds *fds = &m->queue[i].fds[MQUEUE_TESTER];

		for (j = 0; j < fds->nr; j++)
			close(fds->fd[j]);
		if (!m->queue[i].unlinked)
			syscall(SYS_mq_unlink, m->queue[i].name);
	}
	m->nr_queues = 0;
}
