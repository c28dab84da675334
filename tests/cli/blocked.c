// SPDX-License-Identifier: GPL-2.0
/*
 * blocked FACTS PROGRAM32 COMMAND...: makes a semaphore set, two message queues and a segment with
 * the id 0, 0, 1 and 0 of a new ipc namespace, and processes that are blocked on them and have them
 * attached; writes to FACTS what they do, a line each, then runs the command. PROGRAM32 is a
 * program of 32 bits that waits too; '-' if there is none.
 *
 *   wait PID TID COMM SEMNUM UNDO ALTER SEM_NUM:SEM_OP:FLAGS:BLOCKING...
 *   receiver PID TID MSGTYP MODE MAXSIZE
 *   sender PID TID SIZE
 *   attach PID SHARED START-END:OFFSET:PROT...
 *   mq_receiver NAME PID TID                 POSIX queues, as root only
 *   mq_sender NAME PID TID MSG_PRIO SIZE
 *   opener NAME PID FDS
 *
 * A process that only looks blocked is stopped, and has no line; nor has one whose operations in
 * memory are not those it waits for any more.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/prctl.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define SEGMENT_SIZE 20480

static int set, empty, full, segment;
static FILE *facts;

/* What a child does; pages and not memory of its own are shared with it. */
struct work {
	void (*run)(const struct work *w);
	const struct sembuf *ops;
	unsigned int nr_ops;
	long msgtyp;
	size_t size;
	int flags;
	const char *program;
	volatile pid_t tid;
	void *volatile at[2];
};

static void run_semop(const struct work *w)
{
	semop(set, (struct sembuf *)w->ops, w->nr_ops);
}

static void run_msgrcv(const struct work *w)
{
	char message[sizeof(long) + 100];

	msgrcv(empty, message, w->size, w->msgtyp, w->flags);
}

static void run_msgsnd(const struct work *w)
{
	long message[32] = { 3 };

	msgsnd(full, message, w->size, 0);
}

static void *thread(void *arg)
{
	struct work *w = arg;

	prctl(PR_SET_NAME, "a \n) thread");
	w->tid = gettid();
	run_semop(w);
	return NULL;
}

static void run_thread(const struct work *w)
{
	pthread_t t;

	pthread_create(&t, NULL, thread, (void *)w);
	pause();
}

static void run_program(const struct work *w)
{
	execl(w->program, w->program, NULL);
	_exit(127);
}

/* Whether this machine runs the program: it has ended if not, and else it is blocked. */
static int is_blocked(pid_t pid, int waits)
{
	for (int i = 0; i < 5000; i++) {
		if (waitpid(pid, NULL, WNOHANG) == pid)
			return 0;
		if (semctl(set, 2, GETNCNT) == waits)
			return 1;
		usleep(1000);
	}
	errx(1, "%d is not blocked", pid);
}

static void run_attach(const struct work *w)
{
	struct work *mine = (struct work *)w;

	mine->at[0] = shmat(segment, NULL, 0);
	mine->at[1] = shmat(segment, NULL, SHM_RDONLY);
	/* What is in the middle has other rights: three mappings of one attachment. */
	if (mprotect((char *)mine->at[0] + 8192, 4096, PROT_READ))
		err(1, "mprotect");
	mine->tid = gettid();
	pause();
}

static char state_of(pid_t pid, pid_t tid)
{
	char path[64], text[512] = "";
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/stat", pid, tid);
	f = fopen(path, "re");
	if (!f)
		return '?';
	fread(text, 1, sizeof(text) - 1, f);
	fclose(f);
	return strrchr(text, ')')[2];
}

static void wait_for_state(pid_t pid, pid_t tid, char state)
{
	for (int i = 0; i < 5000; i++) {
		if (state_of(pid, tid) == state)
			return;
		usleep(1000);
	}
	errx(1, "%d does not get to state %c", pid, state);
}

static struct work *new_work(void)
{
	struct work *w =
		mmap(NULL, sizeof(*w), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (w == MAP_FAILED)
		err(1, "mmap");
	return w;
}

static pid_t start(const struct work *what, struct work **shared)
{
	struct work *w = new_work();
	pid_t pid;

	memcpy(w, what, sizeof(*w));
	pid = fork();
	if (pid < 0)
		err(1, "fork");
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		w->run(w);
		_exit(1);
	}
	if (shared)
		*shared = w;
	return pid;
}

/* Until the kernel counts so many waits. */
static void wait_for_counts(int waits)
{
	for (int i = 0; i < 5000; i++) {
		int n = 0;

		for (int s = 0; s < 3; s++)
			n += semctl(set, s, GETNCNT) + semctl(set, s, GETZCNT);
		if (n == waits)
			return;
		usleep(1000);
	}
	errx(1, "not %d tasks wait", waits);
}

