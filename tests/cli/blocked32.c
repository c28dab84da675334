// SPDX-License-Identifier: GPL-2.0
/*
 * A program of 32 bits, without a library, that waits for semaphore 2 of the set 0 by the old call
 * for all of System V: semop(0, { 2, -7, SEM_UNDO }, 1).
 */
struct sembuf {
	unsigned short sem_num;
	short sem_op, sem_flg;
};

/* ipc(SEMOP, 0, 1, 0, &op, 0); ipc is call 117, and semop its first. */
void _start(void)
{
	volatile struct sembuf op = { 2, -7, 0x1000 };
	int ret = 117;

	__asm__ volatile("int $0x80"
			 : "+a"(ret)
			 : "b"(1), "c"(0), "d"(1), "S"(0), "D"(&op)
			 : "memory");
	for (;;)
		__asm__ volatile("int $0x80" : : "a"(1), "b"(0));
}
