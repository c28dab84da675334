// SPDX-License-Identifier: GPL-2.0
/* Limits and use of an ipc namespace: proc(5), semctl(2), shmctl(2), msgctl(2). */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>

#include "field.h"
#include "proc_file.h"
#include "sysvipc.h"

#define NR(array) (sizeof(array) / sizeof((array)[0]))

union semun {
	struct seminfo *info;
};

/* A file of one number below /proc/sys, and the field that it is. */
static const struct {
	const char *path;
	unsigned int field;
} files[] = {
	{ "kernel/msgmax", IPCDBG_F_namespace_msgmax },
	{ "kernel/msgmnb", IPCDBG_F_namespace_msgmnb },
	{ "kernel/msgmni", IPCDBG_F_namespace_msgmni },
	{ "kernel/shmmax", IPCDBG_F_namespace_shmmax },
	{ "kernel/shmall", IPCDBG_F_namespace_shmall },
	{ "kernel/shmmni", IPCDBG_F_namespace_shmmni },
	{ "kernel/shm_rmid_forced", IPCDBG_F_namespace_shm_rmid_forced },
	{ "fs/mqueue/queues_max", IPCDBG_F_namespace_queues_max },
	{ "fs/mqueue/msg_max", IPCDBG_F_namespace_msg_max },
	{ "fs/mqueue/msgsize_max", IPCDBG_F_namespace_msgsize_max },
};

/* The line of a file, which gives nothing behind what was read once: a part is read anew, once. */
static bool read_number(const char *path, unsigned long long *n)
{
	char text[32] = "";

	for (int i = 0; i < 2 && !strchr(text, '\n'); i++)
		if (proc_read(AT_FDCWD, path, text, sizeof(text)) < 0)
			return false;
	return strchr(text, '\n') && sscanf(text, "%llu", n) == 1;
}

static void read_files(struct ipcdbg_namespace *ns)
{
	char path[64];
	unsigned long long n;

	for (size_t i = 0; i < NR(files); i++) {
		snprintf(path, sizeof(path), "/proc/sys/%s", files[i].path);
		if (read_number(path, &n))
			field_put(IPCDBG_R_namespace, files[i].field, ns, n);
	}
}

static int sem_numbers(struct ipcdbg_namespace *ns)
{
	struct seminfo limits, used;

	if (semctl(0, 0, IPC_INFO, (union semun){ .info = &limits }) < 0 ||
	    semctl(0, 0, SEM_INFO, (union semun){ .info = &used }) < 0)
		return errno;
	IPCDBG_PUT(namespace, ns, semmsl, limits.semmsl);
	IPCDBG_PUT(namespace, ns, semmns, limits.semmns);
	IPCDBG_PUT(namespace, ns, semopm, limits.semopm);
	IPCDBG_PUT(namespace, ns, semmni, limits.semmni);
	IPCDBG_PUT(namespace, ns, sets, used.semusz);
	IPCDBG_PUT(namespace, ns, semaphores, used.semaem);
	return 0;
}

static int shm_numbers(struct ipcdbg_namespace *ns)
{
	struct shm_info used;

	if (shmctl(0, SHM_INFO, (struct shmid_ds *)&used) < 0)
		return errno;
	IPCDBG_PUT(namespace, ns, segments, used.used_ids);
	IPCDBG_PUT(namespace, ns, shm_tot, used.shm_tot);
	return 0;
}

static int msg_numbers(struct ipcdbg_namespace *ns)
{
	struct msginfo used;

	if (msgctl(0, MSG_INFO, (struct msqid_ds *)&used) < 0)
		return errno;
	IPCDBG_PUT(namespace, ns, queues, used.msgpool);
	return 0;
}

int sysvipc_namespace(struct ipcdbg_namespace *ns)
{
	int error;

	memset(ns, 0, sizeof(*ns));
	IPCDBG_PUT(namespace, ns, inum, sysvipc_inum());
	read_files(ns);
	error = sem_numbers(ns);
	if (!error)
		error = shm_numbers(ns);
	return error ? error : msg_numbers(ns);
}
