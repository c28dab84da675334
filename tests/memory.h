/* SPDX-License-Identifier: GPL-2.0 */
/* What the kernel has in use, to see that something was given back. */
#ifndef TESTS_MEMORY_H
#define TESTS_MEMORY_H

/* Bytes: fine is that of small objects, coarse that of all the kernel allocates in pages. */
struct memory_usage {
	long fine, coarse;
};

/* After all caches were shrunk. Dies if they cannot be. */
struct memory_usage memory_in_use(void);

#endif
