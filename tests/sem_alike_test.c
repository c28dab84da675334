// SPDX-License-Identifier: GPL-2.0
/*
 * Sets of many semaphores, alike and not, and of many processes with adjustments, in simple and in
 * complex mode: each value against semctl() and what the test had done; each line against the one
 * that emit_line() makes of what it says.
 */
#define _GNU_SOURCE
#include "kselftest_harness.h"

#include <errno.h>
#include <sched.h>
#include <sys/sem.h>
#include <unistd.h>
#include "common.h"
#include "emit.h"
#include "parse.h"
#include "puppet.h"
#include "random.h"
#include "rows.h"

#define NSEMS 3001
#define PART (4 + NSEMS / 26) /* semaphores that one hold takes */
#define HOLDERS 43	      /* no multiple of how many are looked at together */
#define OPS 14		      /* of each of them */

struct expected {
	int value;
	pid_t pid; /* 0: none */
	const char *comm;
	time_t least, most; /* otime */
};

/* The test's own knowledge. */
static struct {
	struct expected sem[NSEMS];
	short adj[HOLDERS][NSEMS];
	struct puppet *holder[HOLDERS];
	int adjustments;
} known;

FIXTURE(alike)
{
	int id;
	struct rows r;
};

FIXTURE_VARIANT(alike)
{
	bool filled; /* each has a value and a process that set it */
	bool complex;
};

FIXTURE_VARIANT_ADD(alike, fresh_simple){ .filled = false, .complex = false };
FIXTURE_VARIANT_ADD(alike, fresh_complex){ .filled = false, .complex = true };
FIXTURE_VARIANT_ADD(alike, filled_simple){ .filled = true, .complex = false };
FIXTURE_VARIANT_ADD(alike, filled_complex){ .filled = true, .complex = true };

FIXTURE_SETUP(alike)
{
	ASSERT_EQ(0, unshare(CLONE_NEWIPC));
	puppets_open();
	memset(&known, 0, sizeof(known));
	self->id = semget(IPC_PRIVATE, NSEMS, 0600);
	ASSERT_LE(0, self->id);
}

FIXTURE_TEARDOWN(alike)
{
	rows_free(&self->r);
	puppets_clear();
}

static void operated(int semnum, int by, pid_t pid, const char *comm, time_t before)
{
	struct expected *e = &known.sem[semnum];

	e->value += by;
	e->pid = pid;
	e->comm = comm;
	/* The kernel's clock of seconds may be a tick late. */
	e->least = before - 1;
	e->most = time(NULL);
}

/* Runs of alike values, of any length. */
static void fill(int id)
{
	unsigned short vals[NSEMS];
	int i, value = 15000;

	for (i = 0; i < NSEMS; i++) {
		if (one_in(20))
			value = 15000 + below(3);
		vals[i] = value;
		known.sem[i] = (struct expected){ .value = value, .pid = getpid() };
	}
	if (semctl(id, 0, SETALL, vals))
		die("SETALL: %s", strerror(errno));
}

static void adjust(int id, int holder, int semnum, int by)
{
	struct sembuf op = { semnum, by, SEM_UNDO };
	struct puppet *p = known.holder[holder];
	time_t before = time(NULL);

	if (puppet_semop(p, id, &op, 1))
		die("holder %d cannot adjust semaphore %d", holder, semnum);
	known.adj[holder][semnum] -= by;
	operated(semnum, by, p->pid, p->name, before);
}

/* At the ends of parts and of words of adjustments, and anywhere. */
static int some_semnum(void)
{
	static const int at[] = { 0, 1, 15, 16, 17, 31, PART - 17, PART - 2, PART - 1 };
	int semnum;

	if (one_in(3))
		return below(NSEMS);
	if (one_in(8))
		return NSEMS - 1 - below(18);
	semnum = below(NSEMS / PART + 1) * PART + at[below(sizeof(at) / sizeof(at[0]))];
	return semnum < NSEMS ? semnum : NSEMS - 1;
}

