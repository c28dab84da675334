/* SPDX-License-Identifier: GPL-2.0 */
#ifndef USAGE_H
#define USAGE_H

#include <stdio.h>

/* What --help prints: made of the tables of kinds, options, columns and commands. */
void usage_print(FILE *out, void (*print_commands)(FILE *out));

#endif
