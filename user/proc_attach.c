// SPDX-License-Identifier: GPL-2.0
/*
 * A mapping of a segment is a line of /proc/PID/maps such as
 *
 *     7f5e1c000000-7f5e1c001000 rw-s 00000000 00:01 32768    /SYSV0056a4d5 (deleted)
 *
 * with the key as name and the id as inode number (newseg() in ipc/shm.c). Files of that name may
 * be anywhere else, so the file system must be the kernel's own for shared memory, or that for huge
 * pages of some size. A file by memfd_create(2) is on the same ones, and tells their numbers.
 */
#include "proc_attach.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <linux/kcmp.h>

#include "proc_facts.h"
#include "proc_task.h"
#include "retry.h"

#define HUGE_PAGES "/sys/kernel/mm/hugepages"
#define HUGE_SHIFT 26 /* MAP_HUGE_SHIFT */

static struct proc_attachers all;
static VEC(dev_t) devices;
static bool looked;

static void add_device(unsigned int flags)
{
	int fd = syscall(SYS_memfd_create, "ipcdbg", MFD_CLOEXEC | flags);
	struct stat st;

	if (fd < 0) {
		proc_note_trouble();
		return;
	}
	if (!fstat(fd, &st))
		*vec_add(&devices) = st.st_dev;
	close(fd);
}

static void find_devices(void)
{
	DIR *sizes = retry_opendir(AT_FDCWD, HUGE_PAGES);
	struct dirent *entry;
	unsigned long kib;

	if (!sizes)
		proc_note_trouble();
	add_device(0);
	while (sizes && (entry = readdir(sizes)))
		if (sscanf(entry->d_name, "hugepages-%lukB", &kib) == 1 && kib)
			add_device(MFD_HUGETLB | (unsigned int)(__builtin_ctzl(kib) + 10)
							 << HUGE_SHIFT);
	if (sizes)
		closedir(sizes);
}

static bool is_of_shm(unsigned int major, unsigned int minor)
{
	for (size_t i = 0; i < devices.nr; i++)
		if (devices.v[i] == makedev(major, minor))
			return true;
	return false;
}

static bool parse_line(const char *line, struct proc_mapping *p)
{
	unsigned long long start, end, offset, ino;
	unsigned int major, minor, key;
	int at = -1;
	char prot[5];

	if (!strstr(line, " /SYSV") ||
	    sscanf(line, "%llx-%llx %4s %llx %x:%x %llu /SYSV%8x (deleted)%n", &start, &end, prot,
		   &offset, &major, &minor, &ino, &key, &at) != 8 ||
	    at < 0 || line[at] != '\n' || !is_of_shm(major, minor))
		return false;
	*p = (struct proc_mapping){ .shmid = ino, .key = key };
	IPCDBG_PUT(mapping, &p->m, start, start);
	IPCDBG_PUT(mapping, &p->m, end, end);
	IPCDBG_PUT(mapping, &p->m, offset, offset);
	prot[3] = '\0';
	memcpy(p->m.prot, prot, 4);
	p->m.present |= IPCDBG_BIT(mapping, prot);
	return true;
}

/* Adds the mappings of a thread's memory; -1 with errno if it cannot be looked at, 0 if it has none
 * any more. */
static int read_maps(int pid, int tid)
{
	struct proc_mapping p;
	char path[64], *line = NULL;
	size_t size = 0;
	int lines = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/maps", pid, tid);
	f = retry_fopen(AT_FDCWD, path);
	if (!f)
		return -1;
	for (; getline(&line, &size, f) > 0; lines++)
		if (parse_line(line, &p))
			*vec_add(&all.mappings) = p;
	if (ferror(f))
		lines = -1;
	free(line);
	fclose(f);
	return lines;
}

/* What is looked for among the threads of a process. */
struct search {
	int lines; /* of the maps that were read */
	int tid;   /* by this thread */
	VEC(__u32) namespaces;
};

/* A leader that has exited has no memory any more; its other threads do. */
static void read_maps_of_thread(void *ctx, int pid, int tid)
{
	struct search *s = ctx;

	if (s->lines > 0)
		return;
	s->lines = read_maps(pid, tid);
	s->tid = tid;
}

