// SPDX-License-Identifier: GPL-2.0
#include "random.h"

static uint64_t state;

/* xorshift64* */
uint32_t random32(void)
{
	state ^= state >> 12;
	state ^= state << 25;
	state ^= state >> 27;
	return (state * 0x2545f4914f6cdd1dull) >> 32;
}

void random_seed(uint64_t seed)
{
	int i;

	state = seed * 0x9e3779b97f4a7c15ull + 1;
	for (i = 0; i < 8; i++)
		random32();
}

uint32_t below(uint32_t n)
{
	return random32() % n;
}

bool one_in(uint32_t n)
{
	return !below(n);
}

void random_name(char name[16])
{
	int i, n = below(16);

	for (i = 0; i < n; i++)
		name[i] = one_in(2) ? 'a' + below(26) : 1 + below(255);
	name[n] = 0;
}
