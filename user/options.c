// SPDX-License-Identifier: GPL-2.0
/* Every option, and what it is for: for parsing, the help, and which command takes it. */
#include <string.h>

#include "args.h"

const struct option_help option_helps[] = {
	{ 'a', "all", NULL, "of every kind (default)", FOR_OBJECTS },
	{ 'i', "id", "id", "show the object with this id in detail", FOR_OBJECTS },
	{ 'k', "key", "key", "show the object with this key in detail", FOR_OBJECTS },
	{ 't', "time", NULL, "list when objects were used and changed", FOR_LIST },
	{ 'p', "pid", NULL, "list processes that objects remember, and their state",
	  FOR_LIST | FOR_PID },
	{ 'c', "creator", NULL, "list creators and owners", FOR_LIST },
	{ 'l', "limits", NULL, "show limits", FOR_LIST },
	{ 'u', "summary", NULL, "show what is used, and how much of the limits", FOR_LIST },
	{ 'b', "bytes", NULL, "print sizes in bytes", FOR_SIZES },
	{ OPT_HUMAN, "human", NULL, "print sizes as 1.5K", FOR_SIZES },
	{ OPT_TIME_FORMAT, "time-format", "format", "print times as short, full or iso",
	  FOR_SIZES },
	{ 'A', "all-namespaces", NULL, "of every ipc namespace, not only the own one", FOR_ALL },
	{ OPT_NAMESPACE, "namespace", "ns", "of another one: a path, a pid, or an inode number",
	  FOR_NAMESPACE },
	{ 'o', "output", "list", "print these columns; +list: further ones", FOR_COLUMNS },
	{ OPT_OUTPUT_ALL, "output-all", NULL, "print every column", FOR_COLUMNS },
	{ 'H', "list-columns", NULL, "list the columns there are", FOR_COLUMNS },
	{ OPT_NO_HEADINGS, "noheadings", NULL, "print columns without headings", FOR_COLUMNS },
	{ 'P', "numeric-perms", NULL, "print the column PERMS as 0640", FOR_SIZES },
	{ 'r', "raw", NULL, "print columns with one blank between them", FOR_COLUMNS },
	{ 'e', "export", NULL, "print columns as NAME=\"value\"", FOR_COLUMNS },
	{ 'J', "json", NULL, "print JSON", FOR_JSON },
	{ OPT_SCHEMA, "json-schema", NULL, "print the JSON Schema of that", FOR_ITSELF },
	{ OPT_IPCS, "ipcs", NULL, "print exactly what ipcs(1) prints", FOR_IPCS },
	{ OPT_SUSPECT, "suspect-after", "seconds",
	  "tell guesses about waits longer than this (default 5)", FOR_GUESSES },
	{ OPT_KIND, "kind", "kind", "'waiters' of that one: sem, msg, mqueue, pshm, psem",
	  FOR_TASKS },
	{ OPT_USER, "user", "user", "'waiters', 'rm' of that one; --pid PID: of that process",
	  FOR_USER },
	{ OPT_LONGER, "longer-than", "seconds", "'waiters' that wait longer; for 'check' (60)",
	  FOR_LONGER },
	{ OPT_THRESHOLD, "threshold", "percent",
	  "of a limit, for 'check': warning,critical (80,90)", FOR_CHECK },
	{ OPT_NAGIOS, "nagios", NULL, "'check' prints and exits as a plugin of Nagios", FOR_CHECK },
	{ OPT_WATCH, "watch", "seconds", "'waiters' again and again, and what has changed",
	  FOR_TASKS },
	{ OPT_SVG, "svg", "file", "'graph' is drawn into a file", FOR_DRAWING },
	{ OPT_ORPHANS, "orphans", NULL, "'rm' removes what nobody seems to come back for",
	  FOR_REMOVAL },
	{ OPT_OLDER, "older-than", "seconds", "and what is unused for longer (default 60)",
	  FOR_REMOVAL },
	{ OPT_DRY_RUN, "dry-run", NULL, "'rm' only shows what it would remove", FOR_REMOVAL },
	{ OPT_FORCE, "force", NULL, "'rm' removes what is in use, too", FOR_REMOVAL },
	{ OPT_SEARCH, "search", "folder", "'explain' looks for files that a key may be made of",
	  FOR_SEARCH },
	{ OPT_INPUT, "input", "file", "read what 'record' saved, instead of this machine",
	  FOR_SOURCE },
	{ OPT_ROOT, "root", "folder", "read tables recorded in a folder", FOR_SOURCE },
	{ 'h', "help", NULL, "display this help", FOR_HELP },
	{ 'V', "version", NULL, "display version", FOR_ITSELF },
};

const size_t nr_option_helps = sizeof(option_helps) / sizeof(option_helps[0]);
_Static_assert(sizeof(option_helps) / sizeof(option_helps[0]) <= OPTIONS_MAX, "OPTIONS_MAX");

/* Those that are something else, or less, for the commands that take them. */
static const struct option_help in_commands[] = {
	{ 'a', "all", NULL, "of every kind", FOR_OBJECTS },
	{ 'i', "id", "id", "the object with this id", FOR_OBJECTS },
	{ 'k', "key", "key", "the object with this key", FOR_OBJECTS },
	{ 'p', "pid", "pid", "of this process, or thread, only", FOR_PID },
	{ OPT_USER, "user", "user", "of this user only; 'rm': with --orphans", FOR_USER },
};

const struct option_help *option_in_command(const struct option_help *o)
{
	for (size_t i = 0; i < sizeof(in_commands) / sizeof(in_commands[0]); i++)
		if (in_commands[i].c == o->c)
			return &in_commands[i];
	return o;
}

const char *args_not_for(const struct args *a, unsigned int what)
{
	for (size_t i = 0; i < a->given.nr; i++)
		if (!(a->given.v[i]->what & what))
			return a->given.v[i]->name;
	for (size_t i = 0; i < nr_kinds; i++)
		if (a->wanted[i] && !(what & FOR_OBJECTS))
			return kinds[i]->option;
	return NULL;
}

const struct option_help *option_of(int c)
{
	for (size_t i = 0; i < nr_option_helps; i++)
		if (option_helps[i].c == c)
			return &option_helps[i];
	return NULL;
}

unsigned int args_what(const char *name)
{
	for (size_t i = 0; i < nr_option_helps; i++)
		if (!strcmp(option_helps[i].name, name))
			return option_helps[i].what;
	return FOR_OBJECTS;
}
