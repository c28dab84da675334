/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which keys a row of the key table is about. A pattern is one of
 *
 *   0x47505344, 5678293        this key
 *   0x4e545030-0x4e54503f      from one to another
 *   0x0d4d????                 a ? stands for any hexadecimal digit
 *   ftok:0x2b, ftok:'L'        what ftok(3) makes with this project id; ftok:0-2 with one of these
 *   port*1000                  1000 times a TCP port, and a small number
 *   inode                      the low 32 bits of the inode number of the working directory of a
 *                              process that has to do with the object, and a small number
 *   pid*1024                   1024 times the pid of such a process, and a number below that
 *   env:NAME                   the number in that environment variable of such a process, and a
 *                              small number; with the key 0: the id of the object
 *   private                    IPC_PRIVATE, also the key of a segment that was removed
 *   any                        every key: the other words of the row must tell
 */
#ifndef KEY_PATTERN_H
#define KEY_PATTERN_H

#include <stdbool.h>

#include <linux/types.h>

enum key_form {
	KEY_RANGE,
	KEY_DIGITS,
	KEY_FTOK,
	KEY_PORT,
	KEY_INODE,
	KEY_PID,
	KEY_ENV,
	KEY_PRIVATE,
	KEY_ANY,
};

struct key_pattern {
	enum key_form form;
	__u32 first, last; /* KEY_RANGE: keys; KEY_FTOK: project ids */
	__u32 mask, value; /* KEY_DIGITS: key & mask == value */
	const char *name;  /* KEY_ENV: the variable; in the word that was parsed */
};

/* Keys that lie behind one that is made by a formula are taken for the same program's. */
#define KEY_MORE 64

/* False if the word is no pattern. */
bool key_pattern_parse(struct key_pattern *p, const char *word);

/* Whether the key alone fits. The forms that need a process fit every key here. */
bool key_pattern_fits(const struct key_pattern *p, __u32 key);

/* Whether it takes a process to say whether a key fits. */
bool key_pattern_needs_process(const struct key_pattern *p);

/* How many keys fit. */
__u64 key_pattern_width(const struct key_pattern *p);

#endif
