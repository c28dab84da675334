/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Structs that are private to ipc/ stay incomplete types here: a member is reached only through
 * the accessor that layout_fields.h makes of its line, with the offset that BTF gave.
 *
 *   sem_array__sem_nsems(sma)      pointer to the member, typed
 *   sem__size()                    size of the struct
 *   sem_queue__of_list(pos)        the struct that holds this list_head
 */
#ifndef IPCDBG_LAYOUT_H
#define IPCDBG_LAYOUT_H

#include <linux/ipc.h>
#include <linux/list.h>
#include <linux/refcount.h>
#include <linux/sem.h>
#include <linux/spinlock.h>
#include <linux/time64.h>

#include "btf.h"

struct sem_array;
struct sem;
struct sem_queue;
struct sem_undo;
struct sem_undo_list;
struct msg_queue;
struct msg_receiver;
struct msg_sender;
struct shmid_kernel;
struct shm_file_data;
struct mqueue_inode_info;
struct ext_wait_queue;
struct posix_msg_tree_node;

struct layout {
#define LAYOUT_STRUCT(s) u32 s##__sizeof;
#define LAYOUT_MEMBER(s, m, type, want, name, need) struct btf_place s##__##m;
#define LAYOUT_ARRAY(s, m, element) struct btf_place s##__##m;
#define LAYOUT_VECTOR(s, m, type) struct btf_place s##__##m;
#include "layout_fields.h"
};

extern struct layout layout;

/* Whether this kernel has a member that is not required. */
#define layout_has(s, m) (layout.s##__##m.size)

#define LAYOUT_STRUCT(s)                                                                           \
	static inline u32 s##__size(void)                                                          \
	{                                                                                          \
		return layout.s##__sizeof;                                                         \
	}
#define LAYOUT_MEMBER(s, m, type, want, name, need)                                                \
	static inline type *s##__##m(const struct s *p)                                            \
	{                                                                                          \
		return (type *)((char *)p + layout.s##__##m.offset);                               \
	}                                                                                          \
	static inline struct s *s##__of_##m(const type *m)                                         \
	{                                                                                          \
		return (struct s *)((char *)m - layout.s##__##m.offset);                           \
	}
#define LAYOUT_ARRAY(s, m, element)                                                                \
	static inline struct element *s##__##m(const struct s *p, u32 i)                           \
	{                                                                                          \
		return (struct element *)((char *)p + layout.s##__##m.offset +                     \
					  (size_t)i * layout.element##__sizeof);                   \
	}
#define LAYOUT_VECTOR(s, m, type)                                                                  \
	static inline type *s##__##m(const struct s *p)                                            \
	{                                                                                          \
		void *at = (char *)p + layout.s##__##m.offset;                                     \
												   \
		return layout.s##__##m.is_pointer ? *(type **)at : at;                             \
	}
#include "layout_fields.h"

/* One line of layout_fields.h that was read from BTF, for the abi file. */
struct layout_row {
	const char *struct_name;
	const char *member;
	const struct btf_place *found;
	bool present;
};

/*
 * Reads the BTF file at path and resolves every line. 0, or an errno after one line in the log.
 * -EOPNOTSUPP: this kernel's layout is not what the module was written for.
 */
int layout_init(const char *path, bool is_default);
/* Row i of those resolved, false past the last. */
bool layout_get_row(unsigned int i, struct layout_row *row);
u64 layout_digest(void);

#endif
