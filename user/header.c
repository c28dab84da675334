// SPDX-License-Identifier: GPL-2.0
#include "header.h"

#include <stdio.h>
#include <sys/utsname.h>
#include <time.h>

#include "record_text.h"
#include "retry.h"

static void add_boot(struct ipcdbg_header *h)
{
	FILE *f = retry_fopen(AT_FDCWD, "/proc/sys/kernel/random/boot_id");

	if (f && fscanf(f, "%71s", h->boot) == 1)
		h->present |= IPCDBG_BIT(header, boot);
	if (f)
		fclose(f);
}

void text_add_header(struct text *t, const char *name)
{
	struct ipcdbg_header h = { .present = IPCDBG_BIT(header, table) };
	struct timespec now;
	struct utsname u;

	IPCDBG_PUT(header, &h, version, IPCDBG_ABI_VERSION);
	snprintf(h.table, sizeof(h.table), "%s", name);
	if (!uname(&u)) {
		snprintf(h.kernel, sizeof(h.kernel), "%.71s", u.release);
		h.present |= IPCDBG_BIT(header, kernel);
	}
	add_boot(&h);
	if (!clock_gettime(CLOCK_REALTIME, &now))
		IPCDBG_PUT(header, &h, time, now.tv_sec * 1000000000ULL + now.tv_nsec);
	text_add_record(t, 0, IPCDBG_R_header, &h);
}
