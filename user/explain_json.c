// SPDX-License-Identifier: GPL-2.0
/* What keys and names are for, as JSON: "explanations". */
#include "explain.h"
#include "json.h"

static json_t *process_object(const struct key_process *p)
{
	json_t *o = json_object();

	json_put(o, "pid", json_integer(p->pid));
	json_put(o, "role", json_string(p->role));
	json_put(o, "ended", json_boolean(p->ended));
	json_put(o, "certain", json_boolean(p->certain));
	if (p->comm[0])
		json_put(o, "comm", json_name(p->comm));
	if (p->exe)
		json_put(o, "exe", json_name(p->exe));
	return o;
}

static void put_object(json_t *to, const struct explanation *e)
{
	json_t *o = json_object(), *processes;

	json_put(to, "object", o);
	json_put(o, "kind", json_string(e->kind->noun));
	if (!e->name)
		json_put(o, "id", json_integer(e->facts.id));
	if (!e->unseen) {
		json_put(o, "uid", json_integer(e->facts.uid));
		json_put(o, "mode", json_integer(e->facts.mode));
	}
	if (e->inum)
		json_put(o, "namespace", json_integer(e->inum));
	if (e->facts.kind == 's')
		json_put(o, "nsems", json_integer(e->facts.size));
	else if (!e->unseen && (e->facts.kind == 'm' || e->facts.kind == 'M'))
		json_put(o, "size", json_integer(e->facts.size));
	processes = json_put_array(o, "processes");
	for (size_t i = 0; i < e->processes.nr; i++)
		json_append(processes, process_object(&e->processes.v[i]));
}

static void put_clues(json_t *to, const char *name, unsigned int clues)
{
	json_t *words = json_put_array(to, name);

	for (int i = 0; i < KEY_CLUES; i++)
		if (clues >> i & 1)
			json_append(words, json_string(key_clue_words[i]));
}

static json_t *purpose_object(const struct explanation *e, const struct key_verdict *v)
{
	json_t *o = json_object();
	struct text t = { 0 };

	json_put(o, "sure", json_string(key_sure_words[v->sure]));
	json_put(o, "use", json_string(v->row->use));
	if (v->row->note)
		json_put(o, "note", json_string(v->row->note));
	json_put(o, "source", json_string(v->row->source));
	json_put(o, "file", json_name(v->row->file));
	json_put(o, "line", json_integer(v->row->line));
	put_clues(o, "agrees", v->agrees);
	put_clues(o, "differs", v->differs);
	if (v->process)
		json_put(o, "pid", json_integer(v->process->pid));
	key_add_decoded(&t, v, &e->facts);
	if (t.len)
		json_put(o, "details", json_string(t.s));
	text_free(&t);
	return o;
}

static json_t *file_object(const struct explanation *e, const struct key_file *f)
{
	json_t *o = json_object();

	json_put(o, "sure", json_string(key_sure_words[explain_sure_of_file(e, f)]));
	json_put(o, "path", json_name(f->path));
	json_put(o, "found_as", json_string(f->how));
	if (f->pid)
		json_put(o, "pid", json_integer(f->pid));
	return o;
}

static void put_ftok(json_t *to, const struct explanation *e)
{
	json_t *o = json_object(), *files;
	__u32 key = e->facts.key;

	json_put(to, "ftok", o);
	json_put(o, "proj_id", json_integer(key >> 24));
	json_put(o, "device_low_8", json_integer(key >> 16 & 0xff));
	json_put(o, "inode_low_16", json_integer(key & 0xffff));
	json_put(o, "searched", json_integer(e->searched));
	files = json_put_array(o, "files");
	for (size_t i = 0; i < e->files.nr; i++)
		json_append(files, file_object(e, &e->files.v[i]));
}

static json_t *explanation_object(const void *ctx, size_t i)
{
	const struct explanation *e = ((struct explanation *const *)ctx)[i];
	json_t *o = json_object(), *purposes;
	char text[5];

	if (e->name)
		json_put(o, "name", json_name(e->name));
	else
		json_put(o, "key", json_integer(e->facts.key));
	if (explain_is_text(e->facts.key, text))
		json_put(o, "text", json_string(text));
	if (e->kind)
		put_object(o, e);
	purposes = json_put_array(o, "purposes");
	for (size_t j = 0; j < e->verdicts.nr; j++)
		json_append(purposes, purpose_object(e, &e->verdicts.v[j]));
	if (e->facts.key)
		put_ftok(o, e);
	return o;
}

void explain_json(FILE *out, struct explanation *const *v, size_t nr, bool complete)
{
	fprintf(out, "{\"ipcdbg\":{\"version\":%d}", IPCDBG_ABI_VERSION);
	json_print_array(out, "explanations", explanation_object, v, nr);
	fprintf(out, ",\"complete\":%s}\n", complete ? "true" : "false");
}
