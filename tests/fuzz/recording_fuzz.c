// SPDX-License-Identifier: GPL-2.0
/*
 * libFuzzer entry: any bytes as a recording, through its reader, and lists, details, limits,
 * namespaces and a process of what is accepted.
 *
 * Besides crashes it looks for: a byte that no terminal should get, in any output; a file that is
 * accepted though its last line is no end record; something printed of one that is refused; an exit
 * status that such data cannot have.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "kinds.h"
#include "list.h"
#include "ns.h"
#include "ns_limits.h"
#include "pid.h"
#include "proc_facts.h"
#include "recording.h"
#include "show.h"

static bool has_end(const uint8_t *text, size_t len)
{
	size_t at = len;

	if (!len || text[len - 1] != '\n')
		return false;
	for (at--; at && text[at - 1] != '\n'; at--)
		;
	return len - at > 4 && !memcmp(text + at, "end ", 4);
}

static void check_output(const char *out, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (((unsigned char)out[i] < 0x20 && out[i] != '\n' && out[i] != '\t') ||
		    (unsigned char)out[i] >= 0x7f)
			abort();
}

static enum exit_code ns_all(const struct query *q)
{
	return ns_command(q, (char *[]){ NULL });
}

static enum exit_code pid_some(const struct query *q)
{
	return pid_command(q, (char *[]){ "97", NULL });
}

static void run(const struct query *base, enum exit_code (*view)(const struct query *q))
{
	struct query q = *base;
	enum exit_code code;
	char *out = NULL;
	size_t len = 0;

	q.out = open_memstream(&out, &len);
	code = view(&q);
	fclose(q.out);
	check_output(out, len);
	if (code != EXIT_OK && code != EXIT_ABSENT && code != EXIT_DATA && code != EXIT_MODULE)
		abort();
	free(out);
}

/* The first of all kinds, that have limits: the command asks no others for a summary. */
static size_t nr_limited(void)
{
	size_t n = 0;

	while (n < nr_kinds && kinds[n]->limits)
		n++;
	return n;
}

static void run_views(struct query *q)
{
	struct operand op = { .word = "0", .by = BY_ID, .value = 0 };
	size_t all = q->nr_kinds;

	run(q, list_objects);
	run(q, ns_all);
	run(q, pid_some);
	if (q->all)
		return;
	q->view = VIEW_SUMMARY;
	q->nr_kinds = nr_limited();
	run(q, limits_print);
	q->view = VIEW_LIST;
	q->operands = &op;
	q->nr_operands = q->nr_kinds = 1;
	run(q, show_objects);
	q->nr_operands = 0;
	q->nr_kinds = all;
}

static void run_all(const struct source *source)
{
	struct query q = { .source = source, .suspect_ns = 5000000000 };

	q.kinds = kinds;
	q.nr_kinds = nr_kinds;
	for (int i = 0; i < 4; i++) {
		q.format = i & 1 ? FORMAT_JSON : FORMAT_TEXT;
		q.all = i & 2;
		run_views(&q);
	}
}

/* Facts are looked up as all views together do. */
static void count_thread(void *ctx, const struct ipcdbg_thread *thread)
{
	*(unsigned int *)ctx += thread->tid > 0;
}

static void look_up_all(void)
{
	unsigned int threads = 0;
	struct ipcdbg_proc p;

	for (int pid = 1; pid < 128; pid++) {
		if (proc_process(pid, &p) && (p.pid != pid || !proc_is_leader(pid)))
			abort();
		if (proc_start_ns(pid) && !proc_leader(pid))
			abort();
		proc_threads(pid, count_thread, &threads);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static int memory = -1;
	char path[32];
	struct source source;
	enum exit_code code;

	if (memory < 0)
		memory = memfd_create("recording", 0);
	if (memory < 0 || ftruncate(memory, 0) || pwrite(memory, data, len, 0) != (ssize_t)len)
		abort();
	snprintf(path, sizeof(path), "/proc/self/fd/%d", memory);
	code = recording_open(path, &source);
	if (code != EXIT_OK && code != EXIT_DATA)
		abort();
	if (code == EXIT_OK && !has_end(data, len))
		abort();
	if (code == EXIT_OK) {
		run_all(&source);
		look_up_all();
	}
	recording_close();
	return 0;
}
