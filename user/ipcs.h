/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the texts of ipcs(1) have in common. The formats are those of util-linux 2.38, byte for
 * byte, and so are the words: they are looked up in its message catalogue, and scripts compare
 * them.
 */
#ifndef IPCS_H
#define IPCS_H

#include "ipcdbg.h"

/* From now on words are in the user's language, out of util-linux's own catalogue. */
void ipcs_translate(void);

/* The translation of a message of ipcs, if there is one. */
__attribute__((format_arg(1))) const char *ipcs_word(const char *word);

/* "bytes=4096", or the other word and 4K with --human; with a tab. */
void ipcs_size(const struct query *q, const char *word, const char *human, __u64 bytes);

/* A time as ipcs prints it, with a format that takes 24 bytes of it. Good until the next call. */
const char *ipcs_time(__s64 seconds);

/* The same, or a word for 0, which is never. */
const char *ipcs_time_if_set(__s64 seconds);

#endif
