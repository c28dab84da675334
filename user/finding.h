/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What 'check' has found. A finding says in a sentence what is wrong, how grave that is, whether it
 * is certain or inferred, what it rests on, and the command that comes next. There is none without
 * evidence: records as the module tells them, only the fields that matter, or numbers and words
 * from elsewhere.
 */
#ifndef FINDING_H
#define FINDING_H

#include <jansson.h>

#include "kind.h"

enum severity { SEVERITY_OK, SEVERITY_WARNING, SEVERITY_CRITICAL };

/* One fact: the line it makes in text, without a newline, and the object in JSON. */
struct evidence {
	char *line;
	json_t *json;
};

struct finding {
	const char *name;
	enum severity severity;
	bool inferred;
	const struct kind *kind; /* of the object; NULL: it is about no single one */
	__u32 inum;		 /* of its namespace; 0: about no single one */
	__s64 id;		 /* of the object of a System V kind; -1: there is none */
	struct text subject;	 /* "semaphore set 7" */
	struct text told;	 /* the sentence, without its end */
	struct text next;	 /* the command */
	VEC(struct evidence) evidence;
};

/* Pointers stay good: each finding has memory of its own. Start with all zeros. */
struct findings {
	VEC(struct finding *) v;
};

struct finding *finding_add(struct findings *all, const char *name, enum severity severity);

/* It is about that object. */
void finding_about(struct finding *f, const struct object *o);

/* The fields of mask (IPCDBG_BIT), as far as they are present. */
void finding_record(struct finding *f, enum ipcdbg_record_id id, const void *record, __u64 mask);

/* Something else: a word, and an object of names and their numbers or strings, which is taken. */
void finding_fact(struct finding *f, const char *word, json_t *values);

/* Moves what other rests on behind the evidence of f. */
void finding_take(struct finding *f, struct finding *other);

void finding_free(struct finding *f);
void findings_free(struct findings *all);

/* Gravest first, certain ones before others, then by name, namespace, kind and id. */
void findings_sort(struct findings *all);

enum severity findings_gravest(const struct findings *all);
size_t findings_count(const struct findings *all, enum severity severity);

/* "warning", "certain" */
const char *severity_word(enum severity severity);
const char *certainty_word(const struct finding *f);

/*
 * Prints them; how many lines of evidence are shown of each is bounded. Namespaces are told that
 * are not this one.
 */
void findings_text(FILE *out, const struct findings *all, __u32 home);

/* The elements of the array "findings". */
json_t *finding_json(const struct finding *f);

#endif
