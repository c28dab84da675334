// SPDX-License-Identifier: GPL-2.0
/* What 'ipcdbg rm' shows, decides, does and tells. */
#include "rm.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>
#include <unistd.h>

#include "column.h"
#include "output.h"

#define NS_PER_S 1000000000ULL

struct plan_row {
	const struct query *q;
	const struct rm_target *target;
};

static const struct rm_target *target_of(const void *row)
{
	return ((const struct plan_row *)row)->target;
}

static void add_name(struct text *t, const struct rm_target *target)
{
	struct object o = { .kind = target->kind, .head = target->head };

	object_add_name(t, &o);
}

/* Whether it is to be removed, if it stays as it was seen. */
static bool is_free(const struct query *q, const struct rm_target *target)
{
	return !target->removed && (target->use == USE_NONE || q->rm.force);
}

static void fill_object(struct text *t, const void *row)
{
	add_name(t, target_of(row));
}

/* A datum of its kind, '-' if that has none of that name. */
static void fill_datum(struct text *t, const void *row, const char *name)
{
	const struct rm_target *target = target_of(row);
	const struct query *q = ((const struct plan_row *)row)->q;
	const struct datum *d = datum_find(target->kind, name, strlen(name));
	struct list_row list = { .q = q,
				 .kind = target->kind,
				 .inum = target->inum,
				 .read_ns = target->read_ns,
				 .head = &target->head,
				 .row = &target->head };

	if (d)
		datum_add(t, d, &list, &q->style);
	else
		text_addc(t, '-');
}

static void fill_key(struct text *t, const void *row)
{
	fill_datum(t, row, "KEY");
}

static void fill_owner(struct text *t, const void *row)
{
	fill_datum(t, row, "OWNER");
}

/* Since the last use that it remembers. */
static void fill_idle(struct text *t, const void *row)
{
	const struct rm_target *target = target_of(row);
	__s64 last = target->kind->removal->last_use(&target->head);
	__u64 now_s = target->read_ns / NS_PER_S;

	if (last > 0 && (__u64)last <= now_s)
		text_add_duration(t, (now_s - last) * NS_PER_S);
	else
		text_addc(t, '-');
}

static void fill_use(struct text *t, const void *row)
{
	const struct rm_target *target = target_of(row);

	if (target->removed)
		text_addf(t, "removed before%s", target->use == USE_SOME ? ", " : "");
	if (target->use != USE_NONE)
		text_addf(t, "%s", target->used);
	else if (!target->removed)
		text_addc(t, '-');
}

static void fill_action(struct text *t, const void *row)
{
	text_addf(t,
		  is_free(((const struct plan_row *)row)->q, target_of(row)) ? "remove" : "leave");
}

static const struct column columns[] = {
	{ .name = "OBJECT", .fill = fill_object },
	{ .name = "KEY", .fill = fill_key },
	{ .name = "OWNER", .fill = fill_owner },
	{ .name = "UNUSED", .right = true, .fill = fill_idle },
	{ .name = "USE", .fill = fill_use },
	{ .name = "ACTION", .fill = fill_action },
};

/* All of it has been written when this returns, or output_failed(). */
static void show_plan(const struct query *q, const struct rm_targets *targets)
{
	struct aligned *table = aligned_new(q->out, columns, sizeof(columns) / sizeof(columns[0]));

	for (size_t i = 0; i < targets->all.nr; i++)
		aligned_add(table, &(struct plan_row){ q, &targets->all.v[i] });
	aligned_print(table);
	if (q->rm.orphans)
		fputs("that nobody will come back for these is a guess (inferred)\n", q->out);
	if (!q->rm.dry_run)
		fputs("\n", q->out);
	fflush(q->out);
}

/* Tells the user why it is still there, or that it is not. */
__attribute__((format(printf, 3, 4))) static enum exit_code leave(const struct rm_target *target,
								  enum exit_code code,
								  const char *fmt, ...)
{
	struct text name = { 0 };
	char why[256];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(why, sizeof(why), fmt, ap);
	va_end(ap);
	add_name(&name, target);
	warn_user("%s %s", name.s, why);
	text_free(&name);
	return code;
}

/* Why an object that is there and the same is not removed; 0 if it may be. */
static enum exit_code refuse(const struct query *q, const struct rm_target *now)
{
	if (now->removed)
		return leave(now, EXIT_ABSENT,
			     "was removed before: it vanishes with the last that uses it");
	if (is_free(q, now))
		return EXIT_OK;
	if (now->use == USE_SOME)
		return leave(now, EXIT_BUSY, "is not removed: %s", now->used);
	source_tell_lacks(q->source);
	return leave(now, q->source->lacks ? q->source->lacks_code : EXIT_DATA,
		     "is not removed: %s; --force removes it", now->used);
}

