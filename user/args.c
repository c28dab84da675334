// SPDX-License-Identifier: GPL-2.0
#include "args.h"

#include <getopt.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "number.h"
#include "object.h"
#include "table.h"

#define NR(array) (sizeof(array) / sizeof((array)[0]))

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
	OPT_SCHEMA
};

const struct option_help option_helps[] = {
	{ 'a', "all", NULL, "of every kind (default)" },
	{ 'i', "id", "id", "show the object with this id in detail" },
	{ 'k', "key", "key", "show the object with this key in detail" },
	{ 't', "time", NULL, "list when objects were used and changed" },
	{ 'p', "pid", NULL, "list processes that objects remember, and their state" },
	{ 'c', "creator", NULL, "list creators and owners" },
	{ 'l', "limits", NULL, "show limits" },
	{ 'u', "summary", NULL, "show what is used, and how much of the limits" },
	{ 'b', "bytes", NULL, "print sizes in bytes" },
	{ OPT_HUMAN, "human", NULL, "print sizes as 1.5K" },
	{ OPT_TIME_FORMAT, "time-format", "format", "print times as short, full or iso" },
	{ 'A', "all-namespaces", NULL, "of every ipc namespace, not only the own one" },
	{ OPT_NAMESPACE, "namespace", "ns", "of another one: a path, a pid, or an inode number" },
	{ 'o', "output", "list", "print these columns; +list: further ones" },
	{ OPT_OUTPUT_ALL, "output-all", NULL, "print every column" },
	{ 'H', "list-columns", NULL, "list the columns there are" },
	{ OPT_NO_HEADINGS, "noheadings", NULL, "print columns without headings" },
	{ 'P', "numeric-perms", NULL, "print the column PERMS as 0640" },
	{ 'r', "raw", NULL, "print columns with one blank between them" },
	{ 'e', "export", NULL, "print columns as NAME=\"value\"" },
	{ 'J', "json", NULL, "print JSON" },
	{ OPT_SCHEMA, "json-schema", NULL, "print the JSON Schema of that" },
	{ OPT_IPCS, "ipcs", NULL, "print exactly what ipcs(1) prints" },
	{ OPT_SUSPECT, "suspect-after", "seconds",
	  "tell guesses about waits longer than this (default 5)" },
	{ OPT_SEARCH, "search", "folder", "'explain' looks for files that a key may be made of" },
	{ OPT_INPUT, "input", "file", "read what 'record' saved, instead of this machine" },
	{ OPT_ROOT, "root", "folder", "read tables recorded in a folder" },
	{ 'h', "help", NULL, "display this help" },
	{ 'V', "version", NULL, "display version" },
};

const size_t nr_option_helps = NR(option_helps);

/* For getopt_long(): options, then those of the kinds. */
static char short_options[64] = ":";
static struct option long_options[NR(option_helps) + KINDS_MAX + 1];

void usage_error(const char *fmt, ...)
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

static void add_option(int c, const char *name, bool arg)
{
	static size_t nr;
	size_t len = strlen(short_options);

	long_options[nr++] =
		(struct option){ name, arg ? required_argument : no_argument, NULL, c };
	if (c > 255 || len + 3 > sizeof(short_options))
		return;
	short_options[len++] = c;
	if (arg)
		short_options[len] = ':';
}

