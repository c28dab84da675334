/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Every belief about the layout of kernel structs, once. Included once per expansion, like
 * fields.h. BTF of the running kernel is held against each line when the module loads.
 *
 *   LAYOUT_STRUCT(struct)                    private to ipc/<file>: its size is taken from BTF
 *   LAYOUT_MEMBER(struct, member, C type, WANT, type name, need)
 *                                            its offset is taken from BTF, its kind and size must
 *                                            be those of the C type
 *   LAYOUT_ARRAY(struct, member, element)    array of a private struct
 *   LAYOUT_VECTOR(struct, member, C type)    pointer to, or trailing array of, integers
 *   LAYOUT_PUBLIC(struct, member)            from a header: offset and size compiled in must be
 *                                            those of the kernel
 *
 * need: REQUIRED (true), or false: the output then lacks what depends on it, and `abi` says so.
 */
#ifndef LAYOUT_STRUCT
#define LAYOUT_STRUCT(s)
#endif
#ifndef LAYOUT_MEMBER
#define LAYOUT_MEMBER(s, m, type, want, name, need)
#endif
#ifndef LAYOUT_ARRAY
#define LAYOUT_ARRAY(s, m, element)
#endif
#ifndef LAYOUT_VECTOR
#define LAYOUT_VECTOR(s, m, type)
#endif
#ifndef LAYOUT_PUBLIC
#define LAYOUT_PUBLIC(s, m)
#endif

/* ipc/sem.c */
LAYOUT_STRUCT(sem_array)
LAYOUT_MEMBER(sem_array, sem_perm, struct kern_ipc_perm, STRUCT, "kern_ipc_perm", REQUIRED)
LAYOUT_MEMBER(sem_array, sem_ctime, time64_t, INT, NULL, REQUIRED)
LAYOUT_MEMBER(sem_array, pending_alter, struct list_head, STRUCT, "list_head", REQUIRED)
LAYOUT_MEMBER(sem_array, pending_const, struct list_head, STRUCT, "list_head", REQUIRED)
LAYOUT_MEMBER(sem_array, list_id, struct list_head, STRUCT, "list_head", REQUIRED)
LAYOUT_MEMBER(sem_array, sem_nsems, int, INT, NULL, REQUIRED)
LAYOUT_MEMBER(sem_array, use_global_lock, unsigned int, INT, NULL, REQUIRED)
LAYOUT_ARRAY(sem_array, sems, sem)

LAYOUT_STRUCT(sem)
LAYOUT_MEMBER(sem, semval, int, INT, NULL, REQUIRED)
LAYOUT_MEMBER(sem, sempid, struct pid *, PTR, "pid", REQUIRED)
LAYOUT_MEMBER(sem, lock, spinlock_t, STRUCT, "spinlock", REQUIRED)
LAYOUT_MEMBER(sem, pending_alter, struct list_head, STRUCT, "list_head", REQUIRED)
LAYOUT_MEMBER(sem, pending_const, struct list_head, STRUCT, "list_head", REQUIRED)
LAYOUT_MEMBER(sem, sem_otime, time64_t, INT, NULL, REQUIRED)

LAYOUT_STRUCT(sem_queue)
LAYOUT_MEMBER(sem_queue, list, struct list_head, STRUCT, "list_head", REQUIRED)
LAYOUT_MEMBER(sem_queue, sleeper, struct task_struct *, PTR, "task_struct", REQUIRED)
LAYOUT_MEMBER(sem_queue, undo, struct sem_undo *, PTR, "sem_undo", REQUIRED)
LAYOUT_MEMBER(sem_queue, sops, struct sembuf *, PTR, "sembuf", REQUIRED)
LAYOUT_MEMBER(sem_queue, blocking, struct sembuf *, PTR, "sembuf", REQUIRED)
LAYOUT_MEMBER(sem_queue, nsops, int, INT, NULL, REQUIRED)
LAYOUT_MEMBER(sem_queue, alter, bool, INT, NULL, REQUIRED)

