/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The text ABI of ipcdbg, version 1: what the module writes and the CLI reads.
 *
 *     ipcdbg 1 sem kernel=6.1.0-56-cloud-amd64 boot=... time=1396187700000000000 module=0.1
 *     namespace inum=4026531839
 *     set semid=32768 key=0x0056a4d5 mode=0660 uid=1000 gid=18 cuid=1000 cgid=18 nsems=1 ...
 *             sem semnum=0 semval=0 sempid=32061 sempid_state=exited semncnt=1 semzcnt=0 ...
 *                     wait pid=4242 tid=4242 comm=firefox uid=1000 state=S nsops=1 undo=1 ...
 *                             op sem_num=0 sem_op=-1 sem_flg=undo blocking=1
 *             undo semnum=0 semadj=1 tasks=1
 *                     owner pid=811 tid=811 comm=aplay uid=1000 state=live ...
 *     end namespaces=1 objects=1
 *
 * A line is a record: leading tabs (the depth: a record belongs to the nearest one above it with
 * one tab less), a word that names the record, then key=value pairs, each after one blank, split
 * at their first '='. A value may be empty. Every byte of a value outside 0x21 to 0x7e, and '\',
 * '=', '"', is written as '\' and three octal digits. The first line is the header, whose version
 * and table stand bare after the word. The last line is the end record: a text without it was cut.
 *
 * A value that the kernel does not have, or that would be a guess, is left out. A pid of 0 is a
 * process that the opener's pid namespace does not see. Where a bound on memory or work was hit,
 * a truncated record stands below the parent of what is missing, and end says truncated=1. At depth
 * 0 it tells of whole namespaces, or of the objects of the namespace above it.
 *
 * Readers skip records and keys that they do not know. Keys are only ever added; removing or
 * redefining one raises IPCDBG_ABI_VERSION, and a reader refuses a version it does not know.
 *
 * Consistency: a semaphore (its value, pid, waits and adjustments) is exact at one moment, and so
 * is a message queue with its messages and blocked tasks. A segment's own row is, and so are its
 * mappings, at a moment just after it. The semaphores of a set, the processes that have a queue
 * open, and the objects of a file are visited one after another. Adjustments of a set with several
 * undo lists may be of several moments at which the value, time and pid of their semaphore were the
 * same; so are the tasks that share a list, if they are many.
 *
 * fields.h lists the records and fields. This header makes of it, for the module and the CLI:
 * a struct per record (struct ipcdbg_set: the fields and a mask of those present), the number of
 * each field (IPCDBG_F_set_semid), and the shape of the tables in records.h that emitter, parser,
 * JSON and help loop over.
 */
#ifndef IPCDBG_ABI_H
#define IPCDBG_ABI_H

#include <linux/types.h>

#define IPCDBG_ABI_VERSION 1

/* Object positions: byte n of the stream that starts at object ID is at BASE + ID * 2^31 + n. */
#define IPCDBG_OBJECT_SHIFT 31
#define IPCDBG_OBJECT_BASE (1ULL << 62)

#define IPCDBG_COMM_LEN 16 /* TASK_COMM_LEN */
#define IPCDBG_WORD_LEN 72
#define IPCDBG_NAME_LEN 256 /* NAME_MAX and a NUL */

/* The longest line the module writes: every byte of the longest record escaped. */
#define IPCDBG_LINE_MAX 2560

enum ipcdbg_type {
	IPCDBG_T_I32, /* decimal */
	IPCDBG_T_U32,
	IPCDBG_T_I64,
	IPCDBG_T_U64,
	IPCDBG_T_HEX32, /* 0x and 8 digits */
	IPCDBG_T_HEX64, /* 0x and 16 digits */
	IPCDBG_T_OCT, /* 0 and at least 3 digits */
	IPCDBG_T_BOOL, /* 0 or 1 */
	IPCDBG_T_CHAR, /* one character */
	IPCDBG_T_COMM, /* bytes up to a NUL, escaped */
	IPCDBG_T_WORD,
	IPCDBG_T_NAME,
	IPCDBG_T_PSTATE, /* one of the words of records.h */
	IPCDBG_T_SQUEUE,
	IPCDBG_T_MSGMODE,
	IPCDBG_T_NOTIFY,
	IPCDBG_T_SEMFLG, /* words joined by commas, then 0x... of bits without one; may be empty */
	IPCDBG_T_HOLDER,
};

/* State of a process: live while any of its threads lives. */
enum ipcdbg_pstate { IPCDBG_LIVE, IPCDBG_ZOMBIE, IPCDBG_EXITED };

/* The list that holds a waiting operation: of the one semaphore, or of the whole set. */
enum ipcdbg_squeue { IPCDBG_ALTER, IPCDBG_CONST, IPCDBG_SET_ALTER, IPCDBG_SET_CONST };

