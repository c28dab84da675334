/* SPDX-License-Identifier: GPL-2.0 */
/* The text of ipcs(1) of util-linux, which the default views begin with. */
#ifndef IPCS_H
#define IPCS_H

#include "model.h"

/* From now on headings are in the user's language, out of util-linux's own catalogue. */
void ipcs_translate(void);

/* "------ Semaphore Arrays --------", without the headings of its columns. */
void ipcs_sem_title(FILE *out);

/* The translation of a heading, if there is one. */
const char *ipcs_word(const char *word);

/* The block of 'ipcs -s -i ID'. */
void ipcs_sem_block(FILE *out, const struct sem_set *s);

#endif