static void tell_wait(pid_t pid, pid_t tid, const char *comm, const struct sembuf *ops,
		      unsigned int nr, unsigned int blocking)
{
	int undo = 0, alter = 0;

	for (unsigned int i = 0; i < nr; i++) {
		undo |= !!(ops[i].sem_flg & SEM_UNDO);
		alter |= !!ops[i].sem_op;
	}
	fprintf(facts, "wait %d %d %s %d %d %d", pid, tid, comm, ops[blocking].sem_num, undo,
		alter);
	for (unsigned int i = 0; i < nr; i++)
		fprintf(facts, " %d:%d:%s:%d", ops[i].sem_num, ops[i].sem_op,
			ops[i].sem_flg & SEM_UNDO ? "undo" : "", i == blocking);
	fputs("\n", facts);
}

/*
 * A task whose operation in memory is another one by now, as if another thread had changed it. The
 * kernel counts nobody who waits for that, and nothing is told of it.
 */
static void make_liar(int waits)
{
	static struct sembuf *op;

	op = mmap(NULL, sizeof(*op), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (op == MAP_FAILED)
		err(1, "mmap");
	*op = (struct sembuf){ 0, -1, 0 };
	start(&(struct work){ .run = run_semop, .ops = op, .nr_ops = 1 }, NULL);
	wait_for_counts(waits + 1);
	*op = (struct sembuf){ 1, -5, 0 };
}

static void run_unmapping(const struct work *w)
{
	struct work *mine = (struct work *)w;
	struct sembuf *op;
	pthread_t t;

	op = mmap(NULL, sizeof(*op), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (op == MAP_FAILED)
		err(1, "mmap");
	*op = (struct sembuf){ 2, -9, 0 };
	mine->ops = op;
	mine->nr_ops = 1;
	pthread_create(&t, NULL, thread, mine);
	while (semctl(set, 2, GETNCNT) != mine->flags)
		usleep(1000);
	munmap(op, sizeof(*op));
	mine->at[0] = op;
	pause();
}

/* A task whose operation is nowhere any more: that is its own doing, and no error of /proc. */
static void make_unmapped(int waits)
{
	struct work *w;

	start(&(struct work){ .run = run_unmapping, .flags = semctl(set, 2, GETNCNT) + 1 }, &w);
	while (!w->at[0])
		usleep(1000);
	wait_for_counts(waits + 1);
}

static void make_waits(const char *program32)
{
	static const struct sembuf up[] = { { 1, 1, 0 } }, down[] = { { 0, -1, SEM_UNDO } },
				   second[] = { { 1, -1, 0 }, { 2, 3, 0 }, { 0, -1, 0 } },
				   zero[] = { { 2, 0, 0 }, { 1, 0, 0 } },
				   of_32[] = { { 2, -7, SEM_UNDO } };
	struct work *w;
	int waits = 4;
	pid_t pid;

	semop(set, (struct sembuf *)up, 1);
	pid = start(&(struct work){ .run = run_semop, .ops = down, .nr_ops = 1 }, NULL);
	tell_wait(pid, pid, "blocked", down, 1, 0);
	pid = start(&(struct work){ .run = run_semop, .ops = second, .nr_ops = 3 }, NULL);
	tell_wait(pid, pid, "blocked", second, 3, 2);
	pid = start(&(struct work){ .run = run_semop, .ops = zero, .nr_ops = 2 }, NULL);
	tell_wait(pid, pid, "blocked", zero, 2, 1);
	pid = start(&(struct work){ .run = run_thread, .ops = down, .nr_ops = 1 }, &w);
	while (!w->tid)
		usleep(1000);
	tell_wait(pid, w->tid, "a\\040\\012)\\040thread", down, 1, 0);
	if (strcmp(program32, "-")) {
		pid = start(&(struct work){ .run = run_program, .program = program32 }, NULL);
		if (is_blocked(pid, 1)) {
			waits++;
			tell_wait(pid, pid, strrchr(program32, '/') + 1, of_32, 1, 0);
		}
	}
	wait_for_counts(waits);
	pid = start(&(struct work){ .run = run_semop, .ops = down, .nr_ops = 1 }, NULL);
	wait_for_counts(waits + 1);
	kill(pid, SIGSTOP);
	wait_for_counts(waits);
	wait_for_state(pid, pid, 'T');
	make_liar(waits);
	make_unmapped(waits + 1);
}

static void make_messages(void)
{
	static const struct {
		long msgtyp;
		size_t size;
		int flags;
		const char *mode, *maxsize;
	} receivers[] = { { 0, 50, 0, "any", "50" },
			  { 7, 60, 0, "equal", "60" },
			  { 7, 60, MSG_EXCEPT | MSG_NOERROR, "except", "2147483647" },
			  { -9, 0, 0, "less_equal", "0" } };
	long message[40] = { 1 };
	pid_t pid;

	while (!msgsnd(full, message, 200, IPC_NOWAIT))
		;
	for (size_t i = 0; i < sizeof(receivers) / sizeof(receivers[0]); i++) {
		pid = start(&(struct work){ .run = run_msgrcv,
					    .msgtyp = receivers[i].msgtyp,
					    .size = receivers[i].size,
					    .flags = receivers[i].flags },
			    NULL);
		wait_for_state(pid, pid, 'S');
		fprintf(facts, "receiver %d %d %ld %s %s\n", pid, pid, receivers[i].msgtyp,
			receivers[i].mode, receivers[i].maxsize);
	}
	pid = start(&(struct work){ .run = run_msgsnd, .size = 199 }, NULL);
	wait_for_state(pid, pid, 'S');
	fprintf(facts, "sender %d %d 199\n", pid, pid);
}

static int share_memory(void *arg)
{
	(void)arg;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	pause();
	return 0;
}

static void run_sharing(const struct work *w)
{
	static char stack[65536];
	struct work *mine = (struct work *)w;

	mine->at[0] = shmat(segment, NULL, 0);
	mine->tid = clone(share_memory, stack + sizeof(stack), CLONE_VM | SIGCHLD, NULL);
	pause();
}

static void tell_range(void *at, size_t from, size_t to, const char *prot)
{
	unsigned long base = (unsigned long)at;

	fprintf(facts, " %lu-%lu:%zu:%s", base + from, base + to, from, prot);
}

static void make_attachments(void)
{
	struct work *w;
	pid_t pid;

	pid = start(&(struct work){ .run = run_attach }, &w);
	while (!w->tid)
		usleep(1000);
	fprintf(facts, "attach %d 0", pid);
	/* Mappings stand by their addresses, and the newest attachment is the lowest. */
	if (w->at[1] < w->at[0])
		tell_range(w->at[1], 0, SEGMENT_SIZE, "r--");
	tell_range(w->at[0], 0, 8192, "rw-");
	tell_range(w->at[0], 8192, 12288, "r--");
	tell_range(w->at[0], 12288, SEGMENT_SIZE, "rw-");
	if (w->at[1] > w->at[0])
		tell_range(w->at[1], 0, SEGMENT_SIZE, "r--");
	fputs("\n", facts);
	pid = start(&(struct work){ .run = run_sharing }, &w);
	while (!w->tid)
		usleep(1000);
	fprintf(facts, "attach %d 0", pid);
	tell_range(w->at[0], 0, SEGMENT_SIZE, "rw-");
	fprintf(facts, "\nattach %d 1\n", w->tid);
}

static void run_mq(const struct work *w)
{
	mqd_t q = mq_open(w->program, O_RDWR);
	char message[32] = "";

	if (w->msgtyp)
		mq_send(q, message, w->size, w->msgtyp);
	else
		mq_receive(q, message, sizeof(message), NULL);
}

/* Two queues: one is full, the other is empty, and has lost its name. */
static void make_posix_queues(void)
{
	static const char *const names[] = { "/full one", "/gone" };
	struct mq_attr attr = { .mq_maxmsg = 1, .mq_msgsize = 32 };

	for (int i = 0; i < 2; i++) {
		mqd_t q = mq_open(names[i], O_CREAT | O_EXCL | O_RDWR | O_NONBLOCK, 0600, &attr);
		const char *shown = i ? "gone" : "full\\040one";
		pid_t pid;

		if (q < 0 || (!i && mq_send(q, "x", 1, 1)))
			err(1, "mq_open");
		pid = start(&(struct work){ .run = run_mq,
					    .program = names[i],
					    .msgtyp = i ? 0 : 7,
					    .size = 11 },
			    NULL);
		wait_for_state(pid, pid, 'S');
		fprintf(facts, i ? "mq_receiver %s %d %d\n" : "mq_sender %s %d %d 7 11\n", shown,
			pid, pid);
		/* The child has its own descriptor, and those of its parent. */
		fprintf(facts, "opener %s %d 1\nopener %s %d 2\n", shown, getpid(), shown, pid);
		if (i)
			fprintf(facts, "opener full\\040one %d 1\n", pid);
		if (i)
			mq_unlink(names[i]);
	}
}

int main(int argc, char **argv)
{
	int status;
	pid_t pid;

	if (argc < 4)
		errx(64, "usage: blocked FACTS PROGRAM32 COMMAND...");
	facts = fopen(argv[1], "we");
	set = semget(0x5e7, 3, IPC_CREAT | 0600);
	empty = msgget(0x101, IPC_CREAT | 0600);
	full = msgget(0x102, IPC_CREAT | 0600);
	segment = shmget(0x5e6, SEGMENT_SIZE, IPC_CREAT | 0600);
	if (!facts || set || empty || full != 1 || segment)
		err(1, "not a new ipc namespace");
	make_waits(argv[2]);
	make_messages();
	make_attachments();
	if (!getuid())
		make_posix_queues();
	fclose(facts);
	pid = fork();
	if (!pid) {
		execvp(argv[3], argv + 3);
		err(127, "%s", argv[3]);
	}
	while (waitpid(pid, &status, 0) != pid)
		;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
