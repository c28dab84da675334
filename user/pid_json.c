// SPDX-License-Identifier: GPL-2.0
/* What a process has to do with objects, as JSON: "processes", of one, and "facts". */
#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "pid.h"
#include "proc_facts.h"

static const char *const sort_words[PID_SORTS] = {
	[PID_WAITS] = "waits",
	[PID_HAS] = "has",
	[PID_REMEMBERED] = "remembered",
};

static void *stream_begin(const struct pid_search *s)
{
	struct json_stream *stream = calloc(1, sizeof(*stream));

	if (!stream)
		die(EXIT_IO, "out of memory");
	stream->out = s->q->out;
	stream->several = true;
	return stream;
}

static void print_object(FILE *out, json_t *object)
{
	fputs("{", out);
	json_print_fields(out, object);
	fputs("}", out);
}

static json_t *process_object(const struct pid_search *s)
{
	const struct proc_facts *facts = proc_look_up_whole(s->pid, proc_start_ns(s->pid));
	json_t *process = json_object();

	json_put(process, "pid", json_integer(s->pid));
	if (s->q->source->live || proc_usable())
		json_put(process, "exists", json_boolean(s->exists));
	if (facts && facts->comm)
		json_put(process, "comm", json_name(facts->comm));
	if (facts && facts->cgroup)
		json_put(process, "cgroup", json_name(facts->cgroup));
	if (facts && facts->args) {
		json_t *args = json_put_array(process, "args");

		for (size_t i = 0; i < facts->len; i += strlen(facts->args + i) + 1)
			json_append(args, json_name(facts->args + i));
	}
	return process;
}

static void begin_document(const struct pid_search *s)
{
	struct json_stream *stream = s->view;

	if (stream->started)
		return;
	json_stream_next(stream, &s->header, "processes");
	print_object(stream->out, process_object(s));
	json_stream_end_array(stream, &s->header, "processes");
}

/* The fields in the mask, and which record it is. */
static json_t *record_object(const struct parse_row *row, __u64 mask)
{
	json_t *object = json_record(row->id, &row->u, ~mask);

	json_put(object, "record", json_string(ipcdbg_records[row->id].word));
	return object;
}

/* A row may remember several processes: what it says of that one begins with the field's name. */
static __u64 told_fields(const struct pid_fact *f)
{
	const struct ipcdbg_record *r = &ipcdbg_records[pid_row(f)->id];
	const char *name = r->fields[f->field].name;
	__u64 mask = pid_needed(pid_row(f)->id);

	if (f->sort != PID_REMEMBERED)
		return ~0ULL;
	for (unsigned int i = 0; i < r->nr_fields; i++)
		if (!strncmp(r->fields[i].name, name, strlen(name)))
			mask |= 1ULL << i;
	return mask;
}

static json_t *fact_object(const struct pid_fact *f)
{
	json_t *fact = json_object(), *rows;

	json_put(fact, "fact", json_string(sort_words[f->sort]));
	json_put(fact, "namespace", json_integer(f->inum));
	json_put(fact, "object", record_object(&f->path[0], pid_needed(f->path[0].id)));
	if (f->sort == PID_REMEMBERED)
		json_put(fact, "field",
			 json_string(ipcdbg_records[pid_row(f)->id].fields[f->field].name));
	rows = json_put_array(fact, "above");
	for (unsigned int i = 1; i < f->depth; i++)
		json_append(rows, record_object(&f->path[i], pid_needed(f->path[i].id)));
	json_put(fact, "row", record_object(pid_row(f), told_fields(f)));
	rows = json_put_array(fact, "below");
	for (size_t i = 0; i < f->below.nr; i++)
		json_append(rows, record_object(&f->below.v[i], ~0ULL));
	return fact;
}

static void stream_tell(struct pid_search *s, const struct pid_fact *f)
{
	begin_document(s);
	json_stream_next(s->view, &s->header, "facts");
	print_object(s->q->out, fact_object(f));
}

static void stream_end(struct pid_search *s)
{
	struct json_stream *stream = s->view;

	stream->broken = s->broken;
	stream->incomplete = s->incomplete;
	if (!s->broken && (s->exists || s->found)) {
		begin_document(s);
		json_stream_end_array(stream, &s->header, "facts");
	}
	json_stream_end(stream);
	free(stream);
}

const struct pid_view pid_json = { stream_begin, stream_tell, stream_end };
