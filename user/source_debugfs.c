// SPDX-License-Identifier: GPL-2.0
/* Tables as files below a folder: the module's in debugfs, or recorded ones. */
#include "retry.h"
#include "source.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/vfs.h>

#include <linux/magic.h>

#include "sysvipc.h"

static int open_file(const struct source *s, const char *name, long long id)
{
	char path[PATH_MAX];

	(void)id;
	if ((size_t)snprintf(path, sizeof(path), "%s/%s", s->root, name) >= sizeof(path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	return retry_open(AT_FDCWD, path, O_RDONLY);
}

struct source source_folder(const char *root)
{
	struct statfs fs;
	struct source s = { .root = root, .open = open_file };

	/* What cannot be looked at is taken for the kernel's; opening a table tells what is wrong.
	 */
	s.live = statfs(root, &fs) ? !strcmp(root, SOURCE_ROOT) : fs.f_type == DEBUGFS_MAGIC;
	s.positions = s.live;
	s.inum = s.live ? sysvipc_inum() : 0;
	return s;
}
