// SPDX-License-Identifier: GPL-2.0
/* The command line: what was asked for, and who answers it. */
#include "ipcdbg.h"

#include <getopt.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "ipcs.h"
#include "namespace.h"
#include "number.h"
#include "output.h"
#include "source.h"
#include "text.h"

#define NR(array) (sizeof(array) / sizeof((array)[0]))

/* Every kind of object, whether this version can show it or not. */
static const struct kind *const kinds[] = {
	&sem_kind,
	&(const struct kind){ .letter = 'm', .option = "shmems", .what = "shared memory segments" },
	&(const struct kind){ .letter = 'q', .option = "queues", .what = "message queues" },
	&(const struct kind){
		.letter = 'Q', .option = "posix-mqueues", .what = "POSIX message queues" },
};

static const struct command {
	const char *name;
	const char *help;
	enum exit_code (*run)(const struct query *q);
} commands[] = {
	{ "doctor", "check what the program needs, and say what to do", doctor },
};

enum { OPT_IPCS = 256, OPT_NAMESPACE, OPT_ROOT, OPT_SUSPECT };

static const char short_options[] = ":smqQi:k:AJhV";

static const struct option long_options[] = {
	{ "semaphores", no_argument, NULL, 's' },
	{ "shmems", no_argument, NULL, 'm' },
	{ "queues", no_argument, NULL, 'q' },
	{ "posix-mqueues", no_argument, NULL, 'Q' },
	{ "id", required_argument, NULL, 'i' },
	{ "key", required_argument, NULL, 'k' },
	{ "all-namespaces", no_argument, NULL, 'A' },
	{ "json", no_argument, NULL, 'J' },
	{ "ipcs", no_argument, NULL, OPT_IPCS },
	{ "namespace", required_argument, NULL, OPT_NAMESPACE },
	{ "root", required_argument, NULL, OPT_ROOT },
	{ "suspect-after", required_argument, NULL, OPT_SUSPECT },
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, 'V' },
	{ 0 },
};

/* What the options said. */
struct args {
	struct query q;
	const struct kind *kind;
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

static const char usage_text[] =
	"\n"
	"Usage:\n"
	" ipcdbg -s [options] [ID|0xKEY ...]\n"
	" ipcdbg command\n"
	"\n"
	"Show which tasks are blocked on System V IPC objects, and who holds them.\n"
	"\n"
	"Kinds of objects:\n"
	" -s, --semaphores       semaphore sets\n"
	"\n"
	"Options:\n"
	" -i, --id <id>          show the object with this id in detail\n"
	" -k, --key <key>        show the object with this key in detail\n"
	" -A, --all-namespaces   of every ipc namespace, not only the own one\n"
	"     --namespace <ns>   of another one: a path, a pid, or an inode number\n"
	" -J, --json             print JSON\n"
	"     --ipcs             print exactly what ipcs(1) prints\n"
	"     --suspect-after <seconds>\n"
	"                        tell guesses about waits longer than this (default 5)\n"
	"     --root <folder>    read tables recorded in a folder\n"
	"\n"
	" -h, --help             display this help\n"
	" -V, --version          display version\n"
	"\n"
	"Commands:\n";

static void print_usage(FILE *out)
{
	fputs(usage_text, out);
	for (size_t i = 0; i < NR(commands); i++)
		fprintf(out, " %-22s %s\n", commands[i].name, commands[i].help);
	fputs("\nFor more details see ipcdbg(8).\n", out);
}

static void add_operand(struct args *a, const char *word, bool is_key)
{
	struct operand *op = vec_add(&a->operands);
	__u64 n;

	op->word = word;
	op->is_key = is_key || !strncasecmp(word, "0x", 2);
	if (op->is_key) {
		if (!number_parse_key(word, &op->value))
			usage_error("'%s' is not a key: 0x and hex digits, or a number", word);
		if (!op->value)
			usage_error("the key 0 (IPC_PRIVATE) names no object; use its id");
		return;
	}
	if (!number_parse(word, 10, INT32_MAX, &n))
		usage_error("'%s' is not an id: a number from 0 to %d; a key begins with 0x", word,
			    INT32_MAX);
	op->value = n;
}

static void set_kind(struct args *a, int letter)
{
	for (size_t i = 0; i < NR(kinds); i++) {
		if (kinds[i]->letter != letter)
			continue;
		if (!kinds[i]->list)
			usage_error("%s (-%c, --%s) are not supported by this version",
				    kinds[i]->what, letter, kinds[i]->option);
		a->kind = kinds[i];
	}
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
		add_operand(a, optarg, false);
		break;
	case 'k':
		add_operand(a, optarg, true);
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
		set_kind(a, c);
	}
}

static void check_args(const struct args *a)
{
	if (!a->kind && a->operands.nr)
		usage_error("an id or a key needs one kind of object, such as -s");
	if (a->q.format == FORMAT_IPCS && a->q.all)
		usage_error("--ipcs and --all-namespaces exclude each other");
	if (a->namespace && a->q.all)
		usage_error("--namespace and --all-namespaces exclude each other");
}

static enum exit_code run_command(const struct args *a, int argc, char **argv)
{
	if (optind >= argc)
		usage_error("neither a kind of object, such as -s, nor a command was given");
	for (size_t i = 0; i < NR(commands); i++) {
		if (strcmp(argv[optind], commands[i].name))
			continue;
		if (optind + 1 < argc)
			usage_error("'%s' takes no operand", commands[i].name);
		return commands[i].run(&a->q);
	}
	usage_error("there is no command '%s'; an id or a key needs a kind, such as -s",
		    argv[optind]);
}

static enum exit_code run_kind(struct args *a)
{
	enum exit_code code;

	if (a->namespace) {
		code = namespace_select(&a->q, a->namespace);
		if (code)
			return code;
	}
	if (a->q.format == FORMAT_IPCS)
		ipcs_translate();
	a->q.operands = a->operands.v;
	a->q.nr_operands = a->operands.nr;
	return a->operands.nr ? a->kind->show(&a->q) : a->kind->list(&a->q);
}

int main(int argc, char **argv)
{
	struct args a = { .q = { .out = output_open(), .suspect_ns = 5000000000 },
			  .root = getenv("IPCDBG_ROOT") };
	struct source source;
	enum exit_code code;
	int c;

	opterr = 0;
	while ((c = getopt_long(argc, argv, short_options, long_options, NULL)) != -1)
		take_option(&a, c, argv);
	for (int i = optind; a.kind && i < argc; i++)
		add_operand(&a, argv[i], false);
	check_args(&a);
	source = source_folder(a.root && a.root[0] ? a.root : SOURCE_ROOT);
	a.q.source = &source;
	code = a.kind ? run_kind(&a) : run_command(&a, argc, argv);
	vec_free(&a.operands);
	return worse(code, output_close(a.q.out));
}
