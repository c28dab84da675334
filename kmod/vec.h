/* SPDX-License-Identifier: GPL-2.0 */
/*
 * An array that is filled under a spinlock and grown outside of it. vec_add() counts what it had
 * no room for; vec_grow() then makes room, and the caller fills it once more.
 */
#ifndef IPCDBG_VEC_H
#define IPCDBG_VEC_H

#include <linux/mm.h>
#include <linux/slab.h>
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

static inline void vec_want(struct vec *v, u32 n)
{
	v->want = v->want + n < n ? U32_MAX : v->want + n;
}

/* n items in a row, or NULL and only counted. */
static inline void *vec_add(struct vec *v, u32 n)
{
	void *p;

	vec_want(v, n);
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

static inline u64 vec_bytes(const struct vec *v)
{
	return (u64)v->size * v->item;
}

/* Gives its memory back to the budget it was taken from. */
static inline void vec_free(struct vec *v, u64 *budget)
{
	*budget += vec_bytes(v);
	kvfree(v->data);
	v->data = NULL;
	v->size = 0;
	vec_reset(v);
}

/*
 * Room for what was wanted and a quarter more, within *budget bytes. The contents are lost, and on
 * -ENOMEM all room too. Sleeps.
 */
static inline int vec_grow(struct vec *v, u64 *budget)
{
	u64 size = (u64)v->want + v->want / 4 + 8;

	vec_free(v, budget);
	size = min(size, *budget / v->item);
	v->data = kvmalloc_array(size, v->item, GFP_KERNEL_ACCOUNT);
	if (!v->data)
		return -ENOMEM;
	v->size = size;
	*budget -= vec_bytes(v);
	return 0;
}

#endif
