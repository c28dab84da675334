// SPDX-License-Identifier: GPL-2.0
/* One waiting task against /proc. */
#define _GNU_SOURCE
#include "compare.h"
#include "check.h"
#include "proc.h"

#include <errno.h>
#include <inttypes.h>
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

bool compare_proc(const struct rows *r, int wait, pid_t pid, pid_t tid, int semid)
{
	struct proc_syscall call;
	struct proc_task t;
	bool ok = true;

	if (!proc_in_semop(pid, tid, &call) || !proc_task(pid, tid, &t))
		return complain("task %d is not in semop", tid);
	CHECK("syscall semid", semid, (int)call.args[0]);
	CHECK("syscall nsops", (int)call.args[2], ROW_NUM(r, wait, wait, nsops));
	CHECK("pid", pid, ROW_NUM(r, wait, wait, pid));
	CHECK("tid", tid, ROW_NUM(r, wait, wait, tid));
	CHECK("uid", t.uid, ROW_NUM(r, wait, wait, uid));
	CHECK("switches", t.switches, ROW_NUM(r, wait, wait, switches));
	CHECK("start", t.start_ticks, ROW_NUM(r, wait, wait, start_ns) / 10000000);
	CHECK("state", t.state, ROW_STR(r, wait, wait, state)[0]);
	if (!escaped_is(ROW_STR(r, wait, wait, comm), t.comm))
		ok = complain("comm %s is not that of %d", ROW_STR(r, wait, wait, comm), tid);
	return same_memory(r, wait, tid, &call) && ok;
}
