// SPDX-License-Identifier: GPL-2.0
/* Patterns of keys, what proves a formula, and what a list says an object is for. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <unistd.h>

#include <kselftest_harness.h>

#include "key_purpose.h"

#define NR(array) (sizeof(array) / sizeof((array)[0]))

TEST(patterns_fit_keys)
{
	static const struct {
		const char *word;
		__u32 fits, not ;
	} rows[] = {
		{ "0x47505344", 0x47505344, 0x47505345 },
		{ "5678293", 5678293, 5678292 },
		{ "-1", 0xffffffff, 1 },
		{ "0x10-0x20", 0x10, 0xf },
		{ "0x10-0x20", 0x20, 0x21 },
		{ "0x0d4d????", 0x0d4dffff, 0x0d4e0000 },
		{ "0x?d4d0000", 0xfd4d0000, 0x0d4d0001 },
		{ "ftok:0x2b", 0x2b123456, 0x2c123456 },
		{ "ftok:'L'", 0x4c000001, 0x4d000001 },
		{ "ftok:0-2", 0x02ffffff, 0x03000000 },
		{ "ftok:0", 1, 0 },
		{ "port*1000", 5432001, 1023063 },
		{ "port*1000", 65535063, 65536000 },
		{ "port*1000", 5432063, 5432064 },
		{ "private", 0, 1 },
		{ "inode", 1, 0 },
		{ "pid*1024", 1, 0 },
	};
	struct key_pattern p;

	for (size_t i = 0; i < NR(rows); i++) {
		ASSERT_TRUE(key_pattern_parse(&p, rows[i].word));
		EXPECT_TRUE(key_pattern_fits(&p, rows[i].fits)) TH_LOG("%s", rows[i].word);
		EXPECT_FALSE(key_pattern_fits(&p, rows[i].not )) TH_LOG("%s", rows[i].word);
	}
}

/* Every key that ftok(3) makes of a file fits the pattern of its project id, and no other. */
TEST(project_ids_are_those_of_ftok)
{
	char word[16];
	struct key_pattern p;

	for (int id = 0; id < 256; id++) {
		snprintf(word, sizeof(word), "ftok:%d", id);
		ASSERT_TRUE(key_pattern_parse(&p, word));
		EXPECT_TRUE(key_pattern_fits(&p, ftok("/proc/self/exe", id)));
		EXPECT_FALSE(key_pattern_fits(&p, ftok("/proc/self/exe", id + 1)));
	}
}

TEST(patterns_that_are_none)
{
	static const char *const words[] = {
		"",	      "0x",	"0",	      "x",	   "0x100000000",
		"4294967296", "0x5???", "0x0d4d???g", "0x20-0x10", "1-",
		"-",	      "ftok:",	"ftok:256",   "ftok:''",   "ftok:2-1",
		"env:",	      "port",	"port*1001",  "Private",   " any",
	};
	struct key_pattern p;

	for (size_t i = 0; i < NR(words); i++) {
		EXPECT_FALSE(key_pattern_parse(&p, words[i]))
		TH_LOG("'%s'", words[i]);
	}
}

TEST(widths)
{
	static const struct {
		const char *word;
		unsigned long long width;
	} rows[] = {
		{ "7", 1 },
		{ "1-16", 16 },
		{ "0x0d4d????", 65536 },
		{ "ftok:1-2", 2 << 24 },
		{ "any", 1ULL << 32 },
	};
	struct key_pattern p;

	for (size_t i = 0; i < NR(rows); i++) {
		ASSERT_TRUE(key_pattern_parse(&p, rows[i].word));
		EXPECT_EQ(rows[i].width, key_pattern_width(&p)) TH_LOG("%s", rows[i].word);
	}
}

static void tell(void *ctx, const char *file, unsigned long line, const char *message)
{
	++*(int *)ctx;
	printf("# %s:%lu: %s\n", file, line, message);
}

/* How sure the row is of the object. */
static enum key_sure sure_of(const char *row, const struct key_facts *f)
{
	struct key_table t = { 0 };
	enum key_sure sure;
	int refused = 0;

	key_table_add(&t, "row", row, strlen(row), tell, &refused);
	sure = t.rows.nr == 1 && !refused ? key_match(&t.rows.v[0], f).sure : (enum key_sure) - 1;
	key_table_free(&t);
	return sure;
}

static char variables[] = "A=x\0SOME=1000\0HEX=0x20\0BAD=12x\0";

