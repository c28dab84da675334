/* SPDX-License-Identifier: GPL-2.0 */
/* Every mode of the command, also those that complain. */
#ifndef TESTS_CLI_MODES_H
#define TESTS_CLI_MODES_H

#include "busy.h"

/* Must come first. The process that some modes ask for is the holder. */
void cli_modes_begin(const struct busy *b);

/* Runs the command in the i-th mode, as shell(), and returns its words; NULL after the last. */
const char *cli_mode(unsigned int i);

#endif
