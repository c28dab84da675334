/* SPDX-License-Identifier: GPL-2.0 */
/*
 * 'ipcdbg explain KEY|ID|/NAME': what a key or the name of a POSIX object is for. All that it says
 * about that is inferred: from the key table, and from the files that ftok(3) would make the key
 * of.
 */
#ifndef EXPLAIN_H
#define EXPLAIN_H

#include "key_match.h"
#include "key_purpose.h"

#define EXPLAIN_PROCESSES_MAX 256
#define EXPLAIN_FILES_MAX 64

/* A key or name, or an object with what belongs to it. */
struct explanation {
	const struct kind *kind; /* NULL: no object */
	char *name;		 /* of a POSIX object, without a slash; NULL: a key */
	bool unsure;		 /* there may be an object that is not known */
	bool unseen;		 /* its owner, permissions and size are not known */
	__u32 inum;		 /* namespace; 0 if not told */
	__s64 changed; /* newest time it remembers, seconds since the epoch; 0 if not told */
	struct key_facts facts;
	VEC(struct key_process) processes;
	VEC(struct key_file) files;	  /* ftok(3) of them gives the key */
	size_t files_seen;		  /* files of processes that were looked at */
	bool files_cut;			  /* there are more than EXPLAIN_FILES_MAX */
	__u64 searched;			  /* files of the device below the folder of --search */
	VEC(struct key_verdict) verdicts; /* the surest first */
};

struct explanation *explanation_new(void);
/* Of that name, which may have a slash before it. */
struct explanation *explanation_new_name(const char *name);
void explanation_free(struct explanation *e);

/* Adds a process that a row of an object tells of; false if it is there already, or there are too
 * many. */
bool explanation_add_process(struct explanation *e, const struct key_process *p);

/* Adds a file, unless its path is there. Takes path, which it frees if it does not keep it. */
void explanation_add_file(struct explanation *e, char *path, const char *how, int pid);

/* The low bits of a device and an inode number that ftok(3) puts into the key. */
static inline bool explain_is_of(__u32 key, __u32 minor, __u64 ino)
{
	return key && (key >> 16 & 0xff) == (minor & 0xff) && (key & 0xffff) == (ino & 0xffff);
}

/* Told of an object that was asked for; takes it. */
typedef void (*explain_found)(void *ctx, struct explanation *e);

/* Objects of the operand, of every System V kind or POSIX kind, by the tables of the source. */
enum exit_code explain_find(const struct query *q, const struct operand *op, explain_found found,
			    void *ctx);

/* The same without the module, by /proc/sysvipc; of the own namespace. */
enum exit_code explain_find_sysvipc(const struct operand *op, explain_found found, void *ctx);

/* Looks up who the processes are, and which of their files the key can be made of. */
void explain_look_up(struct explanation *e);

/* Who they are, as a recording tells it. */
void explain_look_up_recorded(struct explanation *e);

/* Looks for files below a folder that the key can be made of. Tells the user how far it is. */
enum exit_code explain_search(struct explanation *e, const char *folder);

/* Adds the verdicts of the key table. */
void explain_match(struct explanation *e, const struct key_table *table);

void explain_text(const struct query *q, const struct explanation *e);

/* A document with "explanations". */
void explain_json(FILE *out, struct explanation *const *v, size_t nr, bool complete);

/* Whether all four bytes of the key are printable: text[0] is the highest. */
bool explain_is_text(__u32 key, char text[5]);

/* How sure it is that the key is made of a file that fits. */
enum key_sure explain_sure_of_file(const struct explanation *e, const struct key_file *f);

enum exit_code explain_command(const struct query *q, char **words);

#endif
