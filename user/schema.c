// SPDX-License-Identifier: GPL-2.0
#include "schema.h"

#include <ctype.h>
#include <string.h>

#include "json.h"
#include "kinds.h"
#include "parse_rules.h"
#include "ns.h"
#include "waiters.h"

#define NR(array) (sizeof(array) / sizeof((array)[0]))

/* Where the rows of a record stand: the name of the array in the object of its parent. */
static const struct {
	enum ipcdbg_record_id record;
	const char *array;
	enum ipcdbg_record_id parent;
} arrays[] = {
	{ IPCDBG_R_sem, "sems", IPCDBG_R_set },
	{ IPCDBG_R_wait, "waiters", IPCDBG_R_set },
	{ IPCDBG_R_op, "ops", IPCDBG_R_wait },
	{ IPCDBG_R_undo, "holders", IPCDBG_R_set },
	{ IPCDBG_R_owner, "owners", IPCDBG_R_undo },
	{ IPCDBG_R_attach, "attachments", IPCDBG_R_segment },
	{ IPCDBG_R_mapping, "mappings", IPCDBG_R_attach },
	{ IPCDBG_R_receiver, "receivers", IPCDBG_R_queue },
	{ IPCDBG_R_sender, "senders", IPCDBG_R_queue },
	{ IPCDBG_R_msgtype, "types", IPCDBG_R_queue },
	{ IPCDBG_R_message, "messages", IPCDBG_R_queue },
	{ IPCDBG_R_mq_receiver, "receivers", IPCDBG_R_mqueue },
	{ IPCDBG_R_mq_sender, "senders", IPCDBG_R_mqueue },
	{ IPCDBG_R_mqprio, "priorities", IPCDBG_R_mqueue },
	{ IPCDBG_R_opener, "openers", IPCDBG_R_mqueue },
	{ IPCDBG_R_shm_user, "processes", IPCDBG_R_pshm },
	{ IPCDBG_R_shm_wait, "waiters", IPCDBG_R_pshm },
	{ IPCDBG_R_shm_user, "processes", IPCDBG_R_psem },
	{ IPCDBG_R_shm_wait, "waiters", IPCDBG_R_psem },
	{ IPCDBG_R_shm_map, "mappings", IPCDBG_R_shm_user },
};

static json_t *type(const char *name)
{
	json_t *schema = json_object();

	json_put(schema, "type", json_string(name));
	return schema;
}

static json_t *array_of(json_t *items)
{
	json_t *schema = type("array");

	json_put(schema, "items", items);
	return schema;
}

static json_t *words(const struct ipcdbg_field *f)
{
	json_t *schema = type("string"), *list = json_put_array(schema, "enum");

	for (size_t i = 0; f->words[i]; i++)
		json_append(list, json_string(f->words[i]));
	return schema;
}

static json_t *field_schema(const struct ipcdbg_field *f)
{
	switch ((enum ipcdbg_type)f->type) {
	case IPCDBG_T_U64:
	case IPCDBG_T_HEX64:
		return type("number"); /* what 63 bits cannot hold is a real one */
	case IPCDBG_T_I32:
	case IPCDBG_T_I64:
	case IPCDBG_T_U32:
	case IPCDBG_T_HEX32:
	case IPCDBG_T_OCT:
		return type("integer");
	case IPCDBG_T_BOOL:
		return type("boolean");
	case IPCDBG_T_CHAR:
	case IPCDBG_T_COMM:
	case IPCDBG_T_WORD:
	case IPCDBG_T_NAME:
		return type("string");
	case IPCDBG_T_PSTATE:
	case IPCDBG_T_SQUEUE:
	case IPCDBG_T_MSGMODE:
	case IPCDBG_T_NOTIFY:
		return words(f);
	case IPCDBG_T_SEMFLG:
	case IPCDBG_T_HOLDER:
		return array_of(words(f));
	}
	return NULL;
}

/* An object with these keys and no others. */
struct object_schema {
	json_t *schema, *properties, *required;
};

static struct object_schema object_schema(void)
{
	struct object_schema o = { .schema = type("object"), .properties = json_object() };

	json_put(o.schema, "properties", o.properties);
	o.required = json_put_array(o.schema, "required");
	json_put(o.schema, "additionalProperties", json_false());
	return o;
}

static void put(struct object_schema *o, const char *key, json_t *schema, bool required)
{
	json_t *other;
	size_t i;

	json_put(o->properties, key, schema);
	json_array_foreach(o->required, i,
			   other) if (!strcmp(json_string_value(other), key)) return;
	if (required)
		json_append(o->required, json_string(key));
}

static json_t *described(json_t *schema, const char *help)
{
	json_put(schema, "description", json_string(help));
	return schema;
}