/* The same by the last look. */
static enum exit_code refuse_state(const struct query *q, const struct rm_target *target,
				   const struct rm_target *now, enum rm_state state)
{
	switch (state) {
	case RM_GONE:
		return leave(target, EXIT_ABSENT, "is gone already");
	case RM_OTHER:
		return leave(target, EXIT_ABSENT,
			     "is not removed: it is not the one that was shown any more");
	case RM_CHANGED:
		if (!q->rm.force && now->use != USE_SOME)
			return leave(target, EXIT_BUSY,
				     "is not removed: it was used or changed since it was shown");
		break;
	case RM_SAME:
		break;
	}
	if (rm_is_fresh(target))
		return leave(target, EXIT_BUSY, "is not removed: it was changed a moment ago");
	return refuse(q, now);
}

static enum exit_code tell_removal(const struct query *q, const struct rm_target *target, int error)
{
	struct text name = { 0 };

	switch (error) {
	case 0:
		add_name(&name, target);
		fprintf(q->out, "%s is removed\n", name.s);
		text_free(&name);
		return EXIT_OK;
	case ENOENT:
	case EINVAL:
	case EIDRM:
		return leave(target, EXIT_ABSENT, "is gone already");
	case EPERM:
	case EACCES:
		return leave(target, EXIT_PERM, "is not removed: %s: only its owner or root may",
			     strerror(error));
	default:
		return leave(target, EXIT_IO, "is not removed: %s", strerror(error));
	}
}

/* Nothing is done or told between the last look and the removal. */
static enum exit_code remove_target(const struct query *q, const struct rm_target *target)
{
	struct rm_target now = { 0 };
	enum rm_state state;
	enum exit_code code = rm_look_again(q, target, &now, &state);
	int error;

	if (!code)
		code = refuse_state(q, target, &now, state);
	if (!code) {
		error = target->kind->removal->remove(&target->head);
		code = tell_removal(q, target, error);
	}
	rm_target_free(&now);
	return code;
}

/* Waits until what is shown can be told from what is made later. */
static enum exit_code let_settle(const struct query *q, struct rm_targets *targets)
{
	enum exit_code code = EXIT_OK;
	struct rm_target now;
	enum rm_state state;
	bool waited = false;

	for (size_t i = 0; i < targets->all.nr; i++) {
		struct rm_target *target = &targets->all.v[i];

		if (!rm_is_fresh(target))
			continue;
		if (!waited)
			sleep(RM_FRESH_S);
		waited = true;
		code = worse(code, rm_look_again(q, target, &now, &state));
		if (state == RM_SAME || state == RM_CHANGED) {
			rm_target_free(target);
			*target = now;
		} else if (state == RM_OTHER) {
			rm_target_free(&now);
		}
	}
	return code;
}

/* What would be told of it, were it removed now. */
static enum exit_code judge(const struct query *q, const struct rm_target *target)
{
	return q->rm.dry_run ? refuse(q, target) : remove_target(q, target);
}

static enum exit_code remove_all(const struct query *q, const struct rm_targets *targets)
{
	enum exit_code code = EXIT_OK;

	if (!targets->all.nr) {
		if (q->rm.orphans)
			fputs("no orphans were found\n", q->out);
		return code;
	}
	show_plan(q, targets);
	for (size_t i = 0; i < targets->all.nr && !output_failed(q->out); i++)
		code = worse(code, judge(q, &targets->all.v[i]));
	return code;
}

enum exit_code rm_command(const struct query *q, char **words)
{
	struct rm_targets targets = { 0 };
	enum exit_code code;

	(void)words;
	if (!q->source->live) {
		warn_user("nothing is removed: what was recorded cannot be");
		return EXIT_USAGE;
	}
	if (q->inum) {
		warn_user("nothing is removed: ipc namespace %u cannot be entered", q->inum);
		return EXIT_IO;
	}
	if (q->rm.orphans && q->nr_kinds > 1)
		source_tell_lacks(q->source);
	code = rm_find(q, &targets);
	if (!q->rm.dry_run)
		code = worse(code, let_settle(q, &targets));
	code = worse(code, remove_all(q, &targets));
	for (size_t i = 0; i < targets.all.nr; i++)
		rm_target_free(&targets.all.v[i]);
	vec_free(&targets.all);
	return worse(code, output_failed(q->out) ? EXIT_IO : EXIT_OK);
}
