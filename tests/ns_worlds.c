// SPDX-License-Identifier: GPL-2.0
#include "common.h"
#include "ns_world.h"

/* How many of each; those of a chain are made together. */
static const unsigned int many[NS_KEEPERS] = {
	[NS_PROCESS] = 12,    [NS_NESTED] = 2 * NS_CHAIN,
	[NS_THREAD] = 5,      [NS_FILE] = 7,
	[NS_FILE_THREAD] = 4, [NS_ATTACH] = 6,
	[NS_MOUNT] = 6,	      [NS_FLIGHT] = 1,
	[NS_NOTHING] = 1,
};

void ns_worlds_make(struct ns_world w[NS_WORLDS], int home, bool ask)
{
	unsigned int keeper, i, nr = 0;

	for (keeper = 0; keeper < NS_KEEPERS; keeper++)
		for (i = 0; i < many[keeper]; i++, nr++) {
			if (nr == NS_WORLDS)
				die("too many namespaces");
			if (keeper != NS_NESTED)
				ns_world_make(&w[nr], keeper, home, ask);
			else if (i % NS_CHAIN == 0)
				ns_world_make_chain(&w[nr], home, ask);
		}
	if (nr != NS_WORLDS)
		die("%u namespaces", nr);
}

void ns_worlds_free(struct ns_world w[NS_WORLDS])
{
	unsigned int i;

	for (i = 0; i < NS_WORLDS; i++)
		ns_world_free(&w[i]);
}

bool ns_can_be_found(const struct ns_world *w, bool tree, bool mounts)
{
	switch (w->keeper) {
	case NS_NOTHING:
		return false;
	case NS_FLIGHT:
		return tree;
	case NS_MOUNT:
		return tree || mounts;
	default:
		return true;
	}
}
