// SPDX-License-Identifier: GPL-2.0
#include "logind.h"

#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "ipcdbg.h"
#include "ns_link.h"
#include "retry.h"
#include "user.h"

/* There while logind runs. */
#define LOGIND_USERS "/run/systemd/users"
#define LINGER "/var/lib/systemd/linger/"
#define KEY "RemoveIPC="

/* Where logind.conf and logind.conf.d are looked for, the first one first. */
static const char *const folders[] = { "/etc/systemd", "/run/systemd", "/usr/local/lib/systemd",
				       "/usr/lib/systemd" };
#define NR_FOLDERS (sizeof(folders) / sizeof(folders[0]))

/* A boolean of systemd: -1 if it is none. */
static int boolean(const char *word)
{
	static const char *const words[][6] = { { "0", "no", "n", "false", "f", "off" },
						{ "1", "yes", "y", "true", "t", "on" } };

	for (int value = 0; value < 2; value++)
		for (size_t i = 0; i < 6; i++)
			if (!strcasecmp(word, words[value][i]))
				return value;
	return -1;
}

/* Without blanks around it. */
static char *trim(char *line)
{
	size_t len = strlen(line);

	while (len && isspace((unsigned char)line[len - 1]))
		line[--len] = '\0';
	while (isspace((unsigned char)*line))
		line++;
	return line;
}

static void take_line(struct remove_ipc *r, char *line, bool stated, const char *path, int nr)
{
	int value;

	if (strncmp(line, KEY, strlen(KEY)))
		return;
	value = boolean(trim(line + strlen(KEY)));
	if (value < 0)
		return;
	r->removes = value;
	r->stated = stated;
	text_clear(&r->where);
	text_addf(&r->where, "%s line %d", path, nr);
}

/* A comment tells the default, which what is stated anywhere goes before. */
static void take_file(struct remove_ipc *r, const char *root, const char *path)
{
	char full[PATH_MAX], *line = NULL;
	size_t size = 0;
	bool login = false;
	FILE *f;

	snprintf(full, sizeof(full), "%s%s", root, path);
	f = retry_fopen(AT_FDCWD, full);
	if (!f)
		return;
	for (int nr = 1; getline(&line, &size, f) >= 0; nr++) {
		char *start = trim(line);

		if (*start == '[')
			login = !strcmp(start, "[Login]");
		else if (login && *start == '#' && !r->stated)
			take_line(r, trim(start + 1), false, path, nr);
		else if (login)
			take_line(r, start, true, path, nr);
	}
	free(line);
	fclose(f);
}

/* The first of the folders that has it counts, an empty file too. */
static void take_main(struct remove_ipc *r, const char *root)
{
	for (size_t i = 0; i < NR_FOLDERS; i++) {
		char path[64], full[PATH_MAX];
		FILE *f;

		snprintf(path, sizeof(path), "%s/logind.conf", folders[i]);
		snprintf(full, sizeof(full), "%s%s", root, path);
		f = retry_fopen(AT_FDCWD, full);
		if (!f)
			continue;
		fclose(f);
		take_file(r, root, path);
		return;
	}
}

struct drop_in {
	char path[PATH_MAX];
	const char *name; /* in path */
};

struct drop_ins {
	VEC(struct drop_in *) v;
};

static bool is_there(const struct drop_ins *d, const char *name)
{
	for (size_t i = 0; i < d->v.nr; i++)
		if (!strcmp(d->v.v[i]->name, name))
			return true;
	return false;
}

static void add_drop_in(struct drop_ins *d, const char *folder, const char *name)
{
	size_t len = strlen(name);
	struct drop_in *new;

	if (name[0] == '.' || len < 5 || strcmp(name + len - 5, ".conf") || is_there(d, name))
		return;
	new = malloc(sizeof(*new));
	if (!new)
		die(EXIT_IO, "out of memory");
	snprintf(new->path, sizeof(new->path), "%s/logind.conf.d/%s", folder, name);
	new->name = strrchr(new->path, '/') + 1;
	*vec_add(&d->v) = new;
}

static void find_drop_ins(struct drop_ins *d, const char *root, const char *folder)
{
	char path[PATH_MAX];
	struct dirent *e;
	DIR *dir;

	snprintf(path, sizeof(path), "%s%s/logind.conf.d", root, folder);
	dir = retry_opendir(AT_FDCWD, path);
	while (dir && (e = readdir(dir)))
		add_drop_in(d, folder, e->d_name);
	if (dir)
		closedir(dir);
}

static int name_order(const void *a, const void *b)
{
	return strcmp((*(struct drop_in *const *)a)->name, (*(struct drop_in *const *)b)->name);
}

/* They go before logind.conf, the last name before others, whichever folder they are in. */
static void take_drop_ins(struct remove_ipc *r, const char *root)
{
	struct drop_ins d = { 0 };

	for (size_t i = 0; i < NR_FOLDERS; i++)
		find_drop_ins(&d, root, folders[i]);
	if (d.v.nr)
		qsort(d.v.v, d.v.nr, sizeof(*d.v.v), name_order);
	for (size_t i = 0; i < d.v.nr; i++) {
		take_file(r, root, d.v.v[i]->path);
		free(d.v.v[i]);
	}
	vec_free(&d.v);
}

struct remove_ipc logind_remove_ipc(const char *root)
{
	/* As systemd is built unless told otherwise. */
	struct remove_ipc r = { .removes = true };

	text_clear(&r.where);
	take_main(&r, root);
	take_drop_ins(&r, root);
	return r;
}

/* The namespace of logind is that of the first process. */
static void get_here(struct logind *l)
{
	l->runs = !access(LOGIND_USERS, F_OK);
	l->inum = ns_link_inum(AT_FDCWD, "/proc/1/ns/ipc");
	l->setting = logind_remove_ipc("");
}

static bool lingers_here(__u32 uid)
{
	const char *name = user_name(uid);
	struct text path = { 0 };
	bool yes;

	if (!name || strchr(name, '/'))
		return false;
	text_addf(&path, LINGER "%s", name);
	yes = !access(path.s, F_OK);
	text_free(&path);
	return yes;
}

static const struct logind_source here = { get_here, lingers_here };
static const struct logind_source *source = &here;

void logind_begin_other(const struct logind_source *other)
{
	source = other;
}

const struct logind *logind_get(void)
{
	static struct logind l;
	static bool got;

	if (!got)
		source->get(&l);
	got = true;
	return &l;
}

bool logind_lingers(__u32 uid)
{
	return source->lingers(uid);
}
