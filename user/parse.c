// SPDX-License-Identifier: GPL-2.0
/* Lines of the text ABI -> records. The grammar is told in ipcdbg/abi.h. */
#include "parse.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "parse_rules.h"

struct span {
	const char *s;
	size_t len;
};

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

/* Where the first byte stands that no line may hold after its leading tabs; len if none. */
static size_t first_unprintable(const char *s, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if (s[i] < 0x20 || s[i] > 0x7e)
			break;
	return i;
}

/* Digits of the base, at least one, nothing else, without overflow. */
static bool digits(struct span v, unsigned int base, __u64 *out)
{
	__u64 n = 0;

	if (!v.len)
		return false;
	for (size_t i = 0; i < v.len; i++) {
		unsigned char c = v.s[i];
		unsigned int d;

		if (c >= '0' && c <= '9')
			d = c - '0';
		else if (c >= 'a' && c <= 'f')
			d = c - 'a' + 10;
		else
			return false;
		if (d >= base || __builtin_mul_overflow(n, (__u64)base, &n) ||
		    __builtin_add_overflow(n, (__u64)d, &n))
			return false;
	}
	*out = n;
	return true;
}

/* Decimal without a sign or needless zeros, up to max. */
static bool parse_unsigned(struct span v, __u64 max, __u64 *out)
{
	if (v.len > 1 && v.s[0] == '0')
		return false;
	return digits(v, 10, out) && *out <= max;
}

/* The same with a minus sign, from -max - 1 to max. */
static bool parse_signed(struct span v, __u64 max, __s64 *out)
{
	bool minus = v.len && v.s[0] == '-';
	__u64 n;

	if (minus) {
		v.s++;
		v.len--;
	}
	if (!parse_unsigned(v, minus ? max + 1 : max, &n) || (minus && !n))
		return false;
	*out = minus ? (__s64)-n : (__s64)n;
	return true;
}

static bool parse_hex(struct span v, size_t max_digits, __u64 *out)
{
	if (v.len < 3 || v.len > max_digits + 2 || v.s[0] != '0' || v.s[1] != 'x')
		return false;
	v.s += 2;
	v.len -= 2;
	return digits(v, 16, out);
}

static bool parse_octal(struct span v, __u64 *out)
{
	return v.len > 1 && v.s[0] == '0' && digits(v, 8, out) && *out <= UINT32_MAX;
}

/* One byte, escaped or not; moves v behind it. No byte of a text may be NUL. */
static bool take_byte(struct span *v, char *out)
{
	__u64 n;

	if (v->s[0] == '=' || v->s[0] == '"' || v->s[0] == ' ')
		return false;
	if (v->s[0] != '\\') {
		*out = v->s[0];
		v->s++;
		v->len--;
		return true;
	}
	if (v->len < 4 || !digits((struct span){ v->s + 1, 3 }, 8, &n) || !n || n > 0xff)
		return false;
	*out = (char)n;
	v->s += 4;
	v->len -= 4;
	return true;
}

/* Text into size bytes, the NUL included. */
static bool parse_text(struct span v, char *out, size_t size)
{
	size_t n = 0;

	while (v.len)
		if (n + 1 >= size || !take_byte(&v, &out[n++]))
			return false;
	memset(out + n, 0, size - n);
	return true;
}

/* The number of the word in a list that ends with NULL; -1 if it is not there. */
static int find_word(const char *const *words, struct span v)
{
	for (int i = 0; words[i]; i++)
		if (strlen(words[i]) == v.len && !memcmp(words[i], v.s, v.len))
			return i;
	return -1;
}

static bool parse_word(const char *const *words, struct span v, __u8 *out)
{
	int i = find_word(words, v);

	*out = i;
	return i >= 0;
}

