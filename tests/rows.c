// SPDX-License-Identifier: GPL-2.0
#include "rows.h"
#include "common.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Where each record may stand: its parents, and the depth that follows. */
static const struct {
	unsigned int depth;
	int parent[3]; /* of enum ipcdbg_record_id, -1 at the end; none at depth 0 */
} place[IPCDBG_R_NR] = {
	[IPCDBG_R_header] = { 0, { -1 } },
	[IPCDBG_R_namespace] = { 0, { -1 } },
	[IPCDBG_R_set] = { 0, { -1 } },
	[IPCDBG_R_sem] = { 1, { IPCDBG_R_set, -1 } },
	[IPCDBG_R_wait] = { 2, { IPCDBG_R_sem, -1 } },
	[IPCDBG_R_op] = { 3, { IPCDBG_R_wait, -1 } },
	[IPCDBG_R_undo] = { 1, { IPCDBG_R_set, -1 } },
	[IPCDBG_R_owner] = { 2, { IPCDBG_R_undo, -1 } },
	[IPCDBG_R_segment] = { 0, { -1 } },
	[IPCDBG_R_attach] = { 1, { IPCDBG_R_segment, -1 } },
	[IPCDBG_R_mapping] = { 2, { IPCDBG_R_attach, -1 } },
	[IPCDBG_R_queue] = { 0, { -1 } },
	[IPCDBG_R_receiver] = { 1, { IPCDBG_R_queue, -1 } },
	[IPCDBG_R_sender] = { 1, { IPCDBG_R_queue, -1 } },
	[IPCDBG_R_msgtype] = { 1, { IPCDBG_R_queue, -1 } },
	[IPCDBG_R_message] = { 1, { IPCDBG_R_queue, -1 } },
	[IPCDBG_R_mqueue] = { 0, { -1 } },
	[IPCDBG_R_mq_receiver] = { 1, { IPCDBG_R_mqueue, -1 } },
	[IPCDBG_R_mq_sender] = { 1, { IPCDBG_R_mqueue, -1 } },
	[IPCDBG_R_mqprio] = { 1, { IPCDBG_R_mqueue, -1 } },
	[IPCDBG_R_opener] = { 1, { IPCDBG_R_mqueue, -1 } },
	[IPCDBG_R_abi] = { 0, { -1 } },
	[IPCDBG_R_member] = { 1, { IPCDBG_R_abi, -1 } },
	[IPCDBG_R_end] = { 0, { -1 } },
};

static bool needs_escape(unsigned char c)
{
	return c < 0x21 || c > 0x7e || c == '\\' || c == '=' || c == '"';
}

static int octal(const char *at)
{
	int i, n = 0;

	for (i = 0; i < 3; i++) {
		if (at[i] < '0' || at[i] > '7')
			return -1;
		n = 8 * n + at[i] - '0';
	}
	return n;
}

int unescape(const char *text, char *out, size_t room)
{
	size_t n = 0;
	int c;

	while (*text) {
		c = (unsigned char)*text++;
		if (c == '\\') {
			c = octal(text);
			if (c < 0 || c > 255 || !needs_escape(c))
				return -1;
			text += 3;
		} else if (needs_escape(c)) {
			return -1;
		}
		if (n + 1 >= room)
			return -1;
		out[n++] = c;
	}
	out[n] = 0;
	return n;
}

bool escaped_is(const char *text, const char *bytes)
{
	char want[4 * 256 + 1], *to = want;

	for (; *bytes && to < want + sizeof(want) - 5; bytes++)
		if (needs_escape(*bytes))
			to += sprintf(to, "\\%03o", (unsigned char)*bytes);
		else
			*to++ = *bytes;
	*to = 0;
	return text && !strcmp(text, want);
}

static bool is_digits(const char *text, const char *set, size_t least, size_t most)
{
	size_t n = strspn(text, set);

	return !text[n] && n >= least && n <= most;
}

static bool is_decimal(const char *text, bool is_signed, uint64_t top)
{
	bool minus = is_signed && *text == '-';
	uint64_t n;

	text += minus;
	if (!is_digits(text, "0123456789", 1, 20) || (*text == '0' && (text[1] || minus)))
		return false;
	errno = 0;
	n = strtoull(text, NULL, 10);
	return !errno && n <= top + minus;
}

/* Words in their order, then one number of the bits that have none, with commas between. */
static bool is_words(const char *text, const char *const *words)
{
	for (; *words; words++) {
		size_t n = strlen(*words);

		if (strncmp(text, *words, n) || (text[n] && text[n] != ','))
			continue;
		text += n;
		if (*text == ',' && !*++text)
			return false;
	}
	if (!strncmp(text, "0x", 2))
		return is_digits(text + 2, "0123456789abcdef", 1, 8) && text[2] != '0';
	return !*text;
}

