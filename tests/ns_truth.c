// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include "ns_truth.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/nsfs.h>
#include <mqueue.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"
#include "proc.h"

#define MQUEUE_DIR "/tmp/mqueue"

/* The field of a namespace row that tells of the number at this place of a file. */
static const struct limit {
	const char *field, *path;
	int place;
} limits[] = {
	{ "semmsl", "/proc/sys/kernel/sem", 0 },
	{ "semmns", "/proc/sys/kernel/sem", 1 },
	{ "semopm", "/proc/sys/kernel/sem", 2 },
	{ "semmni", "/proc/sys/kernel/sem", 3 },
	{ "msgmax", "/proc/sys/kernel/msgmax", 0 },
	{ "msgmnb", "/proc/sys/kernel/msgmnb", 0 },
	{ "msgmni", "/proc/sys/kernel/msgmni", 0 },
	{ "shmmax", "/proc/sys/kernel/shmmax", 0 },
	{ "shmall", "/proc/sys/kernel/shmall", 0 },
	{ "shmmni", "/proc/sys/kernel/shmmni", 0 },
	{ "shm_rmid_forced", "/proc/sys/kernel/shm_rmid_forced", 0 },
	{ "queues_max", "/proc/sys/fs/mqueue/queues_max", 0 },
	{ "msg_max", "/proc/sys/fs/mqueue/msg_max", 0 },
	{ "msgsize_max", "/proc/sys/fs/mqueue/msgsize_max", 0 },
};

static const struct kind {
	const char *name, *id;
	enum ipcdbg_record_id record;
} kinds[] = {
	{ "sem", "semid", IPCDBG_R_set },
	{ "shm", "shmid", IPCDBG_R_segment },
	{ "msg", "msqid", IPCDBG_R_queue },
	{ "mqueue", NULL, IPCDBG_R_mqueue },
};

/* The child's side. */

static void take_file(const char *path, char *to, size_t room)
{
	size_t len;
	char *text = slurp(path, 65536, &len);

	if (!text || len >= room)
		die("%s: %zu bytes: %s", path, len, strerror(errno));
	strcpy(to, text);
	free(text);
}

static int64_t read_limit(const struct limit *l)
{
	char text[4096], *at = text;
	uint64_t n = 0;
	int i;

	take_file(l->path, text, sizeof(text));
	for (i = 0; i <= l->place; i++)
		n = strtoull(at, &at, 10);
	return n;
}

static void take_mqueue(struct ns_mqueue *q, int dir, const char *name)
{
	int fd = openat(dir, name, O_RDONLY | O_CLOEXEC);
	struct mq_attr attr;
	char text[128];
	struct stat st;
	ssize_t n;

	if (fd < 0 || fstat(fd, &st) || mq_getattr(fd, &attr) || strlen(name) >= sizeof(q->name))
		die("mqueue %s: %s", name, strerror(errno));
	n = read(fd, text, sizeof(text) - 1);
	text[n > 0 ? n : 0] = 0;
	if (sscanf(text, "QSIZE:%" SCNu64, &q->bytes) != 1)
		die("mqueue %s reads %s", name, text);
	close(fd);
	strcpy(q->name, name);
	q->ino = st.st_ino;
	q->mode = st.st_mode & 07777;
	q->uid = st.st_uid;
	q->gid = st.st_gid;
	q->maxmsg = attr.mq_maxmsg;
	q->msgsize = attr.mq_msgsize;
	q->curmsgs = attr.mq_curmsgs;
}

static void take_mqueues(struct ns_truth *t)
{
	struct dirent *e;
	DIR *dir;

	mkdir(MQUEUE_DIR, 0700);
	if (unshare(CLONE_NEWNS) || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
	    mount("mqueue", MQUEUE_DIR, "mqueue", 0, NULL))
		die("mqueue: %s", strerror(errno));
	dir = opendir(MQUEUE_DIR);
	while ((e = readdir(dir))) {
		if (!strcmp(e->d_name, ".") || !strcmp(e->d_name, ".."))
			continue;
		if (t->nr_mqueues == NS_MQUEUES_MAX)
			die("too many queues");
		take_mqueue(&t->mqueue[t->nr_mqueues++], dirfd(dir), e->d_name);
	}
	closedir(dir);
}

static void take_infos(struct ns_truth *t)
{
	struct shm_info shm;
	struct seminfo sem;

	if (semctl(0, 0, SEM_INFO, &sem) < 0 || shmctl(0, SHM_INFO, (struct shmid_ds *)&shm) < 0)
		die("SEM_INFO, SHM_INFO: %s", strerror(errno));
	t->semaphores = sem.semaem;
	t->shm_tot = shm.shm_tot;
}

