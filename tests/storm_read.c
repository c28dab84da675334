// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include "storm_read.h"
#include "common.h"
#include "proc.h"
#include "reader.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define READERS 3
#define LARGE (4 << 20) /* text that not every time is also read by the tool's parser */

struct memory {
	const char *text;
	size_t len;
};

static ssize_t from_memory(void *ctx, char *buf, size_t size)
{
	struct memory *m = ctx;
	size_t n = size < m->len ? size : m->len;

	memcpy(buf, m->text, n);
	m->text += n;
	m->len -= n;
	return n;
}

/* The tool's own parser reads it to the end and counts the same rows. */
static bool check_project_parser(const struct rows *r)
{
	struct memory m = { r->text, r->len };
	enum parse_result ret;
	struct reader reader;
	unsigned int n = 0;

	for (ret = reader_start(&reader, from_memory, &m); ret == PARSE_ROW;
	     ret = reader_next(&reader))
		n++;
	if (ret != PARSE_END || n != r->nr - 1)
		complain("the tool's parser: result %d after %u of %u rows: %s", ret, n, r->nr,
			 reader.message);
	reader_stop(&reader);
	return ret == PARSE_END && n == r->nr - 1;
}

static int own_namespace(const struct rows *r)
{
	unsigned int inum = proc_ns(getpid(), getpid(), "ipc");
	int i = -1;

	while ((i = rows_next(r, IPCDBG_R_namespace, -1, i)) >= 0)
		if (ROW_NUM(r, i, namespace, inum) == inum)
			return i;
	return -1;
}

bool storm_in_order(const struct rows *r, enum ipcdbg_record_id record, unsigned int id_field)
{
	int64_t place = -1, id;
	unsigned int i;
	bool ok = true;

	for (i = 0; i < r->nr; i++) {
		if (r->row[i].record == IPCDBG_R_namespace)
			place = -1;
		if (r->row[i].record != record)
			continue;
		id = row_number(r, i, record, id_field);
		if ((id & 0x7fff) <= place)
			ok = complain("line %u: %" PRId64 " is doubled or out of order", i + 1, id);
		place = id & 0x7fff;
	}
	return ok;
}

bool storm_read_once(const struct storm_files *files, const char *name, size_t block,
		     struct tally *tally)
{
	char path[64], *text;
	struct rows r;
	size_t len;
	bool ok;

	snprintf(path, sizeof(path), IPCDBG_DIR "/%s", name);
	text = slurp(path, block, &len);
	if (!text)
		return complain("%s: %s", name, strerror(errno));
	ok = rows_parse(&r, text, len) &&
	     ((len > LARGE && tally->reads % 4) || check_project_parser(&r)) &&
	     files->judge(&r, name, own_namespace(&r), tally);
	if (!ok)
		complain("%s in blocks of %zu, %u rows", name, block, r.nr);
	tally->reads++;
	tally->rows += r.nr;
	rows_free(&r);
	return ok;
}

bool storm_read_object(struct rows *r, const char *name, int id)
{
	uint64_t pos = IPCDBG_OBJECT_BASE + ((uint64_t)id << IPCDBG_OBJECT_SHIFT);
	char path[64], *text;
	size_t len;
	int fd;

	snprintf(path, sizeof(path), IPCDBG_DIR "/%s", name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || lseek(fd, pos, SEEK_SET) < 0)
		die("%s at %d: %s", path, id, strerror(errno));
	text = slurp_fd(fd, 3000, &len);
	close(fd);
	if (!text)
		die("%s at %d: %s", path, id, strerror(errno));
	return rows_parse(r, text, len);
}

/* Until killed or something is wrong. */
static void read_on(const struct storm_files *files, struct tally *tally, unsigned int seed)
{
	static const size_t blocks[] = { 65536, 65536, 65536, 4096, 4096, 1000, 300, 1 << 20 };
	unsigned int nr = 0;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	/* The storm has many more processes, and is to be seen more than once. */
	setpriority(PRIO_PROCESS, 0, -8);
	while (files->names[nr])
		nr++;
	for (;;) {
		size_t block = rand_r(&seed) % 16 ? blocks[rand_r(&seed) % 8] : 7;

		if (!storm_read_once(files, files->names[rand_r(&seed) % nr], block, tally) ||
		    (files->aside && !files->aside(&seed, tally)))
			_exit(1);
	}
}

static bool all_go_on(const pid_t *readers)
{
	int i, status;

	for (i = 0; i < READERS; i++)
		if (waitpid(readers[i], &status, WNOHANG))
			return complain("reader %d has ended", i);
	return true;
}

static bool end_readers(const pid_t *readers, const struct tally *tally)
{
	bool ok = true;
	int i, status;

	for (i = 0; i < READERS; i++) {
		kill(readers[i], SIGKILL);
		waitpid(readers[i], &status, 0);
		fprintf(stderr,
			"# reader %d: %" PRIu64 " readings, %" PRIu64 " rows, %" PRIu64
			" objects gone while read\n",
			i, tally[i].reads, tally[i].rows, tally[i].gone);
		/* How many a loaded machine manages is no matter: each is checked in full. */
		ok &= tally[i].reads > 0;
	}
	return ok || complain("a reader came to nothing");
}

bool storm_read(const struct storm_files *files)
{
	long seconds = env_long("SECONDS", 60 * env_long("MINUTES", 0));
	uint64_t end = clock_ns(CLOCK_MONOTONIC) + (seconds ? seconds : 10) * 1000000000ull;
	struct timespec pause = { .tv_nsec = 100000000 };
	struct tally *tally;
	pid_t readers[READERS];
	bool ok = true;
	int i;

	tally = mmap(NULL, READERS * sizeof(*tally), PROT_READ | PROT_WRITE,
		     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (tally == MAP_FAILED)
		die("no memory: %s", strerror(errno));
	for (i = 0; i < READERS; i++) {
		readers[i] = fork();
		if (!readers[i])
			read_on(files, &tally[i], 100 + i);
	}
	while (ok && clock_ns(CLOCK_MONOTONIC) < end) {
		nanosleep(&pause, NULL);
		ok = all_go_on(readers);
	}
	ok &= end_readers(readers, tally);
	munmap(tally, READERS * sizeof(*tally));
	return ok;
}
