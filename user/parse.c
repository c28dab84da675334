// SPDX-License-Identifier: GPL-2.0
/* Lines of the text ABI -> records. The grammar is told in ipcdbg/abi.h. */
#include "parse.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "parse_rules.h"
#include "parse_value.h"

__attribute__((format(printf, 2, 3))) static enum parse_result bad(char *message, const char *fmt,
								   ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(message, PARSE_MESSAGE_MAX, fmt, ap);
	va_end(ap);
	return PARSE_BAD;
}

/* How much of a token a message quotes. */
static int shown(struct span token)
{
	return token.len < 40 ? (int)token.len : 40;
}

#define EACH_BYTE 0x0101010101010101ull

/* Whether eight bytes all are from 0x20 to 0x7e. */
static bool are_printable(const char *s)
{
	__u64 v, odd;

	memcpy(&v, s, sizeof(v));
	odd = ((v - EACH_BYTE * 0x20) & ~v) | (v + EACH_BYTE) | v;
	return !(odd & EACH_BYTE * 0x80);
}

/* Where the first byte stands that no line may hold after its leading tabs; len if none. */
static size_t first_unprintable(const char *s, size_t len)
{
	size_t i = 0;

	while (len - i >= 8 && are_printable(s + i))
		i += 8;
	/* The last eight, some of them once more. */
	if (len >= 8 && len - i < 8 && are_printable(s + len - 8))
		return len;
	for (; i < len; i++)
		if (s[i] < 0x20 || s[i] > 0x7e)
			break;
	return i;
}

/* The field of that name, looked for from the place where the emitter's order has it. */
static int find_field(const struct ipcdbg_record *rec, struct span name, unsigned int hint)
{
	for (unsigned int n = 0; n < rec->nr_fields; n++) {
		unsigned int i = (hint + n) % rec->nr_fields;
		const struct ipcdbg_field *f = &rec->fields[i];

		if (!(f->flags & IPCDBG_BARE) && strlen(f->name) == name.len &&
		    !memcmp(f->name, name.s, name.len))
			return i;
	}
	return -1;
}

/* Cuts the next token, up to a blank or the end, off the line. */
static struct span take_token(struct span *line)
{
	const char *blank = memchr(line->s, ' ', line->len);
	struct span token = { line->s, blank ? (size_t)(blank - line->s) : line->len };

	line->s += token.len;
	line->len -= token.len;
	return token;
}

/* Takes the blank and the token after it. False if there is none, or an empty one. */
static bool next_token(struct span *line, struct span *token)
{
	line->s++;
	line->len--;
	*token = take_token(line);
	return token->len > 0;
}

/* Name and value of a token, and the field it is for; -1 for one that is not known. */
static bool split_token(const struct ipcdbg_record *rec, struct span *token, unsigned int hint,
			int *field)
{
	const struct ipcdbg_field *bare = &rec->fields[hint % rec->nr_fields];
	const char *eq = memchr(token->s, '=', token->len);
	struct span name = { token->s, eq ? (size_t)(eq - token->s) : 0 };

	if (hint < rec->nr_fields && (bare->flags & IPCDBG_BARE)) {
		*field = hint;
		return true;
	}
	if (!name.len)
		return false;
	*field = find_field(rec, name, hint);
	token->s += name.len + 1;
	token->len -= name.len + 1;
	return true;
}

static bool take_value(const struct ipcdbg_field *f, struct span *line, void *dst)
{
	if (f->type <= IPCDBG_T_U64 && parse_digits(f, line, dst))
		return true;
	return parse_value(f, take_token(line), dst);
}

/* Whether a line begins with the key of a field, which two words cover that may overlap. */
static bool has_key(const struct span *line, const struct ipcdbg_field *f)
{
	__u64 a[2], b[2];

	if (line->len < f->key_len)
		return false;
	if (f->key_len < sizeof(a[0]) || f->key_len > sizeof(a))
		return !memcmp(line->s, f->key, f->key_len);
	memcpy(&a[0], line->s, sizeof(a[0]));
	memcpy(&b[0], f->key, sizeof(b[0]));
	memcpy(&a[1], line->s + f->key_len - sizeof(a[1]), sizeof(a[1]));
	memcpy(&b[1], f->key + f->key_len - sizeof(b[1]), sizeof(b[1]));
	return a[0] == b[0] && a[1] == b[1];
}

/* The field whose name the line has next, if it is the i-th or one after it; -1: look closer. */
static int expected_field(const struct span *line, const struct ipcdbg_record *rec, unsigned int i)
{
	for (; i < rec->nr_fields && !(rec->fields[i].flags & IPCDBG_BARE); i++)
		if (has_key(line, &rec->fields[i]))
			return i;
	return -1;
}

