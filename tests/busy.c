// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include "busy.h"
#include "common.h"

#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <signal.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/syscall.h>
#include <unistd.h>

#define SEGMENT_SIZE 8192
#define LINES 7

struct message {
	long type;
	char text[BUSY_LONG];
};

struct busy_memory {
	struct message message[LINES * BUSY_EACH + 1];
	struct sigevent event;
	unsigned long signals; /* a set of the kernel's, BUSY_SIGNAL alone */
	struct timespec no_time;
};

void busy_text(const char *text, int i, char to[BUSY_SIZE])
{
	memset(to, 0, BUSY_SIZE);
	snprintf(to, BUSY_SIZE, "%s%d", text, i);
}

static long must_do(struct puppet *p, const long call[7], const char *what)
{
	long ret = puppet_syscall(p, call);

	if (ret < 0)
		die("%s: %s", what, strerror(-ret));
	return ret;
}

#define must(p, ...) must_do(p, (const long[7]){ __VA_ARGS__ }, #__VA_ARGS__)

static void open_all(struct busy *b)
{
	struct mq_attr attr = { .mq_maxmsg = BUSY_MESSAGES, .mq_msgsize = BUSY_SIZE };
	int flags = O_RDWR | O_CREAT | O_EXCL;

	b->semid = semget(0x00005e11, 3, IPC_CREAT | IPC_EXCL | 0640);
	b->shmid = shmget(0x00005e12, SEGMENT_SIZE, IPC_CREAT | IPC_EXCL | 0640);
	b->msqid = msgget(0x00005e13, IPC_CREAT | IPC_EXCL | 0640);
	b->full_msqid = msgget(IPC_PRIVATE, 0600);
	b->mq = syscall(SYS_mq_open, BUSY_QUEUE, flags, 0640, &attr);
	b->full_mq = syscall(SYS_mq_open, BUSY_FULL_QUEUE, flags, 0640, &attr);
	b->told_mq = syscall(SYS_mq_open, BUSY_TOLD_QUEUE, flags, 0640, &attr);
	if (b->semid < 0 || b->shmid < 0 || b->msqid < 0 || b->full_msqid < 0 || b->mq < 0 ||
	    b->full_mq < 0 || b->told_mq < 0)
		die("cannot make objects: %s", strerror(errno));
}

static void send_by(struct busy *b, struct message *m, int msqid, long type, size_t size)
{
	m->type = type;
	must(b->holder, SYS_msgsnd, msqid, (long)m, size, IPC_NOWAIT);
}

/* By the holder; what it receives makes it the last receiver. */
static void fill_queues(struct busy *b, const char *text)
{
	struct message *m = &b->memory->message[LINES * BUSY_EACH];
	struct msqid_ds ds;
	int i;

	if (msgctl(b->full_msqid, IPC_STAT, &ds))
		die("IPC_STAT: %s", strerror(errno));
	ds.msg_qbytes = BUSY_MESSAGES * BUSY_SIZE;
	if (msgctl(b->full_msqid, IPC_SET, &ds))
		die("IPC_SET: %s", strerror(errno));
	for (i = 0; i < BUSY_MESSAGES; i++) {
		busy_text(text, i, m->text);
		send_by(b, m, b->msqid, i + 1, BUSY_SIZE);
		send_by(b, m, b->full_msqid, i + 1, BUSY_SIZE);
		must(b->holder, SYS_mq_timedsend, b->full_mq, (long)m->text, BUSY_SIZE, i, 0);
	}
	memset(m->text, 'x', BUSY_LONG);
	strcpy(m->text + BUSY_LONG - BUSY_SIZE, text);
	send_by(b, m, b->msqid, BUSY_MESSAGES + 1, BUSY_LONG);
	send_by(b, m, b->msqid, 50, 1);
	must(b->holder, SYS_msgrcv, b->msqid, (long)m, 1, 50, IPC_NOWAIT);
}

/* Over what it has been started with: /proc/PID/environ shows no memory that is shared. */
static void set_environ(pid_t pid, const char *text)
{
	char path[64], *stat, *at;
	int field, fd;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	stat = slurp(path, 4096, NULL);
	at = stat ? strrchr(stat, ')') : NULL;
	for (field = 2; at && field < 50; field++)
		at = strchr(at + 1, ' ');
	snprintf(path, sizeof(path), "/proc/%d/mem", pid);
	fd = open(path, O_RDWR | O_CLOEXEC);
	if (!at || pwrite(fd, text, strlen(text) + 1, strtoll(at, NULL, 10)) < 0)
		die("%s: %s", path, strerror(errno));
	free(stat);
	close(fd);
}

