/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A kind of object: all in which -s, -m, -q, -Q, -M and -S differ. Which table is opened and for
 * which namespaces, which objects of it are asked for, what a missing or incomplete one means,
 * lists, JSON documents and exit codes are the same for every kind: object.c, list.c, show.c.
 *
 * What there is to know of an object is in .data, and named there only: lists, -o and the rest
 * refer to it by name.
 *
 * To add a kind:
 *   its records go into include/ipcdbg/fields.h, and where they stand into parse_rules.h, the one
 *     that an object begins with as PARSE_OBJECT;
 *   user/KIND.c has a struct that begins with struct object, the functions below that fill and
 *     print it, and const struct kind KIND_kind;
 *   kinds.c gets a line.
 * Blocked threads, processes and remembered pids are turned into the structs of common.h, which
 * task.h has columns and words for.
 */
#ifndef KIND_H
#define KIND_H

#include "common.h"
#include "datum.h"
#include "graph.h"
#include "ipcdbg.h"
#include "resource.h"
#include "source.h"
#include "text.h"

struct graph;
struct rm_kind;

/* An object with all that belongs to it. */
struct object {
	const struct kind *kind;
	struct ipcdbg_namespace ns;
	__u64 read_ns;	       /* CLOCK_REALTIME of the read; 0 if not told */
	union ipcdbg_any head; /* the record it begins with */
	VEC(struct ipcdbg_truncated) truncated;
	bool gone; /* removed while it was read: not all of it is here */
};

/*
 * A column of a list in the style of ipcs: which datum, and how ipcs words and spells it. It does
 * not put all cells below their headings; that is only done for --ipcs.
 */
struct list_column {
	const char *word, *human; /* heading; with --human, if another */
	const char *datum;
	int width;		/* if other than LIST_WIDTH */
	int cut;		/* cells, to that many bytes */
	bool cut_heading;	/* so too */
	enum time_format times; /* unless the user wants others */
	struct {
		int width, lead; /* of cells, if other; blanks before them */
		bool right;
	} ipcs;
};

#define LIST_WIDTH 10

/* A list, as ipcs prints it: a row for each record of one sort. */
struct list {
	const char *title; /* a word of ipcs, if it has such a list; NULL: there is no such list */
	const char *table;
	enum ipcdbg_record_id row;
	const struct list_column *columns; /* those of ipcs first */
	size_t nr, nr_ipcs;		   /* nr_ipcs 0: ipcs prints nothing */
};

struct kind {
	int letter;
	const char *option; /* its long form */
	const char *help;
	const char *noun;  /* "semaphore set" */
	const char *array; /* the name of the array of objects in JSON */
	const char *table; /* below all/; its namesake outside is of one namespace */
	/*
	 * Of one namespace, what --ipcs -i tells of an object and no more; NULL: there is none.
	 * Without rows of who waits for it and has it, which are not to be counted then.
	 */
	const char *ipcs_table;
	enum ipcdbg_record_id head;
	/* Its tables are those of source_devshm.h; recorded folders need not have them. */
	bool by_proc;
	/* Its name, if that is what it is asked for by; NULL: a System V kind, with id and key. */
	const char *(*name)(const union ipcdbg_any *head);
	const struct datum *data;
	size_t nr_data;
	struct list lists[NR_LISTS]; /* by enum list_view */
	/* The record that makes row i of data that are not the head's; NULL behind the last. */
	const void *(*element)(const struct object *o, size_t i);
	/* Blocks of ipcs -l and -u, and lines of the table of resources; NULL: there are none. */
	void (*limits)(const struct query *q, const struct ipcdbg_namespace *ns);
	void (*summary)(const struct query *q, const struct usage *u);
	void (*tally)(struct usage *u, const union ipcdbg_any *head); /* a row of the list */
	const struct resource *resources;
	size_t nr_resources;

	/* The object in memory. Its struct has this size and starts with all zeros. */
	size_t size;
	void (*clear)(struct object *o);			    /* the rows below the head */
	void (*add)(struct object *o, const struct parse_row *row); /* a row below the head */
	/* If all is there: PARSE_ROW, or what table_refuse() returns. May be NULL. */
	enum parse_result (*finish)(struct table *t, struct object *o);
	void (*free)(struct object *o);

	/* Adds who waits for it and has it to a graph of all; see graph.h. */
	void (*graph)(struct graph *g, const struct object *o);
	/* The call that such a task is blocked in, in one word or some; NULL: none can be. */
	void (*call)(struct text *t, const struct object *o, const struct graph_task *task,
		     enum graph_type type);

