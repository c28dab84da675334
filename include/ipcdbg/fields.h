/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Every record of the text ABI and every field of it, each named once. abi.h explains the grammar.
 *
 * Included once per expansion, with any of these defined (the others expand to nothing):
 *
 *   IPCDBG_RECORD(record, word, help)                   before the first field of a record
 *   IPCDBG_FIELD(record, TYPE, name, flags, unit, help)
 *   IPCDBG_END(record)                                  after the last one
 *
 * TYPE is one of the types of abi.h. flags: 0, BARE (printed without its name, right after the
 * word), VOLATILE (may differ between two reads of an unchanged system). Fields are printed in
 * this order. Fields are only ever added, at the end of their record; a record has at most 64.
 */
#ifndef IPCDBG_RECORD
#define IPCDBG_RECORD(record, word, help)
#endif
#ifndef IPCDBG_FIELD
#define IPCDBG_FIELD(record, type, name, flags, unit, help)
#endif
#ifndef IPCDBG_END
#define IPCDBG_END(record)
#endif

/* Fields that several records have in common. */

#ifndef IPCDBG_PERM
/* struct kern_ipc_perm, what ipc_perm(2) tells of it. */
#define IPCDBG_PERM(record)                                                          \
	IPCDBG_FIELD(record, HEX32, key, 0, "", "key; 0x00000000 is IPC_PRIVATE")    \
	IPCDBG_FIELD(record, OCT, mode, 0, "", "permissions; shm: SHM_DEST, SHM_LOCKED too") \
	IPCDBG_FIELD(record, U32, uid, 0, "", "owner")                               \
	IPCDBG_FIELD(record, U32, gid, 0, "", "owner's group")                       \
	IPCDBG_FIELD(record, U32, cuid, 0, "", "creator")                            \
	IPCDBG_FIELD(record, U32, cgid, 0, "", "creator's group")

