// SPDX-License-Identifier: GPL-2.0
/*
 * Who has a segment attached: the mappings of its file, then the processes of their memory.
 *
 * i_mmap_rwsem of the file's mapping, for reading, keeps every struct vm_area_struct in the tree:
 * its start, end and offset, its file, and its mm_struct change or go away only under the lock for
 * writing (__vma_adjust(), unlink_file_vma(), dup_mmap(); mm/rmap.c walks the same way). It sleeps,
 * and nests inside mmap_lock: no lock is held around it but walk.lock, and no memory is allocated
 * under it, since reclaim takes it. mmap_lock is never taken.
 *
 * The mm_struct is grabbed, which keeps the struct and not the memory.
 *
 * The tree is walked to its end, with pauses, as mm/ does it, or until there are more mappings than
 * can be kept.
 */
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/rbtree.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>
#include <linux/sort.h>

#include "hold.h"
#include "shm.h"
#include "unlocked.h"

#define MAX_TRIES 8 /* of walking the tree into ever more room */
/* What a mapping may need: in the worst case it is that of a process of its own. */
#define MAPPING_COST                                                                               \
	(sizeof(struct shm_mapping) + sizeof(struct shm_mem) + sizeof(struct shm_proc) +           \
	 3 * sizeof(struct shm_line))

/*
 * A mapping made by shmat() has the operations of ipc/shm.c. One made by way of /proc/PID/map_files
 * has those of the file system, like the segment's own file.
 */
static bool is_foreign(const struct shm_state *s, const struct file *mapped)
{
	return mapped->f_op == s->f_op || mapped->f_op == s->inode->i_fop;
}

static void add_mapping(struct shm_state *s, struct vm_area_struct *vma)
{
	struct shm_mapping *m = vec_add(&s->vecs[SHM_MAPPINGS], 1);

	if (!m)
		return;
	mmgrab(vma->vm_mm);
	m->mm = vma->vm_mm;
	m->start = vma->vm_start;
	m->end = vma->vm_end;
	m->offset = (u64)vma->vm_pgoff << PAGE_SHIFT;
	m->rights = READ_UNLOCKED(vma->vm_flags) & (VM_READ | VM_WRITE | VM_EXEC);
	m->foreign = is_foreign(s, vma->vm_file);
}

/* How many mappings there is memory for, with all that belongs to them. */
static u32 most_mappings(const struct shm_state *s)
{
	u64 bytes = s->o.budget;
	unsigned int v;

	for (v = 0; v < SHM_VECS; v++)
		bytes += vec_bytes(&s->vecs[v]);
	return min_t(u64, bytes / MAPPING_COST, U32_MAX - 1);
}

/* 0 or -EINTR. */
static int walk_mappings(struct shm_state *s, u32 most)
{
	struct address_space *mapping = s->inode->i_mapping;
	struct vec *maps = &s->vecs[SHM_MAPPINGS];
	struct rb_node *node;
	int ret = 0;
	struct hold begin;

	i_mmap_lock_read(mapping);
	begin = hold_begin();
	for (node = rb_first_cached(&mapping->i_mmap); node && !ret; node = rb_next(node)) {
		add_mapping(s, rb_entry(node, struct vm_area_struct, shared.rb));
		if (maps->want > most)
			break;
		cond_resched();
		if (fatal_signal_pending(current))
			ret = -EINTR;
	}
	hold_end(HOLD_I_MMAP, begin);
	i_mmap_unlock_read(mapping);
	return ret;
}

static void drop_mms(struct shm_state *s)
{
	u32 i;

	for (i = 0; i < s->vecs[SHM_MAPPINGS].nr; i++) {
		mmdrop(shm_mapping_at(s, i)->mm);
		cond_resched();
	}
	s->vecs[SHM_MAPPINGS].nr = 0;
}

bool shm_make_room(struct shm_state *s, enum shm_vec v, u32 n)
{
	struct vec *vec = &s->vecs[v];
	u64 *budget = &s->o.budget;
	u32 old = vec->size;

	vec_reset(vec);
	if (old >= n)
		return true;
	vec_free(vec, budget);
	if (vec_alloc(vec, budget, min_t(u64, n, *budget / vec->item)))
		return vec->size >= n;
	if (old)
		vec_alloc(vec, budget, old);
	return false;
}

