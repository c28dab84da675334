// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include "shm_compare.h"
#include "check.h"
#include "compare.h"

#include <errno.h>
#include <string.h>
#include <sys/shm.h>
#include <unistd.h>

static bool compare_stat(const struct rows *r, int row, const struct shmid_ds *ds)
{
	bool ok = true;

	CHECK("key", (uint32_t)ds->shm_perm.__key, ROW_NUM(r, row, segment, key));
	CHECK("mode", ds->shm_perm.mode, ROW_NUM(r, row, segment, mode));
	CHECK("dest", !!(ds->shm_perm.mode & SHM_DEST), ROW_NUM(r, row, segment, dest));
	CHECK("locked", !!(ds->shm_perm.mode & SHM_LOCKED), ROW_NUM(r, row, segment, locked));
	CHECK("uid", ds->shm_perm.uid, ROW_NUM(r, row, segment, uid));
	CHECK("gid", ds->shm_perm.gid, ROW_NUM(r, row, segment, gid));
	CHECK("cuid", ds->shm_perm.cuid, ROW_NUM(r, row, segment, cuid));
	CHECK("cgid", ds->shm_perm.cgid, ROW_NUM(r, row, segment, cgid));
	CHECK("size", ds->shm_segsz, ROW_NUM(r, row, segment, size));
	CHECK("nattch", ds->shm_nattch, ROW_NUM(r, row, segment, nattch));
	CHECK("cpid", ds->shm_cpid, ROW_NUM(r, row, segment, cpid));
	CHECK("lpid", ds->shm_lpid,
	      ROW_HAS(r, row, segment, lpid) ? ROW_NUM(r, row, segment, lpid) : 0);
	CHECK("atime", ds->shm_atime, ROW_NUM(r, row, segment, atime));
	CHECK("dtime", ds->shm_dtime, ROW_NUM(r, row, segment, dtime));
	CHECK("ctime", ds->shm_ctime, ROW_NUM(r, row, segment, ctime));
	return ok;
}

/* Some kernels take huge pages times their size in base pages for the number of pages. */
static bool is_rss(int64_t proc, int64_t rss, const struct shm_known *k)
{
	return proc == rss || (k->hugetlb && proc == rss * (int64_t)(huge_page_size() / 4096));
}

static bool compare_line(const struct rows *r, int row, const struct shm_known *k)
{
	struct shm_line l;
	bool ok = true;

	if (!shm_line(k->id, &l))
		return complain("/proc/sysvipc/shm lacks %d", k->id);
	CHECK("proc key", (uint32_t)l.key, ROW_NUM(r, row, segment, key));
	CHECK("proc mode", l.mode, ROW_NUM(r, row, segment, mode));
	CHECK("proc size", l.size, ROW_NUM(r, row, segment, size));
	CHECK("proc nattch", l.nattch, ROW_NUM(r, row, segment, nattch));
	CHECK("proc cpid", l.cpid, ROW_NUM(r, row, segment, cpid));
	CHECK("proc uid", l.uid, ROW_NUM(r, row, segment, uid));
	CHECK("proc swap", l.swap, ROW_NUM(r, row, segment, swap));
	if (!is_rss(l.rss, ROW_NUM(r, row, segment, rss), k))
		CHECK("proc rss", l.rss, ROW_NUM(r, row, segment, rss));
	return ok;
}

static bool compare_known(const struct rows *r, int row, const struct shm_known *k)
{
	bool ok = true;

	CHECK("removed", k->removed, ROW_NUM(r, row, segment, dest));
	CHECK("hugetlb", k->hugetlb, ROW_NUM(r, row, segment, hugetlb));
	CHECK("page_size", k->hugetlb ? (long)huge_page_size() : sysconf(_SC_PAGESIZE),
	      ROW_NUM(r, row, segment, page_size));
	CHECK("has noreserve", !k->hugetlb, ROW_HAS(r, row, segment, noreserve));
	if (!k->hugetlb)
		CHECK("noreserve", k->noreserve, ROW_NUM(r, row, segment, noreserve));
	return ok;
}

bool compare_segment(const struct rows *r, int row, const struct shm_known *k)
{
	struct shmid_ds ds;
	bool ok;

	if (shmctl(k->id, IPC_STAT, &ds))
		return complain("IPC_STAT %d: %s", k->id, strerror(errno));
	ok = compare_stat(r, row, &ds);
	if (shmctl(k->id & 0x7fff, SHM_STAT_ANY, &ds) != k->id)
		return complain("SHM_STAT_ANY %d: %s", k->id & 0x7fff, strerror(errno));
	ok &= compare_stat(r, row, &ds);
	ok &= compare_line(r, row, k);
	ok &= compare_known(r, row, k);
	return ok || complain("segment %d", k->id);
}

/* The first mapping of the next process that has this segment, -1. */
static int next_process(const struct shm_maps *maps, int shmid, int at)
{
	pid_t pid = at < 0 ? 0 : maps->map[at].pid;

	for (at++; at < (int)maps->nr; at++)
		if (maps->map[at].shmid == shmid && maps->map[at].pid != pid)
			return at;
	return -1;
}