/*
 * Which messages msgrcv(2) takes: of any type, of msgtyp, of another one (MSG_EXCEPT), of the
 * lowest type up to -msgtyp, or the one at place msgtyp (MSG_COPY).
 */
enum ipcdbg_msgmode {
	IPCDBG_MSG_ANY,
	IPCDBG_MSG_EQUAL,
	IPCDBG_MSG_EXCEPT,
	IPCDBG_MSG_LESS_EQUAL,
	IPCDBG_MSG_NUMBER,
};

/* sigev_notify of mq_notify(2), in the order of SIGEV_SIGNAL, SIGEV_NONE, SIGEV_THREAD. */
enum ipcdbg_notify { IPCDBG_NOTIFY_SIGNAL, IPCDBG_NOTIFY_NONE, IPCDBG_NOTIFY_THREAD };

/* By what a namespace was found. */
enum ipcdbg_holder {
	IPCDBG_HELD_TASK = 1, /* a thread is in it */
	IPCDBG_HELD_FILE = 2, /* an open file of it, as /proc/PID/ns/ipc */
	IPCDBG_HELD_ATTACH = 4, /* a segment of it that is attached */
	IPCDBG_HELD_TREE = 8, /* the kernel's tree of namespaces */
};

#define IPCDBG_C_I32(name) __s32 name
#define IPCDBG_C_U32(name) __u32 name
#define IPCDBG_C_I64(name) __s64 name
#define IPCDBG_C_U64(name) __u64 name
#define IPCDBG_C_HEX32(name) __u32 name
#define IPCDBG_C_HEX64(name) __u64 name
#define IPCDBG_C_OCT(name) __u32 name
#define IPCDBG_C_BOOL(name) __u8 name
#define IPCDBG_C_CHAR(name) char name
#define IPCDBG_C_COMM(name) char name[IPCDBG_COMM_LEN]
#define IPCDBG_C_WORD(name) char name[IPCDBG_WORD_LEN]
#define IPCDBG_C_NAME(name) char name[IPCDBG_NAME_LEN]
#define IPCDBG_C_PSTATE(name) __u8 name
#define IPCDBG_C_SQUEUE(name) __u8 name
#define IPCDBG_C_MSGMODE(name) __u8 name
#define IPCDBG_C_NOTIFY(name) __u8 name
#define IPCDBG_C_SEMFLG(name) __u32 name
#define IPCDBG_C_HOLDER(name) __u32 name

#define IPCDBG_RECORD(record, word, help) struct ipcdbg_##record { __u64 present;
#define IPCDBG_FIELD(record, type, name, flags, unit, help) IPCDBG_C_##type(name);
#define IPCDBG_END(record) };
#include <ipcdbg/fields.h>

#define IPCDBG_RECORD(record, word, help) enum {
#define IPCDBG_FIELD(record, type, name, flags, unit, help) IPCDBG_F_##record##_##name,
#define IPCDBG_END(record) IPCDBG_F_##record##_NR };
#include <ipcdbg/fields.h>

enum ipcdbg_record_id {
#define IPCDBG_RECORD(record, word, help) IPCDBG_R_##record,
#include <ipcdbg/fields.h>
	IPCDBG_R_NR
};

#define IPCDBG_BIT(record, field) (1ULL << IPCDBG_F_##record##_##field)
#define IPCDBG_HAS(record, r, field) (!!((r)->present & IPCDBG_BIT(record, field)))
/* Sets a field that is a number. */
#define IPCDBG_PUT(record, r, field, value)                        \
	do {                                                       \
		(r)->field = (value);                              \
		(r)->present |= IPCDBG_BIT(record, field);         \
	} while (0)

#define IPCDBG_BARE 1
#define IPCDBG_VOLATILE 2

#define IPCDBG_KEY_MAX 24

struct ipcdbg_field {
	const char *name;
	const char *unit;
	const char *help;
	const char *const *words; /* of types that are words, NULL at the end */
	const __u32 *bits; /* of SEMFLG and HOLDER: one for each of words */
	__u16 offset; /* in the record's struct */
	__u16 size;
	__u8 type; /* enum ipcdbg_type */
	__u8 flags;
	__u8 key_len; /* of key: all of it, or only the blank */
	char key[IPCDBG_KEY_MAX]; /* " name=", what stands before the value; no NUL at its end */
};

struct ipcdbg_record {
	const char *word;
	const char *help;
	const struct ipcdbg_field *fields;
	unsigned int nr_fields;
	unsigned int size; /* of the record's struct */
};

extern const struct ipcdbg_record ipcdbg_records[IPCDBG_R_NR];

/* Rows of single messages below a queue; the others are counted by their types only. */
#define IPCDBG_MESSAGES_SHOWN 256

#endif
