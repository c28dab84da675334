// SPDX-License-Identifier: GPL-2.0
/* Watches the kernel log for reports of bugs. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "guest.h"

/* The pattern of a bug report, one line: also what the host searches the console for. */
#define SPLAT "/splat"

static int kmsg = -1;

void kmsg_open(void)
{
	kmsg = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (kmsg < 0 || !splat_open(SPLAT)) {
		report("module no kernel log to watch: %s", strerror(errno));
		_exit(1);
	}
}

/* The log has been overwritten faster than it was read: there may have been anything in it. */
static void lost(void)
{
	report("module kernel messages were lost");
	splat_release();
}

/* Puts the text of the next message into buf; false when there is none. */
static bool next_message(char *buf, size_t size)
{
	char *text;
	ssize_t n;

	do {
		n = read(kmsg, buf, size - 1);
		if (n < 0 && errno == EPIPE)
			lost();
	} while (n < 0 && (errno == EPIPE || errno == EINTR));
	if (n <= 0)
		return false;
	buf[n] = 0;
	text = strchr(buf, ';');
	text = text ? text + 1 : buf;
	text[strcspn(text, "\n")] = 0;
	memmove(buf, text, strlen(text) + 1);
	return true;
}

static bool is_note(const char *message)
{
	return !strncmp(message, GUEST_MODULE ":", sizeof(GUEST_MODULE));
}

void kmsg_check(bool notes)
{
	char buf[8192];

	while (next_message(buf, sizeof(buf)))
		if (!splat_take(buf) && notes && is_note(buf))
			report("note %s", buf);
	splat_rest();
}

void kmsg_end(void)
{
	kmsg_check(false);
	if (!splat_is_held())
		return;
	/* It may just be on its way. */
	sleep(1);
	kmsg_check(false);
	splat_release();
}
