/* SPDX-License-Identifier: GPL-2.0 */
/* Loads and unloads the module under test, $IPCDBG_KO. */
#ifndef TESTS_MODULE_H
#define TESTS_MODULE_H

#include <stdbool.h>

/* Return 0 or the errno. */
int module_load(const char *parameters);
int module_unload(void);
bool module_is_loaded(void);

/* The kernel's log from now on, as a descriptor for module_log(). */
int module_log_open(void);

/*
 * What was logged since the last call: the module's own lines are added up in said, the kernel's
 * remarks on out-of-tree modules aside. Returns how many, -1 if there was a bug report among the
 * messages.
 */
int module_log(int log, char *said, unsigned int room);

#endif
