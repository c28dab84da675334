# SPDX-License-Identifier: GPL-2.0
# Prints a table of "sets" sets of one semaphore: rings of ten processes, each of which has one and
# waits for the next one's, and as many that wait with them.
function wait_of(pid, order)
{
	printf "\t\twait pid=%d tid=%d comm=p uid=0 state=S start_ns=1 switches=1 ", pid, pid
	printf "nsops=1 undo=1 alter=1 queue=alter order=%d blocked_ns=90000000000\n", order
	print "\t\t\top sem_num=0 sem_op=-1 sem_flg=undo blocking=1"
}
BEGIN {
	seconds = 1396187000
	printf "ipcdbg 1 all/sem kernel=1 boot=0b9c1b1e-8c5b-4a9e-9d54-6f8f0c6e7a11 "
	printf "time=%d000000000 module=0.1\nnamespace inum=4026531839\n", seconds
	for (i = 0; i < sets; i++) {
		holder = 1000 + i - i % 10 + (i + 1) % 10
		printf "set semid=%d key=0x00000000 mode=0600 uid=0 gid=0 cuid=0 cgid=0 ", i
		printf "nsems=1 otime=%d ctime=%d\n", seconds, seconds
		printf "\tsem semnum=0 semval=0 sempid=%d sempid_state=live ", holder
		printf "sempid_comm=p semncnt=2 semzcnt=0 otime=%d\n", seconds
		wait_of(1000 + i, 0)
		wait_of(1000 + sets + i, 1)
		print "\tundo semnum=0 semadj=1 tasks=1"
		printf "\t\towner pid=%d tid=%d comm=p uid=0 ", holder, holder
		print "state=live start_ns=1"
	}
	print "end namespaces=1 objects=" sets
}
