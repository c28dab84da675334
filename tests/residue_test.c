// SPDX-License-Identifier: GPL-2.0
/*
 * Nothing of memory that was somebody else's, or was never written, is in any file: neither what
 * the allocators fill it with (booted with slub_debug=FZP) nor a text that has been
 * freed a moment ago (booted with init_on_alloc=0 alone). Skipped where memory is cleared.
 */
#define _GNU_SOURCE
#include "kselftest_harness.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include "common.h"
#include "every_file.h"
#include "every_kind.h"
#include "module.h"
#include "search.h"

#define EACH 100 /* objects of a kind */
#define ROUNDS 5
#define SECRET "residue:Xq7vKp2mWz9rTf4h"

/* include/linux/poison.h: in use, free, end, page, redzones. */
static const uint8_t poisons[] = { 0x5a, 0x6b, 0xa5, 0xaa, 0xbb, 0xcc };

/*
 * Either half of the number is that byte four times, or all of it twice, as of semadj, sem_op and
 * sem_num, with a sign or without.
 */
static bool is_poison(uint64_t n)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(poisons); i++) {
		uint32_t word = poisons[i] * 0x01010101u;

		if ((uint32_t)n == word || n >> 32 == word || n == (uint16_t)word ||
		    n == (uint64_t)(int16_t)word)
			return true;
	}
	return false;
}

/* Numbers as they are written: decimal with a sign, 0x and hexadecimal, 0 and octal. */
static bool number_is_poison(const char *at)
{
	char *end;
	uint64_t n;

	errno = 0;
	n = *at == '-' ? (uint64_t)strtoll(at, &end, 10) : strtoull(at, &end, 0);
	return !errno && end != at && is_poison(n);
}

/* Four such bytes, as they are or escaped. */
static bool bytes_are_poison(const char *at)
{
	char plain[5], escaped[17];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(poisons); i++) {
		memset(plain, poisons[i], 4);
		plain[4] = 0;
		snprintf(escaped, sizeof(escaped), "\\%03o\\%03o\\%03o\\%03o", poisons[i],
			 poisons[i], poisons[i], poisons[i]);
		if (!strncmp(at, plain, 4) || !strncmp(at, escaped, 16))
			return true;
	}
	return false;
}

static bool lacks_poison(const char *where, const char *text)
{
	const char *at;

	for (at = text; *at; at++)
		if (bytes_are_poison(at) || (at > text && at[-1] == '=' && number_is_poison(at)))
			return complain("%s: poison: %.40s", where, at);
	return true;
}

TEST(search)
{
	static const char *const bad[] = {
		"x=1802201963 ",
		"x=7740398493674204011 ",
		"x=-1515870811 ",
		"x=0x5a5a5a5a ",
		"x=-6510615555426900571 ",
		"comm=kkkk ",
		"comm=\\245\\245\\245\\245 ",
		"x=0xcccccccc00000001 ",
		"x=3149642683\n",
		"x=27499 ",
		"x=-23131 ",
	};
	static const char *const good[] = { "x=27498 ",	     "comm=kkk ", "x=1795473573074278670 ",
					    "x=0x00000000 ", "x=-1 ",	  "mode=0600 " };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(bad); i++)
		EXPECT_FALSE(lacks_poison("control", bad[i]));
	for (i = 0; i < ARRAY_SIZE(good); i++)
		EXPECT_TRUE(lacks_poison("control", good[i]));
}

static bool has(const char *path, const char *want)
{
	char *text = slurp(path, 4096, NULL);
	bool found = text && strstr(text, want);

	free(text);
	return found;
}

FIXTURE(residue)
{
	bool poisoned;
};

FIXTURE_SETUP(residue)
{
	if (!module_is_loaded())
		ASSERT_EQ(0, module_load(""));
	self->poisoned = has("/sys/kernel/slab/kmalloc-64/poison", "1");
	every_kind_make(EACH);
}

FIXTURE_TEARDOWN(residue)
{
	every_kind_clear();
}

static int looks_clean(const char *path, const struct stat *st)
{
	char *text = slurp(path, 65536, NULL);
	bool ok;

	(void)st;
	if (!text)
		die("%s: %s", path, strerror(errno));
	ok = lacks_poison(path, text);
	ok &= search_secret(path, text, SECRET);
	free(text);
	return !ok;
}

TEST_F_TIMEOUT(residue, poison, 120)
{
	int i;

	if (!self->poisoned)
		SKIP(return, "not booted with slub_debug=FZP");
	for (i = 0; i < ROUNDS; i++)
		EXPECT_EQ(0, every_file(looks_clean));
}

/* Messages of every size that a cache has objects of, filled with it, and pages; then all freed. */
static void spread_secret(void)
{
	static struct {
		long type;
		char text[8192];
	} m = { .type = 1 };
	int id = msgget(IPC_PRIVATE, 0600), i;
	size_t size, at;
	char *pages;

	for (at = 0; at + strlen(SECRET) < sizeof(m.text); at += strlen(SECRET))
		memcpy(m.text + at, SECRET, strlen(SECRET));
	for (size = 16; size <= 4048; size += size < 512 ? 16 : 256)
		for (i = 0; i < 3; i++)
			if (msgsnd(id, &m, size, IPC_NOWAIT) && errno != EAGAIN)
				die("msgsnd: %s", strerror(errno));
	msgctl(id, IPC_RMID, NULL);
	pages = mmap(NULL, 16 << 20, PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	for (at = 0; at < 16 << 20; at += sizeof(m.text))
		memcpy(pages + at, m.text, sizeof(m.text));
	munmap(pages, 16 << 20);
}

static int looks_clean_after(const char *path, const struct stat *st)
{
	spread_secret();
	return looks_clean(path, st);
}

TEST_F_TIMEOUT(residue, of_others, 120)
{
	int i;

	if (self->poisoned || !has("/proc/cmdline", "init_on_alloc=0"))
		SKIP(return, "what is freed is not left as it is");
	for (i = 0; i < ROUNDS; i++)
		EXPECT_EQ(0, every_file(looks_clean_after));
}

TEST_HARNESS_MAIN
