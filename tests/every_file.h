/* SPDX-License-Identifier: GPL-2.0 */
/* All that the module shows. */
#ifndef TESTS_EVERY_FILE_H
#define TESTS_EVERY_FILE_H

#include <stdbool.h>
#include <sys/stat.h>

/*
 * Calls fn with each file of the module, or each folder, until it returns other than 0; returns
 * that. Dies if there are none.
 */
int every_file(int (*fn)(const char *path, const struct stat *st));
int every_folder(int (*fn)(const char *path, const struct stat *st));

/* No file of the module has this text in it. Complains; dies if a file cannot be read. */
bool every_file_lacks(const char *text);

#endif
