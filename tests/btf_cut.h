/* SPDX-License-Identifier: GPL-2.0 */
/* Cuts out of a kernel's BTF what kmod/layout_fields.h asks for, as a small file of its own. */
#ifndef TESTS_BTF_CUT_H
#define TESTS_BTF_CUT_H

#include <stddef.h>
#include "btf_types.h"

/*
 * Writes the file, malloced: the structs with the members that are looked for, their types, and
 * one type of each further kind that the kernel has, in the old order under new numbers. Types that
 * only a size or a name is needed of lose their members.
 */
unsigned char *btf_cut(const struct types *t, size_t *len);

#endif
