// SPDX-License-Identifier: GPL-2.0
/* The options of 'rm'. */
#include <getopt.h>

#include "args.h"
#include "number.h"
#include "rm.h"

static void set_older(struct rm_query *rm, const char *word)
{
	if (!number_parse(word, 10, 1000000000, &rm->older_s))
		usage_error("--older-than %s: not a number of seconds", word);
	rm->older_given = true;
}

bool args_take_rm(struct args *a, int c)
{
	struct rm_query *rm = &a->q.rm;

	switch (c) {
	case OPT_ORPHANS:
		rm->orphans = true;
		break;
	case OPT_OLDER:
		set_older(rm, optarg);
		break;
	case OPT_FORCE:
		rm->force = true;
		break;
	case OPT_DRY_RUN:
		rm->dry_run = true;
		break;
	default:
		return false;
	}
	for (size_t i = 0; i < nr_option_helps; i++)
		if (option_helps[i].c == c)
			rm->asked = option_helps[i].name;
	return true;
}

void args_check_rm(const struct args *a)
{
	const struct rm_query *rm = &a->q.rm;

	for (size_t i = 0; i < nr_kinds; i++)
		if (a->wanted[i] && !kinds[i]->removal)
			usage_error("%s are files below /dev/shm, which rm(1) removes",
				    kinds[i]->help);
	if (rm->orphans && rm->force)
		usage_error("--orphans and --force exclude each other");
	if (!rm->orphans && (a->q.tasks.of_user || rm->older_given))
		usage_error("--user and --older-than are for --orphans");
	if (rm->orphans && a->operands.nr)
		usage_error("--orphans excludes ids, keys and names");
	if (!rm->orphans && !a->operands.nr)
		usage_error("'rm' needs ids, keys or names, or --orphans");
}
