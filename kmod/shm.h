/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What shm.c copies of a segment, shm_attach.c finds out about its mappings and shm_proc.c about
 * their processes, and shm_emit.c writes.
 */
#ifndef IPCDBG_SHM_H
#define IPCDBG_SHM_H

#include <linux/fs.h>

#include "object.h"
#include "task_table.h"

struct mm_struct;
struct task_struct;

#define SHM_NONE U32_MAX /* end of a chain */

/* A mapping of the segment: a struct vm_area_struct. */
struct shm_mapping {
	struct mm_struct *mm; /* grabbed until settled */
	u64 start, end, offset;
	u8 rights; /* VM_READ, VM_WRITE, VM_EXEC */
	bool foreign;
};

/* An address space that maps the segment. */
struct shm_mem {
	struct mm_struct *mm; /* that of its mappings, and as long */
	pid_t pid; /* of its first process, 0 if there is none */
	u32 mapping, mappings;
	u32 procs, last_proc; /* chain in SHM_PROCS */
	u32 users; /* tasks that use it, less those of its processes */
	bool search; /* there may be other processes than the owner */
	bool forking; /* its process is not made yet */
	bool missed; /* of its processes: no room */
};

/* A process that runs in it; more than one where they share it (CLONE_VM, vfork). */
struct shm_proc {
	struct pid_copy tgid;
	u32 next;
};

/* A line of text: an attach row, or a mapping row below it. */
struct shm_line {
	u32 mem;
	u32 proc; /* SHM_NONE: a mapping, or memory without a process */
	u32 mapping; /* SHM_NONE: an attach row */
};

enum shm_vec { SHM_MAPPINGS, SHM_MEMS, SHM_PROCS, SHM_LINES, SHM_VECS };

struct shm_state {
	struct walk_object o;
	struct vec vecs[SHM_VECS];
	struct ipcdbg_segment row;
	struct pid_copy cpid, lpid;
	struct inode *inode; /* of its file; referenced until settled */
	const struct file_operations *f_op; /* of its file; compared, never followed */
	bool lost; /* mappings or processes: no room */
	struct task_table tasks; /* by mm; inside one read() only */
	u64 tasks_bytes; /* of it, taken from the budget */
	bool tasks_known;
	unsigned int rebuilds; /* of it, in this read() */
	struct object_cursor at;
};

#define shm_mapping_at(s, i) vec_at(struct shm_mapping, &(s)->vecs[SHM_MAPPINGS], i)
#define shm_mem_at(s, i) vec_at(struct shm_mem, &(s)->vecs[SHM_MEMS], i)
#define shm_proc_at(s, i) vec_at(struct shm_proc, &(s)->vecs[SHM_PROCS], i)
#define shm_line_at(s, i) vec_at(struct shm_line, &(s)->vecs[SHM_LINES], i)

static inline struct shm_state *shm_state_of(const struct walk_object *o)
{
	return container_of(o, struct shm_state, o);
}

/* Fills the vectors from the mappings of s->inode. 0 or -EINTR. Sleeps. */
int shm_attach_find(struct shm_state *s);
/* Room for n in a vector that is empty. false: less. */
bool shm_make_room(struct shm_state *s, enum shm_vec v, u32 n);

/* Fills SHM_PROCS from SHM_MEMS. 0 or -EINTR. Sleeps. */
int shm_proc_find(struct shm_state *s);
void shm_proc_settle(struct shm_state *s);
/* For s->tasks: the memory of a task, or NULL. */
const void *shm_mm_of(struct task_struct *task);
void shm_tasks_free(struct shm_state *s);

bool shm_emit(struct walk_object *o, struct emit *e);

#endif
