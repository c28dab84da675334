// SPDX-License-Identifier: GPL-2.0
/* Sets: every field against IPC_STAT, all sizes, ids of every sequence number; names that hurt. */
#define _GNU_SOURCE
#include "kselftest_harness.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/sem.h>
#include <sys/wait.h>
#include <unistd.h>
#include "common.h"
#include "compare.h"
#include "crowd.h"
#include "proc.h"
#include "puppet.h"
#include "rows.h"

FIXTURE(set)
{
	struct rows r;
};

FIXTURE_SETUP(set)
{
	ASSERT_EQ(0, unshare(CLONE_NEWIPC));
	puppets_open();
}

FIXTURE_TEARDOWN(set)
{
	rows_free(&self->r);
	puppets_clear();
}

static bool read_again(struct rows *r)
{
	rows_free(r);
	return rows_read(r, "sem");
}

TEST_F(set, what_ipc_stat_says)
{
	struct semid_ds ds = { .sem_perm = { .uid = 70000, .gid = 80000, .mode = 0751 } };
	struct sembuf give = { 0, 1, 0 };
	int never = semget(IPC_PRIVATE, 1, 0);
	int id = semget((key_t)0xfedcba98, 3, IPC_CREAT | 0600);

	ASSERT_EQ(0, semctl(id, 0, IPC_SET, &ds));
	ASSERT_EQ(0, semop(id, &give, 1));
	ASSERT_TRUE(read_again(&self->r));
	EXPECT_TRUE(compare_ipc_stat(&self->r, rows_set(&self->r, -1, id), id));
	EXPECT_STREQ("0xfedcba98", ROW_STR(&self->r, rows_set(&self->r, -1, id), set, key));
	EXPECT_STREQ("0751", ROW_STR(&self->r, rows_set(&self->r, -1, id), set, mode));
	EXPECT_TRUE(compare_ipc_stat(&self->r, rows_set(&self->r, -1, never), never));
	EXPECT_STREQ("0x00000000", ROW_STR(&self->r, rows_set(&self->r, -1, never), set, key));
	EXPECT_STREQ("0000", ROW_STR(&self->r, rows_set(&self->r, -1, never), set, mode));
	EXPECT_EQ(0, ROW_NUM(&self->r, rows_set(&self->r, -1, never), set, otime));
	EXPECT_EQ(0, ROW_NUM(&self->r, rows_sem(&self->r, rows_set(&self->r, -1, never), 0), sem,
			     otime));
}

/* Values that tell the semaphores apart. */
static void fill(int id, int nsems)
{
	unsigned short *vals = calloc(nsems, sizeof(*vals));
	int i;

	for (i = 0; i < nsems; i++)
		vals[i] = (i * 7 + 3) % 32768;
	if (semctl(id, 0, SETALL, vals))
		die("SETALL: %s", strerror(errno));
	free(vals);
}

static bool values_are_right(const struct rows *r, int id, int nsems)
{
	unsigned short *vals = calloc(nsems, sizeof(*vals));
	int set = rows_set(r, -1, id), sem = -1, i;
	bool ok = true;

	if (semctl(id, 0, GETALL, vals))
		die("GETALL: %s", strerror(errno));
	for (i = 0; i < nsems; i++) {
		sem = rows_next(r, IPCDBG_R_sem, set, sem);
		if (sem < 0)
			return complain("set of %d lacks semaphore %d", nsems, i);
		if (ROW_NUM(r, sem, sem, semnum) != i || ROW_NUM(r, sem, sem, semval) != vals[i])
			ok = complain("set of %d, semaphore %d", nsems, i);
	}
	if (rows_next(r, IPCDBG_R_sem, set, sem) >= 0)
		ok = complain("set of %d has too many rows", nsems);
	free(vals);
	return ok;
}

