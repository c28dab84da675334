// SPDX-License-Identifier: GPL-2.0
#include "kinds.h"

const struct kind *const kinds[] = {
	&shm_kind,
	&sem_kind,
};

const size_t nr_kinds = sizeof(kinds) / sizeof(kinds[0]);