int attach_below(const struct rows *r, int segment, pid_t pid)
{
	int i = -1;

	while ((i = rows_next(r, IPCDBG_R_attach, segment, i)) >= 0)
		if (ROW_HAS(r, i, attach, pid) && ROW_NUM(r, i, attach, pid) == pid)
			return i;
	return -1;
}

static bool is_shared(const struct rows *r, int attach)
{
	return ROW_HAS(r, attach, attach, shared) && ROW_NUM(r, attach, attach, shared);
}

/* The row with the mappings of that memory: this one, or the nearest above it that has them. */
static int memory_of(const struct rows *r, int segment, int attach)
{
	int i = -1, memory = -1;

	while ((i = rows_next(r, IPCDBG_R_attach, segment, i)) >= 0 && i <= attach)
		if (!is_shared(r, i))
			memory = i;
	return memory;
}

static bool compare_mapping(const struct rows *r, int mapping, const struct shm_map *m)
{
	bool ok = true;

	CHECK("start", m->start, ROW_NUM(r, mapping, mapping, start));
	CHECK("end", m->end, ROW_NUM(r, mapping, mapping, end));
	CHECK("offset", m->offset, ROW_NUM(r, mapping, mapping, offset));
	CHECK_STR("prot", m->prot, ROW_STR(r, mapping, mapping, prot));
	return ok;
}

/* All mappings of one process, from the first on, in the rows below attach. */
static bool compare_mappings(const struct rows *r, int attach, const struct shm_maps *maps,
			     unsigned int first)
{
	const struct shm_map *m = &maps->map[first];
	int shmid = m->shmid, mapping = -1;
	pid_t pid = m->pid;
	bool ok = true;

	for (; m < maps->map + maps->nr && m->pid == pid; m++) {
		if (m->shmid != shmid)
			continue;
		mapping = rows_next(r, IPCDBG_R_mapping, attach, mapping);
		if (mapping < 0)
			return complain("process %d: too few mapping rows", pid);
		ok &= compare_mapping(r, mapping, m);
	}
	if (rows_next(r, IPCDBG_R_mapping, attach, mapping) >= 0)
		ok = complain("process %d: too many mapping rows", pid);
	return ok;
}

static pid_t thread_of(const struct shm_maps *maps, pid_t pid)
{
	unsigned int i;

	for (i = 0; i < maps->nr; i++)
		if (maps->map[i].pid == pid)
			return maps->map[i].tid;
	return 0;
}

/* Processes that share memory stand together, those that do not stand apart. */
static bool compare_sharing(const struct rows *r, int segment, int memory, pid_t tid,
			    const struct shm_maps *maps)
{
	bool ok = true;
	int i = -1;

	while ((i = rows_next(r, IPCDBG_R_attach, segment, i)) >= 0) {
		pid_t other = ROW_HAS(r, i, attach, pid)
				      ? thread_of(maps, ROW_NUM(r, i, attach, pid))
				      : 0;

		if (!is_shared(r, i) && other)
			CHECK("shares the memory", i == memory, shares_memory(tid, other));
	}
	return ok;
}

static bool compare_attach(const struct rows *r, int segment, const struct shm_maps *maps,
			   int first)
{
	const struct shm_map *m = &maps->map[first];
	int attach = attach_below(r, segment, m->pid), memory;
	bool ok;

	if (attach < 0)
		return complain("segment %d: no row of process %d", m->shmid, m->pid);
	memory = memory_of(r, segment, attach);
	if (memory < 0)
		return complain("line %d: shares the memory of nobody", attach + 1);
	ok = compare_process(r, attach, m->pid, m->pid);
	CHECK_STR("state", "live", ROW_STR(r, attach, attach, state));
	CHECK("mappings", rows_count(r, IPCDBG_R_mapping, memory),
	      ROW_NUM(r, attach, attach, mappings));
	if (attach != memory)
		CHECK("mapping rows of a sharer", 0, rows_count(r, IPCDBG_R_mapping, attach));
	ok &= compare_mappings(r, memory, maps, first);
	ok &= compare_sharing(r, segment, memory, m->tid, maps);
	return ok || complain("segment %d, process %d", m->shmid, m->pid);
}

static unsigned int count_own(const struct rows *r, int segment)
{
	unsigned int n = 0;
	int attach = -1, mapping;

	while ((attach = rows_next(r, IPCDBG_R_attach, segment, attach)) >= 0)
		for (mapping = -1;
		     (mapping = rows_next(r, IPCDBG_R_mapping, attach, mapping)) >= 0;)
			n += !ROW_HAS(r, mapping, mapping, foreign) ||
			     !ROW_NUM(r, mapping, mapping, foreign);
	return n;
}

bool compare_attached(const struct rows *r, int segment, const struct shm_maps *maps)
{
	int shmid = ROW_NUM(r, segment, segment, shmid);
	unsigned int processes = 0;
	bool ok = true;
	int at = -1;

	while ((at = next_process(maps, shmid, at)) >= 0) {
		ok &= compare_attach(r, segment, maps, at);
		processes++;
	}
	CHECK("attach rows", processes, rows_count(r, IPCDBG_R_attach, segment));
	CHECK("mappings of shmat", ROW_NUM(r, segment, segment, nattch), count_own(r, segment));
	CHECK("truncated rows", 0, rows_count(r, IPCDBG_R_truncated, segment));
	return ok || complain("attachments of segment %d", shmid);
}
