/* SPDX-License-Identifier: GPL-2.0 */
/* What btf.c and emit.c need: they are compiled into the module and into host tests alike. */
#ifndef IPCDBG_PURE_H
#define IPCDBG_PURE_H

#ifdef __KERNEL__

#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include <linux/types.h>

#else

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef int32_t s32;
typedef int64_t s64;

#define scnprintf snprintf

#endif

#endif
