// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include "plain.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "common.h"
#include "shell.h"

/* Starts of the lines of numbers with tabs between them. */
static const char *const tabbed[] = { "uid=", "mode=", "bytes=", "cbytes=", "maxmsg=" };

static bool is_tabbed(const char *line)
{
	unsigned int i;

	for (i = 0; i < sizeof(tabbed) / sizeof(tabbed[0]); i++)
		if (!strncmp(line, tabbed[i], strlen(tabbed[i])))
			return true;
	return false;
}

bool is_plain(const char *where, const char *text, size_t len)
{
	const char *line = text, *at;

	for (at = text; at < text + len; at++) {
		unsigned char c = *at;

		if (c == '\n')
			line = at + 1;
		else if ((c < 0x20 || c > 0x7e) && !(c == '\t' && is_tabbed(line)))
			return complain("%s: byte %#x, %td bytes into its line", where, c,
					at - line);
	}
	return true;
}

/* What is written arrives as it is. */
static int open_terminal(int *side)
{
	struct termios how;
	int fd = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);

	if (fd < 0 || grantpt(fd) || unlockpt(fd))
		die("no terminal: %s", strerror(errno));
	*side = open(ptsname(fd), O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (*side < 0 || tcgetattr(*side, &how))
		die("%s: %s", ptsname(fd), strerror(errno));
	cfmakeraw(&how);
	tcsetattr(*side, TCSANOW, &how);
	return fd;
}

/* Until nobody has the other side open. */
static char *read_terminal(int fd, size_t *len)
{
	size_t room = 1 << 20;
	char *text = malloc(room);
	ssize_t n;

	*len = 0;
	while (text && (n = read(fd, text + *len, room - *len - 1)) > 0) {
		*len += n;
		if (room - *len < 4096)
			text = realloc(text, room *= 2);
	}
	if (!text || (n < 0 && errno != EIO))
		die("terminal: %s", strerror(errno));
	text[*len] = 0;
	return text;
}

char *terminal_output(const char *command, size_t *len)
{
	int side, fd = open_terminal(&side);
	char *text;
	pid_t pid;

	fflush(NULL);
	pid = fork();
	if (!pid) {
		dup2(side, STDOUT_FILENO);
		dup2(side, STDERR_FILENO);
		execlp("sh", "sh", "-c", command, NULL);
		_exit(127);
	}
	close(side);
	text = read_terminal(fd, len);
	close(fd);
	if (pid < 0 || waitpid(pid, NULL, 0) != pid)
		die("cannot run %s: %s", command, strerror(errno));
	return text;
}

bool prints_plainly(const char *words)
{
	char command[256], *text;
	size_t len;
	bool ok;

	snprintf(command, sizeof(command), "$ipcdbg %s", words);
	text = terminal_output(command, &len);
	ok = is_plain(words, text, len) && len;
	free(text);
	shell("%s", command);
	ok &= shell_ended(0, "");
	return is_plain(words, shell_out, shell_len) && ok;
}

void spell(const char *name, char to[1100])
{
	for (*to = 0; *name; name++)
		if (*name < 0x21 || *name > 0x7e || strchr("\\=\"", *name))
			to += sprintf(to, "\\%03o", (unsigned char)*name);
		else
			to += sprintf(to, "%c", *name);
}
