// SPDX-License-Identifier: GPL-2.0
/*
 * Opens the POSIX semaphore $SEMAPHORE, which is made with the value 0 if it is not there, and
 * waits for it with $WAITS, else for ever. Its name and arguments are to be looked at.
 */
#include <err.h>
#include <fcntl.h>
#include <semaphore.h>
#include <stdlib.h>
#include <unistd.h>

int main(void)
{
	const char *name = getenv("SEMAPHORE");
	sem_t *sem = name ? sem_open(name, O_CREAT, 0600, 0) : SEM_FAILED;

	if (sem == SEM_FAILED)
		err(1, "sem_open");
	if (!getenv("WAITS"))
		pause();
	return sem_wait(sem);
}
