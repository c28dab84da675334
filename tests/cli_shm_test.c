// SPDX-License-Identifier: GPL-2.0
/* What the command-line tool tells of shared memory, held against what puppets did to it. */
#define _GNU_SOURCE
#include "kselftest_harness.h"

#include <sys/shm.h>
#include <sys/syscall.h>
#include "common.h"
#include "puppet.h"
#include "shell.h"

#define KEY 0x5678
#define SIZE 8192

FIXTURE(shm)
{
	int id;
	struct puppet *creator, *user;
};

static long call(struct puppet *p, long nr, long a, long b, long c)
{
	return puppet_syscall(p, (const long[7]){ nr, a, b, c });
}

FIXTURE_SETUP(shm)
{
	ASSERT_EQ(0, shell_begin());
	self->creator = puppet_make(NULL, 0);
	self->user = puppet_make(NULL, 0);
	ASSERT_EQ(0, puppet_name(self->creator, "the creator"));
	ASSERT_EQ(0, puppet_name(self->user, "the\033user"));
	self->id = call(self->creator, SYS_shmget, KEY, SIZE, IPC_CREAT | 0640);
	ASSERT_LE(0, self->id);
}

FIXTURE_TEARDOWN(shm)
{
	puppets_clear();
	shmctl(self->id, IPC_RMID, NULL);
}

static void end(struct puppet *p)
{
	puppet_exit(p);
	puppet_reap(p);
}

static bool has_row_of(struct puppet *p, const char *fmt, long address)
{
	char row[256];

	snprintf(row, sizeof(row), fmt, p->pid, address, address + SIZE);
	return shell_has_row("%s", row);
}

TEST_F(shm, attachments)
{
	long first = call(self->creator, SYS_shmat, self->id, 0, 0);
	long second = call(self->user, SYS_shmat, self->id, 0, SHM_RDONLY);
	long third = call(self->user, SYS_shmat, self->id, 0, 0);

	ASSERT_LT(0, first);
	ASSERT_LT(0, second);
	ASSERT_LT(0, third);
	shell("$ipcdbg -m %d", self->id);
	EXPECT_TRUE(shell_ended(0, ""));
	EXPECT_TRUE(has_row_of(self->creator, "%d the\\040creator root live 1 %lx-%lx 0 rw- shmat",
			       first));
	EXPECT_TRUE(
		has_row_of(self->user, "%d the\\033user root live 2 %lx-%lx 0 r-- shmat", second));
	EXPECT_TRUE(
		has_row_of(self->user, "%d the\\033user root live 2 %lx-%lx 0 rw- shmat", third));
	EXPECT_TRUE(has_row_of(self->creator, "%d the\\040creator live created by", 0));
	EXPECT_TRUE(has_row_of(self->user, "%d the\\033user live last shmat or shmdt", 0));
	EXPECT_EQ(1, shell_lines("attached 3 times, by 2 processes"));
}

/* Created, used, left alone: a guess is made only when all are gone, and after a while. */
/*
 * The user detaches before it exits: whoever looks into its /proc while it does may be the last to
 * let go of its memory, and is then the last to have detached.
 */
TEST_F(shm, orphan)
{
	long at;

	shell("$ipcdbg -m 0x%x --suspect-after 0", KEY);
	EXPECT_EQ(1, shell_lines("nobody has ever attached it"));
	EXPECT_EQ(NULL, strstr(shell_out, "orphan"));
	at = call(self->user, SYS_shmat, self->id, 0, 0);
	ASSERT_LT(0, at);
	end(self->creator);
	shell("$ipcdbg -m %d --suspect-after 0", self->id);
	EXPECT_EQ(1, shell_lines("attached 1 time, by 1 process"));
	EXPECT_TRUE(has_row_of(self->creator, "%d - exited created by", 0));
	EXPECT_EQ(NULL, strstr(shell_out, "orphan"));
	ASSERT_EQ(0, call(self->user, SYS_shmdt, at, 0, 0));
	end(self->user);
	sleep(2);
	shell("$ipcdbg -m %d --suspect-after 0", self->id);
	EXPECT_EQ(1, shell_lines("nobody has it attached since "));
	EXPECT_NE(NULL, strstr(shell_out, "\n  an orphan (inferred)"));
	shell("$ipcdbg -m %d --suspect-after 1000", self->id);
	EXPECT_EQ(NULL, strstr(shell_out, "orphan"));
}

