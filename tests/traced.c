// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include "traced.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/ptrace.h>

#include "common.h"

#define SYSCALL_STOP (SIGTRAP | 0x80) /* by PTRACE_O_TRACESYSGOOD */

static void redirect(const char *path, int fd)
{
	int file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	if (file < 0 || dup2(file, fd) < 0)
		_exit(126);
	close(file);
}

/* Until it stops next: the signal, or 0 if it has ended. */
static int wait_for(struct traced *t)
{
	while (waitpid(t->pid, &t->status, 0) < 0)
		if (errno != EINTR)
			die("waitpid: %s", strerror(errno));
	return WIFSTOPPED(t->status) ? WSTOPSIG(t->status) : 0;
}

static void proceed(struct traced *t, int request, int signal)
{
	if (ptrace(request, t->pid, NULL, (void *)(long)signal) && errno != ESRCH)
		die("ptrace: %s", strerror(errno));
}

void traced_start(struct traced *t, const char *const argv[])
{
	memset(t, 0, sizeof(*t));
	fflush(NULL);
	t->pid = fork();
	if (t->pid < 0)
		die("fork: %s", strerror(errno));
	if (!t->pid) {
		redirect("/tmp/out", STDOUT_FILENO);
		redirect("/tmp/err", STDERR_FILENO);
		if (ptrace(PTRACE_TRACEME, 0, NULL, NULL))
			_exit(126);
		execvp(argv[0], (char *const *)argv);
		_exit(127);
	}
	if (wait_for(t) != SIGTRAP ||
	    ptrace(PTRACE_SETOPTIONS, t->pid, NULL,
		   (void *)(long)(PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL)))
		die("cannot trace %s", argv[0]);
}

/* Stops at entries and exits alike; only an entry fills nr. */
static bool is_entry(struct traced *t)
{
	struct ptrace_syscall_info info;

	if (ptrace(PTRACE_GET_SYSCALL_INFO, t->pid, (void *)sizeof(info), &info) < 0)
		die("PTRACE_GET_SYSCALL_INFO: %s", strerror(errno));
	if (info.op != PTRACE_SYSCALL_INFO_ENTRY)
		return false;
	t->nr = info.entry.nr;
	memcpy(t->args, info.entry.args, sizeof(t->args));
	return true;
}

bool traced_next(struct traced *t)
{
	int signal = 0;

	do {
		proceed(t, PTRACE_SYSCALL, signal == SYSCALL_STOP ? 0 : signal);
		signal = wait_for(t);
	} while (signal && (signal != SYSCALL_STOP || !is_entry(t)));
	return signal;
}

bool traced_opens(const struct traced *t, const char *path)
{
	char name[256] = "";
	struct iovec here = { name, sizeof(name) - 1 };
	struct iovec there = { (void *)(uintptr_t)t->args[1], strlen(path) + 1 };

	return t->nr == SYS_openat && process_vm_readv(t->pid, &here, 1, &there, 1, 0) > 0 &&
	       !strcmp(name, path);
}

int traced_end(struct traced *t)
{
	proceed(t, PTRACE_DETACH, 0);
	wait_for(t);
	return WIFEXITED(t->status) ? WEXITSTATUS(t->status) : 128 + WTERMSIG(t->status);
}
