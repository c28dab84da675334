// SPDX-License-Identifier: GPL-2.0
#include "layout_lines.h"

#include <stddef.h>

/* All that any kernel has; which of them one has, its BTF tells. */
#define CONFIG_SHMEM
#define CONFIG_MEMCG
#define CONFIG_SCHED_INFO
#define INODE_HAS_I_MTIME
#define MQUEUE_CHARGES_USER
#define MQUEUE_CHARGES_UCOUNTS
#define NS_COMMON_HAS_TREE

const struct layout_line layout_lines[] = {
#define LAYOUT_STRUCT(s) { #s, NULL, false },
#define LAYOUT_MEMBER(s, m, type, want, name, need) { #s, #m, false },
#define LAYOUT_ARRAY(s, m, element) { #s, #m, false },
#define LAYOUT_VECTOR(s, m, type) { #s, #m, false },
#define LAYOUT_PUBLIC(s, m) { #s, #m, true },
#include "layout_fields.h"
};

const unsigned int nr_layout_lines = sizeof(layout_lines) / sizeof(layout_lines[0]);
