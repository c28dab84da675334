// SPDX-License-Identifier: GPL-2.0
/* Values of the text ABI -> fields of records. How each type is spelled is told in ipcdbg/abi.h. */
#include "parse_value.h"

#include <stdint.h>
#include <string.h>

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
		if (d >= base)
			return false;
		/* Sixteen digits always have room. */
		if (i < 16)
			n = n * base + d;
		else if (__builtin_mul_overflow(n, (__u64)base, &n) ||
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

	if (size == sizeof(n32))
		memcpy(dst, &n32, sizeof(n32));
	else if (size == sizeof(n))
		memcpy(dst, &n, sizeof(n));
	else
		memcpy(dst, &n8, sizeof(n8));
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

bool parse_value(const struct ipcdbg_field *f, struct span v, void *dst)
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

bool parse_digits(const struct ipcdbg_field *f, struct span *line, void *dst)
{
	size_t n = 0, most = f->size == sizeof(__u64) ? 18 : 9;
	__u64 value = 0;

	if (most > line->len)
		most = line->len;
	for (; n < most; n++) {
		unsigned char digit = line->s[n] - '0';

		if (digit > 9)
			break;
		value = value * 10 + digit;
	}
	if (!n || (n > 1 && line->s[0] == '0') || (n < line->len && line->s[n] != ' '))
		return false;
	store(dst, f->size, value);
	line->s += n;
	line->len -= n;
	return true;
}
