// SPDX-License-Identifier: GPL-2.0
/*
 * The reader on text that is wrong in every way: nothing incomplete is taken for complete, what
 * is unknown is skipped, and no input makes it read or write where it must not (run this under
 * ASan and UBSan too).
 *
 *     cc -I include -I user -I $KSELFTEST_DIR tests/unit/parse_text_test.c \
 *             user/reader.c user/parse.c user/parse_alike.c user/parse_value.c \
 *             user/records.c
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <kselftest_harness.h>

#include "reader.h"

#define HEADER "ipcdbg 1 sem kernel=6.1.0 boot=x time=18446744073709551615 module=0.1\n"
#define NAMESPACE "namespace inum=4026531839\n"
#define SET \
	"set semid=7 key=0x00000001 mode=0600 uid=0 gid=0 cuid=0 cgid=0 nsems=1 otime=0 ctime=1\n"
#define SEM "\tsem semnum=0 semval=0 sempid=5 sempid_state=exited semncnt=1 semzcnt=0 otime=0\n"
#define WAIT "\t\twait pid=1 tid=2 comm=a\\040b uid=0 state=S start_ns=1 switches=2 nsops=1\n"
#define OP "\t\t\top sem_num=0 sem_op=-1 sem_flg=undo,nowait blocking=1\n"
#define UNDO "\tundo semnum=0 semadj=-1 tasks=1\n"
#define OWNER "\t\towner pid=3 tid=3 comm=c uid=0 state=zombie start_ns=5\n"
#define END "end namespaces=1 objects=1\n"
#define SAMPLE HEADER NAMESPACE SET SEM WAIT OP UNDO OWNER END

/* Text in memory, handed out in pieces. */
struct memory {
	const char *text;
	size_t len, at;
	size_t piece; /* the most bytes a read gives */
	int error;    /* errno of the read after the last byte; 0 for the end */
};

static ssize_t read_memory(void *ctx, char *buf, size_t size)
{
	struct memory *m = ctx;
	size_t n = m->len - m->at;

	if (n > size)
		n = size;
	if (m->piece && n > m->piece)
		n = m->piece;
	if (!n && m->error) {
		errno = m->error;
		return -1;
	}
	memcpy(buf, m->text + m->at, n);
	m->at += n;
	return n;
}

/* Reads it all; the rows are counted. */
static enum parse_result read_all(struct memory *m, unsigned int *rows, struct reader *r)
{
	enum parse_result result = reader_start(r, read_memory, m);

	for (*rows = 0; result == PARSE_ROW; ++*rows)
		result = reader_next(r);
	reader_stop(r);
	return result;
}

static enum parse_result parse_bytes(const char *text, size_t len)
{
	/* A copy of just that size: a byte read behind it is found by ASan. */
	char *copy = malloc(len + !len);
	struct memory m = { .text = memcpy(copy, text, len), .len = len };
	struct reader r;
	unsigned int rows;
	enum parse_result result = read_all(&m, &rows, &r);

	free(copy);
	return result;
}

static enum parse_result parse_text(const char *text)
{
	return parse_bytes(text, strlen(text));
}

#define ALIKE_LINES 12