/* 0 or -EINTR. */
static int find_mappings(struct shm_state *s)
{
	struct vec *maps = &s->vecs[SHM_MAPPINGS];
	u32 most = most_mappings(s);
	unsigned int tries = 0;
	u32 want, old;
	int ret;

	ret = walk_mappings(s, most);
	while (!ret && vec_is_short(maps) && maps->size < most && ++tries < MAX_TRIES) {
		want = maps->want;
		old = maps->size;
		drop_mms(s);
		object_free(&s->o);
		if (!shm_make_room(s, SHM_MAPPINGS, min(want + want / 4, most)) && old &&
		    !maps->size)
			vec_alloc(maps, &s->o.budget, old);
		if (maps->size <= old)
			tries = MAX_TRIES;
		ret = walk_mappings(s, most);
	}
	s->lost |= vec_is_short(maps);
	return ret;
}

/* sort() of many rows takes long and nothing in it lets others run, but it calls this. */
static int mapping_order(const void *a, const void *b)
{
	const struct shm_mapping *x = a, *y = b;

	cond_resched();
	if (x->mm != y->mm)
		return x->mm < y->mm ? -1 : 1;
	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	return 0;
}

static u32 count_mems(const struct shm_state *s)
{
	u32 i, n = 0;

	for (i = 0; i < s->vecs[SHM_MAPPINGS].nr; i++)
		if (!i || shm_mapping_at(s, i)->mm != shm_mapping_at(s, i - 1)->mm)
			n++;
	return n;
}

/* The mappings of each memory stand in a row; the memories are sorted by mm. */
static void find_mems(struct shm_state *s)
{
	struct vec *maps = &s->vecs[SHM_MAPPINGS];
	struct shm_mem *mem = NULL;
	u32 i;

	sort(maps->data, maps->nr, maps->item, mapping_order, NULL);
	shm_make_room(s, SHM_MEMS, count_mems(s));
	for (i = 0; i < maps->nr; i++) {
		const struct shm_mapping *m = shm_mapping_at(s, i);

		if (!mem || mem->mm != m->mm) {
			mem = vec_add(&s->vecs[SHM_MEMS], 1);
			if (!mem)
				break;
			*mem = (struct shm_mem){ .mm = m->mm, .mapping = i, .procs = SHM_NONE };
		}
		mem->mappings++;
	}
	s->lost |= vec_is_short(&s->vecs[SHM_MEMS]);
}

static int pid_order(const void *a, const void *b)
{
	const struct shm_mem *x = a, *y = b;

	cond_resched();
	if (x->pid != y->pid)
		return x->pid < y->pid ? -1 : 1;
	return 0;
}

/* By the pids of their first processes; those without one come first. */
static void order_mems(struct shm_state *s)
{
	struct vec *mems = &s->vecs[SHM_MEMS];
	struct shm_mem *mem;
	u32 i;

	for (i = 0; i < mems->nr; i++) {
		mem = shm_mem_at(s, i);
		mem->pid = mem->procs == SHM_NONE ? 0 : shm_proc_at(s, mem->procs)->tgid.facts.pid;
	}
	sort(mems->data, mems->nr, mems->item, pid_order, NULL);
}

static void add_line(struct shm_state *s, u32 mem, u32 proc, u32 mapping)
{
	struct shm_line *line = vec_add(&s->vecs[SHM_LINES], 1);

	if (line)
		*line = (struct shm_line){ mem, proc, mapping };
}

/* A memory: its first process with the mappings, then those that share it. */
static void add_lines(struct shm_state *s, u32 i)
{
	const struct shm_mem *mem = shm_mem_at(s, i);
	u32 j;

	/* Nobody is to be taken for dead only because there was no room. */
	if (mem->missed && mem->procs == SHM_NONE)
		return;
	add_line(s, i, mem->procs, SHM_NONE);
	for (j = 0; j < mem->mappings; j++)
		add_line(s, i, SHM_NONE, mem->mapping + j);
	if (mem->procs == SHM_NONE)
		return;
	for (j = shm_proc_at(s, mem->procs)->next; j != SHM_NONE; j = shm_proc_at(s, j)->next)
		add_line(s, i, j, SHM_NONE);
}

static void make_lines(struct shm_state *s)
{
	u32 i, n = s->vecs[SHM_MEMS].nr + s->vecs[SHM_PROCS].nr;

	for (i = 0; i < s->vecs[SHM_MEMS].nr; i++)
		n += shm_mem_at(s, i)->mappings;
	shm_make_room(s, SHM_LINES, n);
	for (i = 0; i < s->vecs[SHM_MEMS].nr; i++) {
		add_lines(s, i);
		cond_resched();
	}
	s->lost |= vec_is_short(&s->vecs[SHM_LINES]);
}

int shm_attach_find(struct shm_state *s)
{
	int ret = find_mappings(s);

	if (!ret) {
		find_mems(s);
		ret = shm_proc_find(s);
	}
	drop_mms(s);
	if (ret)
		return ret;
	shm_proc_settle(s);
	order_mems(s);
	make_lines(s);
	return 0;
}
