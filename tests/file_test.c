// SPDX-License-Identifier: GPL-2.0
/* The files as streams: any read size, any position, one object without the others. */
#define _GNU_SOURCE
#include "kselftest_harness.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sched.h>
#include <sys/sem.h>
#include "common.h"
#include "proc.h"
#include "puppet.h"
#include "rows.h"

/* More text than one buffer of the module holds. */
#define SETS 41
#define NSEMS 30

static const char *const files[] = { "sem",	     "list/sem",   "counts/sem", "all/sem",
				     "all/list/sem", "namespaces", "abi" };

FIXTURE(file)
{
	int ids[SETS];
};

FIXTURE_SETUP(file)
{
	struct sembuf take = { .sem_num = 1, .sem_op = -1, .sem_flg = SEM_UNDO };
	struct sembuf give = { .sem_num = 2, .sem_op = 1, .sem_flg = SEM_UNDO };
	struct puppet *p;
	int i;

	ASSERT_EQ(0, unshare(CLONE_NEWIPC));
	puppets_open();
	for (i = 0; i < SETS; i++) {
		self->ids[i] = semget(IPC_PRIVATE, i % 3 ? NSEMS : 1, 0600);
		ASSERT_LE(0, self->ids[i]);
	}
	for (i = 0; i < 5; i++) {
		p = puppet_make(NULL, 0);
		ASSERT_EQ(0, puppet_semop(p, self->ids[SETS - 1 - i % 2 * 3], &give, 1));
		puppet_block(p, self->ids[1 + i % 2], &take, 1, NULL);
	}
}

FIXTURE_TEARDOWN(file)
{
	puppets_clear();
}

static int open_file(const char *name)
{
	char path[128];

	snprintf(path, sizeof(path), IPCDBG_DIR "/%s", name);
	return open(path, O_RDONLY | O_CLOEXEC);
}

static char *read_masked(const char *name, size_t block)
{
	char path[128], *masked;
	struct rows r;
	size_t len;
	char *text;

	snprintf(path, sizeof(path), IPCDBG_DIR "/%s", name);
	text = slurp(path, block, &len);
	if (!text)
		die("%s: %s", path, strerror(errno));
	if (!rows_parse(&r, text, len))
		die("%s read %zu bytes at a time is malformed", path, block);
	masked = rows_masked(&r);
	rows_free(&r);
	return masked;
}

static unsigned int count_lines(const char *text, const char *start)
{
	unsigned int n = 0;

	while ((text = strstr(text, start))) {
		text++;
		n++;
	}
	return n;
}

TEST_F(file, read_sizes)
{
	static const size_t blocks[] = { 1, 7, 4096, 1 << 20 };
	unsigned int i, j;

	for (i = 0; i < ARRAY_SIZE(files); i++) {
		char *want = read_masked(files[i], 65536);

		if (strstr(files[i], "sem")) {
			EXPECT_EQ(SETS, count_lines(want, "\nset "));
		}
		for (j = 0; j < ARRAY_SIZE(blocks); j++) {
			char *got = read_masked(files[i], blocks[j]);

			EXPECT_STREQ(want, got);
			free(got);
		}
		free(want);
	}
}

/* The text from position pos to its end, by read() after lseek() or by pread(). */
static char *text_at(const char *name, uint64_t pos, bool seek, size_t block, size_t *len)
{
	int fd = open_file(name);
	char *text = malloc(1 << 20);
	ssize_t n;

	*len = 0;
	if (fd < 0 || (seek && lseek(fd, pos, SEEK_SET) != (off_t)pos))
		die("%s at %" PRIx64 ": %s", name, pos, strerror(errno));
	while (*len < (1 << 20) - block) {
		n = seek ? read(fd, text + *len, block) : pread(fd, text + *len, block, pos + *len);
		if (n < 0)
			die("%s at %" PRIx64 "+%zu: %s", name, pos, *len, strerror(errno));
		if (!n)
			break;
		*len += n;
	}
	close(fd);
	text[*len] = 0;
	return text;
}

static uint64_t object_position(int id)
{
	return IPCDBG_OBJECT_BASE + ((uint64_t)id << IPCDBG_OBJECT_SHIFT);
}

/* Masks in place, line by line, what may differ between reads: also in pieces of a text. */
static void mask_line_values(char *text)
{
	static const char *const names[] = { " time=", " switches=", " blocked_ns=", " state=",
					     " waiters=" };
	unsigned int i;
	char *at, *end;

	for (i = 0; i < ARRAY_SIZE(names); i++)
		for (at = text; (at = strstr(at, names[i]));) {
			at += strlen(names[i]);
			end = at + strcspn(at, " \n");
			memmove(at, end, strlen(end) + 1);
		}
}