static void make_holder(struct busy *b, const char *text)
{
	struct sembuf hold = { .sem_num = 0, .sem_op = 1, .sem_flg = SEM_UNDO };
	struct busy_memory *m = b->memory;

	b->holder = puppet_make(NULL, 0);
	if (!b->holder || puppet_semop(b->holder, b->semid, &hold, 1))
		die("cannot make the holder");
	b->shm = shmat(b->shmid, NULL, 0);
	/* Children would detach it when they end, or become another program. */
	if (b->shm == (void *)-1 || madvise(b->shm, SEGMENT_SIZE, MADV_DONTFORK))
		die("shmat: %s", strerror(errno));
	memset(b->shm, '.', SEGMENT_SIZE);
	strcpy(b->shm + 4000, text);
	must(b->holder, SYS_shmat, b->shmid, 0, 0);
	m->event = (struct sigevent){ .sigev_notify = SIGEV_SIGNAL, .sigev_signo = BUSY_SIGNAL };
	m->signals = 1ul << (BUSY_SIGNAL - 1);
	must(b->holder, SYS_rt_sigprocmask, SIG_BLOCK, (long)&m->signals, 0, sizeof(m->signals));
	must(b->holder, SYS_mq_notify, b->told_mq, (long)&m->event);
	set_environ(b->holder->pid, text);
}

bool busy_was_told(const struct busy *b)
{
	struct busy_memory *m = b->memory;

	return puppet_call(b->holder, SYS_rt_sigtimedwait, (long)&m->signals, 0, (long)&m->no_time,
			   sizeof(m->signals)) == BUSY_SIGNAL;
}

/* The message of the i-th of those who wait in a line. */
static struct message *message_of(const struct busy *b, unsigned int line, int i)
{
	return &b->memory->message[line * BUSY_EACH + i];
}

static struct puppet *make(void)
{
	struct puppet *p = puppet_make(NULL, 0);

	if (!p)
		die("clone: %s", strerror(errno));
	return p;
}

static void block_on_set(struct busy *b, int i)
{
	static const struct sembuf take = { .sem_num = 1, .sem_op = -1 };
	static const struct sembuf zero = { .sem_num = 0, .sem_op = 0 };
	static const struct sembuf both[] = { { .sem_num = 1, .sem_op = -1 },
					      { .sem_num = 2, .sem_op = -1, .sem_flg = SEM_UNDO } };

	b->taker[i] = make();
	puppet_block(b->taker[i], b->semid, &take, 1, NULL);
	b->zero[i] = make();
	puppet_block(b->zero[i], b->semid, &zero, 1, NULL);
	b->several[i] = make();
	puppet_block(b->several[i], b->semid, both, 2, NULL);
}

static void block_on_queues(struct busy *b, const char *text, int i)
{
	struct message *m;

	b->receiver[i] = make();
	puppet_block_call(b->receiver[i], NULL, SYS_msgrcv, b->msqid, (long)message_of(b, 3, i),
			  BUSY_SIZE, 99, 0);
	m = message_of(b, 4, i);
	m->type = 5 + i;
	busy_text(text, BUSY_MESSAGES + i, m->text);
	b->sender[i] = make();
	puppet_block_call(b->sender[i], NULL, SYS_msgsnd, b->full_msqid, (long)m, BUSY_SIZE, 0);
	b->mq_receiver[i] = make();
	puppet_block_call(b->mq_receiver[i], NULL, SYS_mq_timedreceive, b->mq,
			  (long)message_of(b, 5, i)->text, BUSY_SIZE, 0, 0);
	m = message_of(b, 6, i);
	busy_text(text, BUSY_MESSAGES + i, m->text);
	b->mq_sender[i] = make();
	puppet_block_call(b->mq_sender[i], NULL, SYS_mq_timedsend, b->full_mq, (long)m->text,
			  BUSY_SIZE, 5 + i, 0);
}

void busy_make(struct busy *b, const char *text)
{
	int i;

	memset(b, 0, sizeof(*b));
	b->memory = mmap(NULL, sizeof(*b->memory), PROT_READ | PROT_WRITE,
			 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (b->memory == MAP_FAILED)
		die("mmap: %s", strerror(errno));
	open_all(b);
	make_holder(b, text);
	fill_queues(b, text);
	for (i = 0; i < BUSY_EACH; i++) {
		block_on_set(b, i);
		block_on_queues(b, text, i);
	}
}

const char *busy_received(const struct busy *b, const struct puppet *p)
{
	int i;

	for (i = 0; i < BUSY_EACH; i++) {
		if (b->receiver[i] == p)
			return message_of(b, 3, i)->text;
		if (b->mq_receiver[i] == p)
			return message_of(b, 5, i)->text;
	}
	die("puppet %d does not receive", p->tid);
}

struct puppet *busy_blocked(const struct busy *b, unsigned int i)
{
	struct puppet *const *const lines[LINES] = { b->taker,	  b->zero,   b->several,
						     b->receiver, b->sender, b->mq_receiver,
						     b->mq_sender };

	return i < LINES * BUSY_EACH ? lines[i / BUSY_EACH][i % BUSY_EACH] : NULL;
}
