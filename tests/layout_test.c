// SPDX-License-Identifier: GPL-2.0
/*
 * A BTF file that lacks something, or is broken, is refused with one line that says what is wrong,
 * and nothing else happens.
 *
 *   CUTS=n   how many cuts are tried (default 4, 32 in a long run, which sets MINUTES=)
 */
#define _GNU_SOURCE
#include "kselftest_harness.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include "btf_patch.h"
#include "common.h"
#include "module.h"
#include "rows.h"

#define TRIAL "/tmp/trial.btf"
#define TAINT_USER (1 << 6)

FIXTURE(layout)
{
	int kmsg;
	struct btf_image btf;
};

FIXTURE_SETUP(layout)
{
	if (module_is_loaded())
		ASSERT_EQ(0, module_unload());
	self->btf.data = (unsigned char *)slurp("/sys/kernel/btf/vmlinux", 65536, &self->btf.len);
	ASSERT_NE(NULL, self->btf.data);
	self->kmsg = module_log_open();
}

FIXTURE_TEARDOWN(layout)
{
	free(self->btf.data);
	close(self->kmsg);
	unlink(TRIAL);
	if (!module_is_loaded())
		EXPECT_EQ(0, module_load(""));
}

static void write_trial(const void *data, size_t len)
{
	int fd = open(TRIAL, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	while (len) {
		ssize_t n = write(fd, data, len);

		if (n <= 0)
			die("%s: %s", TRIAL, strerror(errno));
		data = (const char *)data + n;
		len -= n;
	}
	close(fd);
}

/* Refused with that error, and the one line that is logged has both words. */
static bool is_refused(int kmsg, int error, const char *word, const char *word2)
{
	char said[2048];
	int ret = module_load("btf=" TRIAL), lines = module_log(kmsg, said, sizeof(said));

	if (!ret)
		module_unload();
	if (ret == error && lines == 1 && strstr(said, word) && strstr(said, word2))
		return true;
	return complain("errno %d instead of %d, %d lines, no %s %s in: %s", ret, error, lines,
			word, word2, said);
}

/* The message has "offset" and a number that lies in the file. */
static bool names_offset(int kmsg, size_t len)
{
	char said[2048], *at;
	int ret = module_load("btf=" TRIAL), lines = module_log(kmsg, said, sizeof(said));

	if (!ret)
		module_unload();
	at = strstr(said, "offset ");
	if (ret == EOPNOTSUPP && lines == 1 && at && isdigit(at[7]) &&
	    strtoul(at + 7, NULL, 10) <= len)
		return true;
	return complain("%zu bytes: errno %d, %d lines: %s", len, ret, lines, said);
}

static bool refused(int kmsg, struct btf_image *image, const char *s, const char *member)
{
	bool ok;

	write_trial(image->data, image->len);
	ok = is_refused(kmsg, EOPNOTSUPP, s, member);
	free(image->data);
	return ok;
}

static unsigned long tainted(void)
{
	char *text = slurp("/proc/sys/kernel/tainted", 64, NULL);
	unsigned long bits = strtoul(text, NULL, 10);

	free(text);
	return bits;
}

TEST_F(layout, no_btf_file)
{
	char said[2048];

	EXPECT_TRUE(is_refused(self->kmsg, ENOENT, TRIAL, "-2"));
	EXPECT_EQ(EINVAL, module_load("btf=/tmp"));
	EXPECT_EQ(1, module_log(self->kmsg, said, sizeof(said)));
	write_trial("", 0);
	EXPECT_TRUE(is_refused(self->kmsg, EOPNOTSUPP, "BTF", "offset 0"));
}

TEST_F(layout, garbage)
{
	static const char text[] = "this is not BTF but plain text, and longer than a header\n";

	write_trial(text, sizeof(text));
	EXPECT_TRUE(is_refused(self->kmsg, EOPNOTSUPP, "magic", "offset 0"));
	memset(self->btf.data + 24, 0xa5, 4096);
	write_trial(self->btf.data, self->btf.len);
	EXPECT_TRUE(names_offset(self->kmsg, self->btf.len));
}

/* The file is cut; and cut with a header that knows of it, so that the types are what is cut. */
TEST_F_TIMEOUT(layout, cut_anywhere, 300)
{
	long n = env_long("CUTS", getenv("MINUTES") ? 32 : 4), i;
	uint32_t types = btf_get(&self->btf, 12);

	for (i = 0; i < n; i++) {
		size_t len = i * (self->btf.len / n) + i * 7919 % 1000;

		write_trial(self->btf.data, len);
		EXPECT_TRUE(names_offset(self->kmsg, len));
	}
	for (i = 1; i < n; i++) {
		btf_set(&self->btf, 12, i * (types / n) / 4 * 4 + 2);
		write_trial(self->btf.data, self->btf.len);
		EXPECT_TRUE(names_offset(self->kmsg, self->btf.len));
	}
}

static const struct {
	const char *s, *member;
} members[] = {
	{ "sem_array", "sem_nsems" },  { "sem_array", "sems" },	    { "sem", "semval" },
	{ "sem", "sempid" },	       { "sem_queue", "blocking" }, { "sem_undo", "semadj" },
	{ "sem_undo_list", "refcnt" },
};

TEST_F(layout, member_missing)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(members); i++) {
		struct btf_image image = btf_copy(&self->btf);
		size_t at = btf_member_at(&image, members[i].s, members[i].member);

		/* The name of another string: whatever the header names first. */
		btf_set(&image, at, 1);
		EXPECT_TRUE(refused(self->kmsg, &image, members[i].s, members[i].member));
	}
}

