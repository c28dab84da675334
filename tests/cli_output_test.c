// SPDX-License-Identifier: GPL-2.0
/*
 * What the command-line tool prints: of hostile names, in other languages, as JSON, and of very
 * many objects.
 */
#define _GNU_SOURCE
#include "kselftest_harness.h"

#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/sem.h>
#include <sys/wait.h>
#include "common.h"
#include "puppet.h"
#include "shell.h"

#define MANY_SETS 32000
#define MANY_SEMS 32000

FIXTURE(output)
{
	int id; /* of a set of three semaphores, all 0 */
};

FIXTURE_SETUP(output)
{
	self->id = shell_begin();
	ASSERT_LE(0, self->id);
}

FIXTURE_TEARDOWN(output)
{
	puppets_clear();
}

/* Nothing that a terminal obeys. */
static bool is_clean(const char *text)
{
	const unsigned char *c;

	for (c = (const unsigned char *)text; *c; c++)
		if ((*c < 0x20 && *c != '\n' && *c != '\t') || *c == 0x7f)
			return complain("byte %#x in the output", *c);
	return true;
}

/* A user's name in the formats of ipcs is what ipcs prints; a terminal obeys none of them. */
TEST_F(output, names_of_users)
{
	static const struct {
		unsigned int uid;
		const char *name;
	} users[] = {
		{ 2001, "CORP\\somebody" },
		{ 2002, "m\303\274ller" },
		{ 2003, "a=\"b\"" },
		{ 2004, "esc\033[2J" },
		{ 2005,
		  "a-user-whose-name-is-longer-than-sixty-four-bytes-as-directories-have-it" },
	};
	struct semid_ds ds = { 0 };
	FILE *passwd;
	unsigned int i;

	ASSERT_EQ(0, shell("cp /etc/passwd /tmp && mount -o bind /tmp/passwd /etc/passwd"));
	passwd = fopen("/tmp/passwd", "a");
	ASSERT_NE(NULL, passwd);
	for (i = 0; i < ARRAY_SIZE(users); i++)
		fprintf(passwd, "%s:x:%u:0::/:/bin/sh\n", users[i].name, users[i].uid);
	ASSERT_EQ(0, fclose(passwd));
	for (i = 0; i < ARRAY_SIZE(users); i++) {
		ds.sem_perm.uid = users[i].uid;
		ASSERT_EQ(0, semctl(self->id, 0, IPC_SET, &ds));
		shell("$ipcdbg -s; $ipcdbg -s --ipcs");
		EXPECT_TRUE(shell_ended(0, ""));
		EXPECT_TRUE(is_clean(shell_out));
		shell("ipcs -s >/tmp/their; $ipcdbg -s --ipcs | cmp /tmp/their -");
		EXPECT_EQ(!!strchr(users[i].name, 033), shell_code);
	}
}

/* Only --ipcs speaks the language of the user. */
TEST_F(output, language)
{
	ASSERT_EQ(0, shell("$ipcdbg -s; $ipcdbg -s 0"));
	shell("($ipcdbg -s; $ipcdbg -s 0) >/tmp/c; export LC_ALL=de_DE.UTF-8; "
	      "($ipcdbg -s; $ipcdbg -s 0) | cmp /tmp/c -");
	EXPECT_TRUE(shell_ended(0, ""));
	shell("export LC_ALL=de_DE.UTF-8; ipcs -s -i 0 >/tmp/their; grep -q Semaphorenfeld "
	      "/tmp/their && $ipcdbg --ipcs -s -i 0 | cmp /tmp/their -");
	EXPECT_TRUE(shell_ended(0, ""));
	shell("LC_ALL=de_DE.UTF-8 $ipcdbg -s -J | jq -e '.sets[0].nsems == 3 and .complete'");
	EXPECT_EQ(0, shell_code);
}

/* What ipcdbg(8) says of JSON: these keys, of these types, in the order of the alphabet. */
static const char *const schema[][2] = {
	{ ".", "complete:boolean ipcdbg:object sets:array" },
	{ ".ipcdbg", "boot:string kernel:string module:string table:string time:number "
		     "version:number" },
	{ ".sets[0]", "cgid:number ctime:number cuid:number gid:number holders:array key:number "
		      "mode:number namespace:number nsems:number otime:number semid:number "
		      "sems:array truncated:array uid:number waiters:array" },
	{ ".sets[0].sems[0]",
	  "otime:number semncnt:number semnum:number sempid:number sempid_comm:string "
	  "sempid_state:string semval:number semzcnt:number" },
	{ ".sets[0].sems[1]", "otime:number semncnt:number semnum:number semval:number "
			      "semzcnt:number" },
	{ ".sets[0].waiters[0]",
	  "alter:boolean blocked_ns:number comm:string nsops:number ops:array order:number "
	  "pid:number queue:string semnum:number start_ns:number state:string switches:number "
	  "tid:number uid:number undo:boolean" },
	{ ".sets[0].waiters[0].ops[0]", "blocking:boolean sem_flg:array sem_num:number "
					"sem_op:number" },
	{ ".sets[0].holders[0]", "owners:array semadj:number semnum:number tasks:number" },
	{ ".sets[0].holders[0].owners[0]", "comm:string pid:number start_ns:number state:string "
					   "tid:number uid:number" },
};

