// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include "shm_look.h"
#include "check.h"
#include "common.h"
#include "shm_compare.h"

#include <sys/syscall.h>

void shm_attach(struct puppet *p, int id, unsigned long address, int flags)
{
	long ret = puppet_call(p, SYS_shmat, id, address, flags);

	if (ret < 0 || (address && (unsigned long)ret != address))
		die("shmat at %lx: %ld", address, ret);
}

int shm_row(const struct rows *r, int id)
{
	return ROWS_FIND(r, -1, segment, shmid, id);
}

bool shm_as_in_maps(struct rows *r)
{
	struct shm_maps maps = { 0 };
	bool ok;
	int i = -1;

	rows_free(r);
	ok = rows_read(r, "shm");
	shm_maps_add_all(&maps);
	while (ok && (i = rows_next(r, IPCDBG_R_segment, -1, i)) >= 0)
		ok = compare_attached(r, i, &maps);
	shm_maps_free(&maps);
	return ok;
}

int shm_attach_row(const struct rows *r, int id, pid_t pid)
{
	return attach_below(r, shm_row(r, id), pid);
}

unsigned int shm_processes(const struct rows *r, int id)
{
	return rows_count(r, IPCDBG_R_attach, shm_row(r, id));
}

int64_t shm_nattch(const struct rows *r, int id)
{
	return ROW_NUM(r, shm_row(r, id), segment, nattch);
}

bool shm_mapping_is(const struct rows *r, int attach, int n, uint64_t start, uint64_t end,
		    uint64_t offset, const char *prot)
{
	int i = -1;
	bool ok = true;

	do
		i = rows_next(r, IPCDBG_R_mapping, attach, i);
	while (i >= 0 && n--);
	if (i < 0)
		return complain("too few mappings");
	CHECK("start", start, ROW_NUM(r, i, mapping, start));
	CHECK("end", end, ROW_NUM(r, i, mapping, end));
	CHECK("offset", offset, ROW_NUM(r, i, mapping, offset));
	CHECK_STR("prot", prot, ROW_STR(r, i, mapping, prot));
	return ok;
}
