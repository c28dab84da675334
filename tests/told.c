// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include "told.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alike.h"

#define NR(array) (sizeof(array) / sizeof((array)[0]))
#define RECORDING "ipcdbg 1 recording"
#define TRUNCATED "truncated what="
/* Exit statuses of 'check'. */
#define FINDS_WARNINGS 8
#define FINDS_CRITICAL 9
/* Libraries could not be loaded: what the loader ends with; it can with more descriptors. */
#define NOT_LOADED 127
#define TOO_FEW 4
#define NONE_LEFT 3

void told_free(struct told *t)
{
	free(t->out);
	free(t->err);
}

static bool is_recording(const struct told *t)
{
	return !strncmp(t->out, RECORDING, strlen(RECORDING));
}

static void drop_threads(char *text)
{
	static const char *const rows[] = { "\tthread ", "\t\tnext " };
	char *to = text, *line = text, *next, *state;

	for (; *line; line = next) {
		bool drop = false;

		next = strchrnul(line, '\n');
		next += !!*next;
		for (size_t i = 0; i < NR(rows); i++)
			drop |= !strncmp(line, rows[i], strlen(rows[i]));
		state = memmem(line, next - line, " state=R ", strlen(" state=R "));
		if (state)
			state[strlen(" state=")] = 'S';
		if (!drop)
			memmove(to, line, next - line);
		to += drop ? 0 : next - line;
	}
	*to = 0;
}

void told_drop_threads(struct told *t)
{
	if (is_recording(t))
		drop_threads(t->out);
}

static size_t count_lines(const char *s)
{
	size_t nr = 0;

	for (; *s; s++)
		nr += *s == '\n';
	return nr;
}

static size_t count_rows(const char *s, const char *word)
{
	size_t nr = 0;

	for (; (s = strstr(s, word)); s++)
		nr++;
	return nr;
}

/* Whether the path ends with one of those words. */
static bool is_file_of(const char *path, const char *const *words, size_t nr)
{
	const char *last = strrchr(path, '/');

	for (size_t i = 0; last && i < nr; i++)
		if (!strcmp(last + 1, words[i]))
			return true;
	return false;
}

/* A file or folder of a process in /proc, not one that tells of all of them. */
static bool is_in_process(const char *path)
{
	static const char *const folders[] = { "/proc/self/", "/proc/thread-self/" };

	for (size_t i = 0; i < NR(folders); i++)
		if (!strncmp(path, folders[i], strlen(folders[i])))
			return true;
	return !strncmp(path, "/proc/", 6) && path[6] >= '0' && path[6] <= '9';
}

/* Facts of a process, and what is looked up on the way to them: a process's folder, its start. */
static bool is_of_process(const char *path)
{
	static const char *const facts[] = { "comm",  "cmdline", "cgroup", "exe",  "cwd",
					     "sched", "stack",	 "limits", "stat", "task" };
	const char *last = strrchr(path, '/');

	return is_in_process(path) &&
	       (is_file_of(path, facts, NR(facts)) || !last[1 + strspn(last + 1, "0123456789")]);
}

/* What the memory of a task answers where nothing is mapped, too; then the task waits nowhere. */
static bool is_not_mapped(const struct told *r)
{
	static const char *const memory[] = { "mem" };

	return r->error == EIO && is_in_process(r->path) && is_file_of(r->path, memory, NR(memory));
}

/* Where names and facts come from, that may be missing. */
static bool is_optional(const struct told *r)
{
	static const char *const below[] = { "/etc/", "/lib/", "/usr/",
					     "/run/", "/var/", "/proc/sys/kernel/random/",
					     "user:[" };
	const char *path = r->path;
	char own[32];

	for (size_t i = 0; i < NR(below); i++)
		if (!strncmp(path, below[i], strlen(below[i])))
			return true;
	/* Whether /proc has facts that are of our pids. */
	snprintf(own, sizeof(own), "/proc/%d/status", r->pid);
	if (!strcmp(path, "/proc/self/status") || !strcmp(path, own))
		return true;
	/* The key table of the cases: purposes may be missing. */
	return is_of_process(path) || strstr(path, "/tests/cli/keys");
}

