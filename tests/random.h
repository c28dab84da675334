/* SPDX-License-Identifier: GPL-2.0 */
/* Random numbers that are the same on every machine for their seed. */
#ifndef TESTS_RANDOM_H
#define TESTS_RANDOM_H

#include <stdbool.h>
#include <stdint.h>

void random_seed(uint64_t seed);
uint32_t random32(void);
uint32_t below(uint32_t n);
bool one_in(uint32_t n);

/* A name of up to 15 bytes, half of them anything but NUL. */
void random_name(char name[16]);

#endif