static void take(struct ns_truth *t, int fd)
{
	unsigned int i;

	if (setns(fd, CLONE_NEWIPC))
		die("setns: %s", strerror(errno));
	take_file("/proc/sysvipc/sem", t->sem, sizeof(t->sem));
	take_file("/proc/sysvipc/shm", t->shm, sizeof(t->shm));
	take_file("/proc/sysvipc/msg", t->msg, sizeof(t->msg));
	for (i = 0; i < sizeof(limits) / sizeof(limits[0]); i++)
		t->limit[i] = read_limit(&limits[i]);
	take_infos(t);
	take_mqueues(t);
}

/* The test's side. */

static unsigned int owner(int fd)
{
	int user = ioctl(fd, NS_GET_USERNS);
	struct stat st;

	if (user < 0 || fstat(user, &st))
		die("NS_GET_USERNS: %s", strerror(errno));
	close(user);
	return st.st_ino;
}

struct ns_truth *ns_truth(int fd)
{
	struct ns_truth *t = calloc(1, sizeof(*t)), *shared;
	struct stat st;
	int status;
	pid_t pid;

	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
		      0);
	if (!t || shared == MAP_FAILED || fstat(fd, &st))
		die("cannot take the truth: %s", strerror(errno));
	pid = fork();
	if (!pid) {
		take(shared, fd);
		_exit(0);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid || status)
		die("cannot take the truth: child %d", pid);
	*t = *shared;
	munmap(shared, sizeof(*shared));
	t->inum = st.st_ino;
	t->user_ns = owner(fd);
	return t;
}

int ns_find(const struct rows *r, unsigned int inum)
{
	return ROWS_FIND(r, -1, namespace, inum, inum);
}

unsigned int ns_count(const struct rows *r, unsigned int inum)
{
	unsigned int nr = 0;
	int i = -1;

	while ((i = rows_next(r, IPCDBG_R_namespace, -1, i)) >= 0)
		nr += ROW_NUM(r, i, namespace, inum) == inum;
	return nr;
}

bool ns_is_held(const struct rows *r, int ns, const char *how)
{
	const char *held = ns < 0 ? NULL : ROW_STR(r, ns, namespace, held);
	const char *at = held ? strstr(held, how) : NULL;

	return at && (at == held || at[-1] == ',') && strchr(",", at[strlen(how)]);
}

bool ns_has_tree(void)
{
	struct rows r;
	bool tree;

	if (!rows_read(&r, "namespaces"))
		die("namespaces is malformed");
	tree = ns_is_held(&r, ns_find(&r, proc_ns(getpid(), getpid(), "ipc")), "tree");
	rows_free(&r);
	return tree;
}

/* The next row of an object below row ns, after row at (start with ns); -1. */
static int next_object(const struct rows *r, int ns, enum ipcdbg_record_id record, int at)
{
	int i = at < ns ? ns : at;

	while (++i < (int)r->nr && r->row[i].record != IPCDBG_R_namespace)
		if (r->row[i].record == record)
			return i;
	return -1;
}

static unsigned int count_objects(const struct rows *r, int ns, enum ipcdbg_record_id record)
{
	unsigned int nr = 0;
	int i = ns;

	while ((i = next_object(r, ns, record, i)) >= 0)
		nr++;
	return nr;
}

static int object_with(const struct rows *r, int ns, const struct kind *k, int64_t id)
{
	int i = ns;

	while ((i = next_object(r, ns, k->record, i)) >= 0)
		if (row_named_number(r, i, k->id) == id)
			return i;
	return -1;
}

static const char *next_line(const char *line)
{
	line = strchr(line, '\n');
	return line ? line + 1 : "";
}

static unsigned int count_lines(const char *table)
{
	unsigned int nr = 0;

	for (table = next_line(table); *table; table = next_line(table))
		nr++;
	return nr;
}

/* One blank-separated word of *line, which is advanced; false at its end. */
static bool next_word(const char **line, char word[32])
{
	size_t n;

	*line += strspn(*line, " ");
	n = strcspn(*line, " \n");
	snprintf(word, 32, "%.*s", (int)n, *line);
	*line += n;
	return n;
}