/* Lines that are nearly the ones before them, in a text that is read whole and in single bytes. */
static void add_alike(char *text)
{
	static const char *const lines[] = {
		"\tsem semnum=%d semval=0 semncnt=0 semzcnt=0 otime=0\n",
		"\tsem semnum=%d semval=0 semncnt=0 semzcnt=0 otime=0\n",
		"\tsem semnum=%d semval=0 semncnt=0 semzcnt=0 otime=0\n",
		"\tsem semnum=%d semval=0 semncnt=0 semzcnt=0 otime=1\n",
		"\tsem semnum=%d semval=0 semncnt=0 semzcnt=0 otime=0 \n",
		"\tsem semnum=%d semval=0 semncnt=0 semzcnt=0 semnum=0\n",
		"\tsem semnum=-%d semval=0 semncnt=0 semzcnt=0 otime=0\n",
		"\tsem semnum=0%d semval=0 semncnt=0 semzcnt=0 otime=0\n",
		"\tsem semnum=99999999%d semval=0 semncnt=0 semzcnt=0 otime=0\n",
		"\tsem semnum=%dx semval=0 semncnt=0 semzcnt=0 otime=0\n",
		"\tsem semval=%d semnum=0 semncnt=0 semzcnt=0\n",
		"\tsem semval=%d semnum=0 semncnt=0 semzcnt=0 otime=0\n",
		"\tsem semnum= semval=%d semncnt=0 semzcnt=0 otime=0\n",
		"\tsem semnum=%d\n",
		"\tsem semnum=1 semval=%d",
		"\tsen semnum=%d semval=0 semncnt=0 semzcnt=0 otime=0\n",
		"\t\tsem semnum=%d semval=0 semncnt=0 semzcnt=0 otime=0\n",
		"\t\twait pid=%d tid=2 order=0\n",
		"\t\twait pid=%d tid=2 order=0\n",
		"\tundo semnum=%d semadj=-1\n",
		("set semid=%d key=0x00000001 mode=0600 uid=0 gid=0 cuid=0 cgid=0 nsems=1 "
		 "otime=0 ctime=1\n"),
		"namespace inum=%d\n",
		"\tunknown semnum=%d\n",
	};
	const char *line = lines[rand() % 4];
	const unsigned int numbers[] = { 0, 7, 12, 37, 31999, 2147483647 };
	static unsigned int number;

	if (rand() % 8 == 0)
		line = lines[rand() % (sizeof(lines) / sizeof(lines[0]))];
	number = rand() % 2 ? number + 1 : numbers[rand() % 6];
	if (number == 40 && rand() % 4 == 0)
		/* What stands behind 9 is no digit. */
		strcat(text, "\tsem semnum=3: semval=0 semncnt=0 semzcnt=0 otime=0\n");
	else
		sprintf(text + strlen(text), line, number);
}

static bool same_rows(struct reader *a, struct reader *b)
{
	return a->result == b->result && a->line == b->line && a->objects == b->objects &&
	       a->namespaces == b->namespaces && a->depth == b->depth && a->at == b->at &&
	       (a->result != PARSE_ROW ||
		(a->row.id == b->row.id && a->row.depth == b->row.depth &&
		 !memcmp(&a->row.u, &b->row.u, ipcdbg_records[a->row.id].size))) &&
	       (a->result >= 0 || !strcmp(a->message, b->message));
}

TEST(lines_alike)
{
	static char text[4096];
	unsigned int kept = 0;

	for (int i = 0; i < 3000; i++) {
		struct reader a, b;

		strcpy(text, HEADER NAMESPACE SET);
		for (int n = rand() % ALIKE_LINES; n >= 0; n--)
			add_alike(text);
		strcat(text, END);
		struct memory whole = { .text = text, .len = strlen(text) };
		struct memory bytes = { .text = text, .len = strlen(text), .piece = 1 };

		reader_start(&a, read_memory, &whole);
		reader_start(&b, read_memory, &bytes);
		while (same_rows(&a, &b) && a.result == PARSE_ROW) {
			reader_next(&a);
			reader_next(&b);
			kept += a.result == PARSE_ROW && a.alike.line &&
				!memcmp(a.alike.line, "\tsem ", 5);
		}
		reader_stop(&a);
		reader_stop(&b);
		ASSERT_TRUE(same_rows(&a, &b))
		{
			TH_LOG("%s\nwhole: %s\nbytes: %s", text, a.message, b.message);
		}
	}
	EXPECT_GT(kept, 500);
}

TEST(sample_is_complete)
{
	struct memory m = { .text = SAMPLE, .len = strlen(SAMPLE) };
	struct reader r;
	unsigned int rows;

	EXPECT_EQ(PARSE_END, read_all(&m, &rows, &r));
	EXPECT_EQ(8, rows);
	EXPECT_EQ(9, r.line);
	EXPECT_EQ(1, r.header.version);
	EXPECT_STREQ("sem", r.header.table);
	EXPECT_EQ(ULLONG_MAX, r.header.time);
	EXPECT_FALSE(r.cut_rows);
}

TEST(pieces_of_any_size)
{
	for (size_t piece = 1; piece < 200; piece++) {
		struct memory m = { .text = SAMPLE, .len = strlen(SAMPLE), .piece = piece };
		struct reader r;
		unsigned int rows;

		EXPECT_EQ(PARSE_END, read_all(&m, &rows, &r));
		EXPECT_EQ(8, rows);
	}
}

