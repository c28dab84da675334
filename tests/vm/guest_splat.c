// SPDX-License-Identifier: GPL-2.0
/* Tells bug reports from the kernel's other messages, and those of ours from those of others. */
#include <regex.h>
#include <stdio.h>
#include <string.h>

#include "guest.h"

/* Lines that are sent from a report on: a trace and its registers. */
#define SPLAT_LINES 60
/* More than a report that is held back has: two stacks of 64 frames, locks of two tasks. */
#define HELD_LINES 256

static regex_t splat;
/* Of the lines that are to be sent, and 1 when all are. */
static int left;

bool splat_open(const char *path)
{
	char line[1024] = "";
	FILE *file = fopen(path, "re");
	bool ok;

	ok = file && fgets(line, sizeof(line), file);
	if (file)
		fclose(file);
	line[strcspn(line, "\n")] = 0;
	return ok && !regcomp(&splat, line, REG_EXTENDED | REG_NOSUB);
}

/*
 * A report is held back until a frame of the module, or its end, shows whose it is; it may reach
 * from one program to the next. That is one of KCSAN, or what the kernel warns of when it cannot
 * map memory for a task that asked to be refused some (fault.c). Another report may come between
 * its lines, from another processor: then all is sent, and so it is when there is no end.
 */
static const struct held_report {
	const char *begin, *end; /* of its first and last line */
	const char *became;	 /* what it is reported as if it is none of ours, or NULL */
	int most;		 /* lines without an end */
} held_reports[] = {
	{ "BUG: KCSAN:", "====", "race", HELD_LINES },
	{ "refused-memory: vmalloc error", " </TASK>", NULL, SPLAT_LINES },
};
static const struct held_report *held_as;
static char held[HELD_LINES][256];
static int held_lines;
static bool passed_on; /* the frames that follow have not done it: see is_ours() */

static bool begins(const char *message, const char *with)
{
	return !strncmp(message, with, strlen(with));
}

static bool is_splat(const char *message)
{
	return !regexec(&splat, message, 0, NULL, 0);
}

/* Whether it begins a report: in one that is held back there is but the head of its trace. */
static bool is_another(const char *message)
{
	return is_splat(message) && !begins(message, "Call Trace:");
}

static void hold_if_first(const char *message)
{
	unsigned int i;

	for (i = 0; i < sizeof(held_reports) / sizeof(held_reports[0]); i++)
		if (begins(message, held_reports[i].begin))
			held_as = &held_reports[i];
}

static void let_go(void)
{
	held_as = NULL;
	held_lines = 0;
	passed_on = false;
}

/*
 * Whether the line of a report is a frame of the module, as such or called by it. What an interrupt
 * came upon has not done it; and capable() marks the task that asks (PF_SUPERPRIV), whose flags an
 * interrupt reads, whoever asks. Where a lock was taken is no frame.
 */
static bool is_ours(const char *message)
{
	if (message[0] != ' ')
		passed_on = false;
	else if (begins(message, " asm_sysvec_") || begins(message, " asm_common_interrupt") ||
		 begins(message, " capable+"))
		passed_on = true;
	return !passed_on && !begins(message, " #") && strstr(message, "[" GUEST_MODULE "]");
}

/* Whether the message belongs to a report that is not known to be ours. */
static bool hold_back(const char *message)
{
	bool first = !held_as;

	if (first)
		hold_if_first(message);
	if (!held_as)
		return false;
	if (begins(message, held_as->end)) {
		if (held_as->became)
			report("%s %s", held_as->became, held[0]);
		let_go();
		return true;
	}
	snprintf(held[held_lines++], sizeof(held[0]), "%.255s", message);
	return !is_ours(message) && (first || !is_another(message)) && held_lines < held_as->most;
}

void splat_release(void)
{
	int i;

	for (i = 0; i < held_lines; i++)
		report("splat %s", held[i]);
	let_go();
}

bool splat_is_held(void)
{
	return held_as;
}

bool splat_take(const char *message)
{
	if (hold_back(message))
		return true;
	if (held_as) {
		splat_release();
		left = SPLAT_LINES;
		return true;
	}
	if (!left && is_splat(message))
		left = SPLAT_LINES;
	if (left <= 1)
		return false;
	report("splat %s", message);
	left--;
	return true;
}

void splat_rest(void)
{
	left = 0;
}
