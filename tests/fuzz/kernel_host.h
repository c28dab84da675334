/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What kmod/layout.c asks of the kernel, on the host. Each <linux/...> that it includes is a file
 * of the build that includes this; the structs are in a header that btf_seed makes of a BTF.
 */
#ifndef FUZZ_KERNEL_HOST_H
#define FUZZ_KERNEL_HOST_H

#include "counted.h"
#include "pure.h"

/* The file that the module is given, and what it did with it. */
struct kernel_host {
	const void *data;
	size_t len;
	unsigned int lines; /* logged */
	char said[256];	    /* the last of them */
	size_t allocated;   /* bytes, of all allocations together */
	int live;	    /* allocations that are not freed */
};

extern struct kernel_host kernel_host;

void kernel_host_log(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void *kvmalloc_array(size_t n, size_t size, int flags);
void kvfree(const void *memory);

#define pr_err kernel_host_log
#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define static_assert(e) _Static_assert(e, #e)
#define GFP_KERNEL 0
#define __GFP_NOWARN 0
#define __ro_after_init
#define cond_resched() ((void)0)
#define strscpy(to, from, size) snprintf(to, size, "%s", from)
#define READ_ONCE(x) (x)

#define LOCKDOWN_MODULE_PARAMETERS 0
#define security_locked_down(what) ((void)(what), 0)
#define SYSFS_MAGIC 0x62656572
#define TAINT_USER 0
#define LOCKDEP_STILL_OK 0
#define add_taint(flag, lockdep) ((void)0)

#define KERNEL_VERSION(a, b, c) (((a) << 16) + ((b) << 8) + (c))
#define CONFIG_64BIT
#define CONFIG_SYSVIPC
#define CONFIG_IPC_NS
#define CONFIG_POSIX_MQUEUE

typedef s64 time64_t;
struct sembuf;
struct msg_msg;

#endif
