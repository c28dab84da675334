// SPDX-License-Identifier: GPL-2.0
#include "datum.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "field.h"
#include "json.h"
#include "kind.h"
#include "object.h"
#include "task.h"
#include "user.h"

const struct datum *datum_find(const struct kind *kind, const char *name, size_t len)
{
	for (size_t i = 0; i < kind->nr_data; i++) {
		const struct datum *d = &kind->data[i];

		if (strlen(d->name) == len && !strncasecmp(d->name, name, len))
			return d;
	}
	return NULL;
}

static const struct ipcdbg_field *field_of(const struct datum *d)
{
	return &ipcdbg_records[d->record].fields[d->field];
}

/* The record that has its field. */
static const void *record_of(const struct datum *d, const struct list_row *row)
{
	return d->record == (int)row->kind->head ? (const void *)row->head : row->row;
}

bool datum_in_field(const struct datum *d)
{
	return d->type < DATUM_NS;
}

/* A time of 0 is never; a name that is empty is not known. */
static bool known(const struct datum *d, const struct list_row *row)
{
	const void *record = record_of(d, row);
	const struct ipcdbg_field *f = field_of(d);

	if (!field_present(d->record, d->field, record))
		return false;
	if (d->type == DATUM_TIME)
		return field_signed(f, record);
	return f->type != IPCDBG_T_COMM || *((const char *)record + f->offset);
}

static bool is_spelled(const struct ipcdbg_field *f)
{
	switch ((enum ipcdbg_type)f->type) {
	case IPCDBG_T_I32:
	case IPCDBG_T_U32:
	case IPCDBG_T_I64:
	case IPCDBG_T_U64:
		return false;
	default:
		return true;
	}
}

bool datum_is_number(const struct datum *d)
{
	if (d->type == DATUM_FIELD)
		return !is_spelled(field_of(d));
	return d->type == DATUM_SIZE || d->type == DATUM_PID || d->type == DATUM_NS ||
	       d->type == DATUM_NUMBER;
}

const char *datum_json_type(const struct datum *d)
{
	switch (d->type) {
	case DATUM_FIELD:
		if (field_of(d)->type == IPCDBG_T_HEX32)
			return "integer";
		return is_spelled(field_of(d)) ? "string" : "integer";
	case DATUM_SIZE:
	case DATUM_TIME:
	case DATUM_PID:
	case DATUM_NS:
	case DATUM_NUMBER:
		return "integer";
	case DATUM_WORDS:
	case DATUM_PROCESSES:
		return "array";
	default:
		return "string";
	}
}

const char *datum_key(const struct datum *d, char key[32])
{
	size_t len = 0;

	for (; d->name[len] && len < 31; len++)
		key[len] = tolower((unsigned char)d->name[len]);
	key[len] = '\0';
	return key;
}

static void add_size(struct text *t, __u64 bytes, const struct style *style)
{
	if (style->unit == UNIT_HUMAN)
		text_add_human(t, bytes);
	else
		text_addu(t, bytes);
}

static void add_pid(struct text *t, int pid, const struct style *style)
{
	if (style->as_ipcs)
		text_addd(t, pid);
	else
		text_add_pid(t, pid);
}

static void add_field(struct text *t, const struct datum *d, const struct list_row *row,
		      const struct style *style)
{
	const struct ipcdbg_field *f = field_of(d);
	const void *record = record_of(d, row);
	__u64 n = f->size <= sizeof(n) ? field_unsigned(f, record) : 0;

	switch (d->type) {
	case DATUM_SIZE:
		add_size(t, n, style);
		break;
	case DATUM_TIME:
		text_add_time(t, n, style->time, row->read_ns);
		break;
	case DATUM_PERMS:
		text_add_perms(t, n, style->perms);
		break;
	case DATUM_USER:
		text_add_user(t, n, style->as_ipcs);
		break;
	case DATUM_GROUP:
		text_add_group(t, n, style->as_ipcs);
		break;
	case DATUM_PID:
		add_pid(t, n, style);
		break;
	default:
		text_add_field(t, f, record);
	}
}

