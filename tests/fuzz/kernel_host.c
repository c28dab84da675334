// SPDX-License-Identifier: GPL-2.0
#include "kernel_host.h"
#include "file.h"

#include <stdarg.h>
#include <stdlib.h>

struct kernel_host kernel_host;
unsigned long counted_steps;

void kernel_host_log(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(kernel_host.said, sizeof(kernel_host.said), fmt, args);
	va_end(args);
	kernel_host.lines++;
}

void *kvmalloc_array(size_t n, size_t size, int flags)
{
	(void)flags;
	kernel_host.allocated += n * size;
	kernel_host.live++;
	return malloc(n * size);
}

/* The file's bytes are the fuzzer's. */
void kvfree(const void *memory)
{
	if (memory == kernel_host.data)
		return;
	kernel_host.live--;
	free((void *)memory);
}

int read_whole_file(const char *path, const char *in_sysfs, size_t max, void **data, size_t *size)
{
	(void)path;
	(void)in_sysfs;
	if (kernel_host.len > max)
		return -EFBIG;
	*data = (void *)kernel_host.data;
	*size = kernel_host.len;
	return 0;
}
