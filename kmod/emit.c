// SPDX-License-Identifier: GPL-2.0
/* The only place that spells a value of the text ABI. It knows no kernel object. */
#include "emit.h"

#include <ipcdbg/digits.h>

/* At least width digits, a bits-wide shift each: 4 is hexadecimal, 3 octal. */
static char *put_digits(char *p, u64 value, unsigned int bits, unsigned int width)
{
	unsigned int n = width;

	while (n * bits < 64 && value >> (n * bits))
		n++;
	while (n--)
		*p++ = "0123456789abcdef"[(value >> (n * bits)) & ((1 << bits) - 1)];
	return p;
}

static char *put_hex(char *p, u64 value, unsigned int width)
{
	*p++ = '0';
	*p++ = 'x';
	return put_digits(p, value, 4, width);
}

static char *put_byte(char *p, u8 c)
{
	if (c >= 0x21 && c <= 0x7e && c != '\\' && c != '=' && c != '"') {
		*p++ = c;
		return p;
	}
	*p++ = '\\';
	return put_digits(p, c, 3, 3);
}

/* Bytes up to a NUL, size at the most. */
static char *put_bytes(char *p, const char *s, unsigned int size)
{
	for (; size && *s; s++, size--)
		p = put_byte(p, *s);
	return p;
}

static char *put_string(char *p, const char *s)
{
	while (*s)
		*p++ = *s++;
	return p;
}

/* Words of the bits that are set; what has no word follows as one hexadecimal number. */
static char *put_flags(char *p, u32 value, const struct ipcdbg_field *f)
{
	const char *start = p;
	unsigned int i;

	for (i = 0; f->words[i]; i++) {
		if (!(value & f->bits[i]))
			continue;
		if (p != start)
			*p++ = ',';
		p = put_string(p, f->words[i]);
		value &= ~f->bits[i];
	}
	if (value) {
		if (p != start)
			*p++ = ',';
		p = put_hex(p, value, 1);
	}
	return p;
}

static char *put_s64(char *p, s64 value)
{
	if (value < 0)
		*p++ = '-';
	return ipcdbg_put_u64(p, value < 0 ? -(u64)value : (u64)value);
}

/* Most are numbers, and few of a kernel's switches are jump tables. */
static __always_inline char *put_number(char *p, enum ipcdbg_type type, const void *v)
{
	if (type == IPCDBG_T_U32)
		return ipcdbg_put_u64(p, *(const __u32 *)v);
	if (type == IPCDBG_T_U64)
		return ipcdbg_put_u64(p, *(const __u64 *)v);
	return put_s64(p, type == IPCDBG_T_I32 ? *(const __s32 *)v : *(const __s64 *)v);
}

static char *put_value(char *p, const struct ipcdbg_field *f, const void *v)
{
	switch ((enum ipcdbg_type)f->type) {
	case IPCDBG_T_I32:
	case IPCDBG_T_U32:
	case IPCDBG_T_I64:
	case IPCDBG_T_U64:
		break;
	case IPCDBG_T_HEX32:
		return put_hex(p, *(const __u32 *)v, 8);
	case IPCDBG_T_HEX64:
		return put_hex(p, *(const __u64 *)v, 16);
	case IPCDBG_T_OCT:
		*p++ = '0';
		return put_digits(p, *(const __u32 *)v, 3, 3);
	case IPCDBG_T_BOOL:
		*p++ = *(const __u8 *)v ? '1' : '0';
		return p;
	case IPCDBG_T_CHAR:
		return put_byte(p, *(const char *)v);
	case IPCDBG_T_COMM:
	case IPCDBG_T_WORD:
	case IPCDBG_T_NAME:
		return put_bytes(p, v, f->size);
	case IPCDBG_T_PSTATE:
	case IPCDBG_T_SQUEUE:
	case IPCDBG_T_MSGMODE:
	case IPCDBG_T_NOTIFY:
		return put_string(p, f->words[*(const __u8 *)v]);
	case IPCDBG_T_SEMFLG:
	case IPCDBG_T_HOLDER:
		return put_flags(p, *(const __u32 *)v, f);
	}
	return p;
}

/* Appends the record as a line. The caller has made sure of emit_has_room(). */
void emit_line(struct emit *e, unsigned int depth, enum ipcdbg_record_id id, const void *rec)
{
	const struct ipcdbg_record *r = &ipcdbg_records[id];
	const struct ipcdbg_field *f = r->fields;
	u64 present = *(const __u64 *)rec;
	char *p = e->buf + e->len;

	while (depth--)
		*p++ = '\t';
	p = put_string(p, r->word);
	for (; present; f++, present >>= 1) {
		const void *v = (const char *)rec + f->offset;

		if (!(present & 1))
			continue;
		memcpy(p, f->key, sizeof(f->key));
		p += f->key_len;
		if (f->type <= IPCDBG_T_U64)
			p = put_number(p, f->type, v);
		else
			p = put_value(p, f, v);
	}
	*p++ = '\n';
	e->len = p - e->buf;
}

void emit_note(struct emit_model *m, const struct emit *e, size_t start, unsigned int depth,
	       enum ipcdbg_record_id id)
{
	const struct ipcdbg_record *r = &ipcdbg_records[id];
	const char *line = e->buf + start, *p;

	m->end = e->len;
	m->len = e->len - start;
	m->head = depth + strlen(r->word) + r->fields[0].key_len;
	m->number = 0;
	for (p = line + m->head; *p >= '0' && *p <= '9'; p++)
		m->number = m->number * 10 + *p - '0';
	m->tail = m->len - (p - line);
}

/* In whole words, of which the last may go beyond n: the text has EMIT_SPARE bytes for that. */
static char *put_words(char *p, const char *from, u32 n)
{
	u32 i;

	for (i = 0; i < n; i += sizeof(u64))
		memcpy(p + i, from + i, sizeof(u64));
	return p + n;
}

/* The last line with a number that is 1 more and has the same digits but one. */
static char *count_on(char *line, const struct emit_model *m)
{
	char *end = put_words(line, line - m->len, m->len);

	end[-(int)m->tail - 1]++;
	return end;
}

static char *put_other(char *line, const struct emit_model *m, u32 number)
{
	char *p = put_words(line, line - m->len, m->head);

	p = ipcdbg_put_u64(p, number);
	return put_words(p, line - m->tail, m->tail);
}

bool emit_again(struct emit *e, struct emit_model *m, u32 number)
{
	char *line = e->buf + e->len, *end;

	if (!m->end || m->end != e->len)
		return false;
	if (number % 10 && number == m->number + 1)
		end = count_on(line, m);
	else
		end = put_other(line, m, number);
	m->len = end - line;
	m->number = number;
	e->len += m->len;
	m->end = e->len;
	return true;
}
