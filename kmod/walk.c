// SPDX-License-Identifier: GPL-2.0
/*
 * The one iterator: namespaces, their objects, and the text of them as a stream that can be read
 * in pieces of any size, at any position.
 *
 * Why not seq_file: a position may name an object (abi.h), a read returns a whole buffer, text
 * once made is not made again when the buffer was too small, and memory has a bound.
 *
 * Locks, in the order in which they nest:
 *
 *   walk.lock        mutex; one reader at a time of an open file. Held while text is copied to
 *                    user space, so no lock of ipc/ may be held around it, and none is.
 *   RCU              keeps an object found in ipc_ids.ipcs_idr in memory (ids.c); ipc_ids.rwsem is
 *                    never taken, so semget() and msgget() never wait for a reader. It also keeps
 *                    the tasks and pids that are visited (task.c, ns.c).
 *   i_mmap_rwsem     for reading, of a segment's file (shm_attach.c, ns_visit.c); sleeps, so not in
 *                    RCU and never together with a lock below.
 *   task_lock()      while a namespace is looked up (ns_visit.c), and inside it
 *   files_struct.file_lock   while descriptors are (files.c); never together with the lock of an
 *                    object.
 *   super_block.s_inode_list_lock, and inside it inode.i_lock   one step of a walk (inodes.c).
 *   kern_ipc_perm.lock  one object at a time, around collect() only. With it held and 'deleted'
 *                    false the object is whole: IPC_RMID sets deleted under it (ipc_rmid()).
 *                    perm->refcount is never raised: only ipc/ can drop it.
 *   mqueue_inode_info.lock   the same for a POSIX queue, whose inode is referenced (mqueue.c).
 *
 * A namespace is pinned from its first use in a read() to the end of that read(). Between reads a
 * namespace or object is known by its identity and looked up again.
 */
#include <linux/err.h>
#include <linux/ipc_namespace.h>
#include <linux/mm.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/timekeeping.h>
#include <linux/utsname.h>

#include <ipcdbg/version.h>

#include "stream.h"

#define MAX_TRIES 16 /* of collecting one object into ever more room */
#define USUAL_ROW 256 /* bytes of an object's row in a listing */

static char walk_boot_id[IPCDBG_WORD_LEN] __ro_after_init;

void walk_init(const char *boot_id)
{
	strscpy(walk_boot_id, boot_id, sizeof(walk_boot_id));
}

static void emit_header(struct walk *w)
{
	struct ipcdbg_header h = { 0 };

	IPCDBG_PUT(header, &h, version, IPCDBG_ABI_VERSION);
	strscpy(h.table, w->file->table, sizeof(h.table));
	strscpy(h.kernel, init_utsname()->release, sizeof(h.kernel));
	strscpy(h.module, IPCDBG_VERSION, sizeof(h.module));
	h.present |= IPCDBG_BIT(header, table) | IPCDBG_BIT(header, kernel) |
		     IPCDBG_BIT(header, module);
	if (walk_boot_id[0]) {
		strscpy(h.boot, walk_boot_id, sizeof(h.boot));
		h.present |= IPCDBG_BIT(header, boot);
	}
	IPCDBG_PUT(header, &h, time, ktime_get_real_ns());
	emit_line(&w->text, 0, IPCDBG_R_header, &h);
}

/* Rows of namespaces: all fields in their own table, elsewhere the inum. */
static void emit_namespace(struct walk *w, const struct ns_entry *entry)
{
	struct ipcdbg_namespace row = { 0 };

	if (w->file->kind) {
		IPCDBG_PUT(namespace, &row, inum, entry->id.inum);
		emit_line(&w->text, 0, IPCDBG_R_namespace, &row);
	} else {
		emit_line(&w->text, 0, IPCDBG_R_namespace, &entry->row);
	}
	w->end.namespaces++;
}

static int find_namespaces(struct walk *w)
{
	struct ns_list *list = &w->namespaces;

	if (w->file->all)
		return ns_list_build(list, &w->view);
	list->entries = kvcalloc(1, sizeof(*list->entries), GFP_KERNEL_ACCOUNT);
	if (!list->entries)
		return -ENOMEM;
	list->entries[0].id = w->opener;
	list->nr = 1;
	return 0;
}

/*
 * -ESTALE: the namespace is gone. To find that out takes a search, so others that have gone too are
 * marked by another one.
 */
