// SPDX-License-Identifier: GPL-2.0
/*
 * What Nagios and its like read: a line with the state, performance data behind a bar, then a line
 * for each finding; the exit code is the state.
 */
#include "check.h"
#include "kinds.h"

/* Exit codes of plugins. */
enum state { STATE_OK, STATE_WARNING, STATE_CRITICAL, STATE_UNKNOWN };

static enum state state_of(const struct check *c)
{
	switch (findings_gravest(&c->findings)) {
	case SEVERITY_CRITICAL:
		return STATE_CRITICAL;
	case SEVERITY_WARNING:
		return STATE_WARNING;
	case SEVERITY_OK:
		break;
	}
	return c->code || c->incomplete ? STATE_UNKNOWN : STATE_OK;
}

/* A bar would begin the performance data. */
static void print_text(FILE *out, const char *s)
{
	for (; *s; s++)
		if (*s == '|')
			fputs("\\174", out);
		else
			fputc(*s, out);
}

static void print_resource(const struct check *c, const struct resource *r)
{
	__u64 used, limit;

	if (!resource_used(r, &c->told_ns, &used) || !resource_limit(r, &c->told_ns, &limit))
		return;
	fprintf(c->q->out, " %s=%llu;%.0f;%.0f;0;%llu", r->name, used,
		limit / 100.0 * c->q->check.warning_percent,
		limit / 100.0 * c->q->check.critical_percent, limit);
}

/* Of one namespace: labels must not come and go. */
static void print_performance(const struct check *c)
{
	fprintf(c->q->out, " | findings=%zu;;;0", c->findings.v.nr);
	for (size_t i = 0; i < nr_kinds; i++)
		for (size_t j = 0; j < kinds[i]->nr_resources; j++)
			print_resource(c, &kinds[i]->resources[j]);
	fputs("\n", c->q->out);
}

static void print_summary(const struct check *c, enum state state)
{
	const struct findings *all = &c->findings;

	if (state == STATE_UNKNOWN)
		fputs("not all could be looked at", c->q->out);
	else if (state == STATE_OK)
		fputs("nothing found", c->q->out);
	else if (all->v.nr == 1)
		fprintf(c->q->out, "%s", all->v.v[0]->name);
	else
		fprintf(c->q->out, "%zu critical, %zu warnings",
			findings_count(all, SEVERITY_CRITICAL),
			findings_count(all, SEVERITY_WARNING));
}

enum exit_code check_nagios(const struct check *c)
{
	static const char *const words[] = { "OK", "WARNING", "CRITICAL", "UNKNOWN" };
	enum state state = state_of(c);
	FILE *out = c->q->out;

	fprintf(out, "IPC %s - ", words[state]);
	print_summary(c, state);
	print_performance(c);
	for (size_t i = 0; i < c->findings.v.nr; i++) {
		const struct finding *f = c->findings.v.v[i];

		fprintf(out, "%s: %s (%s): ", severity_word(f->severity), f->name,
			certainty_word(f));
		print_text(out, f->subject.s);
		fputs(f->subject.len ? ": " : "", out);
		print_text(out, f->told.s);
		fputs("\n", out);
	}
	return (enum exit_code)state;
}
