// SPDX-License-Identifier: GPL-2.0
/* The files that the key table is in. */
#include "key_table.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ipcdbg.h"
#include "retry.h"

#define INSTALLED "/usr/share/ipcdbg/keys"
#define BESIDE "../share/ipcdbg/keys" /* of the folder that the program is in */
#define OWN_ROWS "/etc/ipcdbg/keys.d"

/* What is longer is no key table. */
#define FILE_MAX (1 << 20)

static void tell(void *ctx, const char *file, unsigned long line, const char *message)
{
	(void)ctx;
	warn_user("%s:%lu: %s: row skipped", file, line, message);
}

static ssize_t read_all(int fd, char *buf, size_t size)
{
	size_t len = 0;
	ssize_t n;

	while (len < size) {
		n = read(fd, buf + len, size - len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? -1 : (ssize_t)len;
		len += n;
	}
	errno = EFBIG;
	return -1;
}

static bool add_text(struct key_table *t, const char *file, int fd)
{
	char *buf = malloc(FILE_MAX);
	ssize_t len;
	int error;

	if (!buf)
		die(EXIT_IO, "out of memory");
	len = read_all(fd, buf, FILE_MAX);
	error = errno;
	if (len > 0)
		key_table_add(t, file, buf, len, tell, NULL);
	free(buf);
	errno = error;
	return len >= 0;
}

/* The name is kept by the rows, if there are any. */
static void add_file(struct key_table *t, const char *name)
{
	char *file = strdup(name);
	size_t rows = t->rows.nr;
	int fd;

	if (!file)
		die(EXIT_IO, "out of memory");
	fd = retry_open(AT_FDCWD, name, O_RDONLY | O_NONBLOCK);
	if (fd < 0 || !add_text(t, file, fd)) {
		t->unread = true;
		warn_user("%s: %s", file, strerror(errno));
	}
	if (fd >= 0)
		close(fd);
	if (t->rows.nr == rows)
		free(file);
}

static int is_table(const struct dirent *entry)
{
	size_t len = strlen(entry->d_name);

	return entry->d_name[0] != '.' && entry->d_name[len - 1] != '~';
}

static void add_folder(struct key_table *t, const char *folder)
{
	struct dirent **entries;
	struct text path = { 0 };
	int nr = scandir(folder, &entries, is_table, alphasort);

	if (nr < 0 && errno != ENOENT) {
		t->unread = true;
		warn_user("%s: %s", folder, strerror(errno));
	}
	for (int i = 0; i < nr; i++) {
		text_clear(&path);
		text_addf(&path, "%s/%s", folder, entries[i]->d_name);
		add_file(t, path.s);
		free(entries[i]);
	}
	if (nr >= 0)
		free(entries);
	text_free(&path);
}

/* Where the table is that came with this program: beside it, whatever the prefix. */
static bool find_beside(char *path, size_t size)
{
	ssize_t len = readlink("/proc/self/exe", path, size - sizeof(BESIDE));
	char *slash;

	if (len < 0)
		return false;
	path[len] = '\0';
	slash = strrchr(path, '/');
	if (!slash)
		return false;
	strcpy(slash + 1, BESIDE);
	return !access(path, F_OK);
}

const struct key_table *key_table_installed(void)
{
	static struct key_table table;
	static bool read;
	const char *own = getenv("IPCDBG_KEYS");
	char path[4096], *file;

	if (read)
		return &table;
	read = true;
	if (own && own[0]) {
		add_file(&table, own);
		return &table;
	}
	/* An administrator's rows go before ours, which are equally sure. */
	add_folder(&table, OWN_ROWS);
	file = find_beside(path, sizeof(path)) ? realpath(path, NULL) : NULL;
	add_file(&table, file ? file : INSTALLED);
	free(file);
	return &table;
}
