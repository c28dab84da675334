/* SPDX-License-Identifier: GPL-2.0 */
/* What the command-line tool prints, against ipcs and jq. Every function complains. */
#ifndef TESTS_AGAINST_IPCS_H
#define TESTS_AGAINST_IPCS_H

#include <stdbool.h>

/* A kind of object, and those of them that there are. */
struct ipcs_kind {
	const char *option;  /* of both commands */
	const char *english; /* the heading of ipcs, which another language does not have */
	const char *id;	     /* name of the field in JSON */
};

extern const struct ipcs_kind ipcs_sets, ipcs_queues, ipcs_segments;

/* The locale $FOREIGN, by default de_DE.UTF-8. */
const char *ipcs_foreign(void);

/*
 * Whether ipcs speaks no English in the locale that is set: without its catalogue a foreign
 * comparison would be an English one once more. The kind is any of the three.
 */
bool ipcs_is_foreign(const struct ipcs_kind *kind);

/*
 * Both print the same bytes, lists and single objects, in English and in the foreign language, and
 * end alike; jq finds as many ids in the JSON.
 */
bool against_ipcs(const struct ipcs_kind *kind, const int *ids, int nr);

#endif
