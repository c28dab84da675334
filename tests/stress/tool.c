// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include "stress/tool.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>

#include "check.h"
#include "shell.h"

/* Exit codes of ipcdbg(8) as bits. */
#define OK (1 << 0)
#define ABSENT (1 << 2)
#define CUT (1 << 3)   /* owners of what comes and goes may stay unknown, which is said */
#define USAGE (1 << 6) /* for 64 */

static bool ran(unsigned int codes, const char *what)
{
	unsigned int code = shell_code == 64 ? 6 : shell_code;

	return (code < 7 && codes >> code & 1) ||
	       complain("ipcdbg %s: exit status %d: %.300s", what, shell_code, shell_err);
}

#define run(codes, ...)                                      \
	({                                                   \
		char what_[64];                              \
		snprintf(what_, sizeof(what_), __VA_ARGS__); \
		shell("exec $ipcdbg %s", what_);             \
		ran(codes, what_);                           \
	})

/* What the four kinds are called. */
static const struct form {
	const char *option, *id, *json;
	char letter; /* of the keys of stable ones; 0: a name */
} forms[] = {
	{ "-s", "semid", "semid", 's' },
	{ "-m", "shmid", "shmid", 'm' },
	{ "-q", "msqid", "msqid", 'q' },
	{ "-Q", "name", "name", 0 },
};

static int number_of(const struct stable *w, const struct form *f)
{
	switch (f->letter) {
	case 's':
		return w->nr_sets;
	case 'm':
		return w->nr_segments;
	case 'q':
		return w->nr_queues;
	default:
		return w->nr_mqueues;
	}
}

static int id_of(const struct stable *w, const struct form *f, int i)
{
	switch (f->letter) {
	case 's':
		return w->set[i].id;
	case 'm':
		return w->segment[i].id;
	case 'q':
		return w->queue[i].id;
	default:
		return i;
	}
}

/* Which stable object a line tells of, and its id; -1 if none. */

static int in_line(const char *line, const struct form *f, int *id)
{
	static const char name[] = "/stable\\040";
	unsigned long key;
	char *end;

	if (!f->letter)
		return *id = strncmp(line, name, strlen(name)) ? -1 : atoi(line + strlen(name));
	key = strtoul(line, &end, 16);
	*id = strtol(end, NULL, 10);
	return (char)(key >> 24) == f->letter ? (int)(key & 0xffff) : -1;
}

static int in_json(const char *line, const struct form *f, int *id)
{
	char start[16];
	const char *key;
	int n = snprintf(start, sizeof(start), "{\"%s\":", f->json);

	if (strncmp(line, start, n))
		return -1;
	*id = strtol(line + n, (char **)&key, 10);
	if (strncmp(key, ",\"key\":", 7))
		return -1;
	n = strtol(key + 7, NULL, 10);
	return n >> 24 == f->letter ? n & 0xffff : -1;
}

/* Every stable object of the place once, in lines that begin with start. */
static bool has_all(const struct stable *w, const struct form *f, const char *start,
		    int (*number)(const char *line, const struct form *f, int *id))
{
	bool seen[STABLE_MAX] = { false };
	int i, id, n = number_of(w, f);
	const char *line = shell_out;

	for (; line[0]; line += strcspn(line, "\n"), line += !!line[0]) {
		if (strncmp(line, start, strlen(start)))
			continue;
		i = number(line + strlen(start), f, &id);
		if (i < 0)
			continue;
		if (i >= n || seen[i] || id != id_of(w, f, i))
			return complain("doubled or wrong: %.80s", line);
		seen[i] = true;
	}
	for (i = 0; i < n; i++)
		if (!seen[i] && (f->letter || !w->mqueue[i].unlinked))
			return complain("stable object %d, id %d, is missing", i, id_of(w, f, i));
	return true;
}

static bool try_list(const struct stable *w, const struct form *f)
{
	return run(OK, "%s", f->option) && has_all(w, f, "", in_line);
}

static bool try_list_all(struct stable *const *places, int nr, const struct form *f)
{
	char start[16];
	int i;

	if (!run(OK, "%s -A", f->option))
		return false;
	for (i = 0; i < nr; i++) {
		snprintf(start, sizeof(start), "%-10u ", places[i]->inum);
		if (!has_all(places[i], f, start, in_line))
			return false;
	}
	return true;
}