TEST(formulas_are_proved_by_processes)
{
	const struct key_process process = {
		.pid = 77,
		.tid = 77,
		.role = "cpid",
		.certain = true,
		.known = true,
		.comm = "one",
		.environment = variables,
		.environment_len = sizeof(variables) - 1,
		.cwd_ino = 0x1000005000ULL,
	};
	const struct {
		const char *row;
		__u32 key;
		enum key_sure sure;
	} rows[] = {
		{ "key=inode use=x source=y", 0x5000, KEY_STRONG },
		{ "key=inode use=x source=y", 0x503f, KEY_STRONG },
		{ "key=inode use=x source=y", 0x5040, KEY_NO },
		{ "key=inode use=x source=y", 0x4fff, KEY_NO },
		{ "key=inode exe=one use=x source=y", 0x5001, KEY_STRONG },
		{ "key=inode exe=two use=x source=y", 0x5001, KEY_POSSIBLE },
		{ "key=inode mode=600 use=x source=y", 0x5001, KEY_LIKELY },
		{ "key=pid*1024 use=x source=y", 77 * 1024 + 5, KEY_STRONG },
		{ "key=pid*1024 use=x source=y", 78 * 1024, KEY_NO },
		{ "key=env:SOME use=x source=y", 1000, KEY_STRONG },
		{ "key=env:SOME use=x source=y", 1063, KEY_STRONG },
		{ "key=env:SOME use=x source=y", 1064, KEY_NO },
		{ "key=env:SOM use=x source=y", 1000, KEY_NO },
		{ "key=env:HEX use=x source=y", 0x20, KEY_STRONG },
		{ "key=env:BAD use=x source=y", 12, KEY_NO },
		{ "key=env:NONE use=x source=y", 12, KEY_NO },
		{ "key=env:SOME use=x source=y", 0, KEY_NO },
		{ "key=env:HEX use=x source=y", 0, KEY_STRONG },
	};
	struct key_facts f = { .kind = 's',
			       .id = 0x20,
			       .mode = 0640,
			       .size = 1,
			       .processes = &process,
			       .nr_processes = 1 };

	for (size_t i = 0; i < NR(rows); i++) {
		f.key = rows[i].key;
		EXPECT_EQ(rows[i].sure, sure_of(rows[i].row, &f))
		TH_LOG("%s: key 0x%x", rows[i].row, f.key);
	}
	f.nr_processes = 0;
	f.key = 0x5000;
	EXPECT_EQ(KEY_NO, sure_of("key=inode use=x source=y", &f));
}

/* A file that fits is worth as much as a program. */
TEST(files_are_clues)
{
	const struct key_file file = { .path = "/srv/a.dat", .how = "open file", .pid = 1 };
	struct key_facts f = { .kind = 'm', .key = 0x2b000001, .files = &file, .nr_files = 1 };

	EXPECT_EQ(KEY_LIKELY, sure_of("key=ftok:0x2b file=*.dat use=x source=y", &f));
	EXPECT_EQ(KEY_GUESS, sure_of("key=ftok:0x2b file=*.txt use=x source=y", &f));
	EXPECT_EQ(KEY_LIKELY, sure_of("key=ftok:0x2b file=*.txt,/srv/* use=x source=y", &f));
	EXPECT_EQ(KEY_NO, sure_of("key=ftok:0x2b kind=sq use=x source=y", &f));
}

static const char *name_of(const union ipcdbg_any *head)
{
	return head->mqueue.name;
}

/* The head of a list tells who created it, and its shape, or its name. */
TEST(purposes_of_lists)
{
	static const struct kind kind = { .letter = 'm', .head = IPCDBG_R_segment };
	static const struct kind named = { .letter = 'Q',
					   .head = IPCDBG_R_mqueue,
					   .name = name_of };
	static const char rows[] = "key=0x47505344 kind=m use=gps source=x\n"
				   "key=ftok:1 exe=apache* use=apr source=x\n"
				   "key=0x100 use=small source=x\n"
				   "key=pid*1024 use=disk source=x\n"
				   "name=psm_*,mp-? kind=Q use=python source=x\n"
				   "name=m* kind=MS use=other source=x\n"
				   "name=*q use=any source=x\n";
	static const struct {
		const char *name, *use;
	} names[] = {
		{ "psm_1", "python" }, { "mp-a", "python" }, { "mp-ab", "none" },
		{ "xpsm_", "none" },   { "a q", "any" },     { "mq", "any" },
	};
	const char *use;
	char path[] = "/tmp/keys.XXXXXX";
	int fd = mkstemp(path);
	union ipcdbg_any head = { .segment = { .key = 0x47505344, .size = 1 } };

	ASSERT_LE(0, fd);
	ASSERT_EQ((ssize_t)strlen(rows), write(fd, rows, strlen(rows)));
	close(fd);
	setenv("IPCDBG_KEYS", path, 1);
	EXPECT_STREQ("gps", key_purpose(&kind, &head));
	for (size_t i = 0; i < NR(names); i++) {
		head = (union ipcdbg_any){ 0 };
		strcpy(head.mqueue.name, names[i].name);
		use = key_purpose(&named, &head);
		EXPECT_STREQ(names[i].use, use ? use : "none") TH_LOG("%s", names[i].name);
	}
	head = (union ipcdbg_any){ .segment = { .key = 0x100, .size = 1 } };
	EXPECT_EQ(NULL, key_purpose(&kind, &head));
	head.segment.key = 0x01000100;
	EXPECT_EQ(NULL, key_purpose(&kind, &head));
	head.segment.present = IPCDBG_BIT(segment, cpid) | IPCDBG_BIT(segment, cpid_state) |
			       IPCDBG_BIT(segment, cpid_comm);
	/* Nobody's number proves a formula. */
	head.segment.key = 5;
	EXPECT_EQ(NULL, key_purpose(&kind, &head));
	head.segment.cpid = 5;
	head.segment.key = 5 * 1024 + 7;
	strcpy(head.segment.cpid_comm, "squid");
	EXPECT_STREQ("disk", key_purpose(&kind, &head));
	head.segment.key = 0x01000100;
	strcpy(head.segment.cpid_comm, "apache2");
	EXPECT_STREQ("apr", key_purpose(&kind, &head));
	strcpy(head.segment.cpid_comm, "nginx");
	EXPECT_EQ(NULL, key_purpose(&kind, &head));
	unlink(path);
}

TEST_HARNESS_MAIN
