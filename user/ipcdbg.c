// SPDX-License-Identifier: GPL-2.0
/* The command line: who answers what was asked for. */
#include "ipcdbg.h"

#include <ctype.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "args.h"
#include "check.h"
#include "devshm_mounts.h"
#include "explain.h"
#include "graph_dot.h"
#include "ipcs.h"
#include "ns_limits.h"
#include "list.h"
#include "namespace.h"
#include "ns.h"
#include "output.h"
#include "pid.h"
#include "record.h"
#include "recording.h"
#include "proc_facts.h"
#include "proc_task.h"
#include "rm.h"
#include "schema.h"
#include "show.h"
#include "source.h"
#include "table.h"
#include "usage.h"
#include "waiters.h"
#include "why.h"

#define NR(array) (sizeof(array) / sizeof((array)[0]))

/* What commands are like. */
enum {
	OF_ALL = 1, /* of every ipc namespace: none can be chosen */
	LESSER = 2, /* it tells what it can without the module */
	NOW = 4,    /* of a recording it only says that it cannot: the help has none */
};

#define FOR_REPORT (FOR_JSON | FOR_ALL | FOR_NAMESPACE | FOR_SOURCE)

/* Options for what is asked without a command. */
#define FOR_KINDS \
	(FOR_REPORT | FOR_LIST | FOR_SIZES | FOR_IPCS | FOR_OBJECTS | FOR_COLUMNS | FOR_GUESSES)

static const struct command {
	const char *name;
	const char *operands; /* for the help */
	int least, most;      /* of them */
	unsigned int traits, takes;
	const struct kind *rows; /* of a table of columns; NULL: it prints none */
	const char *help;
	enum exit_code (*run)(const struct query *q, char **words);
} commands[] = {
	{ "ns", "[ns ...]", 0, INT_MAX, OF_ALL | LESSER,
	  FOR_JSON | FOR_ALL | FOR_SOURCE | FOR_COLUMNS, &ns_kind,
	  "list ipc namespaces, or show their limits", ns_command },
	{ "pid", "PID", 1, 1, LESSER, FOR_REPORT, NULL,
	  "show what a process waits for, has, and has touched", pid_command },
	{ "waiters", "", 0, 0, LESSER,
	  FOR_REPORT | FOR_COLUMNS | FOR_PID | FOR_TASKS | FOR_USER | FOR_LONGER, &waiters_kind,
	  "list every blocked task, and whom it waits for", waiters_command },
	{ "why", "PID", 1, 1, LESSER, FOR_REPORT, NULL,
	  "tell what a process waits for, to the root of it", why_command },
	{ "graph", "[ID|KEY|NAME]", 0, INT_MAX, LESSER,
	  FOR_REPORT | FOR_OBJECTS | FOR_PID | FOR_DRAWING, NULL,
	  "draw who waits for whom, in the language DOT", graph_command },
	{ "check", "[FINDING ...]", 0, INT_MAX, LESSER, FOR_REPORT | FOR_CHECK | FOR_LONGER, NULL,
	  "look for what is wrong, and say on what that rests", check_command },
	{ "explain", "KEY|ID|/NAME", 1, INT_MAX, 0, FOR_REPORT | FOR_SEARCH, NULL,
	  "tell what keys and names are for", explain_command },
	{ "record", "FILE", 1, 1, OF_ALL | LESSER, FOR_ALL, NULL,
	  "save everything, for --input elsewhere", record_command },
	{ "rm", "ID|NAME ...", 0, INT_MAX, LESSER | NOW,
	  FOR_OBJECTS | FOR_NAMESPACE | FOR_SOURCE | FOR_USER | FOR_REMOVAL, NULL,
	  "remove objects of a kind, if nobody uses them", rm_command },
	{ "doctor", "", 0, 0, OF_ALL, 0, NULL, "check what the program needs, and say what to do",
	  doctor },
};

static void print_commands(FILE *out)
{
	for (size_t i = 0; i < NR(commands); i++)
		fprintf(out, " %-7s %-14s %s\n", commands[i].name, commands[i].operands,
			commands[i].help);
}

static bool is(const struct command *c, unsigned int trait)
{
	return c && c->traits & trait;
}

static bool takes(const struct command *c, unsigned int what)
{
	return c && c->takes & what;
}

