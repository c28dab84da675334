// SPDX-License-Identifier: GPL-2.0
/* Objects that nobody uses any more, too many, too open, or about to be removed. */
#define _GNU_SOURCE
#include "scenario.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "common.h"
#include "shell.h"

#define NAME "left"
#define SIZE 4096
#define LEAKED 12
#define LEAKED_SHOWN 10
#define MSGQUEUE_LIMIT 100000

static void die_off(struct puppet *p)
{
	puppet_exit_process(p);
	puppet_reap(p);
}

static long must(long result, const char *what)
{
	if (result < 0)
		die("%s: %s", what, strerror(-result));
	return result;
}

static void left_set(struct stage *s)
{
	struct puppet *p = stage_process("maker", 0);
	int set = must(puppet_call(p, SYS_semget, IPC_PRIVATE, 1, 0600), "semget");

	stage_do(p, set, 0, 1, false);
	die_off(p);
	expect(s,
	       "orphan warning inferred | set semid=%d mode=384 | sem semnum=0 sempid=%d "
	       "sempid_state=exited",
	       set, p->pid);
}

static void left_segment(struct stage *s)
{
	struct puppet *p = stage_process("maker", 0);
	int segment = must(puppet_call(p, SYS_shmget, IPC_PRIVATE, SIZE, 0600), "shmget");
	long at = puppet_call(p, SYS_shmat, segment, 0, 0);

	if (at == -1 || puppet_call(p, SYS_shmdt, at))
		die("shmat or shmdt");
	die_off(p);
	expect(s, "orphan warning inferred | segment shmid=%d nattch=0 cpid=%d cpid_state=exited",
	       segment, p->pid);
}

static void left_queue(struct stage *s)
{
	struct puppet *p = stage_process("maker", 0);
	int queue = must(puppet_call(p, SYS_msgget, IPC_PRIVATE, 0600), "msgget");

	must(puppet_call(p, SYS_msgsnd, queue, (long)&s->memory->message, 8, 0), "msgsnd");
	die_off(p);
	expect(s, "orphan warning inferred | queue msqid=%d qnum=1", queue);
}

static void left_mqueue(struct stage *s)
{
	struct puppet *p = stage_process("maker", 0);

	strcpy(s->memory->name, NAME);
	must(puppet_call(p, SYS_mq_open, (long)s->memory->name, O_CREAT | O_RDWR, 0600, 0),
	     "mq_open");
	die_off(p);
	expect(s, "orphan warning inferred | mqueue name=" NAME " curmsgs=0");
}

/* Each kind has one that is left, and one that somebody lives for. */
static void orphans(struct stage *s)
{
	struct puppet *user = stage_process("user", 0);
	int set = must(puppet_call(user, SYS_semget, IPC_PRIVATE, 1, 0600), "semget");

	left_set(s);
	left_segment(s);
	left_queue(s);
	left_mqueue(s);
	stage_do(user, set, 0, 1, false);
	must(puppet_call(user, SYS_shmget, IPC_PRIVATE, SIZE, 0600), "shmget");
	must(puppet_call(user, SYS_msgsnd,
			 must(puppet_call(user, SYS_msgget, IPC_PRIVATE, 0600), "msgget"),
			 (long)&s->memory->message, 8, 0),
	     "msgsnd");
	strcpy(s->memory->name, "used");
	must(puppet_call(user, SYS_mq_open, (long)s->memory->name, O_CREAT | O_RDWR, 0600, 0),
	     "mq_open");
}

static void leak(struct stage *s)
{
	char line[2048];
	size_t len = snprintf(line, sizeof(line), "leak warning inferred | alike objects=%d uid=0",
			      LEAKED);

	for (int i = 0; i < LEAKED; i++) {
		struct puppet *p = stage_process("leaky", 0);
		int segment = must(puppet_call(p, SYS_shmget, IPC_PRIVATE, SIZE, 0600), "shmget");

		die_off(p);
		if (i < LEAKED_SHOWN)
			len += snprintf(line + len, sizeof(line) - len,
					" | segment shmid=%d nattch=0 cpid=%d cpid_state=exited",
					segment, p->pid);
		puppet_forget(p);
	}
	expect(s, "%s", line);
}

static void world_writable(struct stage *s)
{
	struct puppet *p = stage_process("careless", 0);
	int set = must(puppet_call(p, SYS_semget, IPC_PRIVATE, 1, 0666), "semget");

	expect(s, "world-writable warning certain | set semid=%d mode=438", set);
}

