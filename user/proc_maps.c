// SPDX-License-Identifier: GPL-2.0
#include "proc_maps.h"

#include <stdio.h>
#include <sys/sysmacros.h>

bool map_line_parse(struct map_line *m, const char *line)
{
	unsigned int high, low;
	int at = 0;

	if (sscanf(line, "%llx-%llx %4s %llx %x:%x %llu %n", &m->start, &m->end, m->prot,
		   &m->offset, &high, &low, &m->ino, &at) != 7 ||
	    !at)
		return false;
	m->dev = makedev(high, low);
	m->path = line + at;
	return true;
}
