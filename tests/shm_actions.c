// SPDX-License-Identifier: GPL-2.0
/* What a task does to its mappings of segments. */
#define _GNU_SOURCE
#include "common.h"
#include "random.h"
#include "shm_generate.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/syscall.h>
#include <unistd.h>

/* One of its mappings, at random. false if it has none. */
static bool pick_map(const struct puppet *p, struct shm_map *map)
{
	struct shm_maps maps = { 0 };

	shm_maps_add(&maps, p->pid);
	if (maps.nr)
		*map = maps.map[below(maps.nr)];
	shm_maps_free(&maps);
	return map->pid;
}

static unsigned long page_of(const struct shm_model *m, const struct shm_map *map)
{
	const struct shm_segment *s = shm_segment(m, map->shmid);

	return s && s->known.hugetlb ? huge_page_size() : 4096;
}

/* A part of a mapping, in whole pages; all of it now and then. */
static void pick_part(const struct shm_model *m, const struct shm_map *map, unsigned long *start,
		      unsigned long *len)
{
	unsigned long page = page_of(m, map), pages = (map->end - map->start) / page;
	unsigned long first = below(pages);

	*start = map->start + first * page;
	*len = page * (1 + below(pages - first));
}

static bool attach(const struct shm_model *m, struct puppet *p)
{
	static const int flags[] = { 0, 0, 0, SHM_RDONLY, SHM_EXEC, SHM_RDONLY | SHM_EXEC };
	const struct shm_segment *s = &m->segment[below(m->nr_segments ? m->nr_segments : 1)];
	unsigned long at = one_in(2) ? shm_playground() : 0;

	if (!m->nr_segments)
		return false;
	return puppet_call(p, SYS_shmat, s->known.id, at,
			   flags[below(6)] | (at && one_in(2) ? SHM_REMAP : 0)) > 0;
}

static bool detach(const struct shm_model *m, struct puppet *p)
{
	struct shm_map map = { 0 };

	(void)m;
	return pick_map(p, &map) && !puppet_call(p, SYS_shmdt, map.start);
}

static bool cut(const struct shm_model *m, struct puppet *p)
{
	struct shm_map map = { 0 };
	unsigned long start, len;

	if (!pick_map(p, &map))
		return false;
	pick_part(m, &map, &start, &len);
	return !puppet_call(p, SYS_munmap, start, len) && len < map.end - map.start;
}

static bool protect(const struct shm_model *m, struct puppet *p)
{
	static const int prots[] = { PROT_READ, PROT_NONE, PROT_READ | PROT_WRITE,
				     PROT_READ | PROT_EXEC, PROT_READ | PROT_WRITE | PROT_EXEC };
	struct shm_map map = { 0 };
	unsigned long start, len;

	if (!pick_map(p, &map))
		return false;
	pick_part(m, &map, &start, &len);
	return !puppet_call(p, SYS_mprotect, start, len, prots[below(5)]) &&
	       len < map.end - map.start;
}

/* Grows, shrinks, moves or, where the old length is 0, doubles it. */
static bool move(const struct shm_model *m, struct puppet *p)
{
	static const int how[] = { MREMAP_MAYMOVE, MREMAP_MAYMOVE | MREMAP_FIXED,
				   MREMAP_MAYMOVE | MREMAP_DONTUNMAP };
	struct shm_map map = { 0 };
	unsigned long start, len, new_len;

	if (!pick_map(p, &map))
		return false;
	pick_part(m, &map, &start, &len);
	new_len = one_in(2) ? len : page_of(m, &map) * (1 + below(8));
	return puppet_call(p, SYS_mremap, start, one_in(4) ? 0 : len, new_len, how[below(3)],
			   shm_playground()) > 0;
}

/* Another part of the segment in the place of the one that is there. */
static bool rearrange(const struct shm_model *m, struct puppet *p)
{
	struct shm_map map = { 0 };
	unsigned long start, len;

	if (!pick_map(p, &map))
		return false;
	pick_part(m, &map, &start, &len);
	return !puppet_call(p, SYS_remap_file_pages, start, len, 0, below(8), 0);
}

/* A mapping that shmat(2) knows nothing of. */
static bool map_file(const struct shm_model *m, struct puppet *p)
{
	struct shm_map map = { 0 };
	unsigned long start, len;
	long fd, at;

	if (!pick_map(p, &map))
		return false;
	snprintf(shm_shared_text, 4096, "/proc/self/map_files/%lx-%lx", (long)map.start,
		 (long)map.end);
	fd = puppet_call(p, SYS_openat, AT_FDCWD, (long)shm_shared_text, O_RDWR);
	if (fd < 0)
		return false;
	pick_part(m, &map, &start, &len);
	at = puppet_call(p, SYS_mmap, 0, len, PROT_READ | PROT_WRITE,
			 one_in(2) ? MAP_SHARED : MAP_PRIVATE, fd, start - map.start);
	puppet_call(p, SYS_close, fd);
	return at > 0;
}

/* The kernel writes into a page for it, which then is in memory. */
static bool touch(const struct shm_model *m, struct puppet *p)
{
	struct shm_map map = { 0 };
	unsigned long start, len;

	if (!pick_map(p, &map))
		return false;
	pick_part(m, &map, &start, &len);
	return !puppet_call(p, SYS_clock_gettime, CLOCK_MONOTONIC, start);
}

struct shm_action shm_actions[] = {
	{ "attach", attach, 0 },       { "touch", touch, 0 },
	{ "detach", detach, 0 },       { "cut", cut, 0 },
	{ "protect", protect, 0 },     { "move", move, 0 },
	{ "rearrange", rearrange, 0 }, { "map_file", map_file, 0 },
};
const unsigned int nr_shm_actions = sizeof(shm_actions) / sizeof(shm_actions[0]);
