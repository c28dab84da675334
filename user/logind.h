/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What systemd-logind does with the objects of a user whose last session has ended: RemoveIPC= of
 * logind.conf(5). On this machine, or where it was recorded.
 */
#ifndef LOGIND_H
#define LOGIND_H

#include <stdbool.h>

#include <linux/types.h>

#include "text.h"

struct remove_ipc {
	bool removes;
	bool stated;	   /* by a file, not only as the default */
	struct text where; /* "/etc/systemd/logind.conf line 12"; empty: nowhere */
};

/*
 * Reads logind.conf and its drop-ins below root ("" is the system's own). The comments of a
 * logind.conf that is shipped show the defaults it was built with. Free with text_free().
 */
struct remove_ipc logind_remove_ipc(const char *root);

struct logind {
	bool runs;
	__u32 inum; /* the ipc namespace that it is in, and cleans */
	struct remove_ipc setting;
};

/* Looked at once a run. */
const struct logind *logind_get(void);

/* A user who lingers is never logged out. */
bool logind_lingers(__u32 uid);

struct logind_source {
	void (*get)(struct logind *l); /* fills what is all zeros */
	bool (*lingers)(__u32 uid);
};

/* They come from there from now on. */
void logind_begin_other(const struct logind_source *source);

#endif