/*
 * Takes a field that stands in the emitter's order, as nearly every one does, and returns its
 * number. -1, and nothing is taken: it does not, or what is wrong with it is to be told.
 */
static int take_next(struct span *line, const struct ipcdbg_record *rec, unsigned int hint,
		     struct parse_row *row)
{
	int i = expected_field(line, rec, hint);
	const struct ipcdbg_field *f;
	struct span rest;

	if (i < 0 || (row->u.present & (1ULL << i)))
		return -1;
	f = &rec->fields[i];
	rest = (struct span){ line->s + f->key_len, line->len - f->key_len };
	if (!take_value(f, &rest, (char *)&row->u + f->offset))
		return -1;
	row->u.present |= 1ULL << i;
	*line = rest;
	return i;
}

static enum parse_result parse_fields(struct span line, const struct ipcdbg_record *rec,
				      struct parse_row *row, char *message)
{
	unsigned int hint = 0;
	struct span token;
	int i;

	while (line.len) {
		i = take_next(&line, rec, hint, row);
		if (i >= 0) {
			hint = i + 1;
			continue;
		}
		if (!next_token(&line, &token))
			return bad(message, "'%s': two blanks, or one at the end", rec->word);
		if (!split_token(rec, &token, hint, &i))
			return bad(message, "'%s': no key=value: '%.*s'", rec->word, shown(token),
				   token.s);
		if (i < 0)
			continue;
		if (row->u.present & (1ULL << i))
			return bad(message, "'%s': %s twice", rec->word, rec->fields[i].name);
		if (!parse_value(&rec->fields[i], token, (char *)&row->u + rec->fields[i].offset))
			return bad(message, "'%s': bad value of %s: '%.*s'", rec->word,
				   rec->fields[i].name, shown(token), token.s);
		row->u.present |= 1ULL << i;
		hint = i + 1;
	}
	return PARSE_ROW;
}

static enum parse_result check_needed(const struct ipcdbg_record *rec, struct parse_row *row,
				      char *message)
{
	__u64 missing = parse_rules[row->id].need & ~row->u.present;

	if (!missing)
		return PARSE_ROW;
	return bad(message, "'%s': no %s", rec->word, rec->fields[__builtin_ctzll(missing)].name);
}

static int find_record(struct span word)
{
	for (int id = 0; id < IPCDBG_R_NR; id++) {
		const char *name = ipcdbg_records[id].word;

		if (name[0] == word.s[0] && strlen(name) == word.len &&
		    !memcmp(name, word.s, word.len))
			return id;
	}
	return -1;
}

/* A name of a record: lower-case letters, digits, '_'. */
static bool is_word(struct span v)
{
	for (size_t i = 0; i < v.len; i++)
		if (!((v.s[i] >= 'a' && v.s[i] <= 'z') || (v.s[i] >= '0' && v.s[i] <= '9') ||
		      v.s[i] == '_'))
			return false;
	return v.len > 0;
}

/* Cuts tabs and word off the line, whose bytes it checks. */
static enum parse_result take_word(struct span *line, struct span *word, struct parse_row *row,
				   char *message)
{
	size_t odd;

	row->id = 0;
	row->depth = 0;
	row->u.present = 0;
	while (line->len && line->s[0] == '\t') {
		line->s++;
		line->len--;
		row->depth++;
	}
	odd = first_unprintable(line->s, line->len);
	if (odd < line->len)
		return bad(message, "byte 0x%02x in the line", (unsigned char)line->s[odd]);
	*word = take_token(line);
	if (!is_word(*word))
		return bad(message, "no record name at its start");
	return PARSE_SKIP;
}

enum parse_result parse_skip(const char *s, size_t len, struct parse_row *row,
			     char message[PARSE_MESSAGE_MAX])
{
	struct span line = { s, len }, word;

	return take_word(&line, &word, row, message);
}

enum parse_result parse_line(const char *s, size_t len, struct parse_row *row,
			     char message[PARSE_MESSAGE_MAX])
{
	struct span line = { s, len }, word;
	enum parse_result result = take_word(&line, &word, row, message);
	int id;

	if (result != PARSE_SKIP)
		return result;
	id = find_record(word);
	if (id < 0)
		return PARSE_SKIP;
	row->id = id;
	memset(&row->u, 0, ipcdbg_records[id].size);
	result = parse_fields(line, &ipcdbg_records[id], row, message);
	return result == PARSE_ROW ? check_needed(&ipcdbg_records[id], row, message) : result;
}
