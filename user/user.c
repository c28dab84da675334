// SPDX-License-Identifier: GPL-2.0
/* User names, each looked up once: a look-up costs several system calls. */
#include "user.h"

#include <pwd.h>
#include <stdbool.h>
#include <stdio.h>

/* Users whose numbers are equal modulo this push each other out. */
#define CACHE_SIZE 4093

struct cached {
	bool known;
	unsigned int uid;
	char name[64]; /* empty if the user has none */
};

const char *user_name(unsigned int uid)
{
	static struct cached cache[CACHE_SIZE];
	struct cached *c = &cache[uid % CACHE_SIZE];

	if (!c->known || c->uid != uid) {
		struct passwd *pw = getpwuid(uid);

		c->known = true;
		c->uid = uid;
		snprintf(c->name, sizeof(c->name), "%s", pw ? pw->pw_name : "");
	}
	return c->name[0] ? c->name : NULL;
}

void text_add_user(struct text *t, unsigned int uid)
{
	const char *name = user_name(uid);

	if (name)
		text_add_name(t, name);
	else
		text_addf(t, "%u", uid);
}
