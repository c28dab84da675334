// SPDX-License-Identifier: GPL-2.0
/*
 * libFuzzer entry: any bytes as the text of a table, through the reader alone, in pieces whose size
 * the first byte gives. A text whose last line is no end record must not be accepted, and the
 * reason of a refusal must be printable. Read byte by byte, where no line is made of the one before
 * it, the text is the same rows.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "reader.h"

struct memory {
	const uint8_t *text;
	size_t len, at, piece;
};

static ssize_t read_memory(void *ctx, char *buf, size_t size)
{
	struct memory *m = ctx;
	size_t n = m->len - m->at;

	if (n > size)
		n = size;
	if (n > m->piece)
		n = m->piece;
	memcpy(buf, m->text + m->at, n);
	m->at += n;
	return n;
}

static int has_end(const uint8_t *text, size_t len)
{
	size_t at = len;

	if (!len || text[len - 1] != '\n')
		return 0;
	for (at--; at && text[at - 1] != '\n'; at--)
		;
	return len - at > 4 && !memcmp(text + at, "end ", 4);
}

static int same_row(const struct parse_row *a, const struct parse_row *b)
{
	return a->id == b->id && a->depth == b->depth &&
	       !memcmp(&a->u, &b->u, ipcdbg_records[a->id].size);
}

/* Takes the next row of the text that is read in single bytes, too. */
static void compare(struct reader *r, struct reader *bytes)
{
	if (r->result != bytes->result || r->line != bytes->line ||
	    (r->result == PARSE_ROW && !same_row(&r->row, &bytes->row)))
		abort();
	reader_next(bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct memory m = { .text = data, .len = len, .piece = SIZE_MAX }, single;
	enum parse_result result;
	struct reader r, bytes;

	/* Recorded tables begin with 'i' and are read in one piece. */
	if (len && data[0] < 'a')
		m = (struct memory){ .text = data + 1, .len = len - 1, .piece = 1 + data[0] };
	single = m;
	single.piece = 1;
	reader_start(&bytes, read_memory, &single);
	result = reader_start(&r, read_memory, &m);
	while (result == PARSE_ROW) {
		compare(&r, &bytes);
		result = reader_next(&r);
	}
	compare(&r, &bytes);
	reader_stop(&r);
	reader_stop(&bytes);
	if (result == PARSE_END && !has_end(m.text, m.len))
		abort();
	for (const char *s = r.message; result != PARSE_END && *s; s++)
		if (*s < 0x20 || *s > 0x7e)
			abort();
	return 0;
}
