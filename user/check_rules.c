// SPDX-License-Identifier: GPL-2.0
/* The rules of 'check', and what their findings are called. */
#include <string.h>

#include "check.h"
#include "kinds.h"

#define ORPHAN_HELP "nobody is left who uses it, for longer than --longer-than"
#define LEAK .crowd = "leak", .crowd_told = "they may be made again and again and never removed"
#define NO_READER_HELP "senders wait for room for long, and nobody is left who reads"

const struct kind *const checked_kinds[NR_CHECKED_KINDS] = {
	&msg_kind,
	&shm_kind,
	&sem_kind,
	&mqueue_kind,
};

const struct rule rules[] = {
	{ .name = "deadlock",
	  .severity = SEVERITY_CRITICAL,
	  .help = "tasks only wait for each other",
	  .all = check_deadlocks },
	{ .name = "probable-deadlock",
	  .severity = SEVERITY_WARNING,
	  .help = "so too, for long, if guesses about who would wake them hold",
	  .all = check_probable_deadlocks },
	{ .name = "impossible",
	  .severity = SEVERITY_CRITICAL,
	  .help = "a task waits for what cannot happen",
	  .kind = &sem_kind,
	  .object = check_impossible_semop },
	{ .name = "impossible",
	  .severity = SEVERITY_CRITICAL,
	  .kind = &msg_kind,
	  .object = check_impossible_msgsnd },
	{ .name = "no-writer",
	  .severity = SEVERITY_WARNING,
	  .help = "receivers wait for long, and nobody is left who can send",
	  .kind = &mqueue_kind,
	  .object = check_unlinked_mqueue },
	{ .name = "abandoned",
	  .severity = SEVERITY_WARNING,
	  .help = "tasks wait for long for a semaphore whose last user exited",
	  .kind = &sem_kind,
	  .object = check_abandoned },
	{ .name = "no-reader",
	  .severity = SEVERITY_WARNING,
	  .help = NO_READER_HELP,
	  .kind = &msg_kind,
	  .object = check_unread_queue },
	{ .name = "no-reader",
	  .severity = SEVERITY_WARNING,
	  .kind = &mqueue_kind,
	  .object = check_unread_mqueue },
	{ .name = "wrong-type",
	  .severity = SEVERITY_WARNING,
	  .help = "receivers wait for long for types that no message there has",
	  .kind = &msg_kind,
	  .object = check_wrong_type },
	{ .name = "orphan",
	  .severity = SEVERITY_WARNING,
	  .help = ORPHAN_HELP,
	  .kind = &sem_kind,
	  .object = check_orphaned_set,
	  LEAK },
	{ .name = "orphan",
	  .severity = SEVERITY_WARNING,
	  .kind = &shm_kind,
	  .object = check_orphaned_segment,
	  LEAK },
	{ .name = "orphan",
	  .severity = SEVERITY_WARNING,
	  .kind = &msg_kind,
	  .object = check_orphaned_queue,
	  LEAK },
	{ .name = "orphan",
	  .severity = SEVERITY_WARNING,
	  .kind = &mqueue_kind,
	  .object = check_orphaned_mqueue,
	  LEAK },
	{ .name = "world-writable",
	  .severity = SEVERITY_WARNING,
	  .head_only = true,
	  .help = "every user may change it",
	  .object = check_world_writable,
	  .crowd = "world-writable",
	  .crowd_told = "every user may change them" },
	{ .name = "limit",
	  .severity = SEVERITY_WARNING,
	  .help = "so much of a limit is used as --threshold says",
	  .namespace = check_limits },
	{ .name = "limit",
	  .severity = SEVERITY_WARNING,
	  .kind = &mqueue_kind,
	  .object = check_charge },
	{ .name = "limit", .severity = SEVERITY_WARNING, .all = check_charges },
	{ .name = "logind",
	  .severity = SEVERITY_WARNING,
	  .help = "logind removes what is in use when its owner logs out",
	  .object = check_removal },
	{ .name = "logind", .severity = SEVERITY_WARNING, .all = check_removals },
};

const size_t nr_rules = sizeof(rules) / sizeof(rules[0]);

void check_print_rules(FILE *out)
{
	const char *crowd = NULL;

	fputs("\nFindings:\n", out);
	for (size_t i = 0; i < nr_rules; i++) {
		const struct rule *r = &rules[i];

		if (r->help)
			fprintf(out, " %-17s %s\n", r->name, r->help);
		if (r->crowd && strcmp(r->crowd, r->name) && (!crowd || strcmp(crowd, r->crowd)))
			fprintf(out, " %-17s many alike, each of them '%s'\n", crowd = r->crowd,
				r->name);
	}
}
