// SPDX-License-Identifier: GPL-2.0
/* The command line: what was asked for, and who answers it. */
#include "ipcdbg.h"

#include <getopt.h>
#include <limits.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "explain.h"
#include "ipcs.h"
#include "kinds.h"
#include "list.h"
#include "namespace.h"
#include "ns.h"
#include "number.h"
#include "output.h"
#include "pid.h"
#include "proc_facts.h"
#include "show.h"
#include "source.h"
#include "text.h"

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
	{ "doctor", "", 0, 0, true, "check what the program needs, and say what to do", doctor },
};

enum { OPT_IPCS = 256, OPT_NAMESPACE, OPT_ROOT, OPT_SUSPECT, OPT_SEARCH };

/* Those of the kinds are put behind them. */
static char short_options[64] = ":i:k:pAJhV";

static struct option long_options[32] = {
	{ "id", required_argument, NULL, 'i' },
	{ "key", required_argument, NULL, 'k' },
	{ "pid", no_argument, NULL, 'p' },
	{ "all-namespaces", no_argument, NULL, 'A' },
	{ "json", no_argument, NULL, 'J' },
	{ "ipcs", no_argument, NULL, OPT_IPCS },
	{ "namespace", required_argument, NULL, OPT_NAMESPACE },
	{ "root", required_argument, NULL, OPT_ROOT },
	{ "suspect-after", required_argument, NULL, OPT_SUSPECT },
	{ "search", required_argument, NULL, OPT_SEARCH },
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, 'V' },
};

#define KINDS_MAX 16

/* What the options said. */
struct args {
	struct query q;
	bool wanted[KINDS_MAX]; /* by their places in kinds */
	const struct kind *kinds[KINDS_MAX];
	const char *namespace;
	const char *root;
	VEC(struct operand) operands;
};

__attribute__((format(printf, 1, 2), noreturn)) static void usage_error(const char *fmt, ...)
{
	va_list ap;
	char line[512];

	va_start(ap, fmt);
	vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	warn_user("%s", line);
	fputs("Try 'ipcdbg --help' for more information.\n", stderr);
	exit(EXIT_USAGE);
}

static const char usage_head[] =
	"\n"
	"Usage:\n"
	" ipcdbg [-smqQ] [options]\n"
	" ipcdbg -s|-m|-q [options] ID|0xKEY ...\n"
	" ipcdbg -Q [options] NAME ...\n"
	" ipcdbg command\n"
	"\n"
	"Show which tasks are blocked on IPC objects, and who holds them.\n"
	"\n"
	"Kinds of objects (all of them, if none is given):\n";

static const char usage_options[] =
	"\n"
	"Options:\n"
	" -i, --id <id>          show the object with this id in detail\n"
	" -k, --key <key>        show the object with this key in detail\n"
	" -p, --pid              list processes that objects remember, and their state\n"
	" -A, --all-namespaces   of every ipc namespace, not only the own one\n"
	"     --namespace <ns>   of another one: a path, a pid, or an inode number\n"
	" -J, --json             print JSON\n"
	"     --ipcs             print exactly what ipcs(1) prints\n"
	"     --suspect-after <seconds>\n"
	"                        tell guesses about waits longer than this (default 5)\n"
	"     --search <folder>  'explain' looks for files that a key may be made of\n"
	"     --root <folder>    read tables recorded in a folder\n"
	"\n"
	" -h, --help             display this help\n"
	" -V, --version          display version\n"
	"\n"
	"Commands:\n";

static void print_usage(FILE *out)
{
	fputs(usage_head, out);
	for (size_t i = 0; i < nr_kinds; i++)
		fprintf(out, " -%c, --%-16s %s\n", kinds[i]->letter, kinds[i]->option,
			kinds[i]->help);
	fputs(usage_options, out);
	for (size_t i = 0; i < NR(commands); i++)
		fprintf(out, " %-7s %-14s %s\n", commands[i].name, commands[i].operands,
			commands[i].help);
	fputs("\nFor more details see ipcdbg(8).\n", out);
}

static void add_kind_options(void)
{
	size_t nr = 0, len = strlen(short_options);

	while (long_options[nr].name)
		nr++;
	for (size_t i = 0; i < nr_kinds && nr + 1 < NR(long_options); i++) {
		const struct kind *kind = kinds[i];

		long_options[nr++] =
			(struct option){ kind->option, no_argument, NULL, kind->letter };
		short_options[len++] = kind->letter;
	}
}

static void add_operand(struct args *a, const char *word, enum operand_by by)
{
	*vec_add(&a->operands) = (struct operand){ .word = word, .by = by };
}

/* What the word of an operand says, now that its kind is known. */
static void read_operand(struct operand *op, const struct kind *kind)
{
	__u64 n;

	if (kind->name) {
		if (op->by != BY_NAME)
			usage_error("%s have names, neither ids nor keys", kind->help);
		return;
	}
	if (op->by == BY_KEY || !strncasecmp(op->word, "0x", 2)) {
		op->by = BY_KEY;
		if (!number_parse_key(op->word, &op->value))
			usage_error("'%s' is not a key: 0x and hex digits, or a number", op->word);
		if (!op->value)
			usage_error("the key 0 (IPC_PRIVATE) names no object; use its id");
		return;
	}
	if (!number_parse(op->word, 10, INT32_MAX, &n))
		usage_error("'%s' is not an id: a number from 0 to %d; a key begins with 0x",
			    op->word, INT32_MAX);
	op->by = BY_ID;
	op->value = n;
}

