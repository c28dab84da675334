// SPDX-License-Identifier: GPL-2.0
#include "usage.h"

#include <string.h>

#include "args.h"

#define WIDTH 79
#define INDENT 24

static const char head[] = "\n"
			   "Usage:\n"
			   " ipcdbg [-smqQMS] [options]\n"
			   " ipcdbg -s|-m|-q [options] ID|0xKEY ...\n"
			   " ipcdbg -Q|-M|-S [options] NAME ...\n"
			   " ipcdbg command\n"
			   "\n"
			   "Show which tasks are blocked on IPC objects, and who holds them.\n"
			   "\n"
			   "Kinds of objects (all of them, if none is given):\n";

/* Of those that can be removed, or of all. */
static void print_kinds(FILE *out, bool removed)
{
	for (size_t i = 0; i < nr_kinds; i++)
		if (kinds[i]->removal || !removed)
			fprintf(out, " -%c, --%-16s %s\n", kinds[i]->letter, kinds[i]->option,
				kinds[i]->help);
}

static void print_option(FILE *out, const struct option_help *o)
{
	int width = 0;

	if (o->c < 256)
		width += fprintf(out, " -%c, ", o->c);
	else
		width += fprintf(out, "     ");
	width += fprintf(out, "--%s", o->name);
	if (o->arg)
		width += fprintf(out, " <%s>", o->arg);
	if (width >= INDENT)
		fprintf(out, "\n%*s%s\n", INDENT, "", o->help);
	else
		fprintf(out, "%*s%s\n", INDENT - width, "", o->help);
}

/* Those for that; the help stands apart below them. */
static void print_options(FILE *out, unsigned int what, bool in_command)
{
	bool any = false;

	fputs("\nOptions:\n", out);
	for (size_t i = 0; i < nr_option_helps; i++) {
		const struct option_help *o = &option_helps[i];

		if (!(o->what & what))
			continue;
		if (o->c == 'h' && any)
			fputs("\n", out);
		any = true;
		print_option(out, in_command ? option_in_command(o) : o);
	}
}

static void print_columns(FILE *out, const struct kind *kind)
{
	int at = kind->letter ? fprintf(out, " -%c ", kind->letter) : 0;

	for (size_t i = 0; i < kind->nr_data; i++) {
		const char *name = kind->data[i].name;

		if (at + 1 + (int)strlen(name) > WIDTH)
			at = fprintf(out, "\n    ") - 1;
		at += fprintf(out, " %s", name);
	}
	fputs("\n", out);
}

void usage_print(FILE *out, void (*print_commands)(FILE *out))
{
	fputs(head, out);
	print_kinds(out, false);
	print_options(out, ~0U, false);
	fputs("\nColumns:\n", out);
	for (size_t i = 0; i < nr_kinds; i++)
		print_columns(out, kinds[i]);
	fputs("\nCommands:\n", out);
	print_commands(out);
	fputs("\nFor more details see ipcdbg(8).\n", out);
}

void usage_print_command(FILE *out, unsigned int takes, const struct kind *rows)
{
	if (takes & FOR_OBJECTS) {
		fputs("\nKinds of objects:\n", out);
		print_kinds(out, takes & FOR_REMOVAL);
	}
	print_options(out, takes | FOR_HELP, true);
	if (rows) {
		fputs("\nColumns:\n", out);
		print_columns(out, rows);
	}
	fputs("\nFor more details see ipcdbg(8).\n", out);
}
