// SPDX-License-Identifier: GPL-2.0
/* Names of users and groups, each looked up once: a look-up costs several system calls. */
#include "user.h"

#include <grp.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>

#include "ipcdbg.h"

/* Those whose numbers are equal modulo this push each other out. */
#define CACHE_SIZE 4093

struct cached {
	bool known;
	unsigned int id;
	char *name; /* NULL if it has none */
};

static const char *look_up_user(unsigned int uid)
{
	struct passwd *pw = getpwuid(uid);

	return pw ? pw->pw_name : NULL;
}

static const char *look_up_group(unsigned int gid)
{
	struct group *gr = getgrgid(gid);

	return gr ? gr->gr_name : NULL;
}

static bool find_user(const char *name, unsigned int *uid)
{
	struct passwd *pw = getpwnam(name);

	if (pw)
		*uid = pw->pw_uid;
	return pw;
}

static const struct user_source here = { look_up_user, look_up_group, find_user };
static const struct user_source *source = &here;

void user_begin_other(const struct user_source *other)
{
	source = other;
}

static const char *cached_name(struct cached *cache, unsigned int id,
			       const char *(*look_up)(unsigned int id))
{
	struct cached *c = &cache[id % CACHE_SIZE];

	if (!c->known || c->id != id) {
		const char *name = look_up(id);

		c->known = true;
		c->id = id;
		free(c->name);
		c->name = NULL;
		if (name && !(c->name = strdup(name)))
			die(EXIT_IO, "out of memory");
	}
	return c->name;
}

/* Names such as DOMAIN\user are common, and a backslash there deceives nobody. */
static bool is_printed(unsigned char c, bool as_ipcs)
{
	return as_ipcs ? c >= 0x20 && c != 0x7f : c > 0x20 && c < 0x7f;
}

static void add_id(struct text *t, unsigned int id, const char *name, bool as_ipcs)
{
	if (!name || !name[0]) {
		text_addu(t, id);
		return;
	}
	for (; *name; name++)
		if (is_printed(*name, as_ipcs))
			text_addc(t, *name);
		else
			text_addf(t, "\\%03o", (unsigned char)*name);
}

const char *user_name(unsigned int uid)
{
	static struct cached cache[CACHE_SIZE];

	return cached_name(cache, uid, source->user);
}

const char *group_name(unsigned int gid)
{
	static struct cached cache[CACHE_SIZE];

	return cached_name(cache, gid, source->group);
}

bool user_find(const char *name, unsigned int *uid)
{
	return source->find(name, uid);
}

void text_add_user(struct text *t, unsigned int uid, bool as_ipcs)
{
	add_id(t, uid, user_name(uid), as_ipcs);
}

void text_add_group(struct text *t, unsigned int gid, bool as_ipcs)
{
	add_id(t, gid, group_name(gid), as_ipcs);
}
