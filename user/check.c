// SPDX-License-Identifier: GPL-2.0
#include "check.h"

#include <stdlib.h>
#include <string.h>

#include "args.h"
#include "json.h"
#include "look.h"
#include "output.h"
#include "proc_task.h"
#include "task.h"

static bool is_wanted(const struct check *c, const char *name)
{
	if (!c->only[0])
		return true;
	for (char **word = c->only; name && *word; word++)
		if (!strcmp(*word, name))
			return true;
	return false;
}

static bool rule_wanted(const struct check *c, const struct rule *r)
{
	return is_wanted(c, r->name) || is_wanted(c, r->crowd);
}

static void check_names(char **words)
{
	for (; *words; words++) {
		bool known = false;

		for (size_t i = 0; i < nr_rules; i++)
			known |= !strcmp(*words, rules[i].name) ||
				 (rules[i].crowd && !strcmp(*words, rules[i].crowd));
		if (!known)
			usage_error(
				"check %s: there is no such finding; 'ipcdbg check --help' lists "
				"them",
				*words);
	}
}

struct finding *check_add(struct check *c, const struct rule *r, const struct object *o)
{
	struct finding *f = finding_add(&c->findings, r->name, r->severity);

	if (!o)
		return f;
	finding_about(f, o);
	f->inferred = o->truncated.nr && !r->head_only;
	return f;
}

bool check_is_long(const struct check *c, const struct waits *w)
{
	if (!w->timed)
		return w->nr && !c->longer_ns && c->q->source->lacks;
	return w->longest_ns >= c->longer_ns;
}

enum orphan check_orphan(const struct check *c, const struct object *o)
{
	return orphan_of(o, c->longer_ns / 1000000000);
}

static void look_at_object(struct check *c, const struct object *o)
{
	for (size_t i = 0; i < nr_rules; i++) {
		const struct rule *r = &rules[i];

		if (r->object && (!r->kind || r->kind == o->kind) && rule_wanted(c, r))
			r->object(c, r, o);
	}
}

static void look_at_namespace(struct check *c, const struct ipcdbg_namespace *ns)
{
	if (ns->inum == (c->q->chosen ? c->q->chosen : c->home))
		c->told_ns = *ns;
	for (size_t i = 0; i < nr_rules; i++)
		if (rules[i].namespace && rule_wanted(c, &rules[i]))
			rules[i].namespace(c, &rules[i], ns);
}

/* Limits stand in a table of their own, which a folder may lack. */
static enum exit_code open_namespaces(struct check *c, struct table *t)
{
	const struct query *q = c->q;
	const char *name = source_has(q->source, "namespaces") ? "namespaces" : SOURCE_LIMITS;
	enum exit_code code;
	bool there;

	if (q->source->live || q->source->lacks)
		return table_open(t, q->source, name, -1);
	code = table_open_if_there(t, q->source, name, -1, &there);
	if (there || code)
		return code;
	warn_user("no table of namespaces was recorded: limits are not known");
	c->incomplete = true;
	return EXIT_OK;
}

static enum exit_code look_at_namespaces(struct check *c)
{
	const struct query *q = c->q;
	struct table t;
	enum exit_code code = open_namespaces(c, &t);

	while (!code && t.reader.result == PARSE_ROW && table_next(&t) == PARSE_ROW)
		if (t.reader.row.id == IPCDBG_R_namespace &&
		    (!q->chosen || t.reader.row.u.namespace.inum == q->chosen))
			look_at_namespace(c, &t.reader.row.u.namespace);
	if (!code)
		code = table_result(&t);
	table_close(&t);
	return code;
}

static void apply_rules(struct check *c)
{
	const struct world *w = &c->look->world;

	for (size_t i = 0; i < w->objects.nr; i++)
		look_at_object(c, w->objects.v[i]);
	crowds_finish(c);
	for (size_t i = 0; i < nr_rules; i++)
		if (rules[i].all && rule_wanted(c, &rules[i]))
			rules[i].all(c, &rules[i]);
}

/* A rule that makes two findings may have been wanted for one of them. */
static void drop_unwanted(struct check *c)
{
	size_t nr = 0;

	for (size_t i = 0; i < c->findings.v.nr; i++)
		if (is_wanted(c, c->findings.v.v[i]->name))
			c->findings.v.v[nr++] = c->findings.v.v[i];
		else
			finding_free(c->findings.v.v[i]);
	c->findings.v.nr = nr;
}

static void print_json(const struct check *c)
{
	struct json_stream s = {
		.out = c->q->out, .several = true, .incomplete = c->incomplete, .broken = c->broken
	};

	for (size_t i = 0; i < c->findings.v.nr; i++) {
		json_stream_next(&s, &c->header, "findings");
		fputs("{", s.out);
		json_print_fields(s.out, finding_json(c->findings.v.v[i]));
		fputs("}", s.out);
	}
	json_stream_end_array(&s, &c->header, "findings");
	json_stream_end(&s);
}

/* What was found is found, even if more may be missing, of which the user was told. */
static enum exit_code result(const struct check *c)
{
	switch (findings_gravest(&c->findings)) {
	case SEVERITY_CRITICAL:
		return EXIT_CRITICAL;
	case SEVERITY_WARNING:
		return EXIT_WARNING;
	case SEVERITY_OK:
		break;
	}
	return c->code;
}

static enum exit_code print(const struct check *c)
{
	if (c->q->check.nagios)
		return check_nagios(c);
	if (c->q->format == FORMAT_JSON)
		print_json(c);
	else
		findings_text(c->q->out, &c->findings, c->home);
	return result(c);
}

static void look(struct check *c, struct look *look)
{
	const struct world *w = &look->world;
	enum exit_code code;

	c->code = look_at_all(look, c->q);
	c->look = look;
	c->header = w->header;
	c->incomplete = w->incomplete;
	c->broken = c->code;
	if (c->broken)
		return;
	c->code = world_tell_missing(w, c->q);
	if (!c->home && !c->q->source->live && !c->q->chosen && w->objects.nr)
		c->home = w->objects.v[0]->ns.inum;
	code = look_at_namespaces(c);
	c->incomplete |= code != EXIT_OK;
	c->code = worse(c->code, code);
	apply_rules(c);
	c->incomplete |= proc_fell_short();
	drop_unwanted(c);
	findings_sort(&c->findings);
}

enum exit_code check_command(const struct query *q, char **words)
{
	struct query of = *q;
	struct check c = {
		.q = &of, .only = words, .longer_ns = CHECK_LONGER_NS, .home = q->source->inum
	};
	struct look all;
	enum exit_code code;

	of.kinds = checked_kinds;
	of.nr_kinds = NR_CHECKED_KINDS;
	check_names(words);
	if (q->longer.given)
		c.longer_ns = q->longer.ns;
	look(&c, &all);
	code = print(&c);
	findings_free(&c.findings);
	look_free(&all);
	return code;
}