/* Some of its adjustments are taken back, so that a structure without any is left. */
static void hold_some(int id, int holder, bool filled)
{
	static const int amounts[] = { 1, 2, 255, 256, 512 };
	int i, semnum, by;

	for (i = 0; i < OPS; i++) {
		semnum = some_semnum();
		by = amounts[below(sizeof(amounts) / sizeof(amounts[0]))];
		if (filled && one_in(2))
			by = -by;
		adjust(id, holder, semnum, by);
		if (one_in(6) || holder % 10 == 9)
			adjust(id, holder, semnum, -by);
	}
}

static void make_holders(int id, bool filled)
{
	time_t second = time(NULL);
	char name[16];
	int i;

	for (i = 0; i < HOLDERS; i++) {
		known.holder[i] = puppet_make(NULL, 0);
		snprintf(name, sizeof(name), "holder %d", i);
		puppet_name(known.holder[i], name);
		/* Times of operations differ. */
		if (i == HOLDERS / 2)
			wait_until(time(NULL) > second + 1);
		hold_some(id, i, filled);
	}
}

/* A waiter with two operations keeps the set in complex mode. */
static struct puppet *make_complex(int id)
{
	struct sembuf ops[] = { { 5, -32000, 0 }, { NSEMS - 7, -1, 0 } };
	struct puppet *p = puppet_make(NULL, 0);

	puppet_block(p, id, ops, 2, NULL);
	return p;
}

/* The set leaves complex mode after ten operations. */
static void make_simple(int id)
{
	time_t before = time(NULL);
	int i;

	for (i = 0; i < 30; i++)
		if (semop(id, &(struct sembuf){ 7, i % 2 ? -1 : 1, 0 }, 1))
			die("semop: %s", strerror(errno));
	operated(7, 0, getpid(), NULL, before);
}

static bool sem_is_right(const struct rows *r, int sem, int id, int i, const char *own)
{
	const struct expected *e = &known.sem[i];
	int64_t otime;

	if (ROW_NUM(r, sem, sem, semnum) != i || ROW_NUM(r, sem, sem, semval) != e->value ||
	    semctl(id, i, GETVAL) != e->value || semctl(id, i, GETPID) != e->pid)
		return complain("semaphore %d: number or value", i);
	if (ROW_HAS(r, sem, sem, sempid) != !!e->pid)
		return complain("semaphore %d: a last process, or none", i);
	if (e->pid && (ROW_NUM(r, sem, sem, sempid) != e->pid ||
		       !escaped_is(ROW_STR(r, sem, sem, sempid_comm), e->comm ? e->comm : own)))
		return complain("semaphore %d: its last process", i);
	if (ROW_NUM(r, sem, sem, semncnt) != semctl(id, i, GETNCNT) ||
	    ROW_NUM(r, sem, sem, semzcnt) != semctl(id, i, GETZCNT))
		return complain("semaphore %d: its waits", i);
	otime = ROW_NUM(r, sem, sem, otime);
	if (otime < e->least || otime > e->most)
		return complain("semaphore %d: otime %lld", i, (long long)otime);
	return true;
}

static bool sems_are_right(const struct rows *r, int set, int id)
{
	char *own = slurp("/proc/self/comm", 64, NULL);
	int i, sem = -1, wrong = 0;

	own[strcspn(own, "\n")] = 0;
	for (i = 0; i < NSEMS; i++) {
		sem = rows_next(r, IPCDBG_R_sem, set, sem);
		if (sem < 0)
			return complain("semaphore %d is missing", i);
		wrong += !sem_is_right(r, sem, id, i, own);
	}
	free(own);
	return !wrong && rows_next(r, IPCDBG_R_sem, set, sem) < 0;
}

static int holder_of(pid_t pid)
{
	int i;

	for (i = 0; i < HOLDERS; i++)
		if (known.holder[i]->pid == pid)
			return i;
	return -1;
}

