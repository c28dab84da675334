# SPDX-License-Identifier: GPL-2.0
# awk -v kind=KIND [-v seed=N] -f graph_of_50.awk: a table sem, whose graph has 50 nodes or so. KIND:
#
#   ring    25 processes wait in a circle, each for a semaphore that the next one has
#   chain   the same but for the last one, which waits for nothing
#   star    48 wait for one semaphore
#   pairs   ten deadlocks of two, behind each of which another process waits
#   random  30 processes and 20 semaphores, of which some are held, by one or two

function start(pid)
{
	return sprintf("start_ns=%d0000000", pid)
}

function comm(pid)
{
	return names[pid % nr_names + 1]
}

# The waiting processes and those that hold it, in strings.
function set(waiters, holders,    w, h, i, n)
{
	n = split(waiters, w)
	printf "set semid=%d key=0x00001234 mode=0600 uid=0 gid=0 cuid=0 cgid=0 nsems=1 " \
		"otime=1396180000 ctime=1396187618\n", 32768 * objects++ + 7
	printf "\tsem semnum=0 semval=0 sempid=744 sempid_state=exited semncnt=%d semzcnt=0 " \
		"otime=1396180000\n", n
	for (i = 1; i <= n; i++) {
		printf "\t\twait pid=%d tid=%d comm=%s uid=0 state=S %s switches=8 nsops=1 " \
			"undo=1 alter=1 queue=alter order=%d blocked_ns=7512000000000\n",
			w[i], w[i], comm(w[i]), start(w[i]), i - 1
		print "\t\t\top sem_num=0 sem_op=-1 sem_flg=undo blocking=1"
	}
	n = split(holders, h)
	for (i = 1; i <= n; i++) {
		print "\tundo semnum=0 semadj=1 tasks=1"
		printf "\t\towner pid=%d tid=%d comm=%s uid=0 state=live %s\n", h[i], h[i],
			comm(h[i]), start(h[i])
	}
}

# Each process waits in one place at most; whoever waits has nothing of the same semaphore.
function random_sets(    i, waits, has, holder)
{
	for (i = 0; i < 20; i++) {
		waits = 1000 + i
		if (i < 10)
			waits = waits " " 1020 + i
		for (has = ""; rand() < 0.6; has = has " " holder)
			do
				holder = 1000 + int(30 * rand())
			while (index(waits has, holder))
		set(waits, has)
	}
}

BEGIN {
	srand(seed)
	nr_names = split("postgres aplay backup-nightly worker Xwayland cron oracle_pmon_or " \
		"fifteen_letters", names)
	print "ipcdbg 1 sem kernel=k boot=b time=1396187700000000000 module=0.1"
	print "namespace inum=4026531839"
	for (i = 0; i < 25 && kind ~ /^(ring|chain)$/; i++)
		set(1000 + i, 1000 + (i + 1) % (kind == "ring" ? 25 : 26))
	for (pid = 1001; pid < 1049 && kind == "star"; pid++)
		waiters = waiters " " pid
	if (kind == "star")
		set(waiters, 1000)
	for (pid = 1000; pid < 1030 && kind == "pairs"; pid += 3) {
		set(pid, pid + 1)
		set(pid + 1 " " pid + 2, pid)
	}
	if (kind == "random")
		random_sets()
	printf "end namespaces=1 objects=%d\n", objects
}
