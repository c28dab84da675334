// SPDX-License-Identifier: GPL-2.0
/* The command line: who answers what was asked for. */
#include "ipcdbg.h"

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
	OF_ALL = 1,  /* of every ipc namespace: none can be chosen */
	LESSER = 2,  /* it tells what it can without the module */
	OBJECTS = 4, /* its words are objects of a kind, which options name */
	PID = 8,     /* --pid takes the number of a process */
	TASKS = 16,  /* options that pick out blocked tasks are for it */
	DRAWS = 32,  /* --svg is */
	CHECKS = 64, /* --nagios and --threshold are */
	REMOVES = 128,
};

static const struct command {
	const char *name;
	const char *operands; /* for the help */
	int least, most;      /* of them */
	unsigned int traits;
	const char *help;
	enum exit_code (*run)(const struct query *q, char **words);
} commands[] = {
	{ "ns", "[ns ...]", 0, INT_MAX, OF_ALL | LESSER,
	  "list ipc namespaces, or show their limits", ns_command },
	{ "pid", "PID", 1, 1, LESSER, "show what a process waits for, has, and has touched",
	  pid_command },
	{ "waiters", "", 0, 0, LESSER | PID | TASKS,
	  "list every blocked task, and whom it waits for", waiters_command },
	{ "why", "PID", 1, 1, LESSER, "tell what a process waits for, to the root of it",
	  why_command },
	{ "graph", "[ID|KEY|NAME]", 0, INT_MAX, LESSER | OBJECTS | PID | DRAWS,
	  "draw who waits for whom, in the language DOT", graph_command },
	{ "check", "[FINDING ...]", 0, INT_MAX, LESSER | CHECKS,
	  "look for what is wrong, and say on what that rests", check_command },
	{ "explain", "KEY|ID|/NAME", 1, INT_MAX, 0, "tell what keys and names are for",
	  explain_command },
	{ "record", "FILE", 1, 1, OF_ALL | LESSER, "save everything, for --input elsewhere",
	  record_command },
	{ "rm", "ID|NAME ...", 0, INT_MAX, LESSER | OBJECTS | REMOVES,
	  "remove objects of a kind, if nobody uses them", rm_command },
	{ "doctor", "", 0, 0, OF_ALL, "check what the program needs, and say what to do", doctor },
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

static const struct command *command_of(const char *word)
{
	for (size_t i = 0; i < NR(commands); i++)
		if (!strcmp(word, commands[i].name))
			return &commands[i];
	return NULL;
}

/*
 * Whether the words begin with a command, and are not operands of the one kind. One that takes a
 * kind stands before it, or a queue of its name could not be shown.
 */
static bool is_command(const struct args *a)
{
	if (!a->words.nr)
		return false;
	if (!args_any_kind(a) && !a->operands.nr)
		return true;
	return a->word_first && is(command_of(a->words.v[0]), OBJECTS);
}

/* --pid PID, whose number getopt_long() takes for a word; how many are left. */
static int take_pid_word(struct args *a, const struct command *c, char **words, int nr)
{
	if (!is(c, PID) || a->q.view != VIEW_PIDS || a->q.tasks.pid || !nr)
		return nr;
	args_take_pid(a, words[nr - 1]);
	words[nr - 1] = NULL;
	return nr - 1;
}

static void check_words(const struct args *a, const struct command *c, int nr)
{
	if (nr < c->least || nr > c->most)
		usage_error(c->most ? "usage: ipcdbg %s %s" : "'%s' takes no operand%s", c->name,
			    c->operands);
	if (a->q.format == FORMAT_IPCS)
		usage_error("ipcs has nothing like '%s'", c->name);
	if (a->namespace && is(c, OF_ALL))
		usage_error("'%s' is of every ipc namespace", c->name);
	if (a->input && (c->run == doctor || c->run == record_command))
		usage_error("'%s' is about this machine, not about a recording", c->name);
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
	if (a->root && a->root[0])
		*source = source_of(a->root, a->q.style.as_ipcs);
	else if (command && !is(command, LESSER))
		*source = source_folder(SOURCE_ROOT);
	else
		*source = source_live(a->q.style.as_ipcs);
	return EXIT_OK;
}

static enum exit_code run(struct args *a, const struct command *command, char **words)
{
	enum exit_code code = EXIT_OK;

	if (a->namespace)
		code = namespace_select(&a->q, a->namespace);
	if (code)
		return output_end(code);
	if (a->list_columns && is(command, TASKS))
		return waiters_list_columns(&a->q);
	return command ? command->run(&a->q, words) : run_kinds(a);
}

/* Why not everything is known, if the status says so. */
static enum exit_code tell_trouble(enum exit_code code)
{
	if (code && proc_trouble())
		warn_user("not everything could be looked at: %s", strerror(proc_trouble()));
	return code;
}

/* Prints what an option alone asks for. */
static void answer(FILE *out, int option)
{
	if (option == 'h')
		usage_print(out, print_commands);
	else if (option != 'V')
		schema_print(out);
	else
		fprintf(out, "ipcdbg %s\n", IPCDBG_VERSION);
}

/* The words behind the options, but for a command: operands of the one kind, or of the command. */
static void take_words(struct args *a, const struct command *c, char **words, int nr)
{
	nr = take_pid_word(a, c, words, nr);
	if (c)
		check_words(a, c, nr);
	if (a->q.tasks.asked && !is(c, TASKS))
		usage_error("--%s is for 'waiters'", a->q.tasks.asked);
	if (a->q.longer.given && !is(c, TASKS | CHECKS))
		usage_error("--longer-than is for 'waiters' and 'check'");
	if (a->q.check.asked && !is(c, CHECKS))
		usage_error("--%s is for 'check'", a->q.check.asked);
	if (a->q.tasks.pid && !is(c, PID))
		usage_error("--pid takes a number with 'waiters' and 'graph' only");
	if (a->q.svg && !is(c, DRAWS))
		usage_error("--svg is for 'graph'");
	if (a->q.tasks.of_user && !is(c, TASKS | REMOVES))
		usage_error("--user is for 'waiters' and 'rm'");
	if (a->q.rm.asked && !is(c, REMOVES))
		usage_error("--%s is for 'rm'", a->q.rm.asked);
	args_find_user(a);
	if (c && !is(c, OBJECTS))
		return;
	args_take_operands(a, words, nr);
	if (is(c, REMOVES))
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
		answer(a.q.out, a.done);
		return output_close(a.q.out);
	}
	words = a.words.v;
	if (is_command(&a))
		command = find_command(*words++);
	if (is(command, CHECKS) && a.q.check.nagios)
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
	code = tell_trouble(run(&a, command, words));
	vec_free(&a.operands);
	vec_free(&a.words);
	return worse(code, output_close(a.q.out));
}
