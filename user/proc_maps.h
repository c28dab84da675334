/* SPDX-License-Identifier: GPL-2.0 */
/* Lines of /proc/PID/maps, proc(5). */
#ifndef PROC_MAPS_H
#define PROC_MAPS_H

#include <stdbool.h>
#include <sys/types.h>

#include <linux/types.h>

struct map_line {
	__u64 start, end, offset, ino; /* ino 0: of no file */
	char prot[5];
	dev_t dev;
	const char *path; /* of the line */
};

/* A line without its newline. */
bool map_line_parse(struct map_line *m, const char *line);

#endif