LAYOUT_STRUCT(sem_undo)
LAYOUT_MEMBER(sem_undo, ulp, struct sem_undo_list *, PTR, "sem_undo_list", REQUIRED)
LAYOUT_MEMBER(sem_undo, list_id, struct list_head, STRUCT, "list_head", REQUIRED)
LAYOUT_VECTOR(sem_undo, semadj, short)

LAYOUT_STRUCT(sem_undo_list)
LAYOUT_MEMBER(sem_undo_list, refcnt, refcount_t, STRUCT, "refcount_struct", REQUIRED)

/* ipc/msg.c */
LAYOUT_STRUCT(msg_queue)
LAYOUT_MEMBER(msg_queue, q_perm, struct kern_ipc_perm, STRUCT, "kern_ipc_perm", REQUIRED)
LAYOUT_MEMBER(msg_queue, q_stime, time64_t, INT, NULL, REQUIRED)
LAYOUT_MEMBER(msg_queue, q_rtime, time64_t, INT, NULL, REQUIRED)
LAYOUT_MEMBER(msg_queue, q_ctime, time64_t, INT, NULL, REQUIRED)
LAYOUT_MEMBER(msg_queue, q_cbytes, unsigned long, INT, NULL, REQUIRED)
LAYOUT_MEMBER(msg_queue, q_qnum, unsigned long, INT, NULL, REQUIRED)
LAYOUT_MEMBER(msg_queue, q_qbytes, unsigned long, INT, NULL, REQUIRED)
LAYOUT_MEMBER(msg_queue, q_lspid, struct pid *, PTR, "pid", REQUIRED)
LAYOUT_MEMBER(msg_queue, q_lrpid, struct pid *, PTR, "pid", REQUIRED)
LAYOUT_MEMBER(msg_queue, q_messages, struct list_head, STRUCT, "list_head", REQUIRED)
LAYOUT_MEMBER(msg_queue, q_receivers, struct list_head, STRUCT, "list_head", REQUIRED)
LAYOUT_MEMBER(msg_queue, q_senders, struct list_head, STRUCT, "list_head", REQUIRED)

LAYOUT_STRUCT(msg_receiver)
LAYOUT_MEMBER(msg_receiver, r_list, struct list_head, STRUCT, "list_head", REQUIRED)
LAYOUT_MEMBER(msg_receiver, r_tsk, struct task_struct *, PTR, "task_struct", REQUIRED)
LAYOUT_MEMBER(msg_receiver, r_mode, int, INT, NULL, REQUIRED)
LAYOUT_MEMBER(msg_receiver, r_msgtype, long, INT, NULL, REQUIRED)
LAYOUT_MEMBER(msg_receiver, r_maxsize, long, INT, NULL, REQUIRED)

LAYOUT_STRUCT(msg_sender)
LAYOUT_MEMBER(msg_sender, list, struct list_head, STRUCT, "list_head", REQUIRED)
LAYOUT_MEMBER(msg_sender, tsk, struct task_struct *, PTR, "task_struct", REQUIRED)
LAYOUT_MEMBER(msg_sender, msgsz, size_t, INT, NULL, REQUIRED)

/* ipc/shm.c */
LAYOUT_STRUCT(shmid_kernel)
LAYOUT_MEMBER(shmid_kernel, shm_perm, struct kern_ipc_perm, STRUCT, "kern_ipc_perm", REQUIRED)
LAYOUT_MEMBER(shmid_kernel, shm_file, struct file *, PTR, "file", REQUIRED)
LAYOUT_MEMBER(shmid_kernel, shm_nattch, unsigned long, INT, NULL, REQUIRED)
LAYOUT_MEMBER(shmid_kernel, shm_segsz, unsigned long, INT, NULL, REQUIRED)
LAYOUT_MEMBER(shmid_kernel, shm_atim, time64_t, INT, NULL, REQUIRED)
LAYOUT_MEMBER(shmid_kernel, shm_dtim, time64_t, INT, NULL, REQUIRED)
LAYOUT_MEMBER(shmid_kernel, shm_ctim, time64_t, INT, NULL, REQUIRED)
LAYOUT_MEMBER(shmid_kernel, shm_cprid, struct pid *, PTR, "pid", REQUIRED)
LAYOUT_MEMBER(shmid_kernel, shm_lprid, struct pid *, PTR, "pid", REQUIRED)

