/* SPDX-License-Identifier: GPL-2.0 */
#ifndef HEADER_H
#define HEADER_H

#include "text.h"

/* Adds the header of a table that is made on this side, now. */
void text_add_header(struct text *t, const char *name);

#endif