TEST_F(output, json_schema)
{
	struct sembuf give = { .sem_num = 0, .sem_op = 1, .sem_flg = SEM_UNDO };
	struct sembuf take = { .sem_num = 1, .sem_op = -1, .sem_flg = SEM_UNDO };
	struct puppet *p = puppet_make(NULL, 0);
	static const char *const ways[] = { "", "0", "-A" };
	unsigned int i, j;

	ASSERT_EQ(0, self->id);
	ASSERT_EQ(0, puppet_semop(p, self->id, &give, 1));
	puppet_block(p, self->id, &take, 1, NULL);
	for (i = 0; i < ARRAY_SIZE(ways); i++) {
		ASSERT_EQ(0, shell("$ipcdbg -s -J %s >/tmp/json", ways[i]));
		for (j = 0; j < ARRAY_SIZE(schema); j++) {
			shell("jq -r '%s | [to_entries[] | .key + \":\" + (.value | type)] | "
			      "sort | join(\" \")' /tmp/json",
			      schema[j][0]);
			shell_out[strcspn(shell_out, "\n")] = 0;
			EXPECT_STREQ(schema[j][1], shell_out);
		}
		shell("jq -e '.complete and .sets[0].truncated == [] and "
		      "[.sets[0].waiters[].ops[].sem_flg[]] == [\"undo\"]' /tmp/json");
		EXPECT_EQ(0, shell_code);
	}
}

/* Many tasks on one large set; those who only look at the first line do no harm. */
TEST_F_TIMEOUT(output, large_set_with_waiters, 110)
{
	int id = semget(IPC_PRIVATE, MANY_SEMS, 0600), waiters = 1000, i;
	pid_t pids[1000];

	ASSERT_LE(0, id);
	for (i = 0; i < waiters; i++) {
		struct sembuf take = { .sem_num = i * 31, .sem_op = -1 };

		pids[i] = fork();
		ASSERT_LE(0, pids[i]);
		if (!pids[i]) {
			semop(id, &take, 1);
			_exit(0);
		}
	}
	for (i = 0; i < waiters; i++)
		wait_until(semctl(id, i * 31, GETNCNT) == 1);
	shell("$ipcdbg -s -J %d | jq -e '.complete and (.sets[0].sems | length) == %d and "
	      "([.sets[0].waiters[].pid] | unique | length) == %d'",
	      id, MANY_SEMS, waiters);
	EXPECT_EQ(0, shell_code);
	shell("$ipcdbg -s %d", id);
	EXPECT_TRUE(shell_ended(0, ""));
	EXPECT_EQ(3, shell_lines("blocked "));
	EXPECT_EQ(1, shell_lines("997 more tasks wait"));
	shell("$ipcdbg -s %d | head -n 2 | tail -n 1", id);
	EXPECT_TRUE(shell_ended(0, ""));
	EXPECT_EQ(1, shell_lines("Semaphore Array"));
	semctl(id, 0, IPC_RMID);
	for (i = 0; i < waiters; i++)
		waitpid(pids[i], NULL, 0);
}

/* Largest resident set of a command's process, in KiB, and its time in *ms. */
static long cost(const char *const argv[], long *ms)
{
	struct rusage usage;
	int status;
	pid_t pid;

	fflush(NULL);
	pid = fork();
	if (!pid) {
		if (freopen("/tmp/cost", "w", stdout))
			execvp(argv[0], (char *const *)argv);
		_exit(127);
	}
	if (wait4(pid, &status, 0, &usage) != pid || status)
		die("%s: status %x", argv[0], status);
	*ms = (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000 +
	      (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1000;
	return usage.ru_maxrss;
}

/* Memory does not grow with the number of sets, and a list costs less than that of ipcs. */
TEST_F_TIMEOUT(output, many_sets, 110)
{
	const char *const list[] = { cli(), "-s", NULL }, *const theirs[] = { "ipcs", "-s", NULL };
	const char *const json[] = { cli(), "-s", "-J", NULL };
	long few = 0, kib, ms, their_kib, their_ms;
	int i;

	few = cost(json, &ms);
	for (i = 1; i < MANY_SETS; i++)
		ASSERT_LE(0, semget(IPC_PRIVATE, 1, 0600));
	their_kib = cost(theirs, &their_ms);
	kib = cost(list, &ms);
	fprintf(stderr, "# list of %d sets: %ld KiB in %ld ms; ipcs: %ld KiB in %ld ms\n",
		MANY_SETS, kib, ms, their_kib, their_ms);
	EXPECT_LT(kib, few + 1024);
	EXPECT_LT(kib, their_kib);
	EXPECT_LT(ms, their_ms);
	kib = cost(json, &ms);
	fprintf(stderr, "# JSON of them: %ld KiB in %ld ms\n", kib, ms);
	EXPECT_LT(kib, few + 1024);
	shell("$ipcdbg --ipcs -s >/tmp/our; ipcs -s | cmp /tmp/our -");
	EXPECT_TRUE(shell_ended(0, ""));
}

TEST_HARNESS_MAIN
