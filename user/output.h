/* SPDX-License-Identifier: GPL-2.0 */
/* Standard output: nothing is lost there unnoticed. */
#ifndef OUTPUT_H
#define OUTPUT_H

#include "ipcdbg.h"

/*
 * A stream to standard output that remembers why a write failed. Also makes sure that descriptors
 * 0 to 2 are open, so that no other file takes their place. Once a run.
 */
FILE *output_open(void);

/* Something could not be written: no use to go on. */
bool output_failed(FILE *out);

/* Writes what is left. Tells the user about an error, unless the reader of a pipe has gone. */
enum exit_code output_close(FILE *out);

/* What a plugin of Nagios ends with that could not do its work; EXIT_DATA is the same number. */
#define PLUGIN_UNKNOWN EXIT_DATA

/* It is such a plugin from now on. */
void output_begin_plugin(FILE *out);

/*
 * What a run ends with that could not begin, for that reason, of which the user was told: a plugin
 * says so on standard output too.
 */
enum exit_code output_end(enum exit_code code);

#endif
