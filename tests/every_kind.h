/* SPDX-License-Identifier: GPL-2.0 */
/* Objects of every kind that stay as they are, enough for several buffers of text in each file. */
#ifndef TESTS_EVERY_KIND_H
#define TESTS_EVERY_KIND_H

/* As busy_make(), in an ipc namespace of its own, with n more of each kind. Dies if it cannot. */
void every_kind_make(unsigned int n);
void every_kind_clear(void);

#endif