static void set_limit(const char *file, const char *text)
{
	int error = put_file(file, text);

	if (error)
		die("%s: %s", file, strerror(-error));
}

/* The limits are the namespace's own. */
static void near_limits(struct stage *s)
{
	struct puppet *p = stage_process("maker", 0);

	set_limit("/proc/sys/kernel/msgmni", "10");
	set_limit("/proc/sys/kernel/shmmni", "6");
	set_limit("/proc/sys/kernel/shmall", "5");
	set_limit("/proc/sys/kernel/sem", "250 20 32 2");
	for (int i = 0; i < 8; i++)
		must(puppet_call(p, SYS_msgget, IPC_PRIVATE, 0600), "msgget");
	for (int i = 0; i < 4; i++)
		must(puppet_call(p, SYS_shmget, IPC_PRIVATE, SIZE, 0600), "shmget");
	for (int i = 0; i < 2; i++)
		must(puppet_call(p, SYS_semget, IPC_PRIVATE, 9, 0600), "semget");
	expect(s, "limit warning certain | limit name=MSGMNI limit=10");
	expect(s, "limit warning certain | limit name=SHMALL limit=5");
	expect(s, "limit critical certain | limit name=SEMMNS limit=20");
	expect(s, "limit critical certain | limit name=SEMMNI limit=2");
}

static void near_rlimit(struct stage *s)
{
	struct puppet *p = stage_process("limited", 0);

	s->memory->limit[0] = s->memory->limit[1] = MSGQUEUE_LIMIT;
	must(puppet_call(p, SYS_prlimit64, 0, RLIMIT_MSGQUEUE, (long)s->memory->limit, 0),
	     "prlimit");
	s->memory->attr[1] = 10;
	s->memory->attr[2] = 8192;
	strcpy(s->memory->name, NAME);
	must(puppet_call(p, SYS_mq_open, (long)s->memory->name, O_CREAT | O_RDWR, 0600,
			 (long)s->memory->attr),
	     "mq_open");
	expect(s,
	       "limit warning certain | limit name=RLIMIT_MSGQUEUE limit=%d | charged uid=0 pid=%d",
	       MSGQUEUE_LIMIT, p->pid);
}

/* A service of a user who may log in, whose objects logind removes; one of a system user. */
static void removed_by_logind(struct stage *s)
{
	struct puppet *system = stage_process("system", 0), *user = stage_process("user", 0);
	int set, queue;

	shell("mkdir -p /run/systemd/users /etc/systemd/logind.conf.d /tmp/cgroup && "
	      "mount -t cgroup2 none /tmp/cgroup && "
	      "printf '[Login]\\nRemoveIPC=yes\\n' >/etc/systemd/logind.conf.d/scenario.conf");
	if (puppet_setuid(system, 999) || puppet_setuid(user, 1000))
		die("setuid");
	set = must(puppet_call(system, SYS_semget, IPC_PRIVATE, 1, 0600), "semget");
	stage_do(system, set, 0, 1, true);
	set = must(puppet_call(user, SYS_semget, IPC_PRIVATE, 1, 0600), "semget");
	stage_do(user, set, 0, 1, true);
	queue = must(puppet_call(user, SYS_msgget, IPC_PRIVATE, 0600), "msgget");
	puppet_block_call(user, NULL, SYS_msgrcv, queue, (long)&s->memory->message, 8, 0, 0);
	expect(s,
	       "logind warning certain | logind RemoveIPC=yes stated=true"
	       " | used object=message queue %d task=%d | used object=semaphore set %d task=%d",
	       queue, user->tid, set, user->pid);
	expect_chain(s->chains, "%d > %d waits receive %d > nobody end", user->pid, user->tid,
		     queue);
}

static void clear_logind(struct stage *s)
{
	(void)s;
	shell("umount /tmp/cgroup; rm -r /run/systemd/users /etc/systemd/logind.conf.d");
}

const struct scenario left_scenarios[] = {
	{ "orphans of each kind", orphans, .longer_than = 1, .age = 3 },
	{ "leak", leak, .longer_than = 1, .age = 3 },
	{ "world-writable", world_writable, .longer_than = 60 },
	{ "near limits", near_limits, .longer_than = 60 },
	{ "near RLIMIT_MSGQUEUE", near_rlimit, .longer_than = 60 },
	{ "removed by logind", removed_by_logind, .home = true, .longer_than = 60,
	  .clear = clear_logind },
	{ 0 },
};
