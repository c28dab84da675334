/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How well a row of the key table fits an object. The row's words are clues; each agrees, differs,
 * or cannot be looked at. How sure that makes it:
 *
 *            the key fits closely   by ftok or a formula    any key, or IPC_PRIVATE
 *   strong   a process or a file    a process and a file,   the environment of a process
 *            agrees                 or the formula is
 *                                   proved by a process
 *   likely   it is one key, from    a process or a file     a process, and owner or shape
 *            0x10000 on; or owner   agrees
 *            or shape agrees
 *   possible else                   owner or shape agrees   a process or the owner
 *   guess    -                      nothing differs         -
 *
 * Closely: at most 131072 keys fit. A process is one that has to do with the object and whose
 * executable is named. A shape that differs is one step less; an executable or an owner that
 * differs leaves at most "possible" of a close key, and nothing of the others.
 */
#ifndef KEY_MATCH_H
#define KEY_MATCH_H

#include "key_table.h"

enum key_sure { KEY_NO, KEY_GUESS, KEY_POSSIBLE, KEY_LIKELY, KEY_STRONG };

extern const char *const key_sure_words[];

enum key_clue {
	KEY_CLUE_EXE = 1,
	KEY_CLUE_OWNER = 2,
	KEY_CLUE_SIZE = 4,
	KEY_CLUE_NSEMS = 8,
	KEY_CLUE_MODE = 16,
	KEY_CLUE_FILE = 32,
	KEY_CLUE_FORMULA = 64, /* proved by a process */
};
#define KEY_CLUES 7

/* The words of the table, by their bits. */
extern const char *const key_clue_words[KEY_CLUES];

/* A process that has to do with an object. */
struct key_process {
	int pid, tid;	  /* tid: of the thread that is told of, or pid */
	const char *role; /* the record it stands in, or the field that remembers it */
	__u64 start_ns;	  /* 0 if not told */
	bool ended;	  /* or a zombie */
	bool certain; /* it is that very one; else it only has the number, which may be reused */
	bool known;   /* at least comm is */
	char comm[64];
	char *exe;	   /* path, NULL if it cannot be read */
	char *environment; /* variables, a NUL behind each; NULL if it cannot be read */
	size_t environment_len;
	__u64 cwd_ino; /* 0 if not known */
};

/* A file of which ftok(3) makes the key. */
struct key_file {
	char *path; /* as the process that has it sees it */
	const char *how;
	int pid; /* 0: of no process */
};

/* What is known of an object; of a key that no object has, only that. */
struct key_facts {
	int kind; /* letter; 0: no object */
	__u32 key;
	__s32 id;
	__u32 uid, mode;
	__u64 size; /* bytes of a segment, semaphores of a set */
	const struct key_process *processes;
	size_t nr_processes;
	const struct key_file *files;
	size_t nr_files;
};

struct key_verdict {
	const struct key_row *row;
	enum key_sure sure;
	unsigned int agrees, differs;	   /* enum key_clue */
	const struct key_pattern *pattern; /* which of the row's; NULL: a name */
	const struct key_process *process; /* whose executable agrees, or who proves the formula */
	const struct key_file *file;	   /* that agrees */
};

/* sure is KEY_NO if the row does not fit. */
struct key_verdict key_match(const struct key_row *row, const struct key_facts *facts);

/*
 * The same of the name of an object of that kind, by its letter; 0: there is none. Names are long:
 * one that fits is likely, and of no object possible.
 */
struct key_verdict key_match_name(const struct key_row *row, int kind, const char *name);

/* What a formula says of the key: "port 5432, key 1 of it". Nothing, if there is none. */
void key_add_decoded(struct text *t, const struct key_verdict *v, const struct key_facts *facts);

#endif
