/* SPDX-License-Identifier: GPL-2.0 */
#ifndef DEVSHM_USERS_H
#define DEVSHM_USERS_H

#include "devshm_files.h"

/* Looks through the processes of /proc for users of the files, and adds those without a name. */
void devshm_users_find(struct devshm_files *f);

#endif
