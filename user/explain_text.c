// SPDX-License-Identifier: GPL-2.0
/* What a key is for, as tables. */
#include "column.h"
#include "explain.h"
#include "object.h"
#include "task.h"
#include "user.h"

#define NR(array) (sizeof(array) / sizeof((array)[0]))

/* A row of any of the tables. */
struct cell_row {
	const struct explanation *e;
	const struct key_process *p;
	const struct key_verdict *v;
	const struct key_file *f;
};

#define ROW ((const struct cell_row *)row)

static void process_pid(struct text *t, const void *row)
{
	text_addf(t, "%d", ROW->p->pid);
}

static void process_comm(struct text *t, const void *row)
{
	text_add_comm(t, ROW->p->comm);
}

static void process_state(struct text *t, const void *row)
{
	const struct key_process *p = ROW->p;

	text_addf(t, "%s", p->ended ? "ended" : p->certain ? "live" : "maybe");
}

static void process_role(struct text *t, const void *row)
{
	text_addf(t, "%s", ROW->p->role);
}

static void process_exe(struct text *t, const void *row)
{
	if (ROW->p->exe)
		text_add_name(t, ROW->p->exe);
	else
		text_addc(t, '-');
}

static const struct column process_table[] = {
	{ .name = "PID", .right = true, .fill = process_pid },
	{ .name = "COMMAND", .fill = process_comm },
	{ .name = "STATE", .fill = process_state },
	{ .name = "ROLE", .fill = process_role },
	{ .name = "EXECUTABLE", .fill = process_exe },
};

static void purpose_sure(struct text *t, const void *row)
{
	text_addf(t, "%s", key_sure_words[ROW->v->sure]);
}

static void purpose_use(struct text *t, const void *row)
{
	text_addf(t, "%s", ROW->v->row->use);
}

static void add_clues(struct text *t, const struct key_verdict *v, unsigned int clues)
{
	for (int i = 0; i < KEY_CLUES; i++) {
		if (!(clues >> i & 1))
			continue;
		text_addf(t, "%s%s", t->len ? "," : "", key_clue_words[i]);
		if (1U << i & (KEY_CLUE_EXE | KEY_CLUE_FORMULA) && v->process)
			text_addf(t, "(%d)", v->process->pid);
	}
}

/* Of a row that goes by the key or name that has agreed already. */
static void purpose_agrees(struct text *t, const void *row)
{
	const struct key_verdict *v = ROW->v;

	if (!v->pattern)
		text_addf(t, "name");
	else if (v->pattern->form != KEY_ANY)
		text_addf(t, "key");
	add_clues(t, v, v->agrees);
}

static void purpose_differs(struct text *t, const void *row)
{
	add_clues(t, ROW->v, ROW->v->differs);
	if (!t->len)
		text_addc(t, '-');
}

static void purpose_decoded(struct text *t, const void *row)
{
	key_add_decoded(t, ROW->v, &ROW->e->facts);
	if (!t->len)
		text_addc(t, '-');
}

static void purpose_source(struct text *t, const void *row)
{
	text_addf(t, "%s", ROW->v->row->source);
}

static const struct column purpose_table[] = {
	{ .name = "SURE", .fill = purpose_sure },
	{ .name = "PURPOSE", .fill = purpose_use },
	{ .name = "AGREES", .fill = purpose_agrees },
	{ .name = "DIFFERS", .fill = purpose_differs },
	{ .name = "DETAILS", .fill = purpose_decoded },
	{ .name = "SOURCE", .fill = purpose_source },
};

static void file_sure(struct text *t, const void *row)
{
	text_addf(t, "%s", key_sure_words[explain_sure_of_file(ROW->e, ROW->f)]);
}

static void file_pid(struct text *t, const void *row)
{
	if (ROW->f->pid)
		text_addf(t, "%d", ROW->f->pid);
	else
		text_addc(t, '-');
}

static void file_how(struct text *t, const void *row)
{
	text_addf(t, "%s", ROW->f->how);
}

static void file_path(struct text *t, const void *row)
{
	text_add_name(t, ROW->f->path);
}

static const struct column file_table[] = {
	{ .name = "SURE", .fill = file_sure },
	{ .name = "PID", .right = true, .fill = file_pid },
	{ .name = "FOUND-AS", .fill = file_how },
	{ .name = "FILE", .fill = file_path },
};

