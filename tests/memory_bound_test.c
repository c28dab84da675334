// SPDX-License-Identifier: GPL-2.0
/*
 * Memory of an open file: none once it is closed, 64 KiB for a listing, and for details that and
 * 64 bytes a row. What does not fit into max_kib is cut, and the text says so, for every kind.
 */
#define _GNU_SOURCE
#include "kselftest_harness.h"

#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <sched.h>
#include <string.h>
#include <sys/msg.h>
#include <sys/resource.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/syscall.h>
#include "common.h"
#include "crowd.h"
#include "every_file.h"
#include "every_kind.h"
#include "memory.h"
#include "module.h"
#include "rows.h"

#define EACH 100     /* objects of a kind */
#define SEMS 4000    /* of one set */
#define OPEN 50	     /* times that a file is open at once */
#define BUFFER 65536 /* bytes an open file may take */
#define ROW 64
#define NOISE (512 * 1024) /* of all OPEN together, half of a listing's buffers at the most */

#define WAITERS 5000
#define MAPPINGS 5000
#define BOUND_KIB 256
#define USUAL_KIB "16384" /* as ipcdbg(4) says */

FIXTURE(memory_bound){};

FIXTURE_SETUP(memory_bound)
{
	every_kind_make(EACH);
	ASSERT_LE(0, semget(IPC_PRIVATE, SEMS, 0600));
}

FIXTURE_TEARDOWN(memory_bound)
{
	every_kind_clear();
	if (!module_is_loaded())
		EXPECT_EQ(0, module_load(""));
}

/* How many rows the file has. */
static long rows_of(const char *path)
{
	char *text = slurp(path, 65536, NULL), *at;
	long n = 0;

	if (!text)
		die("%s: %s", path, strerror(errno));
	for (at = text; (at = strchr(at, '\n')); at++)
		n++;
	free(text);
	return n;
}

/* Opens it often, and reads up to where most of it is still to come. */
static void open_many(const char *path, int fds[OPEN])
{
	char byte;
	int i;

	for (i = 0; i < OPEN; i++) {
		fds[i] = open(path, O_RDONLY | O_CLOEXEC);
		if (fds[i] < 0 || read(fds[i], &byte, 1) != 1)
			die("%s: %s", path, strerror(errno));
	}
}

static void close_many(const int fds[OPEN])
{
	int i;

	for (i = 0; i < OPEN; i++)
		close(fds[i]);
}

static long bound_of(const char *path)
{
	bool list = strstr(path, "/list/") || strstr(path, "/abi") || strstr(path, "/namespaces");

	return list ? BUFFER : BUFFER + ROW * rows_of(path);
}

static int is_bounded(const char *path, const struct stat *st)
{
	long bound = bound_of(path), took, left, before;
	int fds[OPEN];

	(void)st;
	open_many(path, fds);
	close_many(fds);
	before = memory_in_use().coarse;
	open_many(path, fds);
	took = (memory_in_use().coarse - before) / OPEN;
	close_many(fds);
	left = memory_in_use().coarse - before;
	fprintf(stderr, "# %s: %ld bytes of %ld, %ld KiB left of all\n", path, took, bound,
		left / 1024);
	if (took > bound + NOISE / OPEN || left > NOISE)
		return !complain("%s takes more", path);
	/* The buffer at least: else this does not measure. */
	return took > 16384 ? 0 : !complain("%s: nothing measured", path);
}

TEST_F_TIMEOUT(memory_bound, open_files, 200)
{
	char *usual = slurp("/sys/module/ipcdbg/parameters/max_kib", 64, NULL);

	EXPECT_STREQ(USUAL_KIB "\n", usual);
	free(usual);
	EXPECT_EQ(0, every_file(is_bounded));
}

static void take(void *ctx, unsigned int i)
{
	struct sembuf op = { .sem_op = -1 };

	(void)i;
	semop(*(int *)ctx, &op, 1);
}

static void receive(void *ctx, unsigned int i)
{
	static struct {
		long type;
		char text[8];
	} m;

	(void)i;
	msgrcv(*(int *)ctx, &m, sizeof(m.text), 99, 0);
}

static void mq_receive_one(void *ctx, unsigned int i)
{
	static char text[8];

	(void)i;
	syscall(SYS_mq_timedreceive, *(int *)ctx, text, sizeof(text), NULL, NULL);
}

