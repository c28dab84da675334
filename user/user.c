// SPDX-License-Identifier: GPL-2.0
/* User names, each looked up once: a look-up costs several system calls. */
#include "user.h"

#include <pwd.h>
#include <stdlib.h>
#include <string.h>

#include "ipcdbg.h"

/* Users whose numbers are equal modulo this push each other out. */
#define CACHE_SIZE 4093

struct cached {
	bool known;
	unsigned int uid;
	char *name; /* NULL if the user has none */
};

static const char *user_name(unsigned int uid)
{
	static struct cached cache[CACHE_SIZE];
	struct cached *c = &cache[uid % CACHE_SIZE];

	if (!c->known || c->uid != uid) {
		struct passwd *pw = getpwuid(uid);

		c->known = true;
		c->uid = uid;
		free(c->name);
		c->name = NULL;
		if (pw && !(c->name = strdup(pw->pw_name)))
			die(EXIT_IO, "out of memory");
	}
	return c->name;
}

/* Names such as DOMAIN\user are common, and a backslash there deceives nobody. */
static bool is_printed(unsigned char c, bool as_ipcs)
{
	return as_ipcs ? c >= 0x20 && c != 0x7f : c > 0x20 && c < 0x7f;
}

void text_add_user(struct text *t, unsigned int uid, bool as_ipcs)
{
	const char *name = user_name(uid);

	if (!name || !name[0]) {
		text_addf(t, "%u", uid);
		return;
	}
	for (; *name; name++)
		if (is_printed(*name, as_ipcs))
			text_addc(t, *name);
		else
			text_addf(t, "\\%03o", (unsigned char)*name);
}
