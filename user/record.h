/* SPDX-License-Identifier: GPL-2.0 */
/*
 * 'ipcdbg record FILE': everything that the tables of a machine tell, and what views need beside
 * them, into one file that --input reads elsewhere. Its form is told in ipcdbg(5).
 */
#ifndef RECORD_H
#define RECORD_H

#include "doing.h"
#include "number_set.h"
#include "parse.h"
#include "source.h"

/* Whom a thread waits for, other than at objects. */
struct record_link {
	int tid, pid;
	enum doing_link link;
};

/* A recording being made. */
struct record {
	const struct source *source;
	FILE *out;
	struct text line;
	struct number_set pids; /* of processes and threads that rows name */
	struct number_set uids, gids;
	VEC(struct record_link) links; /* by tid */
	bool incomplete;	       /* rows were left out */
};

enum exit_code record_command(const struct query *q, char **words);

/* Begins and ends a section; a row of it. */
void record_begin(struct record *r, const char *table);
void record_row(struct record *r, unsigned int depth, enum ipcdbg_record_id id, const void *row);
void record_end(struct record *r, __u32 objects);

/* Notes which processes and users a row names. */
void record_note(struct record *r, const struct parse_row *row);

/*
 * Follows the threads of the processes to whom they wait for, and those of them in turn: adds what
 * is found to the links, and their processes to the set, which is sorted then.
 */
void record_follow(struct record *r, struct number_set *leaders);

/* Writes the links of a thread. */
void record_links(struct record *r, int tid);

/* The sections of those that were noted. */
void record_processes(struct record *r);
void record_users(struct record *r);

#endif
