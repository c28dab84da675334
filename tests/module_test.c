// SPDX-License-Identifier: GPL-2.0
/*
 * Loading and unloading. A BTF file that lacks something, or is broken, is refused with one line
 * that says what is wrong, and nothing else happens.
 *
 *   IPCDBG_KO=   the module
 *   MINUTES=     set in a long run: 200 loads and 32 cuts instead of 5 and 4; LOADS= and CUTS= too
 */
#define _GNU_SOURCE
#include "kselftest_harness.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <regex.h>
#include <sys/syscall.h>
#include "btf_patch.h"
#include "common.h"
#include "rows.h"

#define TRIAL "/tmp/trial.btf"
#define TAINT_USER (1 << 6)

static const char *const files[] = { "sem",	     "list/sem",   "all/sem",
				     "all/list/sem", "namespaces", "abi" };

/* Returns 0 or the errno. */
static int load(const char *parameters)
{
	const char *path = getenv("IPCDBG_KO");
	int fd, ret;

	if (!path)
		die("IPCDBG_KO is not set");
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		die("%s: %s", path, strerror(errno));
	ret = syscall(SYS_finit_module, fd, parameters, 0) ? errno : 0;
	close(fd);
	return ret;
}

static int unload(void)
{
	return syscall(SYS_delete_module, "ipcdbg", O_NONBLOCK) ? errno : 0;
}

static bool is_loaded(void)
{
	return !access("/sys/module/ipcdbg", F_OK);
}

FIXTURE(module)
{
	int kmsg;
	struct btf_image btf;
};

FIXTURE_SETUP(module)
{
	if (is_loaded())
		ASSERT_EQ(0, unload());
	self->btf.data = (unsigned char *)slurp("/sys/kernel/btf/vmlinux", 65536, &self->btf.len);
	ASSERT_NE(NULL, self->btf.data);
	self->kmsg = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	ASSERT_LE(0, self->kmsg);
	lseek(self->kmsg, 0, SEEK_END);
}

FIXTURE_TEARDOWN(module)
{
	free(self->btf.data);
	close(self->kmsg);
	unlink(TRIAL);
	if (!is_loaded())
		EXPECT_EQ(0, load(""));
}

/*
 * What the kernel logged since the last call: the module's lines are added up in said. Returns how
 * many, -1 if there was a bug report among the messages.
 */
static int log_lines(int kmsg, char *said, size_t room)
{
	static const char trouble[] = "BUG|WARNING|Oops|Call Trace|KASAN|UBSAN|fault|Tainted";
	char message[4096], *text;
	ssize_t n;
	regex_t re;
	int lines = 0;

	said[0] = 0;
	if (regcomp(&re, trouble, REG_EXTENDED | REG_NOSUB))
		die("regcomp");
	while ((n = read(kmsg, message, sizeof(message) - 1)) > 0) {
		message[n] = 0;
		text = strchr(message, ';');
		if (!text || !regexec(&re, text, 0, NULL, 0))
			lines = -1000;
		if (text && !strncmp(text, ";ipcdbg: ", 9) && !strstr(text, "taint") &&
		    !strstr(text, "module verification")) {
			lines++;
			strncat(said, text + 9, room - strlen(said) - 1);
		}
	}
	regfree(&re);
	if (n < 0 && errno != EAGAIN)
		die("/dev/kmsg: %s", strerror(errno));
	return lines < 0 ? -1 : lines;
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
	int ret = load("btf=" TRIAL), lines = log_lines(kmsg, said, sizeof(said));

	if (!ret)
		unload();
	if (ret == error && lines == 1 && strstr(said, word) && strstr(said, word2))
		return true;
	return complain("errno %d instead of %d, %d lines, no %s %s in: %s", ret, error, lines,
			word, word2, said);
}

