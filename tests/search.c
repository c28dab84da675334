// SPDX-License-Identifier: GPL-2.0
#include "search.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common.h"

#define LOWEST 0xfff0000000000000ull
#define LEAST_NEGATIVE 65536 /* nothing that is told is below -65535 */
#define PIECE 8

static uint64_t allowed[4];
static unsigned int nr_allowed;

void search_allow(uint64_t number)
{
	if (nr_allowed == sizeof(allowed) / sizeof(allowed[0]))
		die("too many numbers are allowed");
	allowed[nr_allowed++] = number;
}

static bool is_address(uint64_t n)
{
	unsigned int i;

	for (i = 0; i < nr_allowed; i++)
		if (n == allowed[i])
			return false;
	return n >= LOWEST;
}

/* JSON may have a number above 2^63 as the nearest real one. */
static bool is_real_address(double n)
{
	unsigned int i;

	for (i = 0; i < nr_allowed; i++)
		if (n == (double)allowed[i])
			return false;
	return n >= (double)LOWEST;
}

static bool is_hex_address(const char *at)
{
	char digits[17] = "";

	if (strspn(at, "0123456789abcdefABCDEF") != 16 || isalnum((unsigned char)at[16]))
		return false;
	memcpy(digits, at, 16);
	return is_address(strtoull(digits, NULL, 16));
}

static bool is_decimal_address(const char *at, bool negative)
{
	size_t n = strspn(at, "0123456789");
	uint64_t value;

	if (!n)
		return false;
	if (at[n] == '.')
		return is_real_address(strtod(at, NULL));
	errno = 0;
	value = strtoull(at, NULL, 10);
	if (errno)
		return false;
	return negative ? value >= LEAST_NEGATIVE && value <= -LOWEST : is_address(value);
}

/* at is the start of a number. */
static bool is_number_address(const char *text, const char *at)
{
	/* A dash between two words is no sign. */
	bool negative =
		at > text && at[-1] == '-' && (at == text + 1 || !isalnum((unsigned char)at[-2]));

	if (at[0] == '0' && at[1] == 'x')
		return is_hex_address(at + 2);
	return is_hex_address(at) || is_decimal_address(at, negative);
}

bool search_address(const char *where, const char *text)
{
	const char *at;

	for (at = text; *at; at++) {
		if (at > text && (isalnum((unsigned char)at[-1]) || at[-1] == '.'))
			continue;
		if (isxdigit((unsigned char)*at) && is_number_address(text, at))
			return complain("%s: an address: %.40s", where, at);
	}
	return true;
}

static bool has_piece(const char *text, const char *piece)
{
	char plain[PIECE + 1] = "", bytes[2 * PIECE + 1], hex[17], decimal[24];
	uint64_t word;
	int i;

	memcpy(plain, piece, PIECE);
	memcpy(&word, piece, PIECE);
	for (i = 0; i < PIECE; i++)
		sprintf(bytes + 2 * i, "%02x", piece[i]);
	sprintf(hex, "%016" PRIx64, word);
	sprintf(decimal, "%" PRIu64, word);
	return strstr(text, plain) || strstr(text, bytes) || strstr(text, hex) ||
	       strstr(text, decimal);
}

bool search_secret(const char *where, const char *text, const char *secret)
{
	size_t i;

	for (i = 0; i + PIECE <= strlen(secret); i++)
		if (has_piece(text, secret + i))
			return complain("%s: '%.8s', which is of a secret", where, secret + i);
	return true;
}
