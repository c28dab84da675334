// SPDX-License-Identifier: GPL-2.0
#include "output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The first error of a write to standard output. */
static int failed;

static ssize_t write_out(void *ctx, const char *buf, size_t size)
{
	size_t done = 0;

	(void)ctx;
	while (done < size && !failed) {
		ssize_t n = write(STDOUT_FILENO, buf + done, size - done);

		if (n >= 0)
			done += n;
		else if (errno != EINTR)
			failed = errno;
	}
	return done;
}

FILE *output_open(void)
{
	static char buf[65536];
	FILE *out;

	/* In the wrong direction: what is written there fails, as it should. */
	for (int fd = 0; fd <= 2; fd++)
		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", fd ? O_RDONLY : O_WRONLY) < 0)
			_exit(EXIT_IO);
	out = fopencookie(NULL, "w", (cookie_io_functions_t){ .write = write_out });
	if (!out)
		die(EXIT_IO, "%s", strerror(errno));
	setvbuf(out, buf, _IOFBF, sizeof(buf));
	return out;
}

bool output_failed(FILE *out)
{
	return ferror(out);
}

enum exit_code output_close(FILE *out)
{
	fclose(out);
	if (!failed)
		return EXIT_OK;
	if (failed != EPIPE)
		warn_user("write error: %s", strerror(failed));
	return EXIT_IO;
}

static void vwarn(const char *fmt, va_list ap)
{
	char line[1024];

	vsnprintf(line, sizeof(line), fmt, ap);
	fputs("ipcdbg: ", stderr);
	for (const char *s = line; *s; s++)
		if (*s < 0x20 || *s > 0x7e)
			fprintf(stderr, "\\%03o", (unsigned char)*s);
		else
			fputc(*s, stderr);
	fputc('\n', stderr);
}

void warn_user(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vwarn(fmt, ap);
	va_end(ap);
}

void die(enum exit_code code, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vwarn(fmt, ap);
	va_end(ap);
	exit(code);
}

enum exit_code worse(enum exit_code a, enum exit_code b)
{
	/* Broken data first: what else was found rests on them. */
	static const enum exit_code order[] = { EXIT_USAGE,  EXIT_DATA,	    EXIT_IO,
						EXIT_PERM,   EXIT_MODULE,   EXIT_BUSY,
						EXIT_ABSENT, EXIT_CRITICAL, EXIT_WARNING };

	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++)
		if (a == order[i] || b == order[i])
			return order[i];
	return EXIT_OK;
}
