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
 * The mm_struct is grabbed, which keeps the struct and not the memory. Its process is found under
 * RCU: mm->owner where the kernel has it, else a search of all tasks. That search also finds the
 * others, where more tasks use the memory than the owner has threads.
 *
 * The tree is walked to its end, as every walk of it in mm/ does, with pauses.
 */
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/rbtree.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>
#include <linux/sort.h>

#include "shm.h"

#define MAX_TRIES 8 /* of walking the tree, or all tasks, into ever more room */
#define SPARE_PROCS 16

/*
 * A mapping made by shmat() has the operations of ipc/shm.c. One made by way of /proc/PID/map_files
 * has those of the file system, like the segment's own file.
 */
static bool is_foreign(const struct file *segment, const struct file *mapped)
{
	return mapped->f_op == segment->f_op || mapped->f_op == file_inode(segment)->i_fop;
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
	m->rights = READ_ONCE(vma->vm_flags) & (VM_READ | VM_WRITE | VM_EXEC);
	m->foreign = is_foreign(s->file, vma->vm_file);
}

static void walk_mappings(struct shm_state *s)
{
	struct address_space *mapping = s->file->f_mapping;
	struct rb_node *node;

	i_mmap_lock_read(mapping);
	for (node = rb_first_cached(&mapping->i_mmap); node; node = rb_next(node)) {
		add_mapping(s, rb_entry(node, struct vm_area_struct, shared.rb));
		cond_resched();
	}
	i_mmap_unlock_read(mapping);
}

static void drop_mms(struct shm_state *s)
{
	u32 i;

	for (i = 0; i < s->vecs[SHM_MAPPINGS].nr; i++) {
		mmdrop(shm_mapping_at(s, i)->mm);
		cond_resched();
	}
}

static void find_mappings(struct shm_state *s)
{
	unsigned int tries = 0;

	walk_mappings(s);
	while (object_can_grow(&s->o) && ++tries < MAX_TRIES) {
		drop_mms(s);
		object_grow(&s->o);
		object_reset(&s->o);
		walk_mappings(s);
	}
	s->lost |= vec_is_short(&s->vecs[SHM_MAPPINGS]);
}

