/* SPDX-License-Identifier: GPL-2.0 */
/* What the checks of every kind of stable object share. */
#ifndef TESTS_STRESS_STABLE_CHECK_H
#define TESTS_STRESS_STABLE_CHECK_H

#include "check.h"
#include "stress/stable.h"

/* The key of the i-th object of a kind in every place. */
#define STABLE_KEY(letter, i) ((key_t)((letter) << 24 | (i)))

/* Complains about a row and shows it; returns false. */
bool stable_bad_row(const struct rows *r, int row, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* A row of an object, which has a mode. */
bool stable_is_object(const struct rows *r, int row);

/* Whether a further namespace row after ns has this number. */
bool stable_after(const struct rows *r, int ns, unsigned int inum);

bool stable_has_truncated(const struct rows *r, int row);

/* The next of the stable objects below ns, which stand in their order: -1 if it is not there. */
#define STABLE_NEXT(r, ns, row, record, field, number) \
	stable_next(r, ns, row, IPCDBG_R_##record, IPCDBG_F_##record##_##field, number)
int stable_next(const struct rows *r, int ns, int row, enum ipcdbg_record_id record,
		unsigned int field, int64_t number);

/* Key, permissions, owner and creator of an object of root. */
bool stable_check_perm(const struct stable *w, const struct rows *r, int row, key_t key);

/* A process that an object remembers, and that lives. */
#define STABLE_CHECK_PID(r, row, record, field, who)                                        \
	do {                                                                                \
		CHECK(#field, who, ROW_NUM(r, row, record, field));                         \
		CHECK_STR(#field "_state", "live", ROW_STR(r, row, record, field##_state)); \
	} while (0)

#endif
