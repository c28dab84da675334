/* SPDX-License-Identifier: GPL-2.0 */
#ifndef USAGE_H
#define USAGE_H

#include "kind.h"

/* What --help prints: made of the tables of kinds, options, columns and commands. */
void usage_print(FILE *out, void (*print_commands)(FILE *out));

/* The same of a command: what it takes of args.h, and what its table is of, NULL for none. */
void usage_print_command(FILE *out, unsigned int takes, const struct kind *rows);

#endif
