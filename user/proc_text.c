// SPDX-License-Identifier: GPL-2.0
/* What /proc tells, short enough for a cell of a table. */
#include <string.h>

#include "proc_facts.h"

#define ARGS_WIDTH 60
#define HEX_ID 64 /* digits of a container's id */
#define HEX_ID_SHOWN 12

/* A part of a path, not ended by a NUL. */
struct part {
	const char *s;
	size_t len;
};

static bool part_begins(struct part p, const char *start)
{
	return p.len >= strlen(start) && !memcmp(p.s, start, strlen(start));
}

static bool part_ends(struct part p, const char *end)
{
	size_t len = strlen(end);

	return p.len > len && !memcmp(p.s + p.len - len, end, len);
}

static bool is_hex_id(const char *s, size_t len)
{
	return len >= HEX_ID && strspn(s, "0123456789abcdef") >= HEX_ID;
}

/* The next part of a path; false at its end. */
static bool next_part(const char **path, struct part *p)
{
	*path += strspn(*path, "/");
	*p = (struct part){ *path, strcspn(*path, "/") };
	*path += p->len;
	return p->len > 0;
}

static bool names_something(struct part p)
{
	static const char *const units[] = { ".service", ".scope", ".socket", ".mount", ".swap" };

	if (part_begins(p, "user@"))
		return false;
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (part_ends(p, units[i]))
			return true;
	return part_begins(p, "lxc.") || (p.len == HEX_ID && is_hex_id(p.s, p.len));
}

static void add_part(struct text *t, struct part p)
{
	char byte[2] = "";
	size_t i = 0;

	while (i < p.len) {
		bool id = is_hex_id(p.s + i, p.len - i);
		size_t shown = id ? HEX_ID_SHOWN : 1;

		for (size_t j = 0; j < shown; j++) {
			byte[0] = p.s[i + j];
			text_add_name(t, byte);
		}
		i += id ? HEX_ID : 1;
	}
}

void text_add_unit(struct text *t, const char *cgroup)
{
	struct part p, last = { "/", 1 };

	while (next_part(&cgroup, &p)) {
		last = p;
		if (names_something(p))
			break;
	}
	add_part(t, last);
}

/* Adds one byte, a NUL as the blank between two arguments. */
static void add_byte(struct text *t, char byte)
{
	const char name[2] = { byte };

	if (!byte || byte == ' ')
		text_addc(t, ' ');
	else
		text_add_name(t, name);
}

void text_add_args(struct text *t, const struct proc_facts *facts)
{
	static const char dots[] = "...";
	size_t start = t->len, kept = start;

	for (size_t i = 0; i < facts->len; i++) {
		add_byte(t, facts->args[i]);
		if (t->len - start <= ARGS_WIDTH - strlen(dots))
			kept = t->len;
		if (t->len - start > ARGS_WIDTH) {
			t->len = kept;
			text_addf(t, "%s", dots);
			return;
		}
	}
}
