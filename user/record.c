// SPDX-License-Identifier: GPL-2.0
#include "record.h"

#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "header.h"
#include "kinds.h"
#include "logind.h"
#include "ns_mounts.h"
#include "object.h"
#include "output.h"
#include "proc_facts.h"
#include "record_text.h"
#include "recording.h"
#include "sysvipc.h"
#include "whole_file.h"

/* Names of tables, each once. */
typedef VEC(const char *) names;

static void write_line(struct record *r)
{
	fwrite(r->line.s, 1, r->line.len, r->out);
	text_clear(&r->line);
}

void record_begin(struct record *r, const char *table)
{
	text_clear(&r->line);
	text_add_header(&r->line, table);
	write_line(r);
}

void record_row(struct record *r, unsigned int depth, enum ipcdbg_record_id id, const void *row)
{
	text_add_record(&r->line, depth, id, row);
	write_line(r);
}

void record_end(struct record *r, __u32 objects)
{
	struct ipcdbg_end end = { 0 };

	IPCDBG_PUT(end, &end, namespaces, 0);
	IPCDBG_PUT(end, &end, objects, objects);
	record_row(r, 0, IPCDBG_R_end, &end);
}

static void add_name(names *v, const char *name)
{
	for (size_t i = 0; i < v->nr; i++)
		if (!strcmp(v->v[i], name))
			return;
	*vec_add(v) = name;
}

/* What views of a live machine open, they open of a recording too. */
static names choose_tables(const struct source *s)
{
	names v = { 0 };

	add_name(&v, s->lacks ? SOURCE_LIMITS : "abi");
	add_name(&v, "namespaces");
	for (size_t i = 0; i < nr_kinds; i++)
		for (size_t j = 0; j < NR_LISTS; j++)
			if (kinds[i]->lists[j].table)
				add_name(&v, kinds[i]->lists[j].table);
	for (size_t i = 0; i < nr_kinds; i++)
		add_name(&v, kinds[i]->table);
	return v;
}

static void put_word(char *field, const char *word)
{
	snprintf(field, IPCDBG_WORD_LEN, "%.*s", IPCDBG_WORD_LEN - 1, word);
}

#define PUT_WORD(r, field, word)                              \
	do {                                                  \
		put_word((r)->field, word);                   \
		(r)->present |= IPCDBG_BIT(recording, field); \
	} while (0)

static void write_recording(struct record *r)
{
	struct ipcdbg_recording head = { 0 };
	struct timespec up;
	struct utsname u;

	PUT_WORD(&head, version, IPCDBG_VERSION);
	if (!uname(&u)) {
		PUT_WORD(&head, hostname, u.nodename);
		PUT_WORD(&head, machine, u.machine);
	}
	IPCDBG_PUT(recording, &head, inum, sysvipc_inum());
	IPCDBG_PUT(recording, &head, page_size, sysconf(_SC_PAGESIZE));
	if (!clock_gettime(CLOCK_BOOTTIME, &up))
		IPCDBG_PUT(recording, &head, boot_ns, up.tv_sec * 1000000000ULL + up.tv_nsec);
	if (r->source->lacks) {
		snprintf(head.lacks, sizeof(head.lacks), "%s", r->source->lacks);
		head.present |= IPCDBG_BIT(recording, lacks);
		IPCDBG_PUT(recording, &head, hidden, source_hides(r->source));
	}
	record_row(r, 0, IPCDBG_R_recording, &head);
}

static void write_section(struct record *r, const char *name)
{
	struct ipcdbg_section s = { .present = IPCDBG_BIT(section, name) };

	put_word(s.name, name);
	record_row(r, 1, IPCDBG_R_section, &s);
}

static void write_mount(void *ctx, __u32 inum)
{
	struct ipcdbg_mount m = { 0 };

	IPCDBG_PUT(mount, &m, inum, inum);
	record_row(ctx, 1, IPCDBG_R_mount, &m);
}

static void write_logind(struct record *r)
{
	const struct logind *l = logind_get();
	struct ipcdbg_logind row = { 0 };

	if (!l->runs)
		return;
	IPCDBG_PUT(logind, &row, inum, l->inum);
	IPCDBG_PUT(logind, &row, removes, l->setting.removes);
	IPCDBG_PUT(logind, &row, stated, l->setting.stated);
	if (l->setting.where.len && l->setting.where.len < sizeof(row.where)) {
		strcpy(row.where, l->setting.where.s);
		row.present |= IPCDBG_BIT(logind, where);
	}
	record_row(r, 1, IPCDBG_R_logind, &row);
}

static void write_head(struct record *r, const names *tables)
{
	record_begin(r, RECORDING_HEAD);
	write_recording(r);
	for (size_t i = 0; i < tables->nr; i++)
		write_section(r, tables->v[i]);
	if (proc_usable())
		write_section(r, RECORDING_PROCESSES);
	write_section(r, RECORDING_USERS);
	ns_mounts_tell(write_mount, r);
	write_logind(r);
	record_end(r, 0);
}

/* The bytes of a table as they are, so that what newer modules tell is kept too. */
static enum exit_code copy_table(struct record *r, const char *name)
{
	struct source copied = *r->source;
	enum exit_code code;
	struct table t;

	copied.copy = r->out;
	code = table_open(&t, &copied, name, -1);
	while (!code && !ferror(r->out) && table_next(&t) == PARSE_ROW)
		record_note(r, &t.reader.row);
	code = worse(code, table_result(&t));
	if (!code)
		objects_note_gone(&t);
	r->incomplete |= t.reader.cut_rows;
	table_close(&t);
	return code;
}

static enum exit_code write_all(struct record *r)
{
	names tables = choose_tables(r->source);
	enum exit_code code = EXIT_OK;

	ns_mounts_hold_and_tell();
	write_head(r, &tables);
	for (size_t i = 0; i < tables.nr && !code && !ferror(r->out); i++)
		code = copy_table(r, tables.v[i]);
	vec_free(&tables);
	if (code || ferror(r->out))
		return code;
	if (proc_usable())
		record_processes(r);
	record_users(r);
	return EXIT_OK;
}

static enum exit_code tell_incomplete(const struct record *r)
{
	if (r->source->lacks) {
		source_tell_lacks(r->source);
		return r->source->lacks_code;
	}
	if (!r->incomplete)
		return EXIT_OK;
	warn_user("the module left out rows: the recording is incomplete");
	return EXIT_DATA;
}

static enum exit_code write_file(struct record *r, const char *path)
{
	struct whole_file w;
	enum exit_code code = whole_file_begin(&w, path, 0600);

	r->out = w.out;
	if (!code)
		code = write_all(r);
	return whole_file_end(&w, code);
}

enum exit_code record_command(const struct query *q, char **words)
{
	struct record r = { .source = q->source, .out = q->out };
	enum exit_code code;

	if (!q->source->live) {
		warn_user("record: IPCDBG_ROOT names a folder of tables, which is a recording");
		return EXIT_USAGE;
	}
	code = strcmp(words[0], "-") ? write_file(&r, words[0]) : write_all(&r);

	if (!code)
		code = tell_incomplete(&r);
	text_free(&r.line);
	vec_free(&r.links);
	number_set_free(&r.pids);
	number_set_free(&r.uids);
	number_set_free(&r.gids);
	return worse(code, output_failed(q->out) ? EXIT_IO : EXIT_OK);
}