static int pin_namespace(struct walk *w)
{
	struct ns_entry *entry = &w->namespaces.entries[w->ns_nr];
	struct ipc_namespace *ns;
	int ret;

	if (w->ns)
		return 0;
	if (entry->gone)
		return -ESTALE;
	ns = ns_get(&entry->id, &entry->hint);
	if (ns == ERR_PTR(-ESTALE) && w->file->all) {
		ret = ns_list_check(&w->namespaces, w->ns_nr);
		if (ret || entry->gone)
			return ret ? ret : -ESTALE;
		/* It was there after all: tasks that come and go may stay ahead of a search. */
		ns = ns_get(&entry->id, &entry->hint);
	}
	if (IS_ERR(ns))
		return PTR_ERR(ns);
	w->ns = ns;
	return 0;
}

static void unpin_namespace(struct walk *w)
{
	if (w->ns)
		ns_put(w->ns);
	w->ns = NULL;
}

/* Those whose rows the text has no room for (emit_has_room()) would be copied in vain. */
static unsigned int most_objects(const struct walk *w)
{
	size_t room = w->text.size - w->text.len;
	size_t rows = room > IPCDBG_LINE_MAX ? (room - IPCDBG_LINE_MAX) / USUAL_ROW : 0;

	return clamp_t(size_t, rows, 1, w->nr_objects);
}

/* The objects that were copied together with w->object, in a listing. */
static void settle_others(struct walk *w, unsigned int copied)
{
	unsigned int i;

	w->copied = copied;
	for (i = 1; i < copied; i++)
		if (w->file->kind->settle(walk_object_at(w->object, i), true))
			w->copied = min(w->copied, i);
}

/*
 * Finds and copies, until it fits into memory or the bound on that is reached: the next object, and
 * others with it, or with same a part of it. More than 0, 0 or an errno.
 */
static int collect_all(struct walk *w, bool same)
{
	unsigned int tries = 0;
	int found, ret;

	while (tries < MAX_TRIES) {
		found = w->file->kind->find(w->object, w->ns, same, same ? 1 : most_objects(w));
		if (found < 0)
			return found;
		if (!same)
			settle_others(w, found);
		ret = w->file->kind->settle(w->object, tries + 1 == MAX_TRIES);
		if (ret <= 0 || !found)
			return ret < 0 ? ret : found;
		if (ret != WALK_GO_ON)
			tries++;
		/* What is referenced by now is dropped by end_read(). */
		if (fatal_signal_pending(current))
			return -EINTR;
		cond_resched();
	}
	return -EIO;
}

static int step_header(struct walk *w)
{
	int ret;

	emit_header(w);
	if (w->file->line) {
		w->stage = AT_LINE;
		return 0;
	}
	ret = find_namespaces(w);
	w->stage = AT_NAMESPACE;
	return ret;
}

static int step_line(struct walk *w)
{
	if (!w->file->line(&w->text, w->line++))
		w->stage = AT_END;
	return 0;
}

/* Namespaces, or the objects of the last one, are missing. */
static void emit_truncated(struct walk *w, const char *what, u32 shown, bool gone)
{
	struct ipcdbg_truncated t = { 0 };

	strscpy(t.what, what, sizeof(t.what));
	t.present |= IPCDBG_BIT(truncated, what);
	IPCDBG_PUT(truncated, &t, shown, shown);
	if (gone)
		IPCDBG_PUT(truncated, &t, gone, 1);
	emit_line(&w->text, 0, IPCDBG_R_truncated, &t);
	w->end.truncated = 1;
}

/*
 * The row of the next namespace, or the end. A namespace without a task cannot be found again: it
 * may have died since it was listed, or be held by a file only. So its absence is said.
 */
static int step_namespace(struct walk *w)
{
	int ret;

	unpin_namespace(w);
	if (w->ns_nr == w->namespaces.nr) {
		if (w->namespaces.full)
			emit_truncated(w, "namespace", w->end.namespaces, false);
		w->stage = AT_END;
		return 0;
	}
	if (!w->file->kind) {
		emit_namespace(w, &w->namespaces.entries[w->ns_nr++]);
		return 0;
	}
	ret = pin_namespace(w);
	if (ret == -ESTALE && w->file->all) {
		emit_truncated(w, "namespace", w->end.namespaces, true);
		w->ns_nr++;
		return 0;
	}
	if (ret)
		return ret;
	emit_namespace(w, &w->namespaces.entries[w->ns_nr]);
	w->objects_before = w->end.objects;
	w->stage = AT_OBJECT;
	return w->file->kind->seek(w->object, w->ns, w->start);
}

static void next_namespace(struct walk *w)
{
	if (w->object->cut)
		emit_truncated(w, w->file->kind->word, w->end.objects - w->objects_before, false);
	w->object->cut = false;
	w->ns_nr++;
	w->stage = AT_NAMESPACE;
}

/* w->object becomes the one after it, if that is copied, else one to copy the next ones into. */
static bool advance(struct walk *w)
{
	int idx = w->object->idx;

	if (w->copied > 1) {
		w->copied--;
		w->object = walk_object_at(w->object, 1);
		return true;
	}
	w->object = w->objects;
	w->object->idx = idx;
	return false;
}

