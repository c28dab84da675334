/* SPDX-License-Identifier: GPL-2.0 */
/*
 * An array that is filled under a spinlock and grown outside of it. vec_add() counts what it had
 * no room for; vec_grow() then makes room, and the caller fills it once more.
 */
#ifndef IPCDBG_VEC_H
#define IPCDBG_VEC_H

#include <linux/mm.h>
#include <linux/types.h>

struct vec {
	void *data;
	u32 item; /* bytes of one */
	u32 nr;
	u32 size;
	u32 want; /* how many were offered */
};

#define vec_at(type, v, i) (&((type *)(v)->data)[i])

static inline void vec_reset(struct vec *v)
{
	v->nr = 0;
	v->want = 0;
}

/* n items in a row, or NULL and only counted. */
static inline void *vec_add(struct vec *v, u32 n)
{
	void *p;

	v->want = v->want + n < n ? U32_MAX : v->want + n;
	if (v->size - v->nr < n)
		return NULL;
	p = (char *)v->data + (size_t)v->nr * v->item;
	v->nr += n;
	return p;
}

static inline void vec_undo_add(struct vec *v)
{
	v->nr--;
	v->want--;
}

static inline bool vec_is_short(const struct vec *v)
{
	return v->want > v->size;
}

/*
 * Room for what was wanted and a quarter more, within *budget bytes, from which the growth is
 * taken. The contents are lost. 1: it grew, 0: the budget does not allow more, -ENOMEM. Sleeps.
 */
static inline int vec_grow(struct vec *v, u64 *budget)
{
	u64 most = v->size + *budget / v->item;
	u64 size = min_t(u64, (u64)v->want + v->want / 4 + 8, most);
	void *data;

	if (size <= v->size)
		return 0;
	data = kvmalloc_array(size, v->item, GFP_KERNEL_ACCOUNT);
	if (!data)
		return -ENOMEM;
	kvfree(v->data);
	*budget -= (size - v->size) * v->item;
	v->data = data;
	v->size = size;
	vec_reset(v);
	return 1;
}

#endif