static bool is_word(const char *text, const char *const *words)
{
	for (; *words; words++)
		if (!strcmp(text, *words))
			return true;
	return false;
}

static bool is_string(const char *text, int least, int most)
{
	char bytes[256];
	int n = unescape(text, bytes, sizeof(bytes));

	return n >= least && n <= most && strlen(bytes) == (size_t)n;
}

static bool is_spelt(const char *text, const struct ipcdbg_field *f)
{
	switch (f->type) {
	case IPCDBG_T_I32:
		return is_decimal(text, true, INT32_MAX);
	case IPCDBG_T_U32:
		return is_decimal(text, false, UINT32_MAX);
	case IPCDBG_T_I64:
		return is_decimal(text, true, INT64_MAX);
	case IPCDBG_T_U64:
		return is_decimal(text, false, UINT64_MAX);
	case IPCDBG_T_HEX32:
		return !strncmp(text, "0x", 2) && is_digits(text + 2, "0123456789abcdef", 8, 8);
	case IPCDBG_T_HEX64:
		return !strncmp(text, "0x", 2) && is_digits(text + 2, "0123456789abcdef", 16, 16);
	case IPCDBG_T_OCT:
		return *text == '0' && is_digits(text + 1, "01234567", 3, 11) &&
		       (strlen(text) == 4 || text[1] != '0');
	case IPCDBG_T_BOOL:
		return !strcmp(text, "0") || !strcmp(text, "1");
	case IPCDBG_T_CHAR:
		return is_string(text, 1, 1);
	case IPCDBG_T_COMM:
		return is_string(text, 0, IPCDBG_COMM_LEN - 1);
	case IPCDBG_T_WORD:
		return is_string(text, 1, IPCDBG_WORD_LEN - 1);
	case IPCDBG_T_NAME:
		return is_string(text, 1, IPCDBG_NAME_LEN - 1);
	case IPCDBG_T_PSTATE:
	case IPCDBG_T_SQUEUE:
	case IPCDBG_T_MSGMODE:
	case IPCDBG_T_NOTIFY:
		return is_word(text, f->words);
	case IPCDBG_T_SEMFLG:
	case IPCDBG_T_HOLDER:
		return is_words(text, f->words);
	}
	return false;
}

static int find_record(const char *word)
{
	int i;

	for (i = 0; i < IPCDBG_R_NR; i++)
		if (!strcmp(ipcdbg_records[i].word, word))
			return i;
	return -1;
}

/* Cuts the next blank-separated piece off. */
static char *next_piece(char **rest)
{
	char *piece = *rest;
	char *blank = strchr(piece, ' ');

	*rest = blank ? blank + 1 : NULL;
	if (blank)
		*blank = 0;
	return piece;
}

static const char *put_pair(struct row *row, char *piece, unsigned int *from)
{
	const struct ipcdbg_record *rec = &ipcdbg_records[row->record];
	char *eq = strchr(piece, '=');
	unsigned int i;

	if (eq)
		*eq = 0;
	for (i = *from; i < rec->nr_fields; i++) {
		const struct ipcdbg_field *f = &rec->fields[i];

		if (eq ? f->flags & IPCDBG_BARE || strcmp(f->name, piece)
		       : !(f->flags & IPCDBG_BARE))
			continue;
		*from = i + 1;
		row->values[i].text = eq ? eq + 1 : piece;
		return is_spelt(row->values[i].text, f) ? NULL : "value is misspelt";
	}
	return "field is unknown, doubled or out of order";
}

/* The newest row of a lower depth, which those between belong to. */
static int find_parent(const struct rows *r, unsigned int depth)
{
	int i = (int)r->nr - 1;

	while (i >= 0 && r->row[i].depth >= depth)
		i = r->row[i].parent;
	return i;
}

static const char *check_place(const struct rows *r, const struct row *row)
{
	const int *parent;

	if (r->nr && row->depth > r->row[r->nr - 1].depth + 1)
		return "depth jumps";
	if (row->record == IPCDBG_R_truncated)
		return NULL;
	if (row->depth != place[row->record].depth)
		return "record stands at the wrong depth";
	if (!row->depth)
		return NULL;
	for (parent = place[row->record].parent; *parent >= 0; parent++)
		if (row->parent >= 0 && (int)r->row[row->parent].record == *parent)
			return NULL;
	return "record has the wrong parent";
}

