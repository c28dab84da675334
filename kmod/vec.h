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

/* nr have been written to data, of want. */
static inline void vec_set(struct vec *v, u32 nr, u32 want)
{
	v->nr = nr;
	v->want = want;
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

static inline bool vec_alloc(struct vec *v, u64 *budget, u32 size)
{
	v->data = kvmalloc_array(size, v->item, GFP_KERNEL_ACCOUNT | __GFP_NOWARN);
	if (!v->data)
		return false;
	v->size = size;
	*budget -= vec_bytes(v);
	return true;
}

/*
 * Room for what was wanted and a quarter more, within *budget bytes. The contents are lost.
 * -ENOMEM: there is as much room as before, or if even that was taken away meanwhile, none. Sleeps.
 */
static inline int vec_grow(struct vec *v, u64 *budget)
{
	u64 size = (u64)v->want + v->want / 4 + 8;
	u32 old = v->size;

	vec_free(v, budget);
	size = min(size, *budget / v->item);
	if (vec_alloc(v, budget, size))
		return 0;
	if (old)
		vec_alloc(v, budget, old);
	return -ENOMEM;
}

/* The same, but what is in it stays. -ENOMEM: nothing has changed. */
static inline int vec_extend(struct vec *v, u64 *budget)
{
	u64 size = min((u64)v->want + v->want / 4 + 8, *budget / v->item);
	struct vec old = *v;

	if (size <= old.size || !vec_alloc(v, budget, size)) {
		*v = old;
		return -ENOMEM;
	}
	memcpy(v->data, old.data, (size_t)old.nr * old.item);
	vec_free(&old, budget);
	return 0;
}

#endif
