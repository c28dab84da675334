// SPDX-License-Identifier: GPL-2.0
#include "json.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "field.h"
#include "ipcdbg.h"
#include "proc_task.h"
#include "text.h"

static json_t *must(json_t *value)
{
	if (!value)
		die(EXIT_IO, "out of memory");
	return value;
}

void json_put(json_t *object, const char *key, json_t *value)
{
	if (json_object_set_new(object, key, must(value)))
		die(EXIT_IO, "out of memory");
}

void json_append(json_t *array, json_t *value)
{
	if (json_array_append_new(array, must(value)))
		die(EXIT_IO, "out of memory");
}

json_t *json_put_array(json_t *object, const char *key)
{
	json_t *array = must(json_array());

	json_put(object, key, array);
	return array;
}

json_t *json_name(const char *name)
{
	struct text t = { 0 };
	json_t *value;

	text_clear(&t);
	text_add_name(&t, name);
	value = json_string(t.s);
	text_free(&t);
	return value;
}

/* Before the digits of a number in a string: no other string has it, for it is always escaped. */
#define LARGE '\001'
#define LARGE_PRINTED "\"\\u0001"

/* jansson has no unsigned 64 bits: what does not fit is a string until it is printed. */
json_t *json_u64(__u64 n)
{
	char digits[32];

	if (n <= INT64_MAX)
		return json_integer((json_int_t)n);
	snprintf(digits, sizeof(digits), "%c%llu", LARGE, (unsigned long long)n);
	return json_string(digits);
}

const char *json_large(const json_t *value)
{
	const char *s = json_string_value(value);

	return s && *s == LARGE ? s + 1 : NULL;
}

/* Takes the reference. */
static void add_dump(struct text *t, json_t *value, size_t flags)
{
	char *dump = json_dumps(must(value), JSON_COMPACT | JSON_ENSURE_ASCII | flags);
	const char *s = dump, *large;

	if (!dump)
		die(EXIT_IO, "out of memory");
	while ((large = strstr(s, LARGE_PRINTED))) {
		text_add_bytes(t, s, large - s);
		large += strlen(LARGE_PRINTED);
		s = large + strcspn(large, "\"");
		text_add_bytes(t, large, s - large);
		s += !!*s;
	}
	text_adds(t, s);
	free(dump);
	json_decref(value);
}

static json_t *flags_value(const struct ipcdbg_field *f, __u32 flags)
{
	json_t *array = must(json_array());

	for (size_t i = 0; f->words[i]; i++)
		if (flags & f->bits[i])
			json_append(array, json_string(f->words[i]));
	return array;
}

json_t *json_field(const struct ipcdbg_field *f, const void *record)
{
	const char *src = (const char *)record + f->offset;
	const char letter[2] = { *src };

	switch ((enum ipcdbg_type)f->type) {
	case IPCDBG_T_I32:
	case IPCDBG_T_I64:
		return json_integer(field_signed(f, record));
	case IPCDBG_T_U32:
	case IPCDBG_T_U64:
	case IPCDBG_T_HEX32:
	case IPCDBG_T_HEX64:
	case IPCDBG_T_OCT:
		return json_u64(field_unsigned(f, record));
	case IPCDBG_T_BOOL:
		return json_boolean(field_unsigned(f, record));
	case IPCDBG_T_CHAR:
		return json_name(letter);
	case IPCDBG_T_COMM:
	case IPCDBG_T_WORD:
	case IPCDBG_T_NAME:
		return json_name(src);
	case IPCDBG_T_PSTATE:
	case IPCDBG_T_SQUEUE:
	case IPCDBG_T_MSGMODE:
	case IPCDBG_T_NOTIFY:
		return json_string(f->words[field_unsigned(f, record)]);
	case IPCDBG_T_SEMFLG:
	case IPCDBG_T_HOLDER:
		return flags_value(f, field_unsigned(f, record));
	}
	return NULL;
}

json_t *json_record(enum ipcdbg_record_id id, const void *record, __u64 skip)
{
	const struct ipcdbg_record *rec = &ipcdbg_records[id];
	json_t *object = must(json_object());
	__u64 present;

	memcpy(&present, record, sizeof(present));
	present &= ~skip;
	for (unsigned int i = 0; i < rec->nr_fields; i++)
		if (present & (1ULL << i))
			json_put(object, rec->fields[i].name, json_field(&rec->fields[i], record));
	return object;
}

/* A name's backslashes, each once more. No other byte of it needs to be escaped in JSON. */
static void add_name(struct text *t, const char *name)
{
	struct text escaped = { 0 };

	text_clear(&escaped);
	text_add_name(&escaped, name);
	text_addc(t, '"');
	for (const char *s = escaped.s; *s; s++) {
		if (*s == '\\')
			text_addc(t, '\\');
		text_addc(t, *s);
	}
	text_addc(t, '"');
	text_free(&escaped);
}

static void add_any(struct text *t, json_t *value)
{
	add_dump(t, value, JSON_ENCODE_ANY);
}

