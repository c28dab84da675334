// SPDX-License-Identifier: GPL-2.0
/* A shared memory segment with the processes that have it attached. */
#include "made.h"
#include "proc_attach.h"

/* A segment that is removed has its key no more; the name of its file stays. */
static bool is_of(const struct proc_mapping *p, const struct ipcdbg_segment *s)
{
	return p->shmid == s->shmid && (s->dest || p->key == s->key);
}

static __u32 count_mappings(const struct proc_attacher *a, const struct ipcdbg_segment *s)
{
	const struct proc_mapping *p = &proc_attachers()->mappings.v[a->first];
	__u32 nr = 0;

	for (size_t i = 0; i < a->nr; i++)
		nr += is_of(&p[i], s);
	return nr;
}

/* What shares the memory of another stands below that one, without mappings of its own. */
static __u64 add_attach(struct maker *m, const struct proc_attacher *a,
			const struct ipcdbg_segment *s)
{
	const struct proc_mapping *p = &proc_attachers()->mappings.v[a->first];
	__u32 nr = count_mappings(a, s);
	struct ipcdbg_attach row = { 0 };

	if (!nr)
		return 0;
	memcpy(&row + BEGINS_WITH(attach, process, start_ns), &a->process, sizeof(a->process));
	IPCDBG_PUT(attach, &row, mappings, nr);
	if (a->owner != a->process.pid)
		IPCDBG_PUT(attach, &row, shared, 1);
	text_add_record(&m->text, 1, IPCDBG_R_attach, &row);
	if (row.shared)
		return 0;
	for (size_t i = 0; i < a->nr; i++)
		if (is_of(&p[i], s))
			text_add_record(&m->text, 2, IPCDBG_R_mapping, &p[i].m);
	return nr;
}

/*
 * The kernel's count of mappings tells if all were found. More than it counts are those by
 * /proc/PID/map_files, or of a segment of another namespace with that id and key.
 */
static void add_attachments(struct maker *m, const struct ipcdbg_segment *s)
{
	const struct proc_attachers *all = proc_attachers();
	__u64 found = 0;

	for (size_t i = 0; i < all->v.nr; i++)
		if (all->v.v[i].inum == m->inum)
			found += add_attach(m, &all->v.v[i], s);
	if (found != s->nattch)
		made_truncated(m, 1, "attach", MADE_UNKNOWN, MADE_UNKNOWN);
}

void made_segment(struct maker *m, union ipcdbg_any *head)
{
	made_states(m, IPCDBG_R_segment, head);
	text_add_record(&m->text, 0, IPCDBG_R_segment, head);
	m->objects++;
	if (made_with_tasks(m))
		add_attachments(m, &head->segment);
	else if (m->details && head->segment.nattch)
		made_truncated(m, 1, "attach", MADE_UNKNOWN, MADE_UNKNOWN);
}