static void add_namespace(void *ctx, int pid, int tid)
{
	__u32 inum = proc_task_ipc_ns(pid, tid);
	struct search *s = ctx;

	for (size_t i = 0; i < s->namespaces.nr; i++)
		if (s->namespaces.v[i] == inum)
			return;
	if (inum)
		*vec_add(&s->namespaces) = inum;
}

static void look_at_process(void *ctx, int pid)
{
	size_t first = all.mappings.nr, nr;
	struct search s = { 0 };
	struct process process;

	(void)ctx;
	proc_visit_threads(pid, read_maps_of_thread, &s);
	nr = all.mappings.nr - first;
	if (!nr || !proc_task_process(&process, pid)) {
		all.mappings.nr = first;
		return;
	}
	IPCDBG_PUT(process, &process, state, IPCDBG_LIVE);
	proc_visit_threads(pid, add_namespace, &s);
	for (size_t i = 0; i < s.namespaces.nr; i++)
		*vec_add(&all.v) =
			(struct proc_attacher){ process, s.tid, s.namespaces.v[i], first, nr, pid };
	vec_free(&s.namespaces);
}

static int compare(__s64 a, __s64 b)
{
	return (a > b) - (a < b);
}

static int start_order(const void *a, const void *b)
{
	const struct proc_attacher *x = a, *y = b;
	int order = compare(x->inum, y->inum);

	if (!order)
		order = compare(x->tid != x->process.pid, y->tid != y->process.pid);
	if (!order)
		order = compare(x->process.start_ns, y->process.start_ns);
	return order ? order : compare(x->process.pid, y->process.pid);
}

static int owner_order(const void *a, const void *b)
{
	const struct proc_attacher *x = a, *y = b;
	int order = compare(x->inum, y->inum);

	if (!order)
		order = compare(x->owner, y->owner);
	if (!order)
		order = compare(x->process.pid != x->owner, y->process.pid != y->owner);
	return order ? order : compare(x->process.pid, y->process.pid);
}

/* Memories of one namespace, in the order that kcmp(2) has for them. */
struct memories {
	VEC(const struct proc_attacher *) v; /* a process of each */
};

/* 0 the same memory, 1 less, 2 greater, -1 that cannot be known. */
static int compare_memory(int a, int b)
{
	return syscall(SYS_kcmp, a, b, KCMP_VM, 0, 0);
}

/* The process that stands for the memory of a: itself, if it is the first. */
static int owner_of(struct memories *m, const struct proc_attacher *a)
{
	size_t low = 0, high = m->v.nr;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		switch (compare_memory(a->tid, m->v.v[mid]->tid)) {
		case 0:
			return m->v.v[mid]->process.pid;
		case 1:
			high = mid;
			break;
		default:
			low = mid + 1;
		}
	}
	vec_add(&m->v);
	memmove(&m->v.v[low + 1], &m->v.v[low], (m->v.nr - 1 - low) * sizeof(*m->v.v));
	m->v.v[low] = a;
	return a->process.pid;
}

/*
 * The kernel's mm->owner is in no file: it is taken for the one that started first, of those whose
 * leaders have not exited.
 */
static void find_owners(void)
{
	struct memories m = { 0 };

	qsort(all.v.v, all.v.nr, sizeof(*all.v.v), start_order);
	for (size_t i = 0; i < all.v.nr; i++) {
		if (i && all.v.v[i].inum != all.v.v[i - 1].inum)
			m.v.nr = 0;
		all.v.v[i].owner = owner_of(&m, &all.v.v[i]);
	}
	vec_free(&m.v);
	qsort(all.v.v, all.v.nr, sizeof(*all.v.v), owner_order);
}

const struct proc_attachers *proc_attachers(void)
{
	if (looked)
		return &all;
	looked = true;
	if (!proc_usable())
		return &all;
	if (!devices.nr)
		find_devices();
	proc_visit_processes(look_at_process, NULL);
	if (all.v.nr)
		find_owners();
	return &all;
}

void proc_attachers_forget(void)
{
	looked = false;
	all.v.nr = all.mappings.nr = 0;
}