/* Waiters and holders at both ends and in the middle of a set, however it is sliced. */
static bool ends_are_right(struct rows *r, int id, int nsems)
{
	int at[] = { 0, nsems / 2, nsems - 1 }, i, wait, undo = -1;
	struct puppet *p[3];
	bool ok = true;

	for (i = 0; i < 3; i++) {
		struct sembuf give = { at[i], 1, SEM_UNDO };
		struct sembuf block = { at[i], -32767, 0 };

		p[i] = puppet_make(NULL, 0);
		if (puppet_semop(p[i], id, &give, 1))
			die("cannot give");
		puppet_block(p[i], id, &block, 1, NULL);
	}
	if (!read_again(r) || !values_are_right(r, id, nsems))
		return false;
	for (i = 0; i < 3; i++) {
		wait = rows_next(r, IPCDBG_R_wait, rows_sem(r, rows_set(r, -1, id), at[i]), -1);
		undo = rows_next(r, IPCDBG_R_undo, rows_set(r, -1, id), undo);
		ok &= wait >= 0 && compare_proc(r, wait, p[i]->pid, p[i]->tid, id);
		ok &= undo >= 0 && ROW_NUM(r, undo, undo, semnum) == at[i] &&
		      ROW_NUM(r, undo, undo, semadj) == -1 &&
		      ROW_NUM(r, rows_next(r, IPCDBG_R_owner, undo, -1), owner, pid) == p[i]->pid;
	}
	return ok ? ok : complain("set of %d: rows of waiters or holders", nsems);
}

TEST_F_TIMEOUT(set, sizes, 110)
{
	static const int sizes[] = { 1, 2, 255, 256, 257, 1000, 32000 };
	unsigned int i;
	int id;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		id = semget(IPC_PRIVATE, sizes[i], 0600);
		ASSERT_LE(0, id);
		fill(id, sizes[i]);
		ASSERT_TRUE(read_again(&self->r));
		EXPECT_TRUE(values_are_right(&self->r, id, sizes[i]));
		if (sizes[i] > 2) {
			EXPECT_TRUE(ends_are_right(&self->r, id, sizes[i]));
		}
		puppets_clear();
		ASSERT_EQ(0, semctl(id, 0, IPC_RMID));
	}
}

static int make_with_id(int id)
{
	char number[16];
	int got;

	snprintf(number, sizeof(number), "%d", id);
	if (put_file("/proc/sys/kernel/sem_next_id", number))
		die("cannot set sem_next_id");
	got = semget(IPC_PRIVATE, 1 + id % 7, 0600);
	if (got != id)
		die("asked for id %d, got %d: %s", id, got, strerror(errno));
	return got;
}

/* The text from the position of an id begins with that set, and with no other's number of it. */
static bool position_finds(int id)
{
	uint64_t pos = IPCDBG_OBJECT_BASE + ((uint64_t)id << IPCDBG_OBJECT_SHIFT);
	int set, fd = open(IPCDBG_DIR "/sem", O_RDONLY | O_CLOEXEC);
	struct rows r;
	size_t len;
	char *text;
	bool ok;

	if (lseek(fd, pos, SEEK_SET) != (off_t)pos)
		die("lseek: %s", strerror(errno));
	text = slurp_fd(fd, 65536, &len);
	close(fd);
	ok = text && rows_parse(&r, text, len);
	set = ok ? rows_next(&r, IPCDBG_R_set, -1, -1) : -1;
	if (set < 0 || ROW_NUM(&r, set, set, semid) != id || !compare_ipc_stat(&r, set, id))
		ok = complain("nothing right at the position of id %d: %s", id, strerror(errno));
	rows_free(&r);
	return ok;
}

/* An id is a place, of 15 bits, and how often that place was used before, up to 65535. */
TEST_F(set, sequence_numbers)
{
	static const int uses[] = { 0, 1, 0x7fff, 0x8000, 0xffff };
	static const int places[] = { 0, 1, 63, 64, 4095, 32767 };
	unsigned int i, j;
	int id;

	for (i = 0; i < ARRAY_SIZE(uses); i++)
		for (j = 0; j < ARRAY_SIZE(places); j++) {
			id = make_with_id(uses[i] << 15 | places[j]);
			ASSERT_TRUE(read_again(&self->r));
			EXPECT_EQ(1, rows_count(&self->r, IPCDBG_R_set, -1));
			EXPECT_TRUE(compare_ipc_stat(&self->r, rows_set(&self->r, -1, id), id));
			EXPECT_TRUE(position_finds(id));
			ASSERT_EQ(0, semctl(id, 0, IPC_RMID));
		}
}

