// SPDX-License-Identifier: GPL-2.0
#include "kinds.h"

const struct kind *const kinds[] = {
	&msg_kind, &shm_kind, &sem_kind, &mqueue_kind, &pshm_kind, &psem_kind,
};

const size_t nr_kinds = sizeof(kinds) / sizeof(kinds[0]);
