// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include "scenario.h"

#include <errno.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/sem.h>
#include <unistd.h>

#include "common.h"
#include "proc.h"
#include "shell.h"

#define FOUND "/tmp/found"
#define EXPECTED "/tmp/expected"
#define RECORDING "/tmp/scenario.rec"

/*
 * A line for each finding: name, severity, certainty, then behind a bar each record of its evidence
 * with those of its fields that tell which one it is, sorted. What differs from run to run is left
 * out.
 */
static const char pick[] =
	"def keys: {"
	"wait: [\"semid\", \"semnum\", \"tid\"],"
	"receive: [\"msqid\", \"name\", \"tid\"],"
	"send: [\"msqid\", \"name\", \"tid\"],"
	"undo: [\"semid\", \"semnum\", \"semadj\", \"pid\"],"
	"last: [\"semid\", \"semnum\", \"msqid\", \"pid\"],"
	"uses: [\"msqid\", \"name\", \"pid\"],"
	"set: [\"semid\", \"mode\"],"
	"sem: [\"semnum\", \"semval\", \"semncnt\", \"semzcnt\", \"sempid\", \"sempid_state\"],"
	"op: [\"sem_num\", \"sem_op\"],"
	"segment: [\"shmid\", \"nattch\", \"cpid\", \"cpid_state\"],"
	"queue: [\"msqid\", \"qnum\", \"lrpid\", \"lrpid_state\"],"
	"sender: [\"tid\", \"size\"],"
	"receiver: [\"tid\", \"msgtyp\"],"
	"msgtype: [\"type\", \"count\"],"
	"mqueue: [\"name\", \"curmsgs\"],"
	"mq_sender: [\"tid\"],"
	"mq_receiver: [\"tid\"],"
	"opener: [\"pid\"],"
	"limit: [\"name\", \"limit\"],"
	"charged: [\"uid\", \"pid\"],"
	"alike: [\"objects\", \"uid\"],"
	"logind: [\"RemoveIPC\", \"stated\"],"
	"used: [\"object\", \"task\"]"
	"};"
	".findings[] | select(.namespace == null or .namespace == $ns)"
	" | [\"\\(.finding) \\(.severity) \\(.certainty)\"] + ([.evidence[] | . as $e"
	" | .record + ([keys[.record][] | select($e[.] != null)"
	" | \" \\(.)=\\($e[.])\"] | add // \"\")] | sort) | join(\" | \")";

static void add_line(char *lines, const char *fmt, va_list args)
{
	size_t n = strlen(lines);

	n += vsnprintf(lines + n, STAGE_LINES - n, fmt, args);
	if (n + 1 >= STAGE_LINES)
		die("too much is expected");
	strcat(lines, "\n");
}

void expect(struct stage *s, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	add_line(s->expected, fmt, args);
	va_end(args);
}

void expect_without(struct stage *s, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	add_line(s->without, fmt, args);
	va_end(args);
}

int stage_set(int nsems, int value)
{
	int id = semget(IPC_PRIVATE, nsems, 0600);

	if (id < 0)
		die("semget: %s", strerror(errno));
	for (int i = 0; value && i < nsems; i++)
		if (semctl(id, i, SETVAL, value))
			die("semctl: %s", strerror(errno));
	return id;
}

struct puppet *stage_process(const char *name, unsigned long flags)
{
	struct puppet *p = puppet_make(NULL, flags);

	if (!p || puppet_name(p, name))
		die("%s: %s", name, strerror(errno));
	return p;
}

void stage_do(struct puppet *p, int semid, int semnum, int op, bool undo)
{
	struct sembuf sop = { semnum, op, undo ? SEM_UNDO : 0 };
	int error = puppet_semop(p, semid, &sop, 1);

	if (error)
		die("semop of %s: %s", p->name, strerror(-error));
}

void stage_wait(struct puppet *p, int semid, int semnum, int op, bool undo)
{
	struct sembuf sop = { semnum, op, undo ? SEM_UNDO : 0 };

	puppet_block(p, semid, &sop, 1, NULL);
}

