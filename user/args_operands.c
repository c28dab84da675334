// SPDX-License-Identifier: GPL-2.0
/* Which kinds are asked for, and which objects of the one. */
#include "args.h"

#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "devshm_mounts.h"
#include "number.h"
#include "object.h"
#include "table.h"

void args_add_operand(struct args *a, const char *word, enum operand_by by)
{
	*vec_add(&a->operands) = (struct operand){ .word = word, .by = by };
}

/* What the word of an operand says, now that its kind is known. */
static void read_operand(struct operand *op, const struct kind *kind)
{
	__u64 n;

	if (kind->name) {
		if (op->by != BY_NAME)
			usage_error("%s have names, neither ids nor keys", kind->help);
		return;
	}
	if (op->by == BY_KEY || !strncasecmp(op->word, "0x", 2)) {
		op->by = BY_KEY;
		if (!number_parse_key(op->word, &op->value))
			usage_error("'%s' is not a key: 0x and hex digits, or a number", op->word);
		if (!op->value)
			usage_error("the key 0 (IPC_PRIVATE) names no object; use its id");
		return;
	}
	if (!number_parse(op->word, 10, INT32_MAX, &n))
		usage_error("'%s' is not an id: a number from 0 to %d; a key begins with 0x",
			    op->word, INT32_MAX);
	op->by = BY_ID;
	op->value = n;
}

/* Those that an option names, or all that can be printed. */
static bool is_chosen(const struct args *a, size_t i, bool all)
{
	const struct query *q = &a->q;
	bool printed = q->format != FORMAT_IPCS || kinds[i]->ipcs;

	if (a->wanted[i] && !printed)
		usage_error("ipcs does not know %s", kinds[i]->help);
	if (a->wanted[i] && q->view > NR_LISTS && !a->list_columns && !kinds[i]->limits)
		usage_error("%s have no limits of their own: df %s tells what fits", kinds[i]->help,
			    SHM_FOLDER);
	if (a->wanted[i] || a->list_columns)
		return a->wanted[i] || all;
	if (!all || !printed || (q->view > NR_LISTS && !kinds[i]->limits))
		return false;
	return q->view == VIEW_LIMITS || objects_told(q, kinds[i]);
}

static void choose_kinds(struct args *a)
{
	bool all = a->every_kind || !args_any_kind(a);

	a->q.every_kind = all;
	for (size_t i = 0; i < nr_kinds; i++)
		if (is_chosen(a, i, all))
			a->kinds[a->q.nr_kinds++] = kinds[i];
	a->q.kinds = a->kinds;
}

static void check_columns(const struct query *q)
{
	for (size_t i = 0; i < q->nr_kinds; i++) {
		const char *name = table_unknown_datum(q, q->kinds[i]);

		if (name)
			usage_error("%s have no column '%.*s'; -H lists those there are",
				    q->kinds[i]->help, (int)strcspn(name, ","), name);
	}
}

void args_take_operands(struct args *a, char **words, int nr)
{
	for (int i = 0; i < nr; i++)
		args_add_operand(a, words[i], BY_NAME);
}

void args_finish(struct args *a)
{
	choose_kinds(a);
	if (a->operands.nr && (a->q.nr_kinds != 1 || !args_any_kind(a)))
		usage_error("an id, a key or a name needs one kind of object, such as -s");
	for (size_t i = 0; i < a->operands.nr; i++)
		read_operand(&a->operands.v[i], a->kinds[0]);
	a->q.operands = a->operands.v;
	a->q.nr_operands = a->operands.nr;
	check_columns(&a->q);
}
