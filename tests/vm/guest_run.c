// SPDX-License-Identifier: GPL-2.0
/* Runs one program of the plan and cleans up after it. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/resource.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "guest.h"

static long now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

/* Output of a program that is on its way to the report. */
struct relay {
	int fd;	     /* -1 after end of file */
	bool inside; /* of a line */
};

static void relay_bytes(struct relay *relay, const char *buf, size_t n)
{
	while (n) {
		const char *end = memchr(buf, '\n', n);
		size_t len = end ? (size_t)(end - buf) + 1 : n;

		if (!relay->inside)
			report_bytes("|", 1);
		report_bytes(buf, len);
		relay->inside = !end;
		buf += len;
		n -= len;
	}
}

static void relay_some(struct relay *relay)
{
	char buf[4096];
	ssize_t n = read(relay->fd, buf, sizeof(buf));

	if (n > 0) {
		relay_bytes(relay, buf, n);
	} else if (n == 0) {
		close(relay->fd);
		relay->fd = -1;
	}
}

static pid_t start(const char *command, int out, int in)
{
	/* The kernel takes long to bury namespaces, and their queues count until then. */
	const struct rlimit no_limit = { RLIM_INFINITY, RLIM_INFINITY };
	pid_t pid = fork();

	if (pid)
		return pid;
	setrlimit(RLIMIT_MSGQUEUE, &no_limit);
	setsid();
	dup2(in, 0);
	if (isatty(0))
		ioctl(0, TIOCSCTTY, 0);
	dup2(out, 1);
	dup2(out, 2);
	execl("/bin/sh", "sh", "-c", command, NULL);
	_exit(127);
}

/* Relays output until pid has ended or the time is over; returns whether it has ended. */
static bool relay_until_end(struct relay *relay, pid_t pid, long deadline)
{
	struct pollfd fds[2] = { { .events = POLLIN }, { .events = POLLIN } };
	bool ended = false;

	fds[0].fd = syscall(SYS_pidfd_open, pid, 0);
	while (!ended) {
		long left = deadline - now_ms();

		fds[1].fd = relay->fd;
		if (left <= 0 || (poll(fds, 2, left) < 0 && errno != EINTR))
			break;
		if (fds[1].fd >= 0 && fds[1].revents)
			relay_some(relay);
		ended = fds[0].revents;
	}
	close(fds[0].fd);
	return ended;
}

/* Kills every process but this one and returns the wait status of pid. */
static int kill_all(pid_t pid)
{
	int status = 0, s;
	pid_t p;

	kill(-1, SIGKILL);
	while ((p = wait(&s)) > 0 || errno == EINTR)
		if (p == pid)
			status = s;
	return status;
}

void run_program(const char *name, unsigned int seconds, const char *command)
{
	struct relay relay = { 0 };
	long begin = now_ms();
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	int status, fds[2];
	bool ended;
	pid_t pid;

	report("run %s %u", name, seconds);
	if (pipe2(fds, O_CLOEXEC) || (pid = start(command, fds[1], null)) < 0) {
		report("end %s exit 126 0", name);
		return;
	}
	close(fds[1]);
	close(null);
	relay.fd = fds[0];
	ended = relay_until_end(&relay, pid, begin + seconds * 1000L);
	status = kill_all(pid);
	while (relay.fd >= 0)
		relay_some(&relay);
	if (relay.inside)
		report_bytes("\n", 1);
	ipc_clean();
	kmsg_check(false);
	if (!ended)
		report("end %s timeout %u %ld", name, seconds, now_ms() - begin);
	else if (WIFSIGNALED(status))
		report("end %s signal %d %ld", name, WTERMSIG(status), now_ms() - begin);
	else
		report("end %s exit %d %ld", name, WEXITSTATUS(status), now_ms() - begin);
}

void run_shell(const char *command)
{
	int tty = open(GUEST_CONSOLE, O_RDWR | O_NOCTTY | O_CLOEXEC);
	pid_t pid = start(command, tty, tty);

	waitpid(pid, NULL, 0);
	kill_all(pid);
}

void ipc_clean(void)
{
	struct seminfo seminfo;
	struct shmid_ds shm;
	struct msqid_ds msg;
	struct dirent *entry;
	DIR *dir = opendir("/dev/mqueue");
	int i, id, last;

	last = semctl(0, 0, SEM_INFO, &seminfo);
	for (i = 0; i <= last; i++) {
		struct semid_ds ds;

		id = semctl(i, 0, SEM_STAT, &ds);
		if (id >= 0)
			semctl(id, 0, IPC_RMID);
	}
	last = shmctl(0, SHM_INFO, &shm);
	for (i = 0; i <= last; i++) {
		id = shmctl(i, SHM_STAT, &shm);
		if (id >= 0)
			shmctl(id, IPC_RMID, NULL);
	}
	last = msgctl(0, MSG_INFO, &msg);
	for (i = 0; i <= last; i++) {
		id = msgctl(i, MSG_STAT, &msg);
		if (id >= 0)
			msgctl(id, IPC_RMID, NULL);
	}
	while (dir && (entry = readdir(dir)))
		unlinkat(dirfd(dir), entry->d_name, 0);
	if (dir)
		closedir(dir);
}
