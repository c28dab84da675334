/* SPDX-License-Identifier: GPL-2.0 */
/* The kinds there are, each with the file that it is told in. */
#ifndef KINDS_H
#define KINDS_H

#include "kind.h"

extern const struct kind msg_kind;    /* msg.c */
extern const struct kind shm_kind;    /* shm.c */
extern const struct kind sem_kind;    /* sem.c */
extern const struct kind mqueue_kind; /* mqueue.c */
extern const struct kind pshm_kind;   /* pshm.c */
extern const struct kind psem_kind;   /* psem.c */

#endif
