// SPDX-License-Identifier: GPL-2.0
/* The command line: who answers what was asked for. */
#include "ipcdbg.h"

#include <getopt.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "args.h"
#include "explain.h"
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
#include "schema.h"
#include "show.h"
#include "source.h"
#include "table.h"
#include "usage.h"

#define NR(array) (sizeof(array) / sizeof((array)[0]))

static const struct command {
	const char *name;
	const char *operands; /* for the help */
	int least, most;      /* of them */
	bool of_all;	      /* of every ipc namespace: none can be chosen */
	const char *help;
	enum exit_code (*run)(const struct query *q, char **words);
} commands[] = {
	{ "ns", "[ns ...]", 0, INT_MAX, true, "list ipc namespaces, or show their limits",
	  ns_command },
	{ "pid", "PID", 1, 1, false, "show what a process waits for, has, and has touched",
	  pid_command },
	{ "explain", "KEY|ID ...", 1, INT_MAX, false, "tell what keys are for", explain_command },
	{ "record", "FILE", 1, 1, true, "save everything, for --input elsewhere", record_command },
	{ "doctor", "", 0, 0, true, "check what the program needs, and say what to do", doctor },
};

static void print_commands(FILE *out)
{
	for (size_t i = 0; i < NR(commands); i++)
		fprintf(out, " %-7s %-14s %s\n", commands[i].name, commands[i].operands,
			commands[i].help);
}

static const struct command *find_command(const struct args *a, int argc, char **argv)
{
	const struct command *c = commands;
	int nr = argc - optind - 1;

	while (c < commands + NR(commands) && strcmp(argv[optind], c->name))
		c++;
	if (c == commands + NR(commands))
		usage_error("there is no command '%s'; an id or a key needs a kind, such as -s",
			    argv[optind]);
	if (nr < c->least || nr > c->most)
		usage_error(c->most ? "usage: ipcdbg %s %s" : "'%s' takes no operand%s", c->name,
			    c->operands);
	if (a->q.format == FORMAT_IPCS)
		usage_error("ipcs has nothing like '%s'", c->name);
	if (a->namespace && c->of_all)
		usage_error("'%s' is of every ipc namespace", c->name);
	if (a->input && (c->run == doctor || c->run == record_command))
		usage_error("'%s' is about this machine, not about a recording", c->name);
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

/* What commands tell is only known by the module, but for what can be recorded without it. */
static enum exit_code choose_source(const struct args *a, const struct command *command,
				    struct source *source)
{
	if (a->input)
		return recording_open(a->input, source);
	if (a->root && a->root[0])
		*source = source_folder(a->root);
	else if (command && command->run != record_command)
		*source = source_folder(SOURCE_ROOT);
	else
		*source = source_live(a->q.style.as_ipcs);
	return EXIT_OK;
}

static enum exit_code run(struct args *a, const struct command *command, char **words)
{
	enum exit_code code = EXIT_OK;

	a->q.chosen = a->namespace;
	if (a->namespace)
		code = namespace_select(&a->q, a->namespace);
	if (code)
		return code;
	return command ? command->run(&a->q, words) : run_kinds(a);
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

int main(int argc, char **argv)
{
	struct args a = { .q = { .out = output_open(), .suspect_ns = 5000000000 },
			  .root = getenv("IPCDBG_ROOT") };
	const struct command *command = NULL;
	struct source source;
	enum exit_code code;

	args_parse(&a, argc, argv);
	if (a.done) {
		answer(a.q.out, a.done);
		return output_close(a.q.out);
	}
	/* The words behind the options are a command, or operands of the one kind. */
	if (!args_any_kind(&a) && !a.operands.nr && optind < argc)
		command = find_command(&a, argc, argv);
	code = choose_source(&a, command, &source);
	if (code)
		return worse(code, output_close(a.q.out));
	a.q.source = &source;
	if (!command) {
		args_take_operands(&a, argv + optind, argc - optind);
		args_finish(&a);
	}
	if (source.live)
		proc_begin();
	code = run(&a, command, argv + optind + 1);
	vec_free(&a.operands);
	return worse(code, output_close(a.q.out));
}
