// SPDX-License-Identifier: GPL-2.0
/* Options of the commands that tell of blocked tasks. */
#include <getopt.h>
#include <limits.h>
#include <stdint.h>
#include <string.h>

#include "args.h"
#include "number.h"
#include "user.h"

void args_take_pid(struct args *a, const char *word)
{
	__u64 pid;

	if (!number_parse(word, 10, INT_MAX, &pid) || !pid)
		usage_error("--pid %s: not a number of a process", word);
	a->q.tasks.pid = pid;
}

void args_find_user(struct args *a)
{
	const char *word = a->user;
	__u64 uid;

	if (!word)
		return;
	if (user_find(word, &a->q.tasks.uid))
		return;
	if (!number_parse(word, 10, UINT32_MAX, &uid))
		usage_error("--user %s: there is no such user", word);
	a->q.tasks.uid = uid;
}

/* The word of the column KIND. */
static void set_kind(struct args *a, const char *word)
{
	for (size_t i = 0; i < nr_kinds; i++)
		if (!strcmp(strchr(kinds[i]->table, '/') + 1, word) && kinds[i]->call)
			a->q.tasks.kind = kinds[i];
	if (!a->q.tasks.kind)
		usage_error("--kind %s: not sem, msg, mqueue, pshm or psem", word);
	a->q.tasks.shared = a->q.tasks.kind->by_proc;
}

static __u64 seconds_of(const char *option, const char *word, __u64 least)
{
	__u64 seconds;

	if (!number_parse(word, 10, 1000000000, &seconds) || seconds < least)
		usage_error("--%s %s: not a number of seconds", option, word);
	return seconds;
}

bool args_take_tasks(struct args *a, int c)
{
	struct tasks_query *t = &a->q.tasks;

	switch (c) {
	case OPT_KIND:
		t->asked = "kind";
		set_kind(a, optarg);
		break;
	case OPT_USER:
		a->user = optarg;
		a->q.tasks.of_user = true;
		break;
	case OPT_LONGER:
		a->q.longer.given = true;
		a->q.longer.ns = seconds_of("longer-than", optarg, 0) * 1000000000;
		break;
	case OPT_WATCH:
		t->asked = "watch";
		t->watch_s = seconds_of(t->asked, optarg, 1);
		break;
	case OPT_SVG:
		a->q.svg = optarg;
		break;
	default:
		return false;
	}
	return true;
}