/* Each adjustment once; what has been seen is forgotten. */
static bool undos_are_right(const struct rows *r, int set)
{
	int i, semnum, owner, holder, undo = -1, wrong = 0;

	while ((undo = rows_next(r, IPCDBG_R_undo, set, undo)) >= 0) {
		semnum = ROW_NUM(r, undo, undo, semnum);
		owner = rows_next(r, IPCDBG_R_owner, undo, -1);
		holder = owner < 0 ? -1 : holder_of(ROW_NUM(r, owner, owner, pid));
		if (holder < 0 || !known.adj[holder][semnum] ||
		    ROW_NUM(r, undo, undo, semadj) != known.adj[holder][semnum])
			wrong += !complain("an adjustment of %d by holder %d", semnum, holder);
		else
			known.adj[holder][semnum] = 0;
	}
	for (i = 0; i < HOLDERS; i++)
		for (semnum = 0; semnum < NSEMS; semnum++)
			if (known.adj[i][semnum])
				wrong += !complain("holder %d of %d is missing", i, semnum);
	return !wrong;
}

/* A line spelled from nothing but what it says. */
static bool lines_are_plain(const char *text, size_t len)
{
	const char *line, *end = text + len, *newline;
	char buf[IPCDBG_LINE_MAX], message[PARSE_MESSAGE_MAX];
	struct parse_row row;
	int wrong = 0;

	for (line = text; line < end; line = newline + 1) {
		struct emit e = { .buf = buf, .size = sizeof(buf) };

		newline = memchr(line, '\n', end - line);
		if (!newline || parse_line(line, newline - line, &row, message) != PARSE_ROW)
			return complain("no line of the file");
		emit_line(&e, row.depth, row.id, &row.u);
		if (e.len != (size_t)(newline + 1 - line) || memcmp(buf, line, e.len))
			wrong += !complain("not %.*s but %.*s", (int)e.len, buf,
					   (int)(newline - line), line);
	}
	return !wrong;
}

/* Rows that are as the one before them but for their numbers. */
static int count_alike(const struct rows *r, int set)
{
	static const unsigned int fields[] = { IPCDBG_F_sem_semval, IPCDBG_F_sem_sempid,
					       IPCDBG_F_sem_otime };
	int n = 0, last = -1, sem = -1;
	const char *a, *b;
	unsigned int i;

	while ((sem = rows_next(r, IPCDBG_R_sem, set, sem)) >= 0) {
		for (i = 0; last >= 0 && i < sizeof(fields) / sizeof(fields[0]); i++) {
			a = row_text(r, sem, IPCDBG_R_sem, fields[i]);
			b = row_text(r, last, IPCDBG_R_sem, fields[i]);
			if (!a != !b || (a && strcmp(a, b)))
				last = -1;
		}
		n += last >= 0;
		last = sem;
	}
	return n;
}

TEST_F_TIMEOUT(alike, states, 110)
{
	int set, i, alike;

	random_seed(1 + variant->filled + 2 * variant->complex);
	if (variant->filled)
		fill(self->id);
	make_holders(self->id, variant->filled);
	if (variant->complex)
		make_complex(self->id);
	else
		make_simple(self->id);
	for (i = 0; i < HOLDERS; i++)
		for (set = 0; set < NSEMS; set++)
			known.adjustments += !!known.adj[i][set];
	ASSERT_TRUE(rows_read(&self->r, "sem"));
	set = rows_set(&self->r, -1, self->id);
	ASSERT_LE(0, set);
	EXPECT_TRUE(lines_are_plain(self->r.text, self->r.len));
	EXPECT_TRUE(sems_are_right(&self->r, set, self->id));
	EXPECT_EQ((unsigned int)known.adjustments, rows_count(&self->r, IPCDBG_R_undo, set));
	EXPECT_TRUE(undos_are_right(&self->r, set));
	alike = count_alike(&self->r, set);
	fprintf(stderr, "# %d semaphores are like the one before; %d adjustments\n", alike,
		known.adjustments);
	EXPECT_LT(NSEMS / 2, alike);
	EXPECT_GT(NSEMS - 100, alike);
	EXPECT_LT(HOLDERS * OPS / 2, known.adjustments);
}

TEST_HARNESS_MAIN
