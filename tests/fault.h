/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Memory that is refused to the calling task by the kernel's fault injection
 * (Documentation/fault-injection/fault-injection.rst): of the slab and of the page allocator.
 */
#ifndef TESTS_FAULT_H
#define TESTS_FAULT_H

#include <stdbool.h>

/*
 * Whether the kernel can do that. If so, nothing is refused yet, and all memory of the process is
 * in place and stays there, so that none is refused to its page faults. It has the name that
 * guest_kmsg.c knows, since the kernel warns when it cannot have some kinds of memory.
 */
bool fault_begin(void);

/* How many of a hundred allocations fail between fault_on() and fault_off(). */
void fault_percent(unsigned int slab, unsigned int pages);
void fault_on(void);
void fault_off(void);

/* Only the n-th allocation from now on fails, n from 1. */
void fault_nth(unsigned int n);
/* Ends that; returns how many more there would have to be, 0 if one has failed. */
unsigned int fault_nth_left(void);

/* Nothing is refused any more. */
void fault_end(void);

#endif
