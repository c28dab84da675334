// SPDX-License-Identifier: GPL-2.0
/*
 * Whose memory it is that maps a segment. An mm_struct that is grabbed tells its owner, by RCU, and
 * how many tasks use it. More than its owner has threads: other processes share it (CLONE_VM,
 * vfork), or something in the kernel uses it. These are looked up in a table of all tasks by their
 * mm. It is made once a read(), and a row of it is only believed if the task has that mm now.
 */
#include <linux/mm.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>

#include "compat.h"
#include "shm.h"
#include "unlocked.h"

#define MAX_TRIES 8 /* of finding processes into ever more room */
#define MAX_REBUILDS 8 /* of the table, in one read() */
#define SPARE_PROCS 16

/* The leader speaks for its threads. A kernel thread only borrows a memory (kthread_use_mm()). */
const void *shm_mm_of(struct task_struct *task)
{
	const struct mm_struct *mm = READ_UNLOCKED(task->mm);

	if (task_is_kthread(task) ||
	    (!thread_group_leader(task) && READ_UNLOCKED(task->group_leader->mm) == mm))
		return NULL;
	return mm;
}

/* RCU. false: no room. */
static bool add_proc(struct shm_state *s, struct shm_mem *mem, struct pid *tgid)
{
	struct shm_proc *p = vec_add(&s->vecs[SHM_PROCS], 1);
	u32 i;

	if (!p) {
		mem->missed = true;
		return false;
	}
	i = p - shm_proc_at(s, 0);
	pid_copy_take(&p->tgid, tgid);
	p->next = SHM_NONE;
	if (mem->procs == SHM_NONE)
		mem->procs = i;
	else
		shm_proc_at(s, mem->last_proc)->next = i;
	mem->last_proc = i;
	return true;
}

static struct pid *tgid_of(const struct task_struct *task)
{
	return READ_UNLOCKED(task->signal->pids[PIDTYPE_TGID]);
}

#ifdef CONFIG_MEMCG
/*
 * copy_process() makes a task the owner of a memory before it is one, and takes it back if the rest
 * fails: its signal_struct is freed at once then, without RCU. Its thread_pid is that of its parent
 * until it is hashed, after which nothing fails. RCU.
 */
static bool is_hashed(struct task_struct *task)
{
	return pid_task(READ_UNLOCKED(task->thread_pid), PIDTYPE_PID) == task;
}

/*
 * live is counted down before a thread leaves its memory (do_exit()), and up after it has got it.
 * Read before and after mm_users, the smaller one hides another user only if threads go and come
 * between the three reads.
 */
static bool is_alone(const struct mm_struct *mm, struct task_struct *task, u32 *users)
{
	int live;

	preempt_disable();
	live = atomic_read(&task->signal->live);
	smp_rmb(); /* live, then mm_users */
	*users = atomic_read(&mm->mm_users);
	smp_rmb(); /* mm_users, then live */
	live = min(live, atomic_read(&task->signal->live));
	preempt_enable();
	*users -= min_t(u32, *users, live);
	return !*users;
}

static void find_owner(struct shm_state *s, struct shm_mem *mem)
{
	struct task_struct *task;
	struct pid *tgid;

	mem->users = atomic_read(&mem->mm->mm_users);
	mem->search = mem->users;
	mem->forking = false;
	rcu_read_lock();
	task = rcu_dereference(mem->mm->owner);
	if (task && task_state_word(task) == TASK_NEW && !is_hashed(task)) {
		mem->forking = true;
		mem->search = false;
	} else if (task && READ_UNLOCKED(task->mm) == mem->mm && is_hashed(task)) {
		smp_rmb(); /* hashed, then the pids that were attached before */
		tgid = tgid_of(task);
		if (tgid && add_proc(s, mem, tgid))
			mem->search = !is_alone(mem->mm, task, &mem->users);
	}
	/* One that is exiting has left the memory before the owner is renewed. */
	rcu_read_unlock();
}
#else
static void find_owner(struct shm_state *s, struct shm_mem *mem)
{
	mem->users = atomic_read(&mem->mm->mm_users);
	mem->search = mem->users;
}
#endif

static bool has_proc(const struct shm_state *s, const struct shm_mem *mem, const struct pid *tgid)
{
	return mem->procs != SHM_NONE && (shm_proc_at(s, mem->procs)->tgid.pid == tgid ||
					  shm_proc_at(s, mem->last_proc)->tgid.pid == tgid);
}

/*
 * The processes that the table has for this memory; those of one process follow each other. What is
 * left of mem->users are tasks that it does not know.
 */
