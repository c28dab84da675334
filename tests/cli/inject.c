// SPDX-License-Identifier: GPL-2.0
/*
 * inject FOLDER STEP PROGRAM: runs the program with each line of standard input as its arguments,
 * again and again: each time another of its system calls fails, is interrupted, or reads or writes
 * one byte instead of all. Tells where it then claims more than it did:
 *
 *   it ends as it does without, but has printed something else; of findings, without a word;
 *   it ends otherwise because it was interrupted, or could not do all at once; or
 *   it ends otherwise, or prints nothing, but says nothing on standard error, or its status is none
 * of those for that (ipcdbg(8)), or it has printed JSON that says to be complete.
 *
 * Names of users and facts of processes, which are optional, may be missing where their files are
 * hit; rows may not. Of the calls of one sort every STEPth is tried, and the first. Output goes to
 * FOLDER/out and FOLDER/err. Ends with "N runs"; its exit status is 1 if it told anything.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "../common.h"
#include "../traced.h"
#include "alike.h"

#define NR(array) (sizeof(array) / sizeof((array)[0]))
#define WORDS_MAX 24
#define SHORT 0 /* in place of an error */
#define EVERY (-1)
#define RECORDING "ipcdbg 1 recording"
#define TRUNCATED "truncated what="
/* Exit statuses of 'check'. */
#define FINDS_WARNINGS 8
#define FINDS_CRITICAL 9

static const struct fault {
	const char *name;
	long nr;
	int error;
} faults[] = {
	{ "openat EMFILE", SYS_openat, EMFILE },
	{ "openat EIO", SYS_openat, EIO },
	{ "openat EINTR", SYS_openat, EINTR },
	{ "read EIO", SYS_read, EIO },
	{ "read EINTR", SYS_read, EINTR },
	{ "short read", SYS_read, SHORT },
	{ "pread EIO", SYS_pread64, EIO },
	{ "pread EINTR", SYS_pread64, EINTR },
	{ "short pread", SYS_pread64, SHORT },
	{ "write ENOSPC", SYS_write, ENOSPC },
	{ "write EINTR", SYS_write, EINTR },
	{ "short write", SYS_write, SHORT },
	{ "mmap ENOMEM", SYS_mmap, ENOMEM },
	{ "newfstatat EIO", SYS_newfstatat, EIO },
	{ "getdents EIO", SYS_getdents64, EIO },
	{ "memfd_create EMFILE", SYS_memfd_create, EMFILE },
};

struct run {
	int code, pid;
	char *out, *err;
	int calls[NR(faults)]; /* of that sort */
	char path[520];	       /* of the file that was hit; empty: none */
};

static const char *folder, *program;
static unsigned int runs;

static char *output(const char *name)
{
	char path[4096], *text;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	text = slurp(path, 65536, NULL);
	if (!text)
		die("%s: %s", path, strerror(errno));
	return text;
}

static void free_run(struct run *r)
{
	free(r->out);
	free(r->err);
}

/* The path of a descriptor of it; empty if it has none. */
static void path_of(const struct traced *t, int fd, char *path, size_t size)
{
	char link[64];
	ssize_t n;

	snprintf(link, sizeof(link), "/proc/%d/fd/%d", t->pid, fd);
	n = readlink(link, path, size - 1);
	path[n > 0 ? n : 0] = 0;
}

/* The file that a call opens, or whose descriptor it has. */
static void note_path(struct run *r, const struct traced *t)
{
	char name[256], at[256];

	if (t->nr == SYS_openat || t->nr == SYS_newfstatat) {
		traced_string(t, t->args[1], name, sizeof(name));
		at[0] = 0;
		if (name[0] != '/' && (int)t->args[0] != AT_FDCWD)
			path_of(t, t->args[0], at, sizeof(at));
		snprintf(r->path, sizeof(r->path), "%s%s%s", at, at[0] && name[0] ? "/" : "", name);
	} else if (t->nr != SYS_mmap && t->nr != SYS_memfd_create) {
		path_of(t, t->args[0], r->path, sizeof(r->path));
	}
}

static void hit(struct run *r, struct traced *t, const struct fault *f)
{
	if (!r->path[0])
		note_path(r, t);
	if (f->error == SHORT)
		traced_shorten(t);
	else
		traced_fail(t, f->error);
}

/*
 * What the threads of a recording do, and whether they run, is what this program and its parents
 * did just then.
 */
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

/* What main() does first is to look if its three descriptors are open. */
static struct run run(char **argv, const struct fault *f, int which)
{
	struct run r = { 0 };
	bool begun = false;
	struct traced t;

