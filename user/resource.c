// SPDX-License-Identifier: GPL-2.0
#include "resource.h"

#include "field.h"

static bool get_field(const struct ipcdbg_namespace *ns, int field, __u64 *n)
{
	if (field == NO_FIELD || !field_present(IPCDBG_R_namespace, field, ns))
		return false;
	*n = field_unsigned(&ipcdbg_records[IPCDBG_R_namespace].fields[field], ns);
	return true;
}

bool resource_limit(const struct resource *r, const struct ipcdbg_namespace *ns, __u64 *n)
{
	*n = r->constant;
	return r->limit == NO_FIELD || get_field(ns, r->limit, n);
}

bool resource_used(const struct resource *r, const struct ipcdbg_namespace *ns, __u64 *n)
{
	return get_field(ns, r->used, n);
}
