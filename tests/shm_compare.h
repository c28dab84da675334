/* SPDX-License-Identifier: GPL-2.0 */
/* Holds segments in the module's text against shmctl and /proc. Every function complains. */
#ifndef TESTS_SHM_COMPARE_H
#define TESTS_SHM_COMPARE_H

#include "rows.h"
#include "shm_maps.h"

/* What nobody but the one who made it tells of a segment. */
struct shm_known {
	int id;
	bool hugetlb, noreserve, removed;
};

/* A segment row but for its two processes. */
bool compare_segment(const struct rows *r, int segment, const struct shm_known *k);

/*
 * The attach and mapping rows of a segment, with no process in motion: exactly the mappings of its
 * number in maps, which must be of its ipc namespace. As many of them as nattch says are not
 * foreign.
 */
bool compare_attached(const struct rows *r, int segment, const struct shm_maps *maps);

/* The row of a process below a segment row, -1 if there is none. */
int attach_below(const struct rows *r, int segment, pid_t pid);

/* One line of /proc/sysvipc/shm. false if there is none. */
struct shm_line {
	int64_t key, shmid, mode, size, cpid, lpid, nattch, uid, gid, cuid, cgid, atime, dtime,
		ctime, rss, swap;
};
bool shm_line(int shmid, struct shm_line *l);

/* Huge pages of the system in use, in bytes, and their size. */
uint64_t huge_in_use(void);
uint64_t huge_page_size(void);

#endif
