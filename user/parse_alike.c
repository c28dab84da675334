// SPDX-License-Identifier: GPL-2.0
#include "parse_alike.h"

#include <string.h>

#include "parse_value.h"

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
	*a = (struct parse_alike){ line, len, head, len - end, f };
}

bool parse_alike_next(struct parse_alike *a, const char *line, size_t len, struct parse_row *row)
{
	struct span rest;

	if (!a->line || len <= a->head + a->tail || memcmp(line, a->line, a->head))
		return false;
	rest = (struct span){ line + a->head, len - a->head };
	if (!parse_digits(a->field, &rest, (char *)&row->u + a->field->offset) ||
	    rest.len != a->tail || memcmp(rest.s, a->line + a->len - a->tail, a->tail))
		return false;
	a->line = line;
	a->len = len;
	return true;
}