TEST(cut_at_every_byte)
{
	for (size_t len = 0; len < strlen(SAMPLE); len++) {
		EXPECT_GT(0, parse_bytes(SAMPLE, len))
		{
			TH_LOG("cut at %zu", len);
		}
	}
}

TEST(cut_at_lines_is_cut)
{
	EXPECT_EQ(PARSE_CUT, parse_text(""));
	EXPECT_EQ(PARSE_CUT, parse_text(HEADER));
	EXPECT_EQ(PARSE_CUT, parse_text(HEADER NAMESPACE SET SEM WAIT OP UNDO OWNER));
	EXPECT_EQ(PARSE_CUT, parse_bytes(SAMPLE, strlen(SAMPLE) - 1));
}

TEST(error_stays)
{
	struct memory m = { .text = HEADER "set\n" NAMESPACE END, .len = 0 };
	struct reader r;

	m.len = strlen(m.text);
	ASSERT_EQ(PARSE_ROW, reader_start(&r, read_memory, &m));
	EXPECT_EQ(PARSE_BAD, reader_next(&r));
	EXPECT_EQ(PARSE_BAD, reader_next(&r));
	EXPECT_EQ(2, r.line);
	reader_stop(&r);
}

TEST(read_error)
{
	for (size_t len = 0; len <= strlen(SAMPLE); len++) {
		struct memory m = { .text = SAMPLE, .len = len, .error = ESTALE };
		struct reader r;
		unsigned int rows;

		EXPECT_EQ(PARSE_IO, read_all(&m, &rows, &r));
		EXPECT_EQ(ESTALE, r.error);
	}
}

/* Each bit of the sample turned over: no crash, and no text without its end is accepted. */
TEST(bit_flips)
{
	char text[] = SAMPLE;
	const size_t end = strlen(SAMPLE) - strlen(END);

	for (size_t bit = 0; bit < 8 * strlen(SAMPLE); bit++) {
		enum parse_result result;

		text[bit / 8] ^= 1 << bit % 8;
		result = parse_bytes(text, strlen(SAMPLE));
		/* A changed "end", or a changed count, ends nothing. */
		if (bit / 8 >= end && bit / 8 < end + 4) {
			EXPECT_GT(0, result)
			{
				TH_LOG("bit %zu", bit);
			}
		}
		EXPECT_GE(0, result);
		text[bit / 8] ^= 1 << bit % 8;
	}
}

TEST(unget_gives_the_row_again)
{
	struct memory m = { .text = SAMPLE, .len = strlen(SAMPLE) };
	struct reader r;

	ASSERT_EQ(PARSE_ROW, reader_start(&r, read_memory, &m));
	EXPECT_EQ(PARSE_ROW, reader_next(&r));
	EXPECT_EQ(IPCDBG_R_namespace, r.row.id);
	reader_unget(&r);
	EXPECT_EQ(PARSE_ROW, reader_next(&r));
	EXPECT_EQ(IPCDBG_R_namespace, r.row.id);
	EXPECT_EQ(PARSE_ROW, reader_next(&r));
	EXPECT_EQ(IPCDBG_R_set, r.row.id);
	reader_stop(&r);
}

TEST(versions)
{
	struct reader r;
	struct memory m = { .text = "ipcdbg 2 sem else different\n", .len = 28 };
	unsigned int rows;

	EXPECT_EQ(PARSE_BAD, read_all(&m, &rows, &r));
	EXPECT_NE(NULL, strstr(r.message, "version 2"));
	EXPECT_EQ(PARSE_BAD, parse_text("ipcdbg 0 sem\nend namespaces=0 objects=0\n"));
	EXPECT_EQ(PARSE_BAD, parse_text("ipcdbg 4294967296 sem\nend namespaces=0 objects=0\n"));
	EXPECT_EQ(PARSE_BAD, parse_text("ipcdbg sem 1\nend namespaces=0 objects=0\n"));
	EXPECT_EQ(PARSE_BAD, parse_text("ipcdbg 1\nend namespaces=0 objects=0\n"));
	EXPECT_EQ(PARSE_BAD, parse_text("ipcdbg\nend namespaces=0 objects=0\n"));
	EXPECT_EQ(PARSE_BAD, parse_text(NAMESPACE END));
	EXPECT_EQ(PARSE_BAD, parse_text("what 1 sem\n" HEADER END));
	EXPECT_EQ(PARSE_BAD, parse_text("\t" HEADER "end namespaces=0 objects=0\n"));
	EXPECT_EQ(PARSE_END, parse_text(HEADER "end namespaces=0 objects=0\n"));
}