/* The bits that have no word: one number, which stands last. */
static bool parse_wordless(struct span v, const struct ipcdbg_field *f, __u32 *out)
{
	__u64 n;

	if (v.len < 3 || v.s[0] != '0' || v.s[1] != 'x' ||
	    !digits((struct span){ v.s + 2, v.len - 2 }, 16, &n) || !n || n > UINT32_MAX)
		return false;
	for (int i = 0; f->words[i]; i++)
		if (n & f->bits[i])
			return false;
	*out |= (__u32)n;
	return true;
}

static bool parse_flags(const struct ipcdbg_field *f, struct span v, __u32 *out)
{
	*out = 0;
	while (v.len) {
		const char *comma = memchr(v.s, ',', v.len);
		struct span one = { v.s, comma ? (size_t)(comma - v.s) : v.len };
		int i = find_word(f->words, one);

		if (i < 0 && !comma)
			return parse_wordless(v, f, out);
		if (i < 0 || (*out & f->bits[i]) || (comma && one.len + 1 == v.len))
			return false;
		*out |= f->bits[i];
		v.s += one.len + !!comma;
		v.len -= one.len + !!comma;
	}
	return true;
}

/* Stores a number in a field of 1, 4 or 8 bytes. */
static void store(void *dst, size_t size, __u64 n)
{
	__u8 n8 = n;
	__u32 n32 = n;

	memcpy(dst, size == 1 ? (void *)&n8 : size == 4 ? (void *)&n32 : (void *)&n, size);
}

static bool parse_number(const struct ipcdbg_field *f, struct span v, void *dst)
{
	__u64 n = 0;
	bool ok = false;

	switch ((enum ipcdbg_type)f->type) {
	case IPCDBG_T_I32:
		ok = parse_signed(v, INT32_MAX, (__s64 *)&n);
		break;
	case IPCDBG_T_I64:
		ok = parse_signed(v, INT64_MAX, (__s64 *)&n);
		break;
	case IPCDBG_T_U32:
		ok = parse_unsigned(v, UINT32_MAX, &n);
		break;
	case IPCDBG_T_U64:
		ok = parse_unsigned(v, UINT64_MAX, &n);
		break;
	case IPCDBG_T_BOOL:
		ok = parse_unsigned(v, 1, &n);
		break;
	case IPCDBG_T_HEX32:
		ok = parse_hex(v, 8, &n);
		break;
	case IPCDBG_T_HEX64:
		ok = parse_hex(v, 16, &n);
		break;
	case IPCDBG_T_OCT:
		ok = parse_octal(v, &n);
		break;
	default:
		break;
	}
	if (ok)
		store(dst, f->size, n);
	return ok;
}

static bool parse_value(const struct ipcdbg_field *f, struct span v, void *dst)
{
	switch ((enum ipcdbg_type)f->type) {
	case IPCDBG_T_COMM:
	case IPCDBG_T_WORD:
	case IPCDBG_T_NAME:
		return parse_text(v, dst, f->size);
	case IPCDBG_T_CHAR:
		return v.len && take_byte(&v, dst) && !v.len;
	case IPCDBG_T_PSTATE:
	case IPCDBG_T_SQUEUE:
	case IPCDBG_T_MSGMODE:
	case IPCDBG_T_NOTIFY:
		return parse_word(f->words, v, dst);
	case IPCDBG_T_SEMFLG:
	case IPCDBG_T_HOLDER:
		return parse_flags(f, v, dst);
	default:
		return parse_number(f, v, dst);
	}
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

static enum parse_result parse_fields(struct span line, const struct ipcdbg_record *rec,
				      struct parse_row *row, char *message)
{
	unsigned int hint = 0;
	struct span token;
	int i;

	while (line.len) {
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
	for (int id = 0; id < IPCDBG_R_NR; id++)
		if (strlen(ipcdbg_records[id].word) == word.len &&
		    !memcmp(ipcdbg_records[id].word, word.s, word.len))
			return id;
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

	memset(row, 0, sizeof(*row));
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
	result = parse_fields(line, &ipcdbg_records[id], row, message);
	return result == PARSE_ROW ? check_needed(&ipcdbg_records[id], row, message) : result;
}
