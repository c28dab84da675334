/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What systemd-logind does with the objects of a user whose last session has ended: RemoveIPC= of
 * logind.conf(5).
 */
#ifndef LOGIND_H
#define LOGIND_H

#include <stdbool.h>

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

#endif
