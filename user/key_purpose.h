/* SPDX-License-Identifier: GPL-2.0 */
/* What an object is for, as far as its list tells. */
#ifndef KEY_PURPOSE_H
#define KEY_PURPOSE_H

#include "key_match.h"
#include "kind.h"

/* What a record that objects of a kind begin with says of one; no processes, no files. */
struct key_facts key_facts_of(const struct kind *kind, const union ipcdbg_any *head);

/*
 * A few words for a cell of a list: what the key table says of such a key, owner, shape and of the
 * commands that the record remembers, if that is likely, or of such a name; else NULL. An
 * inference. Good to the end of the run.
 */
const char *key_purpose(const struct kind *kind, const union ipcdbg_any *head);

#endif
