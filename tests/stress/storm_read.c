// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include "stress/storm_read.h"
#include "common.h"
#include "proc.h"
#include "reader.h"
#include "stress/stable_check.h"

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

#define REPORT_S 30	/* how often it says how far it is */
#define LONG_MINUTES 10 /* of a run of which numbers are demanded */
#define LARGE (4 << 20) /* text that not every time is also read by the tool's parser */

#define PRIORITY -8
#define BUSY_PRIORITY -12 /* of who reads a text by a million single bytes, or a thousand texts */

/* Readers, then who reads one file only, and as the last who does something else. */
static struct {
	pid_t pid[STORM_READERS_MAX + 2];
	struct tally *tally;
	unsigned int nr, readers;
	uint64_t begin;
} crew;

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
			ok = stable_bad_row(r, i, "doubled or out of order");
		place = id & 0x7fff;
	}
	return ok;
}

static uint64_t seconds_so_far(void)
{
	return crew.begin ? (clock_ns(CLOCK_MONOTONIC) - crew.begin) / 1000000000 : 0;
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
		complain("%s in blocks of %zu, %u rows, in second %" PRIu64 " of seed %ld", name,
			 block, r.nr, seconds_so_far(), env_long("SEED", 1));
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

/* One after another, each reader from another one on, so that all are read soon. */
static void read_on(const struct storm_files *files, struct tally *tally, unsigned int seed,
		    unsigned int start)
{
	static const size_t blocks[] = { 65536, 65536, 65536, 4096, 4096, 1000, 300, 1 << 20 };
	unsigned int nr = 0, i;
	size_t size, block = files->blocks ? files->blocks[start] : 0;

	while (files->names[nr])
		nr++;
	for (i = start * nr / crew.readers;; i = (i + 1) % nr) {
		size = block ? block : rand_r(&seed) % 16 ? blocks[rand_r(&seed) % 8] : 7;
		if (!storm_read_once(files, files->names[i], size, tally))
			_exit(1);
		tally->of_file[i]++;
		if (files->aside && !files->aside(&seed, tally))
			_exit(1);
	}
}

static void read_again(const struct storm_files *files, struct tally *tally, unsigned int seed)
{
	do {
		if (files->aside && !files->aside(&seed, tally))
			break;
	} while (storm_read_once(files, files->again, 65536, tally));
	_exit(1);
}

static void do_other(const struct storm_files *files, struct tally *tally, unsigned int seed)
{
	while (files->other(&seed, tally))
		tally->asides++;
	_exit(1);
}

static bool is_reader(const struct storm_files *files, unsigned int nr)
{
	return nr < crew.readers + !!files->again;
}

/* On a slow kernel they may be late; a storm that was starved has stalled RCU there. */
static int priority_of(const struct storm_files *files, unsigned int nr)
{
	bool again = nr == crew.readers && files->again;
	bool bytes = nr < crew.readers && files->blocks && files->blocks[nr] == 1;

	if (files->even && !env_long("MINUTES", 0))
		return 0;
	return (again || bytes) && time_scale() == 1 ? BUSY_PRIORITY : PRIORITY;
}

/* Until killed or something is wrong. Member number nr is not a reader if there are no more. */
static void start_member(const struct storm_files *files, unsigned int nr)
{
	struct tally *tally = &crew.tally[nr];
	unsigned int seed = 100 + nr + env_long("SEED", 1);

	crew.pid[nr] = fork();
	if (crew.pid[nr])
		return;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	/* The storm has many more processes, and is to be seen more than once. */
	setpriority(PRIO_PROCESS, 0, priority_of(files, nr));
	if (nr < crew.readers)
		read_on(files, tally, seed, nr);
	if (is_reader(files, nr))
		read_again(files, tally, seed);
	do_other(files, tally, seed);
}

static void start_crew(const struct storm_files *files)
{
	unsigned int i;

	crew.readers = 3;
	if (files->blocks)
		for (crew.readers = 0; files->blocks[crew.readers];)
			crew.readers++;
	crew.nr = crew.readers + !!files->again + !!files->other;
	crew.tally = mmap(NULL, crew.nr * sizeof(*crew.tally), PROT_READ | PROT_WRITE,
			  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (crew.tally == MAP_FAILED || crew.readers > STORM_READERS_MAX)
		die("no memory: %s", strerror(errno));
	crew.begin = clock_ns(CLOCK_MONOTONIC);
	for (i = 0; i < crew.nr; i++)
		start_member(files, i);
}

static bool all_go_on(void)
{
	unsigned int i;
	int status;

	for (i = 0; i < crew.nr; i++)
		if (waitpid(crew.pid[i], &status, WNOHANG)) {
			crew.pid[i] = 0;
			return complain("reader %u has ended, status %x", i, status);
		}
	return true;
}

static void say_how_far(void)
{
	uint64_t reads = 0, rows = 0, asides = 0;
	unsigned int i;

	for (i = 0; i < crew.nr; i++) {
		reads += crew.tally[i].reads;
		rows += crew.tally[i].rows;
		asides += crew.tally[i].asides;
	}
	fprintf(stderr,
		"# %" PRIu64 " s: %" PRIu64 " readings, %" PRIu64 " rows, %" PRIu64
		" other things\n",
		seconds_so_far(), reads, rows, asides);
}

/* How often it has read every file at the least. */
static uint64_t rounds_of(const struct storm_files *files, const struct tally *t)
{
	uint64_t least = t->of_file[0];
	unsigned int i;

	for (i = 1; files->names[i]; i++)
		least = t->of_file[i] < least ? t->of_file[i] : least;
	return least;
}

/* How many a loaded machine manages is no matter, each is checked in full; but nobody is idle. */
static bool end_member(const struct storm_files *files, unsigned int nr)
{
	const struct tally *t = &crew.tally[nr];

	if (crew.pid[nr]) {
		kill(crew.pid[nr], SIGKILL);
		waitpid(crew.pid[nr], NULL, 0);
	}
	if (!is_reader(files, nr)) {
		fprintf(stderr, "# beside them: %" PRIu64 " things\n", t->asides);
		return t->asides > 0;
	}
	fprintf(stderr,
		"# reader %u: %" PRIu64 " readings, %" PRIu64 " of every file, %" PRIu64
		" rows, %" PRIu64 " objects gone while read\n",
		nr, t->reads, rounds_of(files, t), t->rows, t->gone);
	return t->reads > 0;
}

static bool end_crew(const struct storm_files *files)
{
	unsigned int i;
	bool ok = true;

	for (i = 0; i < crew.nr; i++)
		ok &= end_member(files, i) || complain("reader %u came to nothing", i);
	return ok;
}

uint64_t storm_demand(uint64_t n)
{
	long minutes = env_long("MINUTES", 0);

	return minutes < LONG_MINUTES ? 0 : n * minutes / LONG_MINUTES / time_scale();
}

/* In a long run a reader of single bytes too has come round. */
static bool all_read(const struct storm_files *files)
{
	unsigned int i, j;
	bool ok = true;

	for (i = 0; files->names[i]; i++) {
		uint64_t n = 0;

		for (j = 0; j < crew.readers; j++) {
			n += crew.tally[j].of_file[i];
			if (!crew.tally[j].of_file[i] && storm_demand(1))
				ok = complain("reader %u never read all of %s", j, files->names[i]);
		}
		if (!n)
			ok = complain("nobody came to read %s", files->names[i]);
	}
	return ok;
}

static bool enough_listings(const struct storm_files *files)
{
	uint64_t n = crew.tally[crew.readers].reads, want = storm_demand(files->times);

	return n >= want ||
	       complain("%s was read %" PRIu64 " times, not %" PRIu64, files->again, n, want);
}

bool storm_read(const struct storm_files *files, unsigned int seconds)
{
	struct timespec pause = { .tv_nsec = 100000000 };
	uint64_t said = 0;
	bool ok = true;

	seconds = env_long("SECONDS", 60 * env_long("MINUTES", 0)) ?: seconds;
	start_crew(files);
	while (ok && seconds_so_far() < seconds) {
		nanosleep(&pause, NULL);
		ok = all_go_on();
		if (seconds_so_far() >= said + REPORT_S) {
			said += REPORT_S;
			say_how_far();
		}
	}
	ok &= end_crew(files);
	if (ok && files->each)
		ok = all_read(files);
	if (files->again)
		ok &= enough_listings(files);
	munmap(crew.tally, crew.nr * sizeof(*crew.tally));
	return ok;
}

bool storm_read_raging(const struct storm_files *files, unsigned int seconds, const struct storm *s,
		       const struct storm_least *least)
{
	unsigned int times = 0;

	do {
		if (!storm_read(files, seconds))
			return false;
	} while (++times < time_scale() && !storm_reached(s, least));
	return true;
}
