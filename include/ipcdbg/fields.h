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
IPCDBG_END(namespace)

IPCDBG_RECORD(set, "set", "a semaphore set")
IPCDBG_FIELD(set, I32, semid, 0, "", "identifier")
IPCDBG_FIELD(set, HEX32, key, 0, "", "key; 0x00000000 is IPC_PRIVATE")
IPCDBG_FIELD(set, OCT, mode, 0, "", "permissions")
IPCDBG_FIELD(set, U32, uid, 0, "", "owner")
IPCDBG_FIELD(set, U32, gid, 0, "", "owner's group")
IPCDBG_FIELD(set, U32, cuid, 0, "", "creator")
IPCDBG_FIELD(set, U32, cgid, 0, "", "creator's group")
IPCDBG_FIELD(set, I32, nsems, 0, "", "semaphores in the set")
IPCDBG_FIELD(set, I64, otime, 0, "s", "last semop, seconds since the epoch; 0 if never")
IPCDBG_FIELD(set, I64, ctime, 0, "s", "last change by semctl, seconds since the epoch")
IPCDBG_FIELD(set, U32, waiters, VOLATILE, "", "listings only: blocked tasks")
IPCDBG_FIELD(set, U32, holders, 0, "", "listings only: undo lists with an adjustment that is not 0")
IPCDBG_END(set)

IPCDBG_RECORD(sem, "sem", "a semaphore of the set above")
IPCDBG_FIELD(sem, I32, semnum, 0, "", "index in the set")
IPCDBG_FIELD(sem, I32, semval, 0, "", "value")
IPCDBG_FIELD(sem, I32, sempid, 0, "", "process of the last operation; absent if none, 0 if hidden")
IPCDBG_FIELD(sem, PSTATE, sempid_state, 0, "", "state of that very process")
IPCDBG_FIELD(sem, COMM, sempid_comm, 0, "", "its command name, unless it has exited")
IPCDBG_FIELD(sem, U32, semncnt, 0, "", "tasks that wait for an increase")
IPCDBG_FIELD(sem, U32, semzcnt, 0, "", "tasks that wait for zero")
IPCDBG_FIELD(sem, I64, otime, 0, "s", "last semop on it, seconds since the epoch; 0 if never")
IPCDBG_END(sem)

IPCDBG_RECORD(wait, "wait", "a task blocked on the semaphore above")
IPCDBG_FIELD(wait, I32, pid, 0, "", "process, 0 if not visible")
IPCDBG_FIELD(wait, I32, tid, 0, "", "thread, 0 if not visible")
IPCDBG_FIELD(wait, COMM, comm, 0, "", "command name of the thread")
IPCDBG_FIELD(wait, U32, uid, 0, "", "real user id")
IPCDBG_FIELD(wait, CHAR, state, VOLATILE, "", "task state, as in /proc/PID/stat")
IPCDBG_FIELD(wait, U64, start_ns, 0, "ns", "start time of the thread, CLOCK_BOOTTIME")
IPCDBG_FIELD(wait, U64, switches, VOLATILE, "", "context switches; unchanged means the same sleep")
IPCDBG_FIELD(wait, U32, nsops, 0, "", "operations in its semop call; op rows follow")
IPCDBG_FIELD(wait, BOOL, undo, 0, "", "the call asks for SEM_UNDO")
IPCDBG_FIELD(wait, BOOL, alter, 0, "", "1 if the call changes a value, 0 if it only waits for zero")
IPCDBG_FIELD(wait, SQUEUE, queue, 0, "", "kernel list that holds it")
IPCDBG_FIELD(wait, U32, order, 0, "", "place in that list, which is tried from 0 on")
IPCDBG_FIELD(wait, U64, blocked_ns, VOLATILE, "ns", "how long it sleeps; the call lasts no less")
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

IPCDBG_RECORD(truncated, "truncated", "rows were left out below the parent row")
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

#undef IPCDBG_RECORD
#undef IPCDBG_FIELD
#undef IPCDBG_END
