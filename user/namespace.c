// SPDX-License-Identifier: GPL-2.0
#include "namespace.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "number.h"
#include "source.h"

/* PID_MAX_LIMIT; inode numbers of namespaces are far above it. */
#define PID_LIMIT (1U << 22)

/* inum 0 takes any namespace. ESRCH: the file is of another namespace by now. */
static int enter_file(const char *path, __u32 inum)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK), result = 0;
	struct stat st;

	if (fd < 0)
		return errno;
	if (fstat(fd, &st))
		result = errno;
	else if (inum && st.st_ino != inum)
		result = ESRCH;
	else if (setns(fd, CLONE_NEWIPC))
		result = errno;
	close(fd);
	return result;
}

static enum exit_code explain(const char *name, int error)
{
	switch (error) {
	case 0:
		return EXIT_OK;
	case ENOENT:
	case ENOTDIR:
	case ESRCH:
		warn_user("--namespace %s: there is no such %s", name,
			  strchr(name, '/') ? "file" : "process");
		return EXIT_ABSENT;
	case EINVAL:
	case EISDIR:
	case ELOOP:
		warn_user("--namespace %s: not an ipc namespace", name);
		return EXIT_USAGE;
	case EPERM:
	case EACCES:
		warn_user("--namespace %s: %s: this needs root", name, strerror(error));
		return EXIT_PERM;
	default:
		warn_user("--namespace %s: %s", name, strerror(error));
		return EXIT_IO;
	}
}

static bool find_row(struct table *t, __u32 inum, struct ipcdbg_namespace *ns)
{
	const struct parse_row *row = &t->reader.row;
	bool found = false;

	while (table_next(t) == PARSE_ROW)
		if (row->id == IPCDBG_R_namespace && row->u.namespace.inum == inum) {
			*ns = row->u.namespace;
			found = true;
		}
	return found;
}

void namespace_look_up(const struct query *q, struct ipcdbg_namespace *ns)
{
	struct table t;

	if (table_open_quietly(&t, q->source, "namespaces"))
		find_row(&t, ns->inum, ns);
	table_close(&t);
}

static enum exit_code select_inum(struct query *q, const char *name, __u32 inum)
{
	struct ipcdbg_namespace ns = { 0 };
	char path[64];
	struct table t;
	bool found = false;
	enum exit_code code = table_open(&t, q->source, "namespaces", -1);

	if (!code)
		found = find_row(&t, inum, &ns);
	code = worse(code, table_result(&t));
	table_close(&t);
	if (code)
		return code;
	if (!found) {
		warn_user("--namespace %s: there is no such ipc namespace", name);
		return EXIT_ABSENT;
	}
	snprintf(path, sizeof(path), "/proc/%d/ns/ipc", ns.pid);
	if (!q->source->live || !ns.pid || enter_file(path, inum))
		q->inum = inum;
	return EXIT_OK;
}

enum exit_code namespace_select(struct query *q, const char *name)
{
	bool is_path = strchr(name, '/');
	char path[64];
	__u64 n;

	if (!is_path && (!number_parse(name, 10, UINT32_MAX, &n) || !n)) {
		warn_user("--namespace %s: neither a path, a pid, nor the number of a namespace",
			  name);
		return EXIT_USAGE;
	}
	if (!is_path && n > PID_LIMIT)
		return select_inum(q, name, n);
	if (!q->source->live) {
		warn_user("--namespace %s: recorded tables need the number of a namespace", name);
		return EXIT_USAGE;
	}
	if (is_path)
		return explain(name, enter_file(name, 0));
	snprintf(path, sizeof(path), "/proc/%u/ns/ipc", (unsigned int)n);
	return explain(name, enter_file(path, 0));
}