TEST(unknown_records_and_keys)
{
	EXPECT_EQ(PARSE_END,
		  parse_text(HEADER NAMESPACE "thing\n\tsem\n\t\tx\n" SET SEM WAIT
					      "\t\t\tcolour name=a\n\t\t\t\twait\n" OP END));
	EXPECT_EQ(PARSE_END,
		  parse_text(HEADER NAMESPACE
			     "set semid=7 key=0x00000001 mode=0600 uid=0 gid=0 cuid=0 "
			     "cgid=0 nsems=1 otime=0 ctime=1 later=1 later=2 empty=\n" END));
	/* What stands below an unknown record is not counted either. */
	EXPECT_EQ(PARSE_BAD, parse_text(HEADER NAMESPACE "thing\n\t" SET END));
}

TEST(wrong_places)
{
	EXPECT_EQ(PARSE_BAD, parse_text(HEADER SET END));
	EXPECT_EQ(PARSE_BAD, parse_text(HEADER NAMESPACE SEM SET END));
	EXPECT_EQ(PARSE_BAD, parse_text(HEADER NAMESPACE SET WAIT SEM END));
	EXPECT_EQ(PARSE_BAD, parse_text(HEADER NAMESPACE SET "\t" SEM END));
	EXPECT_EQ(PARSE_BAD, parse_text(HEADER NAMESPACE SET "sem semnum=0 semval=0 semncnt=0 "
							     "semzcnt=0\n" END));
	EXPECT_EQ(PARSE_BAD, parse_text(HEADER NAMESPACE SET SEM OP WAIT END));
	EXPECT_EQ(PARSE_BAD, parse_text(HEADER NAMESPACE SET OWNER UNDO END));
	EXPECT_EQ(PARSE_BAD, parse_text(HEADER NAMESPACE HEADER SET END));
	EXPECT_EQ(PARSE_BAD, parse_text(HEADER NAMESPACE SET "\t" END));
	EXPECT_EQ(PARSE_BAD, parse_text(SAMPLE END));
	EXPECT_EQ(PARSE_BAD, parse_text(SAMPLE "\n"));
	EXPECT_EQ(PARSE_BAD, parse_text(SAMPLE "x"));
	EXPECT_EQ(PARSE_BAD, parse_text(HEADER "\n" NAMESPACE SET END));
	EXPECT_EQ(PARSE_BAD, parse_text(HEADER NAMESPACE SET "\t\n" END));
}

TEST(counts_of_the_end)
{
	EXPECT_EQ(PARSE_BAD, parse_text(HEADER NAMESPACE SET "end namespaces=1 objects=2\n"));
	EXPECT_EQ(PARSE_BAD, parse_text(HEADER NAMESPACE SET "end namespaces=0 objects=1\n"));
	EXPECT_EQ(PARSE_BAD, parse_text(HEADER NAMESPACE SET "end namespaces=1\n"));
	EXPECT_EQ(PARSE_BAD, parse_text(HEADER NAMESPACE SET SET END));
}

TEST(truncated_rows)
{
	struct memory m = { .text = HEADER NAMESPACE SET
			    "\ttruncated what=undo shown=1 total=2\n"
			    "end namespaces=1 objects=1 truncated=1\n" };
	struct reader r;
	unsigned int rows;

	m.len = strlen(m.text);
	EXPECT_EQ(PARSE_END, read_all(&m, &rows, &r));
	EXPECT_TRUE(r.cut_rows);
	EXPECT_FALSE(r.gone_rows);

	m = (struct memory){ .text = HEADER NAMESPACE SET
			     "\ttruncated what=sem shown=0 gone=1\n"
			     "end namespaces=1 objects=1 truncated=1\n" };
	m.len = strlen(m.text);
	EXPECT_EQ(PARSE_END, read_all(&m, &rows, &r));
	EXPECT_FALSE(r.cut_rows);
	EXPECT_TRUE(r.gone_rows);
	EXPECT_FALSE(r.gone_objects);

	m = (struct memory){ .text = HEADER NAMESPACE SET
			     "truncated what=set shown=1 gone=1\n"
			     "end namespaces=1 objects=1 truncated=1\n" };
	m.len = strlen(m.text);
	EXPECT_EQ(PARSE_END, read_all(&m, &rows, &r));
	EXPECT_FALSE(r.cut_rows);
	EXPECT_TRUE(r.gone_objects);

	m = (struct memory){ .text = HEADER NAMESPACE SET
			     "truncated what=namespace shown=1\n"
			     "end namespaces=1 objects=1 truncated=1\n" };
	m.len = strlen(m.text);
	EXPECT_EQ(PARSE_END, read_all(&m, &rows, &r));
	EXPECT_TRUE(r.cut_rows);
	EXPECT_TRUE(r.cut_objects);
	EXPECT_FALSE(r.gone_objects);

	m = (struct memory){ .text = HEADER NAMESPACE SET
			     "end namespaces=1 objects=1 truncated=1\n" };
	m.len = strlen(m.text);
	EXPECT_EQ(PARSE_END, read_all(&m, &rows, &r));
	EXPECT_TRUE(r.cut_rows);
}