/* The message has "offset" and a number that lies in the file. */
static bool names_offset(int kmsg, size_t len)
{
	char said[2048], *at;
	int ret = load("btf=" TRIAL), lines = log_lines(kmsg, said, sizeof(said));

	if (!ret)
		unload();
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

TEST_F(module, an_open_file_keeps_it_loaded)
{
	unsigned int i;
	char byte;
	int fd;

	ASSERT_EQ(0, load(""));
	for (i = 0; i < ARRAY_SIZE(files); i++) {
		char path[64];

		snprintf(path, sizeof(path), IPCDBG_DIR "/%s", files[i]);
		fd = open(path, O_RDONLY | O_CLOEXEC);
		ASSERT_LE(0, fd);
		EXPECT_EQ(EWOULDBLOCK, unload());
		EXPECT_EQ(1, read(fd, &byte, 1));
		EXPECT_EQ(EWOULDBLOCK, unload());
		close(fd);
	}
	EXPECT_EQ(0, unload());
	EXPECT_EQ(-1, access(IPCDBG_DIR, F_OK));
	EXPECT_EQ(ENOENT, errno);
}

TEST_F(module, loads_in_silence)
{
	char said[2048];

	ASSERT_EQ(0, load(""));
	EXPECT_EQ(EEXIST, load(""));
	ASSERT_EQ(0, unload());
	EXPECT_EQ(0, log_lines(self->kmsg, said, sizeof(said)));
}

static unsigned long tainted(void)
{
	char *text = slurp("/proc/sys/kernel/tainted", 64, NULL);
	unsigned long bits = strtoul(text, NULL, 10);

	free(text);
	return bits;
}

TEST_F(module, no_btf_file)
{
	char said[2048];

	EXPECT_TRUE(is_refused(self->kmsg, ENOENT, TRIAL, "-2"));
	EXPECT_EQ(EINVAL, load("btf=/tmp"));
	EXPECT_EQ(1, log_lines(self->kmsg, said, sizeof(said)));
	write_trial("", 0);
	EXPECT_TRUE(is_refused(self->kmsg, EOPNOTSUPP, "BTF", "offset 0"));
}

TEST_F(module, garbage)
{
	static const char text[] = "this is not BTF but plain text, and longer than a header\n";

	write_trial(text, sizeof(text));
	EXPECT_TRUE(is_refused(self->kmsg, EOPNOTSUPP, "magic", "offset 0"));
	memset(self->btf.data + 24, 0xa5, 4096);
	write_trial(self->btf.data, self->btf.len);
	EXPECT_TRUE(names_offset(self->kmsg, self->btf.len));
}

/* The file is cut; and cut with a header that knows of it, so that the types are what is cut. */
TEST_F(module, cut_anywhere)
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

TEST_F(module, member_missing)
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

TEST_F(module, name_changed)
{
	struct btf_image image = btf_copy(&self->btf);

	image.data[btf_string_at(&image, "sem_nsems")] = 'x';
	EXPECT_TRUE(refused(self->kmsg, &image, "sem_array", "sem_nsems"));
	image = btf_copy(&self->btf);
	image.data[btf_string_at(&image, "sem_undo_list")] = 'x';
	EXPECT_TRUE(refused(self->kmsg, &image, "sem_undo", "ulp"));
}

/* Another type at the same place: a struct for an int, 8 bytes for 4, a pointer to another. */
TEST_F(module, member_of_another_type)
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

TEST_F(module, member_elsewhere)
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

/* Bytes in the caches that the module allocates from, and of vmalloc. */
static long memory_in_use(void)
{
	long total = 0, active, size;
	char *text, *line, *vmalloc;

	if (system("for f in /sys/kernel/slab/kmalloc-*/shrink; do echo 1 >$f; done"))
		die("cannot shrink the caches");
	text = slurp("/proc/slabinfo", 65536, NULL);
	for (line = text; (line = strstr(line, "\nkmalloc-")); line++)
		if (sscanf(line, " %*s %ld %*d %ld", &active, &size) == 2)
			total += active * size;
	free(text);
	text = slurp("/proc/meminfo", 65536, NULL);
	vmalloc = strstr(text, "VmallocUsed:");
	total += 1024 * strtol(vmalloc + 12, NULL, 10);
	free(text);
	return total;
}

static void load_read_unload(struct __test_metadata *_metadata)
{
	unsigned int i;
	struct rows r;

	ASSERT_EQ(0, load(""));
	for (i = 0; i < 5 * ARRAY_SIZE(files); i++) {
		ASSERT_TRUE(rows_read(&r, files[i % ARRAY_SIZE(files)]));
		rows_free(&r);
	}
	ASSERT_EQ(0, unload());
	ASSERT_EQ(-1, access(IPCDBG_DIR, F_OK));
}

TEST_F_TIMEOUT(module, many_loads, 600)
{
	long n = env_long("LOADS", getenv("MINUTES") ? 200 : 5), i;
	long before, after;

	for (i = 0; i < 3; i++)
		load_read_unload(_metadata);
	before = memory_in_use();
	for (i = 0; i < n; i++)
		load_read_unload(_metadata);
	after = memory_in_use();
	fprintf(stderr, "# %ld KiB before, %ld after %ld loads\n", before / 1024, after / 1024, n);
	EXPECT_LT(after, before + 256 * 1024);
}

/* Last, since a taint stays: what comes from elsewhere can be good, and is told apart. */
TEST_F(module, good_copy)
{
	struct rows r;
	int i;

	write_trial(self->btf.data, self->btf.len);
	EXPECT_EQ(0, tainted() & TAINT_USER);
	ASSERT_EQ(0, load("btf=" TRIAL));
	EXPECT_NE(0, tainted() & TAINT_USER);
	ASSERT_TRUE(rows_read(&r, "abi"));
	i = rows_next(&r, IPCDBG_R_abi, -1, -1);
	ASSERT_LE(0, i);
	EXPECT_STREQ(TRIAL, ROW_STR(&r, i, abi, btf));
	rows_free(&r);
	EXPECT_EQ(0, unload());
}

TEST_HARNESS_MAIN