/*
 * What counts rows that are left out has counted right, of the n rows of all that are there. Of
 * mappings it only says that there are more.
 */
static bool counts_what_is_cut(const struct rows *r, enum ipcdbg_record_id record, unsigned int n,
			       unsigned int all)
{
	unsigned int counts = 0;
	int i;

	for (i = 0; i < (int)r->nr; i++) {
		if (r->row[i].record != IPCDBG_R_truncated ||
		    (!ROW_HAS(r, i, truncated, shown) && !ROW_HAS(r, i, truncated, total)))
			continue;
		counts++;
		if (strcmp(ipcdbg_records[record].word, ROW_STR(r, i, truncated, what)) ||
		    ROW_NUM(r, i, truncated, shown) != n || ROW_NUM(r, i, truncated, total) != all)
			return complain("line %d: %u of %u it is not", i + 1, n, all);
	}
	return counts == (record != IPCDBG_R_mapping) ||
	       complain("%u rows count what is cut", counts);
}

/* The file is whole, or has these records of the one object and tells of the others. */
static bool shows(const char *name, enum ipcdbg_record_id record, unsigned int all, bool cut)
{
	unsigned int i, n = 0, told = 0;
	struct rows r;
	bool ok;

	if (!rows_read(&r, name))
		return false;
	for (i = 0; i < r.nr; i++) {
		n += r.row[i].record == record;
		told += r.row[i].record == IPCDBG_R_truncated;
	}
	fprintf(stderr, "# %s: %u of %u\n", name, n, all);
	if (cut)
		ok = n > all / 50 && n < all && told &&
		     ROW_HAS(&r, (int)r.nr - 1, end, truncated) &&
		     counts_what_is_cut(&r, record, n, all);
	else
		ok = n == all && !told && !ROW_HAS(&r, (int)r.nr - 1, end, truncated);
	rows_free(&r);
	return ok || complain("%s: %u of %u, and %u rows say what is cut", name, n, all, told);
}

/* Whole with the usual bound; cut with the least, which all of them keep. */
static void bounded(struct __test_metadata *_metadata, const char *name,
		    enum ipcdbg_record_id record, unsigned int all)
{
	char path[64];
	int fds[OPEN];
	long before, took;

	snprintf(path, sizeof(path), IPCDBG_DIR "/%s", name);
	EXPECT_TRUE(shows(name, record, all, false));
	ASSERT_EQ(0, module_unload());
	ASSERT_EQ(0, module_load("max_kib=256"));
	EXPECT_TRUE(shows(name, record, all, true));
	before = memory_in_use().coarse;
	open_many(path, fds);
	took = (memory_in_use().coarse - before) / OPEN;
	close_many(fds);
	fprintf(stderr, "# %s: %ld bytes with max_kib=256\n", name, took);
	EXPECT_GE(BOUND_KIB * 1024 + BUFFER + NOISE / OPEN, took);
	ASSERT_EQ(0, module_unload());
	ASSERT_EQ(0, module_load(""));
}

/* Alone in a namespace, so the first part of the file is theirs. */
static void alone(void)
{
	struct rlimit most = { RLIM_INFINITY, RLIM_INFINITY };

	setrlimit(RLIMIT_MSGQUEUE, &most);
	if (unshare(CLONE_NEWIPC))
		die("unshare: %s", strerror(errno));
}

TEST_F_TIMEOUT(memory_bound, waits, 120)
{
	pid_t pid;
	int id;

	alone();
	id = semget(IPC_PRIVATE, 2, 0600);
	pid = crowd_begin(WAITERS, take, &id);
	bounded(_metadata, "sem", IPCDBG_R_wait, WAITERS);
	crowd_end(pid);
}

/* Threads that share one list of adjustments with their leader, of all but a set's last one. */
#define SHARERS 3000
#define ADJUSTED 480
#define MANY_OWNERS 1000000 /* rows, after which few are told of each list */
#define FEW_OWNERS 8

static void adjust_all_once(void *ctx, unsigned int i)
{
	struct sembuf ops[ADJUSTED];
	unsigned int n;

	for (n = 0; n < ADJUSTED; n++)
		ops[n] = (struct sembuf){ .sem_num = n, .sem_op = 1, .sem_flg = SEM_UNDO };
	if (!i && semop(*(int *)ctx, ops, ADJUSTED))
		die("semop: %s", strerror(errno));
	/* Until the end: the last semaphore stays 0. */
	ops[0] = (struct sembuf){ .sem_num = ADJUSTED, .sem_op = -1 };
	semop(*(int *)ctx, ops, 1);
}

