// SPDX-License-Identifier: GPL-2.0
#include "graph_line.h"

#include "text.h"

/* A backslash stands for itself only when it is doubled, and "&" may begin an entity of HTML. */
void graph_put_string(FILE *out, const char *s)
{
	fputc('"', out);
	for (; *s; s++)
		if (*s == '\n')
			fputs("\\n", out);
		else if (*s == '"' || *s == '\\')
			fprintf(out, "\\%c", *s);
		else if (*s == '&')
			fputs("&amp;", out);
		else
			fputc(*s, out);
	fputc('"', out);
}

static void add_attribute(struct text *t, const char *name, const char *value)
{
	text_addf(t, "%s%s=%s", t->len ? ", " : "", name, value);
}

/* The attributes of a half of the line, after its ends. */
static void put_half(FILE *out, const struct graph_line *l, bool arrow, bool free)
{
	struct text t = { 0 };

	if (!arrow)
		add_attribute(&t, "arrowhead", "none");
	if (l->dotted)
		add_attribute(&t, "style", "dotted");
	if (l->colour) {
		add_attribute(&t, "color", "\"");
		text_addf(&t, "%s\"", l->colour);
	}
	if (l->thick)
		add_attribute(&t, "penwidth", "2");
	if (free)
		add_attribute(&t, "constraint", "false");
	fprintf(out, t.len ? " [%s];\n" : ";\n", t.s);
	text_free(&t);
}

/*
 * The text is a node on its way, right behind where it begins: dot(1) never lays nodes over each
 * other, but may do so with the labels of edges.
 */
void graph_begin_lines(FILE *out)
{
	fputs("\tnode [shape=plaintext, fontsize=9, margin=\"0.03,0.02\", width=0, height=0];\n",
	      out);
}

void graph_put_line(FILE *out, size_t number, const struct graph_line *l)
{
	fprintf(out, "\te%zu [label=", number);
	graph_put_string(out, l->text);
	if (l->colour)
		fprintf(out, ", fontcolor=\"%s\"", l->colour);
	fprintf(out, "];\n\t%c%zu -> e%zu", l->from, l->from_index, number);
	put_half(out, l, false, false);
	fprintf(out, "\te%zu -> %c%zu", number, l->to, l->to_index);
	put_half(out, l, !l->no_arrow, l->free);
}