	runs++;
	traced_start(&t, folder, (const char *const *)argv);
	r.pid = t.pid;
	while (traced_next(&t)) {
		begun |= t.nr == SYS_fcntl;
		for (size_t i = 0; begun && i < NR(faults); i++)
			r.calls[i] += faults[i].nr == t.nr;
		if (f && begun && t.nr == f->nr &&
		    (which == EVERY || r.calls[f - faults] == which + 1))
			hit(&r, &t, f);
	}
	r.code = traced_code(&t);
	r.out = output("out");
	if (!strncmp(r.out, RECORDING, strlen(RECORDING)))
		drop_threads(r.out);
	r.err = output("err");
	return r;
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

/* Facts of a process, and what is looked up on the way to them: a process's folder, its start. */
static bool is_of_process(const char *path)
{
	static const char *const facts[] = { "comm",  "cmdline", "cgroup", "exe",  "cwd",
					     "sched", "stack",	 "limits", "stat", "task" };
	const char *last = strrchr(path, '/');

	return !strncmp(path, "/proc/", 6) &&
	       (is_file_of(path, facts, NR(facts)) || !last[1 + strspn(last + 1, "0123456789")]);
}

/* Where names and facts come from, that may be missing. */
static bool is_optional(const char *path)
{
	static const char *const below[] = { "/etc/", "/lib/",	    "/usr/", "/run/",
					     "/var/", "/proc/sys/", "user:[" };

	for (size_t i = 0; i < NR(below); i++)
		if (!strncmp(path, below[i], strlen(below[i])))
			return true;
	/* The key table of the cases: purposes may be missing. */
	return !path[0] || is_of_process(path) || strstr(path, "/tests/cli/keys");
}

/* Whether it told what it tells undisturbed. */
static bool tells_the_same(const struct run *as, const struct run *r)
{
	if (!strncmp(as->out, RECORDING, strlen(RECORDING)))
		return alike_but_numbers(as->out, r->out);
	return alike(as->out, as->pid, r->out, r->pid);
}

/* Of findings there may be some, and that is said. */
static const char *judge_findings(const struct run *as, const struct run *r)
{
	if (!r->err[0] || !strcmp(r->err, as->err))
		return "findings, and nothing said";
	return strstr(r->out, "\"complete\":true") ? "complete JSON" : NULL;
}

/* It ends as it does without, but has printed something else. */
static const char *judge_output(const struct run *as, const struct run *r)
{
	bool told = strcmp(r->err, as->err);

	/* What a recording has not, it says where that would be. */
	if (!strncmp(as->out, RECORDING, strlen(RECORDING)) &&
	    (is_optional(r->path) || !strncmp(r->path, "/proc/", 6) || told ||
	     count_rows(r->out, TRUNCATED) > count_rows(as->out, TRUNCATED)))
		return NULL;
	/* Its status says that not all is there, and it says why. */
	if (as->code && told)
		return strstr(r->out, "\"complete\":true") ? "complete JSON" : NULL;
	return is_optional(r->path) && count_lines(r->out) == count_lines(as->out) ? NULL
										   : "other output";
}

/* What is wrong, NULL if nothing is. */
static const char *judge(const struct run *as, const struct run *r, int error)
{
	if (r->code == as->code && tells_the_same(as, r))
		return NULL;
	if (error == SHORT || error == EINTR)
		return is_optional(r->path) && strncmp(r->path, "/proc/", 6) ? NULL
									     : "not taken up again";
	if ((r->code == FINDS_WARNINGS || r->code == FINDS_CRITICAL) && as->code >= r->code)
		return judge_findings(as, r);
	if (r->code == as->code && (!r->code || r->out[0]))
		return judge_output(as, r);
	if (r->code != 1 && r->code != 3 && r->code != 4 && r->code != 77)
		return "no such status for that";
	if (!r->err[0])
		return "nothing said";
	return strstr(r->out, "\"complete\":true") ? "complete JSON" : NULL;
}

static void print_line(const char *sign, const struct run *of, const struct run *not_of)
{
	char *line = line_of_one(of->out, of->pid, not_of->out, not_of->pid);

	if (line)
		printf("%s%s\n", sign, line);
	free(line);
}

static bool try(char **argv, const char *line, const struct run *as, const struct fault *f,
		int which)
{
	struct run r = run(argv, f, which);
	const char *wrong = judge(as, &r, f->error);

	if (wrong) {
		printf("%s: %s, call %d, %s: status %d, not %d: %s: %s\n", line, f->name, which + 1,
		       r.path, r.code, as->code, wrong, r.err);
		print_line("-", as, &r);
		print_line("+", &r, as);
	}
	free_run(&r);
	return !wrong;
}

static bool try_all(char **argv, const char *line, int step)
{
	struct run as = run(argv, NULL, EVERY);
	bool ok = true;

	for (size_t i = 0; i < NR(faults); i++) {
		/* Of /proc there are thousands of reads, and a file of /proc/sys gives all or
		 * none. */
		if (faults[i].error == SHORT && faults[i].nr != SYS_read && as.calls[i])
			ok &= try(argv, line, &as, &faults[i], EVERY);
		for (int n = 0; n < as.calls[i]; n += n ? step : 1)
			ok &= try(argv, line, &as, &faults[i], n);
	}
	free_run(&as);
	return ok;
}

static bool try_line(char *line, int step)
{
	char *argv[WORDS_MAX + 2] = { (char *)program };
	char words[1024], *save;
	int nr = 1;

	line[strcspn(line, "\n")] = 0;
	snprintf(words, sizeof(words), "%s", line);
	for (char *w = strtok_r(words, " ", &save); w && nr <= WORDS_MAX;
	     w = strtok_r(NULL, " ", &save))
		argv[nr++] = w;
	return try_all(argv, line, step);
}

int main(int argc, char **argv)
{
	char line[1024];
	bool ok = true;

	if (argc != 4)
		return 64;
	folder = argv[1];
	program = argv[3];
	while (fgets(line, sizeof(line), stdin))
		ok &= try_line(line, atoi(argv[2]));
	printf("%u runs\n", runs);
	return !ok;
}
