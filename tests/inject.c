// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include "inject.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "alike.h"
#include "common.h"
#include "told.h"
#include "traced.h"

#define NR(array) (sizeof(array) / sizeof((array)[0]))
#define WORDS_MAX 24
#define SHORT 0 /* in place of an error */
#define EVERY (-1)
#define USAGE 64 /* what it ends with if it is used wrongly */
/* What else happens on a machine may change what is told: a difference counts if it stays. */
#define ATTEMPTS 3

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
	struct told told;
	int calls[NR(faults)]; /* of that sort */
};

/* An interrupted or short call is no reason to fail. */
static bool may_fail(const struct fault *f)
{
	return f->error != SHORT && f->error != EINTR;
}

static const char *folder, *program, *only;
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

/* The path of a descriptor of it; empty if it has none. */
static void path_of(const struct traced *t, int fd, char *path, size_t size)
{
	char link[64];
	ssize_t n;

	snprintf(link, sizeof(link), "/proc/%d/fd/%d", t->pid, fd);
	n = readlink(link, path, size - 1);
	path[n > 0 ? n : 0] = 0;
}

/* The file that a call opens, or whose descriptor it has; none of memory that is no file's. */
static void path_of_call(const struct traced *t, char *path, size_t size)
{
	char name[256], at[256];

	path[0] = 0;
	if (t->nr == SYS_openat || t->nr == SYS_newfstatat) {
		traced_string(t, t->args[1], name, sizeof(name));
		at[0] = 0;
		if (name[0] != '/' && (int)t->args[0] != AT_FDCWD)
			path_of(t, t->args[0], at, sizeof(at));
		snprintf(path, size, "%s%s%s", at, at[0] && name[0] ? "/" : "", name);
	} else if (t->nr == SYS_mmap) {
		path_of(t, t->args[4], path, size);
	} else if (t->nr != SYS_memfd_create) {
		path_of(t, t->args[0], path, size);
	}
}

/* Whether calls like that one are to fail. */
static bool is_of(const struct fault *f, const struct traced *t)
{
	char path[520];

	if (f->nr != t->nr || !only)
		return f->nr == t->nr;
	path_of_call(t, path, sizeof(path));
	return !strncmp(path, only, strlen(only));
}

static void hit(struct run *r, struct traced *t, const struct fault *f)
{
	if (!r->told.path[0])
		path_of_call(t, r->told.path, sizeof(r->told.path));
	if (f->error == SHORT)
		traced_shorten(t);
	else
		traced_fail(t, f->error);
}

/* Before it has begun: an exec of a shell that did this would stop the trace. */
static void limit_descriptors(pid_t pid, rlim_t descriptors)
{
	struct rlimit limit = { descriptors, descriptors };

	if (prlimit(pid, RLIMIT_NOFILE, &limit, NULL))
		die("prlimit: %s", strerror(errno));
}

/* What main() does first is to look if its three descriptors are open. */
static struct run run_with(char **argv, const struct fault *f, int which, int descriptors)
{
	struct run r = { 0 };
	bool begun = false;
	struct traced t;

	runs++;
	traced_start(&t, folder, (const char *const *)argv);
	if (descriptors)
		limit_descriptors(t.pid, descriptors);
	r.told.pid = t.pid;
	while (traced_next(&t)) {
		begun |= t.nr == SYS_fcntl;
		for (size_t i = 0; begun && i < NR(faults); i++)
			r.calls[i] += is_of(&faults[i], &t);
		if (f && begun && is_of(f, &t) &&
		    (which == EVERY || r.calls[f - faults] == which + 1))
			hit(&r, &t, f);
	}
	r.told.error = descriptors ? EMFILE : f ? f->error : 0;
	r.told.code = traced_code(&t);
	r.told.out = output("out");
	told_drop_threads(&r.told);
	r.told.err = output("err");
	return r;
}

static struct run run(char **argv, const struct fault *f, int which)
{
	return run_with(argv, f, which, 0);
}

static void print_line(const char *sign, const struct told *of, const struct told *not_of)
{
	char *line = line_of_one(of->out, of->pid, not_of->out, not_of->pid);

	if (line)
		complain("%s%s", sign, line);
	free(line);
}