static bool try_json(const struct stable *w, const struct form *f)
{
	if (!run(OK | CUT, "%s -J", f->option))
		return false;
	if (!strstr(shell_out, "\n\"complete\":"))
		return complain("JSON that does not end");
	return !f->letter || has_all(w, f, "", in_json);
}

static bool try_stable(const struct stable *w, const struct form *f, unsigned int *seed)
{
	int i = rand_r(seed) % number_of(w, f);
	char want[32];

	if (!f->letter)
		return run(OK, "-Q '/stable\\040%d'", i & ~1);
	if (!run(OK, "%s -i %d", f->option, id_of(w, f, i)))
		return false;
	snprintf(want, sizeof(want), "%s=%d", f->id, id_of(w, f, i));
	return strstr(shell_out, want) || complain("no word of %s", want);
}

/* One that is not there any more, and does not come back: ids are not used again at once. */
static int make_removed(const struct form *f)
{
	int id;

	switch (f->letter) {
	case 's':
		id = semget(IPC_PRIVATE, 1, 0600);
		semctl(id, 0, IPC_RMID);
		return id;
	case 'm':
		id = shmget(IPC_PRIVATE, 1, 0600);
		shmctl(id, IPC_RMID, NULL);
		return id;
	default:
		id = msgget(IPC_PRIVATE, 0600);
		msgctl(id, IPC_RMID, NULL);
		return id;
	}
}

static bool try_absent(const struct form *f)
{
	bool ok = f->letter ? run(ABSENT, "%s -i %d", f->option, make_removed(f))
			    : run(ABSENT, "-Q /not-there");

	return ok && (!*shell_out || complain("output for what is not there"));
}

/* One of the storm's sets, which may be there or not. */
static bool try_passing(unsigned int *seed)
{
	struct semid_ds ds;
	int id = semctl(rand_r(seed) % 750, 0, SEM_STAT, &ds);

	return id < 0 || run(OK | ABSENT | CUT, "-s -i %d", id);
}

static bool try_pid(const struct stable *w)
{
	char want[32];

	if (!run(OK | CUT, "pid %d", w->set[0].holder))
		return false;
	snprintf(want, sizeof(want), "%d ", w->set[0].id);
	return strstr(shell_out, want) || complain("nothing of set %d", w->set[0].id);
}

static bool try_ns(struct stable *const *places, int nr)
{
	int i;

	if (!run(OK, "ns"))
		return false;
	for (i = 0; i < nr; i++) {
		char want[16];

		snprintf(want, sizeof(want), "%u", places[i]->inum);
		if (shell_lines(want) != 1)
			return complain("namespace %s", want);
	}
	return true;
}

/* What is only run: how it ends is all that is looked at. */
static bool try_others(unsigned int *seed)
{
	static const struct {
		unsigned int codes;
		const char *arguments;
	} others[] = {
		{ OK, "" },
		{ OK, "-p" },
		{ OK, "-sA -p" },
		{ OK, "--ipcs" },
		{ OK, "--ipcs -m" },
		{ OK | CUT, "-AJ" },
		{ OK, "ns -J" },
		{ OK, "doctor" },
		{ ABSENT, "ns 1234567890" },
		{ ABSENT | CUT, "pid 4194303" },
		{ USAGE, "-s -i x" },
		{ OK, "--ipcs -q" },
		{ OK | CUT, "-mA" },
		{ OK | CUT, "pid -A 1" },
	};
	unsigned int i = rand_r(seed) % (sizeof(others) / sizeof(others[0]));

	return run(others[i].codes, "%s", others[i].arguments);
}

bool tool_try(struct stable *const *places, int nr, unsigned int *seed)
{
	const struct stable *w = places[rand_r(seed) % nr];
	const struct form *f = &forms[rand_r(seed) % 4];

	stable_enter(w);
	switch (rand_r(seed) % 12) {
	case 0:
	case 1:
	case 2:
		return try_list(w, f);
	case 3:
		return try_list_all(places, nr, f);
	case 4:
		return try_json(w, f);
	case 5:
	case 6:
		return try_stable(w, f, seed);
	case 7:
		return try_absent(f);
	case 8:
		return try_passing(seed);
	case 9:
		return try_pid(w);
	case 10:
		return try_ns(places, nr);
	default:
		return try_others(seed);
	}
}
