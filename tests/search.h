/* SPDX-License-Identifier: GPL-2.0 */
/* Looks through texts for what must not be in them. */
#ifndef TESTS_SEARCH_H
#define TESTS_SEARCH_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Whether the text has no number that is an address of a 64-bit kernel, 0xfff0000000000000 and
 * above, in hexadecimal, decimal, as a negative or as a real number. Complains of the first.
 */
bool search_address(const char *where, const char *text);

/* That number is no address, though it is as large. */
void search_allow(uint64_t number);

/*
 * Whether nothing of the secret is in the text: no eight bytes of it, as they are, as hexadecimal
 * digits, or as a number of the machine. Complains.
 */
bool search_secret(const char *where, const char *text, const char *secret);

#endif
