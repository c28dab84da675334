/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What 'ipcdbg record' saved, as a source. A recording is read through once when it is opened, and
 * refused as a whole if anything of it is malformed or missing: nothing in it is trusted, it may
 * come from anywhere. Only places are kept of it in memory, and no more than a machine can have
 * tasks and users; rows are read again when they are asked for.
 */
#ifndef RECORDING_H
#define RECORDING_H

#include "source.h"

/* The tables of a recording that every program writes and reads, beside those of ipc objects. */
#define RECORDING_HEAD "recording"
#define RECORDING_PROCESSES "processes"
#define RECORDING_USERS "users"

/*
 * Makes source the tables of that file, and lets facts about processes and names of users come from
 * it too, to the end of the run. A folder is taken as by source_folder(). Tells the user about an
 * error.
 */
enum exit_code recording_open(const char *path, struct source *source);

/* Forgets it; facts and names must not be asked for any more. */
void recording_close(void);

#endif
