// SPDX-License-Identifier: GPL-2.0
/*
 * 'ipcdbg rm' against others, who come in between: the command is stopped before each system call
 * from its first look at an object to the removal, and there the object comes into use, or goes and
 * another one takes its id. Up to the last look every one survives; from there to the removal,
 * where nothing but the kernel could help, every one whose id differs does.
 */
#define _GNU_SOURCE
#include "kselftest_harness.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <mqueue.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/resource.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/syscall.h>
#include "common.h"
#include "puppet.h"
#include "shell.h"
#include "traced.h"

#define OBJECTS 240 /* of a kind: more than are tried */
#define FULL 16384  /* bytes that a queue holds by default */
#define KEY(i) (0x1000 + (i))

/* What puppets' calls point to. */
static struct {
	char name[32];
	struct {
		long mtype;
		char text[FULL / 2];
	} message;
} * memory;

struct object {
	int id;
	char word[32]; /* as the command calls it */
};

struct race {
	const char *option, *table;
	long removal; /* the system call */
	void (*make)(struct object *o, int i);
	bool (*is_there)(const struct object *o);
	void (*remove)(struct object *o);
	const char *next_id; /* NULL: it goes by its name */
};

static void make_set(struct object *o, int i)
{
	o->id = semget(KEY(i), 2, IPC_CREAT | IPC_EXCL | 0600);
	if (o->id < 0 || semctl(o->id, 1, SETVAL, 1))
		die("semget: %s", strerror(errno));
	snprintf(o->word, sizeof(o->word), "%d", o->id);
}

static bool set_is_there(const struct object *o)
{
	return semctl(o->id, 0, GETVAL) >= 0;
}

static void remove_set(struct object *o)
{
	semctl(o->id, 0, IPC_RMID);
}

static void make_segment(struct object *o, int i)
{
	o->id = shmget(KEY(i), 4096, IPC_CREAT | IPC_EXCL | 0600);
	if (o->id < 0)
		die("shmget: %s", strerror(errno));
	snprintf(o->word, sizeof(o->word), "%d", o->id);
}

static bool segment_is_there(const struct object *o)
{
	struct shmid_ds ds;

	return !shmctl(o->id, IPC_STAT, &ds) && !(ds.shm_perm.mode & SHM_DEST);
}

static void remove_segment(struct object *o)
{
	shmctl(o->id, IPC_RMID, NULL);
}

static void make_queue(struct object *o, int i)
{
	o->id = msgget(KEY(i), IPC_CREAT | IPC_EXCL | 0600);
	if (o->id < 0)
		die("msgget: %s", strerror(errno));
	snprintf(o->word, sizeof(o->word), "%d", o->id);
}

static bool queue_is_there(const struct object *o)
{
	struct msqid_ds ds;

	return !msgctl(o->id, IPC_STAT, &ds);
}

static void remove_queue(struct object *o)
{
	msgctl(o->id, IPC_RMID, NULL);
}

static void make_mqueue(struct object *o, int i)
{
	snprintf(o->word, sizeof(o->word), "/rm-%d", i);
	o->id = mq_open(o->word, O_CREAT | O_EXCL | O_RDWR, 0600,
			&(struct mq_attr){ .mq_maxmsg = 1, .mq_msgsize = 8 });
	if (o->id < 0)
		die("mq_open: %s", strerror(errno));
	mq_close(o->id);
}

static bool mqueue_is_there(const struct object *o)
{
	mqd_t q = mq_open(o->word, O_RDONLY);

	if (q >= 0)
		mq_close(q);
	return q >= 0;
}

static void remove_mqueue(struct object *o)
{
	mq_unlink(o->word);
}

static const struct race sets = { "-s",		"sem",	    SYS_semctl,	  make_set,
				  set_is_there, remove_set, "sem_next_id" };
static const struct race segments = {
	"-m", "shm", SYS_shmctl, make_segment, segment_is_there, remove_segment, "shm_next_id"
};
static const struct race queues = { "-q",	    "msg",	  SYS_msgctl,	make_queue,
				    queue_is_there, remove_queue, "msg_next_id" };
static const struct race mqueues = { "-Q",	  "mqueue",	   SYS_mq_unlink,
				     make_mqueue, mqueue_is_there, remove_mqueue,
				     NULL };