/* A line without its newline. Returns what is wrong with it, or NULL. */
static const char *parse_line(struct rows *r, char *line, struct row *row)
{
	size_t tabs = strspn(line, "\t");
	char *rest = line + tabs;
	unsigned int from = 0;
	const char *wrong;
	int record;

	record = find_record(next_piece(&rest));
	if (record < 0)
		return "unknown record";
	row->record = record;
	row->depth = tabs;
	row->parent = find_parent(r, tabs);
	row->values = r->values + r->nr_values;
	wrong = check_place(r, row);
	while (rest && !wrong)
		wrong = put_pair(row, next_piece(&rest), &from);
	r->nr_values += ipcdbg_records[record].nr_fields;
	r->nr++;
	return wrong;
}

static uint64_t end_number(const struct rows *r, unsigned int field)
{
	const char *text = r->row[r->nr - 1].values[field].text;

	return text ? strtoull(text, NULL, 10) : 0;
}

/* The first record is the header, the last is end, and end's counts are right. */
static bool check_frame(const struct rows *r)
{
	unsigned int objects =
		rows_count(r, IPCDBG_R_set, -1) + rows_count(r, IPCDBG_R_segment, -1) +
		rows_count(r, IPCDBG_R_queue, -1) + rows_count(r, IPCDBG_R_mqueue, -1);
	unsigned int namespaces = rows_count(r, IPCDBG_R_namespace, -1);
	unsigned int cuts = 0, i;

	if (r->nr < 2 || r->row[0].record != IPCDBG_R_header)
		return complain("no header");
	if (r->row[r->nr - 1].record != IPCDBG_R_end)
		return complain("no end record");
	for (i = 1; i < r->nr - 1; i++) {
		if (r->row[i].record == IPCDBG_R_header || r->row[i].record == IPCDBG_R_end)
			return complain("line %u: a second header or end", i + 1);
		cuts += r->row[i].record == IPCDBG_R_truncated;
	}
	if (end_number(r, IPCDBG_F_end_namespaces) != namespaces)
		return complain("end does not count the %u namespaces", namespaces);
	if (end_number(r, IPCDBG_F_end_objects) != objects)
		return complain("end does not count the %u objects", objects);
	if (!!end_number(r, IPCDBG_F_end_truncated) != !!cuts)
		return complain("end's truncated, and %u truncated rows", cuts);
	return true;
}

static void allocate(struct rows *r)
{
	unsigned int lines = 0;
	size_t most = 0;
	char *at;
	int i;

	for (at = r->text; (at = strchr(at, '\n')); at++)
		lines++;
	for (i = 0; i < IPCDBG_R_NR; i++)
		if (ipcdbg_records[i].nr_fields > most)
			most = ipcdbg_records[i].nr_fields;
	r->cut = malloc(r->len + 1);
	r->row = calloc(lines + 1, sizeof(*r->row));
	r->values = calloc((lines + 1) * most, sizeof(*r->values));
	if (!r->cut || !r->row || !r->values)
		die("out of memory");
	memcpy(r->cut, r->text, r->len + 1);
}

bool rows_parse(struct rows *r, char *text, size_t len)
{
	char *at, *newline;

	memset(r, 0, sizeof(*r));
	r->text = text;
	r->len = len;
	if (strlen(text) != len)
		return complain("NUL byte at %zu", strlen(text));
	allocate(r);
	for (at = r->cut; *at; at = newline + 1) {
		struct row *row = &r->row[r->nr];
		const char *wrong;

		newline = strchr(at, '\n');
		if (!newline)
			return complain("the last line has no newline");
		*newline = 0;
		row->line = r->nr + 1;
		row->start = at - r->cut;
		wrong = newline - at >= IPCDBG_LINE_MAX ? "line is too long"
							: parse_line(r, at, row);
		if (wrong)
			return complain("line %u: %s: %.*s", row->line, wrong, (int)(newline - at),
					text + row->start);
	}
	return check_frame(r);
}

bool rows_read(struct rows *r, const char *name)
{
	char path[128];
	char *text;
	size_t len;

	snprintf(path, sizeof(path), IPCDBG_DIR "/%s", name);
	text = slurp(path, 65536, &len);
	if (!text)
		die("%s: %s", path, strerror(errno));
	if (!rows_parse(r, text, len))
		return complain("%s is malformed", path);
	return true;
}

void rows_free(struct rows *r)
{
	free(r->text);
	free(r->cut);
	free(r->row);
	free(r->values);
	memset(r, 0, sizeof(*r));
}