TEST_F(layout, name_changed)
{
	struct btf_image image = btf_copy(&self->btf);

	image.data[btf_string_at(&image, "sem_nsems")] = 'x';
	EXPECT_TRUE(refused(self->kmsg, &image, "sem_array", "sem_nsems"));
	image = btf_copy(&self->btf);
	image.data[btf_string_at(&image, "sem_undo_list")] = 'x';
	EXPECT_TRUE(refused(self->kmsg, &image, "sem_undo", "ulp"));
}

/* Another type at the same place: a struct for an int, 8 bytes for 4, a pointer to another. */
TEST_F(layout, member_of_another_type)
{
	static const struct {
		const char *s, *member, *type_of;
	} changes[] = {
		{ "sem_array", "sem_nsems", "sem_perm" },
		{ "sem_array", "sem_nsems", "sem_ctime" },
		{ "sem_array", "sem_ctime", "sem_nsems" },
		{ "sem_array", "pending_alter", "sem_perm" },
		{ "sem_array", "sems", "sem_nsems" },
		{ "sem_queue", "sleeper", "undo" },
		{ "sem_queue", "sops", "pid" },
		{ "sem_queue", "alter", "nsops" },
		{ "sem_undo", "semadj", "ulp" },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(changes); i++) {
		struct btf_image image = btf_copy(&self->btf);
		size_t to = btf_member_at(&image, changes[i].s, changes[i].member);
		size_t from = btf_member_at(&image, changes[i].s, changes[i].type_of);

		btf_set(&image, to + 4, btf_get(&image, from + 4));
		EXPECT_TRUE(refused(self->kmsg, &image, changes[i].s, changes[i].member));
	}
}

TEST_F(layout, member_elsewhere)
{
	struct btf_image image = btf_copy(&self->btf);
	size_t at = btf_member_at(&image, "sem_array", "sem_nsems");

	btf_set(&image, at + 8, btf_get(&image, at + 8) + 8);
	EXPECT_TRUE(refused(self->kmsg, &image, "sem_array", "sem_nsems"));
	image = btf_copy(&self->btf);
	btf_set(&image, at + 8, btf_get(&image, at + 8) + 1);
	EXPECT_TRUE(refused(self->kmsg, &image, "sem_array", "sem_nsems"));
	/* A public struct must lie as in the headers that the module was built with. */
	image = btf_copy(&self->btf);
	at = btf_member_at(&image, "kern_ipc_perm", "key");
	btf_set(&image, at + 8, btf_get(&image, at + 8) + 32);
	EXPECT_TRUE(refused(self->kmsg, &image, "kern_ipc_perm", "key"));
	image = btf_copy(&self->btf);
	btf_set(&image, btf_struct_at(&image, "sem") + 8, 8);
	EXPECT_TRUE(refused(self->kmsg, &image, "outside its struct", "offset"));
}

/* Last, since a taint stays: what comes from elsewhere can be good, and is told apart. */
TEST_F(layout, good_copy)
{
	struct rows r;
	int i;

	write_trial(self->btf.data, self->btf.len);
	EXPECT_EQ(0, tainted() & TAINT_USER);
	ASSERT_EQ(0, module_load("btf=" TRIAL));
	EXPECT_NE(0, tainted() & TAINT_USER);
	ASSERT_TRUE(rows_read(&r, "abi"));
	i = rows_next(&r, IPCDBG_R_abi, -1, -1);
	ASSERT_LE(0, i);
	EXPECT_STREQ(TRIAL, ROW_STR(&r, i, abi, btf));
	rows_free(&r);
	EXPECT_EQ(0, module_unload());
}

TEST_HARNESS_MAIN