/* Room for n in a vector that is empty; how many there is room for. */
static u32 make_room(struct shm_state *s, enum shm_vec v, u32 n)
{
	struct vec *vec = &s->vecs[v];

	vec_reset(vec);
	if (vec->size < n) {
		vec->want = n;
		vec_grow(vec, &s->o.budget);
		vec_reset(vec);
	}
	return vec->size;
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
	make_room(s, SHM_MEMS, count_mems(s));
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

/* RCU, or a reference on the process. */
static void add_proc(struct shm_state *s, struct shm_mem *mem, struct pid *tgid)
{
	struct shm_proc *p = vec_add(&s->vecs[SHM_PROCS], 1);
	u32 i;

	if (!p)
		return;
	i = p - shm_proc_at(s, 0);
	pid_copy_take(&p->tgid, tgid);
	p->next = SHM_NONE;
	if (mem->procs == SHM_NONE)
		mem->procs = i;
	else
		shm_proc_at(s, mem->last_proc)->next = i;
	mem->last_proc = i;
}

static bool has_proc(const struct shm_state *s, const struct shm_mem *mem, const struct pid *tgid)
{
	u32 i;

	for (i = mem->procs; i != SHM_NONE; i = shm_proc_at(s, i)->next)
		if (shm_proc_at(s, i)->tgid.pid == tgid)
			return true;
	return false;
}

/*
 * The process that owns the memory. true if no other task can be in it: its leader is, and there
 * are no more users than it has threads. mm_users also counts who looks at the memory for a moment.
 */
static bool add_owner(struct shm_state *s, struct shm_mem *mem)
{
	bool alone = !atomic_read(&mem->mm->mm_users);
#ifdef CONFIG_MEMCG
	struct task_struct *task;
	struct pid *tgid;

	rcu_read_lock();
	task = rcu_dereference(mem->mm->owner);
	/* One that is exiting has left the memory before the owner is renewed. */
	if (task && READ_ONCE(task->mm) == mem->mm) {
		tgid = READ_ONCE(task->signal->pids[PIDTYPE_TGID]);
		if (tgid)
			add_proc(s, mem, tgid);
		if (tgid && READ_ONCE(task->group_leader->mm) == mem->mm)
			alone |= atomic_read(&mem->mm->mm_users) <= get_nr_threads(task);
	}
	rcu_read_unlock();
#endif
	return alone;
}

static struct shm_mem *find_mem(struct shm_state *s, const struct mm_struct *mm)
{
	u32 low = 0, high = s->vecs[SHM_MEMS].nr;

	while (low < high) {
		u32 mid = low + (high - low) / 2;

		if (shm_mem_at(s, mid)->mm == mm)
			return shm_mem_at(s, mid);
		if (shm_mem_at(s, mid)->mm < mm)
			low = mid + 1;
		else
			high = mid;
	}
	return NULL;
}

/* A kernel thread may use a memory for a while (kthread_use_mm()): it has nothing attached. */
static int add_sharer(struct task_struct *task, void *arg)
{
	struct mm_struct *mm = READ_ONCE(task->mm);
	struct shm_state *s = arg;
	struct shm_mem *mem;
	struct pid *tgid;

	if (!mm || task->flags & PF_KTHREAD)
		return 0;
	mem = find_mem(s, mm);
	if (!mem)
		return 0;
	tgid = READ_ONCE(task->signal->pids[PIDTYPE_TGID]);
	if (tgid && !has_proc(s, mem, tgid))
		add_proc(s, mem, tgid);
	return 0;
}

static int try_procs(struct shm_state *s)
{
	bool alone = true;
	u32 i;

	for (i = 0; i < s->vecs[SHM_MEMS].nr; i++) {
		shm_mem_at(s, i)->procs = SHM_NONE;
		alone &= add_owner(s, shm_mem_at(s, i));
		cond_resched();
	}
	return alone ? 0 : visit_tasks(add_sharer, s);
}

static void drop_procs(struct shm_state *s)
{
	u32 i;

	for (i = 0; i < s->vecs[SHM_PROCS].nr; i++)
		pid_copy_drop(&shm_proc_at(s, i)->tgid);
}

static int find_procs(struct shm_state *s)
{
	u32 n = s->vecs[SHM_MEMS].nr + SPARE_PROCS;
	struct vec *procs = &s->vecs[SHM_PROCS];
	unsigned int tries;
	int ret = 0;

	for (tries = 0; tries < MAX_TRIES; tries++) {
		drop_procs(s);
		n = max(n, procs->want);
		if (make_room(s, SHM_PROCS, n) < n)
			tries = MAX_TRIES;
		ret = try_procs(s);
		if (ret || !vec_is_short(procs))
			break;
	}
	s->lost |= vec_is_short(procs);
	return ret;
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
	u32 n = s->vecs[SHM_MEMS].nr + s->vecs[SHM_PROCS].nr + s->vecs[SHM_MAPPINGS].nr;
	u32 i;

	make_room(s, SHM_LINES, n);
	for (i = 0; i < s->vecs[SHM_MEMS].nr; i++) {
		add_lines(s, i);
		cond_resched();
	}
	s->lost |= vec_is_short(&s->vecs[SHM_LINES]);
}

static void settle_procs(struct shm_state *s)
{
	u32 i;

	for (i = 0; i < s->vecs[SHM_PROCS].nr; i++)
		pid_copy_settle(&shm_proc_at(s, i)->tgid, s->o.view);
}

int shm_attach_find(struct shm_state *s)
{
	int ret;

	find_mappings(s);
	find_mems(s);
	ret = find_procs(s);
	drop_mms(s);
	if (ret) {
		drop_procs(s);
		return ret;
	}
	settle_procs(s);
	order_mems(s);
	make_lines(s);
	return 0;
}
