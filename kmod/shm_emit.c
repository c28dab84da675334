// SPDX-License-Identifier: GPL-2.0
/* Writes what shm.c copied of a segment. */
#include <linux/mm.h>

#include "rows.h"
#include "shm.h"

static void emit_attach(struct shm_state *s, const struct shm_line *line, struct emit *e)
{
	const struct shm_mem *mem = shm_mem_at(s, line->mem);
	struct ipcdbg_attach r = { 0 };

	if (line->proc != SHM_NONE)
		PUT_PROCESS(attach, &r, &shm_proc_at(s, line->proc)->tgid.facts);
	IPCDBG_PUT(attach, &r, mappings, mem->mappings);
	if (mem->forking)
		IPCDBG_PUT(attach, &r, forking, 1);
	if (line->proc != mem->procs)
		IPCDBG_PUT(attach, &r, shared, 1);
	emit_line(e, 1, IPCDBG_R_attach, &r);
}

static void emit_mapping(const struct shm_mapping *m, struct emit *e)
{
	struct ipcdbg_mapping r = { 0 };

	IPCDBG_PUT(mapping, &r, start, m->start);
	IPCDBG_PUT(mapping, &r, end, m->end);
	IPCDBG_PUT(mapping, &r, offset, m->offset);
	r.prot[0] = m->rights & VM_READ ? 'r' : '-';
	r.prot[1] = m->rights & VM_WRITE ? 'w' : '-';
	r.prot[2] = m->rights & VM_EXEC ? 'x' : '-';
	r.present |= IPCDBG_BIT(mapping, prot);
	if (m->foreign)
		IPCDBG_PUT(mapping, &r, foreign, 1);
	emit_line(e, 2, IPCDBG_R_mapping, &r);
}

static u32 count_lines(const struct walk_object *o, u32 *total)
{
	struct shm_state *s = shm_state_of(o);

	*total = s->lost ? OBJECT_NOT_COUNTED : 0;
	return s->vecs[SHM_LINES].nr;
}

static void emit_line_of(const struct walk_object *o, u32 i, struct emit *e)
{
	struct shm_state *s = shm_state_of(o);
	const struct shm_line *line = shm_line_at(s, i);

	if (line->mapping == SHM_NONE)
		emit_attach(s, line, e);
	else
		emit_mapping(shm_mapping_at(s, line->mapping), e);
}

static const struct object_section sections[] = {
	{ "attach", count_lines, emit_line_of },
};

bool shm_emit(struct walk_object *o, struct emit *e)
{
	struct shm_state *s = shm_state_of(o);

	return object_emit(o, &s->at, IPCDBG_R_segment, &s->row, sections,
			   o->list ? 0 : ARRAY_SIZE(sections), e);
}
