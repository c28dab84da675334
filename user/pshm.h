/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A POSIX shared memory object, or a named semaphore, with its users, and its views. Both are files
 * in /dev/shm, whose records begin alike.
 */
#ifndef PSHM_H
#define PSHM_H

#include "object.h"

/* Its mappings are maps.v[first_map] and the nr_maps - 1 after it. */
struct pshm_user {
	struct ipcdbg_shm_user u;
	size_t first_map, nr_maps;
};

struct pshm {
	struct object o;
	VEC(struct pshm_user) users;
	VEC(struct ipcdbg_shm_map) maps;
	VEC(struct ipcdbg_shm_wait) waits;
};

static inline const struct pshm *pshm_of(const struct object *o)
{
	return (const struct pshm *)o;
}

/* What the head of either begins with. */
const struct ipcdbg_pshm *pshm_head(const union ipcdbg_any *head);

/* Functions of struct kind. */
const char *pshm_name(const union ipcdbg_any *head);
const void *pshm_element(const struct object *o, size_t i);
void pshm_clear(struct object *o);
void pshm_add(struct object *o, const struct parse_row *row);
void pshm_free(struct object *o);
void pshm_tables(const struct query *q, const struct object *o);
void psem_tables(const struct query *q, const struct object *o);
void pshm_say(const struct query *q, const struct object *o);
void psem_say(const struct query *q, const struct object *o);
/* "processes", each with "mappings", and "waiters". */
void pshm_json(FILE *out, const struct object *o);

void pshm_graph(struct graph *g, const struct object *o);
void pshm_call(struct text *t, const struct object *o, const struct graph_task *task,
	       enum graph_type type);

/* Those of struct datum. */
void pshm_fill_name(struct text *t, const struct list_row *row);
void pshm_fill_status(struct text *t, const struct list_row *row);
void pshm_each_user(const struct list_row *row, process_fn fn, void *ctx);
void pshm_each_waiter(const struct list_row *row, process_fn fn, void *ctx);

/*
 * Sentences of both: the processes that map it or have it open, or those of them that do not wait;
 * what becomes of it.
 */
void pshm_say_users(struct text *t, const struct pshm *p);
void pshm_say_others(struct text *t, const struct pshm *p);
void pshm_say_unlinked(FILE *out, const struct pshm *p);

/* The data that both have; lsipc takes the owner for the creator, as there is only one of both. */
#define PSHM_DATA(record)                                                                       \
	{ .name = "NAME",                                                                       \
	  .help = "name, with its slash",                                                       \
	  .type = DATUM_TEXT,                                                                   \
	  .fill = pshm_fill_name },                                                             \
		DATUM("OWNER", USER, record, uid, "owner: the name, or the number"),            \
		DATUM("PERMS", PERMS, record, mode, "permissions"),                             \
		DATUM("CUID", FIELD, record, uid, "owner's user number"),                       \
		DATUM("CUSER", USER, record, uid, "owner's user name"),                         \
		DATUM("CGID", FIELD, record, gid, "owner's group number"),                      \
		DATUM("CGROUP", GROUP, record, gid, "owner's group name"),                      \
		DATUM("UID", FIELD, record, uid, "owner's user number"),                        \
		DATUM("USER", USER, record, uid, "owner's user name"),                          \
		DATUM("GID", FIELD, record, gid, "owner's group number"),                       \
		DATUM("GROUP", GROUP, record, gid, "owner's group name"),                       \
		DATUM("MTIME", TIME, record, mtime, "last write or truncation by a call"),      \
		DATUM("CTIME", TIME, record, ctime, "last change of owner, mode or names"),     \
		DATUM("SIZE", SIZE, record, size, "length of its file"),                        \
		DATUM("NATTCH", FIELD, record, mappings, "mappings of it, in all processes"),   \
		DATUM("NPROCS", FIELD, record, users, "processes that map it or have it open"), \
		DATUM("NWAITERS", FIELD, record, waiters,                                       \
		      "tasks blocked in futex inside it (inferred)"),                           \
		{ .name = "STATUS",                                                             \
		  .help = "unlinked: its name is gone",                                         \
		  .type = DATUM_WORDS,                                                          \
		  .fill = pshm_fill_status },                                                   \
		DATUM_OF_PROCESSES("WAITERS", pshm_each_waiter,                                 \
				   "processes blocked inside it (inferred)"),                   \
		DATUM_OF_PROCESSES("HOLDERS", pshm_each_user,                                   \
				   "processes that map it or have it open"),                    \
		DATUM_OF_PURPOSE, DATUM("DEV", FIELD, record, dev, "device of its /dev/shm"),   \
		DATUM("INODE", FIELD, record, ino, "inode number"),                             \
		DATUM("MNTNS", FIELD, record, mnt_ns, "mount namespace of one that sees it"),   \
	{                                                                                       \
		.name = "NS", .help = "ipc namespace of the same", .type = DATUM_NS             \
	}

/* The process of a row of its own. */
#define PSHM_USER_DATA                                                                      \
	DATUM("PID", PID, shm_user, pid, "such a process, in a row of its own"),            \
		DATUM("STATE", FIELD, shm_user, state, "that one's: live, zombie, exited"), \
		DATUM("COMMAND", FIELD, shm_user, comm, "that one's command name"),         \
		DATUM("MAPPINGS", FIELD, shm_user, mappings, "how many it has"),            \
		DATUM("FDS", FIELD, shm_user, fds, "its descriptors of it")

#define PSHM_LIST_NAME                                       \
	{                                                    \
		.word = "name", .datum = "NAME", .width = 20 \
	}
#define PSHM_LIST_OWNER                           \
	{                                         \
		.word = "owner", .datum = "OWNER" \
	}

#endif
