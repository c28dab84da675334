// SPDX-License-Identifier: GPL-2.0
/* 'ipcdbg ns INUM': one namespace, its limits and what of them is used. */
#include <ctype.h>
#include <string.h>

#include "column.h"
#include "field.h"
#include "ns.h"

#define NR(array) (sizeof(array) / sizeof((array)[0]))
#define NONE IPCDBG_F_namespace_NR

#define LIMIT "limit: "

/* Fields of the record, in the order in which the kinds are listed; NONE: nothing counts as use. */
static const struct limit {
	unsigned int limit, used;
} limits[] = {
	{ IPCDBG_F_namespace_msgmni, IPCDBG_F_namespace_queues },
	{ IPCDBG_F_namespace_msgmax, NONE },
	{ IPCDBG_F_namespace_msgmnb, NONE },
	{ IPCDBG_F_namespace_shmmni, IPCDBG_F_namespace_segments },
	{ IPCDBG_F_namespace_shmall, IPCDBG_F_namespace_shm_tot },
	{ IPCDBG_F_namespace_shmmax, NONE },
	{ IPCDBG_F_namespace_shm_rmid_forced, NONE },
	{ IPCDBG_F_namespace_semmni, IPCDBG_F_namespace_sets },
	{ IPCDBG_F_namespace_semmns, IPCDBG_F_namespace_semaphores },
	{ IPCDBG_F_namespace_semmsl, NONE },
	{ IPCDBG_F_namespace_semopm, NONE },
	{ IPCDBG_F_namespace_queues_max, IPCDBG_F_namespace_mqueues },
	{ IPCDBG_F_namespace_msg_max, NONE },
	{ IPCDBG_F_namespace_msgsize_max, NONE },
};

struct limit_row {
	const struct limit *l;
	const struct ipcdbg_namespace *ns;
};

static const struct ipcdbg_field *limit_of(const void *row)
{
	const struct limit_row *r = row;

	return &ipcdbg_records[IPCDBG_R_namespace].fields[r->l->limit];
}

static bool is_known(const void *row, unsigned int field)
{
	return field_present(IPCDBG_R_namespace, field, ((const struct limit_row *)row)->ns);
}

static void add_value(struct text *t, const void *row, unsigned int field)
{
	if (is_known(row, field))
		text_add_field(t, &ipcdbg_records[IPCDBG_R_namespace].fields[field],
			       ((const struct limit_row *)row)->ns);
	else
		text_addc(t, '-');
}

/* In capitals, as lsipc has it. */
static void limit_name(struct text *t, const void *row)
{
	for (const char *s = limit_of(row)->name; *s; s++)
		text_addc(t, toupper((unsigned char)*s));
}

static void limit_value(struct text *t, const void *row)
{
	add_value(t, row, ((const struct limit_row *)row)->l->limit);
}

static void limit_used(struct text *t, const void *row)
{
	add_value(t, row, ((const struct limit_row *)row)->l->used);
}

static void limit_percent(struct text *t, const void *row)
{
	const struct limit_row *r = row;
	const struct ipcdbg_field *fields = ipcdbg_records[IPCDBG_R_namespace].fields;
	double limit, used;

	if (!is_known(row, r->l->used) || !is_known(row, r->l->limit)) {
		text_addc(t, '-');
		return;
	}
	limit = field_unsigned(&fields[r->l->limit], r->ns);
	used = field_unsigned(&fields[r->l->used], r->ns);
	if (limit)
		text_addf(t, "%.2f%%", used * 100 / limit);
	else
		text_addc(t, '-');
}

static void limit_unit(struct text *t, const void *row)
{
	text_addf(t, "%s", limit_of(row)->unit);
}

static void limit_help(struct text *t, const void *row)
{
	const char *help = limit_of(row)->help;

	text_addf(t, "%s", help + (strncmp(help, LIMIT, strlen(LIMIT)) ? 0 : strlen(LIMIT)));
}

static const struct column columns[] = {
	{ .name = "RESOURCE", .fill = limit_name },
	{ .name = "LIMIT", .right = true, .fill = limit_value },
	{ .name = "USED", .right = true, .fill = limit_used },
	{ .name = "USE%", .right = true, .fill = limit_percent },
	{ .name = "UNIT", .fill = limit_unit },
	{ .name = "DESCRIPTION", .fill = limit_help },
};

static void print_limits(FILE *out, const struct ipcdbg_namespace *ns)
{
	struct aligned *table = aligned_new(out, columns, NR(columns));

	fputs("------ Limits --------\n", out);
	for (size_t i = 0; i < NR(limits); i++)
		aligned_add(table, &(struct limit_row){ &limits[i], ns });
	aligned_print(table);
	fputs("\n", out);
}

void ns_show(FILE *out, const struct ipcdbg_namespace *ns)
{
	struct text t = { 0 };

	namespace_add_name(&t, ns);
	fprintf(out, "\n%s\n", t.s);
	text_clear(&t);
	text_add_held(&t, ns);
	fprintf(out, "found by: %s\n", t.s);
	if (IPCDBG_HAS(namespace, ns, user_ns))
		fprintf(out, "user namespace %u\n", ns->user_ns);
	fputs("\n", out);
	print_limits(out, ns);
	text_free(&t);
}
