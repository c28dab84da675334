// SPDX-License-Identifier: GPL-2.0
#include "memory.h"
#include "common.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static long meminfo(const char *label)
{
	char *text = slurp("/proc/meminfo", 65536, NULL), *at = strstr(text, label);
	long kib = at ? strtol(at + strlen(label), NULL, 10) : 0;

	if (!at)
		die("/proc/meminfo has no %s", label);
	free(text);
	return 1024 * kib;
}

struct memory_usage memory_in_use(void)
{
	struct memory_usage u = { 0 };
	long active, size;
	char *text, *line;

	if (system("for f in /sys/kernel/slab/*/shrink; do echo 1 >$f; done"))
		die("cannot shrink the caches");
	text = slurp("/proc/slabinfo", 65536, NULL);
	for (line = text; (line = strstr(line, "\nkmalloc-")); line++)
		if (sscanf(line, " %*s %ld %*d %ld", &active, &size) == 2)
			u.fine += active * size;
	free(text);
	u.coarse = meminfo("\nSUnreclaim:") + meminfo("\nVmallocUsed:");
	return u;
}