static void print_wrong(const char *line, const char *how, const struct told *as,
			const struct told *r, const char *wrong)
{
	complain("%s: %s, %s: status %d, not %d: %s: %s", line, how, r->path, r->code, as->code,
		 wrong, r->err);
	print_line("-", as, r);
	print_line("+", r, as);
}

static bool try_once(char **argv, const char *line, const struct fault *f, int which, bool last)
{
	struct run as = run(argv, NULL, EVERY), r = run(argv, f, which);
	const char *wrong = told_judge(&as.told, &r.told, may_fail(f));
	char how[64];

	snprintf(how, sizeof(how), "%s, call %d", f->name, which + 1);
	if (wrong && last)
		print_wrong(line, how, &as.told, &r.told, wrong);
	told_free(&as.told);
	told_free(&r.told);
	return !wrong;
}

static bool try(char **argv, const char *line, const struct run *as, const struct fault *f,
		int which)
{
	struct run r = run(argv, f, which);
	bool ok = !told_judge(&as->told, &r.told, may_fail(f));

	told_free(&r.told);
	for (int i = 1; !ok && i < ATTEMPTS; i++)
		ok = try_once(argv, line, f, which, i == ATTEMPTS - 1);
	return ok;
}

/* What is judged is what it tells undisturbed: dies if that is nothing, or it is used wrongly. */
static struct run run_undisturbed(char **argv, const char *line)
{
	struct run as = run(argv, NULL, EVERY);

	if (!as.told.out[0] || as.told.code == USAGE)
		die("%s: undisturbed it ends with %d, and tells%s: %s", line, as.told.code,
		    as.told.out[0] ? "" : " nothing", as.told.err);
	return as;
}

static bool try_all(char **argv, const char *line, int step)
{
	struct run as = run_undisturbed(argv, line);
	unsigned int undisturbed = runs;
	bool ok = true;

	for (size_t i = 0; i < NR(faults); i++) {
		/* Of /proc there are thousands of reads, and a file of /proc/sys gives all or
		 * none.
		 */
		if (faults[i].error == SHORT && faults[i].nr != SYS_read && as.calls[i])
			ok &= try(argv, line, &as, &faults[i], EVERY);
		for (int n = 0; n < as.calls[i]; n += n ? step : 1)
			ok &= try(argv, line, &as, &faults[i], n);
	}
	told_free(&as.told);
	if (runs == undisturbed)
		ok = complain("%s: it makes no call that could fail", line);
	return ok;
}

/* The words of a line, behind the program and what runs it, if anything does. */
static void split(char **argv, size_t nr, char *words)
{
	size_t end = nr + WORDS_MAX;
	char *save;

	for (char *w = strtok_r(words, " ", &save); w && nr < end; w = strtok_r(NULL, " ", &save))
		argv[nr++] = w;
	argv[nr] = NULL;
}

void inject_begin(const char *to, const char *path)
{
	folder = to;
	program = path;
}

void inject_only(const char *below)
{
	only = below;
}

bool inject_line(const char *line, int step)
{
	char *argv[WORDS_MAX + 2] = { (char *)program };
	char *words = strdup(line);
	bool ok;

	if (!words)
		die("out of memory");
	split(argv, 1, words);
	ok = try_all(argv, line, step);
	free(words);
	return ok;
}

static bool try_few(char **argv, const char *line, int descriptors, bool last)
{
	struct run as = run(argv, NULL, EVERY), r = run_with(argv, NULL, EVERY, descriptors);
	const char *wrong = told_judge_few(&as.told, &r.told, descriptors);
	char how[64];

	snprintf(how, sizeof(how), "%d descriptors", descriptors);
	if (wrong && last)
		print_wrong(line, how, &as.told, &r.told, wrong);
	told_free(&as.told);
	told_free(&r.told);
	return !wrong;
}

bool inject_few(const char *line, int descriptors)
{
	char *argv[WORDS_MAX + 2] = { (char *)program };
	char *words = strdup(line);
	bool ok = false;

	if (!words)
		die("out of memory");
	split(argv, 1, words);
	for (int i = 0; !ok && i < ATTEMPTS; i++)
		ok = try_few(argv, line, descriptors, i == ATTEMPTS - 1);
	free(words);
	return ok;
}

unsigned int inject_runs(void)
{
	return runs;
}