static void begin_objects(struct walk *w)
{
	struct walk_object *o;
	unsigned int i;

	for (i = 0; i < w->nr_objects; i++) {
		o = walk_object_at(w->objects, i);
		o->more = false;
		o->gone = false;
		o->starved = false;
		w->file->kind->begin(o);
	}
}

static int step_object(struct walk *w)
{
	int ret;

	if (advance(w)) {
		w->stage = AT_EMIT;
		return 0;
	}
	ret = pin_namespace(w);
	if (ret == -ESTALE && w->file->all) {
		emit_truncated(w, w->file->kind->word, w->end.objects - w->objects_before, true);
		next_namespace(w);
		return 0;
	}
	if (ret)
		return ret;
	begin_objects(w);
	ret = collect_all(w, false);
	if (ret < 0)
		return ret;
	if (ret)
		w->stage = AT_EMIT;
	else
		next_namespace(w);
	return 0;
}

/* A further part of the object; when it or its namespace has gone meanwhile, emit() says so. */
static int step_part(struct walk *w)
{
	int ret = pin_namespace(w);

	if (!ret)
		ret = collect_all(w, true);
	if (ret < 0 && ret != -ESTALE)
		return ret;
	w->object->gone = ret <= 0;
	w->stage = AT_EMIT;
	return 0;
}

static int step_emit(struct walk *w)
{
	size_t len = w->text.len;

	if (!w->file->kind->emit(w->object, &w->text))
		return 0;
	if (w->object->more && !w->object->gone) {
		w->stage = AT_PART;
		return 0;
	}
	if (w->object->truncated)
		w->end.truncated = 1;
	w->object->truncated = false;
	/* A listing writes nothing for an object that went away before its row was whole. */
	if (!w->object->list || w->text.len != len)
		w->end.objects++;
	w->file->kind->next(w->object);
	w->stage = AT_OBJECT;
	return 0;
}

static int step_end(struct walk *w)
{
	w->end.present |= IPCDBG_BIT(end, namespaces) | IPCDBG_BIT(end, objects);
	if (w->end.truncated)
		w->end.present |= IPCDBG_BIT(end, truncated);
	emit_line(&w->text, 0, IPCDBG_R_end, &w->end);
	w->stage = AT_DONE;
	return 0;
}

static int step(struct walk *w)
{
	switch (w->stage) {
	case AT_HEADER:
		return step_header(w);
	case AT_LINE:
		return step_line(w);
	case AT_NAMESPACE:
		return step_namespace(w);
	case AT_OBJECT:
		return step_object(w);
	case AT_PART:
		return step_part(w);
	case AT_EMIT:
		return step_emit(w);
	case AT_END:
		return step_end(w);
	case AT_DONE:
		break;
	}
	return 0;
}

/*
 * An error comes after the text that was made before it, and stays: text made anew would differ, so
 * that a reader who tried again would get the middle of another stream.
 */
int walk_fill(struct walk *w)
{
	unsigned int i;
	int ret = w->error;

	w->text_pos += w->text.len;
	w->text.len = 0;
	while (!ret && w->stage != AT_DONE && emit_has_room(&w->text)) {
		if (fatal_signal_pending(current))
			ret = -EINTR;
		else
			ret = step(w);
		cond_resched();
	}
	for (i = 0; i < w->nr_objects && w->file->kind->end_read; i++)
		w->file->kind->end_read(walk_object_at(w->objects, i));
	/* Until the next read() they may change: only the one that is being shown stays. */
	w->copied = 0;
	unpin_namespace(w);
	/*
	 * A quiescent state of RCU. With PREEMPT_RCU cond_resched() is none, and a tick, which is
	 * one outside of RCU sections, finds a listing inside of one half of the time: every grace
	 * period would take half as long again, and who removes objects would feel it.
	 */
	schedule();
	/* Whoever else has the file open was not killed. */
	w->error = ret == -EINTR ? -EIO : ret;
	return w->text.len ? 0 : ret;
}

void walk_rewind(struct walk *w, u64 start)
{
	struct walk_object *o;
	unsigned int i;

	ns_list_free(&w->namespaces);
	memset(&w->end, 0, sizeof(w->end));
	w->text.len = 0;
	w->text_pos = 0;
	w->start = start;
	w->stage = AT_HEADER;
	w->ns_nr = 0;
	w->line = 0;
	w->error = 0;
	w->object = w->objects;
	for (i = 0; i < w->nr_objects; i++) {
		o = walk_object_at(w->objects, i);
		o->truncated = false;
		o->cut = false;
		if (w->file->kind->restart)
			w->file->kind->restart(o);
	}
}