/* What json_field() makes, as it is printed. */
static void add_field(struct text *t, const struct ipcdbg_field *f, const void *record)
{
	__u64 n = f->size <= sizeof(n) ? field_unsigned(f, record) : 0;

	switch ((enum ipcdbg_type)f->type) {
	case IPCDBG_T_I32:
	case IPCDBG_T_I64:
		text_addd(t, field_signed(f, record));
		break;
	case IPCDBG_T_U32:
	case IPCDBG_T_U64:
	case IPCDBG_T_HEX32:
	case IPCDBG_T_HEX64:
	case IPCDBG_T_OCT:
		text_addu(t, n);
		break;
	case IPCDBG_T_BOOL:
		text_adds(t, n ? "true" : "false");
		break;
	case IPCDBG_T_COMM:
	case IPCDBG_T_WORD:
	case IPCDBG_T_NAME:
		add_name(t, (const char *)record + f->offset);
		break;
	case IPCDBG_T_PSTATE:
	case IPCDBG_T_SQUEUE:
	case IPCDBG_T_MSGMODE:
	case IPCDBG_T_NOTIFY:
		text_addc(t, '"');
		text_adds(t, f->words[n]);
		text_addc(t, '"');
		break;
	default:
		add_any(t, json_field(f, record));
	}
}

/* A key, and what stands before it. */
static void add_key(struct text *t, char before, const char *key)
{
	size_t len = strlen(key);
	char *p = text_room(t, len + 4);

	*p++ = before;
	*p++ = '"';
	p = mempcpy(p, key, len);
	*p++ = '"';
	*p++ = ':';
	text_took(t, p);
}

void json_add_record(struct text *t, enum ipcdbg_record_id id, const void *record, __u64 skip)
{
	const struct ipcdbg_record *rec = &ipcdbg_records[id];
	size_t start = t->len;
	__u64 present;

	memcpy(&present, record, sizeof(present));
	present &= ~skip;
	for (const struct ipcdbg_field *f = rec->fields; present; f++, present >>= 1)
		if (present & 1) {
			add_key(t, t->len == start ? '{' : ',', f->name);
			add_field(t, f, record);
		}
	text_adds(t, t->len == start ? "{}" : "}");
}

void json_print_records(FILE *out, const char *key, enum ipcdbg_record_id id, const void *records,
			size_t nr)
{
	static struct text t;
	const char *at = records;

	text_clear(&t);
	add_key(&t, ',', key);
	text_addc(&t, '[');
	for (size_t i = 0; i < nr; i++, at += ipcdbg_records[id].size) {
		if (i)
			text_addc(&t, ',');
		json_add_record(&t, id, at, 0);
		fwrite(t.s, 1, t.len, out);
		text_clear(&t);
	}
	text_addc(&t, ']');
	fwrite(t.s, 1, t.len, out);
}

static void print(FILE *out, json_t *value, size_t flags)
{
	static struct text t;

	text_clear(&t);
	add_dump(&t, value, flags);
	fwrite(t.s, 1, t.len, out);
}

void json_print_fields(FILE *out, json_t *object)
{
	print(out, object, JSON_EMBED);
}

void json_print_array(FILE *out, const char *key, json_maker make, const void *ctx, size_t nr)
{
	if (!nr) {
		json_print_records(out, key, 0, NULL, 0);
		return;
	}
	fprintf(out, ",\"%s\":[", key);
	for (size_t i = 0; i < nr; i++) {
		fputs(i ? "," : "", out);
		print(out, make(ctx, i), 0);
	}
	fputs("]", out);
}

void object_json(FILE *out, const struct object *o)
{
	static struct text t;

	text_clear(&t);
	json_add_record(&t, o->kind->head, &o->head, o->kind->json_skip);
	/* One field more, where its last brace stands. */
	t.len--;
	add_key(&t, ',', "namespace");
	text_addu(&t, o->ns.inum);
	fwrite(t.s, 1, t.len, out);
	o->kind->json(out, o);
	json_print_records(out, "truncated", IPCDBG_R_truncated, o->truncated.v, o->truncated.nr);
	fputs("}", out);
}

static void begin_array(struct json_stream *s, const struct ipcdbg_header *h, const char *array)
{
	if (!s->started) {
		fputs("{\"ipcdbg\":", s->out);
		print(s->out,
		      json_record(IPCDBG_R_header, h, s->several ? IPCDBG_BIT(header, table) : 0),
		      0);
	}
	fprintf(s->out, ",\n\"%s\":[", array);
	s->started = true;
	s->in_array = true;
}

void json_stream_next(struct json_stream *s, const struct ipcdbg_header *h, const char *array)
{
	bool first = !s->in_array;

	if (first)
		begin_array(s, h, array);
	fputs(first ? "\n" : ",\n", s->out);
}

void json_stream_end_array(struct json_stream *s, const struct ipcdbg_header *h, const char *array)
{
	if (s->broken)
		return;
	if (!s->in_array)
		begin_array(s, h, array);
	fputs("\n]", s->out);
	s->in_array = false;
}

void json_stream_end(struct json_stream *s)
{
	bool complete = !s->incomplete && !proc_fell_short();

	if (s->started && !s->broken)
		fprintf(s->out, ",\n\"complete\":%s}\n", complete ? "true" : "false");
}
