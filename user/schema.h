/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SCHEMA_H
#define SCHEMA_H

#include <stdio.h>

/*
 * Prints the JSON Schema of every document of --json: made of fields.h and the tables of data, so
 * that it cannot know other keys than those that are printed.
 */
void schema_print(FILE *out);

#endif
