// SPDX-License-Identifier: GPL-2.0
/* Init of the guest; guest.h tells what it does and says. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <termios.h>
#include <unistd.h>

#include "guest.h"

static int channel = -1;
static bool coverage; /* is wanted */

void report_bytes(const char *bytes, unsigned long n)
{
	while (n) {
		ssize_t done = write(channel, bytes, n);

		if (done < 0 && errno != EINTR)
			return;
		if (done > 0) {
			bytes += done;
			n -= done;
		}
	}
}

void report(const char *fmt, ...)
{
	char line[8400];
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(line, sizeof(line) - 1, fmt, ap);
	va_end(ap);
	if (n > (int)sizeof(line) - 2)
		n = sizeof(line) - 2;
	line[n] = '\n';
	report_bytes(line, n + 1);
}

static void channel_open(const char *path)
{
	struct termios tio;

	channel = open(path, O_WRONLY | O_NOCTTY | O_CLOEXEC);
	if (channel < 0 || tcgetattr(channel, &tio))
		return;
	cfmakeraw(&tio);
	cfsetspeed(&tio, B115200);
	tcsetattr(channel, TCSANOW, &tio);
}

static void mount_one(const char *type, const char *path, unsigned int mode)
{
	char data[32] = "";

	if (!strcmp(type, "tmpfs"))
		snprintf(data, sizeof(data), "mode=%o", mode);
	mkdir(path, 0755);
	if (mount(type, path, type, MS_NOSUID, data) && errno != EBUSY)
		fprintf(stderr, "init: mount %s: %s\n", path, strerror(errno));
}

static void mount_all(void)
{
	mount_one("proc", "/proc", 0);
	mount_one("sysfs", "/sys", 0);
	mount_one("devtmpfs", "/dev", 0);
	mount_one("devpts", "/dev/pts", 0);
	mount_one("mqueue", "/dev/mqueue", 0);
	mount_one("tmpfs", "/dev/shm", 01777);
	mount_one("tmpfs", "/tmp", 01777);
	mount_one("tmpfs", "/run", 0755);
	mount_one("debugfs", "/sys/kernel/debug", 0);
}

/*
 * A namespace is named by its lowest pid, which is who was started last once pids have begun anew:
 * what is compared with a recording made a moment before would differ in that.
 */
static void widen_pids(void)
{
	FILE *f = fopen("/proc/sys/kernel/pid_max", "we");

	if (!f || fputs("4194304\n", f) < 0 || fclose(f))
		perror("init: pid_max");
}

static void environment(void)
{
	struct rlimit no_core = { 0, 0 };

	clearenv();
	setenv("PATH", "/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", 1);
	setenv("HOME", "/root", 1);
	setenv("TERM", "dumb", 1);
	setrlimit(RLIMIT_CORE, &no_core);
	sethostname("guest", 5);
	if (chdir("/tmp"))
		perror("init: /tmp");
}

/* Loads the module unless it is loaded; a failure is reported once for each try. */
static void load_module(const char *path)
{
	int fd;

	if (!path || !access("/sys/module/" GUEST_MODULE, F_OK))
		return;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || syscall(SYS_finit_module, fd, "", 0)) {
		report("module %s does not load: %s", path, strerror(errno));
		kmsg_check(true);
	}
	if (fd >= 0)
		close(fd);
}

static void unload_module(void)
{
	if (syscall(SYS_delete_module, GUEST_MODULE, O_NONBLOCK) && errno != ENOENT)
		report("module %s does not unload: %s", GUEST_MODULE, strerror(errno));
}

/*
 * After programs that ran long: a processor that has locked up is told of only when it has been so
 * for twice the threshold, which is looked at five times in that while.
 */
static void wait_for_watchdog(void)
{
	FILE *file = getenv("MINUTES") ? fopen("/proc/sys/kernel/watchdog_thresh", "re") : NULL;
	unsigned int thresh = 0;

	if (!file)
		return;
	if (fscanf(file, "%u", &thresh) == 1)
		sleep(thresh * 12 / 5 + 1);
	fclose(file);
}

/* A line of the plan: a word, then what carry_out() expects after it. */
static void carry_out(char *line)
{
	static char *module;
	char *word = strsep(&line, " ");
	const char *seconds, *name;

	if (!strcmp(word, "coverage")) {
		coverage = true;
	} else if (!line) {
		return;
	} else if (!strcmp(word, "env")) {
		putenv(strdup(line));
	} else if (!strcmp(word, "module")) {
		module = strdup(line);
	} else if (!strcmp(word, "shell")) {
		load_module(module);
		run_shell(line);
	} else if (!strcmp(word, "run")) {
		seconds = strsep(&line, " ");
		name = strsep(&line, " ");
		load_module(module);
		run_program(name, atoi(seconds), line);
	}
}

int main(void)
{
	struct utsname uts;
	char line[4096];
	FILE *plan;

	mount_all();
	widen_pids();
	environment();
	channel_open(GUEST_CHANNEL);
	kmsg_open();
	uname(&uts);
	report("boot %s", uts.release);

	plan = fopen("/plan", "re");
	while (plan && fgets(line, sizeof(line), plan)) {
		line[strcspn(line, "\n")] = 0;
		carry_out(line);
	}
	wait_for_watchdog();
	unload_module();
	kmsg_check(false);
	leaks_check();
	if (coverage)
		coverage_send();
	kmsg_end();
	report(guest_can_exit() ? "done" : "done off");
	tcdrain(channel);
	guest_exit();
	return 1;
}
