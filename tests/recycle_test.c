// SPDX-License-Identifier: GPL-2.0
/*
 * A process, or a thread, that objects name has exited, and somebody else has its number: each
 * place says that it has exited, and none shows the innocent one.
 *
 *   RECYCLED=n    how often (default 100)
 *   CLI_EVERY=n   the command every n-th time (default 100; 0: never)
 */
#define _GNU_SOURCE
#include "kselftest_harness.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/syscall.h>
#include "check.h"
#include "common.h"
#include "puppet.h"
#include "rows.h"
#include "shell.h"

#define INNOCENT "innocent"
#define QUEUE "recycled"

/* What system calls of puppets point to. */
struct memory {
	struct {
		long type;
		char text[8];
	} message;
	char name[16];
	struct sigevent event;
};

FIXTURE(recycle)
{
	int semid, msqid, shmid;
	struct memory *memory;
	struct puppet *stays; /* shares everything with who goes */
	long times, cli_every;
};

FIXTURE_SETUP(recycle)
{
	self->memory = mmap(NULL, sizeof(*self->memory), PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ASSERT_NE(MAP_FAILED, self->memory);
	strcpy(self->memory->name, QUEUE);
	self->memory->event =
		(struct sigevent){ .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGURG };
	self->memory->message.type = 1;
	self->semid = shell_begin();
	ASSERT_LE(0, self->semid);
	self->msqid = msgget(IPC_PRIVATE, 0600);
	ASSERT_LE(0, self->msqid);
	self->stays = puppet_make(NULL, 0);
	ASSERT_EQ(0, puppet_name(self->stays, "stays"));
	self->times = env_long("RECYCLED", 100);
	self->cli_every = env_long("CLI_EVERY", 100);
}

FIXTURE_TEARDOWN(recycle)
{
	puppets_clear();
	syscall(SYS_mq_unlink, QUEUE);
}

static const char *const tables[] = { "sem",	  "shm",      "msg",	  "mqueue",
				      "list/sem", "list/shm", "list/msg", "list/mqueue" };

static bool ends_in(const char *name, const char *end)
{
	size_t len = strlen(name), end_len = strlen(end);

	return len > end_len && !strcmp(name + len - end_len, end);
}

/* A field that names a process the object remembers: its state and comm stand behind it. */
static bool is_remembered(const struct ipcdbg_record *r, unsigned int f)
{
	return f + 2 < r->nr_fields && ends_in(r->fields[f].name, "pid") &&
	       r->fields[f + 1].type == IPCDBG_T_PSTATE && r->fields[f + 2].type == IPCDBG_T_COMM;
}

/* One row: how many of its fields remember the number; -1 if one takes the innocent for it. */
static int check_row(const struct rows *rows, int row, pid_t pid)
{
	enum ipcdbg_record_id id = rows->row[row].record;
	const struct ipcdbg_record *r = &ipcdbg_records[id];
	unsigned int f;
	int nr = 0;

	/* A namespace names any process in it, also that one. */
	if (id == IPCDBG_R_namespace)
		return 0;
	for (f = 0; f < r->nr_fields; f++) {
		const char *text = row_text(rows, row, id, f);

		if (!text)
			continue;
		if (r->fields[f].type == IPCDBG_T_COMM && !strcmp(text, INNOCENT))
			return complain("%s has %s", r->word, r->fields[f].name) - 1;
		if (!ends_in(r->fields[f].name, "id") || atoi(text) != pid)
			continue;
		if (ends_in(r->fields[f].name, "tid") || !strcmp(r->fields[f].name, "pid"))
			return complain("%s has %s=%s", r->word, r->fields[f].name, text) - 1;
		if (!is_remembered(r, f))
			continue;
		nr++;
		if (strcmp(row_text(rows, row, id, f + 1), "exited") ||
		    row_text(rows, row, id, f + 2))
			return complain("%s of %s is %s", r->fields[f].name, r->word,
					row_text(rows, row, id, f + 1)) -
			       1;
	}
	return nr;
}

/* Every table together remembers the number so often, always as one that has exited. */
static bool is_remembered_as_exited(pid_t pid, int often)
{
	int nr = 0, row, n;
	unsigned int i;
	struct rows r;
	bool ok = true;

	for (i = 0; i < ARRAY_SIZE(tables); i++) {
		ok &= rows_read(&r, tables[i]);
		for (row = 0; ok && row < (int)r.nr; row++) {
			n = check_row(&r, row, pid);
			ok = n >= 0;
			nr += n;
		}
		rows_free(&r);
	}
	CHECK("fields that remember it", often, nr);
	return ok;
}

/* Where the command may not show the innocent one, and must say that often that one has exited. */
static const struct {
	const char *words;
	int exited;
} modes[] = {
	{ "-p", 6 },	       { "-p -J", 6 }, { "-s $semid", 0 },
	{ "-s $semid -J", 1 }, { "-m -J", 2 }, { "-m $shmid --suspect-after 0", 0 },
	{ "-q -J", 2 },	       { "-Q -J", 1 }, { "-Q " QUEUE, 0 },
	{ "-A -J", 6 },
};

static int count(const char *text, const char *word)
{
	int nr = 0;

	for (; (text = strstr(text, word)); text++)
		nr++;
	return nr;
}

static bool command_knows(pid_t pid, int exited)
{
	unsigned int i;
	bool ok = true;

	for (i = 0; i < ARRAY_SIZE(modes); i++) {
		shell("$ipcdbg %s", modes[i].words);
		ok &= shell_ended(0, "");
		CHECK(modes[i].words, 0, count(shell_out, INNOCENT));
		if (exited == 6 && modes[i].exited)
			CHECK(modes[i].words, modes[i].exited, count(shell_out, "exited"));
	}
	shell("$ipcdbg pid %d -J | jq -c '[.facts[] | .fact, (.row | to_entries[] | "
	      "select(.key | endswith(\"_state\")) | .value)] | unique'",
	      pid);
	shell_out[strcspn(shell_out, "\n")] = 0;
	CHECK_STR("facts", "[\"exited\",\"remembered\"]", shell_out);
	return ok;
}

static long must_do(struct puppet *p, const long call[7], const char *what)
{
	long ret = puppet_syscall(p, call);

	if (ret < 0)
		die("%s: %s", what, strerror(-ret));
	return ret;
}

#define must(p, ...) must_do(p, (const long[7]){ __VA_ARGS__ }, #__VA_ARGS__)

/* Everything that makes an object name a process. Returns the descriptor of its queue. */
static long do_everything(FIXTURE_DATA(recycle) * self, struct puppet *p, long *at)
{
	struct sembuf give = { 0, 1, SEM_UNDO };
	struct memory *m = self->memory;
	long fd;

	if (puppet_semop(p, self->semid, &give, 1))
		die("semop");
	self->shmid = must(p, SYS_shmget, IPC_PRIVATE, 4096, 0600);
	*at = must(p, SYS_shmat, self->shmid, 0, 0);
	must(p, SYS_msgsnd, self->msqid, (long)&m->message, 1, 0);
	must(p, SYS_msgrcv, self->msqid, (long)&m->message, 8, 0, 0);
	fd = must(p, SYS_mq_open, (long)m->name, O_CREAT | O_EXCL | O_RDWR, 0600, 0);
	must(p, SYS_mq_notify, fd, (long)&m->event);
	return fd;
}

static void end(struct puppet *p)
{
	puppet_exit_process(p);
	puppet_reap(p);
}

static void export_ids(const FIXTURE_DATA(recycle) * self)
{
	char text[16];

	snprintf(text, sizeof(text), "%d", self->semid);
	setenv("semid", text, 1);
	snprintf(text, sizeof(text), "%d", self->shmid);
	setenv("shmid", text, 1);
}

static bool is_time_for_command(const FIXTURE_DATA(recycle) * self, long i)
{
	return self->cli_every && !(i % self->cli_every);
}

/* Descriptors, memory and undo list stay in use, so the objects go on naming who shared them. */
static bool process_is_not_mistaken(FIXTURE_DATA(recycle) * self, long i)
{
	struct puppet *gone, *innocent;
	long fd, at;
	pid_t pid;
	bool ok;

	gone = puppet_make(self->stays, CLONE_SYSVSEM | CLONE_FILES | CLONE_VM);
	if (!gone)
		die("clone: %s", strerror(errno));
	pid = gone->pid;
	fd = do_everything(self, gone, &at);
	end(gone);
	innocent = puppet_make_numbered(pid);
	puppet_name(innocent, INNOCENT);
	/* sempid, cpid, lpid, lspid, lrpid, notify_pid; listings have no semaphores. */
	ok = is_remembered_as_exited(pid, 6 + 5);
	export_ids(self);
	if (is_time_for_command(self, i))
		ok &= command_knows(pid, 6);
	end(innocent);
	puppet_forget(innocent);
	puppet_forget(gone);
	must(self->stays, SYS_close, fd);
	must(self->stays, SYS_shmdt, at);
	shmctl(self->shmid, IPC_RMID, NULL);
	syscall(SYS_mq_unlink, QUEUE);
	semctl(self->semid, 0, SETVAL, 0);
	return ok;
}

TEST_F_TIMEOUT(recycle, process, 1200)
{
	long i;

	for (i = 0; i < self->times; i++)
		ASSERT_TRUE(process_is_not_mistaken(self, i));
}

/* Whom a message is handed to while it waits is remembered as a thread. */
static bool thread_is_not_mistaken(FIXTURE_DATA(recycle) * self, long i)
{
	struct puppet *gone = puppet_make(self->stays, PUPPET_THREAD), *innocent;
	pid_t tid = gone->tid;
	bool ok;

	puppet_block_call(gone, NULL, SYS_msgrcv, self->msqid, (long)&self->memory->message, 8, 0,
			  0);
	if (msgsnd(self->msqid, &self->memory->message, 1, 0) || puppet_unblock(gone) != 1)
		die("the message is not received");
	puppet_exit(gone);
	gone->reaped = true;
	/* A thread of the same process, or a process. */
	innocent =
		puppet_make_with_number(i % 2 ? self->stays : NULL, i % 2 ? PUPPET_THREAD : 0, tid);
	puppet_name(innocent, INNOCENT);
	ok = is_remembered_as_exited(tid, 2);
	if (is_time_for_command(self, i)) {
		shell("$ipcdbg -q -p");
		ok &= !count(shell_out, INNOCENT) && count(shell_out, "exited") == 1;
		shell("$ipcdbg -q -J | jq -r '.queues[0].lrpid_state'");
		CHECK_STR("lrpid_state", "exited\n", shell_out);
	}
	if (i % 2)
		puppet_exit(innocent);
	else
		end(innocent);
	innocent->reaped = true;
	puppet_forget(innocent);
	puppet_forget(gone);
	return ok;
}

TEST_F_TIMEOUT(recycle, thread, 600)
{
	long i;

	for (i = 0; i < self->times; i++)
		ASSERT_TRUE(thread_is_not_mistaken(self, i));
}

TEST_HARNESS_MAIN
