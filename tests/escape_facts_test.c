// SPDX-License-Identifier: GPL-2.0
/*
 * What the command takes from elsewhere than the module, of any bytes: control groups, arguments,
 * users, and the words that it is given. It prints nothing that a terminal obeys.
 */
#define _GNU_SOURCE
#include "kselftest_harness.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/sem.h>
#include <sys/stat.h>
#include "common.h"
#include "plain.h"
#include "puppet.h"
#include "shell.h"

#define CGROUPS "/run/cgroups"
#define ARGS                                                                                \
	85 /* bytes at a time: more than there are arguments, less than all the environment \
	    */

FIXTURE(facts)
{
	int semid;
	struct puppet *p; /* holds and waits */
};

FIXTURE_SETUP(facts)
{
	struct sembuf hold = { .sem_num = 0, .sem_op = 1, .sem_flg = SEM_UNDO };

	self->semid = shell_begin();
	ASSERT_EQ(0, self->semid);
	self->p = puppet_make(NULL, 0);
	ASSERT_EQ(0, puppet_semop(self->p, self->semid, &hold, 1));
}

FIXTURE_TEARDOWN(facts)
{
	puppets_clear();
	umount2(CGROUPS, MNT_DETACH);
}

/* Every byte but NUL and these. */
static void all_bytes(const char *but, char name[256])
{
	int byte, n = 0;

	for (byte = 1; byte < 256; byte++)
		if (!strchr(but, byte))
			name[n++] = byte;
	name[n] = 0;
}

static void put_pid(const char *name, pid_t pid)
{
	char path[400], number[16];
	int err;

	snprintf(path, sizeof(path), CGROUPS "/%s", name);
	if (mkdir(path, 0700))
		die("cannot make a control group: %s", strerror(errno));
	strcat(path, "/cgroup.procs");
	snprintf(number, sizeof(number), "%d", pid);
	err = put_file(path, number);
	if (err)
		die("cannot move to a control group: %s", strerror(-err));
}

TEST_F(facts, control_groups)
{
	char name[256], spelt[1100];

	all_bytes("/\n", name);
	spell(name, spelt);
	mkdir(CGROUPS, 0755);
	ASSERT_EQ(0, mount("cgroup2", CGROUPS, "cgroup2", 0, NULL));
	put_pid(name, self->p->pid);
	EXPECT_TRUE(prints_plainly("-s 0"));
	EXPECT_NE(NULL, strstr(shell_out, spelt));
	EXPECT_TRUE(prints_plainly("ns"));
	shell("$ipcdbg pid %d -J | jq -r .processes[0].cgroup", self->p->pid);
	EXPECT_EQ('/', shell_out[0]);
	EXPECT_EQ(0, strncmp(spelt, shell_out + 1, strlen(spelt)));
	puppets_clear();
	chdir(CGROUPS);
	EXPECT_EQ(0, rmdir(name));
	chdir("/tmp");
}

/* As a process does that changes its title: over its arguments and into its environment. */
static void set_args(pid_t pid, const char *title)
{
	char path[64], *stat, *at;
	int field, fd;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	stat = slurp(path, 4096, NULL);
	at = stat ? strrchr(stat, ')') : NULL;
	for (field = 2; at && field < 48; field++)
		at = strchr(at + 1, ' ');
	snprintf(path, sizeof(path), "/proc/%d/mem", pid);
	fd = open(path, O_RDWR | O_CLOEXEC);
	if (!at || pwrite(fd, title, ARGS + 1, strtoll(at, NULL, 10)) != ARGS + 1)
		die("%s: %s", path, strerror(errno));
	free(stat);
	close(fd);
}

static bool args_are(pid_t pid, const char *title)
{
	char path[64], *text;
	bool same;

	snprintf(path, sizeof(path), "/proc/%d/cmdline", pid);
	text = slurp(path, 4096, NULL);
	same = text && !strcmp(text, title);
	free(text);
	return same;
}

TEST_F(facts, arguments)
{
	char all[256], title[ARGS + 1], spelt[1100], words[32];
	int i;

	all_bytes("", all);
	for (i = 0; i < 3; i++) {
		snprintf(title, sizeof(title), "%.*s", ARGS, all + i * ARGS);
		set_args(self->p->pid, title);
		ASSERT_TRUE(args_are(self->p->pid, title));
		spell(title, spelt);
		EXPECT_TRUE(prints_plainly("-s 0"));
		/* The start of it, in which a blank is a blank. */
		spelt[24] = 0;
		EXPECT_NE(NULL, strstr(shell_out, spelt));
		snprintf(words, sizeof(words), "pid %d", self->p->pid);
		EXPECT_TRUE(prints_plainly(words));
		shell("$ipcdbg pid %d -J | jq -r '.processes[0].args[0]'", self->p->pid);
		spell(title, spelt);
		EXPECT_EQ(0, strncmp(spelt, shell_out, strlen(spelt)));
	}
}

#define USERS 32
#define USER_BYTES 8

/* Users with all bytes in their names, some each, of a set each: lists cut a name off. */
static void make_users(void)
{
	FILE *passwd = fopen("/tmp/passwd", "a");
	struct semid_ds ds = { .sem_perm = { .mode = 0600 } };
	char name[256];
	int i;

	if (!passwd)
		die("/tmp/passwd: %s", strerror(errno));
	all_bytes(":\n", name);
	for (i = 0; i < USERS; i++) {
		ds.sem_perm.uid = 7000 + i;
		fprintf(passwd, "u%.*s:x:%d:0::/:/bin/sh\n", USER_BYTES, name + i * USER_BYTES,
			ds.sem_perm.uid);
		if (semctl(semget(IPC_PRIVATE, 1, 0600), 0, IPC_SET, &ds))
			die("IPC_SET: %s", strerror(errno));
	}
	fclose(passwd);
}

TEST_F(facts, users)
{
	ASSERT_EQ(0, shell("cp /etc/passwd /tmp && mount -o bind /tmp/passwd /etc/passwd"));
	make_users();
	ASSERT_EQ(0, puppet_setuid(self->p, 7000 + 27 / USER_BYTES));
	EXPECT_TRUE(prints_plainly("-s"));
	EXPECT_NE(NULL, strstr(shell_out, " u\\001\\002"));
	EXPECT_TRUE(prints_plainly("-s 0"));
	EXPECT_NE(NULL, strstr(shell_out, " u\\032\\033"));
	/* With --ipcs names of other languages are as ipcs prints them. */
	shell("$ipcdbg -s --ipcs | tr -d '\\200-\\377'");
	EXPECT_TRUE(is_plain("--ipcs", shell_out, shell_len));
}

TEST_F(facts, words)
{
	static const char *const commands[] = {
		"-Q", "-s", "--namespace", "--root", "--suspect-after",
		"-k", "ns", "pid",	   "",	     "-s -i"
	};
	char word[256], command[64], *text;
	unsigned int i;
	size_t len;

	all_bytes("", word);
	setenv("word", word, 1);
	for (i = 0; i < ARRAY_SIZE(commands); i++) {
		snprintf(command, sizeof(command), "$ipcdbg %s \"$word\"", commands[i]);
		text = terminal_output(command, &len);
		EXPECT_TRUE(is_plain(command, text, len));
		EXPECT_LT(0, len);
		free(text);
	}
}

TEST_HARNESS_MAIN
