/* SPDX-License-Identifier: GPL-2.0 */
/* A shared memory segment with all that belongs to it, and its views. */
#ifndef SHM_H
#define SHM_H

#include "object.h"

/*
 * Memory that maps the segment. Its mappings are mappings.v[first_mapping] and the nr_mappings - 1
 * after it; processes that share the memory of the one before them have none of their own.
 */
struct shm_attach {
	struct ipcdbg_attach a;
	size_t first_mapping, nr_mappings;
};

struct shm_segment {
	struct object o;
	VEC(struct shm_attach) attachments;
	VEC(struct ipcdbg_mapping) mappings;
};

static inline const struct shm_segment *shm_segment_of(const struct object *o)
{
	return (const struct shm_segment *)o;
}

/* The functions of struct kind that fill and empty it. */
void shm_clear(struct object *o);
void shm_add(struct object *o, const struct parse_row *row);
void shm_free(struct object *o);

/* Those that print it. */
void shm_ipcs(const struct query *q, const struct object *o);
void shm_tables(const struct query *q, const struct object *o);
void shm_say(const struct query *q, const struct object *o);
/* "attachments", each with "mappings". */
void shm_json(FILE *out, const struct object *o);

/* Who waits for it and has it. */
void shm_graph(struct graph *g, const struct object *o);
/* For 'rm'. */
extern const struct rm_kind shm_removal;

/* Limits and use of a namespace. */
void shm_limits(const struct query *q, const struct ipcdbg_namespace *ns);
void shm_summary(const struct query *q, const struct usage *u);
void shm_tally(struct usage *u, const union ipcdbg_any *head);
#define NR_SHM_RESOURCES 4
extern const struct resource shm_resources[NR_SHM_RESOURCES];

#endif
