// SPDX-License-Identifier: GPL-2.0
#include "output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What a long list prints at once. */
#define OUTPUT_BLOCK 65536

/* The first error of a write to standard output. */
static int failed;
/* What the user was told last. */
static char newest[1024];
/* Standard output, if it is a plugin of Nagios that writes there. */
static FILE *plugin;

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
	static char buf[OUTPUT_BLOCK];
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
	return plugin ? PLUGIN_UNKNOWN : EXIT_IO;
}

static void print_escaped(FILE *f, const char *s, char but)
{
	for (; *s; s++)
		if (*s < 0x20 || *s > 0x7e || *s == but)
			fprintf(f, "\\%03o", (unsigned char)*s);
		else
			fputc(*s, f);
	fputc('\n', f);
}

static void vwarn(const char *fmt, va_list ap)
{
	vsnprintf(newest, sizeof(newest), fmt, ap);
	fputs("ipcdbg: ", stderr);
	print_escaped(stderr, newest, '\0');
}

void output_begin_plugin(FILE *out)
{
	plugin = out;
}

/* A bar would begin the performance data. */
enum exit_code output_end(enum exit_code code)
{
	if (!plugin)
		return code;
	fputs("IPC UNKNOWN - ", plugin);
	print_escaped(plugin, newest, '|');
	return PLUGIN_UNKNOWN;
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
	exit(output_end(code));
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
