// SPDX-License-Identifier: GPL-2.0
#include "namespace.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <linux/nsfs.h>

#include "ns_mounts.h"
#include "number.h"
#include "proc_facts.h"
#include "retry.h"
#include "source.h"

/* PID_MAX_LIMIT; inode numbers of namespaces are far above it. */
#define PID_LIMIT (1U << 22)

/* Whether a link of /proc is denied: 5.10 reads it as empty, and follows it to its folder. */
static bool is_denied(const char *path)
{
	char first;

	return readlink(path, &first, 1) == 0;
}

/* EINVAL: it is not an ipc namespace. */
static int open_namespace(const char *path)
{
	int fd = retry_open(AT_FDCWD, path, O_RDONLY | O_NONBLOCK);

	if (fd < 0 || ioctl(fd, NS_GET_NSTYPE) == CLONE_NEWIPC)
		return fd;
	close(fd);
	errno = is_denied(path) ? EACCES : EINVAL;
	return -1;
}

static enum exit_code explain(const struct namespace_ref *ref, int error)
{
	const char *as = ref->as, *name = ref->name;

	switch (error) {
	case 0:
		return EXIT_OK;
	case ENOENT:
	case ENOTDIR:
	case ESRCH:
		warn_user("%s %s: there is no such %s", as, name,
			  strchr(name, '/') ? "file" : "process");
		return EXIT_ABSENT;
	case EINVAL:
	case EISDIR:
	case ELOOP:
		warn_user("%s %s: not an ipc namespace", as, name);
		return EXIT_USAGE;
	case EPERM:
	case EACCES:
		warn_user("%s %s: %s: this needs root", as, name, strerror(error));
		return EXIT_PERM;
	default:
		warn_user("%s %s: %s", as, name, strerror(error));
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

/* By its path, or by a process in it. */
static enum exit_code open_ref(const struct query *q, struct namespace_ref *ref, const char *path)
{
	struct stat st;

	if (!q->source->live) {
		warn_user("%s %s: recorded tables need the number of a namespace", ref->as,
			  ref->name);
		return EXIT_USAGE;
	}
	ref->fd = open_namespace(path);
	if (ref->fd < 0 || fstat(ref->fd, &st))
		return explain(ref, errno);
	ref->inum = st.st_ino;
	return EXIT_OK;
}

/* That of a process, as a recording tells it. */
static enum exit_code find_recorded(struct namespace_ref *ref, int pid)
{
	struct ipcdbg_proc p;

	if (!proc_process(pid, &p) || !IPCDBG_HAS(proc, &p, ipc_ns)) {
		warn_user("%s %s: the recording does not tell of such a process", ref->as,
			  ref->name);
		return EXIT_ABSENT;
	}
	ref->inum = p.ipc_ns;
	return EXIT_OK;
}

enum exit_code namespace_resolve(const struct query *q, struct namespace_ref *ref)
{
	char path[64];
	__u64 n;

	ref->fd = -1;
	if (strchr(ref->name, '/'))
		return open_ref(q, ref, ref->name);
	if (!number_parse(ref->name, 10, UINT32_MAX, &n) || !n) {
		warn_user("%s %s: neither a path, a pid, nor the number of a namespace", ref->as,
			  ref->name);
		return EXIT_USAGE;
	}
	if (n <= PID_LIMIT && q->source->enter)
		return find_recorded(ref, n);
	if (n <= PID_LIMIT) {
		snprintf(path, sizeof(path), "/proc/%u/ns/ipc", (unsigned int)n);
		return open_ref(q, ref, path);
	}
	ref->inum = n;
	if (!q->source->live)
		return EXIT_OK;
	ns_mounts_hold_and_tell();
	ref->fd = ns_mounts_find(n);
	return EXIT_OK;
}

bool namespace_enter(int pid, __u32 inum)
{
	char path[64];
	struct stat st;
	bool entered;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/ns/ipc", pid);
	fd = open_namespace(path);
	if (fd < 0)
		return false;
	entered = !fstat(fd, &st) && (!inum || st.st_ino == inum) && !setns(fd, CLONE_NEWIPC);
	close(fd);
	return entered;
}

/* By its process; a recording does so where the machine could. */
static bool enter_listed(const struct query *q, const struct ipcdbg_namespace *ns)
{
	struct ipcdbg_proc p;

	if (q->source->enter &&
	    (ns_mounts_has(ns->inum) || (proc_process(ns->pid, &p) && p.ipc_ns == ns->inum))) {
		q->source->enter(ns->inum);
		return true;
	}
	return q->source->live && ns->pid && namespace_enter(ns->pid, ns->inum);
}

/* One that nobody has shown us: it is looked for where the module lists all. */
static enum exit_code select_listed(struct query *q, const struct namespace_ref *ref)
{
	struct ipcdbg_namespace ns = { 0 };
	struct table t;
	bool found = false;
	enum exit_code code = table_open(&t, q->source, "namespaces", -1);

	if (!code)
		found = find_row(&t, ref->inum, &ns);
	code = worse(code, table_result(&t));
	table_close(&t);
	if (code)
		return code;
	if (!found) {
		warn_user("%s %s: there is no such ipc namespace", ref->as, ref->name);
		return EXIT_ABSENT;
	}
	if (!enter_listed(q, &ns))
		q->inum = ref->inum;
	return EXIT_OK;
}

enum exit_code namespace_select(struct query *q, const char *name)
{
	struct namespace_ref ref = { .as = "--namespace", .name = name };
	enum exit_code code = namespace_resolve(q, &ref);

	if (code)
		return code;
	q->chosen = ref.inum;
	if (ref.fd < 0)
		return select_listed(q, &ref);
	return explain(&ref, setns(ref.fd, CLONE_NEWIPC) ? errno : 0);
}

/* A thread whose leader is elsewhere may be all there is. */
static void add_members(struct text *t, const struct ipcdbg_namespace *ns)
{
	bool threads = !ns->processes && ns->threads,
	     counted = IPCDBG_HAS(namespace, ns, processes);
	__u32 nr = threads ? ns->threads : ns->processes;
	const char *word = threads ? "thread" : "process";
	const char *plural = threads ? "s" : "es";

	if (counted)
		text_addf(t, ": %u %s%s", nr, word, nr == 1 ? "" : plural);
	if (!ns->pid)
		return;
	if (counted)
		text_addf(t, ", one is %spid %d (", threads ? "of " : "", ns->pid);
	else
		text_addf(t, ": at least pid %d (", ns->pid);
	text_add_name(t, ns->comm);
	text_addf(t, ")");
}

void namespace_add_name(struct text *t, const struct ipcdbg_namespace *ns)
{
	const struct proc_facts *facts = proc_look_up(ns->pid, ns->start_ns);

	text_addf(t, "ipc namespace %u", ns->inum);
	add_members(t, ns);
	if (!facts || !facts->cgroup)
		return;
	text_addf(t, " in ");
	text_add_unit(t, facts->cgroup);
}
