// SPDX-License-Identifier: GPL-2.0
/*
 * The parser on one line: grammar, every type at its limits, fields that must be there.
 *
 *     cc -I include -I user -I $KSELFTEST_DIR tests/unit/parse_line_test.c \
 *             user/parse.c user/parse_value.c user/records.c
 */
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <kselftest_harness.h>

#include "parse.h"

static enum parse_result one_line(const char *line, struct parse_row *row)
{
	/* A copy of just that size: a byte read behind it is found by ASan. */
	char message[PARSE_MESSAGE_MAX], *copy = malloc(strlen(line) + !*line);
	enum parse_result result;

	result = parse_line(memcpy(copy, line, strlen(line)), strlen(line), row, message);
	free(copy);
	return result;
}

TEST(grammar_of_a_line)
{
	static const char *const bad[] = {
		"",
		" ",
		"\t",
		" op sem_num=0 sem_op=1",
		"op  sem_num=0 sem_op=1",
		"op sem_num=0 sem_op=1 ",
		"op sem_num=0 sem_op",
		"op sem_num=0 =1 sem_op=1",
		"op sem_num=0 sem_num=0 sem_op=1",
		"op sem_num=0",
		"op\tsem_num=0 sem_op=1",
		"OP sem_num=0 sem_op=1",
		"op= sem_num=0 sem_op=1",
		"op sem_num= sem_op=1",
	};
	struct parse_row row;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		EXPECT_EQ(PARSE_BAD, one_line(bad[i], &row))
		{
			TH_LOG("'%s'", bad[i]);
		}
	}
	EXPECT_EQ(PARSE_ROW, one_line("op sem_op=1 sem_num=0", &row));
	EXPECT_EQ(PARSE_ROW, one_line("op sem_op=1 x==y sem_num=0", &row));
	EXPECT_EQ(PARSE_SKIP, one_line("\t\topx", &row));
	EXPECT_EQ(2, row.depth);
}

/* A value in its field, both ways of the limits. */
struct number_case {
	const char *text;
	bool ok;
	long long value;
};

TEST(signed_32)
{
	static const struct number_case cases[] = {
		{ "0", true, 0 },
		{ "-1", true, -1 },
		{ "2147483647", true, INT_MAX },
		{ "-2147483648", true, INT_MIN },
		{ "2147483648", false, 0 },
		{ "-2147483649", false, 0 },
		{ "4294967295", false, 0 },
		{ "9223372036854775808", false, 0 },
		{ "18446744073709551615", false, 0 },
		{ "18446744073709551616", false, 0 },
		{ "", false, 0 },
		{ "-", false, 0 },
		{ "-0", false, 0 },
		{ "+1", false, 0 },
		{ "01", false, 0 },
		{ "1x", false, 0 },
		{ "0x1", false, 0 },
		{ "1.0", false, 0 },
		{ "--1", false, 0 },
		{ "99999999999999999999999999", false, 0 },
	};
	struct parse_row row;
	char line[80];

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		sprintf(line, "op sem_num=0 sem_op=%s", cases[i].text);
		EXPECT_EQ(cases[i].ok ? PARSE_ROW : PARSE_BAD, one_line(line, &row))
		{
			TH_LOG("'%s'", cases[i].text);
		}
		if (cases[i].ok)
			EXPECT_EQ(cases[i].value, row.u.op.sem_op);
	}
}

TEST(signed_64)
{
	static const struct number_case cases[] = {
		{ "9223372036854775807", true, LLONG_MAX },  { "9223372036854775808", false, 0 },
		{ "-9223372036854775808", true, LLONG_MIN }, { "-9223372036854775809", false, 0 },
		{ "18446744073709551615", false, 0 },
	};
	struct parse_row row;
	char line[120];

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		sprintf(line, "sem semnum=0 semval=0 semncnt=0 semzcnt=0 otime=%s", cases[i].text);
		EXPECT_EQ(cases[i].ok ? PARSE_ROW : PARSE_BAD, one_line(line, &row));
		if (cases[i].ok)
			EXPECT_EQ(cases[i].value, row.u.sem.otime);
	}
}

TEST(unsigned_numbers)
{
	struct parse_row row;

	EXPECT_EQ(PARSE_ROW, one_line("namespace inum=4294967295", &row));
	EXPECT_EQ(4294967295U, row.u.namespace.inum);
	EXPECT_EQ(PARSE_BAD, one_line("namespace inum=4294967296", &row));
	EXPECT_EQ(PARSE_BAD, one_line("namespace inum=-1", &row));
	EXPECT_EQ(PARSE_ROW, one_line("ipcdbg 1 sem time=18446744073709551615", &row));
	EXPECT_EQ(ULLONG_MAX, row.u.header.time);
	EXPECT_EQ(PARSE_BAD, one_line("ipcdbg 1 sem time=18446744073709551616", &row));
	EXPECT_EQ(PARSE_BAD, one_line("ipcdbg 1 sem time=-1", &row));
}

