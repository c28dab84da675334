// SPDX-License-Identifier: GPL-2.0
/* Tasks and processes in rows of any kind, against /proc. */
#define _GNU_SOURCE
#include "compare.h"
#include "check.h"
#include "proc.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/sem.h>
#include <sys/uio.h>

bool compare_sops(const struct rows *r, int wait, const struct sembuf *sops, int nsops)
{
	int op = -1, i;
	bool ok = true;

	for (i = 0; i < nsops; i++) {
		op = rows_next(r, IPCDBG_R_op, wait, op);
		if (op < 0)
			return complain("line %d: op %d of %d is missing", wait + 1, i, nsops);
		CHECK("sem_num", sops[i].sem_num, ROW_NUM(r, op, op, sem_num));
		CHECK("sem_op", sops[i].sem_op, ROW_NUM(r, op, op, sem_op));
		CHECK_STR("sem_flg",
			  sops[i].sem_flg & SEM_UNDO
				  ? (sops[i].sem_flg & IPC_NOWAIT ? "undo,nowait" : "undo")
				  : (sops[i].sem_flg & IPC_NOWAIT ? "nowait" : ""),
			  ROW_STR(r, op, op, sem_flg));
	}
	if (rows_next(r, IPCDBG_R_op, wait, op) >= 0)
		return complain("line %d: more than %d op rows", wait + 1, nsops);
	return ok;
}

/* The sembufs as they lie in the memory that the task's system call points to. */
static bool same_memory(const struct rows *r, int wait, pid_t tid, const struct proc_syscall *call)
{
	struct sembuf sops[PUPPET_OPS_MAX];
	struct iovec here = { sops, call->args[2] * sizeof(*sops) };
	struct iovec there = { (void *)call->args[1], here.iov_len };

	if (here.iov_len > sizeof(sops))
		return complain("%lu operations", call->args[2]);
	if (process_vm_readv(tid, &here, 1, &there, 1, 0) != (ssize_t)here.iov_len)
		return complain("cannot read the memory of %d: %s", tid, strerror(errno));
	return compare_sops(r, wait, sops, call->args[2]);
}

bool compare_process(const struct rows *r, int row, pid_t pid, pid_t tid)
{
	struct proc_task t;
	bool ok = true;

	if (!proc_task(pid, tid, &t))
		return complain("no /proc of task %d", tid);
	CHECK("pid", pid, row_named_number(r, row, "pid"));
	CHECK("uid", t.uid, row_named_number(r, row, "uid"));
	CHECK("start", t.start_ticks, row_named_number(r, row, "start_ns") / 10000000);
	if (!escaped_is(row_named_text(r, row, "comm"), t.comm))
		ok = complain("comm %s is not that of %d", row_named_text(r, row, "comm"), tid);
	return ok;
}

bool compare_thread(const struct rows *r, int row, pid_t pid, pid_t tid)
{
	bool ok = compare_process(r, row, pid, tid);

	CHECK("tid", tid, row_named_number(r, row, "tid"));
	return ok;
}

bool compare_sleeper(const struct rows *r, int row, pid_t pid, pid_t tid)
{
	bool ok = compare_thread(r, row, pid, tid);
	struct proc_task t;

	if (!proc_task(pid, tid, &t))
		return false;
	CHECK("switches", t.switches, row_named_number(r, row, "switches"));
	CHECK("state", t.state, row_named_text(r, row, "state")[0]);
	return ok;
}

/* What the clocks of two CPUs and the way into the kernel may add. */
#define SLACK_NS 50000000
/*
 * Where the TSC is not reliable, the scheduler's clock goes no further than one tick beyond the
 * last, and so stands still while a loaded host does not let the guest have its ticks.
 */
#define STANDSTILL_NS 300000000

bool compare_blocked(const struct rows *r, int row, int64_t least, int64_t most)
{
	int64_t ns = row_named_number(r, row, "blocked_ns");

	if (ns < least - STANDSTILL_NS || ns > most + SLACK_NS)
		return complain("blocked_ns=%" PRId64 ", but it is %" PRId64 " to %" PRId64, ns,
				least, most);
	return true;
}

bool compare_pid(const struct rows *r, int row, const char *field, pid_t pid, const char *state)
{
	char field_state[32], field_comm[32], comm[64];
	bool ok = true;

	snprintf(field_state, sizeof(field_state), "%s_state", field);
	snprintf(field_comm, sizeof(field_comm), "%s_comm", field);
	if (!state) {
		CHECK("has a pid", false, ROW_HAS_NAMED(r, row, field));
		CHECK("has a state", false, ROW_HAS_NAMED(r, row, field_state));
		CHECK("has a comm", false, ROW_HAS_NAMED(r, row, field_comm));
		return ok;
	}
	CHECK(field, pid, row_named_number(r, row, field));
	CHECK_STR(field_state, state, row_named_text(r, row, field_state));
	if (!strcmp(state, "exited"))
		CHECK("has a comm", false, ROW_HAS_NAMED(r, row, field_comm));
	else if (!proc_comm(pid, comm) || !escaped_is(row_named_text(r, row, field_comm), comm))
		ok = complain("%s of %d", field_comm, pid);
	return ok;
}

bool compare_proc(const struct rows *r, int wait, pid_t pid, pid_t tid, int semid)
{
	struct proc_syscall call;
	bool ok = true;

	if (!proc_in_semop(pid, tid, &call))
		return complain("task %d is not in semop", tid);
	CHECK("syscall semid", semid, (int)call.args[0]);
	CHECK("syscall nsops", (int)call.args[2], ROW_NUM(r, wait, wait, nsops));
	ok &= compare_sleeper(r, wait, pid, tid);
	return same_memory(r, wait, tid, &call) && ok;
}
