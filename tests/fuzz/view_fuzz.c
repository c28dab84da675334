// SPDX-License-Identifier: GPL-2.0
/*
 * libFuzzer entry: any bytes as a table, through the reader, and the model and every view of each
 * kind.
 *
 * Besides crashes it looks for: a byte that no terminal should get, in any output; a text that is
 * accepted though its last line is no end record; JSON that is not closed though the text was
 * accepted; an exit status that such data cannot have.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "kinds.h"
#include "list.h"
#include "show.h"

static const uint8_t *text;
static size_t text_len;

/* Table files are read by descriptor: the text lies in one that exists once. */
static int open_text(const struct source *s, const char *name, long long id)
{
	static int memory = -1;
	int fd;

	(void)s;
	(void)name;
	(void)id;
	if (memory < 0)
		memory = memfd_create("text", 0);
	fd = dup(memory);
	if (fd < 0 || ftruncate(fd, 0) || pwrite(fd, text, text_len, 0) != (ssize_t)text_len)
		abort();
	return fd;
}

/* The last line that has an end begins with "end ". */
static bool has_end(void)
{
	size_t at = text_len;

	if (!at || text[at - 1] != '\n')
		return false;
	for (at--; at && text[at - 1] != '\n'; at--)
		;
	return text_len - at > 4 && !memcmp(text + at, "end ", 4);
}

static void check_output(const char *out, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (((unsigned char)out[i] < 0x20 && out[i] != '\n' && out[i] != '\t') ||
		    (unsigned char)out[i] >= 0x7f)
			abort();
}

/* A document says at its end whether it is complete. */
static bool is_closed(const char *out, size_t len)
{
	static const char *const ends[] = { "\n],\n\"complete\":true}\n",
					    "\n],\n\"complete\":false}\n" };

	for (int i = 0; i < 2; i++) {
		size_t n = strlen(ends[i]);

		if (len > n && !memcmp(out + len - n, ends[i], n))
			return true;
	}
	return false;
}

static void run(const struct query *base, bool show)
{
	struct operand op = { .word = "7", .by = BY_ID, .value = 7 };
	struct query q = *base;
	enum exit_code code;
	char *out = NULL;
	size_t len = 0;

	if (q.kinds[0]->name)
		op.by = BY_NAME;
	q.operands = &op;
	q.nr_operands = 1;
	q.out = open_memstream(&out, &len);
	code = show ? show_objects(&q) : list_objects(&q);
	fclose(q.out);
	check_output(out, len);
	if (code == EXIT_OK && !has_end())
		abort();
	if (code == EXIT_OK && q.format == FORMAT_JSON && !is_closed(out, len))
		abort();
	if (code != EXIT_OK && code != EXIT_ABSENT && code != EXIT_DATA)
		abort();
	free(out);
}

/* Each list that the kind has. */
static void run_lists(struct query *q)
{
	for (q->view = VIEW_LIST; q->view < NR_LISTS; q->view++) {
		const struct list *list = &q->kinds[0]->lists[q->view];

		if (q->format == FORMAT_IPCS ? list->nr_ipcs : list->nr)
			run(q, false);
	}
	q->view = VIEW_LIST;
}

/* Every datum as a table, in each format. */
static void run_tables(struct query *q)
{
	q->columns = (struct columns_query){ .wanted = true, .all = true };
	for (; q->columns.format <= TABLE_EXPORT; q->columns.format++)
		run(q, false);
	q->columns = (struct columns_query){ .wanted = false };
}

static void run_kind(struct query *q, bool all)
{
	for (q->format = FORMAT_TEXT; q->format <= FORMAT_JSON; q->format++) {
		if (q->format == FORMAT_IPCS && !q->kinds[0]->ipcs)
			continue;
		q->all = all && q->format != FORMAT_IPCS;
		run(q, true);
		run_lists(q);
		if (q->format != FORMAT_IPCS)
			run_tables(q);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const struct source source = { .root = "memory", .open = open_text };
	struct query q = { .source = &source, .suspect_ns = 5000000000 };

	text = data;
	text_len = len;
	for (size_t i = 0; i < nr_kinds; i++) {
		q.kinds = &kinds[i];
		q.nr_kinds = 1;
		run_kind(&q, len % 2);
	}
	return 0;
}
