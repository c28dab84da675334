/* SPDX-License-Identifier: GPL-2.0 */
/* The one recording of a run, between the parts of its reader. */
#ifndef RECORDED_H
#define RECORDED_H

#include "parse.h"
#include "source.h"
#include "text.h"

/* As many as there are tasks of one machine: PID_MAX_LIMIT. */
#define RECORDED_TASKS_MAX (1U << 22)
#define RECORDED_NAMES_MAX (1U << 20)
#define RECORDED_SECTIONS_MAX 64

struct recorded_section {
	char name[IPCDBG_WORD_LEN];
	off_t start, end;
	unsigned long line;  /* lines before it */
	unsigned long lines; /* of it */
};

/* A process or thread: where the row of its process is in the file, and its own. */
struct recorded_task {
	__u32 tid;
	off_t process, row;
};

struct recorded_name {
	__u32 id;
	off_t row;
};

struct recording {
	const char *path;
	int fd;
	bool has_head;
	struct ipcdbg_recording head;
	struct ipcdbg_logind logind; /* if it has one, which inum tells */
	__u32 inum;		     /* the ipc namespace that is looked at */
	VEC(struct recorded_section) sections;
	VEC(struct recorded_task) tasks; /* by tid, once all are there */
	struct recorded_task newest;	 /* process, while they come */
	VEC(struct recorded_name) users, groups;
};

extern struct recording recording;

/* NULL if it is fine, else what is wrong with a row of that section, which is at that place. */
const char *recorded_take_row(const char *section, const struct parse_row *row, off_t at);

/* Facts, names and settings are those of the recording from now on. */
void recorded_begin_tasks(void);
void recorded_begin_names(void);
void recorded_begin_logind(void);

/* The row at *at, which moves behind it; false if it cannot be read, or at an end record. */
bool recorded_read_row(off_t *at, struct parse_row *row);

#endif