static void enter(struct stage *s, const struct scenario *scenario)
{
	if (unshare(CLONE_NEWNS | (scenario->home ? 0 : CLONE_NEWIPC)) ||
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL))
		die("unshare: %s", strerror(errno));
	setenv("ipcdbg", cli(), 1);
	puppets_open();
	s->memory = mmap(NULL, sizeof(*s->memory), PROT_READ | PROT_WRITE,
			 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (s->memory == MAP_FAILED)
		die("mmap: %s", strerror(errno));
	s->memory->message.type = 1;
}

void stage_write(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	if (!f || fputs(text, f) < 0 || fclose(f))
		die("%s: %s", path, strerror(errno));
}

/* The gravest of what is expected. */
static int exit_status(const char *expected, int if_nothing)
{
	if (strstr(expected, " critical "))
		return 9;
	return expected[0] ? 8 : if_nothing;
}

/* What /tmp/check.json has of the namespace is what is expected; how is told if it is not. */
static bool compare_findings(const struct look *look, const struct scenario *scenario)
{
	stage_write("/tmp/pick.jq", pick);
	stage_write(EXPECTED, look->findings);
	shell("jq -r --argjson ns %u -f /tmp/pick.jq /tmp/check.json | sort >" FOUND
	      " && jq -R -r 'split(\" | \") | .[:1] + (.[1:] | sort) | join(\" | \")' " EXPECTED
	      " | sort | diff - " FOUND,
	      proc_ns(getpid(), getpid(), "ipc"));
	return shell_ended(0, "") || complain("%s %s %s: expected (<), found (>):\n%s",
					      scenario->name, look->input, look->lacks, shell_out);
}

/* What is found of the namespace is what is expected, and what is missing is said. */
static bool compare(const struct look *look, const struct scenario *scenario,
		    unsigned int longer_than)
{
	bool lacks = look->lacks[0], ok;

	shell("$ipcdbg %s check -J --longer-than %u >/tmp/check.json", look->input, longer_than);
	ok = shell_ended(exit_status(look->findings, lacks ? 4 : 0), look->lacks);
	ok &= compare_findings(look, scenario);
	shell("jq .complete /tmp/check.json");
	ok &= !strcmp(shell_out, lacks ? "false\n" : "true\n") ||
	      complain("complete: %s", shell_out);
	return chains_compare(look, scenario->name) && ok;
}

/* A recording tells the same as the machine it was made of. */
static bool compare_recording(const struct look *live, const struct scenario *scenario,
			      unsigned int longer_than)
{
	struct look look = *live;

	look.input = "--input " RECORDING;
	shell("rm -f " RECORDING "; $ipcdbg record " RECORDING);
	return shell_ended(live->lacks[0] ? 4 : 0, live->lacks) &&
	       compare(&look, scenario, longer_than);
}

static bool compare_with(const struct stage *s, const struct scenario *scenario)
{
	struct look look = { s->expected, s->chains, "", "" };
	bool ok = compare(&look, scenario, scenario->longer_than);

	return compare_recording(&look, scenario, scenario->longer_than) && ok;
}

/*
 * Without the module less is certain, and that is told. All waits count as long, so that whatever
 * could be taken for something worse than it is would be.
 */
static bool compare_without(const struct stage *s, const struct scenario *scenario)
{
	struct look look = { s->without, s->chains_without, "", "undo holders" };
	bool ok;

	setenv("IPCDBG_ROOT", "/proc/sysvipc", 1);
	ok = compare(&look, scenario, 0);
	ok &= compare_recording(&look, scenario, 0);
	unsetenv("IPCDBG_ROOT");
	return ok;
}

bool scenario_check(const struct scenario *scenario, bool without)
{
	struct stage s = { 0 };
	bool ok;

	enter(&s, scenario);
	scenario->make(&s);
	sleep(scenario->age);
	ok = compare_with(&s, scenario);
	if (without)
		ok &= compare_without(&s, scenario);
	puppets_clear();
	if (scenario->clear)
		scenario->clear(&s);
	return ok;
}