TEST(hex_octal_and_flags)
{
	struct parse_row row;

#define REST " uid=0 gid=0 cuid=0 cgid=0 nsems=1 otime=0 ctime=0"
	EXPECT_EQ(PARSE_ROW, one_line("set semid=0 key=0xffffffff mode=0777" REST, &row));
	EXPECT_EQ(0xffffffffU, row.u.set.key);
	EXPECT_EQ(0777, row.u.set.mode);
	EXPECT_EQ(PARSE_BAD, one_line("set semid=0 key=0x100000000 mode=0777" REST, &row));
	EXPECT_EQ(PARSE_BAD, one_line("set semid=0 key=0x mode=0777" REST, &row));
	EXPECT_EQ(PARSE_BAD, one_line("set semid=0 key=5 mode=0777" REST, &row));
	EXPECT_EQ(PARSE_BAD, one_line("set semid=0 key=0x5 mode=0778" REST, &row));
	EXPECT_EQ(PARSE_BAD, one_line("set semid=0 key=0x5 mode=777" REST, &row));
	EXPECT_EQ(PARSE_BAD, one_line("set semid=0 key=0x5 mode=0777777777777" REST, &row));
#undef REST
	EXPECT_EQ(PARSE_ROW, one_line("op sem_num=0 sem_op=1 sem_flg=", &row));
	EXPECT_EQ(0, row.u.op.sem_flg);
	EXPECT_EQ(PARSE_ROW, one_line("op sem_num=0 sem_op=1 sem_flg=nowait,undo", &row));
	EXPECT_EQ(014000, row.u.op.sem_flg);
	EXPECT_EQ(PARSE_BAD, one_line("op sem_num=0 sem_op=1 sem_flg=undo,", &row));
	EXPECT_EQ(PARSE_BAD, one_line("op sem_num=0 sem_op=1 sem_flg=,undo", &row));
	EXPECT_EQ(PARSE_BAD, one_line("op sem_num=0 sem_op=1 sem_flg=undo,undo", &row));
	EXPECT_EQ(PARSE_BAD, one_line("op sem_num=0 sem_op=1 sem_flg=other", &row));
	EXPECT_EQ(PARSE_ROW, one_line("op sem_num=0 sem_op=1 blocking=1", &row));
	EXPECT_EQ(PARSE_BAD, one_line("op sem_num=0 sem_op=1 blocking=2", &row));
	EXPECT_EQ(PARSE_BAD, one_line("owner pid=1 tid=1 state=dead", &row));
	EXPECT_EQ(PARSE_ROW, one_line("owner pid=1 tid=1 state=exited", &row));
	EXPECT_EQ(IPCDBG_EXITED, row.u.owner.state);
}

TEST(texts)
{
	struct parse_row row;
	char line[2048];

	EXPECT_EQ(PARSE_ROW,
		  one_line("wait pid=1 tid=1 comm=\\033\\377\\134\\075\\042\\040 state=R", &row));
	EXPECT_STREQ("\033\377\\=\" ", row.u.wait.comm);
	EXPECT_EQ('R', row.u.wait.state);
	EXPECT_EQ(PARSE_ROW, one_line("wait pid=1 tid=1 comm=", &row));
	EXPECT_STREQ("", row.u.wait.comm);
	EXPECT_EQ(PARSE_ROW, one_line("wait pid=1 tid=1 comm=123456789012345", &row));
	EXPECT_EQ(PARSE_BAD, one_line("wait pid=1 tid=1 comm=1234567890123456", &row));
	EXPECT_EQ(PARSE_BAD, one_line("wait pid=1 tid=1 comm=a\\000b", &row));
	EXPECT_EQ(PARSE_BAD, one_line("wait pid=1 tid=1 comm=\\", &row));
	EXPECT_EQ(PARSE_BAD, one_line("wait pid=1 tid=1 comm=\\03", &row));
	EXPECT_EQ(PARSE_BAD, one_line("wait pid=1 tid=1 comm=\\400", &row));
	EXPECT_EQ(PARSE_BAD, one_line("wait pid=1 tid=1 comm=\\089", &row));
	EXPECT_EQ(PARSE_BAD, one_line("wait pid=1 tid=1 comm=a=b", &row));
	EXPECT_EQ(PARSE_BAD, one_line("wait pid=1 tid=1 comm=a\"b", &row));
	EXPECT_EQ(PARSE_BAD, one_line("wait pid=1 tid=1 state=", &row));
	EXPECT_EQ(PARSE_BAD, one_line("wait pid=1 tid=1 state=SS", &row));
	for (int n = 70; n < 75; n++) {
		int len = sprintf(line, "truncated what=");

		for (int i = 0; i < n; i++)
			len += sprintf(line + len, "\\%03o", 1 + i);
		EXPECT_EQ(n < IPCDBG_WORD_LEN ? PARSE_ROW : PARSE_BAD, one_line(line, &row));
	}
}

/* Each field that a record cannot do without is missed. */
TEST(needed_fields)
{
	static const char *const lines[] = {
		"ipcdbg 1 sem",
		"namespace inum=1",
		"set semid=7 key=0x1 mode=0600 uid=0 gid=0 cuid=0 cgid=0 nsems=1 otime=0 ctime=1",
		"sem semnum=0 semval=0 semncnt=1 semzcnt=0",
		"wait pid=1 tid=2",
		"op sem_num=0 sem_op=-1",
		"undo semnum=0 semadj=-1",
		"owner pid=3 tid=3",
		"member struct_name=a name=b",
		"truncated what=wait",
		"end namespaces=0 objects=0",
	};
	struct parse_row row;

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		const char *key = lines[i];

		ASSERT_EQ(PARSE_ROW, one_line(lines[i], &row));
		while ((key = strchr(key + 1, ' '))) {
			const char *next = strchr(key + 1, ' ');
			char line[256];

			sprintf(line, "%.*s%s", (int)(key - lines[i]), lines[i], next ? next : "");
			EXPECT_EQ(PARSE_BAD, one_line(line, &row))
			{
				TH_LOG("'%s'", line);
			}
		}
	}
}

TEST_HARNESS_MAIN
