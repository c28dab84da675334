/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A file that is there whole or not at all: it is made without a name, or beside the place it is
 * for under a name of its own, and only gets its name when all of it is on the disk.
 */
#ifndef WHOLE_FILE_H
#define WHOLE_FILE_H

#include <stdio.h>
#include <sys/types.h>

#include "ipcdbg.h"

struct whole_file {
	FILE *out;
	const char *path;
	char *target; /* what path is when links are followed; NULL: it is written to as it is */
	char *temp;   /* the name it has meanwhile; NULL: none */
	mode_t mode;
	int fd;
	int error; /* the first errno of a write */
};

/*
 * Begins the file, with that mode but for the umask; a pipe or a device is written to as it is.
 * Tells the user about an error. Call whole_file_end() in every case.
 */
enum exit_code whole_file_begin(struct whole_file *w, const char *path, mode_t mode);

/*
 * Gives the file its name, in place of what had it; unless code is not EXIT_OK, or something could
 * not be written: then nothing is left. Tells the user about an error. The graver of both codes.
 */
enum exit_code whole_file_end(struct whole_file *w, enum exit_code code);

#endif
