// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include "bench/bench_row.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "common.h"

/* The next cell of a line, without the blanks around it; NULL behind the last. */
static char *next_cell(char **line)
{
	char *cell = strsep(line, "|"), *end;

	if (!cell)
		return NULL;
	cell += strspn(cell, " \t");
	end = cell + strlen(cell);
	while (end > cell && strchr(" \t\n", end[-1]))
		*--end = 0;
	return cell;
}

static void take(char to[BENCH_TEXT_MAX], char **line, unsigned int nr)
{
	const char *cell = next_cell(line);

	if (!cell || !*cell || strlen(cell) >= BENCH_TEXT_MAX)
		die("row in line %u: an empty, long or missing cell", nr);
	strcpy(to, cell);
}

static bool is_word_of(const char *word, const char *words)
{
	size_t len;

	for (; *words; words += len) {
		words += strspn(words, " ");
		len = strcspn(words, " ");
		if (len == strlen(word) && !strncmp(words, word, len))
			return true;
	}
	return false;
}

unsigned int bench_rows_read(struct bench_row *rows, const char *path, const char *mode,
			     const char *wanted)
{
	struct bench_figures *figures =
		mmap(NULL, BENCH_ROWS_MAX * sizeof(*figures), PROT_READ | PROT_WRITE,
		     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	FILE *file = fopen(path, "re");
	char text[512], *line;
	unsigned int n = 0, nr = 0;

	if (!file || figures == MAP_FAILED)
		die("%s: %s", path, strerror(errno));
	while (fgets(text, sizeof(text), file)) {
		struct bench_row *row = &rows[n];

		nr++;
		line = text;
		if (text[0] == '#' || text[0] == '\n')
			continue;
		if (n == BENCH_ROWS_MAX)
			die("%s: more than %d rows", path, BENCH_ROWS_MAX);
		row->line = nr;
		row->f = &figures[n];
		take(row->id, &line, nr);
		take(row->mode, &line, nr);
		take(row->world, &line, nr);
		take(row->how, &line, nr);
		take(row->peer, &line, nr);
		take(row->ours, &line, nr);
		if (!strcmp(row->mode, mode) &&
		    (!wanted || !*wanted || is_word_of(row->id, wanted)))
			n++;
	}
	fclose(file);
	return n;
}