/* A place used again has another id. */
TEST_F(set, removed_and_made_again)
{
	int ids[300];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(ids); i++) {
		ids[i] = semget(0x77, 1 + i % 5, IPC_CREAT | 0600);
		ASSERT_LE(0, ids[i]);
		ASSERT_TRUE(read_again(&self->r));
		EXPECT_EQ(1, rows_count(&self->r, IPCDBG_R_set, -1));
		EXPECT_TRUE(compare_ipc_stat(&self->r, rows_set(&self->r, -1, ids[i]), ids[i]));
		ASSERT_EQ(0, semctl(ids[i], 0, IPC_RMID));
	}
	EXPECT_NE(ids[0] >> 15, ids[299] >> 15);
}

#define MANY_SEMS 4000
#define MANY_LISTS 600
#define LEAVING 50

/* An undo list of its own, with an adjustment in one of three. */
static void hold_or_give_back(void *ctx, unsigned int i)
{
	struct sembuf op = { i * 7 % MANY_SEMS, 1, SEM_UNDO };

	if (unshare(CLONE_SYSVSEM) || semop(*(int *)ctx, &op, 1))
		return;
	op.sem_op = -1;
	if (i % 3)
		semop(*(int *)ctx, &op, 1);
	for (;;)
		pause();
}

/* A process that adjusts a semaphore, says so, and leaves some time after a byte of fd. */
static void hold_a_while(int id, int fd, unsigned int ms)
{
	struct sembuf op = { 0, 1, SEM_UNDO };
	int ready[2];
	char byte;

	if (pipe(ready))
		die("pipe: %s", strerror(errno));
	if (fork()) {
		close(ready[1]);
		if (read(ready[0], &byte, 1) != 1)
			die("no process to hold the set");
		close(ready[0]);
		return;
	}
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (semop(id, &op, 1) || write(ready[1], "", 1) != 1 || read(fd, &byte, 1) != 1)
		_exit(1);
	usleep(1000 * ms);
	_exit(0);
}

/* How many of them are there; reaps those that are not. */
static int still_there(void)
{
	static int left = LEAVING;

	while (left && waitpid(-1, NULL, WNOHANG) > 0)
		left--;
	return left;
}

static int listed_holders(struct rows *r, int id)
{
	int set;

	rows_free(r);
	if (!rows_read(r, "list/sem"))
		return -1;
	set = rows_set(r, -1, id);
	return set >= 0 && ROW_HAS(r, set, set, holders) ? ROW_NUM(r, set, set, holders) : -1;
}

/* More undo lists than one hold of the lock looks through, the oldest of which leave meanwhile. */
TEST_F(set, many_undo_lists)
{
	const int holders = (MANY_LISTS + 2) / 3;
	int id = semget(IPC_PRIVATE, MANY_SEMS, 0600), go[2], i, before, got;
	pid_t crowd;

	ASSERT_LE(0, id);
	ASSERT_EQ(0, pipe2(go, O_CLOEXEC));
	for (i = 0; i < LEAVING; i++)
		hold_a_while(id, go[0], i < LEAVING / 2 ? i : 10 * i);
	crowd = crowd_begin(MANY_LISTS, hold_or_give_back, &id);
	EXPECT_EQ(holders + LEAVING, listed_holders(&self->r, id));
	ASSERT_EQ(LEAVING, write(go[1], (char[LEAVING]){ 0 }, LEAVING));
	do {
		before = still_there();
		got = listed_holders(&self->r, id);
		EXPECT_LE(holders, got);
		EXPECT_GE(holders + before, got);
	} while (before);
	EXPECT_EQ(holders, got);
	crowd_end(crowd);
	EXPECT_EQ(0, listed_holders(&self->r, id));
	close(go[0]);
	close(go[1]);
	ASSERT_EQ(0, semctl(id, 0, IPC_RMID));
}

#define CHANGING 60 /* waits, more than one hold of the lock copies */
#define READINGS 200

