// SPDX-License-Identifier: GPL-2.0
/* The abi file: what was found out about this kernel when the module was loaded. */
#include <linux/string.h>

#include "abi.h"
#include "layout.h"

static struct ipcdbg_abi abi_row __ro_after_init;

void abi_init(const char *btf, bool untested, unsigned int max_kib)
{
	IPCDBG_PUT(abi, &abi_row, digest, layout_digest());
	strscpy(abi_row.btf, btf, sizeof(abi_row.btf));
	abi_row.present |= IPCDBG_BIT(abi, btf);
	IPCDBG_PUT(abi, &abi_row, untested, untested);
	IPCDBG_PUT(abi, &abi_row, max_kib, max_kib);
}

static void emit_member(struct emit *e, const struct layout_row *row)
{
	struct ipcdbg_member m = { 0 };

	strscpy(m.struct_name, row->struct_name, sizeof(m.struct_name));
	strscpy(m.name, row->member, sizeof(m.name));
	m.present = IPCDBG_BIT(member, struct_name) | IPCDBG_BIT(member, name);
	if (row->present) {
		IPCDBG_PUT(member, &m, offset, row->found->offset);
		IPCDBG_PUT(member, &m, size, row->found->size);
	}
	emit_line(e, 1, IPCDBG_R_member, &m);
}

bool abi_line(struct emit *e, unsigned int i)
{
	struct layout_row row;

	if (!i) {
		emit_line(e, 0, IPCDBG_R_abi, &abi_row);
		return true;
	}
	if (!layout_get_row(i - 1, &row))
		return false;
	emit_member(e, &row);
	return true;
}
