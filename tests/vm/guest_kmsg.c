// SPDX-License-Identifier: GPL-2.0
/* Watches the kernel log for reports of bugs. */
#include <errno.h>
#include <fcntl.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "guest.h"

/* Lines that are sent from a report on: a trace and its registers. */
#define SPLAT_LINES 60

/* The pattern of a bug report, one line: also what the host searches the console for. */
#define SPLAT "/splat"

static int kmsg = -1;
static regex_t splat;

static bool splat_compile(void)
{
	char line[1024] = "";
	FILE *file = fopen(SPLAT, "re");
	bool ok;

	ok = file && fgets(line, sizeof(line), file);
	if (file)
		fclose(file);
	line[strcspn(line, "\n")] = 0;
	return ok && !regcomp(&splat, line, REG_EXTENDED | REG_NOSUB);
}

void kmsg_open(void)
{
	kmsg = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (kmsg < 0 || !splat_compile()) {
		report("module no kernel log to watch: %s", strerror(errno));
		_exit(1);
	}
}

/* Puts the text of the next message into buf; false when there is none. */
static bool next_message(char *buf, size_t size)
{
	char *text;
	ssize_t n;

	do
		n = read(kmsg, buf, size - 1);
	while (n < 0 && (errno == EPIPE || errno == EINTR));
	if (n <= 0)
		return false;
	buf[n] = 0;
	text = strchr(buf, ';');
	text = text ? text + 1 : buf;
	text[strcspn(text, "\n")] = 0;
	memmove(buf, text, strlen(text) + 1);
	return true;
}

/*
 * A report is held back until a frame of the module, or its end, shows whose it is; it may reach
 * from one call to the next. That is one of KCSAN, or what the kernel warns of when it cannot map
 * memory for a task that asked to be refused some (fault.c).
 */
static const struct held_report {
	const char *begin, *end; /* of its first and last line */
	const char *became;	 /* what it is reported as if it is none of ours, or NULL */
	bool one_only;		 /* anything but its trace that is a bug report is another one */
} held_reports[] = {
	{ "BUG: KCSAN:", "====", "race", false },
	{ "refused-memory: vmalloc error", " </TASK>", NULL, true },
};
static const struct held_report *held_as;
static char held[SPLAT_LINES][256];
static int held_lines;

static bool begins(const char *message, const char *with)
{
	return !strncmp(message, with, strlen(with));
}

static bool is_splat(const char *message)
{
	return !regexec(&splat, message, 0, NULL, 0);
}

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

/* Whether the message belongs to a report that is not known to be ours. */
static bool hold_back(const char *message)
{
	if (!held_as)
		hold_if_first(message);
	if (!held_as)
		return false;
	if (begins(message, held_as->end)) {
		if (held_as->became)
			report("%s %s", held_as->became, held[0]);
		held_as = NULL;
		held_lines = 0;
		return true;
	}
	if (held_lines < SPLAT_LINES)
		snprintf(held[held_lines++], sizeof(held[0]), "%.255s", message);
	if (strstr(message, "[" GUEST_MODULE "]"))
		return false;
	return !held_as->one_only || (held_lines < SPLAT_LINES && !is_another(message));
}

/* Reports what is held back as ours, up to the message that says so. */
static void release_held(void)
{
	int i;

	for (i = 0; i < held_lines; i++)
		report("splat %s", held[i]);
	held_as = NULL;
	held_lines = 0;
}

void kmsg_check(bool notes)
{
	char buf[8192];
	int left = 0;

	while (next_message(buf, sizeof(buf))) {
		if (hold_back(buf))
			continue;
		if (held_as) {
			release_held();
			left = SPLAT_LINES;
			continue;
		}
		if (!left && is_splat(buf))
			left = SPLAT_LINES;
		if (left > 1)
			report("splat %s", buf);
		else if (notes && !strncmp(buf, GUEST_MODULE ":", sizeof(GUEST_MODULE)))
			report("note %s", buf);
		if (left > 1)
			left--;
	}
}
