// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include "module.h"
#include "common.h"

#include <errno.h>
#include <fcntl.h>
#include <regex.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

int module_load(const char *parameters)
{
	const char *path = getenv("IPCDBG_KO");
	int fd, ret;

	if (!path)
		die("IPCDBG_KO is not set");
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		die("%s: %s", path, strerror(errno));
	ret = syscall(SYS_finit_module, fd, parameters, 0) ? errno : 0;
	close(fd);
	return ret;
}

int module_unload(void)
{
	return syscall(SYS_delete_module, "ipcdbg", O_NONBLOCK) ? errno : 0;
}

bool module_is_loaded(void)
{
	return !access("/sys/module/ipcdbg", F_OK);
}

int module_log_open(void)
{
	int log = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);

	if (log < 0 || lseek(log, 0, SEEK_END) < 0)
		die("/dev/kmsg: %s", strerror(errno));
	return log;
}

int module_log(int log, char *said, unsigned int room)
{
	static const char trouble[] = "BUG|WARNING|Oops|Call Trace|KASAN|UBSAN|fault|Tainted";
	char message[4096], *text;
	ssize_t n;
	regex_t re;
	int lines = 0;
	bool own;

	said[0] = 0;
	if (regcomp(&re, trouble, REG_EXTENDED | REG_NOSUB))
		die("regcomp");
	while ((n = read(log, message, sizeof(message) - 1)) > 0) {
		message[n] = 0;
		text = strchr(message, ';');
		own = text && !strncmp(text, ";ipcdbg: ", 9);
		/* What the module itself says may quote any name. */
		if (!own && (!text || !regexec(&re, text, 0, NULL, 0)))
			lines = -1000;
		if (own && !strstr(text, ": loading out-of-tree module taints") &&
		    !strstr(text, ": module verification failed")) {
			lines++;
			strncat(said, text + 9, room - strlen(said) - 1);
		}
	}
	regfree(&re);
	if (n < 0 && errno != EAGAIN)
		die("/dev/kmsg: %s", strerror(errno));
	return lines < 0 ? -1 : lines;
}
