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

#endif
