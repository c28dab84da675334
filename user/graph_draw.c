// SPDX-License-Identifier: GPL-2.0
/* --svg: dot(1) of Graphviz draws; no shell is involved. */
#include "graph_dot.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "output.h"
#include "whole_file.h"

#define NOT_FOUND 127

/* The text, at its start; -1 with errno. */
static int dot_text(const struct look *l, const struct graph_pick *pick)
{
	int fd = memfd_create("ipcdbg", MFD_CLOEXEC);
	FILE *f = fd < 0 ? NULL : fdopen(dup(fd), "w");
	bool failed;

	if (!f)
		return -1;
	graph_print_dot(f, l, pick);
	failed = ferror(f);
	failed |= fclose(f) || lseek(fd, 0, SEEK_SET) < 0;
	return failed ? -1 : fd;
}

/* Runs dot from one descriptor to another. */
static enum exit_code run_dot(int in, int out)
{
	static char *const argv[] = { "dot", "-Tsvg", NULL };
	int status;
	pid_t pid = fork();

	if (!pid) {
		dup2(in, STDIN_FILENO);
		dup2(out, STDOUT_FILENO);
		execvp(argv[0], argv);
		_exit(NOT_FOUND);
	}
	if (pid < 0 || waitpid(pid, &status, 0) < 0) {
		warn_user("cannot run dot: %s", strerror(errno));
		return EXIT_IO;
	}
	if (WIFEXITED(status) && !WEXITSTATUS(status))
		return EXIT_OK;
	if (WIFEXITED(status) && WEXITSTATUS(status) == NOT_FOUND)
		warn_user("--svg needs dot(1): install graphviz, or draw what 'graph' prints "
			  "elsewhere");
	else
		warn_user("dot(1) failed: nothing was drawn");
	return EXIT_IO;
}

/* Into the file itself: what dot could not write is dot's to tell. */
static enum exit_code draw_file(const char *name, int in)
{
	struct whole_file w;
	enum exit_code code = whole_file_begin(&w, name, 0666);

	if (!code)
		code = run_dot(in, w.fd);
	return whole_file_end(&w, code);
}

enum exit_code graph_draw(const struct query *q, const struct look *l,
			  const struct graph_pick *pick)
{
	int in = dot_text(l, pick);
	enum exit_code code;

	if (in < 0) {
		warn_user("cannot write the graph: %s", strerror(errno));
		return EXIT_IO;
	}
	if (!strcmp(q->svg, "-"))
		code = run_dot(in, STDOUT_FILENO);
	else
		code = draw_file(q->svg, in);
	close(in);
	return code;
}
