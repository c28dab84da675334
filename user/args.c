// SPDX-License-Identifier: GPL-2.0
#include "args.h"

#include <getopt.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "number.h"

#define NR(array) (sizeof(array) / sizeof((array)[0]))

/* For getopt_long(): options, then those of the kinds. It gives other words in their order, too. */
static char short_options[64] = "-:";
static struct option long_options[OPTIONS_MAX + KINDS_MAX + 1];

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

static void add_option(int c, const char *name, int arg)
{
	static size_t nr;
	size_t len = strlen(short_options);

	long_options[nr++] = (struct option){ name, arg, NULL, c };
	if (c > 255 || len + 3 > sizeof(short_options))
		return;
	short_options[len++] = c;
	if (arg == required_argument)
		short_options[len] = ':';
}

/* --pid takes a number where it picks out tasks, and none where it is a list of ipcs. */
static int arg_of(const struct option_help *o)
{
	if (o->c == 'p')
		return optional_argument;
	return o->arg ? required_argument : no_argument;
}

static void make_options(void)
{
	for (size_t i = 0; i < nr_option_helps; i++)
		add_option(option_helps[i].c, option_helps[i].name, arg_of(&option_helps[i]));
	for (size_t i = 0; i < nr_kinds; i++)
		add_option(kinds[i]->letter, kinds[i]->option, no_argument);
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

static void add_word(struct args *a, char *word)
{
	if (!a->words.nr)
		a->word_first = !args_any_kind(a);
	*vec_add(&a->words) = word;
}

static void note_option(struct args *a, int c)
{
	if (option_of(c))
		*vec_add(&a->given) = option_of(c);
}

/* A word that is given to --pid, if the command takes one, is right behind it. */
static void note_pid_word(struct args *a, int c, int before)
{
	if (before == 'p' && c == 1) {
		a->pid_word = a->words.nr;
		a->nr_pids++;
	}
}

static void take_option(struct args *a, int c, char **argv)
{
	note_option(a, c);
	if (c == 'p' && optarg) {
		args_take_pid(a, optarg);
		a->nr_pids++;
	}
	if (take_view(a, c) || take_style(a, c) || take_columns(a, c) || args_take_tasks(a, c) ||
	    args_take_check(a, c) || args_take_rm(a, c))
		return;
	switch (c) {
	case 1:
		add_word(a, optarg);
		break;
	case 'i':
		args_add_operand(a, optarg, BY_ID);
		break;
	case 'k':
		args_add_operand(a, optarg, BY_KEY);
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
	if (q->format == FORMAT_JSON && q->check.nagios)
		usage_error("--json and --nagios exclude each other");
	if (a->input && a->root_given)
		usage_error("--input and --root exclude each other");
	if (a->root_given && !a->root[0])
		usage_error("--root needs a folder");
	if (a->namespace && q->all)
		usage_error("--namespace and --all-namespaces exclude each other");
	if (q->view > NR_LISTS && table && !a->list_columns)
		usage_error("limits and summaries are not made of columns");
	if (q->view > NR_LISTS && q->all)
		usage_error("limits of every namespace: see 'ipcdbg ns'");
}

void args_parse(struct args *a, int argc, char **argv)
{
	int c, before = 0;

	opterr = 0;
	make_options();
	while (!a->done && (c = getopt_long(argc, argv, short_options, long_options, NULL)) != -1) {
		note_pid_word(a, c, before);
		take_option(a, c, argv);
		before = c == 'p' && optarg ? 0 : c;
	}
	while (!a->done && optind < argc)
		add_word(a, argv[optind++]);
	*vec_add(&a->words) = NULL;
	a->words.nr--;
	if (!a->done)
		check_args(a);
}

bool args_any_kind(const struct args *a)
{
	return a->every_kind || memchr(a->wanted, true, sizeof(a->wanted));
}

bool args_any_named(const struct args *a)
{
	for (size_t i = 0; i < nr_kinds; i++)
		if (a->wanted[i] && kinds[i]->name)
			return true;
	return false;
}