static const struct command *command_of(const char *word)
{
	for (size_t i = 0; i < NR(commands); i++)
		if (!strcmp(word, commands[i].name))
			return &commands[i];
	return NULL;
}

/*
 * Whether the words begin with a command, and are not operands of the one kind. One that takes a
 * kind stands before it, or a queue of its name could not be shown. What has no name but an id can
 * only be taken for an option that the command does not take.
 */
static bool is_command(const struct args *a)
{
	if (!a->words.nr)
		return false;
	if (!args_any_kind(a) && !a->operands.nr)
		return true;
	return a->word_first && command_of(a->words.v[0]) &&
	       (takes(command_of(a->words.v[0]), FOR_OBJECTS) || !args_any_named(a));
}

/* --pid PID, whose number getopt_long() takes for a word behind the command; how many are left. */
static int take_pid_word(struct args *a, const struct command *c, char **words, int nr)
{
	int at = (int)a->pid_word - 1;

	if (takes(c, FOR_PID) && a->nr_pids > 1)
		usage_error("--pid names one process, and is given %u times", a->nr_pids);
	if (!takes(c, FOR_PID) || at < 0)
		return nr;
	args_take_pid(a, words[at]);
	memmove(&words[at], &words[at + 1], (nr - at) * sizeof(*words));
	return nr - 1;
}

static void check_words(const struct command *c, int nr)
{
	if (nr < c->least || nr > c->most)
		usage_error(c->most ? "usage: ipcdbg %s %s" : "'%s' takes no operand%s", c->name,
			    c->operands);
}

/* Options that say what the command cannot do, in more words than that it does not take them. */
static void check_source(const struct args *a, const struct command *c)
{
	if (a->q.format == FORMAT_IPCS)
		usage_error("ipcs has nothing like '%s'", c->name);
	if (a->namespace && is(c, OF_ALL))
		usage_error("'%s' is of every ipc namespace", c->name);
	if (a->input && (c->run == doctor || c->run == record_command))
		usage_error("'%s' is about this machine, not about a recording", c->name);
}

/* "'waiters', 'graph' and 'rm'": the commands that take what an option is for. */
static void add_takers(struct text *t, unsigned int what)
{
	size_t left = 0;

	for (size_t i = 0; i < NR(commands); i++)
		left += takes(&commands[i], what);
	for (size_t i = 0; i < NR(commands); i++) {
		if (!takes(&commands[i], what))
			continue;
		left--;
		text_addf(t, "'%s'%s", commands[i].name, left > 1 ? ", " : left ? " and " : "");
	}
}

/* No option is passed over. */
/* An option that is for something else. */
static void refuse_option(const struct command *c, const char *option)
{
	struct text t = { 0 };

	if (c && args_what(option) & FOR_KINDS)
		usage_error("'%s' does not take --%s", c->name, option);
	add_takers(&t, args_what(option));
	usage_error("--%s is for %s", option, t.s);
}

static void check_options(const struct args *a, const struct command *c)
{
	const char *option = args_not_for(a, c ? c->takes : FOR_KINDS);
	const char *column = c && c->rows ? table_unknown_datum(&a->q, c->rows) : NULL;

	if (option)
		refuse_option(c, option);
	if (column)
		usage_error("%s have no column '%.*s'; -H lists those there are", c->rows->help,
			    (int)strcspn(column, ","), column);
	if (a->q.tasks.pid && !takes(c, FOR_PID))
		usage_error("--pid takes a number with 'waiters' and 'graph' only");
	if (takes(c, FOR_PID) && a->q.view == VIEW_PIDS && !a->q.tasks.pid)
		usage_error("--pid needs the number of a process with '%s'", c->name);
}

static const struct command *find_command(const char *word)
{
	const struct command *c = command_of(word);

	if (!c)
		usage_error("there is no command '%s'; an id or a key needs a kind, such as -s",
			    word);
	return c;
}

static enum exit_code run_kinds(const struct args *a)
{
	const struct query *q = &a->q;

	if (q->format == FORMAT_IPCS)
		ipcs_translate();
	if (a->list_columns)
		return table_list_columns(q);
	if (q->nr_operands && !q->columns.wanted)
		return show_objects(q);
	if (q->view == VIEW_LIMITS || q->view == VIEW_SUMMARY)
		return limits_print(q);
	return list_objects(q);
}