/* The fields of a record, but for those that an array takes the name of. */
static struct object_schema record_schema(enum ipcdbg_record_id id)
{
	const struct ipcdbg_record *r = &ipcdbg_records[id];
	struct object_schema o = object_schema();

	for (unsigned int i = 0; i < r->nr_fields; i++)
		put(&o, r->fields[i].name,
		    described(field_schema(&r->fields[i]), r->fields[i].help),
		    parse_rules[id].need & (1ULL << i));
	for (size_t i = 0; i < NR(arrays); i++) {
		struct object_schema row;

		if (arrays[i].parent != id)
			continue;
		row = record_schema(arrays[i].record);
		if (arrays[i].record == IPCDBG_R_wait)
			put(&row, "semnum", type("integer"), true);
		/* A count under the same name has just been put there, and is replaced. */
		put(&o, arrays[i].array, array_of(row.schema), true);
	}
	return o;
}

static json_t *process_schema(void)
{
	struct object_schema o = object_schema();

	put(&o, "pid", type("integer"), true);
	put(&o, "comm", type("string"), false);
	return o.schema;
}

/* null is what is not known. */
static json_t *datum_schema(const struct datum *d)
{
	json_t *schema = json_object(), *types = json_put_array(schema, "type");
	const char *name = datum_json_type(d);

	json_append(types, json_string(strcmp(name, "integer") ? name : "number"));
	json_append(types, json_string("null"));
	if (d->type == DATUM_PROCESSES)
		json_put(schema, "items", process_schema());
	else if (d->type == DATUM_WORDS)
		json_put(schema, "items", type("string"));
	return described(schema, d->help);
}

static json_t *columns_schema(const struct kind *kind)
{
	struct object_schema o = object_schema();

	for (size_t i = 0; i < kind->nr_data; i++) {
		char key[32];

		put(&o, datum_key(&kind->data[i], key), datum_schema(&kind->data[i]), false);
	}
	json_put(o.schema, "minProperties", json_integer(1));
	return o.schema;
}

static json_t *either(json_t *a, json_t *b)
{
	json_t *schema = json_object(), *list = json_put_array(schema, "anyOf");

	json_append(list, a);
	json_append(list, b);
	return schema;
}

/* An object with all that belongs to it, or the columns that were asked for. */
static json_t *kind_schema(const struct kind *kind)
{
	struct object_schema o = record_schema(kind->head);

	put(&o, "namespace", type("integer"), true);
	put(&o, "truncated", array_of(record_schema(IPCDBG_R_truncated).schema), true);
	return array_of(either(o.schema, columns_schema(kind)));
}

static json_t *namespaces_schema(void)
{
	struct object_schema o = record_schema(IPCDBG_R_namespace);

	put(&o, "mount", type("boolean"), false);
	put(&o, "cgroup", type("string"), false);
	return array_of(either(o.schema, columns_schema(&ns_kind)));
}

static json_t *one_of(const char *const *list, size_t nr)
{
	json_t *schema = type("string"), *array = json_put_array(schema, "enum");

	for (size_t i = 0; i < nr; i++)
		json_append(array, json_string(list[i]));
	return schema;
}

#define ONE_OF(...) \
	one_of((const char *const[]){ __VA_ARGS__ }, NR(((const char *const[]){ __VA_ARGS__ })))

/* What can be waited for; with its place in the graph, where it stands there. */
static json_t *resource_schema(void)
{
	struct object_schema o = object_schema();

	put(&o, "kind", ONE_OF("sem", "msg", "mqueue", "shm", "pshm", "psem"), true);
	put(&o, "namespace", type("integer"), true);
	put(&o, "id", type("integer"), false);
	put(&o, "name", type("string"), false);
	put(&o, "type", ONE_OF("sem", "receive", "send", "segment", "futex"), true);
	put(&o, "semnum", type("integer"), false);
	put(&o, "semval", type("integer"), false);
	put(&o, "offset", type("integer"), false);
	put(&o, "resource", type("integer"), false);
	return o.schema;
}

/* A blocked task: the fields that the records of all kinds have in common. */
static json_t *task_schema(void)
{
	const struct ipcdbg_record *r = &ipcdbg_records[IPCDBG_R_wait];
	struct object_schema o = object_schema();

	for (unsigned int i = 0; i <= IPCDBG_F_wait_switches; i++)
		put(&o, r->fields[i].name,
		    described(field_schema(&r->fields[i]), r->fields[i].help),
		    parse_rules[IPCDBG_R_wait].need & (1ULL << i));
	put(&o, "blocked_ns", type("number"), false);
	put(&o, "waits_for", resource_schema(), true);
	put(&o, "call", type("string"), true);
	put(&o, "zero", type("boolean"), false);
	put(&o, "inferred", type("boolean"), false);
	put(&o, "deadlock", type("integer"), false);
	put(&o, "resource", type("integer"), false);
	put(&o, "process", type("integer"), false);
	return o.schema;
}

