// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include "shell.h"

#include <errno.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/sem.h>
#include <sys/wait.h>

#include "common.h"
#include "puppet.h"

char *shell_out, *shell_err;
size_t shell_len;
int shell_code;

int shell_begin(void)
{
	if (unshare(CLONE_NEWIPC | CLONE_NEWNS) ||
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL))
		return -1;
	setenv("ipcdbg", cli(), 1);
	puppets_open();
	return semget(0x1234, 3, IPC_CREAT | 0640);
}

int shell(const char *fmt, ...)
{
	char command[1024] = "exec 2>/tmp/err; ";
	size_t n = strlen(command);
	va_list args;
	int status;

	va_start(args, fmt);
	vsnprintf(command + n, sizeof(command) - n, fmt, args);
	va_end(args);
	free(shell_out);
	free(shell_err);
	shell_out =
		command_output((const char *[]){ "sh", "-c", command, NULL }, &shell_len, &status);
	shell_err = slurp("/tmp/err", 4096, NULL);
	if (!shell_err)
		die("/tmp/err: %s", strerror(errno));
	shell_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
	return shell_code;
}

bool shell_ended(int want, const char *said)
{
	if (shell_code == want && (said[0] ? !!strstr(shell_err, said) : !shell_err[0]))
		return true;
	return complain("exit status %d, not %d, or not '%s' but: %s", shell_code, want, said,
			shell_err);
}

bool shell_printed(const char *want)
{
	return shell_ended(0, "") && shell_len == strlen(want) + 1 &&
	       !memcmp(shell_out, want, shell_len - 1) && shell_out[shell_len - 1] == '\n';
}

unsigned int shell_lines(const char *start)
{
	unsigned int nr = 0;
	const char *line = shell_out;

	while (line && *line) {
		nr += !strncmp(line, start, strlen(start));
		line = strchr(line, '\n');
		line += !!line;
	}
	return nr;
}

bool shell_has_row(const char *fmt, ...)
{
	char row[512], line[512], words[512];
	const char *at = shell_out;
	va_list args;

	va_start(args, fmt);
	vsnprintf(row, sizeof(row), fmt, args);
	va_end(args);
	for (; *at; at += strcspn(at, "\n"), at += !!*at) {
		char *word, *rest = line;

		snprintf(line, sizeof(line), "%.*s", (int)strcspn(at, "\n"), at);
		words[0] = 0;
		while ((word = strsep(&rest, " ")))
			if (*word) {
				strcat(words, *words ? " " : "");
				strcat(words, word);
			}
		if (!strncmp(words, row, strlen(row)))
			return true;
	}
	return complain("no row '%s' in:\n%s", row, shell_out);
}

bool shell_json_has(const char *where, const char *keys)
{
	shell("jq -r '%s | [to_entries[] | .key + \":\" + (.value | type)] | sort | "
	      "join(\" \")' /tmp/json",
	      where);
	shell_out[strcspn(shell_out, "\n")] = 0;
	return !strcmp(keys, shell_out) || complain("%s has\n%s\nnot\n%s", where, shell_out, keys);
}