static void make_options(void)
{
	for (size_t i = 0; i < NR(option_helps); i++)
		add_option(option_helps[i].c, option_helps[i].name, option_helps[i].arg);
	for (size_t i = 0; i < nr_kinds; i++)
		add_option(kinds[i]->letter, kinds[i]->option, false);
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

static void set_times(struct args *a, const char *word)
{
	a->q.style.time = time_format_of(word);
	if (a->q.style.time == TIME_DEFAULT)
		usage_error("--time-format %s: not short, full or iso", word);
}

static void set_columns(struct args *a, const char *list)
{
	struct columns_query *c = &a->q.columns;

	if (list && !list[strspn(list, "+")])
		usage_error("-o needs names of columns; -H lists them");
	if (list)
		c->list = list;
	c->wanted = true;
}

static void set_table_format(struct args *a, enum table_format format)
{
	a->q.columns.format = format;
	a->q.columns.wanted = true;
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

/* What is printed of the objects: false if it is no such option. */
static bool take_view(struct args *a, int c)
{
	static const struct {
		int c;
		enum list_view view;
	} views[] = {
		{ 'p', VIEW_PIDS },   { 't', VIEW_TIMES },   { 'c', VIEW_CREATORS },
		{ 'l', VIEW_LIMITS }, { 'u', VIEW_SUMMARY },
	};

	for (size_t i = 0; i < NR(views); i++)
		if (views[i].c == c) {
			a->q.view = views[i].view;
			return true;
		}
	return false;
}

/* How it is printed: false if it is no such option. */
static bool take_style(struct args *a, int c)
{
	switch (c) {
	case 'b':
		a->q.style.unit = UNIT_BYTES;
		break;
	case OPT_HUMAN:
		a->q.style.unit = UNIT_HUMAN;
		break;
	case OPT_TIME_FORMAT:
		set_times(a, optarg);
		break;
	case 'P':
		a->q.style.perms = PERMS_NUMERIC;
		break;
	case 'J':
		set_format(a, FORMAT_JSON);
		break;
	case OPT_IPCS:
		set_format(a, FORMAT_IPCS);
		a->q.style.as_ipcs = true;
		break;
	default:
		return false;
	}
	return true;
}

/* Which columns: false if it is no such option. */
static bool take_columns(struct args *a, int c)
{
	switch (c) {
	case 'o':
		set_columns(a, optarg);
		break;
	case OPT_OUTPUT_ALL:
		a->q.columns.all = true;
		set_columns(a, NULL);
		break;
	case OPT_NO_HEADINGS:
		a->q.columns.no_headings = true;
		set_columns(a, NULL);
		break;
	case 'H':
		a->list_columns = true;
		break;
	case 'r':
		set_table_format(a, TABLE_RAW);
		break;
	case 'e':
		set_table_format(a, TABLE_EXPORT);
		break;
	default:
		return false;
	}
	return true;
}

static void take_option(struct args *a, int c, char **argv)
{
	if (take_view(a, c) || take_style(a, c) || take_columns(a, c))
		return;
	switch (c) {
	case 'i':
		add_operand(a, optarg, BY_ID);
		break;
	case 'k':
		add_operand(a, optarg, BY_KEY);
		break;
	case 'a':
		a->every_kind = true;
		break;
	case 'A':
		a->q.all = true;
		break;
	case OPT_NAMESPACE:
		a->namespace = optarg;
		break;
	case OPT_INPUT:
		a->input = optarg;
		break;
	case OPT_ROOT:
		a->root = optarg;
		a->root_given = true;
		break;
	case OPT_SEARCH:
		a->q.search = optarg;
		break;
	case OPT_SUSPECT:
		set_suspect(a, optarg);
		break;
	case OPT_SCHEMA:
	case 'h':
	case 'V':
		a->done = c;
		break;
	case '?':
	case ':':
		bad_option(c, argv);
		break;
	default:
		add_kind(a, c);
	}
}

static void check_args(const struct args *a)
{
	const struct query *q = &a->q;
	bool table = q->columns.wanted || a->list_columns;

	if (q->format == FORMAT_IPCS && q->all)
		usage_error("--ipcs and --all-namespaces exclude each other");
	if (q->format == FORMAT_IPCS && (table || q->style.time || q->style.perms))
		usage_error("--ipcs prints what ipcs does: no other columns, times or permissions");
	if (q->format == FORMAT_JSON && q->columns.format)
		usage_error("--json excludes --raw and --export");
	if (a->input && a->root_given)
		usage_error("--input and --root exclude each other");
	if (a->namespace && q->all)
		usage_error("--namespace and --all-namespaces exclude each other");
	if (q->view > NR_LISTS && table && !a->list_columns)
		usage_error("limits and summaries are not made of columns");
	if (q->view > NR_LISTS && q->all)
		usage_error("limits of every namespace: see 'ipcdbg ns'");
}

void args_parse(struct args *a, int argc, char **argv)
{
	int c;

	opterr = 0;
	make_options();
	while (!a->done && (c = getopt_long(argc, argv, short_options, long_options, NULL)) != -1)
		take_option(a, c, argv);
	if (!a->done)
		check_args(a);
}

bool args_any_kind(const struct args *a)
{
	return a->every_kind || memchr(a->wanted, true, sizeof(a->wanted));
}

/* Those that an option names, or all that can be printed. */
static bool is_chosen(const struct args *a, size_t i, bool all)
{
	const struct query *q = &a->q;
	bool printed = q->format != FORMAT_IPCS || kinds[i]->ipcs;

	if (a->wanted[i] && !printed)
		usage_error("ipcs does not know %s", kinds[i]->help);
	if (a->wanted[i] || a->list_columns)
		return a->wanted[i] || all;
	return all && printed && (q->view == VIEW_LIMITS || objects_told(q, kinds[i]));
}

static void choose_kinds(struct args *a)
{
	bool all = a->every_kind || !args_any_kind(a);

	for (size_t i = 0; i < nr_kinds; i++)
		if (is_chosen(a, i, all))
			a->kinds[a->q.nr_kinds++] = kinds[i];
	a->q.kinds = a->kinds;
}

static void check_columns(const struct query *q)
{
	for (size_t i = 0; i < q->nr_kinds; i++) {
		const char *name = table_unknown_datum(q, q->kinds[i]);

		if (name)
			usage_error("%s have no column '%.*s'; -H lists those there are",
				    q->kinds[i]->help, (int)strcspn(name, ","), name);
	}
}

void args_take_operands(struct args *a, char **words, int nr)
{
	for (int i = 0; i < nr; i++)
		add_operand(a, words[i], BY_NAME);
}

void args_finish(struct args *a)
{
	choose_kinds(a);
	if (a->operands.nr && (a->q.nr_kinds != 1 || !args_any_kind(a)))
		usage_error("an id, a key or a name needs one kind of object, such as -s");
	for (size_t i = 0; i < a->operands.nr; i++)
		read_operand(&a->operands.v[i], a->kinds[0]);
	a->q.operands = a->operands.v;
	a->q.nr_operands = a->operands.nr;
	check_columns(&a->q);
}
