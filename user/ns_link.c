// SPDX-License-Identifier: GPL-2.0
#include "ns_link.h"

#include <errno.h>
#include <sys/stat.h>

__u32 ns_link_inum(int dir, const char *path)
{
	struct stat st;

	if (fstatat(dir, path, &st, 0))
		return 0;
	if (S_ISDIR(st.st_mode)) {
		errno = EACCES;
		return 0;
	}
	return st.st_ino;
}
