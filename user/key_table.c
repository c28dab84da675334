// SPDX-License-Identifier: GPL-2.0
#include "key_table.h"

#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ipcdbg.h"
#include "number.h"

#define MESSAGE_MAX 96

/* A row that is being read. */
struct parse {
	struct key_row row;
	const char *patterns; /* the word of key= */
	char message[MESSAGE_MAX];
};

static bool refuse(struct parse *p, const char *what, const char *word)
{
	struct text shown = { 0 };

	text_clear(&shown);
	text_add_name(&shown, word);
	snprintf(p->message, sizeof(p->message), "%s '%.40s'", what, shown.s);
	text_free(&shown);
	return false;
}

static bool parse_number(const char *word, int base, __u64 *n)
{
	if (base == 10 && word[0] == '0' && (word[1] == 'x' || word[1] == 'X'))
		return number_parse(word + 2, 16, UINT64_MAX, n);
	return number_parse(word, base, UINT64_MAX, n);
}

static bool parse_range(struct key_range *r, char *word)
{
	char *dash = strchr(word, '-');

	r->told = true;
	if (!dash) {
		r->last = 0;
		return parse_number(word, 10, &r->first) && (r->last = r->first, true);
	}
	*dash = '\0';
	return parse_number(word, 10, &r->first) && parse_number(dash + 1, 10, &r->last) &&
	       r->first <= r->last;
}

static bool parse_mode(struct key_range *r, const char *word)
{
	r->told = true;
	return number_parse(word, 8, 0777, &r->first) && (r->last = r->first, true);
}

/* Splits at the commas: a comma between single quotes would be a project id. */
static bool parse_patterns(struct parse *p)
{
	struct key_row *row = &p->row;
	char *next = (char *)p->patterns, *word;

	while ((word = strsep(&next, ","))) {
		if (row->nr_patterns == KEY_PATTERNS_MAX)
			return refuse(p, "too many patterns, from", word);
		if (!key_pattern_parse(&row->patterns[row->nr_patterns++], word))
			return refuse(p, "not a pattern of keys:", word);
	}
	return true;
}

static bool parse_kinds(const char *word, const char *letters)
{
	return word[0] && strlen(word) == strspn(word, letters);
}

/* Where a word of that name goes as it is. */
static const char **string_of(struct parse *p, const char *name)
{
	const struct {
		const char *name, **to;
	} strings[] = {
		{ "key", &p->patterns },   { "name", &p->row.names },
		{ "use", &p->row.use },	   { "source", &p->row.source },
		{ "note", &p->row.note },  { "kind", &p->row.kinds },
		{ "exe", &p->row.exes },   { "owner", &p->row.owners },
		{ "file", &p->row.files },
	};

	for (size_t i = 0; i < sizeof(strings) / sizeof(strings[0]); i++)
		if (!strcmp(name, strings[i].name))
			return strings[i].to;
	return NULL;
}

static struct key_range *range_of(struct parse *p, const char *name)
{
	if (!strcmp(name, "size"))
		return &p->row.size;
	if (!strcmp(name, "nsems"))
		return &p->row.nsems;
	return strcmp(name, "mode") ? NULL : &p->row.mode;
}

static bool take_word(struct parse *p, const char *name, char *value)
{
	const char **string = string_of(p, name);
	struct key_range *range = range_of(p, name);

	if (!string && !range)
		return refuse(p, "unknown word", name);
	if (string ? *string != NULL : range->told)
		return refuse(p, "twice the word", name);
	if (!value[0])
		return refuse(p, "no value of", name);
	if (string) {
		*string = value;
		return true;
	}
	if (range == &p->row.mode ? !parse_mode(range, value) : !parse_range(range, value))
		return refuse(p, "not a number, or a range:", value);
	return true;
}

/* Takes the word at *at, and moves on behind it. */
static bool next_word(struct parse *p, char **at)
{
	char *name = *at, *value = name + strcspn(name, "= \t\""), *end;
	bool quoted;

	if (*value != '=' || value == name)
		return refuse(p, "not a word NAME=VALUE:", name);
	*value++ = '\0';
	quoted = *value == '"';
	value += quoted;
	end = value + strcspn(value, quoted ? "\"" : " \t\"");
	if (quoted && !*end)
		return refuse(p, "no second quote in the value of", name);
	*at = end + quoted;
	if (**at && **at != ' ' && **at != '\t')
		return refuse(p, "no blank behind the value of", name);
	*at += **at != '\0';
	*end = '\0';
	return take_word(p, name, value);
}

