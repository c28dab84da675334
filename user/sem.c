// SPDX-License-Identifier: GPL-2.0
/* -s: which semaphore sets are read, from which table, and in which format they are shown. */
#include "sem.h"

#include "ipcs.h"
#include "json.h"
#include "namespace.h"
#include "output.h"

#define ALL "all/"

bool sem_wanted_ns(const struct query *q, __u32 inum)
{
	return !q->inum || q->inum == inum;
}

/* Reading one namespace out of all of them is for recorded data, and for those without a process.
 */
static bool reads_all(const struct query *q)
{
	return q->all || q->inum;
}

enum exit_code sem_table_open(const struct query *q, struct table *t, const char *all_name,
			      long long from_id)
{
	const char *name = reads_all(q) ? all_name : all_name + sizeof(ALL) - 1;
	enum exit_code code = table_open(t, q->source, name, from_id);

	if (code)
		table_close(t);
	return code;
}

static void note_gone(const struct table *t)
{
	if (t->reader.gone_objects)
		warn_user("%s: an ipc namespace went away while it was read", t->name);
}

enum exit_code sem_table_finish(const struct query *q, struct table *t)
{
	enum exit_code code = table_result(t);

	note_gone(t);
	if (!code && t->reader.cut_rows) {
		warn_user("%s: the module left out rows: incomplete", t->name);
		code = EXIT_DATA;
	}
	table_close(t);
	return worse(code, output_failed(q->out) ? EXIT_IO : EXIT_OK);
}

static enum exit_code list_json(const struct query *q)
{
	struct json_stream stream = { .out = q->out, .array = "sets" };
	struct sem_set s = { 0 };
	struct table t;
	enum exit_code code;

	code = sem_table_open(q, &t, "all/sem", -1);
	if (code)
		return code;
	while (!output_failed(q->out) && sem_set_next(&t, &s) == PARSE_ROW)
		if (sem_wanted_ns(q, s.ns.inum)) {
			json_stream_next(&stream, &t.reader.header);
			sem_json(q->out, &s);
		}
	if (table_result(&t) == EXIT_OK)
		json_stream_end(&stream, &t.reader.header,
				!t.reader.cut_rows && !t.reader.gone_objects);
	sem_set_free(&s);
	return sem_table_finish(q, &t);
}

static enum exit_code sem_list(const struct query *q)
{
	return q->format == FORMAT_JSON ? list_json(q) : sem_list_text(q);
}

static bool is_asked_for(const struct operand *op, const struct ipcdbg_set *set)
{
	return op->is_key ? set->key == op->value : (__u32)set->semid == op->value;
}

static enum exit_code cut(const struct operand *op, const struct table *t)
{
	warn_user("%s: the module left out rows: %s may be there", t->name, op->word);
	return EXIT_DATA;
}

static enum exit_code absent(const struct operand *op, const struct table *t)
{
	if (t->reader.cut_rows)
		return cut(op, t);
	warn_user("there is no semaphore set with the %s %s", op->is_key ? "key" : "id", op->word);
	return EXIT_ABSENT;
}

/* The id of the set with that key, in the list, which is cheaper than reading every set. */
static enum exit_code find_key(const struct query *q, const struct operand *op, long long *id)
{
	const struct parse_row *row;
	struct table t;
	enum exit_code code = sem_table_open(q, &t, "all/list/sem", -1);

	if (code)
		return code;
	row = &t.reader.row;
	*id = -1;
	while (table_next(&t) == PARSE_ROW)
		if (row->id == IPCDBG_R_set && is_asked_for(op, &row->u.set))
			*id = row->u.set.semid;
	code = table_result(&t);
	if (!code && *id < 0)
		code = absent(op, &t);
	table_close(&t);
	return code;
}

static void print_ns(const struct query *q, struct ipcdbg_namespace ns)
{
	struct text t = { 0 };

	namespace_look_up(q, &ns);
	text_clear(&t);
	text_addf(&t, "ipc namespace %u", ns.inum);
	if (IPCDBG_HAS(namespace, &ns, processes))
		text_addf(&t, ": %u process%s", ns.processes, ns.processes == 1 ? "" : "es");
	if (ns.pid) {
		text_addf(&t, ", one is pid %d (", ns.pid);
		text_add_name(&t, ns.comm);
		text_addf(&t, ")");
	}
	fprintf(q->out, "\n%s\n", t.s);
	text_free(&t);
}

/* What one run of show prints, and has printed. */
struct show {
	const struct query *q;
	struct json_stream json;
	struct ipcdbg_header header; /* of the newest table */
	bool broken;		     /* a table could not be read to its end */
	bool incomplete;	     /* the module left out rows that were asked for */
};

static enum exit_code show_set(struct show *show, const struct sem_set *s)
{
	const struct query *q = show->q;

	if (s->gone) {
		warn_user("semaphore set %d was removed while it was read", s->set.semid);
		return EXIT_ABSENT;
	}
	if (q->format == FORMAT_IPCS) {
		if (sem_set_lacks(s, "sem")) {
			warn_user("the semaphores of set %d are not all here", s->set.semid);
			return EXIT_DATA;
		}
		ipcs_sem_block(q->out, s);
		return EXIT_OK;
	}
	if (s->truncated.nr)
		warn_user("the rows of semaphore set %d are not all here", s->set.semid);
	if (q->format == FORMAT_JSON) {
		show->incomplete |= s->truncated.nr > 0;
		json_stream_next(&show->json, &show->header);
		sem_json(q->out, s);
	} else {
		if (q->all)
			print_ns(q, s->ns);
		sem_view(q, s);
	}
	return s->truncated.nr ? EXIT_DATA : EXIT_OK;
}

static enum exit_code show_operand(struct show *show, const struct operand *op)
{
	const struct query *q = show->q;
	enum exit_code code = EXIT_OK;
	long long id = op->is_key ? -1 : (long long)op->value;
	struct sem_set s = { 0 };
	bool found = false;
	struct table t;

	if (op->is_key && !reads_all(q))
		code = find_key(q, op, &id);
	if (!code)
		code = sem_table_open(q, &t, "all/sem", reads_all(q) ? -1 : id);
	if (code) {
		show->broken |= code != EXIT_ABSENT;
		return code;
	}
	show->header = t.reader.header;
	while (!output_failed(q->out) && sem_set_next(&t, &s) == PARSE_ROW) {
		if (sem_wanted_ns(q, s.ns.inum) && is_asked_for(op, &s.set)) {
			code = worse(code, show_set(show, &s));
			found = true;
		}
		if (t.at_object)
			break;
	}
	sem_set_free(&s);
	show->broken |= table_result(&t) != EXIT_OK;
	show->incomplete |= t.reader.cut_objects || t.reader.gone_objects;
	note_gone(&t);
	code = worse(code, table_result(&t));
	if (!code && !found)
		code = absent(op, &t);
	else if (t.reader.cut_objects)
		code = worse(code, cut(op, &t));
	table_close(&t);
	return worse(code, output_failed(q->out) ? EXIT_IO : EXIT_OK);
}

static enum exit_code sem_show(const struct query *q)
{
	struct show show = { .q = q, .json = { .out = q->out, .array = "sets" } };
	enum exit_code code = EXIT_OK;

	for (int i = 0; i < q->nr_operands; i++)
		code = worse(code, show_operand(&show, &q->operands[i]));
	if (show.json.started && !show.broken)
		json_stream_end(&show.json, &show.header, !show.incomplete);
	return code;
}

const struct kind sem_kind = {
	.letter = 's',
	.option = "semaphores",
	.what = "semaphores",
	.list = sem_list,
	.show = sem_show,
};
