// SPDX-License-Identifier: GPL-2.0
#include "capable.h"

#include <sys/syscall.h>
#include <unistd.h>

#include <linux/capability.h>

/* Asked of the kernel itself, which needs no descriptor. */
bool capable(int cap)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct sets[_LINUX_CAPABILITY_U32S_3];

	return !syscall(SYS_capget, &head, sets) &&
	       sets[CAP_TO_INDEX(cap)].effective & CAP_TO_MASK(cap);
}