LAYOUT_STRUCT(shm_file_data)
LAYOUT_MEMBER(shm_file_data, ns, struct ipc_namespace *, PTR, "ipc_namespace", REQUIRED)

/* ipc/mqueue.c */
LAYOUT_STRUCT(mqueue_inode_info)
LAYOUT_MEMBER(mqueue_inode_info, lock, spinlock_t, STRUCT, "spinlock", REQUIRED)
LAYOUT_MEMBER(mqueue_inode_info, vfs_inode, struct inode, STRUCT, "inode", REQUIRED)
LAYOUT_MEMBER(mqueue_inode_info, msg_tree, struct rb_root, STRUCT, "rb_root", REQUIRED)
LAYOUT_MEMBER(mqueue_inode_info, attr, struct mq_attr, STRUCT, "mq_attr", REQUIRED)
LAYOUT_MEMBER(mqueue_inode_info, notify, struct sigevent, STRUCT, "sigevent", REQUIRED)
LAYOUT_MEMBER(mqueue_inode_info, notify_owner, struct pid *, PTR, "pid", REQUIRED)
LAYOUT_MEMBER(mqueue_inode_info, user, struct user_struct *, PTR, "user_struct", false)
LAYOUT_MEMBER(mqueue_inode_info, ucounts, struct ucounts *, PTR, "ucounts", false)
LAYOUT_ARRAY(mqueue_inode_info, e_wait_q, ext_wait_queue)
LAYOUT_MEMBER(mqueue_inode_info, qsize, unsigned long, INT, NULL, REQUIRED)

LAYOUT_STRUCT(ext_wait_queue)
LAYOUT_MEMBER(ext_wait_queue, task, struct task_struct *, PTR, "task_struct", REQUIRED)
LAYOUT_MEMBER(ext_wait_queue, list, struct list_head, STRUCT, "list_head", REQUIRED)
LAYOUT_MEMBER(ext_wait_queue, msg, struct msg_msg *, PTR, "msg_msg", REQUIRED)

LAYOUT_STRUCT(posix_msg_tree_node)
LAYOUT_MEMBER(posix_msg_tree_node, rb_node, struct rb_node, STRUCT, "rb_node", REQUIRED)
LAYOUT_MEMBER(posix_msg_tree_node, msg_list, struct list_head, STRUCT, "list_head", REQUIRED)
LAYOUT_MEMBER(posix_msg_tree_node, priority, int, INT, NULL, REQUIRED)

