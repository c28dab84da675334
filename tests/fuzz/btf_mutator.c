// SPDX-License-Identifier: GPL-2.0
/*
 * How libFuzzer changes a BTF file: most often single things that mean something, behind a header
 * that fits; now and then any bytes; and now and then it begins anew at the BTF of a kernel.
 */
#include <stdint.h>
#include <string.h>

#include "btf_mutate.h"
#include "layout_host.h"
#include "random.h"

size_t LLVMFuzzerMutate(uint8_t *data, size_t len, size_t max);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t len, size_t max, unsigned int seed);

static size_t begin_anew(uint8_t *data, size_t max)
{
	uint32_t i = below(nr_layout_hosts);
	const struct layout_host *host = layout_hosts[i];
	size_t len = host->seed_end - host->seed;

	if (len > max)
		return 0;
	memcpy(data, host->seed, len);
	data[3] = i;
	if (one_in(2))
		btf_types_last(data, &len, max);
	return len;
}

/* One change that means something; false if the bytes are no BTF. */
static bool change(uint8_t *data, size_t *len, size_t max)
{
	struct mutation m = { .data = data, .len = *len, .max = max };
	struct types t;
	bool ok = types_open(&t, data, *len) && t.nr;

	if (ok) {
		m.t = &t;
		btf_mutate_anything(&m);
		btf_mutate(&m);
		*len = m.len;
	}
	types_close(&t);
	return ok;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t len, size_t max, unsigned int seed)
{
	random_seed(seed);
	if (len < 24 || one_in(8)) {
		size_t n = begin_anew(data, max);

		len = n ? n : len;
	}
	if (one_in(16))
		return LLVMFuzzerMutate(data, len, max);
	for (uint32_t n = 1 + below(3); n; n--)
		if (!change(data, &len, max)) {
			len = LLVMFuzzerMutate(data, len, max);
			if (!one_in(8))
				btf_mend_header(data, len);
		}
	return len;
}
