// SPDX-License-Identifier: GPL-2.0
#include "proc_views.h"

#include <stdlib.h>
#include <sys/stat.h>

bool proc_views_add(struct proc_views *views, int dir, int root)
{
	struct proc_view view;
	struct stat ns, st;

	if (fstatat(dir, "ns/mnt", &ns, 0) || fstat(root, &st))
		return false;
	view = (struct proc_view){ ns.st_ino, st.st_dev, st.st_ino };
	for (size_t i = 0; i < views->v.nr; i++)
		if (views->v.v[i].mnt_ns == view.mnt_ns &&
		    views->v.v[i].root_dev == view.root_dev &&
		    views->v.v[i].root_ino == view.root_ino)
			return false;
	*vec_add(&views->v) = view;
	return true;
}

void proc_views_free(struct proc_views *views)
{
	vec_free(&views->v);
}
