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
 * A report of KCSAN is held back until a frame of the module, or its end, a line of '=', shows
 * whose race it is. It may reach from one call to the next.
 */
static char race[SPLAT_LINES][256];
static int race_lines;

/* Whether the message belongs to a race that is not known to be ours. */
static bool race_take(const char *message)
{
	if (!race_lines && strncmp(message, "BUG: KCSAN:", 11))
		return false;
	if (!strncmp(message, "====", 4)) {
		report("race %s", race[0]);
		race_lines = 0;
		return true;
	}
	if (race_lines < SPLAT_LINES)
		snprintf(race[race_lines++], sizeof(race[0]), "%.255s", message);
	return !strstr(message, "[" GUEST_MODULE "]");
}

/*
 * Whether the message is the one trace in what the kernel tells of memory that a task was refused
 * which asked for that (fault.c): it warns of that where the memory is to be mapped.
 */
static bool refusal_take(const char *message)
{
	static bool trace_follows;

	if (!strncmp(message, "refused-memory: vmalloc error", 29)) {
		trace_follows = true;
		return false;
	}
	if (!trace_follows || strncmp(message, "Call Trace:", 11))
		return false;
	trace_follows = false;
	return true;
}

/* Reports the race as ours, up to the frame that says so. */
static void race_flush(void)
{
	int i;

	for (i = 0; i < race_lines; i++)
		report("splat %s", race[i]);
	race_lines = 0;
}

void kmsg_check(bool notes)
{
	char buf[8192];
	int left = 0;

	while (next_message(buf, sizeof(buf))) {
		if (race_take(buf) || refusal_take(buf))
			continue;
		if (race_lines) {
			race_flush();
			left = SPLAT_LINES;
			continue;
		}
		if (!left && !regexec(&splat, buf, 0, NULL, 0))
			left = SPLAT_LINES;
		if (left > 1)
			report("splat %s", buf);
		else if (notes && !strncmp(buf, GUEST_MODULE ":", sizeof(GUEST_MODULE)))
			report("note %s", buf);
		if (left > 1)
			left--;
	}
}