/* A struct pid that the object remembers: that very process, whoever has its number now. */
#define IPCDBG_PID(record, name, help)                                               \
	IPCDBG_FIELD(record, I32, name, 0, "", help)                                 \
	IPCDBG_FIELD(record, PSTATE, name##_state, 0, "", "state of that very process") \
	IPCDBG_FIELD(record, COMM, name##_comm, 0, "", "its command name, unless it has exited")

/* A thread that is blocked. */
#define IPCDBG_TASK(record)                                                          \
	IPCDBG_FIELD(record, I32, pid, 0, "", "process, 0 if not visible")           \
	IPCDBG_FIELD(record, I32, tid, 0, "", "thread, 0 if not visible")            \
	IPCDBG_FIELD(record, COMM, comm, 0, "", "command name of the thread")        \
	IPCDBG_FIELD(record, U32, uid, 0, "", "real user id")                        \
	IPCDBG_FIELD(record, CHAR, state, VOLATILE, "", "task state, as in /proc/PID/stat") \
	IPCDBG_FIELD(record, U64, start_ns, 0, "ns", "start time of the thread, CLOCK_BOOTTIME") \
	IPCDBG_FIELD(record, U64, switches, VOLATILE, "",                            \
		     "context switches; unchanged means the same sleep")

#define IPCDBG_BLOCKED(record)                                                       \
	IPCDBG_FIELD(record, U64, blocked_ns, VOLATILE, "ns",                        \
		     "how long it sleeps; the call lasts no less")

/* A process that has something. */
#define IPCDBG_PROCESS(record)                                                       \
	IPCDBG_FIELD(record, I32, pid, 0, "", "process, 0 if not visible")           \
	IPCDBG_FIELD(record, COMM, comm, 0, "", "its command name")                  \
	IPCDBG_FIELD(record, U32, uid, 0, "", "real user id")                        \
	IPCDBG_FIELD(record, PSTATE, state, VOLATILE, "", "state of the process")    \
	IPCDBG_FIELD(record, U64, start_ns, 0, "ns", "its start time, CLOCK_BOOTTIME")
/* A file in /dev/shm, as stat(2) tells of it. */
#define IPCDBG_SHM_FILE(record)                                                      \
	IPCDBG_FIELD(record, NAME, name, 0, "", "without the leading slash")         \
	IPCDBG_FIELD(record, U64, ino, 0, "", "inode number")                        \
	IPCDBG_FIELD(record, WORD, dev, 0, "", "device, as in /proc/PID/mountinfo") \
	IPCDBG_FIELD(record, U32, mnt_ns, 0, "", "mount namespace of a process that sees it") \
	IPCDBG_FIELD(record, OCT, mode, 0, "", "permissions")                        \
	IPCDBG_FIELD(record, U32, uid, 0, "", "owner")                               \
	IPCDBG_FIELD(record, U32, gid, 0, "", "owner's group")                       \
	IPCDBG_FIELD(record, U64, size, 0, "B", "its length")                        \
	IPCDBG_FIELD(record, U64, allocated, VOLATILE, "B", "of it in memory, or in swap") \
	IPCDBG_FIELD(record, I64, mtime, 0, "s", "last write or truncation, since the epoch") \
	IPCDBG_FIELD(record, I64, ctime, 0, "s", "last change of owner, mode, names") \
	IPCDBG_FIELD(record, BOOL, unlinked, 0, "", "1: without a name, goes with its users") \
	IPCDBG_FIELD(record, U32, mappings, VOLATILE, "", "of it, in all processes")  \
	IPCDBG_FIELD(record, U32, users, VOLATILE, "", "processes that map it or have it open") \
	IPCDBG_FIELD(record, U32, waiters, VOLATILE, "", "tasks blocked in futex(2) inside it")
#endif

IPCDBG_RECORD(header, "ipcdbg", "first line of every file")
IPCDBG_FIELD(header, U32, version, BARE, "", "version of the text ABI")
IPCDBG_FIELD(header, WORD, table, BARE, "", "which table this is: the file's name below ipcdbg/")
IPCDBG_FIELD(header, WORD, kernel, 0, "", "kernel release")
IPCDBG_FIELD(header, WORD, boot, 0, "", "boot id, /proc/sys/kernel/random/boot_id")
IPCDBG_FIELD(header, U64, time, VOLATILE, "ns", "CLOCK_REALTIME of the read")
IPCDBG_FIELD(header, WORD, module, 0, "", "version of the module")
IPCDBG_END(header)

IPCDBG_RECORD(namespace, "namespace", "an ipc namespace; its objects follow")
IPCDBG_FIELD(namespace, U32, inum, 0, "", "inode number, as in /proc/PID/ns/ipc")
IPCDBG_FIELD(namespace, U32, user_ns, 0, "", "inode number of the owning user namespace")
IPCDBG_FIELD(namespace, U32, processes, VOLATILE, "", "thread group leaders in it")
IPCDBG_FIELD(namespace, U32, threads, VOLATILE, "", "tasks in it, leaders included")
IPCDBG_FIELD(namespace, I32, pid, VOLATILE, "", "a process in it, 0 if not visible")
IPCDBG_FIELD(namespace, COMM, comm, VOLATILE, "", "that process's command name")
IPCDBG_FIELD(namespace, U32, sets, 0, "", "semaphore sets")
IPCDBG_FIELD(namespace, U32, queues, 0, "", "System V message queues")
IPCDBG_FIELD(namespace, U32, segments, 0, "", "shared memory segments")
IPCDBG_FIELD(namespace, I32, semmsl, 0, "", "limit: semaphores per set")
IPCDBG_FIELD(namespace, I32, semmns, 0, "", "limit: semaphores")
IPCDBG_FIELD(namespace, I32, semopm, 0, "", "limit: operations per semop call")
IPCDBG_FIELD(namespace, I32, semmni, 0, "", "limit: semaphore sets")
IPCDBG_FIELD(namespace, U32, semaphores, 0, "", "semaphores in all sets")
IPCDBG_FIELD(namespace, U32, mqueues, 0, "", "POSIX message queues, those unlinked and in use too")
IPCDBG_FIELD(namespace, U32, msgmax, 0, "B", "limit: size of a message")
IPCDBG_FIELD(namespace, U32, msgmnb, 0, "B", "default of qbytes")
IPCDBG_FIELD(namespace, U32, msgmni, 0, "", "limit: System V message queues")
IPCDBG_FIELD(namespace, U64, shmmax, 0, "B", "limit: size of a segment")
IPCDBG_FIELD(namespace, U64, shmall, 0, "pages", "limit: all segments together")
IPCDBG_FIELD(namespace, I32, shmmni, 0, "", "limit: segments")
IPCDBG_FIELD(namespace, U64, shm_tot, 0, "pages", "all segments together")
IPCDBG_FIELD(namespace, BOOL, shm_rmid_forced, 0, "", "segments go with their last attachment")
IPCDBG_FIELD(namespace, U32, queues_max, 0, "", "limit: POSIX message queues")
IPCDBG_FIELD(namespace, U32, msg_max, 0, "", "limit: messages in a POSIX queue")
IPCDBG_FIELD(namespace, U32, msgsize_max, 0, "B", "limit: size of a message in a POSIX queue")
IPCDBG_FIELD(namespace, U64, start_ns, VOLATILE, "ns", "start of the process pid, CLOCK_BOOTTIME")
IPCDBG_FIELD(namespace, HOLDER, held, VOLATILE, "", "by what it was found")
IPCDBG_END(namespace)

IPCDBG_RECORD(set, "set", "a semaphore set")
IPCDBG_FIELD(set, I32, semid, 0, "", "identifier")
IPCDBG_PERM(set)
IPCDBG_FIELD(set, I32, nsems, 0, "", "semaphores in the set")
IPCDBG_FIELD(set, I64, otime, 0, "s", "last semop, seconds since the epoch; 0 if never")
IPCDBG_FIELD(set, I64, ctime, 0, "s", "last change by semctl, seconds since the epoch")
IPCDBG_FIELD(set, U32, waiters, VOLATILE, "", "listings only: blocked tasks")
IPCDBG_FIELD(set, U32, holders, 0, "", "listings only: undo lists with an adjustment that is not 0")
IPCDBG_END(set)

IPCDBG_RECORD(sem, "sem", "a semaphore of the set above")
IPCDBG_FIELD(sem, I32, semnum, 0, "", "index in the set")
IPCDBG_FIELD(sem, I32, semval, 0, "", "value")
IPCDBG_PID(sem, sempid, "process of the last operation; absent if none, 0 if hidden")
IPCDBG_FIELD(sem, U32, semncnt, 0, "", "tasks that wait for an increase")
IPCDBG_FIELD(sem, U32, semzcnt, 0, "", "tasks that wait for zero")
IPCDBG_FIELD(sem, I64, otime, 0, "s", "last semop on it, seconds since the epoch; 0 if never")
IPCDBG_END(sem)

IPCDBG_RECORD(wait, "wait", "a task blocked on the semaphore above")
IPCDBG_TASK(wait)
IPCDBG_FIELD(wait, U32, nsops, 0, "", "operations in its semop call; op rows follow")
IPCDBG_FIELD(wait, BOOL, undo, 0, "", "the call asks for SEM_UNDO")
IPCDBG_FIELD(wait, BOOL, alter, 0, "", "1 if the call changes a value, 0 if it only waits for zero")
IPCDBG_FIELD(wait, SQUEUE, queue, 0, "", "kernel list that holds it")
IPCDBG_FIELD(wait, U32, order, 0, "", "place in that list, which is tried from 0 on")
IPCDBG_BLOCKED(wait)
IPCDBG_END(wait)

IPCDBG_RECORD(op, "op", "a struct sembuf of the wait above")
IPCDBG_FIELD(op, U32, sem_num, 0, "", "semaphore")
IPCDBG_FIELD(op, I32, sem_op, 0, "", "operation")
IPCDBG_FIELD(op, SEMFLG, sem_flg, 0, "", "flags")
IPCDBG_FIELD(op, BOOL, blocking, 0, "", "1 for the one that cannot proceed")
IPCDBG_END(op)

IPCDBG_RECORD(undo, "undo", "an adjustment at exit (SEM_UNDO) of the set above")
IPCDBG_FIELD(undo, I32, semnum, 0, "", "semaphore")
IPCDBG_FIELD(undo, I32, semadj, 0, "", "what exit adds to the value")
IPCDBG_FIELD(undo, U32, tasks, 0, "", "tasks that share the undo list; owner rows follow")
IPCDBG_FIELD(undo, BOOL, exiting, 0, "", "1 if the last of them is just exiting")
IPCDBG_END(undo)

IPCDBG_RECORD(owner, "owner", "a task that shares the undo list above")
IPCDBG_FIELD(owner, I32, pid, 0, "", "process, 0 if not visible")
IPCDBG_FIELD(owner, I32, tid, 0, "", "thread, 0 if not visible")
IPCDBG_FIELD(owner, COMM, comm, 0, "", "command name of the thread")
IPCDBG_FIELD(owner, U32, uid, 0, "", "real user id")
IPCDBG_FIELD(owner, PSTATE, state, VOLATILE, "", "state of the process")
IPCDBG_FIELD(owner, U64, start_ns, 0, "ns", "start time of the thread, CLOCK_BOOTTIME")
IPCDBG_END(owner)

IPCDBG_RECORD(segment, "segment", "a shared memory segment")
IPCDBG_FIELD(segment, I32, shmid, 0, "", "identifier")
IPCDBG_PERM(segment)
IPCDBG_FIELD(segment, U64, size, 0, "B", "size asked for")
IPCDBG_FIELD(segment, U64, nattch, VOLATILE, "", "attachments: mappings, not processes")
IPCDBG_PID(segment, cpid, "process that created it, 0 if hidden")
IPCDBG_PID(segment, lpid, "process of the last shmat or shmdt; absent if none, 0 if hidden")
IPCDBG_FIELD(segment, I64, atime, 0, "s", "last shmat, seconds since the epoch; 0 if never")
IPCDBG_FIELD(segment, I64, dtime, 0, "s", "last shmdt, seconds since the epoch; 0 if never")
IPCDBG_FIELD(segment, I64, ctime, 0, "s", "last change by shmctl, seconds since the epoch")
IPCDBG_FIELD(segment, BOOL, dest, 0, "", "1: removed, goes with its last attachment (SHM_DEST)")
IPCDBG_FIELD(segment, BOOL, locked, 0, "", "1: SHM_LOCK")
IPCDBG_FIELD(segment, BOOL, hugetlb, 0, "", "1: SHM_HUGETLB")
IPCDBG_FIELD(segment, BOOL, noreserve, 0, "", "1: SHM_NORESERVE; absent for huge pages")
IPCDBG_FIELD(segment, U64, page_size, 0, "B", "size of its pages")
IPCDBG_FIELD(segment, U64, rss, VOLATILE, "B", "of it in memory")
IPCDBG_FIELD(segment, U64, swap, VOLATILE, "B", "of it in swap")
IPCDBG_END(segment)

IPCDBG_RECORD(attach, "attach", "a process that maps the segment above, or memory that does")
IPCDBG_PROCESS(attach)
IPCDBG_FIELD(attach, U32, mappings, 0, "", "of the segment; mapping rows follow")
IPCDBG_FIELD(attach, BOOL, forking, 0, "", "1: its process is just being made, so no pid")
IPCDBG_FIELD(attach, BOOL, shared, 0, "", "1: in the memory of the row above (CLONE_VM), no rows")
IPCDBG_END(attach)

IPCDBG_RECORD(mapping, "mapping", "a mapping of the segment by the process above")
IPCDBG_FIELD(mapping, HEX64, start, 0, "", "first address, in that process")
IPCDBG_FIELD(mapping, HEX64, end, 0, "", "address behind it")
IPCDBG_FIELD(mapping, U64, offset, 0, "B", "what of the segment is at start")
IPCDBG_FIELD(mapping, WORD, prot, 0, "", "rights: r, w, x, or - for each that is missing")
IPCDBG_FIELD(mapping, BOOL, foreign, 0, "", "1: not by shmat, so not counted in nattch")
IPCDBG_END(mapping)

IPCDBG_RECORD(queue, "queue", "a System V message queue")
IPCDBG_FIELD(queue, I32, msqid, 0, "", "identifier")
IPCDBG_PERM(queue)
IPCDBG_FIELD(queue, U64, cbytes, 0, "B", "in its messages")
IPCDBG_FIELD(queue, U64, qnum, 0, "", "messages")
IPCDBG_FIELD(queue, U64, qbytes, 0, "B", "limit of cbytes")
IPCDBG_PID(queue, lspid, "process of the last msgsnd; absent if none, 0 if hidden")
IPCDBG_PID(queue, lrpid, "process, or thread, of the last msgrcv; absent if none, 0 if hidden")
IPCDBG_FIELD(queue, I64, stime, 0, "s", "last msgsnd, seconds since the epoch; 0 if never")
IPCDBG_FIELD(queue, I64, rtime, 0, "s", "last msgrcv, seconds since the epoch; 0 if never")
IPCDBG_FIELD(queue, I64, ctime, 0, "s", "last change by msgctl, seconds since the epoch")
IPCDBG_FIELD(queue, U32, receivers, VOLATILE, "", "tasks blocked in msgrcv")
IPCDBG_FIELD(queue, U32, senders, VOLATILE, "", "tasks blocked in msgsnd")
IPCDBG_END(queue)

IPCDBG_RECORD(receiver, "receiver", "a task blocked in msgrcv on the queue above")
IPCDBG_TASK(receiver)
IPCDBG_FIELD(receiver, I64, msgtyp, 0, "", "the call's msgtyp")
IPCDBG_FIELD(receiver, MSGMODE, mode, 0, "", "which messages it takes")
IPCDBG_FIELD(receiver, I64, maxsize, 0, "B", "largest it takes; 2147483647 also with MSG_NOERROR")
IPCDBG_FIELD(receiver, U32, order, 0, "", "place in the list; 0 is the first to get a message")
IPCDBG_BLOCKED(receiver)
IPCDBG_END(receiver)

IPCDBG_RECORD(sender, "sender", "a task blocked in msgsnd on the queue above")
IPCDBG_TASK(sender)
IPCDBG_FIELD(sender, U64, size, 0, "B", "of its message")
IPCDBG_FIELD(sender, U32, order, 0, "", "place in the list, which is woken from 0 on")
IPCDBG_BLOCKED(sender)
IPCDBG_END(sender)

IPCDBG_RECORD(msgtype, "msgtype", "the messages of one type in the queue above, lowest first")
IPCDBG_FIELD(msgtype, I64, type, 0, "", "mtype")
IPCDBG_FIELD(msgtype, U32, count, 0, "", "messages")
IPCDBG_FIELD(msgtype, U64, bytes, 0, "B", "in them")
IPCDBG_END(msgtype)

IPCDBG_RECORD(message, "message", "one of the first 256 messages of the queue above")
IPCDBG_FIELD(message, U32, order, 0, "", "place in the queue, 0 is the oldest")
IPCDBG_FIELD(message, I64, type, 0, "", "mtype")
IPCDBG_FIELD(message, U64, size, 0, "B", "of its text")
IPCDBG_END(message)

IPCDBG_RECORD(mqueue, "mqueue", "a POSIX message queue")
IPCDBG_FIELD(mqueue, NAME, name, 0, "", "without the leading slash")
IPCDBG_FIELD(mqueue, U64, ino, 0, "", "inode number")
IPCDBG_FIELD(mqueue, OCT, mode, 0, "", "permissions")
IPCDBG_FIELD(mqueue, U32, uid, 0, "", "owner")
IPCDBG_FIELD(mqueue, U32, gid, 0, "", "owner's group")
IPCDBG_FIELD(mqueue, I64, maxmsg, 0, "", "limit of curmsgs")
IPCDBG_FIELD(mqueue, I64, msgsize, 0, "B", "limit of the size of a message")
IPCDBG_FIELD(mqueue, I64, curmsgs, 0, "", "messages")
IPCDBG_FIELD(mqueue, U64, bytes, 0, "B", "in its messages")
IPCDBG_FIELD(mqueue, I64, time, 0, "s", "last send or receive, or creation, since the epoch")
IPCDBG_FIELD(mqueue, BOOL, unlinked, 0, "", "1: its name is gone, it goes with its last descriptor")
IPCDBG_FIELD(mqueue, U32, receivers, VOLATILE, "", "tasks blocked in mq_receive")
IPCDBG_FIELD(mqueue, U32, senders, VOLATILE, "", "tasks blocked in mq_send")
IPCDBG_FIELD(mqueue, NOTIFY, notify, 0, "", "how mq_notify asked to be told; absent if it did not")
IPCDBG_FIELD(mqueue, I32, notify_signo, 0, "", "the signal")
IPCDBG_PID(mqueue, notify_pid, "the process to be told, 0 if hidden")
IPCDBG_FIELD(mqueue, U32, charged_uid, 0, "", "user whose RLIMIT_MSGQUEUE it counts against")
IPCDBG_FIELD(mqueue, U64, charged, 0, "B", "what it counts")
IPCDBG_FIELD(mqueue, U64, user_charged, VOLATILE, "B", "what all queues of that user count")
IPCDBG_END(mqueue)

IPCDBG_RECORD(mq_receiver, "mq_receiver", "a task blocked in mq_receive on the queue above")
IPCDBG_TASK(mq_receiver)
IPCDBG_FIELD(mq_receiver, I32, priority, 0, "", "the task's, as in /proc/PID/stat")
IPCDBG_FIELD(mq_receiver, U32, order, 0, "", "place in the list, which is served from 0 on")
IPCDBG_BLOCKED(mq_receiver)
IPCDBG_END(mq_receiver)

IPCDBG_RECORD(mq_sender, "mq_sender", "a task blocked in mq_send on the queue above")
IPCDBG_TASK(mq_sender)
IPCDBG_FIELD(mq_sender, I32, priority, 0, "", "the task's, as in /proc/PID/stat")
IPCDBG_FIELD(mq_sender, U32, order, 0, "", "place in the list, which is served from 0 on")
IPCDBG_FIELD(mq_sender, U32, msg_prio, 0, "", "priority of its message")
IPCDBG_FIELD(mq_sender, U64, size, 0, "B", "of its message")
IPCDBG_BLOCKED(mq_sender)
IPCDBG_END(mq_sender)

IPCDBG_RECORD(mqprio, "mqprio", "the messages of one priority in the queue above, highest first")
IPCDBG_FIELD(mqprio, U32, msg_prio, 0, "", "priority")
IPCDBG_FIELD(mqprio, U32, count, 0, "", "messages")
IPCDBG_FIELD(mqprio, U64, bytes, 0, "B", "in them")
IPCDBG_END(mqprio)

IPCDBG_RECORD(opener, "opener", "a process that has the queue above open")
IPCDBG_PROCESS(opener)
IPCDBG_FIELD(opener, U32, fds, 0, "", "its descriptors of the queue")
IPCDBG_FIELD(opener, I32, fd, 0, "", "the lowest of them")
IPCDBG_END(opener)

IPCDBG_RECORD(abi, "abi", "what the module knows about this kernel")
IPCDBG_FIELD(abi, HEX64, digest, 0, "", "FNV-1a of the member rows: one value per kernel layout")
IPCDBG_FIELD(abi, WORD, btf, 0, "", "file the layout was read from")
IPCDBG_FIELD(abi, BOOL, untested, 0, "", "1 if loaded with untested=1 on a newer series")
IPCDBG_FIELD(abi, U32, max_kib, 0, "KiB", "bound on the copy of an object")
IPCDBG_END(abi)

IPCDBG_RECORD(member, "member", "a member of a private kernel struct, from BTF")
IPCDBG_FIELD(member, WORD, struct_name, 0, "", "struct")
IPCDBG_FIELD(member, WORD, name, 0, "", "member")
IPCDBG_FIELD(member, U32, offset, 0, "B", "offset; absent if the kernel lacks this optional member")
IPCDBG_FIELD(member, U32, size, 0, "B", "size")
IPCDBG_END(member)

IPCDBG_RECORD(truncated, "truncated", "rows below the parent are left out, counts may lack them")
IPCDBG_FIELD(truncated, WORD, what, 0, "", "word of the rows left out")
IPCDBG_FIELD(truncated, U32, shown, 0, "", "rows shown; absent if not counted")
IPCDBG_FIELD(truncated, U32, total, 0, "", "rows there were; absent if not counted")
IPCDBG_FIELD(truncated, BOOL, gone, 0, "", "1 if it was removed meanwhile, or not found again")
IPCDBG_END(truncated)

IPCDBG_RECORD(end, "end", "last line of a complete file")
IPCDBG_FIELD(end, U32, namespaces, 0, "", "namespace rows above")
IPCDBG_FIELD(end, U32, objects, 0, "", "objects above")
IPCDBG_FIELD(end, BOOL, truncated, 0, "", "1 if a truncated row stands above")
IPCDBG_END(end)

#ifndef __KERNEL__
/*
 * What only 'ipcdbg record' writes. A recording is one file: sections, each a text with its header
 * and its end record. The first is the table "recording", which names those that follow, in their
 * order; without one of them the file was cut. A text longer than its field goes on in the next
 * record of that word, which more=1 says.
 */
IPCDBG_RECORD(recording, "recording", "where, and with what, the file was recorded")
IPCDBG_FIELD(recording, WORD, version, 0, "", "version of the program")
IPCDBG_FIELD(recording, WORD, hostname, 0, "", "name of the machine")
IPCDBG_FIELD(recording, WORD, machine, 0, "", "its architecture, as of uname -m")
IPCDBG_FIELD(recording, U32, inum, 0, "", "ipc namespace of the program")
IPCDBG_FIELD(recording, U32, page_size, 0, "B", "size of a page of memory")
IPCDBG_FIELD(recording, U64, boot_ns, VOLATILE, "ns", "CLOCK_BOOTTIME at the time of the header")
IPCDBG_FIELD(recording, NAME, lacks, 0, "", "why it was made without the module, if it was")
IPCDBG_FIELD(recording, BOOL, hidden, 0, "", "without it, and some tasks could not be looked at")
IPCDBG_END(recording)

IPCDBG_RECORD(section, "section", "a section that follows")
IPCDBG_FIELD(section, WORD, name, 0, "", "the table that it is")
IPCDBG_END(section)

IPCDBG_RECORD(mount, "mount", "an ipc namespace that has a bind mount")
IPCDBG_FIELD(mount, U32, inum, 0, "", "inode number")
IPCDBG_END(mount)

IPCDBG_RECORD(logind, "logind", "systemd-logind runs; of objects of a user who has logged out")
IPCDBG_FIELD(logind, U32, inum, 0, "", "the ipc namespace that it is in")
IPCDBG_FIELD(logind, BOOL, removes, 0, "", "1: it removes them there")
IPCDBG_FIELD(logind, BOOL, stated, 0, "", "1: a file says so; 0: that is the default")
IPCDBG_FIELD(logind, NAME, where, 0, "", "the file and its line")
IPCDBG_END(logind)

IPCDBG_RECORD(proc, "process", "a process whose number a row has; numbers ascend")
IPCDBG_FIELD(proc, I32, pid, 0, "", "process")
IPCDBG_FIELD(proc, I32, ppid, 0, "", "its parent")
IPCDBG_FIELD(proc, COMM, comm, 0, "", "its command name")
IPCDBG_FIELD(proc, U32, uid, 0, "", "real user id")
IPCDBG_FIELD(proc, CHAR, state, VOLATILE, "", "of its leader, as in /proc/PID/stat")
IPCDBG_FIELD(proc, U64, start_ns, 0, "ns", "its start time, CLOCK_BOOTTIME, cut to a tick")
IPCDBG_FIELD(proc, U32, threads, 0, "", "how many it has")
IPCDBG_FIELD(proc, U32, ipc_ns, 0, "", "its ipc namespace")
IPCDBG_FIELD(proc, U64, msgqueue, 0, "B", "soft RLIMIT_MSGQUEUE; 18446744073709551615: none")
IPCDBG_FIELD(proc, U64, cwd_ino, 0, "", "inode number of its working directory")
IPCDBG_END(proc)

IPCDBG_RECORD(cgroup, "cgroup", "the control group of the process above")
IPCDBG_FIELD(cgroup, NAME, text, 0, "", "path below the root of the hierarchy")
IPCDBG_FIELD(cgroup, BOOL, more, 0, "", "1: it goes on in the next row")
IPCDBG_END(cgroup)

IPCDBG_RECORD(exe, "exe", "the executable of the process above")
IPCDBG_FIELD(exe, NAME, text, 0, "", "path, as /proc/PID/exe has it")
IPCDBG_FIELD(exe, BOOL, more, 0, "", "1: it goes on in the next row")
IPCDBG_END(exe)

IPCDBG_RECORD(arg, "arg", "an argument of the process above, of the first 4096 bytes of them")
IPCDBG_FIELD(arg, NAME, text, 0, "", "the argument")
IPCDBG_FIELD(arg, BOOL, more, 0, "", "1: it goes on in the next row")
IPCDBG_END(arg)

IPCDBG_RECORD(thread, "thread", "a thread of the process above")
IPCDBG_FIELD(thread, I32, tid, 0, "", "thread")
IPCDBG_FIELD(thread, COMM, comm, 0, "", "its command name")
IPCDBG_FIELD(thread, CHAR, state, VOLATILE, "", "as in /proc/PID/stat")
IPCDBG_FIELD(thread, U64, start_ns, 0, "ns", "its start time, CLOCK_BOOTTIME, cut to a tick")
IPCDBG_FIELD(thread, U64, switches, VOLATILE, "", "context switches of both sorts")
IPCDBG_FIELD(thread, WORD, wchan, VOLATILE, "", "where in the kernel it sleeps")
IPCDBG_FIELD(thread, I64, syscall, VOLATILE, "", "number of its system call; absent of 32 bits")
IPCDBG_FIELD(thread, HEX64, arg0, VOLATILE, "", "its arguments")
IPCDBG_FIELD(thread, HEX64, arg1, VOLATILE, "", "")
IPCDBG_FIELD(thread, HEX64, arg2, VOLATILE, "", "")
IPCDBG_FIELD(thread, HEX64, arg3, VOLATILE, "", "")
IPCDBG_FIELD(thread, HEX64, arg4, VOLATILE, "", "")
IPCDBG_FIELD(thread, HEX64, arg5, VOLATILE, "", "")
IPCDBG_END(thread)

IPCDBG_RECORD(next, "next", "whom the thread above waits for, other than at objects")
IPCDBG_FIELD(next, WORD, link, VOLATILE, "", "lock, taken, pipe, futex, child or shared")
IPCDBG_FIELD(next, I32, pid, VOLATILE, "", "process, for futex thread, that has or is it")
IPCDBG_END(next)

IPCDBG_RECORD(user, "user", "the name of a user; numbers ascend")
IPCDBG_FIELD(user, U32, uid, 0, "", "number")
IPCDBG_FIELD(user, NAME, name, 0, "", "name")
IPCDBG_FIELD(user, BOOL, linger, 0, "", "1: one who lingers, for systemd-logind")
IPCDBG_END(user)

IPCDBG_RECORD(group, "group", "the name of a group; numbers ascend")
IPCDBG_FIELD(group, U32, gid, 0, "", "number")
IPCDBG_FIELD(group, NAME, name, 0, "", "name")
IPCDBG_END(group)

/* What no module tells: the command makes these tables of /dev/shm and /proc. */
IPCDBG_RECORD(pshm, "pshm", "a POSIX shared memory object: a file in /dev/shm")
IPCDBG_SHM_FILE(pshm)
IPCDBG_END(pshm)

IPCDBG_RECORD(psem, "psem", "a named POSIX semaphore: a file sem.NAME in /dev/shm")
IPCDBG_SHM_FILE(psem)
IPCDBG_FIELD(psem, WORD, format, 0, "", "of its sem_t; absent if the file may not be read")
IPCDBG_FIELD(psem, U32, value, VOLATILE, "", "value")
IPCDBG_FIELD(psem, U32, nwaiters, VOLATILE, "", "tasks in sem_wait, as it counts them itself")
IPCDBG_END(psem)

IPCDBG_RECORD(shm_user, "shm_user", "a process that maps the object above, or has it open")
IPCDBG_PROCESS(shm_user)
IPCDBG_FIELD(shm_user, U32, mappings, 0, "", "of the object; shm_map rows follow")
IPCDBG_FIELD(shm_user, U32, fds, 0, "", "its descriptors of the object")
IPCDBG_FIELD(shm_user, I32, fd, 0, "", "the lowest of them; absent if there is none")
IPCDBG_END(shm_user)

IPCDBG_RECORD(shm_map, "shm_map", "a mapping of the object by the process above")
IPCDBG_FIELD(shm_map, HEX64, start, 0, "", "first address, in that process")
IPCDBG_FIELD(shm_map, HEX64, end, 0, "", "address behind it")
IPCDBG_FIELD(shm_map, U64, offset, 0, "B", "what of the object is at start")
IPCDBG_FIELD(shm_map, WORD, prot, 0, "", "r, w, x, or -; then s if shared, p if private")
IPCDBG_END(shm_map)

IPCDBG_RECORD(shm_wait, "shm_wait", "a task blocked in futex(2) inside the object above (inferred)")
IPCDBG_TASK(shm_wait)
IPCDBG_FIELD(shm_wait, U64, offset, 0, "B", "what of the object it waits for")
IPCDBG_FIELD(shm_wait, WORD, call, 0, "", "futex, futex_wait or futex_waitv")
IPCDBG_BLOCKED(shm_wait)
IPCDBG_END(shm_wait)
#endif

#undef IPCDBG_RECORD
#undef IPCDBG_FIELD
#undef IPCDBG_END