	/* What --ipcs -i prints; NULL for a kind that ipcs does not know. */
	void (*ipcs)(const struct query *q, const struct object *o);
	bool (*ipcs_lacks)(const struct object *o); /* rows for it; NULL: the head is enough */
	void (*tables)(const struct query *q, const struct object *o);
	void (*say)(const struct query *q, const struct object *o); /* in sentences */
	/* Prints arrays, each after a comma. */
	void (*json)(FILE *out, const struct object *o);
	const struct rm_kind *removal; /* rm.h; NULL: it cannot be removed */
	__u64 json_skip; /* fields of the head, counts of listings, that are arrays there */
};

/* Every kind, in the order of ipcs. */
extern const struct kind *const kinds[];
extern const size_t nr_kinds;

/* The kind of a record that objects begin with. For .head of a System V kind. */
#define SYSV_HEAD(record) (IPCDBG_R_##record + BEGINS_WITH(record, sysv, cgid))

/* What it is for, by its key or name. */
void key_fill_purpose(struct text *t, const struct list_row *row); /* key_purpose.c */
#define DATUM_OF_PURPOSE                                                                    \
	{                                                                                   \
		.name = "PURPOSE", .help = "what it is for (inferred)", .type = DATUM_TEXT, \
		.fill = key_fill_purpose                                                    \
	}

/* The data of every System V kind. */
#define SYSV_DATA(record, id)                                                          \
	DATUM("KEY", FIELD, record, key, "key; 0x00000000 is IPC_PRIVATE"),            \
		DATUM("ID", FIELD, record, id, "identifier"),                          \
		DATUM("OWNER", USER, record, uid, "owner: the name, or the number"),   \
		DATUM("PERMS", PERMS, record, mode, "permissions"),                    \
		DATUM("CUID", FIELD, record, cuid, "creator's user number"),           \
		DATUM("CUSER", USER, record, cuid, "creator's user name"),             \
		DATUM("CGID", FIELD, record, cgid, "creator's group number"),          \
		DATUM("CGROUP", GROUP, record, cgid, "creator's group name"),          \
		DATUM("UID", FIELD, record, uid, "owner's user number"),               \
		DATUM("USER", USER, record, uid, "owner's user name"),                 \
		DATUM("GID", FIELD, record, gid, "owner's group number"),              \
		DATUM("GROUP", GROUP, record, gid, "owner's group name"),              \
		DATUM("CTIME", TIME, record, ctime, "last change of owner or limits"), \
		DATUM_OF_PURPOSE

/* Of every kind. */
#define DATUM_OF_NS                                                                             \
	{                                                                                       \
		.name = "NS", .help = "ipc namespace, as in /proc/PID/ns/ipc", .type = DATUM_NS \
	}

/* What one function writes: words, or a number. */
#define DATUM_OF_TEXT(word, fn, help_)                                      \
	{                                                                   \
		.name = word, .help = help_, .type = DATUM_TEXT, .fill = fn \
	}
#define DATUM_OF_NUMBER(word, fn, help_)                                      \
	{                                                                     \
		.name = word, .help = help_, .type = DATUM_NUMBER, .fill = fn \
	}

/* One of processes that rows below the object name; and one that only rows of these words do. */
#define DATUM_OF_PROCESSES(word, fn, help_) DATUM_OF_ROWS(NULL, word, fn, help_)
#define DATUM_OF_ROWS(rows_, word, fn, help_)                                                 \
	{                                                                                     \
		.name = word, .help = help_, .needs = NEEDS_DETAILS, .type = DATUM_PROCESSES, \
		.each = fn, .rows = rows_                                                     \
	}

/* The common columns of ipcs's lists. */
#define LIST_KEY                              \
	{                                     \
		.word = "key", .datum = "KEY" \
	}
#define LIST_ID(word_)                       \
	{                                    \
		.word = word_, .datum = "ID" \
	}
#define LIST_OWNER                                                    \
	{                                                             \
		.word = "owner", .datum = "OWNER", .cut = LIST_WIDTH, \
	}
#define LIST_PERMS                                \
	{                                         \
		.word = "perms", .datum = "PERMS" \
	}
/* A time without its year. */
#define LIST_TIME(word_, datum_)                                                           \
	{                                                                                  \
		.word = word_, .datum = datum_, .width = 20, .cut = 16, .times = TIME_IPCS \
	}
#define LIST_CREATORS(id)                                                                  \
	LIST_ID(id), LIST_PERMS, { .word = "cuid", .datum = "CUSER" },                     \
		{ .word = "cgid", .datum = "CGROUP" }, { .word = "uid", .datum = "USER" }, \
	{                                                                                  \
		.word = "gid", .datum = "GROUP"                                            \
	}

#endif