static void search_procs(struct shm_state *s, struct shm_mem *mem)
{
	u32 i = task_table_find(&s->tasks, mem->mm);
	struct task_struct *task;
	struct pid *tgid;

	for (; i < s->tasks.nr && s->tasks.rows[i].key == mem->mm; i++) {
		task = s->tasks.rows[i].task;
		rcu_read_lock();
		tgid = tgid_of(task);
		if (tgid && READ_UNLOCKED(task->mm) == mem->mm && !has_proc(s, mem, tgid) &&
		    add_proc(s, mem, tgid))
			mem->users -= min_t(u32, mem->users, atomic_read(&task->signal->live));
		rcu_read_unlock();
		cond_resched();
	}
}

void shm_tasks_free(struct shm_state *s)
{
	task_table_free(&s->tasks);
	s->o.budget += s->tasks_bytes;
	s->tasks_bytes = 0;
}

/* Half of what is left, so that its rows can be copied too. Without it processes are missed. */
static int build_tasks(struct shm_state *s)
{
	int ret;

	shm_tasks_free(s);
	ret = task_table_build(&s->tasks, s->o.budget / 2 / TASK_TABLE_ROW);
	task_table_index(&s->tasks);
	s->tasks_bytes = task_table_bytes(&s->tasks);
	s->o.budget -= s->tasks_bytes;
	s->tasks_known = true;
	s->tasks.full |= ret == -ENOMEM;
	return ret == -EINTR ? ret : 0;
}

static bool find_owners(struct shm_state *s)
{
	struct shm_mem *mem;
	bool search = false;
	u32 i;

	for (i = 0; i < s->vecs[SHM_MEMS].nr; i++) {
		mem = shm_mem_at(s, i);
		mem->procs = SHM_NONE;
		mem->missed = false;
		find_owner(s, mem);
		search |= mem->search;
		cond_resched();
	}
	return search;
}

/* Whether the table knows all users of the memories that are searched for. */
static bool search_all(struct shm_state *s)
{
	struct shm_mem *mem;
	bool all = true;
	u32 i;

	for (i = 0; i < s->vecs[SHM_MEMS].nr; i++) {
		mem = shm_mem_at(s, i);
		if (!mem->search)
			continue;
		search_procs(s, mem);
		all &= !mem->users;
		mem->missed |= s->tasks.full && mem->users;
	}
	return all;
}

static void drop_procs(struct shm_state *s)
{
	u32 i;

	for (i = 0; i < s->vecs[SHM_PROCS].nr; i++) {
		pid_copy_drop(&shm_proc_at(s, i)->tgid);
		cond_resched();
	}
	s->vecs[SHM_PROCS].nr = 0;
}

/* 1: the table was too old, and has been made for this segment; or 0, -EINTR. */
static int try_procs(struct shm_state *s, bool *fresh)
{
	int ret = 0;

	if (!find_owners(s))
		return 0;
	if (!s->tasks_known) {
		ret = build_tasks(s);
		*fresh = true;
	}
	if (ret || search_all(s) || *fresh)
		return ret;
	if (s->rebuilds == MAX_REBUILDS) {
		/* Nobody can tell whether the table is too old, or the users are none of ours. */
		s->lost = true;
		return 0;
	}
	s->rebuilds++;
	*fresh = true;
	ret = build_tasks(s);
	return ret ? ret : 1;
}

int shm_proc_find(struct shm_state *s)
{
	u32 n = s->vecs[SHM_MEMS].nr + SPARE_PROCS;
	struct vec *procs = &s->vecs[SHM_PROCS];
	unsigned int tries;
	bool room = true, fresh = false;
	int ret = 0;
	u32 i;

	for (tries = 0; ret > 0 || (tries < MAX_TRIES && room); tries++) {
		drop_procs(s);
		n = max(n, procs->want);
		room = shm_make_room(s, SHM_PROCS, n);
		ret = try_procs(s, &fresh);
		if (ret < 0 || (!ret && !vec_is_short(procs)))
			break;
	}
	s->lost |= vec_is_short(procs);
	for (i = 0; i < s->vecs[SHM_MEMS].nr; i++)
		s->lost |= shm_mem_at(s, i)->missed;
	if (ret < 0)
		drop_procs(s);
	return min(ret, 0);
}

void shm_proc_settle(struct shm_state *s)
{
	u32 i;

	for (i = 0; i < s->vecs[SHM_PROCS].nr; i++)
		pid_copy_settle(&shm_proc_at(s, i)->tgid, s->o.view);
}
