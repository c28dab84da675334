// SPDX-License-Identifier: GPL-2.0
/*
 * What nobody learns from us: addresses of the kernel, however they are written, and what is in a
 * message, a segment, or a process's environment. In files, also those that sysfs has of the
 * module, their names, the log, and all that the command prints. Run with kptr_restrict=0 and
 * no_hash_pointers, so nothing else hides them.
 */
#define _GNU_SOURCE
#include "kselftest_harness.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include "busy.h"
#include "cli_modes.h"
#include "common.h"
#include "every_file.h"
#include "module.h"
#include "rows.h"
#include "search.h"
#include "shell.h"

#define SYSFS_DIR "/sys/module/ipcdbg"
#define SECRET "Xq7vKp2mWz9rTf4hLb8sNc3d"

static uint64_t number_in(const char *path)
{
	char *text = slurp(path, 64, NULL);
	uint64_t n;

	if (!text)
		die("%s: %s", path, strerror(errno));
	n = strtoull(text, NULL, 10);
	free(text);
	return n;
}

static bool is_clean(const char *where, const char *text)
{
	bool ok = search_address(where, text);

	return search_secret(where, text, SECRET) && ok;
}

/* The search finds what it is for, and nothing else. */
TEST(search)
{
	static const char *const bad[] = {
		"x=0xffff888003b5a1c0", "ffffffffc0001000",	"a 18446612682130563072 b",
		"-1073737728",		":-131391579156032,",	"FFFF888003B5A1C0",
		"[0xffff000008080000]", "1.844661268213056e19", "0xfff0000000000000\n",
	};
	static const char *const good[] = {
		"0x00007ffd12345678",
		"1795473573074278670",
		"-32767",
		"0xffffffff",
		"boot=276f8b47-8fe6-47f3-9e8c-123456789012",
		"9223372036854775807",
		"1.0e15",
	};
	static const char *const told[] = {
		"...p2mWz9rT...",
		"x70326d577a397254",
		"0x5472397a576d3270",
		"=6084989244146528880 ",
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(bad); i++)
		EXPECT_FALSE(search_address("control", bad[i]));
	for (i = 0; i < ARRAY_SIZE(good); i++)
		EXPECT_TRUE(search_address("control", good[i]));
	for (i = 0; i < ARRAY_SIZE(told); i++)
		EXPECT_FALSE(search_secret("control", told[i], SECRET));
	EXPECT_TRUE(search_secret("control", "Xq7vKp2 Wz9rTf4", SECRET));
}

FIXTURE(secret)
{
	struct busy busy;
	char *kptr_restrict;
};

FIXTURE_SETUP(secret)
{
	char *cmdline = slurp("/proc/cmdline", 4096, NULL);

	ASSERT_NE(NULL, strstr(cmdline, "no_hash_pointers"));
	free(cmdline);
	ASSERT_EQ(0, unshare(CLONE_NEWIPC | CLONE_NEWNS));
	ASSERT_EQ(0, mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL));
	self->kptr_restrict = slurp("/proc/sys/kernel/kptr_restrict", 64, NULL);
	ASSERT_EQ(0, put_file("/proc/sys/kernel/kptr_restrict", "0"));
	search_allow(number_in("/proc/sys/kernel/shmmax"));
	search_allow(number_in("/proc/sys/kernel/shmall"));
	puppets_open();
	busy_make(&self->busy, SECRET);
}

FIXTURE_TEARDOWN(secret)
{
	puppets_clear();
	EXPECT_EQ(0, put_file("/proc/sys/kernel/kptr_restrict", self->kptr_restrict));
}

/* The secrets are where they belong, and addresses are told by those who do. */
TEST_F(secret, are_planted)
{
	char path[64], *text, received[BUSY_SIZE];
	size_t len;

	snprintf(path, sizeof(path), "/proc/%d/environ", self->busy.holder->pid);
	text = slurp(path, 4096, &len);
	ASSERT_NE(NULL, text);
	EXPECT_FALSE(search_secret("control", text, SECRET));
	free(text);
	ASSERT_EQ(BUSY_SIZE, syscall(SYS_mq_timedreceive, self->busy.full_mq, received, BUSY_SIZE,
				     NULL, NULL));
	EXPECT_FALSE(search_secret("control", received, SECRET));
	EXPECT_FALSE(search_secret("control", self->busy.shm + 4000, SECRET));
	text = slurp("/proc/kallsyms", 65536, NULL);
	EXPECT_FALSE(search_address("control", text));
	free(text);
}