/* Blocked by the first semaphore at 0, all of them; at 1, every other one by the second. */
static void take_both(void *ctx, unsigned int i)
{
	struct sembuf ops[] = { { 0, i % 2 ? -2 : -1, 0 }, { 1, -1, 0 } };

	semop(*(int *)ctx, ops, 2);
}

/* Starts who makes the first semaphore 1 and 0 in turn. */
static pid_t begin_to_and_fro(int id)
{
	struct sembuf give = { 0, 1, 0 }, take = { 0, -1, 0 };
	pid_t pid = fork();

	if (pid)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	while (!semop(id, &give, 1) && !semop(id, &take, 1))
		;
	_exit(1);
}

static bool waits_go_with_the_value(const struct rows *r, int id)
{
	int sem = rows_sem(r, rows_set(r, -1, id), 0);
	unsigned int waits = rows_count(r, IPCDBG_R_wait, sem);
	long value = ROW_NUM(r, sem, sem, semval);

	return (waits == (value ? CHANGING / 2 : CHANGING) &&
		ROW_NUM(r, sem, sem, semncnt) == waits) ||
	       complain("value %ld: %u tasks wait, semncnt %ld", value, waits,
			(long)ROW_NUM(r, sem, sem, semncnt));
}

/* A semaphore is of one moment, also where other operations come to block while it is copied. */
TEST_F(set, operations_that_change_while_they_are_copied)
{
	int id = semget(IPC_PRIVATE, 2, 0600), i, wrong = 0, values[2] = { 0, 0 };
	pid_t crowd, pid;

	ASSERT_LE(0, id);
	crowd = crowd_begin(CHANGING, take_both, &id);
	pid = begin_to_and_fro(id);
	ASSERT_LT(0, pid);
	for (i = 0; i < READINGS; i++) {
		ASSERT_TRUE(read_again(&self->r));
		wrong += !waits_go_with_the_value(&self->r, id);
		values[!!ROW_NUM(&self->r, rows_sem(&self->r, rows_set(&self->r, -1, id), 0), sem,
				 semval)]++;
	}
	EXPECT_EQ(0, wrong);
	/* It was the other one's turn in between. */
	EXPECT_LT(0, values[0]);
	EXPECT_LT(0, values[1]);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	crowd_end(crowd);
	ASSERT_EQ(0, semctl(id, 0, IPC_RMID));
}

#define LARGEST_SET 32000
#define LOOKED_THROUGH 131 /* undo lists of such a set, or four million adjustments */

/* Where it would be too much to count the holders, a row says that they are not told. */
TEST_F(set, more_undo_lists_than_are_looked_through)
{
	int id = semget(IPC_PRIVATE, LARGEST_SET, 0600), set, cut;
	pid_t crowd;

	ASSERT_LE(0, id);
	crowd = crowd_begin(LOOKED_THROUGH, hold_or_give_back, &id);
	EXPECT_EQ((LOOKED_THROUGH + 2) / 3, listed_holders(&self->r, id));
	EXPECT_EQ(0, rows_count(&self->r, IPCDBG_R_truncated, rows_set(&self->r, -1, id)));
	crowd_end(crowd);
	crowd = crowd_begin(LOOKED_THROUGH + 1, hold_or_give_back, &id);
	EXPECT_EQ(-1, listed_holders(&self->r, id));
	set = rows_set(&self->r, -1, id);
	ASSERT_LE(0, set);
	cut = rows_next(&self->r, IPCDBG_R_truncated, set, -1);
	ASSERT_LE(0, cut);
	EXPECT_STREQ("undo", ROW_STR(&self->r, cut, truncated, what));
	EXPECT_FALSE(ROW_HAS(&self->r, cut, truncated, shown));
	crowd_end(crowd);
	ASSERT_EQ(0, semctl(id, 0, IPC_RMID));
}

/* Every byte that a name can have, and names made to break lines, terminals and JSON. */
static const char *const hostile[] = {
	"\x1b[2J\x1b]0;x\a", "two\nlines", "a b",      "k=v",  "back\\slash", "\"quoted\"",
	"\xff\xfe",	     "",	   "\t\r\v\f", "}],{", "\\012x\\0",   "\x7f\xc2\x9b",
	"set semid=1",	     "=",
};

