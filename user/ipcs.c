// SPDX-License-Identifier: GPL-2.0
#include "ipcs.h"

#include <inttypes.h>
#include <libintl.h>
#include <locale.h>
#include <stdio.h>
#include <time.h>

#define DOMAIN "util-linux"
#define LOCALE_DIR "/usr/share/locale"

void ipcs_translate(void)
{
	setlocale(LC_ALL, "");
	bindtextdomain(DOMAIN, LOCALE_DIR);
}

const char *ipcs_word(const char *word)
{
	return dgettext(DOMAIN, word);
}

void ipcs_size(const struct query *q, const char *word, const char *human, __u64 bytes)
{
	struct text t = { 0 };

	if (q->style.unit == UNIT_HUMAN)
		text_add_human(&t, bytes);
	else
		text_addf(&t, "%llu", bytes);
	fprintf(q->out, "%s%s\t", q->style.unit == UNIT_HUMAN ? human : word, t.s);
	text_free(&t);
}

/* A time that ctime() cannot spell (a year beyond an int) is left as its number. */
const char *ipcs_time(__s64 seconds)
{
	static char number[24];
	time_t t = seconds;
	const char *s = ctime(&t);

	if (s)
		return s;
	snprintf(number, sizeof(number), "%" PRId64, (int64_t)seconds);
	return number;
}

const char *ipcs_time_if_set(__s64 seconds)
{
	return seconds ? ipcs_time(seconds) : ipcs_word("Not set");
}
