// SPDX-License-Identifier: GPL-2.0
#include "parse_alike.h"

#include <string.h>

#define DIGITS_MAX 9 /* so many have room in every field */

void parse_alike_note(struct parse_alike *a, const char *line, size_t len,
		      const struct parse_row *row)
{
	const struct ipcdbg_record *rec = &ipcdbg_records[row->id];
	const struct ipcdbg_field *f = &rec->fields[0];
	size_t head = row->depth + strlen(rec->word), end;

	a->line = NULL;
	if (!(row->u.present & 1) || (f->flags & IPCDBG_BARE) || f->type > IPCDBG_T_U64 ||
	    len < head + f->key_len || memcmp(line + head, f->key, f->key_len))
		return;
	end = head += f->key_len;
	while (end < len && line[end] != ' ')
		end++;
	*a = (struct parse_alike){ .line = line,
				   .head = head,
				   .tail = line + end,
				   .tail_len = len + 1 - end,
				   .field = f };
}

static void store(const struct ipcdbg_field *f, union ipcdbg_any *u, __u32 n)
{
	char *dst = (char *)u + f->offset;
	__u64 n64 = n;

	if (f->size == sizeof(n))
		memcpy(dst, &n, sizeof(n));
	else
		memcpy(dst, &n64, sizeof(n64));
}

/* Where the number ends, if it is the last one and 1 more, with the same digits but one. */
static const char *count_on(const struct parse_alike *a, const char *text, size_t len, __u32 *n)
{
	size_t last = a->head + a->digits - 1;

	if (!a->digits || len <= last + a->tail_len || a->line[last] == '9' ||
	    text[last] != a->line[last] + 1 || memcmp(text, a->line, last))
		return NULL;
	*n = a->number + 1;
	return text + last + 1;
}

/* The same of any number. */
static const char *read_number(const struct parse_alike *a, const char *text, size_t len, __u32 *n)
{
	const char *number = text + a->head, *p = number, *last;

	if (len <= a->head + a->tail_len || memcmp(text, a->line, a->head))
		return NULL;
	last = text + len - a->tail_len;
	if (last - number > DIGITS_MAX)
		last = number + DIGITS_MAX;
	*n = 0;
	for (unsigned char digit; p < last && (digit = *p - '0') <= 9; p++)
		*n = *n * 10 + digit;
	return p == number || (p - number > 1 && *number == '0') ? NULL : p;
}

size_t parse_alike_next(struct parse_alike *a, const char *text, size_t len, struct parse_row *row)
{
	const char *end;
	__u32 n;

	if (!a->line)
		return 0;
	end = count_on(a, text, len, &n) ?: read_number(a, text, len, &n);
	if (!end || memcmp(end, a->tail, a->tail_len))
		return 0;
	store(a->field, &row->u, n);
	a->line = text;
	a->tail = end;
	a->digits = end - text - a->head;
	a->number = n;
	return end + a->tail_len - text;
}
