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

void kmsg_check(bool notes)
{
	char buf[8192];
	int left = 0;

	while (next_message(buf, sizeof(buf))) {
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
