// SPDX-License-Identifier: GPL-2.0
/*
 * libFuzzer entry: any bytes as the file that the module resolves its layout from, through
 * kmod/layout.c and kmod/btf.c as they would be built for one of several kernels. Byte 3 of the
 * file (flags, which the module does not read) says for which.
 *
 * Besides crashes it looks for: a refusal without one printable line, or with another error; a
 * layout that is accepted and that a second reader does not find in the file; another layout with
 * the same digest, or the same with another; memory or steps beyond their bounds.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "btf_types.h"
#include "kernel_host.h"
#include "layout_check.h"
#include "layout_host.h"

/* kmod/btf.c: members that one search looks at, each with typedefs in front of its type. */
#define BUDGET 100000
#define STEPS_A_MEMBER 8
#define STEPS_A_TYPE 4

static struct layout_copy *truths;

static const struct layout_host *host_of(const uint8_t *data, size_t len, unsigned int *i)
{
	*i = len > 3 ? data[3] % nr_layout_hosts : 0;
	return layout_hosts[*i];
}

static int load(const struct layout_host *host, const uint8_t *data, size_t len)
{
	memset(&kernel_host, 0, offsetof(struct kernel_host, said));
	kernel_host.said[0] = '\0';
	kernel_host.allocated = 0;
	kernel_host.live = 0;
	kernel_host.data = data;
	kernel_host.len = len;
	counted_steps = 0;
	return host->load();
}

static void fail(const char *what)
{
	fprintf(stderr, "%s\n", what);
	abort();
}

static void check_refusal(int ret)
{
	const char *s = kernel_host.said;

	if (ret != -EOPNOTSUPP)
		fail("refused with another error");
	if (kernel_host.lines != 1 || !*s)
		fail("refused with other than one line");
	for (; *s >= 0x20 && *s <= 0x7e; s++)
		;
	if (*s != '\n' || s[1])
		fail("the line of a refusal is not printable");
}

static void check_bounds(size_t len, unsigned int nr_lines)
{
	size_t types = len / 12;

	if (kernel_host.live || kernel_host.allocated > 4 * (types + 1))
		fail("memory that is not freed, or too much of it");
	if (counted_steps > nr_lines * (STEPS_A_TYPE * types + STEPS_A_MEMBER * (size_t)BUDGET))
		fail("too many steps");
}

/* One of so many inputs, always the same ones. */
static bool is_one_in(const uint8_t *data, size_t len, unsigned int n)
{
	uint32_t sum = 0;

	for (size_t i = 0; i < len; i++)
		sum = sum * 31 + data[i];
	return sum % n == 0;
}

/* The second reader is slow: where everything seems to be as in the seed it looks now and then. */
static void check_accepted(const struct layout_host *host, const struct layout_copy *truth,
			   const uint8_t *data, size_t len)
{
	static struct layout_copy got;
	bool same_digest, same_rows;

	if (kernel_host.lines)
		fail("something was logged");
	layout_copy(&got, host);
	same_digest = got.digest == truth->digest;
	same_rows = layout_same(&got, truth);
	if (same_digest != same_rows)
		fail("the digest does not tell layouts apart");
	if ((!same_digest || is_one_in(data, len, 8)) && !layout_is_in(&got, data, len))
		fail("a layout that is not in the file");
	if (!same_digest && !host->shows_rows())
		fail("the rows of the abi file are others");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	unsigned int i;
	const struct layout_host *host = host_of(data, len, &i);
	int ret = load(host, data, len);

	check_bounds(len, truths[i].nr);
	if (ret)
		check_refusal(ret);
	else
		check_accepted(host, &truths[i], data, len);
	return 0;
}

/* Each seed is accepted as what it is. */
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	truths = calloc(nr_layout_hosts, sizeof(*truths));
	for (unsigned int i = 0; i < nr_layout_hosts; i++) {
		const struct layout_host *host = layout_hosts[i];
		size_t len = host->seed_end - host->seed;

		if (load(host, host->seed, len)) {
			fprintf(stderr, "%s (make seeds, if the module looks for more): %s",
				host->name, kernel_host.said);
			exit(1);
		}
		layout_copy(&truths[i], host);
		if (!layout_is_in(&truths[i], host->seed, len) || !host->shows_rows())
			fail("the layout of a seed is not in it");
	}
	return 0;
}
