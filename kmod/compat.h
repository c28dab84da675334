/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Differences of public kernel API, each named by what it offers. The only file that knows
 * LINUX_VERSION_CODE. Structs private to ipc/ are not here: BTF tells those (layout.h).
 */
#ifndef IPCDBG_COMPAT_H
#define IPCDBG_COMPAT_H

#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/version.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(5, 10, 0)
#error "ipcdbg needs Linux 5.10 or newer"
#endif

#ifndef CONFIG_64BIT
#error "ipcdbg needs a 64-bit kernel: it reads 64-bit fields of other tasks in one load"
#endif

#if !defined(CONFIG_SYSVIPC) || !defined(CONFIG_IPC_NS) || !defined(CONFIG_POSIX_MQUEUE)
#error "ipcdbg needs CONFIG_SYSVIPC, CONFIG_IPC_NS and CONFIG_POSIX_MQUEUE"
#endif

/*
 * The newest series that the tests have run on. BTF proves the layout of structs, not the locking
 * rules of ipc/: a newer series is refused unless untested=1. The tests run on 5.10, 6.1, 6.12, 7.2
 * and 7.3 (tests/vm/kernels); series between two of them are taken as known.
 */
#define IPCDBG_NEWEST_TESTED KERNEL_VERSION(7, 3, 0)
#define IPCDBG_SERIES(version) ((version) & ~0xffU)
#define IPCDBG_IS_UNTESTED (IPCDBG_SERIES(LINUX_VERSION_CODE) > IPCDBG_NEWEST_TESTED)

/* Commit 2f064a59a11f (5.14) renamed task_struct.state. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(5, 14, 0)
#define task_state_word(t) READ_ONCE((t)->state)
#else
#define task_state_word(t) READ_ONCE((t)->__state)
#endif

/*
 * Commit a08c7193e4f1 (6.7): nrpages of a hugetlbfs mapping counts base pages; before, huge ones,
 * whose size i_blkbits has.
 */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 7, 0)
#define HUGETLB_NRPAGES_SHIFT(inode) ((inode)->i_blkbits)
#else
#define HUGETLB_NRPAGES_SHIFT(inode) PAGE_SHIFT
#endif

/*
 * Who is charged for a POSIX queue, mqueue_inode_info.user or, since commit 6e52a9f0532f (5.14),
 * .ucounts, and for how much. Before commit de399236e240 (5.19) the latter's rlimits stood among
 * other counts: there it is left out.
 */
#if LINUX_VERSION_CODE < KERNEL_VERSION(5, 14, 0)
#define MQUEUE_CHARGES_USER
#define mqueue_charged_bytes(user) ((user)->mq_bytes)
#elif LINUX_VERSION_CODE >= KERNEL_VERSION(5, 19, 0)
#define MQUEUE_CHARGES_UCOUNTS
#define mqueue_charged_bytes(ucounts) get_rlimit_value(ucounts, UCOUNT_RLIMIT_MSGQUEUE)
#endif

/* Commit 077c212f0344 (6.7) gave the modification time accessors, and its member another name. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 7, 0)
#define INODE_HAS_I_MTIME
#define inode_mtime_seconds(inode) ((inode)->i_mtime.tv_sec)
#else
#define inode_mtime_seconds(inode) (inode_get_mtime(inode).tv_sec)
#endif

/* shmem_file_setup() takes a type of its own for flags where there is one. */
#ifdef EMPTY_VMA_FLAGS
#define SHMEM_NO_FLAGS EMPTY_VMA_FLAGS
#else
#define SHMEM_NO_FLAGS 0
#endif

/* Every ipc namespace stands in a list, in the order of its ns_id (7.x). */
#if __has_include(<linux/ns/nstree_types.h>)
#define NS_COMMON_HAS_TREE
#define NS_TREE_HAS_ALL true
#else
#define NS_TREE_HAS_ALL false
#endif

/* shmem_inode_info.flags got names of its own, and with them bits of its own. */
#ifdef SHMEM_F_NORESERVE
#define shmem_is_noreserve(info) (!!((info)->flags & SHMEM_F_NORESERVE))
#else
#define shmem_is_noreserve(info) (!!((info)->flags & VM_NORESERVE))
#endif

#endif