static void add_process(void *ctx, int pid, const char *comm)
{
	struct text *t = ctx;

	if (t->len)
		text_addc(t, '\n');
	text_add_pid(t, pid);
	text_addc(t, ',');
	text_add_comm(t, comm);
}

bool datum_lacks(const struct datum *d, const struct object *o)
{
	char word[IPCDBG_WORD_LEN];
	const char *at = d->rows;

	if (!at)
		return o->truncated.nr > 0;
	for (; *at; at += strcspn(at, " "), at += !!*at) {
		snprintf(word, sizeof(word), "%.*s", (int)strcspn(at, " "), at);
		if (object_lacks(o, word))
			return true;
	}
	return false;
}

/* Three dots stand for those that may be missing. */
static void add_processes(struct text *t, const struct datum *d, const struct list_row *row)
{
	d->each(row, add_process, t);
	if (datum_lacks(d, row->o))
		text_addf(t, t->len ? "\n..." : "...");
}

/* ipcs has a word for never, and a number for every pid. */
static bool has_cell(const struct datum *d, const struct list_row *row, const struct style *style)
{
	if (d->type == DATUM_TIME)
		return (style->time == TIME_IPCS || style->time == TIME_IPCS_FULL) &&
		       field_present(d->record, d->field, record_of(d, row));
	return d->type == DATUM_PID && style->as_ipcs;
}

void datum_add(struct text *t, const struct datum *d, const struct list_row *row,
	       const struct style *style)
{
	size_t start = t->len;

	if (d->type == DATUM_NS)
		text_addu(t, row->inum);
	else if (datum_in_field(d) && (known(d, row) || has_cell(d, row, style)))
		add_field(t, d, row, style);
	else if (d->fill)
		d->fill(t, row);
	else if (d->each)
		add_processes(t, d, row);
	if (t->len == start)
		text_addc(t, '-');
}

static json_t *words_array(char *words)
{
	json_t *array = json_array();
	char *save;

	for (char *w = strtok_r(words, ",", &save); w; w = strtok_r(NULL, ",", &save))
		json_append(array, json_string(w));
	return array;
}

static void append_process(void *ctx, int pid, const char *comm)
{
	json_t *process = json_object();

	json_put(process, "pid", json_integer(pid));
	if (comm[0])
		json_put(process, "comm", json_name(comm));
	json_append(ctx, process);
}

/* What may be empty only because something is missing is not told to be. */
static json_t *processes_array(const struct datum *d, const struct list_row *row)
{
	json_t *array = json_array();

	d->each(row, append_process, array);
	if (json_array_size(array) || !datum_lacks(d, row->o))
		return array;
	json_decref(array);
	return json_null();
}

static json_t *field_json(const struct datum *d, const struct list_row *row)
{
	static const struct style style = { .time = TIME_ISO };
	struct text t = { 0 };
	json_t *value;

	if (!known(d, row))
		return json_null();
	if (d->type != DATUM_PERMS && d->type != DATUM_USER && d->type != DATUM_GROUP)
		return json_field(field_of(d), record_of(d, row));
	add_field(&t, d, row, &style);
	value = json_string(t.s);
	text_free(&t);
	return value;
}

json_t *datum_json(const struct datum *d, const struct list_row *row)
{
	struct text t = { 0 };
	json_t *value;

	if (d->type == DATUM_NS)
		return json_integer(row->inum);
	if (datum_in_field(d))
		return field_json(d, row);
	if (d->each)
		return processes_array(d, row);
	text_clear(&t);
	d->fill(&t, row);
	if (d->type == DATUM_WORDS)
		value = words_array(t.s);
	else if (d->type == DATUM_NUMBER && t.len)
		value = json_u64(strtoull(t.s, NULL, 10));
	else
		value = t.len ? json_string(t.s) : json_null();
	text_free(&t);
	return value;
}
