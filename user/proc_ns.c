// SPDX-License-Identifier: GPL-2.0
#include "proc_ns.h"

#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <linux/nsfs.h>

#include "namespace.h"
#include "ns_mounts.h"
#include "proc_facts.h"
#include "proc_hides.h"
#include "proc_task.h"
#include "retry.h"
#include "sysvipc.h"

static struct proc_namespaces all;
static bool looked;

static struct proc_ns *find_or_add(__u32 inum)
{
	struct proc_ns *ns;

	for (size_t i = 0; i < all.v.nr; i++)
		if (all.v.v[i].row.inum == inum)
			return &all.v.v[i];
	ns = vec_add(&all.v);
	IPCDBG_PUT(namespace, &ns->row, inum, inum);
	return ns;
}

/*
 * The first process is told, or one whose thread is in it if none is; this program, which has gone
 * by the time it is read of, if there is nobody else.
 */
static bool is_to_be_told(const struct ipcdbg_namespace *row, int pid, int tid)
{
	return row->threads == 1 || (pid == tid && (row->processes == 1 || row->pid == getpid()));
}

static void add_member(struct ipcdbg_namespace *row, int pid, int tid)
{
	struct process p;

	IPCDBG_PUT(namespace, row, threads, row->threads + 1);
	IPCDBG_PUT(namespace, row, processes, row->processes + (pid == tid));
	IPCDBG_PUT(namespace, row, held, IPCDBG_HELD_TASK);
	if (!is_to_be_told(row, pid, tid) || !proc_task_process(&p, pid))
		return;
	IPCDBG_PUT(namespace, row, pid, pid);
	IPCDBG_PUT(namespace, row, start_ns, p.start_ns);
	memcpy(row->comm, p.comm, sizeof(row->comm));
	row->present |= IPCDBG_BIT(namespace, comm);
}

static void look_at_thread(void *ctx, int pid, int tid)
{
	__u32 inum = proc_task_ipc_ns(pid, tid);
	struct proc_ns *ns;

	(void)ctx;
	if (!inum)
		return;
	ns = find_or_add(inum);
	if (!ns->tid)
		ns->tid = tid;
	add_member(&ns->row, pid, tid);
}

static void look_at_process(void *ctx, int pid)
{
	proc_visit_threads(pid, look_at_thread, ctx);
}

static int open_ns(const struct proc_ns *ns)
{
	char path[64];

	if (!ns->tid)
		return fcntl(ns_mounts_find(ns->row.inum), F_DUPFD_CLOEXEC, 0);
	snprintf(path, sizeof(path), "/proc/%d/ns/ipc", ns->tid);
	return retry_open(AT_FDCWD, path, O_RDONLY);
}

static void find_user_ns(struct proc_ns *ns)
{
	int fd = open_ns(ns), user = fd < 0 ? -1 : ioctl(fd, NS_GET_USERNS);
	struct stat st;

	if (user >= 0 && !fstat(user, &st))
		IPCDBG_PUT(namespace, &ns->row, user_ns, st.st_ino);
	if (user >= 0)
		close(user);
	if (fd >= 0)
		close(fd);
}

static void add_mounted(void *ctx, __u32 inum)
{
	(void)ctx;
	find_or_add(inum);
}

static int inum_order(const void *a, const void *b)
{
	const struct proc_ns *x = a, *y = b;

	return (x->row.inum > y->row.inum) - (x->row.inum < y->row.inum);
}

/* Of what is not all. */
static void forget_counts(void)
{
	for (size_t i = 0; i < all.v.nr; i++)
		all.v.v[i].row.present &=
			~(IPCDBG_BIT(namespace, processes) | IPCDBG_BIT(namespace, threads));
}

const struct proc_namespaces *proc_namespaces(void)
{
	if (looked)
		return &all;
	looked = true;
	find_or_add(sysvipc_inum());
	if (proc_usable())
		proc_visit_processes(look_at_process, NULL);
	ns_mounts_hold();
	ns_mounts_tell(add_mounted, NULL);
	for (size_t i = 0; i < all.v.nr; i++)
		find_user_ns(&all.v.v[i]);
	if (!proc_shows_all())
		forget_counts();
	qsort(all.v.v, all.v.nr, sizeof(*all.v.v), inum_order);
	return &all;
}

void proc_namespaces_forget(void)
{
	looked = false;
	all.v.nr = 0;
}

bool proc_ns_enter(const struct proc_ns *ns)
{
	struct stat st;
	bool entered;
	int fd;

	if (ns->row.inum == sysvipc_inum())
		return true;
	fd = open_ns(ns);
	if (fd < 0)
		return false;
	entered = !fstat(fd, &st) && st.st_ino == ns->row.inum && !setns(fd, CLONE_NEWIPC);
	close(fd);
	return entered;
}

int proc_ns_home(void)
{
	return retry_open(AT_FDCWD, "/proc/self/ns/ipc", O_RDONLY);
}

void proc_ns_return(int home)
{
	if (home < 0)
		return;
	setns(home, CLONE_NEWIPC);
	close(home);
}