/* A column of /proc/sysvipc has the field's name, perms aside; there a pid of 0 is none. */
static bool column_is(const struct rows *r, int row, const char *column, const char *value)
{
	bool perms = !strcmp(column, "perms"), ok = true;
	const char *field = perms ? "mode" : column;
	int64_t want = *value == '-' ? strtoll(value, NULL, 10)
				     : (int64_t)strtoull(value, NULL, perms ? 8 : 10);
	bool none = strstr(column, "pid") && !ROW_HAS_NAMED(r, row, field);
	int64_t got = none ? 0 : row_named_number(r, row, field);

	CHECK(column, want, strcmp(column, "key") ? got : (int32_t)got);
	return ok;
}

static bool line_is(const struct rows *r, int ns, const struct kind *k, const char *head,
		    const char *line)
{
	char column[32], value[32];
	const char *columns = head, *values = line;
	int row = -1;
	bool ok = true;

	while (next_word(&columns, column) && next_word(&values, value))
		if (!strcmp(column, k->id))
			row = object_with(r, ns, k, strtoll(value, NULL, 10));
	if (row < 0)
		return complain("no %s of this line: %.100s", k->name, line);
	columns = head;
	values = line;
	while (next_word(&columns, column) && next_word(&values, value))
		ok &= column_is(r, row, column, value);
	return ok;
}

static bool table_is(const struct rows *r, int ns, const struct kind *k, const char *table)
{
	const char *line;
	bool ok = true;

	CHECK(k->name, count_lines(table), count_objects(r, ns, k->record));
	for (line = next_line(table); *line; line = next_line(line))
		ok &= line_is(r, ns, k, table, line);
	return ok;
}

static int mqueue_with(const struct rows *r, int ns, const char *name)
{
	int i = ns;

	while ((i = next_object(r, ns, IPCDBG_R_mqueue, i)) >= 0)
		if (escaped_is(ROW_STR(r, i, mqueue, name), name))
			return i;
	return -1;
}

static bool mqueue_is(const struct rows *r, int ns, const struct ns_mqueue *q)
{
	int row = mqueue_with(r, ns, q->name);
	bool ok = true;

	if (row < 0)
		return complain("no mqueue %s", q->name);
	CHECK("ino", q->ino, ROW_NUM(r, row, mqueue, ino));
	CHECK("mode", q->mode, ROW_NUM(r, row, mqueue, mode));
	CHECK("uid", q->uid, ROW_NUM(r, row, mqueue, uid));
	CHECK("gid", q->gid, ROW_NUM(r, row, mqueue, gid));
	CHECK("maxmsg", q->maxmsg, ROW_NUM(r, row, mqueue, maxmsg));
	CHECK("msgsize", q->msgsize, ROW_NUM(r, row, mqueue, msgsize));
	CHECK("curmsgs", q->curmsgs, ROW_NUM(r, row, mqueue, curmsgs));
	CHECK("bytes", q->bytes, ROW_NUM(r, row, mqueue, bytes));
	return ok;
}

static bool mqueues_are(const struct ns_truth *t, const struct rows *r, int ns)
{
	unsigned int i;
	bool ok = true;

	CHECK("mqueues", t->nr_mqueues, count_objects(r, ns, IPCDBG_R_mqueue));
	for (i = 0; i < t->nr_mqueues; i++)
		ok &= mqueue_is(r, ns, &t->mqueue[i]);
	return ok;
}

bool ns_has_objects(const struct ns_truth *t, const struct rows *r, int ns, const char *kind)
{
	const char *const table[] = { t->sem, t->shm, t->msg };
	unsigned int k = 0;

	while (strcmp(kinds[k].name, kind))
		k++;
	return kinds[k].id ? table_is(r, ns, &kinds[k], table[k]) : mqueues_are(t, r, ns);
}

bool ns_has_row(const struct ns_truth *t, const struct rows *r, int ns)
{
	unsigned int i;
	bool ok = true;

	for (i = 0; i < sizeof(limits) / sizeof(limits[0]); i++)
		CHECK(limits[i].field, t->limit[i], row_named_number(r, ns, limits[i].field));
	CHECK("user_ns", t->user_ns, ROW_NUM(r, ns, namespace, user_ns));
	CHECK("sets", count_lines(t->sem), ROW_NUM(r, ns, namespace, sets));
	CHECK("segments", count_lines(t->shm), ROW_NUM(r, ns, namespace, segments));
	CHECK("queues", count_lines(t->msg), ROW_NUM(r, ns, namespace, queues));
	CHECK("mqueues", t->nr_mqueues, ROW_NUM(r, ns, namespace, mqueues));
	CHECK("semaphores", t->semaphores, ROW_NUM(r, ns, namespace, semaphores));
	CHECK("shm_tot", t->shm_tot, ROW_NUM(r, ns, namespace, shm_tot));
	return ok;
}