/* headers */
LAYOUT_PUBLIC(kern_ipc_perm, lock)
LAYOUT_PUBLIC(kern_ipc_perm, deleted)
LAYOUT_PUBLIC(kern_ipc_perm, id)
LAYOUT_PUBLIC(kern_ipc_perm, key)
LAYOUT_PUBLIC(kern_ipc_perm, uid)
LAYOUT_PUBLIC(kern_ipc_perm, gid)
LAYOUT_PUBLIC(kern_ipc_perm, cuid)
LAYOUT_PUBLIC(kern_ipc_perm, cgid)
LAYOUT_PUBLIC(kern_ipc_perm, mode)
LAYOUT_PUBLIC(ipc_ids, in_use)
LAYOUT_PUBLIC(ipc_ids, ipcs_idr)
LAYOUT_PUBLIC(ipc_ids, max_idx)
LAYOUT_PUBLIC(ipc_namespace, ids)
LAYOUT_PUBLIC(ipc_namespace, sem_ctls)
LAYOUT_PUBLIC(ipc_namespace, used_sems)
LAYOUT_PUBLIC(ipc_namespace, msg_ctlmax)
LAYOUT_PUBLIC(ipc_namespace, msg_ctlmnb)
LAYOUT_PUBLIC(ipc_namespace, msg_ctlmni)
LAYOUT_PUBLIC(ipc_namespace, shm_ctlmax)
LAYOUT_PUBLIC(ipc_namespace, shm_ctlall)
LAYOUT_PUBLIC(ipc_namespace, shm_tot)
LAYOUT_PUBLIC(ipc_namespace, shm_ctlmni)
LAYOUT_PUBLIC(ipc_namespace, shm_rmid_forced)
LAYOUT_PUBLIC(ipc_namespace, mq_queues_count)
LAYOUT_PUBLIC(ipc_namespace, mq_queues_max)
LAYOUT_PUBLIC(ipc_namespace, mq_msg_max)
LAYOUT_PUBLIC(ipc_namespace, mq_msgsize_max)
LAYOUT_PUBLIC(ipc_namespace, mq_mnt)
LAYOUT_PUBLIC(ipc_namespace, user_ns)
LAYOUT_PUBLIC(ipc_namespace, ns)
LAYOUT_PUBLIC(proc_ns_operations, put)
LAYOUT_PUBLIC(ns_common, ops)
LAYOUT_PUBLIC(ns_common, inum)
#ifdef NS_COMMON_HAS_TREE
LAYOUT_PUBLIC(ns_common, ns_tree_node)
LAYOUT_PUBLIC(ns_tree_node, ns_list_entry)
#endif
LAYOUT_PUBLIC(user_namespace, ns)
LAYOUT_PUBLIC(pid_namespace, idr)
LAYOUT_PUBLIC(pid, count)
LAYOUT_PUBLIC(pid, level)
LAYOUT_PUBLIC(pid, tasks)
LAYOUT_PUBLIC(nsproxy, ipc_ns)
LAYOUT_PUBLIC(vfsmount, mnt_root)
LAYOUT_PUBLIC(vfsmount, mnt_sb)
LAYOUT_PUBLIC(dentry, d_inode)
LAYOUT_PUBLIC(dentry, d_name)
LAYOUT_PUBLIC(dentry, d_lockref)
LAYOUT_PUBLIC(inode, i_ino)
LAYOUT_PUBLIC(inode, i_mode)
LAYOUT_PUBLIC(inode, i_uid)
LAYOUT_PUBLIC(inode, i_gid)
LAYOUT_PUBLIC(inode, i_nlink)
LAYOUT_PUBLIC(inode, i_lock)
#ifdef INODE_HAS_I_MTIME
LAYOUT_PUBLIC(inode, i_mtime)
#endif
LAYOUT_PUBLIC(inode, i_dentry)
LAYOUT_PUBLIC(inode, i_sb_list)
LAYOUT_PUBLIC(inode, i_private)
LAYOUT_PUBLIC(inode, i_sb)
LAYOUT_PUBLIC(inode, i_fop)
LAYOUT_PUBLIC(inode, i_mapping)
LAYOUT_PUBLIC(inode, i_blkbits)
LAYOUT_PUBLIC(super_block, s_magic)
LAYOUT_PUBLIC(super_block, s_root)
LAYOUT_PUBLIC(super_block, s_inodes)
LAYOUT_PUBLIC(super_block, s_inode_list_lock)
LAYOUT_PUBLIC(mq_attr, mq_maxmsg)
LAYOUT_PUBLIC(mq_attr, mq_msgsize)
LAYOUT_PUBLIC(mq_attr, mq_curmsgs)
LAYOUT_PUBLIC(sigevent, sigev_signo)
LAYOUT_PUBLIC(sigevent, sigev_notify)
LAYOUT_PUBLIC(address_space, i_mmap)
LAYOUT_PUBLIC(address_space, i_mmap_rwsem)
LAYOUT_PUBLIC(address_space, nrpages)
LAYOUT_PUBLIC(file, f_mode)
LAYOUT_PUBLIC(file, f_cred)
LAYOUT_PUBLIC(file, f_op)
LAYOUT_PUBLIC(file, f_inode)
LAYOUT_PUBLIC(file, f_mapping)
LAYOUT_PUBLIC(file, private_data)
#ifdef CONFIG_SHMEM
LAYOUT_PUBLIC(shmem_inode_info, vfs_inode)
LAYOUT_PUBLIC(shmem_inode_info, flags)
LAYOUT_PUBLIC(shmem_inode_info, swapped)
#endif
LAYOUT_PUBLIC(vm_area_struct, vm_start)
LAYOUT_PUBLIC(vm_area_struct, vm_end)
LAYOUT_PUBLIC(vm_area_struct, vm_pgoff)
LAYOUT_PUBLIC(vm_area_struct, vm_flags)
LAYOUT_PUBLIC(vm_area_struct, vm_file)
LAYOUT_PUBLIC(vm_area_struct, vm_mm)
LAYOUT_PUBLIC(vm_area_struct, shared)
LAYOUT_PUBLIC(mm_struct, mm_count)
LAYOUT_PUBLIC(mm_struct, mm_users)
#ifdef CONFIG_MEMCG
LAYOUT_PUBLIC(mm_struct, owner)
#endif
LAYOUT_PUBLIC(msg_msg, m_list)
LAYOUT_PUBLIC(msg_msg, m_type)
LAYOUT_PUBLIC(msg_msg, m_ts)
LAYOUT_PUBLIC(sembuf, sem_num)
LAYOUT_PUBLIC(sembuf, sem_op)
LAYOUT_PUBLIC(sembuf, sem_flg)
LAYOUT_PUBLIC(sysv_sem, undo_list)
LAYOUT_PUBLIC(signal_struct, live)
LAYOUT_PUBLIC(signal_struct, pids)
LAYOUT_PUBLIC(signal_struct, thread_head)
LAYOUT_PUBLIC(files_struct, file_lock)
LAYOUT_PUBLIC(files_struct, fdt)
LAYOUT_PUBLIC(fdtable, max_fds)
LAYOUT_PUBLIC(fdtable, fd)
LAYOUT_PUBLIC(fdtable, open_fds)
LAYOUT_PUBLIC(cred, uid)
LAYOUT_PUBLIC(cred, user_ns)
#ifdef MQUEUE_CHARGES_USER
LAYOUT_PUBLIC(user_struct, uid)
LAYOUT_PUBLIC(user_struct, mq_bytes)
#endif
#ifdef MQUEUE_CHARGES_UCOUNTS
LAYOUT_PUBLIC(ucounts, uid)
LAYOUT_PUBLIC(ucounts, rlimit)
#endif
LAYOUT_PUBLIC(sched_entity, exec_start)
LAYOUT_PUBLIC(task_struct, usage)
LAYOUT_PUBLIC(task_struct, alloc_lock)
LAYOUT_PUBLIC(task_struct, pid_links)
LAYOUT_PUBLIC(task_struct, real_cred)
LAYOUT_PUBLIC(task_struct, sysvsem)
LAYOUT_PUBLIC(task_struct, nsproxy)
LAYOUT_PUBLIC(task_struct, signal)
LAYOUT_PUBLIC(task_struct, thread_pid)
LAYOUT_PUBLIC(task_struct, comm)
LAYOUT_PUBLIC(task_struct, pid)
LAYOUT_PUBLIC(task_struct, exit_signal)
#ifdef CONFIG_SCHED_INFO
LAYOUT_PUBLIC(task_struct, sched_info)
LAYOUT_PUBLIC(sched_info, last_arrival)
#endif
LAYOUT_PUBLIC(task_struct, mm)
LAYOUT_PUBLIC(task_struct, flags)
LAYOUT_PUBLIC(task_struct, files)
LAYOUT_PUBLIC(task_struct, prio)
LAYOUT_PUBLIC(task_struct, group_leader)
LAYOUT_PUBLIC(task_struct, thread_node)
LAYOUT_PUBLIC(task_struct, nvcsw)
LAYOUT_PUBLIC(task_struct, nivcsw)
LAYOUT_PUBLIC(task_struct, start_boottime)
LAYOUT_PUBLIC(task_struct, se)

#undef LAYOUT_STRUCT
#undef LAYOUT_MEMBER
#undef LAYOUT_ARRAY
#undef LAYOUT_VECTOR
#undef LAYOUT_PUBLIC
