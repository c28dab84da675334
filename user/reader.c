// SPDX-License-Identifier: GPL-2.0
/* A whole text of the ABI, line by line: nothing is taken for complete that is not. */
#include "reader.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "parse_rules.h"

/* Small at first: one object is often all that is wanted, and a read makes the kernel fill it. */
#define READER_CHUNK_MIN 4096
#define READER_CHUNK_MAX 65536

struct line {
	const char *s;
	size_t len;
};

__attribute__((format(printf, 2, 3))) static enum parse_result refuse(struct reader *r,
								      const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(r->message, sizeof(r->message), fmt, ap);
	va_end(ap);
	return PARSE_BAD;
}

static enum parse_result stop_with(struct reader *r, enum parse_result result, const char *text)
{
	if (text)
		refuse(r, "%s", text);
	return r->result = result;
}

/* Makes room behind what is still to be parsed, and reads once. PARSE_ROW if there is more. */
static enum parse_result read_more(struct reader *r)
{
	ssize_t n;

	r->alike.line = NULL;
	memmove(r->buf, r->buf + r->start, r->end - r->start);
	r->before += r->start;
	r->scanned -= r->start;
	r->end -= r->start;
	r->start = 0;
	if (r->end > READER_LINE_MAX)
		return stop_with(r, PARSE_BAD, "a line without an end");
	n = r->read(r->ctx, r->buf + r->end, r->chunk);
	if (n < 0) {
		r->error = errno;
		return stop_with(r, PARSE_IO, strerror(errno));
	}
	if (!n)
		return stop_with(r, PARSE_CUT, "cut: it ends without its end record");
	r->end += n;
	if (r->chunk < READER_CHUNK_MAX)
		r->chunk *= 2;
	return PARSE_ROW;
}

/* The next line, without its newline. */
static enum parse_result read_line(struct reader *r, struct line *line)
{
	char *newline;

	while (!(newline = memchr(r->buf + r->scanned, '\n', r->end - r->scanned))) {
		enum parse_result result;

		r->scanned = r->end;
		result = read_more(r);
		if (result != PARSE_ROW)
			return result;
	}
	*line = (struct line){ r->buf + r->start, newline - (r->buf + r->start) };
	r->at = r->before + r->start;
	r->start = r->scanned = newline + 1 - r->buf;
	r->line++;
	return PARSE_ROW;
}

/* Checks that a record stands where it belongs, and remembers it as a parent of others. */
static enum parse_result place_row(struct reader *r, enum parse_result result)
{
	unsigned int depth = r->row.depth;
	int parent, want;

	if (depth >= READER_DEPTH_MAX || depth > r->depth + 1)
		return refuse(r, "%u tabs, %u at most", depth, r->depth + 1);
	parent = depth ? r->parents[depth - 1] : PARSE_TOP;
	r->depth = depth;
	r->parents[depth] = result == PARSE_ROW ? (int)r->row.id : PARSE_UNKNOWN;
	if (result != PARSE_ROW)
		return result;
	want = parse_rules[r->row.id].parent;
	if (want == PARSE_OBJECT)
		want = PARSE_TOP;
	if (want == PARSE_SHM_FILE && (parent == IPCDBG_R_pshm || parent == IPCDBG_R_psem))
		want = parent;
	if (want != parent && want != PARSE_ANY)
		return refuse(r, "'%s' in the wrong place", ipcdbg_records[r->row.id].word);
	return PARSE_ROW;
}

static enum parse_result check_end(struct reader *r)
{
	const struct ipcdbg_end *end = &r->row.u.end;
	char byte;
	ssize_t n = 0;

	if (end->namespaces != r->namespaces || end->objects != r->objects)
		return refuse(r, "end counts %u namespaces and %u objects; %u and %u are there",
			      end->namespaces, end->objects, r->namespaces, r->objects);
	if (r->part)
		r->end = r->start;
	else if (r->start == r->end)
		n = r->read(r->ctx, &byte, 1);
	if (n < 0) {
		r->error = errno;
		return stop_with(r, PARSE_IO, strerror(errno));
	}
	if (n || r->start != r->end)
		return refuse(r, "text after the end record");
	if (end->truncated && !r->gone_rows && !r->cut_rows)
		r->cut_rows = r->cut_objects = true;
	return PARSE_END;
}