TEST(bytes_that_no_line_has)
{
	char text[sizeof(SAMPLE)];

	for (int byte = 0; byte < 256; byte++) {
		if (byte == '\n' || (byte >= 0x20 && byte < 0x7f))
			continue;
		/* In the middle of a comm. */
		memcpy(text, SAMPLE, sizeof(SAMPLE));
		*strstr(text, "a\\040b") = byte;
		EXPECT_EQ(PARSE_BAD, parse_bytes(text, strlen(SAMPLE)))
		{
			TH_LOG("byte 0x%02x", byte);
		}
	}
	EXPECT_EQ(PARSE_BAD, parse_text("ipcdbg 1 sem\r\nend namespaces=0 objects=0\r\n"));
	EXPECT_EQ(PARSE_BAD, parse_bytes(SAMPLE "\0", strlen(SAMPLE) + 1));
	EXPECT_EQ(PARSE_BAD, parse_bytes("\0" SAMPLE, strlen(SAMPLE) + 1));
}

TEST(long_lines)
{
	static char text[3 * READER_LINE_MAX];
	static const size_t lengths[] = { IPCDBG_LINE_MAX, READER_LINE_MAX - 1,
					  2 * READER_LINE_MAX };
	static const enum parse_result want[] = { PARSE_END, PARSE_END, PARSE_BAD };

	for (int i = 0; i < 3; i++) {
		int n = sprintf(text, HEADER "thing key=");

		memset(text + n, 'x', lengths[i] - strlen("thing key="));
		n += lengths[i] - strlen("thing key=");
		n += sprintf(text + n, "\nend namespaces=0 objects=0\n");
		EXPECT_EQ(want[i], parse_bytes(text, n))
		{
			TH_LOG("length %zu", lengths[i]);
		}
	}
	/* Without any newline, and one of tabs. */
	memset(text, 'x', sizeof(text));
	EXPECT_EQ(PARSE_BAD, parse_bytes(text, sizeof(text)));
	memset(text, '\t', sizeof(text));
	EXPECT_EQ(PARSE_BAD, parse_bytes(text, sizeof(text)));
}

TEST(depth)
{
	char text[4096], *at = text + sprintf(text, HEADER);

	for (int depth = 0; depth < 40; depth++) {
		memset(at, '\t', depth);
		at += depth;
		at += sprintf(at, "thing\n");
	}
	strcpy(at, "end namespaces=0 objects=0\n");
	EXPECT_EQ(PARSE_BAD, parse_text(text));
	EXPECT_EQ(PARSE_BAD, parse_text(HEADER "\t\tthing\nend namespaces=0 objects=0\n"));
}

/* Garbage of every sort: it need only come back, with a reason that can be printed. */
TEST(random_bytes)
{
	static char text[1 << 14];

	srandom(1);
	for (int n = 0; n < 2000; n++) {
		struct memory m = { .text = text, .piece = 1 + random() % 5000 };
		struct reader r;
		unsigned int rows;

		m.len = sprintf(text, HEADER NAMESPACE);
		for (size_t len = random() % 4000; len; len--)
			text[m.len++] = "\t\n =\\01axz,-"[random() % 12];
		EXPECT_GT(0, read_all(&m, &rows, &r));
		EXPECT_NE(0, r.message[0]);
		for (const char *s = r.message; *s; s++)
			EXPECT_TRUE(*s >= 0x20 && *s < 0x7f);
	}
}

TEST_HARNESS_MAIN
