// SPDX-License-Identifier: GPL-2.0
#include "record_text.h"

#include "field.h"

void text_add_record(struct text *t, unsigned int depth, enum ipcdbg_record_id id,
		     const void *record)
{
	const struct ipcdbg_record *rec = &ipcdbg_records[id];

	while (depth--)
		text_addc(t, '\t');
	text_addf(t, "%s", rec->word);
	for (unsigned int i = 0; i < rec->nr_fields; i++) {
		const struct ipcdbg_field *f = &rec->fields[i];

		if (!field_present(id, i, record))
			continue;
		text_addc(t, ' ');
		if (!(f->flags & IPCDBG_BARE))
			text_addf(t, "%s=", f->name);
		text_add_field(t, f, record);
	}
	text_addc(t, '\n');
}
