/* SPDX-License-Identifier: GPL-2.0 */
/* What a text must have beyond its grammar: below what each record stands, and what it needs. */
#ifndef PARSE_RULES_H
#define PARSE_RULES_H

#include <ipcdbg/abi.h>

#define PARSE_TOP (-1)	    /* stands at depth 0 */
#define PARSE_ANY (-2)	    /* stands below any record, or at depth 0 */
#define PARSE_OBJECT (-4)   /* an object: stands at depth 0, after the row of its namespace */
#define PARSE_SHM_FILE (-5) /* stands below a pshm or a psem */
#define PARSE_UNKNOWN (-3)  /* a record that is not known; what stands below it is not either */

#define NEED(record, field) IPCDBG_BIT(record, field)

static const struct {
	int parent; /* record id or one of the above */
	__u64 need; /* fields without which the record means nothing */
} parse_rules[IPCDBG_R_NR] = {
	[IPCDBG_R_header] = { PARSE_TOP, NEED(header, version) | NEED(header, table) },
	[IPCDBG_R_namespace] = { PARSE_TOP, NEED(namespace, inum) },
	[IPCDBG_R_set] = { PARSE_OBJECT, NEED(set, semid) | NEED(set, key) | NEED(set, mode) |
						 NEED(set, uid) | NEED(set, gid) | NEED(set, cuid) |
						 NEED(set, cgid) | NEED(set, nsems) |
						 NEED(set, otime) | NEED(set, ctime) },
	[IPCDBG_R_sem] = { IPCDBG_R_set, NEED(sem, semnum) | NEED(sem, semval) |
						 NEED(sem, semncnt) | NEED(sem, semzcnt) },
	[IPCDBG_R_wait] = { IPCDBG_R_sem, NEED(wait, pid) | NEED(wait, tid) },
	[IPCDBG_R_op] = { IPCDBG_R_wait, NEED(op, sem_num) | NEED(op, sem_op) },
	[IPCDBG_R_undo] = { IPCDBG_R_set, NEED(undo, semnum) | NEED(undo, semadj) },
	[IPCDBG_R_owner] = { IPCDBG_R_undo, NEED(owner, pid) | NEED(owner, tid) },
	[IPCDBG_R_segment] = { PARSE_OBJECT, NEED(segment, shmid) | NEED(segment, key) |
						     NEED(segment, mode) | NEED(segment, uid) |
						     NEED(segment, gid) | NEED(segment, cuid) |
						     NEED(segment, cgid) | NEED(segment, size) |
						     NEED(segment, nattch) | NEED(segment, atime) |
						     NEED(segment, dtime) | NEED(segment, ctime) },
	[IPCDBG_R_attach] = { IPCDBG_R_segment, NEED(attach, mappings) },
	[IPCDBG_R_mapping] = { IPCDBG_R_attach, NEED(mapping, start) | NEED(mapping, end) },
	[IPCDBG_R_queue] = { PARSE_OBJECT,
			     NEED(queue, msqid) | NEED(queue, key) | NEED(queue, mode) |
				     NEED(queue, uid) | NEED(queue, gid) | NEED(queue, cuid) |
				     NEED(queue, cgid) | NEED(queue, cbytes) | NEED(queue, qnum) |
				     NEED(queue, qbytes) | NEED(queue, stime) | NEED(queue, rtime) |
				     NEED(queue, ctime) },
	[IPCDBG_R_receiver] = { IPCDBG_R_queue, NEED(receiver, pid) | NEED(receiver, tid) },
	[IPCDBG_R_sender] = { IPCDBG_R_queue, NEED(sender, pid) | NEED(sender, tid) },
	[IPCDBG_R_msgtype] = { IPCDBG_R_queue,
			       NEED(msgtype, type) | NEED(msgtype, count) | NEED(msgtype, bytes) },
	[IPCDBG_R_message] = { IPCDBG_R_queue,
			       NEED(message, order) | NEED(message, type) | NEED(message, size) },
	[IPCDBG_R_mqueue] = { PARSE_OBJECT, NEED(mqueue, name) | NEED(mqueue, ino) |
						    NEED(mqueue, mode) | NEED(mqueue, uid) |
						    NEED(mqueue, gid) | NEED(mqueue, maxmsg) |
						    NEED(mqueue, msgsize) | NEED(mqueue, curmsgs) |
						    NEED(mqueue, bytes) },
	[IPCDBG_R_mq_receiver] = { IPCDBG_R_mqueue,
				   NEED(mq_receiver, pid) | NEED(mq_receiver, tid) },
	[IPCDBG_R_mq_sender] = { IPCDBG_R_mqueue, NEED(mq_sender, pid) | NEED(mq_sender, tid) },
	[IPCDBG_R_mqprio] = { IPCDBG_R_mqueue,
			      NEED(mqprio, msg_prio) | NEED(mqprio, count) | NEED(mqprio, bytes) },
	[IPCDBG_R_opener] = { IPCDBG_R_mqueue, NEED(opener, pid) },
	[IPCDBG_R_pshm] = { PARSE_OBJECT, NEED(pshm, name) | NEED(pshm, ino) | NEED(pshm, dev) },
	[IPCDBG_R_psem] = { PARSE_OBJECT, NEED(psem, name) | NEED(psem, ino) | NEED(psem, dev) },
	[IPCDBG_R_shm_user] = { PARSE_SHM_FILE, NEED(shm_user, pid) | NEED(shm_user, mappings) },
	[IPCDBG_R_shm_map] = { IPCDBG_R_shm_user, NEED(shm_map, start) | NEED(shm_map, end) },
	[IPCDBG_R_shm_wait] = { PARSE_SHM_FILE, NEED(shm_wait, pid) | NEED(shm_wait, tid) },
	[IPCDBG_R_abi] = { PARSE_TOP, 0 },
	[IPCDBG_R_member] = { IPCDBG_R_abi, NEED(member, struct_name) | NEED(member, name) },
	[IPCDBG_R_truncated] = { PARSE_ANY, NEED(truncated, what) },
	[IPCDBG_R_end] = { PARSE_TOP, NEED(end, namespaces) | NEED(end, objects) },
	[IPCDBG_R_recording] = { PARSE_TOP, NEED(recording, version) },
	[IPCDBG_R_section] = { IPCDBG_R_recording, NEED(section, name) },
	[IPCDBG_R_mount] = { IPCDBG_R_recording, NEED(mount, inum) },
	[IPCDBG_R_logind] = { IPCDBG_R_recording, NEED(logind, inum) | NEED(logind, removes) },
	[IPCDBG_R_proc] = { PARSE_TOP, NEED(proc, pid) | NEED(proc, start_ns) },
	[IPCDBG_R_cgroup] = { IPCDBG_R_proc, NEED(cgroup, text) },
	[IPCDBG_R_exe] = { IPCDBG_R_proc, NEED(exe, text) },
	[IPCDBG_R_arg] = { IPCDBG_R_proc, NEED(arg, text) },
	[IPCDBG_R_thread] = { IPCDBG_R_proc, NEED(thread, tid) | NEED(thread, start_ns) },
	[IPCDBG_R_next] = { IPCDBG_R_thread, NEED(next, link) | NEED(next, pid) },
	[IPCDBG_R_user] = { PARSE_TOP, NEED(user, uid) | NEED(user, name) },
	[IPCDBG_R_group] = { PARSE_TOP, NEED(group, gid) | NEED(group, name) },
};

#undef NEED

#endif
