/* SPDX-License-Identifier: GPL-2.0 */
/* All that the module shows. */
#ifndef TESTS_EVERY_FILE_H
#define TESTS_EVERY_FILE_H

#include <stdbool.h>

/* No file of the module has this text in it. Complains; dies if a file cannot be read. */
bool every_file_lacks(const char *text);

#endif