/* Header, namespace row, then the objects from that one on, as the whole file has them. */
static bool starts_at(const char *name, int id, const char *whole, bool seek, size_t block)
{
	size_t len, head;
	char *text = text_at(name, object_position(id), seek, block, &len);
	char row[32];
	const char *rest;
	struct rows r;
	bool ok;

	snprintf(row, sizeof(row), "\nset semid=%d ", id);
	rest = strstr(whole, row);
	if (!rest || !rows_parse(&r, strdup(text), len))
		return complain("%s: no set %d, or malformed", name, id);
	rows_free(&r);
	mask_line_values(text);
	head = strstr(whole, "\nset ") - whole;
	ok = !strncmp(text, whole, head + 1) && !strncmp(text + head, row, strlen(row));
	/* All but the end record, which counts other objects. */
	ok &= !strncmp(text + head, rest, strstr(rest, "\nend ") - rest + 5);
	if (!ok)
		complain("%s from set %d differs:\n%.600s", name, id, text);
	free(text);
	return ok;
}

TEST_F(file, object_positions)
{
	static const char *const plain[] = { "sem", "list/sem" };
	unsigned int f, i;
	size_t len;

	for (f = 0; f < ARRAY_SIZE(plain); f++) {
		char *whole = text_at(plain[f], 0, true, 65536, &len);

		mask_line_values(whole);
		for (i = 0; i < SETS; i += 1 + i % 7) {
			EXPECT_TRUE(starts_at(plain[f], self->ids[i], whole, true, 65536));
			EXPECT_TRUE(starts_at(plain[f], self->ids[i], whole, false, 4096));
			EXPECT_TRUE(starts_at(plain[f], self->ids[i], whole, true, 13));
		}
		free(whole);
	}
}

/*
 * Volatile numbers before it move a piece by a few bytes, so it is cut to whole lines and looked
 * for anywhere; exact_pieces is about the exact place.
 */
static bool piece_is_in(const char *piece, const char *whole)
{
	const char *from = strchr(piece, '\n');
	char *cut, *end;
	bool ok;

	if (!from)
		return true;
	cut = strdup(from);
	end = strrchr(cut, '\n');
	end[1] = 0;
	mask_line_values(cut);
	ok = !!strstr(whole, cut);
	if (!ok)
		complain("not in the full text: %.300s", cut);
	free(cut);
	return ok;
}

static bool random_piece(uint64_t base, size_t span, const char *whole, unsigned int *seed)
{
	char a[700] = "", b[700] = "";
	uint64_t pos = base + rand_r(seed) % span;
	size_t want = 1 + rand_r(seed) % (sizeof(a) - 1);
	int fd = open_file("sem");
	ssize_t n, m;
	bool ok;

	n = pread(fd, a, want, pos);
	lseek(fd, pos, SEEK_SET);
	m = read(fd, b, want);
	close(fd);
	if (n < 0 || m < 0)
		return complain("at %" PRIx64 ": %zd %zd %s", pos, n, m, strerror(errno));
	a[n] = b[m] = 0;
	ok = piece_is_in(a, whole) && piece_is_in(b, whole);
	if (n && !m)
		ok = complain("pread and read differ at %" PRIx64, pos);
	return ok;
}

TEST_F(file, random_pieces)
{
	unsigned int seed = 4711;
	size_t len, one;
	char *whole, *part;
	int i, id;

	whole = text_at("sem", 0, true, 65536, &len);
	mask_line_values(whole);
	for (i = 0; i < 200; i++) {
		id = self->ids[rand_r(&seed) % SETS];
		EXPECT_TRUE(random_piece(0, len, whole, &seed));
		if (i % 4)
			continue;
		part = text_at("sem", object_position(id), true, 65536, &one);
		mask_line_values(part);
		EXPECT_TRUE(random_piece(object_position(id), one, part, &seed));
		free(part);
	}
	free(whole);
}

/* Exactly those bytes, by pread and by lseek and read. skip: the header, whose time differs. */
static bool exact_piece(int fd, uint64_t base, const char *whole, size_t skip, unsigned int *seed)
{
	size_t len = strlen(whole), pos = skip + rand_r(seed) % (len - skip);
	char a[3000], b[3000];
	size_t want = 1 + rand_r(seed) % sizeof(a);
	ssize_t all = want < len - pos ? want : len - pos;
	ssize_t n = pread(fd, a, want, base + pos), m;

	lseek(fd, base + pos, SEEK_SET);
	for (m = 0; m < all;) {
		ssize_t more = read(fd, b + m, all - m);

		if (more <= 0)
			break;
		m += more;
	}
	/* A read may stop where the module's buffer ends, but not with nothing. */
	if (n <= 0 || n > all || m != all || memcmp(a, whole + pos, n) || memcmp(b, whole + pos, m))
		return complain("%zu bytes at %zu of %zu: pread %zd, read %zd", want, pos, len, n,
				m);
	return lseek(fd, 0, SEEK_CUR) == (off_t)(base + pos + m);
}

