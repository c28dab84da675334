// SPDX-License-Identifier: GPL-2.0
/* Shared memory segments: attached or not, removed while attached, locked. */
#define _GNU_SOURCE
#include "record.h"

#include <err.h>
#include <sys/shm.h>

/* Attaches it here for good, or for a moment. */
static void attach(int id, int keep)
{
	const void *memory = shmat(id, NULL, below(2) ? SHM_RDONLY : 0);

	if (memory == (void *)-1)
		err(1, "shmat");
	if (!keep)
		shmdt(memory);
}

static void create(int key, int size)
{
	if (shmget(key, size, IPC_CREAT | IPC_EXCL | 0600) < 0)
		err(1, "shmget");
}

/* The creator has often exited; it can only be found again by its key. */
static int create_somewhere(key_t key)
{
	int size = 1 + below(1 << 20);

	if (key == IPC_PRIVATE)
		return shmget(key, size, IPC_CREAT | 0600);
	run_somewhere(create, key, size);
	return shmget(key, 0, 0);
}

static int make_segment(int i)
{
	int id = create_somewhere(some_key(i));
	struct shmid_ds ds;

	if (id < 0)
		err(1, "shmget");
	for (int n = below(3); n; n--)
		run_somewhere(attach, id, below(2));
	if (shmctl(id, IPC_STAT, &ds))
		err(1, "IPC_STAT");
	change_perm(&ds.shm_perm);
	if (shmctl(id, IPC_SET, &ds))
		err(1, "IPC_SET");
	if (!below(3) && shmctl(id, SHM_LOCK, NULL))
		err(1, "SHM_LOCK");
	if (!below(3))
		shmctl(id, IPC_RMID, NULL);
	return id;
}

static void write_segment(FILE *f, int id, const struct shmid_ds *ds)
{
	fprintf(f, "segment shmid=%d", id);
	write_perm(f, &ds->shm_perm);
	fprintf(f, " size=%zu nattch=%lu", ds->shm_segsz, ds->shm_nattch);
	write_pid(f, "cpid", ds->shm_cpid);
	write_pid(f, "lpid", ds->shm_lpid);
	fprintf(f, " atime=%ld dtime=%ld ctime=%ld dest=%d locked=%d\n", (long)ds->shm_atime,
		(long)ds->shm_dtime, (long)ds->shm_ctime, !!(ds->shm_perm.mode & SHM_DEST),
		!!(ds->shm_perm.mode & SHM_LOCKED));
}

static int write_segments(FILE *all, FILE *list, FILE *ids)
{
	struct shm_info info;
	int slots = shmctl(0, SHM_INFO, (struct shmid_ds *)&info), nr = 0;

	for (int i = 0; i <= slots; i++) {
		struct shmid_ds ds;
		int id = shmctl(i, SHM_STAT, &ds);

		if (id < 0)
			continue;
		nr++;
		write_segment(all, id, &ds);
		write_segment(list, id, &ds);
		fprintf(ids, "%d\n", id);
	}
	return nr;
}

static void remove_segment(int id)
{
	shmctl(id, IPC_RMID, NULL);
}

const struct recorded recorded_shm = {
	.table = "shm",
	.letter = 'm',
	.make = make_segment,
	.write = write_segments,
	.remove = remove_segment,
};