/* Whether it told what it tells undisturbed. */
static bool tells_the_same(const struct told *as, const struct told *r)
{
	if (is_recording(as))
		return alike_but_numbers(as->out, r->out);
	return alike(as->out, as->pid, r->out, r->pid);
}

/* Interrupted or short: a name may be missing where its file is no file of /proc. */
static const char *judge_taken_up(const struct told *as, const struct told *r)
{
	return is_optional(r) && strncmp(r->path, "/proc/", 6) && r->code == as->code &&
			       count_lines(r->out) == count_lines(as->out)
		       ? NULL
		       : "not taken up again";
}

/* Whether it gives the error as the reason, or says of what it looked at that it is not all. */
static bool says_why(const struct told *as, const struct told *r)
{
	if (!strcmp(r->err, as->err))
		return false;
	return strstr(r->err, "not everything") || (r->error && strstr(r->err, strerror(r->error)));
}

/* Of findings there may be some, and that is said. */
static const char *judge_findings(const struct told *as, const struct told *r)
{
	if (!says_why(as, r))
		return "findings, and does not say why";
	return strstr(r->out, "\"complete\":true") ? "complete JSON" : NULL;
}

/* A row, or in its place what the task does instead. */
static bool misses_a_wait(const struct told *as, const struct told *r)
{
	return count_lines(r->out) < count_lines(as->out) ||
	       count_rows(r->out, "waits") < count_rows(as->out, "waits");
}

/* It ends as it does without, but has printed something else. */
static const char *judge_output(const struct told *as, const struct told *r)
{
	bool told = says_why(as, r);

	/* What a recording has not, it says where that would be. */
	if (is_recording(as) && (is_optional(r) || is_in_process(r->path) || told ||
				 count_rows(r->out, TRUNCATED) > count_rows(as->out, TRUNCATED)))
		return NULL;
	/* Its status says that not all is there, and it says why. */
	if (as->code && told)
		return strstr(r->out, "\"complete\":true") ? "complete JSON" : NULL;
	if (is_not_mapped(r) && misses_a_wait(as, r))
		return NULL;
	return is_optional(r) && count_lines(r->out) == count_lines(as->out) ? NULL
									     : "other output";
}

const char *told_judge(const struct told *as, const struct told *r, bool may_fail)
{
	if (r->code == as->code && tells_the_same(as, r))
		return NULL;
	if (!may_fail)
		return judge_taken_up(as, r);
	if ((r->code == FINDS_WARNINGS || r->code == FINDS_CRITICAL) && as->code >= r->code)
		return judge_findings(as, r);
	if (r->code == as->code && (!r->code || r->out[0]))
		return judge_output(as, r);
	if (r->code != 1 && r->code != 3 && r->code != 4 && r->code != 77)
		return "no such status for that";
	if (!r->err[0] || !strcmp(r->err, as->err))
		return "nothing said";
	return strstr(r->out, "\"complete\":true") ? "complete JSON" : NULL;
}

const char *told_judge_few(const struct told *as, const struct told *r, int descriptors)
{
	const char *wrong;

	if (r->code == NOT_LOADED && !r->out[0] && descriptors <= TOO_FEW)
		return NULL;
	wrong = told_judge(as, r, true);
	if (wrong)
		return wrong;
	if (r->code == as->code && tells_the_same(as, r))
		return descriptors > NONE_LEFT ? NULL : "as much as if it could open a file";
	if (strstr(r->err, "root") && !strstr(as->err, "root"))
		return "root would not do better";
	return strstr(r->err, strerror(EMFILE)) ? NULL : "does not say why";
}
