/* SPDX-License-Identifier: GPL-2.0 */
/* What the options say. */
#ifndef ARGS_H
#define ARGS_H

#include "kinds.h"
#include "text.h"

#define KINDS_MAX 16
#define OPTIONS_MAX 64

/* Options without a letter. */
enum {
	OPT_IPCS = 256,
	OPT_HUMAN,
	OPT_TIME_FORMAT,
	OPT_OUTPUT_ALL,
	OPT_NO_HEADINGS,
	OPT_NAMESPACE,
	OPT_ROOT,
	OPT_INPUT,
	OPT_SUSPECT,
	OPT_SEARCH,
	OPT_KIND,
	OPT_USER,
	OPT_LONGER,
	OPT_WATCH,
	OPT_SVG,
	OPT_THRESHOLD,
	OPT_NAGIOS,
	OPT_ORPHANS,
	OPT_OLDER,
	OPT_FORCE,
	OPT_DRY_RUN,
	OPT_SCHEMA
};

/* What options are for; each command takes some of these, and so does what has no command. */
enum {
	FOR_LIST = 1 << 0,    /* which list, of objects of a kind */
	FOR_SIZES = 1 << 1,   /* how sizes, times and permissions are printed */
	FOR_IPCS = 1 << 2,    /* --ipcs */
	FOR_OBJECTS = 1 << 3, /* kinds, ids and keys */
	FOR_COLUMNS = 1 << 4, /* tables of columns */
	FOR_JSON = 1 << 5,
	FOR_ALL = 1 << 6,	/* of every ipc namespace, */
	FOR_NAMESPACE = 1 << 7, /* or of another one */
	FOR_SOURCE = 1 << 8,	/* what was recorded */
	FOR_GUESSES = 1 << 9,
	FOR_PID = 1 << 10,   /* --pid takes the number of a process */
	FOR_TASKS = 1 << 11, /* which blocked tasks */
	FOR_USER = 1 << 12,
	FOR_LONGER = 1 << 13,
	FOR_CHECK = 1 << 14,
	FOR_DRAWING = 1 << 15,
	FOR_REMOVAL = 1 << 16,
	FOR_SEARCH = 1 << 17,
	FOR_HELP = 1 << 18,   /* of the program, or a command */
	FOR_ITSELF = 1 << 19, /* that is answered alone */
};

struct option_help;

struct args {
	struct query q;
	bool wanted[KINDS_MAX]; /* by their places in kinds */
	bool every_kind;	/* that the format knows */
	bool list_columns;
	const struct kind *kinds[KINDS_MAX];
	const char *namespace;
	const char *root;
	bool root_given; /* by an option */
	const char *input;
	const char *user; /* of --user */
	VEC(struct operand) operands;
	VEC(char *) words;    /* those that are no options; a NULL behind them */
	bool word_first;      /* the first of them stands before every option that names a kind */
	size_t pid_word;      /* which of them stands right behind --pid; 0: none */
	unsigned int nr_pids; /* how often that, or --pid=PID, was given */
	VEC(const struct option_help *) given; /* but kinds */
	int done; /* the letter of an option that alone is answered, 0 if there was none */
};

/* Takes the options of the command line; other words are collected. */
void args_parse(struct args *a, int argc, char **argv);

/* Whether an option named a kind; or one whose objects have names. */
bool args_any_kind(const struct args *a);
bool args_any_named(const struct args *a);

/* The first option that is for none of that, NULL if there is none. */
const char *args_not_for(const struct args *a, unsigned int what);
/* What an option of that name is for. */
unsigned int args_what(const char *name);

/* An object asked for, in whatever way. */
void args_add_operand(struct args *a, const char *word, enum operand_by by);

/* The other words are ids, keys or names of the one kind. */
void args_take_operands(struct args *a, char **words, int nr);

/* An option that picks out blocked tasks: false if it is none. */
bool args_take_tasks(struct args *a, int c);
/* An option of 'check': false if it is none. */
bool args_take_check(struct args *a, int c);
/* The number of --user, by the names of the source, which is known by now. */
void args_find_user(struct args *a);
/* The number of --pid. */
void args_take_pid(struct args *a, const char *word);

/* An option of 'rm': false if it is none. */
bool args_take_rm(struct args *a, int c);

/* Tells the user what 'rm' does not take, or lacks. */
void args_check_rm(const struct args *a);

/* Fills the query: which kinds, which operands. Its source is known by now. */
void args_finish(struct args *a);

/* "ipcdbg: ..." on stderr, and the end. */
__attribute__((format(printf, 1, 2), noreturn)) void usage_error(const char *fmt, ...);

/* An option, for its parsing and its help. */
struct option_help {
	int c; /* its letter; above 255: it has none */
	const char *name, *arg, *help;
	unsigned int what; /* it is for */
};

/* That of a letter, or number; NULL if it names a kind. */
const struct option_help *option_of(int c);

/* What the help of a command has for that option. */
const struct option_help *option_in_command(const struct option_help *o);

extern const struct option_help option_helps[];
extern const size_t nr_option_helps;

#endif
