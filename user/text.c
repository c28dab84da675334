// SPDX-License-Identifier: GPL-2.0
#include "text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <ipcdbg/digits.h>

#include "ipcdbg.h"

static void *grow(void *p, size_t size)
{
	void *bigger = realloc(p, size);

	if (!bigger)
		die(EXIT_IO, "out of memory");
	return bigger;
}

void *vec_grow(void *v, size_t *cap, size_t size)
{
	*cap = *cap ? *cap * 2 : 8;
	return grow(v, *cap * size);
}

void *vec_extend(void *v, size_t *cap, size_t nr, size_t size)
{
	if (nr <= *cap)
		return v;
	*cap = nr;
	return grow(v, nr * size);
}

/* Room for so many more bytes and a NUL. */
static void reserve(struct text *t, size_t more)
{
	if (t->len + more < t->size)
		return;
	t->size = (t->len + more + 1) * 2;
	t->s = grow(t->s, t->size);
}

void text_clear(struct text *t)
{
	reserve(t, 1);
	t->len = 0;
	t->s[0] = '\0';
}

void text_free(struct text *t)
{
	free(t->s);
	*t = (struct text){ 0 };
}

char *text_room(struct text *t, size_t n)
{
	reserve(t, n);
	return t->s + t->len;
}

void text_addc(struct text *t, char c)
{
	reserve(t, 1);
	t->s[t->len++] = c;
	t->s[t->len] = '\0';
}

void text_add_bytes(struct text *t, const char *bytes, size_t n)
{
	reserve(t, n);
	memcpy(t->s + t->len, bytes, n);
	t->len += n;
	t->s[t->len] = '\0';
}

void text_adds(struct text *t, const char *s)
{
	text_add_bytes(t, s, strlen(s));
}

void text_add_blanks(struct text *t, size_t n)
{
	reserve(t, n);
	memset(t->s + t->len, ' ', n);
	t->len += n;
	t->s[t->len] = '\0';
}

void text_addu(struct text *t, unsigned long long n)
{
	text_took(t, ipcdbg_put_u64(text_room(t, IPCDBG_DIGITS_MAX), n));
}

void text_addd(struct text *t, long long n)
{
	if (n < 0)
		text_addc(t, '-');
	text_addu(t, n < 0 ? -(unsigned long long)n : (unsigned long long)n);
}

void text_addf(struct text *t, const char *fmt, ...)
{
	va_list ap;
	size_t room;
	int n;

	reserve(t, 32);
	room = t->size - t->len;
	va_start(ap, fmt);
	n = vsnprintf(t->s + t->len, room, fmt, ap);
	va_end(ap);
	if (n > 0 && (size_t)n >= room) {
		reserve(t, n);
		va_start(ap, fmt);
		vsnprintf(t->s + t->len, n + 1, fmt, ap);
		va_end(ap);
	}
	if (n > 0)
		t->len += n;
}

void text_add_name(struct text *t, const char *name)
{
	for (; *name; name++) {
		unsigned char c = *name;

		if (c < 0x21 || c > 0x7e || c == '\\' || c == '=' || c == '"')
			text_addf(t, "\\%03o", c);
		else
			text_addc(t, c);
	}
}

bool text_is_escape(const char *s)
{
	return s[0] == '\\' && s[1] >= '0' && s[1] <= '3' && s[2] >= '0' && s[2] <= '7' &&
	       s[3] >= '0' && s[3] <= '7';
}

void text_add_count(struct text *t, unsigned long long nr, const char *noun)
{
	text_addf(t, "%llu %s%s", nr, noun, nr == 1 ? "" : "s");
}

void text_add_duration(struct text *t, unsigned long long ns)
{
	unsigned long long s = ns / 1000000000;

	if (s < 10)
		text_addf(t, "%llu.%llus", s, ns / 100000000 % 10);
	else if (s < 60)
		text_addf(t, "%llus", s);
	else if (s < 3600)
		text_addf(t, "%llum%02llus", s / 60, s % 60);
	else if (s < 86400)
		text_addf(t, "%lluh%02llum", s / 3600, s / 60 % 60);
	else
		text_addf(t, "%llud%02lluh", s / 86400, s / 3600 % 24);
}

void text_add_seconds(struct text *t, unsigned long long s)
{
	if (s < 60)
		text_addf(t, "%llu s", s);
	else if (s < 3600)
		text_addf(t, "%llu min %llu s", s / 60, s % 60);
	else if (s < 86400)
		text_addf(t, "%llu h %llu min", s / 3600, s / 60 % 60);
	else
		text_addf(t, "%llu d %llu h", s / 86400, s / 3600 % 24);
}

void text_add_duration_words(struct text *t, unsigned long long ns)
{
	unsigned long long s = ns / 1000000000;

	if (s < 10)
		text_addf(t, "%llu.%llu s", s, ns / 100000000 % 10);
	else
		text_add_seconds(t, s);
}