/* Ways to come into use, and to go out of it; the object may be gone by then. */
static void wait_on_set(struct puppet *p, struct object *o)
{
	struct sembuf down = { 0, -1, 0 };

	puppet_block(p, o->id, &down, 1, NULL);
}

static void hold_set(struct puppet *p, struct object *o)
{
	struct sembuf down = { 1, -1, SEM_UNDO };

	if (puppet_semop(p, o->id, &down, 1))
		die("a puppet does not get the semaphore");
}

static void attach(struct puppet *p, struct object *o)
{
	if (puppet_call(p, SYS_shmat, o->id, 0, 0) <= 0)
		die("a puppet does not attach the segment");
}

static void wait_to_receive(struct puppet *p, struct object *o)
{
	puppet_block_call(p, NULL, SYS_msgrcv, o->id, (long)&memory->message, 8, 0, 0);
}

/* A queue of the default size, filled. */
static void wait_to_send(struct puppet *p, struct object *o)
{
	int i;

	memory->message.mtype = 1;
	for (i = 0; i < 2; i++)
		if (puppet_call(p, SYS_msgsnd, o->id, (long)&memory->message, FULL / 2, 0))
			die("a puppet does not send");
	puppet_block_call(p, NULL, SYS_msgsnd, o->id, (long)&memory->message, 1, 0);
}

static void open_mqueue(struct puppet *p, struct object *o)
{
	strcpy(memory->name, o->word + 1);
	if (puppet_call(p, SYS_mq_open, (long)memory->name, O_RDONLY, 0, 0) < 0)
		die("a puppet does not open the queue");
}

/* It goes, and another one gets its key, and its id too, or the next of that slot. */
static void replace(const struct race *r, struct object *o, int i, bool same)
{
	char path[64], number[16];
	int id = o->id;

	r->remove(o);
	if (r->next_id) {
		snprintf(path, sizeof(path), "/proc/sys/kernel/%s", r->next_id);
		/* The index is the low 15 bits. */
		snprintf(number, sizeof(number), "%d", same ? id : id + 0x8000);
		if (put_file(path, number))
			die("cannot set %s", path);
	}
	r->make(o, i);
	if (r->next_id && o->id != (same ? id : id + 0x8000))
		die("asked for another id than %d", o->id);
}

/*
 * Goes on to the call of that number behind the read of the first look, or to the removal. Returns
 * the number; in *last_look, unless NULL, that of the read of the last look.
 */
static int go_to(struct traced *t, const struct race *r, int stop, int *last_look)
{
	char path[64];
	int opens = 0, at = -2;

	snprintf(path, sizeof(path), IPCDBG_DIR "/%s", r->table);
	while (traced_next(t)) {
		opens += traced_opens(t, path);
		if (at > -2 || (opens && t->nr == SYS_pread64))
			at++;
		if (last_look && opens == 2 && t->nr == SYS_pread64)
			*last_look = at;
		if (at == stop || t->nr == r->removal)
			return at;
	}
	die("the command ends before it removes anything");
	return -1;
}

static void start(struct traced *t, const struct race *r, const struct object *o)
{
	traced_start(t, "/tmp", (const char *[]){ cli(), "rm", r->option, o->word, NULL });
}

/* It ended so, and the object, or what has its id now, is there. */
static bool survived(struct traced *t, const struct race *r, const struct object *o, int want,
		     const char *what, int stop)
{
	int code = traced_end(t);

	if (code == want && r->is_there(o))
		return true;
	return complain("%s at call %d: exit status %d, %s", what, stop, code,
			r->is_there(o) ? "there" : "removed");
}

struct way {
	const char *what;
	void (*use)(struct puppet *p, struct object *o);
};

static bool comes_into_use(const struct race *r, const struct way *way, struct object *o, int stop)
{
	struct puppet *p = puppet_make(NULL, 0);
	struct traced t;
	bool ok;

	start(&t, r, o);
	go_to(&t, r, stop, NULL);
	way->use(p, o);
	ok = survived(&t, r, o, 5, way->what, stop);
	r->remove(o);
	if (p->state == PUPPET_BLOCKED)
		puppet_unblock(p);
	puppet_exit(p);
	puppet_reap(p);
	puppet_forget(p);
	return ok;
}

