/* SPDX-License-Identifier: GPL-2.0 */
/* Memory that grows or ends the program, and text made in it. */
#ifndef TEXT_H
#define TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/* A buffer that is used again and again; s is NULL until something was added. */
struct text {
	char *s;
	size_t len, size;
};

/* An array; start with all zeros. */
#define VEC(type)               \
	struct {                \
		type *v;        \
		size_t nr, cap; \
	}

/* A new, zeroed element at the end of a VEC. */
#define vec_add(vec)                                                               \
	((vec)->v = vec_room((vec)->v, &(vec)->cap, (vec)->nr, sizeof(*(vec)->v)), \
	 &(vec)->v[(vec)->nr++])

/* Room for nr elements in all, so that it need not grow up to there. */
#define vec_reserve(vec, room) \
	((vec)->v = vec_extend((vec)->v, &(vec)->cap, room, sizeof(*(vec)->v)))

#define vec_free(vec) (free((vec)->v), (vec)->v = NULL, (vec)->nr = (vec)->cap = 0)

/* Room for twice as many elements, or the first ones. */
void *vec_grow(void *v, size_t *cap, size_t size);

/* Room for element nr, which is zeroed. Inline: elements are small, and there are many. */
static inline void *vec_room(void *v, size_t *cap, size_t nr, size_t size)
{
	if (nr == *cap)
		v = vec_grow(v, cap, size);
	memset((char *)v + nr * size, 0, size);
	return v;
}

void *vec_extend(void *v, size_t *cap, size_t nr, size_t size);

void text_clear(struct text *t);
void text_free(struct text *t);
/* Where the next n bytes go; text_took() tells how far they went. */
char *text_room(struct text *t, size_t n);
static inline void text_took(struct text *t, const char *end)
{
	t->len = end - t->s;
	t->s[t->len] = '\0';
}

void text_addc(struct text *t, char c);
void text_adds(struct text *t, const char *s);
void text_add_bytes(struct text *t, const char *bytes, size_t n);
void text_add_blanks(struct text *t, size_t n);
/* Decimal. */
void text_addu(struct text *t, unsigned long long n);
void text_addd(struct text *t, long long n);
__attribute__((format(printf, 2, 3))) void text_addf(struct text *t, const char *fmt, ...);

/* Adds a name of somebody else's choice, escaped as the text ABI does it. */
void text_add_name(struct text *t, const char *name);

/* Whether a backslash and three octal digits begin here. */
bool text_is_escape(const char *s);

/* "1 message", "3 messages" */
void text_add_count(struct text *t, unsigned long long nr, const char *noun);

/* 0.4s, 12s, 3m12s, 2h05m, 3d04h: one word. */
void text_add_duration(struct text *t, unsigned long long ns);

/* 5 s, 3 min 12 s, 2 h 5 min, 3 d 4 h. */
void text_add_seconds(struct text *t, unsigned long long s);

/* The same of nanoseconds, with tenths of few seconds: 0.4 s. */
void text_add_duration_words(struct text *t, unsigned long long ns);

#endif
