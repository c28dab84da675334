/* SPDX-License-Identifier: GPL-2.0 */
/*
 * 'ipcdbg check': rules, each of which looks at objects of one kind, at namespaces, or at all there
 * is, and tells its findings. A rule says nothing about what is not there where rows are missing,
 * and nothing is certain of an object of which rows are missing.
 */
#ifndef CHECK_H
#define CHECK_H

#include "crowd.h"
#include "finding.h"
#include "kind.h"
#include "orphan.h"

/* Time of a wait, and since the last use, from which on guesses are made, unless asked otherwise.
 */
#define CHECK_LONGER_NS 60000000000ULL

/* A user's POSIX queues, and the lowest RLIMIT_MSGQUEUE of that user's processes that have one of
 * them open. */
struct charge {
	__u32 uid;
	__u64 bytes;
	__u64 limit;
	int pid; /* whose limit that is; 0: none is known */
	__u64 start_ns;
};

/* Objects of a user that logind will remove. */
struct removal {
	__u32 uid;
	size_t objects;
	struct finding *finding;
};

struct look;
struct waits;

struct check {
	const struct query *q;
	const struct look *look;
	char **only; /* names of findings that are wanted; the first is NULL: all */
	__u64 longer_ns;
	struct findings findings;
	struct crowds crowds;
	VEC(struct charge) charges;
	VEC(struct removal) removals;
	struct ipcdbg_header header; /* of the newest table */
	/* The namespace of who runs the command, or recorded; of a folder, the first one it has. */
	__u32 home;
	struct ipcdbg_namespace told_ns; /* what that, or the chosen one, has and may have */
	bool incomplete;		 /* something was left out */
	bool broken;			 /* a table could not be read to its end */
	enum exit_code code;
};

struct rule {
	const char *name;
	enum severity severity;
	bool head_only; /* it needs no rows below the object's head */
	const char *help;
	/* One of them. */
	const struct kind *kind;
	void (*object)(struct check *c, const struct rule *r, const struct object *o);
	void (*namespace)(struct check *c, const struct rule *r, const struct ipcdbg_namespace *ns);
	void (*all)(struct check *c, const struct rule *r); /* when all objects were seen */
	/* Of one that makes crowds: the name of that finding, and what is said of them. */
	const char *crowd, *crowd_told;
};

/* The kinds that there are rules for; files below /dev/shm are none of them. */
#define NR_CHECKED_KINDS 4
extern const struct kind *const checked_kinds[NR_CHECKED_KINDS];

extern const struct rule rules[];
extern const size_t nr_rules;
/* For the help: each with what it means. */
void check_print_rules(FILE *out);

enum exit_code check_command(const struct query *q, char **words);

/* A finding of that rule; certain if all of the object is there. o may be NULL. */
struct finding *check_add(struct check *c, const struct rule *r, const struct object *o);

/*
 * Whether one of them has waited for as long as it takes to guess. Without the module it is not
 * known of each task that sleeps how long it does (proc_sleep.c): such a one is long enough only
 * where all are.
 */
bool check_is_long(const struct check *c, const struct waits *w);

/* Whether the object is one that nobody is left for, as far as its rows tell. */
enum orphan check_orphan(const struct check *c, const struct object *o);

__u32 check_owner(const struct object *o);

/* A command of ours begins, of what the findings are of; about that namespace. */
void check_next_command(const struct check *c, struct finding *f);
void check_next_in(const struct check *c, struct finding *f, __u32 inum);

/* The command that shows the object; the one that removes it, where it is still there. */
void check_next_show(const struct check *c, struct finding *f, const struct object *o);
void check_next_remove(const struct check *c, struct finding *f, const struct object *o);

/* The rules, by what they look at; check_rules.c has the table. */
void check_abandoned(struct check *c, const struct rule *r, const struct object *o);
void check_impossible_semop(struct check *c, const struct rule *r, const struct object *o);
void check_impossible_msgsnd(struct check *c, const struct rule *r, const struct object *o);
void check_orphaned_set(struct check *c, const struct rule *r, const struct object *o);
void check_orphaned_segment(struct check *c, const struct rule *r, const struct object *o);
void check_orphaned_queue(struct check *c, const struct rule *r, const struct object *o);
void check_orphaned_mqueue(struct check *c, const struct rule *r, const struct object *o);
void check_unread_queue(struct check *c, const struct rule *r, const struct object *o);
void check_unread_mqueue(struct check *c, const struct rule *r, const struct object *o);
void check_wrong_type(struct check *c, const struct rule *r, const struct object *o);
void check_unlinked_mqueue(struct check *c, const struct rule *r, const struct object *o);
void check_world_writable(struct check *c, const struct rule *r, const struct object *o);
void check_limits(struct check *c, const struct rule *r, const struct ipcdbg_namespace *ns);
/* Gathers what users are charged; tells of it. */
void check_charge(struct check *c, const struct rule *r, const struct object *o);
void check_charges(struct check *c, const struct rule *r);
/* The same of objects that logind removes. */
void check_removal(struct check *c, const struct rule *r, const struct object *o);
void check_removals(struct check *c, const struct rule *r);
/* Of the graph of all. */
void check_deadlocks(struct check *c, const struct rule *r);
void check_probable_deadlocks(struct check *c, const struct rule *r);

/* The output of --nagios; the code that means. */
enum exit_code check_nagios(const struct check *c);

#endif
