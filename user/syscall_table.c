// SPDX-License-Identifier: GPL-2.0
/*
 * The numbers are those of arch/x86/entry/syscalls, of include/uapi/asm-generic/unistd.h and of
 * arch/arm/tools/syscall.tbl (EABI). x32 has those of x86-64, with a bit that tells them apart.
 */
#include "syscall_table.h"

#include <stddef.h>

#define NR(array) (sizeof(array) / sizeof((array)[0]))

/* X(kind, x86-64, i386, arm64, arm); NONE: it has no such call. */
#define NONE (-1)
#define SYSCALLS(X)                         \
	X(SEMOP, 65, NONE, 193, 298)        \
	X(SEMOP, 220, NONE, 192, 312)       \
	X(SEMOP, NONE, 420, NONE, 420)      \
	X(MSGSND, 69, 400, 189, 301)        \
	X(MSGRCV, 70, 401, 188, 302)        \
	X(MQ_SEND, 242, 279, 182, 276)      \
	X(MQ_SEND, NONE, 418, NONE, 418)    \
	X(MQ_RECEIVE, 243, 280, 183, 277)   \
	X(MQ_RECEIVE, NONE, 419, NONE, 419) \
	X(FUTEX, 202, 240, 98, 240)         \
	X(FUTEX, NONE, 422, NONE, 422)      \
	X(FUTEX_WAIT, 455, 455, 455, 455)   \
	X(FUTEX_WAITV, 449, 449, 449, 449)  \
	X(IPC, NONE, 117, NONE, NONE)

#if defined(__x86_64__)
#define ROW(kind, x86_64, i386, arm64, arm) { SYSCALL_##kind, x86_64, i386 },
#define X32_BIT 0x40000000
#elif defined(__aarch64__)
#define ROW(kind, x86_64, i386, arm64, arm) { SYSCALL_##kind, arm64, arm },
#define X32_BIT 0
#else
#define ROW(kind, x86_64, i386, arm64, arm) { SYSCALL_##kind, NONE, NONE },
#define X32_BIT 0
#endif

static const struct {
	enum syscall_kind kind;
	int native, compat;
} calls[] = { SYSCALLS(ROW) };

bool syscall_numbers_known(void)
{
	return calls[0].native != NONE;
}

enum syscall_kind syscall_kind_of(long number, bool compat)
{
	if (!compat)
		number &= ~X32_BIT;
	for (size_t i = 0; number >= 0 && i < NR(calls); i++)
		if ((compat ? calls[i].compat : calls[i].native) == number)
			return calls[i].kind;
	return SYSCALL_OTHER;
}

/* linux/ipc.h: the upper half is a version. */
enum syscall_kind syscall_kind_of_ipc(unsigned int call)
{
	switch (call & 0xffff) {
	case 1: /* SEMOP */
	case 4: /* SEMTIMEDOP */
		return SYSCALL_SEMOP;
	case 11:
		return SYSCALL_MSGSND;
	case 12:
		return SYSCALL_MSGRCV;
	default:
		return SYSCALL_OTHER;
	}
}