static bool is_replaced(const struct race *r, struct object *o, int i, int stop, bool same)
{
	struct traced t;
	bool ok;

	start(&t, r, o);
	go_to(&t, r, stop, NULL);
	replace(r, o, i, same);
	ok = survived(&t, r, o, 2, same ? "another with its id" : "another with its slot", stop);
	r->remove(o);
	return ok;
}

FIXTURE(race)
{
	struct object objects[OBJECTS];
	int next;
};

FIXTURE_SETUP(race)
{
	ASSERT_LE(0, shell_begin());
	ASSERT_EQ(0, setrlimit(RLIMIT_MSGQUEUE, &(struct rlimit){ RLIM_INFINITY, RLIM_INFINITY }));
	ASSERT_LE(0, put_file("/proc/sys/fs/mqueue/queues_max", "1000"));
	memory = mmap(NULL, sizeof(*memory), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
		      0);
	ASSERT_NE(MAP_FAILED, memory);
}

FIXTURE_TEARDOWN(race)
{
	puppets_clear();
}

static struct object *take(FIXTURE_DATA(race) * self, int *i)
{
	if (self->next == OBJECTS)
		die("too few objects");
	*i = self->next++;
	return &self->objects[*i];
}

/* Places in between, every one of them near the end, in every way. */
static bool run_race(FIXTURE_DATA(race) * self, const struct race *r, const struct way *ways,
		     int nr)
{
	int step = env_long("SEEDS", 40) < 1000 ? 8 : 1;
	int last_look = 0, removal, i, stop;
	struct object *o;
	struct traced t;
	bool ok;

	for (i = 0; i < OBJECTS; i++)
		r->make(&self->objects[i], i);
	/* Older than what the command takes for new. */
	sleep(3);
	o = take(self, &i);
	start(&t, r, o);
	removal = go_to(&t, r, INT_MAX, &last_look);
	ok = !traced_end(&t) && !r->is_there(o);
	printf("# %s: last look at call %d, removal at call %d\n", r->option, last_look, removal);
	if (!ok || !last_look || removal > last_look + 2)
		return complain("not removed right after the last look");
	for (stop = 0; stop <= removal; stop += stop < last_look - 1 ? step : 1) {
		for (i = 0; i < nr && stop <= last_look; i++) {
			int number;
			struct object *used = take(self, &number);

			ok &= comes_into_use(r, &ways[i], used, stop);
		}
		if (stop <= last_look) {
			o = take(self, &i);
			ok &= is_replaced(r, o, i, stop, true);
		}
		if (r->next_id) {
			o = take(self, &i);
			ok &= is_replaced(r, o, i, stop, false);
		}
	}
	for (i = self->next; i < OBJECTS; i++)
		r->remove(&self->objects[i]);
	return ok;
}

TEST_F_TIMEOUT(race, set, 300)
{
	static const struct way ways[] = { { "a task waits", wait_on_set },
					   { "a holder", hold_set } };

	EXPECT_TRUE(run_race(self, &sets, ways, 2));
}

TEST_F_TIMEOUT(race, segment, 300)
{
	static const struct way ways[] = { { "attached", attach } };

	EXPECT_TRUE(run_race(self, &segments, ways, 1));
}

TEST_F_TIMEOUT(race, queue, 300)
{
	static const struct way ways[] = { { "a receiver", wait_to_receive },
					   { "a sender", wait_to_send } };

	EXPECT_TRUE(run_race(self, &queues, ways, 2));
}

TEST_F_TIMEOUT(race, mqueue, 300)
{
	static const struct way ways[] = { { "opened", open_mqueue } };

	EXPECT_TRUE(run_race(self, &mqueues, ways, 1));
}

/* Made in one second, and with the same key, they would be alike: the command has waited. */
TEST_F(race, made_at_the_same_time)
{
	struct object o;
	struct traced t;

	make_set(&o, 0);
	start(&t, &sets, &o);
	while (traced_next(&t) && !(t.nr == SYS_write && t.args[0] == STDOUT_FILENO))
		ASSERT_NE(SYS_semctl, t.nr);
	replace(&sets, &o, 0, true);
	EXPECT_TRUE(survived(&t, &sets, &o, 2, "another with its id", 0));
}

TEST_HARNESS_MAIN