static void print_key(FILE *out, const struct explanation *e)
{
	__u32 key = e->facts.key;
	char text[5];

	if (!key) {
		fputs("key 0x00000000: IPC_PRIVATE, or of a segment that was removed\n", out);
		return;
	}
	fprintf(out, "key 0x%08x, in decimal %d\n", key, (__s32)key);
	if (explain_is_text(key, text))
		fprintf(out, "its bytes are text: \"%s\", in memory of this machine \"%c%c%c%c\"\n",
			text, text[3], text[2], text[1], text[0]);
	fprintf(out, "as of ftok(3): project id 0x%02x", key >> 24);
	if (key >> 24 > 0x20 && key >> 24 < 0x7f)
		fprintf(out, " ('%c')", key >> 24);
	fprintf(out, ", low byte of the device 0x%02x, low 16 bits of the inode number 0x%04x\n",
		key >> 16 & 0xff, key & 0xffff);
}

static void print_name(FILE *out, const struct explanation *e)
{
	struct text t = { 0 };

	text_clear(&t);
	text_add_name(&t, e->name);
	fprintf(out, "name /%s\n", t.s);
	text_free(&t);
}

static void print_shape(FILE *out, const struct explanation *e)
{
	struct text t = { 0 };

	text_add_user(&t, e->facts.uid, false);
	fprintf(out, "owner %s, perms %o", t.s, e->facts.mode & 0777);
	text_clear(&t);
	if (e->facts.kind == 's')
		text_add_count(&t, e->facts.size, "semaphore");
	else if (e->facts.kind == 'm' || e->facts.kind == 'M')
		text_add_count(&t, e->facts.size, "byte");
	fprintf(out, "%s%s\n", t.len ? ", " : "", t.s);
	text_free(&t);
}

static void print_object(const struct query *q, const struct explanation *e)
{
	if (!e->kind) {
		fprintf(q->out, "no object%s%s has it\n", q->all ? "" : " of this ipc namespace",
			e->unsure ? " that is known" : "");
		return;
	}
	fputs(e->kind->noun, q->out);
	if (!e->name)
		fprintf(q->out, " %d", e->facts.id);
	if (objects_of_all(q))
		fprintf(q->out, " of ipc namespace %u", e->inum);
	fputs(": ", q->out);
	if (e->unseen)
		fputs("its owner and permissions are not known\n", q->out);
	else
		print_shape(q->out, e);
}

/* A table with its heading, of nr rows that a function makes. */
static void print_table(const struct explanation *e, FILE *out, const char *title,
			const struct column *columns, size_t nr_columns, size_t nr,
			struct cell_row (*make)(const struct explanation *e, size_t i))
{
	struct aligned *a;

	if (!nr)
		return;
	fprintf(out, "\n------ %s --------\n", title);
	a = aligned_new(out, columns, nr_columns);
	for (size_t i = 0; i < nr; i++) {
		struct cell_row row = make(e, i);

		aligned_add(a, &row);
	}
	aligned_print(a);
}

static struct cell_row make_process(const struct explanation *e, size_t i)
{
	return (struct cell_row){ .e = e, .p = &e->processes.v[i] };
}

static struct cell_row make_purpose(const struct explanation *e, size_t i)
{
	return (struct cell_row){ .e = e, .v = &e->verdicts.v[i] };
}

static struct cell_row make_file(const struct explanation *e, size_t i)
{
	return (struct cell_row){ .e = e, .f = &e->files.v[i] };
}

static void print_notes(FILE *out, const struct explanation *e)
{
	const struct key_table *table = key_table_installed();

	for (size_t i = 0; i < e->verdicts.nr; i++)
		if (e->verdicts.v[i].row->note)
			fprintf(out, "%s: %s\n", e->verdicts.v[i].row->use,
				e->verdicts.v[i].row->note);
	if (!e->verdicts.nr)
		fprintf(out, "\n%s\n",
			table->rows.nr || !table->unread ? "no row of the key table fits"
							 : "there is no key table to be looked at");
}

/* What the files are worth: each of a device fits by chance once in 65536. */
static void print_chance(const struct query *q, const struct explanation *e)
{
	if (e->files_cut)
		fputs("more files fit than are shown here\n", q->out);
	if (e->searched)
		fprintf(q->out, "of %llu files searched, %.1f would fit by chance\n", e->searched,
			e->searched / 65536.0);
	else if (e->files_seen && !e->files.nr)
		fprintf(q->out,
			"of the %zu files of its processes and of the key table, none fits "
			"ftok(3);\n  --search FOLDER looks for others\n",
			e->files_seen);
}

void explain_text(const struct query *q, const struct explanation *e)
{
	fputs("\n", q->out);
	if (e->name)
		print_name(q->out, e);
	else
		print_key(q->out, e);
	print_object(q, e);
	print_table(e, q->out, "Processes", process_table, NR(process_table), e->processes.nr,
		    make_process);
	print_table(e, q->out, "Purpose (inferred)", purpose_table, NR(purpose_table),
		    e->verdicts.nr, make_purpose);
	print_notes(q->out, e);
	print_table(e, q->out, "Files of ftok(3) (inferred)", file_table, NR(file_table),
		    e->files.nr, make_file);
	print_chance(q, e);
}