static bool shown[IPCDBG_R_NR];

/* Notes which records there are, so that none goes without a look. */
static void note_records(const char *text)
{
	char word[32];
	unsigned int i;

	for (i = 0; i < IPCDBG_R_NR; i++) {
		snprintf(word, sizeof(word), "%s ", ipcdbg_records[i].word);
		shown[i] |= !!strstr(text, word);
	}
}

static int look_at_file(const char *path, const struct stat *st)
{
	char *text = slurp(path, 65536, NULL);
	bool ok;

	(void)st;
	if (!text)
		die("%s: %s", path, strerror(errno));
	note_records(text);
	ok = is_clean("name", path) && is_clean(path, text);
	free(text);
	return !ok;
}

static int look_at_name(const char *path, const struct stat *st)
{
	(void)st;
	return !is_clean("name", path);
}

TEST_F(secret, files)
{
	unsigned int i;

	EXPECT_EQ(0, every_file(look_at_file));
	EXPECT_EQ(0, every_folder(look_at_name));
	/* Those behind it are of recordings only. */
	for (i = 0; i < IPCDBG_R_recording; i++)
		if (i != IPCDBG_R_truncated)
			EXPECT_TRUE(shown[i]);
}

static bool sysfs_is_clean;
static unsigned int sysfs_files;

static int look_at_sysfs(const char *path, const struct stat *st, int type, struct FTW *at)
{
	const char *name = path + at->base;
	char *text;

	if (!strcmp(name, "sections") || !strcmp(name, "notes"))
		return FTW_SKIP_SUBTREE;
	sysfs_is_clean &= is_clean("name", path);
	if (type != FTW_F || !(st->st_mode & 0444))
		return FTW_CONTINUE;
	text = slurp(path, 4096, NULL);
	if (!text)
		die("%s: %s", path, strerror(errno));
	sysfs_is_clean &= is_clean(path, text);
	sysfs_files++;
	free(text);
	return FTW_CONTINUE;
}

/*
 * But for sections/, where the kernel itself tells root of every module where it is (as it does in
 * /proc/modules), and notes/, which are digests as bytes.
 */
TEST_F(secret, sysfs)
{
	char *text = slurp(SYSFS_DIR "/sections/.text", 64, NULL);

	ASSERT_NE(NULL, text);
	EXPECT_FALSE(search_address("control", text));
	free(text);
	sysfs_is_clean = true;
	ASSERT_EQ(0, nftw(SYSFS_DIR, look_at_sysfs, 8, FTW_PHYS | FTW_ACTIONRETVAL));
	EXPECT_TRUE(sysfs_is_clean);
	EXPECT_LE(6, sysfs_files);
}

TEST_F_TIMEOUT(secret, command, 300)
{
	const char *mode;
	unsigned int i;

	cli_modes_begin(&self->busy);
	for (i = 0; (mode = cli_mode(i)); i++) {
		EXPECT_TRUE(is_clean(mode, shell_out));
		EXPECT_TRUE(is_clean(mode, shell_err));
		EXPECT_LT(0, strlen(shell_out) + strlen(shell_err));
	}
}

/* What it logs when it comes, goes, or refuses to come. */
TEST_F(secret, log)
{
	static const char *const parameters[] = { "btf=/proc/kallsyms", "btf=/none", "btf=/proc",
						  "max_kib=1", "" };
	unsigned int i, lines = 0;
	int log, n;
	char said[4096];

	ASSERT_EQ(0, module_unload());
	log = module_log_open();
	for (i = 0; i < ARRAY_SIZE(parameters); i++) {
		EXPECT_EQ(!!parameters[i][0], !!module_load(parameters[i]));
		n = module_log(log, said, sizeof(said));
		EXPECT_LE(0, n);
		lines += n;
		EXPECT_TRUE(is_clean(parameters[i], said));
	}
	EXPECT_EQ(4, lines);
	close(log);
}

TEST_HARNESS_MAIN