static void count_truncated(struct reader *r, const struct ipcdbg_truncated *t)
{
	if (t->gone) {
		r->gone_rows = true;
		r->gone_objects |= !r->row.depth;
	} else {
		r->cut_rows = true;
		r->cut_objects |= !r->row.depth;
	}
}

static enum parse_result count_object(struct reader *r)
{
	if (parse_rules[r->row.id].parent != PARSE_OBJECT)
		return PARSE_ROW;
	r->objects++;
	return r->namespaces ? PARSE_ROW : refuse(r, "an object before any namespace");
}

static enum parse_result count_row(struct reader *r)
{
	const union ipcdbg_any *u = &r->row.u;

	switch (r->row.id) {
	case IPCDBG_R_header:
		return r->line == 1 ? PARSE_ROW : refuse(r, "a second header");
	case IPCDBG_R_namespace:
		r->namespaces++;
		return PARSE_ROW;
	case IPCDBG_R_truncated:
		count_truncated(r, &u->truncated);
		return PARSE_ROW;
	case IPCDBG_R_end:
		return check_end(r);
	default:
		return count_object(r);
	}
}

/* A line too deep for the one before it is not: what it says of itself is then refused. */
static bool below_unknown(const struct reader *r, const struct line *line)
{
	size_t depth = 0;

	while (depth < line->len && line->s[depth] == '\t')
		depth++;
	return depth && depth <= r->depth + 1 && depth < READER_DEPTH_MAX &&
	       r->parents[depth - 1] == PARSE_UNKNOWN;
}

/* Makes the row of a line, or says what is wrong with it. */
static enum parse_result take_line(struct reader *r, const struct line *line)
{
	enum parse_result result;

	r->alike.line = NULL;
	result = below_unknown(r, line) ? parse_skip(line->s, line->len, &r->row, r->message)
					: parse_line(line->s, line->len, &r->row, r->message);
	if (result > 0)
		result = place_row(r, result);
	if (result == PARSE_ROW)
		parse_alike_note(&r->alike, line->s, line->len, &r->row);
	return result;
}

/* A line like the one before it stands where that one does, below the same one. */
static bool take_alike(struct reader *r)
{
	size_t len = parse_alike_next(&r->alike, r->buf + r->start, r->end - r->start, &r->row);

	if (!len)
		return false;
	r->at = r->before + r->start;
	r->start = r->scanned = r->start + len;
	r->line++;
	return true;
}

enum parse_result reader_next(struct reader *r)
{
	struct line line;

	if (r->again) {
		r->again = false;
		return r->result;
	}
	if (r->result != PARSE_ROW)
		return r->result;
	/* What stands below an object counts for nothing; truncated begins with a word, not a
	 * number. */
	if (take_alike(r))
		return r->row.depth ? PARSE_ROW : (r->result = count_row(r));
	do {
		r->result = read_line(r, &line);
		if (r->result != PARSE_ROW)
			return r->result;
		r->result = take_line(r, &line);
	} while (r->result == PARSE_SKIP);
	if (r->result == PARSE_ROW)
		r->result = count_row(r);
	return r->result;
}

void reader_unget(struct reader *r)
{
	r->again = true;
}

enum parse_result reader_start(struct reader *r, reader_fn read, void *ctx)
{
	const struct ipcdbg_header *h = &r->row.u.header;

	memset(r, 0, sizeof(*r));
	r->read = read;
	r->ctx = ctx;
	r->chunk = READER_CHUNK_MIN;
	r->result = PARSE_ROW;
	r->buf = malloc(READER_LINE_MAX + READER_CHUNK_MAX);
	if (!r->buf) {
		r->error = errno;
		return stop_with(r, PARSE_IO, strerror(errno));
	}
	reader_next(r);
	if (r->line == 1 && r->row.id == IPCDBG_R_header && IPCDBG_HAS(header, h, version) &&
	    h->version != IPCDBG_ABI_VERSION) {
		refuse(r, "version %u of the text ABI; this program reads version %u", h->version,
		       IPCDBG_ABI_VERSION);
		return r->result = PARSE_BAD;
	}
	if (r->result == PARSE_ROW && r->row.id != IPCDBG_R_header)
		return stop_with(r, PARSE_BAD, "no ipcdbg header");
	r->header = *h;
	return r->result;
}

__u64 reader_length(const struct reader *r)
{
	return r->before + r->start;
}

void reader_stop(struct reader *r)
{
	free(r->buf);
	r->buf = NULL;
}
