// SPDX-License-Identifier: GPL-2.0
/*
 * Shared memory segments: what ipc/shm.c knows of them.
 *
 * shm_perm.lock (held by ids.c) protects all that we read of a segment: times, counts, the two
 * pids, and shm_file, which is there as long as the segment is not deleted (shm_destroy() clears it
 * under the lock; the same from 5.10 to 7.x). A segment that was removed while attached stays, with
 * SHM_DEST in its mode and key 0. shm_ids.rwsem is never taken: shm_close() waits for it with
 * mmap_lock held.
 *
 * How much of a segment is in memory or in swap is read without the locks of shmem, a word each.
 */
#include <linux/fs.h>
#include <linux/ipc.h>
#include <linux/magic.h>
#include <linux/mm.h>
#include <linux/pagemap.h>
#include <linux/shm.h>
#include <linux/shmem_fs.h>

#include "compat.h"
#include "ids.h"
#include "kind.h"
#include "layout.h"
#include "rows.h"
#include "shm.h"
#include "unlocked.h"

/* Of shmctl(2); the kernel has them in ipc/shm.c. */
#ifndef SHM_DEST
#define SHM_DEST 01000
#define SHM_LOCKED 02000
#endif

static void copy_huge_pages(struct ipcdbg_segment *row, struct inode *inode)
{
	u64 nr = READ_UNLOCKED(inode->i_mapping->nrpages);

	IPCDBG_PUT(segment, row, page_size, 1ULL << inode->i_blkbits);
	IPCDBG_PUT(segment, row, rss, nr << HUGETLB_NRPAGES_SHIFT(inode));
	IPCDBG_PUT(segment, row, swap, 0);
}

static void copy_pages(struct ipcdbg_segment *row, struct inode *inode)
{
	IPCDBG_PUT(segment, row, page_size, PAGE_SIZE);
	IPCDBG_PUT(segment, row, rss, (u64)READ_UNLOCKED(inode->i_mapping->nrpages) << PAGE_SHIFT);
#ifdef CONFIG_SHMEM
	IPCDBG_PUT(segment, row, noreserve, shmem_is_noreserve(SHMEM_I(inode)));
	IPCDBG_PUT(segment, row, swap, (u64)READ_UNLOCKED(SHMEM_I(inode)->swapped) << PAGE_SHIFT);
#else
	IPCDBG_PUT(segment, row, swap, 0);
#endif
}

static void copy_file(struct ipcdbg_segment *row, struct inode *inode)
{
	bool huge = inode->i_sb->s_magic == HUGETLBFS_MAGIC;

	IPCDBG_PUT(segment, row, hugetlb, huge);
	if (huge)
		copy_huge_pages(row, inode);
	else
		copy_pages(row, inode);
}

static void copy_row(struct shm_state *s, struct shmid_kernel *shp, struct kern_ipc_perm *perm)
{
	struct ipcdbg_segment *row = &s->row;

	memset(row, 0, sizeof(*row));
	IPCDBG_PUT(segment, row, shmid, perm->id);
	PUT_PERM(segment, row, perm, s->o.view->user_ns);
	IPCDBG_PUT(segment, row, size, *shmid_kernel__shm_segsz(shp));
	IPCDBG_PUT(segment, row, nattch, *shmid_kernel__shm_nattch(shp));
	IPCDBG_PUT(segment, row, atime, *shmid_kernel__shm_atim(shp));
	IPCDBG_PUT(segment, row, dtime, *shmid_kernel__shm_dtim(shp));
	IPCDBG_PUT(segment, row, ctime, *shmid_kernel__shm_ctim(shp));
	IPCDBG_PUT(segment, row, dest, !!(perm->mode & SHM_DEST));
	IPCDBG_PUT(segment, row, locked, !!(perm->mode & SHM_LOCKED));
	pid_copy_take(&s->cpid, *shmid_kernel__shm_cprid(shp));
	pid_copy_take(&s->lpid, *shmid_kernel__shm_lprid(shp));
}

/*
 * The inode and not the file: who drops a file's last reference frees the memory on its way back to
 * user space, so a segment that is removed while it is looked at would stay until read() returns.
 */
static void take_inode(struct shm_state *s, const struct file *file)
{
	s->f_op = file->f_op;
	s->inode = file_inode(file);
	ihold(s->inode);
}

static bool shm_collect(struct walk_object *o, struct kern_ipc_perm *perm)
{
	struct shmid_kernel *shp = shmid_kernel__of_shm_perm(perm);
	const struct file *file = *shmid_kernel__shm_file(shp);
	struct shm_state *s = shm_state_of(o);

	object_reset(o);
	s->lost = false;
	copy_row(s, shp, perm);
	copy_file(&s->row, file_inode(file));
	if (!o->list)
		take_inode(s, file);
	return true;
}

static int shm_settle(struct walk_object *o, bool last_try)
{
	struct shm_state *s = shm_state_of(o);
	int ret = 0;

	if (o->settled)
		return 0;
	pid_copy_settle(&s->cpid, o->view);
	PUT_PID(segment, &s->row, cpid, &s->cpid);
	pid_copy_settle(&s->lpid, o->view);
	PUT_PID(segment, &s->row, lpid, &s->lpid);
	if (s->inode) {
		ret = shm_attach_find(s);
		/* After IPC_RMID this may be the last reference, and free the memory. */
		iput(s->inode);
		s->inode = NULL;
	}
	o->settled = true;
	return ret;
}

static void shm_init(struct walk_object *o)
{
	struct shm_state *s = shm_state_of(o);

	s->vecs[SHM_MAPPINGS].item = sizeof(struct shm_mapping);
	s->vecs[SHM_MEMS].item = sizeof(struct shm_mem);
	s->vecs[SHM_PROCS].item = sizeof(struct shm_proc);
	s->vecs[SHM_LINES].item = sizeof(struct shm_line);
	s->tasks.key_of = shm_mm_of;
	o->vecs = s->vecs;
	o->nr_vecs = SHM_VECS;
	o->settled = true;
}

static void shm_end_read(struct walk_object *o)
{
	struct shm_state *s = shm_state_of(o);

	shm_tasks_free(s);
	s->tasks_known = false;
	s->rebuilds = 0;
}

static void shm_free(struct walk_object *o)
{
	shm_end_read(o);
	object_free(o);
}

static void shm_begin(struct walk_object *o)
{
	memset(&shm_state_of(o)->at, 0, sizeof(struct object_cursor));
	object_trim(o);
}

const struct walk_kind shm_kind = {
	.word = "segment",
	.has_ids = true,
	.ids = 2, /* IPC_SHM_IDS of ipc/util.h */
	.state_size = sizeof(struct shm_state),
	.list_size = sizeof(struct shm_state),
	.init = shm_init,
	.free = shm_free,
	.seek = ids_seek,
	.begin = shm_begin,
	.find = ids_find,
	.next = ids_next,
	.collect = shm_collect,
	.settle = shm_settle,
	.emit = shm_emit,
	.end_read = shm_end_read,
};
