# SPDX-License-Identifier: GPL-2.0
# awk -v kind=KIND -v n=N -f large.awk: a recording of N tasks that wait. KIND:
#
#   threads  N threads of one process wait for one semaphore; beside them are two processes in a
#            deadlock, so that all threads are looked at
#   holders  N processes wait for one semaphore, which as many others have
#   openers  N processes wait to send to a POSIX queue, which as many others have open
#   ring     N processes wait in a circle, each for a semaphore that the next one has

function head(section)
{
	printf "ipcdbg 1 %s kernel=k boot=b time=1396187700000000000%s\n", section,
		section ~ /^(recording|processes|users)$/ ? "" : " module=0.1"
}

function begin(section)
{
	head(section)
	print "namespace inum=4026531839"
	objects = 0
}

function end(section)
{
	printf "end namespaces=%d objects=%d\n", section ~ /^(recording|processes|users)$/ ? 0 : 1,
		objects
}

function empty(section)
{
	begin(section)
	end(section)
}

function task(pid, tid)
{
	return sprintf("pid=%d tid=%d comm=w uid=0", pid, tid)
}

function start(tid)
{
	return sprintf("start_ns=%d0000000", tid)
}

function set(id, waiters)
{
	printf "set semid=%d key=0x00001234 mode=0600 uid=0 gid=0 cuid=0 cgid=0 nsems=1 " \
		"otime=1396180000 ctime=1396187618\n", id
	printf "\tsem semnum=0 semval=0 sempid=1 sempid_state=live sempid_comm=x semncnt=%d " \
		"semzcnt=0 otime=1396180000\n", waiters
	objects++
}

function wait(pid, tid)
{
	printf "\t\twait %s state=S %s switches=8 nsops=1 undo=1 alter=1 queue=alter order=0 " \
		"blocked_ns=7512000000000\n", task(pid, tid), start(tid)
	print "\t\t\top sem_num=0 sem_op=-1 sem_flg=undo blocking=1"
}

function undo(pid)
{
	print "\tundo semnum=0 semadj=1 tasks=1"
	printf "\t\towner %s state=live %s\n", task(pid, pid), start(pid)
}

function process(pid, threads)
{
	printf "process pid=%d ppid=1 comm=w uid=0 state=S %s threads=%d\n", pid, start(pid),
		threads
	for (tid = pid; tid < pid + threads; tid++)
		printf "\tthread tid=%d comm=w state=S %s switches=8\n", tid, start(tid)
}

function queue()
{
	printf "mqueue name=full ino=9 mode=0600 uid=0 gid=0 maxmsg=1 msgsize=8 curmsgs=1 " \
		"bytes=8 time=1396187000 unlinked=0 receivers=0 senders=%d\n", n
	for (i = 0; i < n; i++)
		printf "\tmq_sender %s state=S %s switches=8 prio=0 size=8 order=%d\n",
			task(10000 + i, 10000 + i), start(10000 + i), i
	for (i = 0; i < n; i++)
		printf "\topener pid=%d comm=h uid=0 state=live %s fds=1 fd=3\n", 50000 + i,
			start(50000 + i)
	objects++
}

function sets()
{
	if (kind == "threads") {
		for (i = 0; i < 2; i++) {
			set(i, 1)
			wait(101 + i, 101 + i)
			undo(102 - i)
		}
		set(2, n)
		for (i = 0; i < n; i++)
			wait(10000, 10000 + i)
	} else if (kind == "holders") {
		set(0, n)
		for (i = 0; i < n; i++)
			wait(10000 + i, 10000 + i)
		for (i = 0; i < n; i++)
			undo(50000 + i)
	} else if (kind == "ring") {
		for (i = 0; i < n; i++) {
			set(i, 1)
			wait(10000 + (i + 1) % n, 10000 + (i + 1) % n)
			undo(10000 + i)
		}
	}
}

function processes()
{
	if (kind == "threads") {
		process(101, 1)
		process(102, 1)
		process(10000, n)
	} else if (kind == "ring") {
		for (pid = 10000; pid < 10000 + n; pid++)
			process(pid, 1)
	}
}

BEGIN {
	nr = split("namespaces all/msg all/shm all/sem all/mqueue processes users", sections)
	head("recording")
	print "recording version=0.1 hostname=h machine=x86_64 inum=4026531839 page_size=4096"
	for (i = 1; i <= nr; i++)
		print "\tsection name=" sections[i]
	end("recording")
	empty("namespaces")
	empty("all/msg")
	empty("all/shm")
	begin("all/sem")
	sets()
	end("all/sem")
	begin("all/mqueue")
	if (kind == "openers")
		queue()
	end("all/mqueue")
	objects = 0
	head("processes")
	processes()
	end("processes")
	head("users")
	end("users")
}