static void name_puppet(struct puppet *p, unsigned int i)
{
	char name[16];
	unsigned int j;

	if (i < ARRAY_SIZE(hostile)) {
		puppet_name(p, hostile[i]);
		return;
	}
	i -= ARRAY_SIZE(hostile);
	for (j = 0; j < 15; j++)
		name[j] = 15 * i + j < 255 ? 1 + 15 * i + j : 'x';
	name[15] = 0;
	puppet_name(p, name);
}

static bool only_printable(const char *text, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if ((text[i] < 0x20 && text[i] != '\n' && text[i] != '\t') || text[i] > 0x7e)
			return complain("byte %#x at %zu", (unsigned char)text[i], i);
	return true;
}

/* The output of the tool in every format: one line a record, and nothing that a terminal obeys. */
static bool tool_is_clean(int id)
{
	char number[16];
	const char *const shapes[][6] = {
		{ cli(), "-s", NULL },
		{ cli(), "-s", number, NULL },
		{ cli(), "--json", "-s", number, NULL },
		{ cli(), "--ipcs", "-s", "-i", number, NULL },
	};
	bool ok = true;
	unsigned int i;
	int status;
	size_t len;

	snprintf(number, sizeof(number), "%d", id);
	for (i = 0; i < ARRAY_SIZE(shapes); i++) {
		char *text = command_output(shapes[i], &len, &status);

		if (status || !len || !only_printable(text, len))
			ok = complain("%s %s: status %x\n%s", shapes[i][0], shapes[i][1], status,
				      text);
		free(text);
	}
	return ok;
}

/* jq finds every name, as the module spells it. */
static bool json_has_names(int id, const struct rows *r, int sem)
{
	char command[256], *out, line[80];
	int status, wait = -1;
	bool ok;

	snprintf(command, sizeof(command),
		 "%s --json -s %d >/tmp/names.json && echo && "
		 "jq -r '.. | .comm? // empty' /tmp/names.json",
		 cli(), id);
	out = command_output((const char *[]){ "sh", "-c", command, NULL }, NULL, &status);
	ok = !status || complain("%s: status %x", command, status);
	while ((wait = rows_next(r, IPCDBG_R_wait, sem, wait)) >= 0) {
		snprintf(line, sizeof(line), "\n%s\n", ROW_STR(r, wait, wait, comm));
		if (!strstr(out, line))
			ok = complain("JSON has no task %s", ROW_STR(r, wait, wait, comm));
	}
	free(out);
	return ok;
}

TEST_F_TIMEOUT(set, names_that_hurt, 110)
{
	struct sembuf hold = { 0, 1, SEM_UNDO }, take = { 1, -1, 0 };
	unsigned int i, n = ARRAY_SIZE(hostile) + 17;
	int id = semget(IPC_PRIVATE, 2, 0600);
	struct puppet *p;
	int wait = -1;
	char comm[64];

	for (i = 0; i < n; i++) {
		p = puppet_make(NULL, 0);
		name_puppet(p, i);
		ASSERT_EQ(0, puppet_semop(p, id, &hold, 1));
		puppet_block(p, id, &take, 1, NULL);
	}
	ASSERT_TRUE(read_again(&self->r));
	EXPECT_TRUE(only_printable(self->r.text, self->r.len));
	for (i = 0; i < n; i++) {
		wait = rows_next(&self->r, IPCDBG_R_wait,
				 rows_sem(&self->r, rows_set(&self->r, -1, id), 1), wait);
		ASSERT_LE(0, wait);
		p = puppet_by_tid(ROW_NUM(&self->r, wait, wait, tid));
		EXPECT_TRUE(compare_proc(&self->r, wait, p->pid, p->tid, id));
		ASSERT_LE(0, unescape(ROW_STR(&self->r, wait, wait, comm), comm, sizeof(comm)));
		EXPECT_STREQ(p->name, comm);
	}
	EXPECT_TRUE(tool_is_clean(id));
	EXPECT_TRUE(
		json_has_names(id, &self->r, rows_sem(&self->r, rows_set(&self->r, -1, id), 1)));
}

TEST_HARNESS_MAIN
