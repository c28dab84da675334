/* SPDX-License-Identifier: GPL-2.0 */
/* Tables that are made on this side, in place of files of the module. */
#ifndef MADE_TEXT_H
#define MADE_TEXT_H

#include "text.h"

/* A descriptor that the text can be read from; -1 with errno. */
int made_open(const struct text *t);

#endif
