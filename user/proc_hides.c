// SPDX-License-Identifier: GPL-2.0
#include "proc_hides.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <linux/capability.h>

#include "capable.h"
#include "proc_facts.h"
#include "proc_file.h"

/* The inodes of the initial namespaces, fixed in the kernel (PROC_USER_INIT_INO and its like). */
#define INIT_USER_NS 0xEFFFFFFDU
#define INIT_PID_NS 0xEFFFFFFCU

/* Who is in the group of the mount sees all, unless only what may be traced is seen. */
static bool hides_from_us(const char *options)
{
	const char *hide = strstr(options, "hidepid="), *gid = strstr(options, ",gid=");
	char how = hide ? hide[strlen("hidepid=")] : '0';

	if (how == '2' || how == 'i')
		return !group_member(gid ? strtoul(gid + strlen(",gid="), NULL, 10) : 0);
	return how == '4' || how == 'p';
}

/* By the options of the mount on top: words since Linux 5.8, numbers before. */
static bool is_mounted_so(void)
{
	const char *line = proc_read_whole(AT_FDCWD, "/proc/self/mountinfo");
	bool hides = !line;

	while (line && *line) {
		const char *end = strchrnul(line, '\n');
		char *options, point[8] = "";

		if (sscanf(line, "%*s %*s %*s %*s %7s", point) == 1 && !strcmp(point, "/proc") &&
		    (options = strndup(line, end - line))) {
			hides = hides_from_us(options);
			free(options);
		}
		line = end + !!*end;
	}
	return hides;
}

bool proc_hides(void)
{
	return access("/proc/1", F_OK) || (is_mounted_so() && !capable(CAP_SYS_PTRACE));
}

static bool is_in(const char *ns, ino_t inum)
{
	struct stat st;

	return !stat(ns, &st) && st.st_ino == inum;
}

const char *proc_lacks(void)
{
	if (!proc_usable())
		return "mount /proc";
	if (!is_in("/proc/self/ns/pid", INIT_PID_NS) || !is_in("/proc/self/ns/user", INIT_USER_NS))
		return "run this as root of the host";
	if (!capable(CAP_SYS_PTRACE))
		return geteuid() ? "run this as root" : "run this with CAP_SYS_PTRACE";
	return NULL;
}

bool proc_shows_all(void)
{
	return !proc_lacks();
}
