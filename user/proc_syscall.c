// SPDX-License-Identifier: GPL-2.0
#include "proc_syscall.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/uio.h>
#include <unistd.h>

#include <linux/elf.h>

#include "proc_file.h"
#include "proc_task.h"
#include "retry.h"

/* The numbers of a line of /proc/PID/task/TID/syscall. */
struct line {
	long number;
	__u64 args[6], sp, pc;
};

static ssize_t read_file(const struct proc_syscall *s, const char *name, char *buf, size_t room)
{
	return proc_task_file(&s->task, name, buf, room);
}

/* Outside of a system call the line has fewer numbers, and the word "running" has none. */
static bool parse_line(struct line *l, const char *text)
{
	__u64 *to[] = { &l->args[0], &l->args[1], &l->args[2], &l->args[3],
			&l->args[4], &l->args[5], &l->sp,      &l->pc };
	char *end;

	l->number = strtol(text, &end, 10);
	if (end == text || l->number < 0)
		return false;
	for (size_t i = 0; i < sizeof(to) / sizeof(to[0]); i++) {
		const char *at = end;

		*to[i] = strtoull(at, &end, 16);
		if (end == at)
			return false;
	}
	return true;
}

bool proc_syscall_memory(const struct proc_syscall *s, __u64 address, void *buf, size_t size)
{
	char path[64];
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/mem", s->task.pid, s->task.tid);
	fd = retry_open(AT_FDCWD, path, O_RDONLY);
	n = fd < 0 ? -1 : retry_pread(fd, buf, size, address);
	/* EIO tells that nothing is mapped there (mem_rw() in fs/proc/base.c): any task can see to
	 * that. */
	if (n < 0 && errno != EIO)
		proc_note_trouble();
	if (fd >= 0)
		close(fd);
	return n >= 0 && (size_t)n == size;
}

/*
 * Whose number it is. On x86 any program may make calls of either sort, and the file does not tell
 * which: the instruction before the one to return to does. All 32-bit calls return behind an
 * "int $0x80": those by sysenter and syscall too, to the one that the vDSO has for that
 * (arch/x86/entry/vdso/vdso32/system_call.S). -1: it cannot be read.
 */
#if defined(__x86_64__)
static int is_compat(const struct proc_syscall *s, const struct line *l)
{
	unsigned char code[2];

	if (!proc_syscall_memory(s, l->pc - sizeof(code), code, sizeof(code)))
		return -1;
	return code[0] == 0xcd && code[1] == 0x80;
}
#else
/* On arm64 it goes by the program. */
static int is_compat(const struct proc_syscall *s, const struct line *l)
{
	unsigned char ident[EI_NIDENT];
	char path[64];
	ssize_t n;
	int fd;

	(void)l;
	snprintf(path, sizeof(path), "/proc/%d/task/%d/exe", s->task.pid, s->task.tid);
	fd = retry_open(AT_FDCWD, path, O_RDONLY);
	n = fd < 0 ? -1 : retry_pread(fd, ident, sizeof(ident), 0);
	if (n < 0)
		proc_note_trouble();
	if (fd >= 0)
		close(fd);
	return n == sizeof(ident) ? ident[EI_CLASS] == ELFCLASS32 : -1;
}
#endif

/* Numbers of a 32-bit call are what the kernel takes of the registers. */
static void cut_args(struct line *l)
{
	for (int i = 0; i < 6; i++)
		l->args[i] = (__u32)l->args[i];
}

/* A long of the task, with its sign. */
static __s64 long_of(const struct proc_syscall *s, __u64 n)
{
	return s->compat ? (__s32)n : (__s64)n;
}

/*
 * Puts the arguments of ipc(2) where those of the call itself are. Before version 1, msgrcv had its
 * message and type in memory (struct ipc_kludge).
 */
static bool unfold_ipc(struct proc_syscall *s, struct line *l)
{
	__u64 version = l->args[0] >> 16, first = l->args[1], second = l->args[2],
	      third = l->args[3], pointer = l->args[4], fifth = l->args[5];
	__u32 kludge[2];

	s->kind = syscall_kind_of_ipc(l->args[0]);
	l->args[0] = first;
	l->args[1] = pointer;
	l->args[2] = second;
	l->args[3] = third;
	if (s->kind != SYSCALL_MSGRCV)
		return s->kind != SYSCALL_OTHER;
	l->args[4] = third;
	l->args[3] = fifth;
	if (version)
		return true;
	if (!proc_syscall_memory(s, pointer, kludge, sizeof(kludge)))
		return false;
	l->args[1] = kludge[0];
	l->args[3] = kludge[1];
	return true;
}