TEST_F(shm, removed)
{
	ASSERT_LT(0, call(self->user, SYS_shmat, self->id, 0, 0));
	ASSERT_EQ(0, shmctl(self->id, IPC_RMID, NULL));
	shell("$ipcdbg -m %d", self->id);
	EXPECT_NE(NULL, strstr(shell_out, "\n  removed (IPC_RMID): it vanishes "));
	shell("$ipcdbg -m 0x%x", KEY);
	EXPECT_EQ(2, shell_code);
	end(self->user);
	shell("$ipcdbg -m %d", self->id);
	EXPECT_EQ(2, shell_code);
}

/* /proc/sysvipc has the pids; what became of them the test knows. */
TEST_F(shm, remembered_processes)
{
	ASSERT_LT(0, call(self->user, SYS_shmat, self->id, 0, 0));
	end(self->creator);
	shell("$ipcdbg -m -p");
	EXPECT_TRUE(shell_has_row("%d root %d %d exited - live the\\033user", self->id,
				  self->creator->pid, self->user->pid));
	shell("$ipcdbg --ipcs -m -p >/tmp/our; ipcs -m -p | cmp - /tmp/our");
	EXPECT_TRUE(shell_ended(0, ""));
	shell("$ipcdbg -m -p | awk -v id=%d 'NF > 3 && $1 == id { print $3, $4 }' >/tmp/our; "
	      "awk -v id=%d '$2 == id { print $5, $6 }' /proc/sysvipc/shm | cmp - /tmp/our",
	      self->id, self->id);
	EXPECT_TRUE(shell_ended(0, ""));
}

TEST_F(shm, beside_semaphores)
{
	shell("$ipcdbg --ipcs -sm >/tmp/our; ipcs -s -m | cmp - /tmp/our");
	EXPECT_TRUE(shell_ended(0, ""));
	shell("$ipcdbg -sm -J | jq -e '(.segments | length) == 1 and (.sets | length) == 1 and "
	      "(.ipcdbg | has(\"table\") | not) and .complete'");
	EXPECT_EQ(0, shell_code);
}

/* What ipcdbg(8) says of JSON: these keys, of these types, in the order of the alphabet. */
static const char *const schema[][2] = {
	{ ".", "complete:boolean ipcdbg:object segments:array" },
	{ ".segments[0]",
	  "atime:number attachments:array cgid:number cpid:number cpid_comm:string "
	  "cpid_state:string ctime:number cuid:number dest:boolean dtime:number gid:number "
	  "hugetlb:boolean key:number locked:boolean lpid:number lpid_comm:string "
	  "lpid_state:string mode:number namespace:number nattch:number noreserve:boolean "
	  "page_size:number rss:number shmid:number size:number swap:number truncated:array "
	  "uid:number" },
	{ ".segments[0].attachments[0]", "comm:string mappings:array pid:number start_ns:number "
					 "state:string uid:number" },
	{ ".segments[0].attachments[0].mappings[0]",
	  "end:number offset:number prot:string start:number" },
};

TEST_F(shm, json)
{
	long address = call(self->user, SYS_shmat, self->id, 0, 0);
	unsigned int i;

	ASSERT_EQ(0, shell("$ipcdbg -m -J %d >/tmp/json", self->id));
	for (i = 0; i < ARRAY_SIZE(schema); i++)
		EXPECT_TRUE(shell_json_has(schema[i][0], schema[i][1]));
	shell("jq -e '.complete and (.segments[0] | .nattch == 1 and "
	      ".attachments[0].pid == %d and .attachments[0].mappings[0].start == %ld)' /tmp/json",
	      self->user->pid, address);
	EXPECT_EQ(0, shell_code);
}

TEST_HARNESS_MAIN
