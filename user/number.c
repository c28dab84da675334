// SPDX-License-Identifier: GPL-2.0
#include "number.h"

#include <ctype.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

bool number_parse(const char *word, int base, __u64 max, __u64 *out)
{
	char *end;

	if (!(base == 16 ? isxdigit((unsigned char)word[0]) : isdigit((unsigned char)word[0])))
		return false;
	if (base == 16 && word[0] == '0' && (word[1] == 'x' || word[1] == 'X'))
		return false;
	errno = 0;
	*out = strtoull(word, &end, base);
	return !errno && !*end && *out <= max;
}

bool number_parse_key(const char *word, __u32 *out)
{
	bool minus = word[0] == '-';
	__u64 n;
	bool ok;

	if (!strncasecmp(word, "0x", 2))
		ok = number_parse(word + 2, 16, UINT32_MAX, &n);
	else
		ok = number_parse(word + minus, 10, minus ? 1ULL << 31 : UINT32_MAX, &n);
	if (ok)
		*out = minus ? (__u32)-n : (__u32)n;
	return ok;
}
