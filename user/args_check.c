// SPDX-License-Identifier: GPL-2.0
/* Options of 'check'. */
#include <getopt.h>
#include <string.h>

#include "args.h"
#include "number.h"

/* "80,90", or "80": what is critical stays, unless it would be less. */
static void set_threshold(struct check_query *q, char *word)
{
	char *comma = strchr(word, ',');
	__u64 warning, critical = q->critical_percent;
	bool ok;

	if (comma)
		*comma = '\0';
	ok = number_parse(word, 10, 100, &warning);
	if (comma)
		ok = ok && number_parse(comma + 1, 10, 100, &critical);
	else if (ok && critical < warning)
		critical = warning;
	if (!ok || critical < warning)
		usage_error("--threshold: one or two numbers from 0 to 100, the lower one first");
	q->warning_percent = warning;
	q->critical_percent = critical;
}

bool args_take_check(struct args *a, int c)
{
	struct check_query *q = &a->q.check;

	switch (c) {
	case OPT_THRESHOLD:
		q->asked = "threshold";
		set_threshold(q, optarg);
		break;
	case OPT_NAGIOS:
		q->asked = "nagios";
		q->nagios = true;
		break;
	default:
		return false;
	}
	return true;
}