static json_t *edge_schema(void)
{
	struct object_schema o = object_schema();

	put(&o, "type", ONE_OF("held", "last", "uses"), true);
	put(&o, "inferred", type("boolean"), true);
	put(&o, "semadj", type("integer"), false);
	put(&o, "resource", type("integer"), false);
	put(&o, "process", type("integer"), false);
	return o.schema;
}

static json_t *deadlock_schema(void)
{
	struct object_schema o = object_schema();

	put(&o, "number", type("integer"), true);
	put(&o, "sort", ONE_OF("held", "self", "inferred"), true);
	put(&o, "certain", type("boolean"), true);
	put(&o, "looks", type("integer"), true);
	put(&o, "tasks", type("integer"), true);
	put(&o, "chain", array_of(task_schema()), true);
	return o.schema;
}

static void put_graph(struct object_schema *o)
{
	put(o, "waiters", array_of(columns_schema(&waiters_kind)), false);
	put(o, "deadlocks", array_of(deadlock_schema()), false);
	put(o, "resources", array_of(resource_schema()), false);
	put(o, "tasks", array_of(task_schema()), false);
	put(o, "edges", array_of(edge_schema()), false);
}

static json_t *number_or_null(void)
{
	json_t *schema = json_object(), *types = json_put_array(schema, "type");

	json_append(types, json_string("number"));
	json_append(types, json_string("null"));
	return schema;
}

static json_t *limits_schema(void)
{
	struct object_schema o = object_schema();

	put(&o, "resource", type("string"), true);
	put(&o, "description", type("string"), true);
	put(&o, "limit", number_or_null(), true);
	put(&o, "used", number_or_null(), true);
	put(&o, "use%", number_or_null(), true);
	return array_of(o.schema);
}

static json_t *column_names_schema(void)
{
	static const char *const keys[] = { "array", "name", "type", "description" };
	struct object_schema o = object_schema();

	for (size_t i = 0; i < NR(keys); i++)
		put(&o, keys[i], type("string"), true);
	return array_of(o.schema);
}

/* What a finding rests on: fields of a record, or other names and values. */
static json_t *evidence_schema(void)
{
	json_t *schema = type("object"), *properties = json_object();

	json_put(properties, "record", described(type("string"), "the word of the record"));
	json_put(schema, "properties", properties);
	json_append(json_put_array(schema, "required"), json_string("record"));
	return schema;
}

static json_t *findings_schema(void)
{
	static const char *const severities[] = { "warning", "critical" };
	static const char *const certainties[] = { "certain", "inferred" };
	struct object_schema o = object_schema();
	json_t *evidence = array_of(evidence_schema());

	json_put(evidence, "minItems", json_integer(1));
	put(&o, "finding", described(type("string"), "its name"), true);
	put(&o, "severity", one_of(severities, NR(severities)), true);
	put(&o, "certainty", one_of(certainties, NR(certainties)), true);
	put(&o, "namespace", number_or_null(), true);
	put(&o, "subject", described(type("string"), "what it is about"), true);
	put(&o, "told", described(type("string"), "a sentence"), true);
	put(&o, "evidence", evidence, true);
	put(&o, "next", described(type("string"), "a command"), true);
	return array_of(o.schema);
}

static json_t *header_schema(void)
{
	struct object_schema o = record_schema(IPCDBG_R_header);

	json_object_del(o.schema, "required");
	json_append(json_put_array(o.schema, "required"), json_string("version"));
	return o.schema;
}

void schema_print(FILE *out)
{
	static const char *const others[] = { "processes", "facts", "explanations", "why" };
	struct object_schema o = object_schema();

	json_put(o.schema, "$schema", json_string("http://json-schema.org/draft-07/schema#"));
	json_put(o.schema, "title", json_string("What ipcdbg --json prints"));
	put(&o, "ipcdbg", header_schema(), true);
	for (size_t i = 0; i < nr_kinds; i++)
		put(&o, kinds[i]->array, kind_schema(kinds[i]), false);
	put(&o, "namespaces", namespaces_schema(), false);
	put(&o, "limits", limits_schema(), false);
	put(&o, "findings", findings_schema(), false);
	put(&o, "columns", column_names_schema(), false);
	put_graph(&o);
	for (size_t i = 0; i < NR(others); i++)
		put(&o, others[i], array_of(type("object")), false);
	put(&o, "complete", type("boolean"), true);
	if (json_dumpf(o.schema, out, JSON_INDENT(1) | JSON_ENSURE_ASCII) && !ferror(out))
		die(EXIT_IO, "out of memory");
	fputs("\n", out);
	json_decref(o.schema);
}