static void take_args(struct proc_syscall *s, const struct line *l)
{
	s->id = l->args[0];
	s->address = l->args[1];
	s->size = l->args[2];
	switch (s->kind) {
	case SYSCALL_SEMOP:
		s->size = (__u32)s->size;
		break;
	case SYSCALL_MSGSND:
		s->flags = l->args[3];
		break;
	case SYSCALL_MSGRCV:
		s->msgtyp = long_of(s, l->args[3]);
		s->flags = l->args[4];
		break;
	case SYSCALL_MQ_SEND:
		s->prio = l->args[3];
		break;
	case SYSCALL_FUTEX_WAIT:
		s->id = 0;
		s->address = l->args[0];
		s->size = l->args[1];
		break;
	case SYSCALL_FUTEX_WAITV:
		s->id = 0;
		s->address = l->args[0];
		s->size = (__u32)l->args[1];
		break;
	case SYSCALL_FUTEX:
		s->id = 0;
		s->address = l->args[0];
		s->flags = l->args[1];
		s->size = (__u32)l->args[2];
		break;
	default:
		break;
	}
}

/* False with errno where it could not be decided. */
static bool decode(struct proc_syscall *s, struct line *l)
{
	int compat;

	if (syscall_kind_of(l->number, false) == SYSCALL_OTHER &&
	    syscall_kind_of(l->number, true) == SYSCALL_OTHER)
		return true;
	compat = is_compat(s, l);
	if (compat < 0)
		return false;
	s->compat = compat;
	s->kind = syscall_kind_of(l->number, compat);
	if (compat)
		cut_args(l);
	if (s->kind == SYSCALL_IPC && !unfold_ipc(s, l))
		return s->kind == SYSCALL_OTHER;
	take_args(s, l);
	return true;
}

/*
 * The function that it sleeps in. wchan is "0" where the kernel follows no frame pointers (before
 * 5.16 on x86-64), or missing; the first line of the stack then, "[<0>] semtimedop+0x1/0x2", which
 * is for root. False: neither tells.
 */
static bool sleeps_in(const struct proc_syscall *s, char *function, size_t size)
{
	char stack[4096], *name;

	if (read_file(s, "wchan", function, size) > 0 && strcmp(function, "0"))
		return true;
	if (read_file(s, "stack", stack, sizeof(stack)) <= 0)
		return false;
	stack[strcspn(stack, "+\n")] = '\0';
	name = strrchr(stack, ' ');
	snprintf(function, size, "%.100s", name ? name + 1 : stack);
	return true;
}

/*
 * A signal takes a task off the queue before it is dealt with, which may take long: it sleeps in
 * there while its cgroup is frozen.
 */
static bool left_for_signal(const struct proc_syscall *s)
{
	static const char *const functions[] = { "do_freezer_trap", "get_signal" };
	char function[128];

	if (!sleeps_in(s, function, sizeof(function)))
		return false;
	for (size_t i = 0; i < sizeof(functions) / sizeof(functions[0]); i++)
		if (!strncmp(function, functions[i], strlen(functions[i])))
			return true;
	return false;
}

bool proc_syscall_lasts(const struct proc_syscall *s)
{
	struct task now = { .pid = s->task.pid, .tid = s->task.tid };
	char line[sizeof(s->line)];

	return read_file(s, "syscall", line, sizeof(line)) > 0 && !strcmp(line, s->line) &&
	       proc_task_status(&now) && now.switches == s->task.switches;
}

static enum proc_look why_not(void)
{
	return proc_has_ended() ? PROC_GONE : PROC_HIDDEN;
}

/*
 * Of a task whose call could not be decoded. Only who sleeps interruptibly can wait in one. A
 * zombie is told to be in its last call as long as it has its kernel stack, on real-time kernels to
 * its end, and has no memory any more.
 */
static enum proc_look undecided(struct proc_syscall *s)
{
	if (!proc_task_stat(&s->task, &s->priority))
		return why_not();
	return s->task.state == 'S' ? PROC_HIDDEN : PROC_ELSEWHERE;
}

enum proc_look proc_syscall_read(struct proc_syscall *s, int pid, int tid)
{
	struct line line;

	*s = (struct proc_syscall){ .kind = SYSCALL_OTHER };
	IPCDBG_PUT(task, &s->task, pid, pid);
	IPCDBG_PUT(task, &s->task, tid, tid);
	if (read_file(s, "syscall", s->line, sizeof(s->line)) < 0)
		return why_not();
	if (!parse_line(&line, s->line))
		return PROC_ELSEWHERE;
	if (!decode(s, &line))
		return undecided(s);
	if (s->kind == SYSCALL_OTHER)
		return PROC_ELSEWHERE;
	if (!proc_task_stat(&s->task, &s->priority) || !proc_task_status(&s->task))
		return why_not();
	if (s->task.state != 'S' || left_for_signal(s) || !proc_syscall_lasts(s))
		return PROC_ELSEWHERE;
	return PROC_ASLEEP;
}