struct owner_rows {
	unsigned int undos, rows, cut; /* all, owners, and undo rows that say that they lack some */
	unsigned int wrong; /* that lack some and do not say how many, or too early, or too many */
};

static void end_undo(struct owner_rows *o, unsigned int rows, bool cut)
{
	o->rows += rows;
	o->cut += cut;
	if (cut)
		o->wrong += rows < FEW_OWNERS || o->rows < MANY_OWNERS;
	else
		o->wrong += rows != SHARERS + 1;
}

static bool starts(const char *line, const char *word)
{
	return !strncmp(line + strspn(line, "\t"), word, strlen(word));
}

/* A row that says how many of the owners stand above it. */
static bool says(const char *line, unsigned int rows)
{
	char want[64];

	snprintf(want, sizeof(want), "truncated what=owner shown=%u total=%u\n", rows, SHARERS + 1);
	return starts(line, want);
}

/* A text of this size is not kept. */
static struct owner_rows count_owners(void)
{
	FILE *f = fopen(IPCDBG_DIR "/sem", "re");
	struct owner_rows o = { 0 };
	unsigned int rows = 0;
	bool cut = false;
	char line[512];

	if (!f)
		die("sem: %s", strerror(errno));
	while (fgets(line, sizeof(line), f)) {
		rows += starts(line, "owner ");
		if (starts(line, "truncated what=owner")) {
			cut = true;
			o.wrong += !says(line, rows);
		}
		if (!starts(line, "undo ") && !starts(line, "end "))
			continue;
		if (o.undos)
			end_undo(&o, rows, cut);
		o.undos += starts(line, "undo ");
		rows = 0;
		cut = false;
	}
	if (ferror(f) || fclose(f))
		die("sem: %s", strerror(errno));
	return o;
}

TEST_F_TIMEOUT(memory_bound, owners, 180)
{
	struct owner_rows o;
	pid_t pid;
	int id;

	alone();
	id = semget(IPC_PRIVATE, ADJUSTED + 1, 0600);
	pid = crowd_begin(SHARERS, adjust_all_once, &id);
	o = count_owners();
	crowd_end(pid);
	fprintf(stderr, "# %u undo rows, %u owners, %u cut\n", o.undos, o.rows, o.cut);
	EXPECT_EQ(ADJUSTED, o.undos);
	EXPECT_EQ(0, o.wrong);
	EXPECT_LT(0, o.cut);
	EXPECT_LE(MANY_OWNERS, o.rows);
	EXPECT_GE(MANY_OWNERS + FEW_OWNERS * ADJUSTED, o.rows);
}

TEST_F_TIMEOUT(memory_bound, receivers, 120)
{
	pid_t pid;
	int id;

	alone();
	id = msgget(IPC_PRIVATE, 0600);
	pid = crowd_begin(WAITERS, receive, &id);
	bounded(_metadata, "msg", IPCDBG_R_receiver, WAITERS);
	crowd_end(pid);
}

TEST_F_TIMEOUT(memory_bound, mq_receivers, 120)
{
	struct mq_attr attr = { .mq_maxmsg = 1, .mq_msgsize = 8 };
	pid_t pid;
	int fd;

	alone();
	fd = syscall(SYS_mq_open, "one", O_CREAT | O_EXCL | O_RDWR, 0600, &attr);
	ASSERT_LE(0, fd);
	pid = crowd_begin(WAITERS, mq_receive_one, &fd);
	bounded(_metadata, "mqueue", IPCDBG_R_mq_receiver, WAITERS);
	crowd_end(pid);
	close(fd);
}

TEST_F_TIMEOUT(memory_bound, mappings, 120)
{
	int id, i;

	alone();
	id = shmget(IPC_PRIVATE, 1, 0600);
	for (i = 0; i < MAPPINGS; i++)
		ASSERT_NE((void *)-1, shmat(id, NULL, 0));
	bounded(_metadata, "shm", IPCDBG_R_mapping, MAPPINGS);
}

TEST_HARNESS_MAIN
