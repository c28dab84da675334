// SPDX-License-Identifier: GPL-2.0
#include "style.h"

#include <locale.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "ipcs.h"

static const struct {
	const char *word;
	int width;
} formats[] = {
	[TIME_SHORT] = { "short", 10 },
	[TIME_FULL] = { "full", 24 },
	[TIME_ISO] = { "iso", 25 },
};

enum time_format time_format_of(const char *word)
{
	for (int i = TIME_SHORT; i <= TIME_ISO; i++)
		if (!strcmp(formats[i].word, word))
			return i;
	return TIME_DEFAULT;
}

int time_format_width(enum time_format format)
{
	return format >= TIME_SHORT && format <= TIME_ISO ? formats[format].width : 0;
}

/* The unit below which the number is 1 at least, and ten times that unit's power of 2. */
static int unit_shift(__u64 bytes)
{
	int shift = 0;

	while (shift < 60 && bytes >> shift >= 1024)
		shift += 10;
	return shift;
}

void text_add_human(struct text *t, __u64 bytes)
{
	int shift = unit_shift(bytes);
	__u64 whole = bytes >> shift, rest = bytes - (whole << shift), tenths = 0;

	/* Thousandths, cut, then rounded; of exabytes less exactly: as ipcs does it. */
	if (rest >= UINT64_MAX / 1000)
		tenths = (rest >> 10) * 1000 >> (shift - 10);
	else
		tenths = rest * 1000 >> shift;
	tenths = (tenths + 50) / 100;
	if (tenths == 10) {
		whole++;
		tenths = 0;
	}
	text_addf(t, "%llu", whole);
	if (tenths)
		text_addf(t, "%s%llu", localeconv()->decimal_point, tenths);
	text_addc(t, "BKMGTPE"[shift / 10]);
}

static bool same_day(const struct tm *a, const struct tm *b)
{
	return a->tm_year == b->tm_year && a->tm_yday == b->tm_yday;
}

static const char *short_format(const struct tm *tm, __u64 now_ns)
{
	time_t now = now_ns ? (time_t)(now_ns / 1000000000) : time(NULL);
	struct tm today;

	if (localtime_r(&now, &today) && same_day(tm, &today))
		return "%H:%M";
	return tm->tm_year == today.tm_year ? "%b%d" : "%Y-%b%d";
}

/* A year that struct tm has no room for is left as the number of its second. */
void text_add_time(struct text *t, __s64 seconds, enum time_format format, __u64 now_ns)
{
	time_t when = seconds;
	struct tm tm;
	char s[64];

	if (format == TIME_IPCS || format == TIME_IPCS_FULL) {
		const char *word = ipcs_time_if_set(seconds);

		/* Of "Mon Nov 23 08:03:19 2026", the weekday is left out, and the year. */
		text_addf(t, "%.*s", format == TIME_IPCS ? 16 : 24,
			  seconds && format == TIME_IPCS && strlen(word) > 4 ? word + 4 : word);
		return;
	}
	if (!localtime_r(&when, &tm)) {
		text_addf(t, "%lld", (long long)seconds);
		return;
	}
	strftime(s, sizeof(s),
		 format == TIME_SHORT  ? short_format(&tm, now_ns)
		 : format == TIME_FULL ? "%a %b %e %H:%M:%S %Y"
				       : "%Y-%m-%dT%H:%M:%S",
		 &tm);
	text_addf(t, "%s", s);
	if (format == TIME_ISO || format == TIME_DEFAULT)
		text_addf(t, "%c%02ld:%02ld", tm.tm_gmtoff < 0 ? '-' : '+',
			  labs(tm.tm_gmtoff) / 3600, labs(tm.tm_gmtoff) / 60 % 60);
}

static void add_octal(struct text *t, unsigned int n)
{
	if (n > 7)
		add_octal(t, n >> 3);
	text_addc(t, '0' + (n & 7));
}

void text_add_perms(struct text *t, unsigned int mode, enum perms_format format)
{
	mode &= 0777;
	if (format == PERMS_IPCS)
		add_octal(t, mode);
	else if (format == PERMS_NUMERIC)
		text_addf(t, "0%03o", mode);
	else
		for (int bit = 8; bit >= 0; bit--)
			text_addc(t, mode & (1U << bit) ? "xwr"[bit % 3] : '-');
}