/* What a key needs to be told from others, a name does not. */
static bool check_names(struct parse *p)
{
	const struct key_row *r = &p->row;
	const char *const others[] = { p->patterns, r->exes, r->owners, r->files };

	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (others[i])
			return refuse(p, "not with a name:", others[i]);
	if (r->size.told || r->nsems.told || r->mode.told)
		return refuse(p, "no shape with a name:", r->names);
	if (strlen(r->use) > KEY_USE_MAX)
		return refuse(p, "too long:", r->use);
	if (r->kinds && !parse_kinds(r->kinds, "MSQ"))
		return refuse(p, "not letters of M, S, Q:", r->kinds);
	return true;
}

static bool check_row(struct parse *p)
{
	const struct key_row *r = &p->row;

	if ((!p->patterns && !r->names) || !r->use || !r->source)
		return refuse(p, "a row needs the word",
			      !p->patterns && !r->names ? "key"
			      : !r->use			? "use"
							: "source");
	if (r->names)
		return check_names(p);
	if (strlen(r->use) > KEY_USE_MAX)
		return refuse(p, "too long:", r->use);
	if (r->kinds && !parse_kinds(r->kinds, "msq"))
		return refuse(p, "not letters of m, s, q:", r->kinds);
	return parse_patterns(p);
}

static bool parse_row(struct parse *p)
{
	char *at = p->row.words + strspn(p->row.words, " \t");

	while (*at) {
		if (!next_word(p, &at))
			return false;
		at += strspn(at, " \t");
	}
	return check_row(p);
}

/* All lines of the row, with blanks for newlines; NULL: it cannot be kept. */
static char *copy_row(struct parse *p, const char *text, size_t len)
{
	char *words;

	if (len > KEY_ROW_MAX) {
		snprintf(p->message, sizeof(p->message), "longer than %d bytes", KEY_ROW_MAX);
		return NULL;
	}
	words = malloc(len + 1);
	if (!words)
		die(EXIT_IO, "out of memory");
	for (size_t i = 0; i < len; i++) {
		words[i] = text[i] == '\n' ? ' ' : text[i];
		if ((words[i] < 0x20 || words[i] > 0x7e) && words[i] != '\t') {
			snprintf(p->message, sizeof(p->message), "byte 0x%02x",
				 (unsigned char)words[i]);
			free(words);
			return NULL;
		}
	}
	words[len] = '\0';
	return words;
}

/* Whether that line goes on with the row above it. */
static bool goes_on(const char *text, size_t at, size_t len)
{
	return at < len && (text[at] == ' ' || text[at] == '\t');
}

static size_t end_of_line(const char *text, size_t at, size_t len)
{
	const char *newline = memchr(text + at, '\n', len - at);

	return newline ? (size_t)(newline - text) : len;
}

/* The end of the row that begins at a place: of its last line, without the newline. */
static size_t end_of_row(const char *text, size_t at, size_t len, unsigned long *lines)
{
	size_t end = end_of_line(text, at, len);

	for (*lines = 1; goes_on(text, end + 1, len); ++*lines)
		end = end_of_line(text, end + 1, len);
	return end;
}

static bool is_blank(const char *text, size_t len)
{
	while (len && isspace((unsigned char)text[len - 1]))
		len--;
	return !len;
}

void key_table_add(struct key_table *t, const char *file, const char *text, size_t len,
		   key_tell tell, void *ctx)
{
	unsigned long line = 1, lines;
	size_t end;

	for (size_t at = 0; at < len; at = end + 1, line += lines) {
		struct parse p = { .row = { .file = file, .line = line } };

		end = text[at] == '#' ? (lines = 1, end_of_line(text, at, len))
				      : end_of_row(text, at, len, &lines);
		if (text[at] == '#' || is_blank(text + at, end - at))
			continue;
		p.row.words = copy_row(&p, text + at, end - at);
		if (p.row.words && parse_row(&p)) {
			*vec_add(&t->rows) = p.row;
			continue;
		}
		tell(ctx, file, line, p.message);
		free(p.row.words);
	}
}

void key_table_free(struct key_table *t)
{
	for (size_t i = 0; i < t->rows.nr; i++)
		free(t->rows.v[i].words);
	vec_free(&t->rows);
}
