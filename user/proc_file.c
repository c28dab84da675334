// SPDX-License-Identifier: GPL-2.0
#include "proc_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "proc_task.h"
#include "retry.h"
#include "text.h"

#define NS_PER_S 1000000000
#define CHUNK 4096

#define NO_END (-1)

/* A read that had room for more and gave up to this character has given all. */
static ssize_t read_file(int dir, const char *name, char *buf, size_t room, int end)
{
	int fd = retry_open(dir, name, O_RDONLY), error;
	size_t len = 0;
	ssize_t n;

	if (fd < 0)
		return -1;
	while ((n = TEMP_FAILURE_RETRY(read(fd, buf + len, room - 1 - len))) > 0) {
		len += n;
		if (len < room - 1 && (unsigned char)buf[len - 1] == end)
			break;
	}
	error = errno;
	if (n < 0)
		proc_note_trouble();
	close(fd);
	errno = error;
	buf[len] = '\0';
	return n < 0 ? -1 : (ssize_t)len;
}

ssize_t proc_read(int dir, const char *name, char *buf, size_t room)
{
	return read_file(dir, name, buf, room, NO_END);
}

ssize_t proc_read_once(int dir, const char *name, char *buf, size_t room, char end)
{
	return read_file(dir, name, buf, room, end);
}

const char *proc_read_whole(int dir, const char *name)
{
	static struct text text;
	int fd = retry_open(dir, name, O_RDONLY), error;
	ssize_t n;

	if (fd < 0)
		return NULL;
	text_clear(&text);
	do {
		char *room = text_room(&text, CHUNK);

		n = TEMP_FAILURE_RETRY(read(fd, room, CHUNK));
		text_took(&text, room + (n > 0 ? n : 0));
	} while (n > 0);
	error = errno;
	if (n < 0)
		proc_note_trouble();
	close(fd);
	errno = error;
	return n < 0 ? NULL : text.s;
}

const char *proc_stat_field(const char *stat, int n)
{
	const char *p = strrchr(stat, ')');

	for (int i = 2; i < n && p; i++)
		p = strchr(p + 1, ' ');
	return p ? p + 1 : NULL;
}

/* Not /proc/TID: its stat adds up all threads of the process, for each of thousands that wait. */
int proc_open_task(int tid)
{
	char path[40];

	snprintf(path, sizeof(path), "/proc/%d/task/%d", tid, tid);
	return retry_open(AT_FDCWD, path, O_PATH | O_DIRECTORY);
}

bool proc_stat_read(int dir, struct proc_stat *stat)
{
	const char *state, *threads, *start;
	char text[1024];

	/* A command name may have a newline. */
	if (proc_read_once(dir, "stat", text, sizeof(text), '\n') < 0 ||
	    (!proc_stat_field(text, 22) && proc_read(dir, "stat", text, sizeof(text)) < 0))
		return false;
	state = proc_stat_field(text, 3);
	threads = proc_stat_field(text, 20);
	start = proc_stat_field(text, 22);
	if (!start || sscanf(state, "%c %d", &stat->state, &stat->ppid) != 2)
		return false;
	stat->threads = strtoul(threads, NULL, 10);
	stat->start_ns = strtoull(start, NULL, 10) * proc_tick_ns();
	return true;
}

bool proc_status_number(const char *status, const char *word, __u64 *n)
{
	size_t len = strlen(word);
	const char *line = status;

	while (line && strncmp(line, word, len)) {
		line = strchr(line, '\n');
		line += !!line;
	}
	if (!line)
		return false;
	*n = strtoull(line + len, NULL, 10);
	return true;
}

size_t proc_numbers(int dir, int *numbers, size_t room)
{
	const char *status = proc_read_whole(dir, "status");
	const char *at = status ? strstr(status, "\nNSpid:") : NULL;
	size_t nr = 0;

	for (at = at ? at + strlen("\nNSpid:") : NULL; at && *at == '\t'; nr++) {
		char *end;
		int number = strtol(at, &end, 10);

		if (nr < room)
			numbers[nr] = number;
		at = end;
	}
	return nr;
}

__u64 proc_tick_ns(void)
{
	return NS_PER_S / sysconf(_SC_CLK_TCK);
}
