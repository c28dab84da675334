// SPDX-License-Identifier: GPL-2.0
/* --svg: dot(1) of Graphviz draws; no shell is involved. */
#include "graph_dot.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "output.h"

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

/* A new file is drawn beside the old one, which it replaces when it is whole. */
static enum exit_code draw_file(const char *name, int in)
{
	struct text path = { 0 };
	enum exit_code code;
	mode_t mask = umask(0);
	int out;

	umask(mask);
	text_addf(&path, "%s.XXXXXX", name);
	out = mkstemp(path.s);
	if (out < 0) {
		warn_user("%s: %s", name, strerror(errno));
		text_free(&path);
		return EXIT_IO;
	}
	code = run_dot(in, out);
	if (!code && (fchmod(out, 0666 & ~mask) || close(out) || rename(path.s, name))) {
		warn_user("%s: %s", name, strerror(errno));
		code = EXIT_IO;
	}
	if (code)
		unlink(path.s);
	text_free(&path);
	return code;
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