/* What most commands tell is only known by the module. */
static enum exit_code choose_source(const struct args *a, const struct command *command,
				    struct source *source)
{
	if (a->input)
		return recording_open(a->input, source);
	if (a->root && a->root[0] && !(command && command->run == doctor))
		*source = source_of(a->root, a->q.style.as_ipcs);
	else if (command && !is(command, LESSER))
		*source = source_folder(SOURCE_ROOT);
	else
		*source = source_live(a->q.style.as_ipcs);
	return EXIT_OK;
}

static enum exit_code list_columns(const struct query *q, const struct kind *rows)
{
	struct query of = *q;

	of.kinds = &rows;
	of.nr_kinds = 1;
	return table_list_columns(&of);
}

static enum exit_code run(struct args *a, const struct command *command, char **words)
{
	enum exit_code code = EXIT_OK;

	if (a->namespace)
		code = namespace_select(&a->q, a->namespace);
	if (code)
		return output_end(code);
	if (a->list_columns && command)
		return list_columns(&a->q, command->rows);
	return command ? command->run(&a->q, words) : run_kinds(a);
}

/* Why not everything is known. The codes of Nagios are its own. */
static enum exit_code tell_trouble(const struct args *a, enum exit_code code)
{
	if (!code && proc_fell_short() && !a->q.check.nagios)
		code = EXIT_IO;
	if (code && proc_trouble())
		warn_user("not everything could be looked at: %s", strerror(proc_trouble()));
	return code;
}

/* Of the command that stands before it, if one does. */
static void print_help(FILE *out, const struct args *a)
{
	const struct command *c = is_command(a) ? command_of(a->words.v[0]) : NULL;

	if (!c) {
		usage_print(out, print_commands);
		return;
	}
	fprintf(out, "\nUsage:\n ipcdbg %s%s%s%s\n\n%c%s.\n", c->name, c->takes ? " [options]" : "",
		c->operands[0] ? " " : "", c->operands, toupper((unsigned char)c->help[0]),
		c->help + 1);
	usage_print_command(out, is(c, NOW) ? c->takes & ~FOR_SOURCE : c->takes, c->rows);
	if (c->run == check_command)
		check_print_rules(out);
}

/* Prints what an option alone asks for. */
static void answer(FILE *out, const struct args *a)
{
	if (a->done == 'h')
		print_help(out, a);
	else if (a->done != 'V')
		schema_print(out);
	else
		fprintf(out, "ipcdbg %s\n", IPCDBG_VERSION);
}

/* The words behind the options, but for a command: operands of the one kind, or of the command. */
static void take_words(struct args *a, const struct command *c, char **words, int nr)
{
	nr = take_pid_word(a, c, words, nr);
	if (c)
		check_source(a, c);
	check_options(a, c);
	if (c)
		check_words(c, nr);
	args_find_user(a);
	if (c && !takes(c, FOR_OBJECTS))
		return;
	args_take_operands(a, words, nr);
	if (takes(c, FOR_REMOVAL))
		args_check_rm(a);
	args_finish(a);
}

int main(int argc, char **argv)
{
	struct args a = { .q = { .out = output_open(),
				 .suspect_ns = 5000000000,
				 .check = { .warning_percent = 80, .critical_percent = 90 },
				 .rm = { .older_s = RM_OLDER_THAN } },
			  .root = getenv("IPCDBG_ROOT") };
	const struct command *command = NULL;
	struct source source;
	enum exit_code code;
	char **words;

	args_parse(&a, argc, argv);
	if (a.done) {
		answer(a.q.out, &a);
		return output_close(a.q.out);
	}
	words = a.words.v;
	if (is_command(&a))
		command = find_command(*words++);
	if (takes(command, FOR_CHECK) && a.q.check.nagios)
		output_begin_plugin(a.q.out);
	code = choose_source(&a, command, &source);
	if (code) {
		code = output_end(code);
		return worse(code, output_close(a.q.out));
	}
	a.q.source = &source;
	take_words(&a, command, words, a.words.nr - !!command);
	if (source.live) {
		proc_begin();
		devshm_mounts_begin();
	}
	code = tell_trouble(&a, run(&a, command, words));
	vec_free(&a.operands);
	vec_free(&a.words);
	vec_free(&a.given);
	return worse(code, output_close(a.q.out));
}
