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
	*a = (struct parse_alike){ line, head, line + end, len + 1 - end, f };
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

size_t parse_alike_next(struct parse_alike *a, const char *text, size_t len, struct parse_row *row)
{
	const char *number = text + a->head, *p = number, *last;
	__u32 n = 0;

	if (!a->line || len <= a->head + a->tail_len || memcmp(text, a->line, a->head))
		return 0;
	last = text + len - a->tail_len;
	if (last - number > DIGITS_MAX)
		last = number + DIGITS_MAX;
	for (unsigned char digit; p < last && (digit = *p - '0') <= 9; p++)
		n = n * 10 + digit;
	if (p == number || (p - number > 1 && *number == '0') || memcmp(p, a->tail, a->tail_len))
		return 0;
	store(a->field, &row->u, n);
	a->line = text;
	a->tail = p;
	return p + a->tail_len - text;
}
