// SPDX-License-Identifier: GPL-2.0
/*
 * Measures the rows of the table at /t/rows that are of $MODE and among those of $BENCH, and prints
 * for each, with tabs between:
 *
 *   row LINE UNIT PEER OURS AGAIN LOW HIGH
 *
 * LINE is its place in the table; the rest is struct bench_figures. Peer and ours take turns.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/bench.h"
#include "common.h"

#define ROUNDS_MAX 32
#define LONG_FIGURE 50
#define VERY_LONG_FIGURE 3000
#define BY_CLOCK_ROUNDS 6
#define SETTLE_US 2000000
/* How far a control may be off, of instructions and by the clock: judge.awk has the same. */
#define OFF_COUNTED 0.01
#define OFF_BY_CLOCK 0.15

static int ascending(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

double bench_median(double *values, unsigned int n)
{
	qsort(values, n, sizeof(*values), ascending);
	return (values[(n - 1) / 2] + values[n / 2]) / 2;
}

bool bench_control_off(double again, bool by_clock)
{
	return fabs(again - 1) > (by_clock ? OFF_BY_CLOCK : OFF_COUNTED);
}

static const struct bench_how *how_of(const struct bench_row *row)
{
	static const struct bench_how *const tables[] = { bench_cost, bench_module, bench_observe };
	const struct bench_how *how;
	unsigned int i;

	for (i = 0; i < 3; i++)
		for (how = tables[i]; how->word; how++)
			if (!strcmp(how->word, row->how))
				return how;
	die("row in line %u: nothing is measured as '%s'", row->line, row->how);
	return NULL;
}

/* What was measured of something in this world, or is being. */
struct sample {
	const struct bench_how *how;
	char what[BENCH_TEXT_MAX];
	double values[ROUNDS_MAX];
	unsigned int nr, rounds;
};

/* Several rows have the same peer. But what goes by the clock is only known beside the other. */
static struct sample *sample_of(const struct bench_how *how, const char *what)
{
	static struct sample samples[2 * BENCH_ROWS_MAX];
	struct sample *s = samples;

	for (; s->how; s++)
		if (s->how == how && !how->by_clock && !strcmp(s->what, what))
			return s;
	s->how = how;
	s->rounds = how->rounds;
	strcpy(s->what, what);
	return s;
}

/*
 * Of what takes long. In instructions a clock tick is little then, and some times are enough; by
 * the clock one time differs from the next by a fifth.
 */
static unsigned int rounds_of_long(const struct bench_how *how, double value)
{
	if (how->by_clock)
		return BY_CLOCK_ROUNDS;
	return value > VERY_LONG_FIGURE ? 2 : 4;
}

/* The first time does not count: much is looked up then that later is at hand. */
static bool take_one(struct sample *s)
{
	double value;

	if (s->nr == s->rounds)
		return false;
	value = s->how->once(s->what);
	if (!s->nr && s->rounds > 2) {
		if (value > LONG_FIGURE)
			s->rounds = rounds_of_long(s->how, value);
		value = s->how->once(s->what);
	}
	s->values[s->nr++] = value;
	return true;
}

/* Of instructions the least: a clock tick can only add some. Else the middle one. */
static double figure_of(double *values, unsigned int n, bool by_clock)
{
	double middle = bench_median(values, n);

	return by_clock ? middle : values[0];
}

/* The figure of every other value over that of the rest. */
static double again(const struct sample *s)
{
	double even[ROUNDS_MAX], odd[ROUNDS_MAX];
	unsigned int i;

	if (s->nr == 1)
		return 1;
	for (i = 0; i < s->nr; i++)
		(i % 2 ? odd : even)[i / 2] = s->values[i];
	return figure_of(odd, i / 2, s->how->by_clock) /
	       figure_of(even, (i + 1) / 2, s->how->by_clock);
}

static double figure(const struct sample *s)
{
	double values[ROUNDS_MAX];

	memcpy(values, s->values, sizeof(values));
	return figure_of(values, s->nr, s->how->by_clock);
}

static void take_turns(struct sample *a, struct sample *b)
{
	bool more;

	do {
		more = a && take_one(a);
		more |= b && take_one(b);
	} while (more);
}

static void forget(struct sample *s)
{
	s->nr = 0;
	s->rounds = s->how->rounds;
}

static void compare(const struct bench_how *how, const char *peer, const char *ours,
		    struct bench_figures *f)
{
	struct sample *a = peer ? sample_of(how, peer) : NULL;
	struct sample *b = ours ? sample_of(how, ours) : NULL;
	int i;

	if (a && how->expect && !a->nr)
		how->expect(peer);
	for (i = 0; i < BENCH_TRIES; i++) {
		if (i && a)
			forget(a);
		if (i && b)
			forget(b);
		take_turns(a, b);
		f->again = again(a ? a : b);
		if (!bench_control_off(f->again, how->by_clock))
			break;
		printf("control of %s, %s: %.4f\n", how->word, peer ? peer : ours, f->again);
	}
	if (a)
		f->peer = figure(a);
	if (b)
		f->ours = figure(b);
}

/* One row in the world there is, the at-th of nr. */
static void measure_row(const struct bench_row *row, const struct world *w, unsigned int at,
			unsigned int nr)
{
	const struct bench_how *how = how_of(row);
	struct bench_row real = *row;
	bool alone = !strcmp(row->peer, "-");

	world_expand(w, row->peer, real.peer, sizeof(real.peer));
	world_expand(w, row->ours, real.ours, sizeof(real.ours));
	if (how->measure)
		how->measure(&real, row->f);
	else if (nr == 1)
		compare(how, alone ? NULL : real.peer, real.ours, row->f);
	else
		compare(how, at ? NULL : real.ours, at ? real.ours : NULL, row->f);
	row->f->unit = how->unit;
}

/* All rows of a group, in a process of its own for each of its worlds. */
static void measure_group(const struct bench_row *rows, unsigned int n)
{
	struct world worlds[2];
	unsigned int nr = world_parse(rows[0].world, worlds), at, i;
	int status;

	for (at = 0; at < nr; at++) {
		pid_t pid = fork();

		if (!pid) {
			world_make(&worlds[at]);
			/* What the kernel still has to do for the world before, it does now. */
			usleep(SETTLE_US);
			for (i = 0; i < n; i++)
				measure_row(&rows[i], &worlds[at], at, nr);
			world_end();
			_exit(0);
		}
		if (pid < 0 || waitpid(pid, &status, 0) != pid || status)
			die("%s: status %#x", rows[0].world, status);
	}
}

static void print_row(const struct bench_row *row)
{
	const struct bench_figures *f = row->f;

	printf("row\t%u\t%s\t%.9g\t%.9g\t%.9g\t%.9g\t%.9g\n", row->line, f->unit, f->peer, f->ours,
	       f->again, f->low, f->high);
}

int main(void)
{
	static struct bench_row rows[BENCH_ROWS_MAX];
	const char *mode = getenv("MODE");
	unsigned int n, from, to;

	setenv("PATH", "/t:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/t/drgn/bin", 1);
	/* Else the first command that wants random numbers pays for what the kernel collects. */
	if (getrandom(&n, sizeof(n), 0) != sizeof(n))
		die("getrandom: %s", strerror(errno));
	setvbuf(stdout, NULL, _IOLBF, 0);
	n = bench_rows_read(rows, "/t/rows", mode ? mode : "icount", getenv("BENCH"));
	for (from = 0; from < n; from = to) {
		for (to = from; to < n && !strcmp(rows[to].world, rows[from].world); to++)
			;
		measure_group(rows + from, to - from);
		for (; from < to; from++)
			print_row(&rows[from]);
	}
	return 0;
}
