/* SPDX-License-Identifier: GPL-2.0 */
/*
 * 'ipcdbg pid PID': all that objects of any kind have to do with one process. Which records and
 * fields name a process is read off the tables of records.h, so that a new kind is found too:
 *
 *   a record with pid and blocked_ns    it waits
 *   another record with pid             it has something: an undo, an attachment, a descriptor
 *   a field NAME next to NAME_state     the object remembers it, which does not say that it has
 *                                       anything of it
 *
 * What the record or field means is said in the words of its help.
 */
#ifndef PID_H
#define PID_H

#include "kind.h"
#include "parse.h"
#include "reader.h"

enum pid_sort { PID_WAITS, PID_HAS, PID_REMEMBERED, PID_SORTS };

/* Which fields of a record name a process; -1: it has no such field. */
struct pid_shape {
	int pid, tid, state, start_ns, blocked_ns;
	__u64 remembered; /* bits of the fields NAME next to NAME_state */
};

const struct pid_shape *pid_shape(enum ipcdbg_record_id id);

/* A record that names the process. */
struct pid_fact {
	enum pid_sort sort;
	const struct kind *kind;
	__u32 inum; /* of the namespace */
	const struct parse_row
		*path; /* path[0] is the object, path[depth] what names the process */
	unsigned int depth;
	unsigned int field; /* of the number: pid, or the one that remembers it */
	VEC(struct parse_row) below;
};

static inline const struct parse_row *pid_row(const struct pid_fact *f)
{
	return &f->path[f->depth];
}

/* Fields without which the record means nothing. */
__u64 pid_needed(enum ipcdbg_record_id id);

/* Its state, if the record tells one: a letter of a thread, or a word. False if it does not. */
bool text_add_pid_state(struct text *t, const struct pid_fact *f);

/* Whether that is the state of one that has exited, so that the number may be another's by now. */
bool pid_is_former(const struct pid_fact *f);

/* What is looked for, and who is told of it. */
struct pid_search {
	const struct query *q;
	int pid;
	bool exists;  /* there is a process, or thread, of that number */
	bool leads;   /* and it is a process */
	bool entered; /* its ipc namespace is looked through */
	void (*tell)(struct pid_search *s, const struct pid_fact *f);
	void *view;
	struct ipcdbg_header header; /* of the newest table */
	size_t found;
	bool incomplete; /* rows were left out */
	bool broken;	 /* a table could not be read to its end */
};

/* Looks through the table of one kind. */
enum exit_code pid_search(struct pid_search *s, const struct kind *kind);

/* The two ways to print what is found: begin, tell, end. */
struct pid_view {
	void *(*begin)(const struct pid_search *s);
	void (*tell)(struct pid_search *s, const struct pid_fact *f);
	/* Prints nothing if nothing was found and there is no such process. Frees what was begun.
	 */
	void (*end)(struct pid_search *s);
};

extern const struct pid_view pid_text, pid_json;

enum exit_code pid_command(const struct query *q, char **words);

#endif
