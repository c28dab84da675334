// SPDX-License-Identifier: GPL-2.0
#include "key_purpose.h"

#include "field.h"
#include "pid.h"

#define PROCESSES_MAX 4

/* psem begins with all of pshm. */
static struct key_facts facts_of_named(const struct kind *kind, const union ipcdbg_any *head)
{
	struct key_facts f = { .kind = kind->letter };

	if (kind->head == IPCDBG_R_mqueue) {
		f.uid = head->mqueue.uid;
		f.mode = head->mqueue.mode;
	} else {
		f.uid = head->pshm.uid;
		f.mode = head->pshm.mode;
		f.size = head->pshm.size;
	}
	return f;
}

static struct key_facts facts_of_sysv(const struct kind *kind, const union ipcdbg_any *head)
{
	struct sysv s = sysv_of(head);
	struct key_facts f = {
		.kind = kind->letter, .key = s.key, .id = s.id, .uid = s.uid, .mode = s.mode
	};

	if (kind->head == IPCDBG_R_segment)
		f.size = head->segment.size;
	else if (kind->head == IPCDBG_R_set)
		f.size = head->set.nsems;
	return f;
}

struct key_facts key_facts_of(const struct kind *kind, const union ipcdbg_any *head)
{
	return kind->name ? facts_of_named(kind, head) : facts_of_sysv(kind, head);
}

/* The processes that the head remembers, with the commands that it has for those that live. */
static size_t remembered(struct key_process *processes, const struct kind *kind,
			 const union ipcdbg_any *head)
{
	const struct ipcdbg_record *r = &ipcdbg_records[kind->head];
	__u64 fields = pid_shape(kind->head)->remembered;
	size_t nr = 0;

	for (unsigned int i = 0; i + 2 < r->nr_fields && nr < PROCESSES_MAX; i++) {
		if (!(fields >> i & 1) || !field_present(kind->head, i, head))
			continue;
		processes[nr] = (struct key_process){ .pid = field_signed(&r->fields[i], head),
						      .certain = true };
		if (field_present(kind->head, i + 2, head))
			snprintf(processes[nr].comm, sizeof(processes[nr].comm), "%s",
				 (const char *)head + r->fields[i + 2].offset);
		processes[nr].known = processes[nr].comm[0];
		nr++;
	}
	return nr;
}

static const char *purpose_of_name(const struct kind *kind, const char *name)
{
	const struct key_table *table = key_table_installed();

	for (size_t i = 0; i < table->rows.nr; i++)
		if (key_match_name(&table->rows.v[i], kind->letter, name).sure)
			return table->rows.v[i].use;
	return NULL;
}

const char *key_purpose(const struct kind *kind, const union ipcdbg_any *head)
{
	const struct key_table *table = key_table_installed();
	struct key_process processes[PROCESSES_MAX];
	struct key_verdict best = { .sure = KEY_POSSIBLE }, v;
	struct key_facts facts;

	if (kind->name)
		return purpose_of_name(kind, kind->name(head));
	facts = key_facts_of(kind, head);
	facts.processes = processes;
	facts.nr_processes = remembered(processes, kind, head);
	for (size_t i = 0; i < table->rows.nr; i++) {
		v = key_match(&table->rows.v[i], &facts);
		if (v.sure > best.sure)
			best = v;
	}
	return best.row ? best.row->use : NULL;
}

void key_fill_purpose(struct text *t, const struct list_row *row)
{
	const char *use = key_purpose(row->kind, row->head);

	if (use)
		text_addf(t, "%s", use);
}
