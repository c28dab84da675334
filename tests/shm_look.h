/* SPDX-License-Identifier: GPL-2.0 */
/* What tests of attachments do again and again: attach, read, and look at one row. */
#ifndef TESTS_SHM_LOOK_H
#define TESTS_SHM_LOOK_H

#include "puppet.h"
#include "rows.h"

#define PAGE 4096
#define HERE 0x200000000000 /* an address where nothing is */

/* Dies if the puppet cannot attach it, or not at that address (0: any). */
void shm_attach(struct puppet *p, int id, unsigned long address, int flags);

/* Reads shm anew; every segment has the attachments that the maps of all processes have. */
bool shm_as_in_maps(struct rows *r);

/* The row of a segment, and that of a process below it; -1 if there is none. */
int shm_row(const struct rows *r, int id);
int shm_attach_row(const struct rows *r, int id, pid_t pid);

unsigned int shm_processes(const struct rows *r, int id);
int64_t shm_nattch(const struct rows *r, int id);

/* The n-th mapping row below an attach row is this. Complains. */
bool shm_mapping_is(const struct rows *r, int attach, int n, uint64_t start, uint64_t end,
		    uint64_t offset, const char *prot);

#endif
