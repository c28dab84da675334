/* SPDX-License-Identifier: GPL-2.0 */
/* Holds what the module says of queues against the model, msgctl and /proc. Complains. */
#ifndef TESTS_MSG_COMPARE_H
#define TESTS_MSG_COMPARE_H

#include "msg_model.h"
#include "rows.h"

/* The model against msgctl(IPC_STAT): is the test itself right? */
bool msg_compare_msgctl(const struct msg_model *m);

/*
 * The file msg, read between the monotonic times t0 and t1 with every puppet at rest: everything
 * it says, and nothing more than the model has.
 */
bool msg_compare(const struct msg_model *m, const struct rows *r, uint64_t t0, uint64_t t1);

bool msg_compare_list(const struct msg_model *m, const struct rows *r);

/* A queue row against msgctl(IPC_STAT) and the queue's line in /proc/sysvipc/msg. */
bool msg_compare_row(const struct rows *r, int row, int id);

/* A receiver or sender row against the system call its task sleeps in. */
bool msg_compare_call(const struct rows *r, int row, int id, pid_t pid, pid_t tid);

#endif
