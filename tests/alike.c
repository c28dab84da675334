// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include "alike.h"

#include <ctype.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common.h"

/* The lines of a text as they are compared, in order. */
struct lines {
	char **v;
	size_t nr;
};

/* "9.8s", "1m02s", "2h", "3d", "19 s": what waits and ages are; how much of the text that is. */
static size_t duration(const char *s)
{
	size_t n = strspn(s, "0123456789.smhd");

	if (!isdigit((unsigned char)s[0]) || !n || isalnum((unsigned char)s[n]))
		return 0;
	if (s[n - 1] == '.')
		n--;
	if (isdigit((unsigned char)s[n - 1]))
		return !strncmp(s + n, " s", 2) && !isalnum((unsigned char)s[n + 2]) ? n + 2 : 0;
	return n;
}

/* "2026-11-28 19:33:01" */
static size_t date(const char *s)
{
	static const char form[] = "dddd-dd-dd dd:dd:dd";

	for (size_t i = 0; form[i]; i++)
		if (form[i] == 'd' ? !isdigit((unsigned char)s[i]) : s[i] != form[i])
			return 0;
	return sizeof(form) - 1;
}

/* Names of numbers that time alone changes, as the text ABI and JSON have them. */
static size_t time_name(const char *s)
{
	static const char *const names[] = {
		"\"time\":",	" time=",   "blocked_ns\":", "blocked_ns=",
		"\"wait_ns\":", "wait_ns=", "since_ns\":",   "since_ns=",
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (!strncmp(s, names[i], strlen(names[i])))
			return strlen(names[i]);
	return 0;
}

static size_t own_number(const char *s, const char *pid)
{
	size_t n = strlen(pid);

	return !strncmp(s, pid, n) && !isdigit((unsigned char)s[n]) ? n : 0;
}

/* What is compared of a line. Blanks that fill up a column count as one. */
static char *plain(const char *line, size_t len, int pid)
{
	char *text = strndup(line, len), *copy = malloc(len * 2 + 1), number[16], *to = copy;
	const char *s = text;
	bool in_word = false;
	size_t n;

	if (!text || !copy)
		die("out of memory");
	snprintf(number, sizeof(number), "%d", pid);
	while (*s) {
		if ((n = time_name(s))) {
			to = mempcpy(to, s, n);
			s += n;
			s += strspn(s, "0123456789");
			in_word = false;
		} else if (!in_word && ((n = date(s)) || (n = duration(s)))) {
			*to++ = 'T';
			s += n;
		} else if (!in_word && (n = own_number(s, number))) {
			*to++ = 'P';
			s += n;
			in_word = true;
		} else if (s[0] == '\\' && s[1]) {
			/* An escape: DOT's of a newline, or of a byte by its number. */
			in_word = s[1] != 'n';
			to = mempcpy(to, s, 2);
			s += 2;
		} else {
			in_word = isalnum((unsigned char)*s) || *s == '.';
			if (*s != ' ' || to == copy || to[-1] != ' ')
				*to++ = *s;
			s++;
		}
	}
	/* JSON has commas between lines. */
	while (to > copy && (to[-1] == ' ' || to[-1] == ','))
		to--;
	*to = '\0';
	free(text);
	return copy;
}

static int order(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void split(struct lines *l, const char *text, int pid)
{
	while (*text) {
		size_t len = strcspn(text, "\n");

		l->v = realloc(l->v, (l->nr + 1) * sizeof(*l->v));
		if (!l->v)
			die("out of memory");
		l->v[l->nr++] = plain(text, len, pid);
		text += len + !!text[len];
	}
	if (l->nr)
		qsort(l->v, l->nr, sizeof(*l->v), order);
}

static void forget(struct lines *l)
{
	for (size_t i = 0; i < l->nr; i++)
		free(l->v[i]);
	free(l->v);
}

char *line_of_one(const char *a, int pid_a, const char *b, int pid_b)
{
	struct lines x = { 0 }, y = { 0 };
	char *found = NULL;
	size_t i = 0, j = 0;

	split(&x, a, pid_a);
	split(&y, b, pid_b);
	while (i < x.nr && !found) {
		int way = j < y.nr ? strcmp(x.v[i], y.v[j]) : -1;

		if (way < 0)
			found = strdup(x.v[i]);
		i += way <= 0;
		j += way >= 0;
	}
	forget(&x);
	forget(&y);
	return found;
}

bool alike(const char *a, int pid_a, const char *b, int pid_b)
{
	char *one = line_of_one(a, pid_a, b, pid_b);
	char *other = one ? NULL : line_of_one(b, pid_b, a, pid_a);
	bool same = !one && !other;

	free(one);
	free(other);
	return same;
}

/* A number, or a duration: "0x1f", "42", "9.8s", "1m02s". */
static const char *skip_number(const char *s)
{
	if (s[0] == '0' && s[1] == 'x')
		return s + 2 + strspn(s + 2, "0123456789abcdef");
	return isdigit((unsigned char)*s) ? s + strspn(s, "0123456789.smhd") : s;
}

/* To the last blank of several, which fill up a column. */
static const char *skip_blanks(const char *s)
{
	size_t nr = strspn(s, " ");

	return nr ? s + nr - 1 : s;
}

bool alike_but_numbers(const char *a, const char *b)
{
	for (;; a++, b++) {
		a = skip_blanks(skip_number(a));
		b = skip_blanks(skip_number(b));
		if (*a != *b)
			return false;
		if (!*a)
			return true;
	}
}