static bool exact_pieces(const char *name, uint64_t base, int pieces)
{
	unsigned int seed = 17, i;
	int fd = open_file(name);
	bool ok = true;
	size_t len;
	char *whole = text_at(name, base, true, 65536, &len);

	for (i = 0; i < (unsigned int)pieces; i++)
		ok &= exact_piece(fd, base, whole, strchr(whole, '\n') - whole, &seed);
	close(fd);
	free(whole);
	return ok;
}

/* With nobody waiting, the text stands still but for the time in its header. */
TEST_F(file, exact_pieces)
{
	puppets_clear();
	EXPECT_TRUE(exact_pieces("sem", 0, 200));
	EXPECT_TRUE(exact_pieces("list/sem", 0, 200));
	EXPECT_TRUE(exact_pieces("all/sem", 0, 200));
	EXPECT_TRUE(exact_pieces("abi", 0, 200));
	EXPECT_TRUE(exact_pieces("sem", object_position(self->ids[5]), 200));
	EXPECT_TRUE(exact_pieces("sem", object_position(self->ids[39]), 50));
	EXPECT_TRUE(exact_pieces("list/sem", object_position(self->ids[7]), 50));
}

/* An id that is not there: the stream goes on with what comes after it, or is empty. */
TEST_F(file, absent_object)
{
	struct rows r;
	size_t len;
	char *text;

	ASSERT_EQ(0, semctl(self->ids[3], 0, IPC_RMID));
	text = text_at("sem", object_position(self->ids[3]), true, 65536, &len);
	ASSERT_TRUE(rows_parse(&r, text, len));
	EXPECT_EQ(-1, rows_set(&r, -1, self->ids[3]));
	EXPECT_EQ(SETS - 4, rows_count(&r, IPCDBG_R_set, -1));
	rows_free(&r);
	/* The same place with another sequence number is another object. */
	text = text_at("sem", object_position(self->ids[4] ^ 0x40000000), true, 65536, &len);
	ASSERT_TRUE(rows_parse(&r, text, len));
	EXPECT_NE(self->ids[4] ^ 0x40000000,
		  ROW_NUM(&r, rows_next(&r, IPCDBG_R_set, -1, -1), set, semid));
	rows_free(&r);
	text = text_at("sem", object_position(INT32_MAX), true, 65536, &len);
	ASSERT_TRUE(rows_parse(&r, text, len));
	EXPECT_EQ(0, rows_count(&r, IPCDBG_R_set, -1));
	rows_free(&r);
}

TEST_F(file, odd_offsets)
{
	static const off_t ends[] = { 1 << 30, (1ll << 62) - 1 };
	unsigned int i, j;
	char byte;
	int fd;

	for (i = 0; i < ARRAY_SIZE(files); i++) {
		fd = open_file(files[i]);
		ASSERT_LE(0, fd);
		EXPECT_EQ(-1, lseek(fd, -1, SEEK_SET));
		EXPECT_EQ(EINVAL, errno);
		EXPECT_EQ(-1, lseek(fd, 0, SEEK_END));
		EXPECT_EQ(EINVAL, errno);
		EXPECT_EQ(-1, pread(fd, &byte, 1, -1));
		EXPECT_EQ(EINVAL, errno);
		for (j = 0; j < ARRAY_SIZE(ends); j++) {
			EXPECT_EQ(0, pread(fd, &byte, 1, ends[j]));
		}
		EXPECT_EQ(1, pread(fd, &byte, 1, 0));
		EXPECT_EQ('i', byte);
		EXPECT_EQ(0, read(fd, &byte, 0));
		close(fd);
	}
	/* Object positions are for one namespace's kinds only. */
	fd = open_file("all/sem");
	EXPECT_EQ(-1, pread(fd, &byte, 1, object_position(self->ids[0])));
	EXPECT_EQ(EINVAL, errno);
	close(fd);
	fd = open_file("sem");
	EXPECT_EQ(-1, pread(fd, &byte, 1, INT64_MAX));
	EXPECT_EQ(EINVAL, errno);
	/* The last position of an id does not slide into the next id. */
	EXPECT_EQ(-1, pread(fd, &byte, 1, object_position(self->ids[0] + 1) - 1));
	EXPECT_EQ(EOVERFLOW, errno);
	EXPECT_EQ(0, pread(fd, &byte, 1, object_position(self->ids[0] + 1) - 2));
	close(fd);
}

TEST_HARNESS_MAIN
