/* SPDX-License-Identifier: GPL-2.0 */
/* The value of any field of a record, for what loops over the tables of records.h. */
#ifndef FIELD_H
#define FIELD_H

#include <stdbool.h>

#include <ipcdbg/abi.h>

#include "text.h"

bool field_present(enum ipcdbg_record_id id, unsigned int field, const void *record);

/* Numbers, and what is kept as one. */
__s64 field_signed(const struct ipcdbg_field *f, const void *record);
__u64 field_unsigned(const struct ipcdbg_field *f, const void *record);

/* Sets a field that is a number, and that it is present. */
void field_put(enum ipcdbg_record_id id, unsigned int field, void *record, __u64 n);

/* Adds the value as the text ABI spells it. */
void text_add_field(struct text *t, const struct ipcdbg_field *f, const void *record);

#endif