static void add_kind(struct args *a, int letter)
{
	for (size_t i = 0; i < nr_kinds; i++)
		a->wanted[i] |= kinds[i]->letter == letter;
}

static void set_format(struct args *a, enum format format)
{
	if (a->q.format != FORMAT_TEXT && a->q.format != format)
		usage_error("--json and --ipcs exclude each other");
	a->q.format = format;
}

static void set_suspect(struct args *a, const char *word)
{
	__u64 seconds;

	if (!number_parse(word, 10, 1000000000, &seconds))
		usage_error("--suspect-after %s: not a number of seconds", word);
	a->q.suspect_ns = seconds * 1000000000;
}

static void bad_option(int c, char **argv)
{
	if (c == ':')
		usage_error("option '%s' needs a value", argv[optind - 1]);
	/* A long option that was given a value it does not take leaves its letter in optopt. */
	if (optopt && optopt < 256 && !strchr(short_options, optopt))
		usage_error("there is no option '-%c'", optopt);
	usage_error("there is no option '%s', or it takes no value", argv[optind - 1]);
}

/* Prints what an option alone asks for, and ends. */
static void __attribute__((noreturn)) print_and_exit(FILE *out, int c)
{
	if (c == 'h')
		print_usage(out);
	else
		fprintf(out, "ipcdbg %s\n", IPCDBG_VERSION);
	exit(output_close(out));
}

static void take_option(struct args *a, int c, char **argv)
{
	switch (c) {
	case 'i':
		add_operand(a, optarg, BY_ID);
		break;
	case 'k':
		add_operand(a, optarg, BY_KEY);
		break;
	case 'p':
		a->q.pids = true;
		break;
	case 'A':
		a->q.all = true;
		break;
	case 'J':
		set_format(a, FORMAT_JSON);
		break;
	case OPT_IPCS:
		set_format(a, FORMAT_IPCS);
		break;
	case OPT_NAMESPACE:
		a->namespace = optarg;
		break;
	case OPT_ROOT:
		a->root = optarg;
		break;
	case OPT_SEARCH:
		a->q.search = optarg;
		break;
	case OPT_SUSPECT:
		set_suspect(a, optarg);
		break;
	case 'h':
	case 'V':
		print_and_exit(a->q.out, c);
	case '?':
	case ':':
		bad_option(c, argv);
		break;
	default:
		add_kind(a, c);
	}
}

static bool any_kind(const struct args *a)
{
	return memchr(a->wanted, true, sizeof(a->wanted));
}

/* The kinds asked for, in the order of ipcs; all that can be printed, if none is. */
static void choose_kinds(struct args *a)
{
	bool any = any_kind(a);

	for (size_t i = 0; i < nr_kinds; i++) {
		bool printed = a->q.format != FORMAT_IPCS || kinds[i]->ipcs;

		if (a->wanted[i] && !printed)
			usage_error("ipcs does not know %s", kinds[i]->help);
		if (any ? a->wanted[i] : printed)
			a->kinds[a->q.nr_kinds++] = kinds[i];
	}
	a->q.kinds = a->kinds;
}

static void read_operands(struct args *a)
{
	if (a->operands.nr && (a->q.nr_kinds != 1 || !any_kind(a)))
		usage_error("an id, a key or a name needs one kind of object, such as -s");
	for (size_t i = 0; i < a->operands.nr; i++)
		read_operand(&a->operands.v[i], a->kinds[0]);
	a->q.operands = a->operands.v;
	a->q.nr_operands = a->operands.nr;
}

static void check_args(const struct args *a)
{
	if (a->q.format == FORMAT_IPCS && a->q.all)
		usage_error("--ipcs and --all-namespaces exclude each other");
	if (a->namespace && a->q.all)
		usage_error("--namespace and --all-namespaces exclude each other");
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
	return c;
}

static enum exit_code run_kinds(const struct args *a)
{
	if (a->q.format == FORMAT_IPCS)
		ipcs_translate();
	return a->operands.nr ? show_objects(&a->q) : list_objects(&a->q);
}

/* The words behind the options are a command, or operands of the one kind. */
static const struct command *read_words(struct args *a, int argc, char **argv)
{
	if (!any_kind(a) && !a->operands.nr && optind < argc)
		return find_command(a, argc, argv);
	for (int i = optind; i < argc; i++)
		add_operand(a, argv[i], BY_NAME);
	choose_kinds(a);
	read_operands(a);
	return NULL;
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

int main(int argc, char **argv)
{
	struct args a = { .q = { .out = output_open(), .suspect_ns = 5000000000 },
			  .root = getenv("IPCDBG_ROOT") };
	const struct command *command;
	struct source source;
	enum exit_code code;
	int c;

	opterr = 0;
	add_kind_options();
	while ((c = getopt_long(argc, argv, short_options, long_options, NULL)) != -1)
		take_option(&a, c, argv);
	check_args(&a);
	command = read_words(&a, argc, argv);
	source = source_folder(a.root && a.root[0] ? a.root : SOURCE_ROOT);
	a.q.source = &source;
	if (source.live)
		proc_begin();
	code = run(&a, command, argv + optind + 1);
	vec_free(&a.operands);
	return worse(code, output_close(a.q.out));
}
