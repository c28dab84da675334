/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A program that is run again and again: each time another of its system calls fails, is
 * interrupted, or reads or writes one byte instead of all. Complained about is where it then claims
 * more than it did:
 *
 *   it ends as it does without, but has printed something else; of findings, or where its status
 *     says that not all is there, without a word;
 *   it prints something else because it was interrupted, or could not do all at once; or
 *   it ends otherwise, or prints nothing, but says nothing on standard error, or its status is none
 *     of those for that (ipcdbg(8)), or it has printed JSON that says to be complete.
 *
 * Names of users and facts of processes, which are optional, may be missing where their files are
 * hit; rows may not, but for waits where the memory of a task ends in EIO.
 */
#ifndef TESTS_INJECT_H
#define TESTS_INJECT_H

#include <stdbool.h>

/* Which program, and a folder for its output, in the files out and err. */
void inject_begin(const char *to, const char *path);

/* From now on only calls of files below that folder fail. */
void inject_only(const char *below);

/*
 * With the words of that line as its arguments. Of the calls of one sort every STEPth fails in
 * turn, and the first two. False: something was complained about, or there are no such calls. Dies
 * if undisturbed it is used wrongly, or tells nothing.
 */
bool inject_line(const char *line, int step);

/*
 * With so many descriptors: it does what it does with many, or fails and says why. From a number
 * on that is too few to load its libraries.
 */
bool inject_few(const char *line, int descriptors);

/* How often it was run. */
unsigned int inject_runs(void);

#endif
