// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include "traced.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/ptrace.h>

#include "common.h"

#define UNCHANGED LLONG_MIN
#define SYSCALL_STOP (SIGTRAP | 0x80) /* by PTRACE_O_TRACESYSGOOD */

static void redirect(const char *folder, const char *name, int fd)
{
	char path[4096];
	int file;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

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

void traced_start(struct traced *t, const char *folder, const char *const argv[])
{
	memset(t, 0, sizeof(*t));
	fflush(NULL);
	t->pid = fork();
	if (t->pid < 0)
		die("fork: %s", strerror(errno));
	if (!t->pid) {
		redirect(folder, "out", STDOUT_FILENO);
		redirect(folder, "err", STDERR_FILENO);
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

void traced_string(const struct traced *t, uint64_t address, char *to, size_t size)
{
	size_t at = 0;

	/* A word at a time: what is behind the string may not be there. */
	for (; at < size; at += sizeof(long)) {
		long word;
		size_t n = size - at < sizeof(word) ? size - at : sizeof(word);

		errno = 0;
		word = ptrace(PTRACE_PEEKDATA, t->pid, (void *)(uintptr_t)(address + at), NULL);
		if (word == -1 && errno)
			break;
		memcpy(to + at, &word, n);
		if (memchr(to + at, 0, n))
			return;
	}
	to[at < size ? at : size - 1] = 0;
}

bool traced_opens(const struct traced *t, const char *path)
{
	char name[256];

	if (t->nr != SYS_openat)
		return false;
	traced_string(t, t->args[1], name, sizeof(name));
	return !strcmp(name, path);
}

#if defined(__x86_64__)

static void set_registers(pid_t pid, long long nr, long long result, long long third)
{
	struct user_regs_struct regs;
	struct iovec at = { &regs, sizeof(regs) };

	if (ptrace(PTRACE_GETREGSET, pid, (void *)NT_PRSTATUS, &at))
		die("PTRACE_GETREGSET: %s", strerror(errno));
	regs.orig_rax = nr == UNCHANGED ? regs.orig_rax : (unsigned long long)nr;
	regs.rax = result == UNCHANGED ? regs.rax : (unsigned long long)result;
	regs.rdx = third == UNCHANGED ? regs.rdx : (unsigned long long)third;
	if (ptrace(PTRACE_SETREGSET, pid, (void *)NT_PRSTATUS, &at))
		die("PTRACE_SETREGSET: %s", strerror(errno));
}

#elif defined(__aarch64__)

static void set_registers(pid_t pid, long long nr, long long result, long long third)
{
	struct user_regs_struct regs;
	struct iovec at = { &regs, sizeof(regs) };
	int number = nr;
	struct iovec call = { &number, sizeof(number) };

	if (ptrace(PTRACE_GETREGSET, pid, (void *)NT_PRSTATUS, &at))
		die("PTRACE_GETREGSET: %s", strerror(errno));
	regs.regs[0] = result == UNCHANGED ? regs.regs[0] : (unsigned long long)result;
	regs.regs[2] = third == UNCHANGED ? regs.regs[2] : (unsigned long long)third;
	if (ptrace(PTRACE_SETREGSET, pid, (void *)NT_PRSTATUS, &at) ||
	    (nr != UNCHANGED && ptrace(PTRACE_SETREGSET, pid, (void *)NT_ARM_SYSTEM_CALL, &call)))
		die("PTRACE_SETREGSET: %s", strerror(errno));
}

#endif

void traced_fail(struct traced *t, int error)
{
	/* No system call has that number: it is skipped. */
	set_registers(t->pid, -1, UNCHANGED, UNCHANGED);
	proceed(t, PTRACE_SYSCALL, 0);
	if (wait_for(t) != SYSCALL_STOP)
		die("it did not return from its call");
	set_registers(t->pid, UNCHANGED, -error, UNCHANGED);
}

void traced_shorten(struct traced *t)
{
	if (t->args[2] > 1)
		set_registers(t->pid, UNCHANGED, UNCHANGED, 1);
}

int traced_code(const struct traced *t)
{
	return WIFEXITED(t->status) ? WEXITSTATUS(t->status) : 128 + WTERMSIG(t->status);
}

int traced_end(struct traced *t)
{
	proceed(t, PTRACE_DETACH, 0);
	wait_for(t);
	return traced_code(t);
}
