/* SPDX-License-Identifier: GPL-2.0 */
/* Comparisons inside a function that gathers its verdict in a variable ok. */
#ifndef TESTS_CHECK_H
#define TESTS_CHECK_H

#include <inttypes.h>
#include <string.h>
#include "common.h"

#define CHECK(what, want, got)                                                               \
	do {                                                                                 \
		int64_t want_ = (want), got_ = (got);                                        \
		if (want_ != got_)                                                           \
			ok = complain("%s:%d: %s: want %" PRId64 ", got %" PRId64, __func__, \
				      __LINE__, what, want_, got_);                          \
	} while (0)

#define CHECK_STR(what, want, got)                                                            \
	do {                                                                                  \
		const char *want_ = (want), *got_ = (got);                                    \
		if (!got_ || strcmp(want_, got_))                                             \
			ok = complain("%s:%d: %s: want %s, got %s", __func__, __LINE__, what, \
				      want_, got_ ? got_ : "nothing");                        \
	} while (0)

#endif
