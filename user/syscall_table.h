/* SPDX-License-Identifier: GPL-2.0 */
/* System calls by their numbers, which each architecture has others of. */
#ifndef SYSCALL_TABLE_H
#define SYSCALL_TABLE_H

#include <stdbool.h>

/* Calls in which tasks wait for others, however they are spelled. */
enum syscall_kind {
	SYSCALL_OTHER,
	SYSCALL_SEMOP,
	SYSCALL_MSGSND,
	SYSCALL_MSGRCV,
	SYSCALL_MQ_SEND,
	SYSCALL_MQ_RECEIVE,
	SYSCALL_FUTEX,
	SYSCALL_FUTEX_WAIT,
	SYSCALL_FUTEX_WAITV,
	SYSCALL_IPC, /* any of System V, by its first argument */
};

/* Whether this program was built for an architecture whose numbers are known. */
bool syscall_numbers_known(void);

/* compat: the number of a call by a 32-bit program. */
enum syscall_kind syscall_kind_of(long number, bool compat);

/* What the first argument of ipc(2) makes of it. */
enum syscall_kind syscall_kind_of_ipc(unsigned int call);

#endif
