// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include "ns_world.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common.h"
#include "ns_objects.h"
#include "random.h"

static void enter(int fd)
{
	if (setns(fd, CLONE_NEWIPC))
		die("setns: %s", strerror(errno));
}

/* Lets the puppet do something that must not fail; returns what it gave. */
#define must(p, ...) must_call(p, (const long[7]){ __VA_ARGS__ }, #__VA_ARGS__)
static long must_call(struct puppet *p, const long call[7], const char *what)
{
	long ret = puppet_syscall(p, call);

	if (ret < 0)
		die("%s: %s", what, strerror(-ret));
	return ret;
}

static void must_setuid(struct puppet *p, unsigned int uid)
{
	int ret = puppet_setuid(p, uid);

	if (ret)
		die("setuid %u: %s", uid, strerror(-ret));
}

static struct puppet *make(struct puppet *parent, unsigned long flags)
{
	struct puppet *p = puppet_make(parent, flags);

	if (!p)
		die("clone %lx: %s", flags, strerror(errno));
	return p;
}

static void keep_by_process(struct ns_world *w, int fd)
{
	w->puppet = make(NULL, 0);
	must(w->puppet, SYS_setns, fd, CLONE_NEWIPC);
	must(w->puppet, SYS_close, fd);
	make(w->puppet, PUPPET_THREAD);
	snprintf(w->path, sizeof(w->path), "/proc/%d/ns/ipc", w->puppet->pid);
}

static void keep_by_thread(struct ns_world *w, int fd)
{
	struct puppet *leader = make(NULL, 0);

	w->puppet = make(leader, PUPPET_THREAD);
	must(w->puppet, SYS_setns, fd, CLONE_NEWIPC);
	must(w->puppet, SYS_close, fd);
	if (one_in(2))
		puppet_exit(leader);
	snprintf(w->path, sizeof(w->path), "/proc/%d/task/%d/ns/ipc", leader->pid, w->puppet->tid);
}

static void keep_by_file(struct ns_world *w, int fd)
{
	w->puppet = make(NULL, 0);
	must(w->puppet, SYS_dup, fd);
	snprintf(w->path, sizeof(w->path), "/proc/%d/fd/%d", w->puppet->pid, fd);
}

static void keep_by_file_of_thread(struct ns_world *w, int fd)
{
	struct puppet *leader = make(NULL, 0);

	w->puppet = make(leader, PUPPET_THREAD & ~CLONE_FILES);
	must(leader, SYS_close, fd);
	if (one_in(2))
		puppet_exit(leader);
	snprintf(w->path, sizeof(w->path), "/proc/%d/task/%d/fd/%d", leader->pid, w->puppet->tid,
		 fd);
}

static void keep_by_attachment(struct ns_world *w, int fd, int home, int segment)
{
	w->puppet = make(NULL, 0);
	must(w->puppet, SYS_setns, fd, CLONE_NEWIPC);
	must(w->puppet, SYS_close, fd);
	must(w->puppet, SYS_shmat, segment, 0, SHM_RDONLY);
	must(w->puppet, SYS_shmat, segment, 0, 0);
	if (one_in(2))
		must(w->puppet, SYS_setns, home, CLONE_NEWIPC);
	else
		must(w->puppet, SYS_unshare, CLONE_NEWIPC);
}

static void keep_by_mount(struct ns_world *w, int fd)
{
	static unsigned int nr;
	char from[32];
	int target;

	snprintf(from, sizeof(from), "/proc/self/fd/%d", fd);
	snprintf(w->path, sizeof(w->path), "/run/ipc%u", nr++);
	target = open(w->path, O_WRONLY | O_CREAT | O_CLOEXEC, 0400);
	if (target < 0 || mount(from, w->path, NULL, MS_BIND, NULL))
		die("bind mount: %s", strerror(errno));
	close(target);
}

/* Sends the descriptor to a socket that nobody receives from. */
static void keep_in_flight(int fd)
{
	char byte = 0, control[CMSG_SPACE(sizeof(fd))] = "";
	struct iovec io = { &byte, 1 };
	struct msghdr message = { .msg_iov = &io,
				  .msg_iovlen = 1,
				  .msg_control = control,
				  .msg_controllen = sizeof(control) };
	struct cmsghdr *c = CMSG_FIRSTHDR(&message);
	int pair[2];

	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof(fd));
	memcpy(CMSG_DATA(c), &fd, sizeof(fd));
	if (socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, pair) ||
	    sendmsg(pair[0], &message, 0) != 1)
		die("sendmsg: %s", strerror(errno));
}

/* Neither keeps a namespace: a descriptor of a queue in it, a mount of its queues. */
static void keep_by_nothing(int fd, int home)
{
	char dir[] = "/run/mqueueXXXXXX";

	enter(fd);
	if (syscall(SYS_mq_open, "left", O_RDWR | O_CREAT, 0600, NULL) < 0 || !mkdtemp(dir) ||
	    mount("mqueue", dir, "mqueue", 0, NULL))
		die("mqueue: %s", strerror(errno));
	enter(home);
}

static void keep(struct ns_world *w, int fd, int home, int segment)
{
	switch (w->keeper) {
	case NS_PROCESS:
		return keep_by_process(w, fd);
	case NS_THREAD:
		return keep_by_thread(w, fd);
	case NS_FILE:
		return keep_by_file(w, fd);
	case NS_FILE_THREAD:
		return keep_by_file_of_thread(w, fd);
	case NS_ATTACH:
		return keep_by_attachment(w, fd, home, segment);
	case NS_MOUNT:
		return keep_by_mount(w, fd);
	case NS_FLIGHT:
		return keep_in_flight(fd);
	case NS_NOTHING:
		return keep_by_nothing(fd, home);
	default:
		die("no such keeper");
	}
}

/* A change of user makes /proc/PID root's, also for children to come. */
static void become(unsigned int uid)
{
	if (seteuid(0) || setegid(uid) || seteuid(uid) || prctl(PR_SET_DUMPABLE, 1))
		die("user %u: %s", uid, strerror(errno));
}

/*
 * Makes objects in the namespace, from within, as its root. Returns the id of a segment. Mqueues of
 * namespaces that have died count until the kernel gets round to removing them, and it is slow.
 */
static int fill(int fd, int home, unsigned int root)
{
	const struct rlimit no_limit = { RLIM_INFINITY, RLIM_INFINITY };
	int segment;

	if (setrlimit(RLIMIT_MSGQUEUE, &no_limit))
		die("setrlimit: %s", strerror(errno));
	enter(fd);
	become(root);
	segment = ns_objects_make();
	/* Older kernels let none but the initial root change limits. */
	if (faccessat(AT_FDCWD, "/proc/sys/kernel/sem", W_OK, AT_EACCESS))
		become(0);
	ns_limits_make();
	become(0);
	enter(home);
	return segment;
}

static int open_ns(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		die("%s: %s", path, strerror(errno));
	return fd;
}

/* By a task that ends: unshare() would make orphans of the segments that the test has created. */
static int new_ns(void)
{
	struct puppet *p = make(NULL, CLONE_NEWIPC);
	char path[32];
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/ns/ipc", p->pid);
	fd = open_ns(path);
	puppet_exit_process(p);
	puppet_reap(p);
	puppet_forget(p);
	return fd;
}

static void look(struct ns_world *w, int fd, bool ask)
{
	char option[32];
	int status;

	w->truth = ns_truth(fd);
	if (!ask)
		return;
	snprintf(option, sizeof(option), "--ipc=/proc/%d/fd/%d", getpid(), fd);
	w->ipcs =
		command_output((const char *[]){ "nsenter", option, "ipcs", NULL }, NULL, &status);
	if (status)
		die("nsenter ipcs: %d", status);
}

void ns_world_make(struct ns_world *w, enum ns_keeper keeper, int home, bool ask)
{
	int fd = new_ns();

	memset(w, 0, sizeof(*w));
	w->keeper = keeper;
	keep(w, fd, home, fill(fd, home, 0));
	look(w, fd, ask);
	close(fd);
}

static void put_map(const struct puppet *p, const char *file, unsigned int first, unsigned int nr)
{
	char path[64], map[64];

	snprintf(path, sizeof(path), "/proc/%d/%s", p->pid, file);
	snprintf(map, sizeof(map), "0 %u %u", first, nr);
	if (put_file(path, map))
		die("cannot write %s to %s", map, path);
}

void ns_map_users(struct puppet *p, pid_t around, unsigned int first, unsigned int nr)
{
	pid_t pid = fork();
	char path[64];
	int status;

	if (!pid) {
		snprintf(path, sizeof(path), "/proc/%d/ns/user", around);
		if (around != getppid() && setns(open_ns(path), CLONE_NEWUSER))
			die("setns %s: %s", path, strerror(errno));
		put_map(p, "uid_map", first, nr);
		put_map(p, "gid_map", first, nr);
		_exit(0);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid || status)
		die("cannot map users");
	must(p, SYS_setresgid, 0, 0, 0);
	must_setuid(p, 0);
}

/* What the puppet is in gets objects of the test's and of a user of its own. */
static void make_nested(struct ns_world *w, struct puppet *p, unsigned int root, int home, bool ask)
{
	int fd;

	memset(w, 0, sizeof(*w));
	w->keeper = NS_NESTED;
	w->puppet = p;
	snprintf(w->path, sizeof(w->path), "/proc/%d/ns/ipc", p->pid);
	fd = open_ns(w->path);
	must_setuid(p, 5);
	must(p, SYS_semget, random32(), 1 + below(3), IPC_CREAT | 0640);
	must(p, SYS_msgget, random32(), IPC_CREAT | 0640);
	fill(fd, home, root);
	look(w, fd, ask);
	close(fd);
}

/*
 * a has a user namespace of its own; b is in it, and the init of a pid namespace; c in a user
 * namespace within a's and in b's pid namespace; d in further ones within c's. None is born by an
 * init, whose children cannot be the test's.
 */
void ns_world_make_chain(struct ns_world w[NS_CHAIN], int home, bool ask)
{
	static const unsigned int root[NS_CHAIN] = { 100000, 100000, 102000, 102500 };
	struct puppet *p[NS_CHAIN];
	int i;

	p[0] = make(NULL, CLONE_NEWUSER | CLONE_NEWIPC);
	ns_map_users(p[0], getpid(), 100000, 10000);
	must(p[0], SYS_unshare, CLONE_NEWPID);
	p[1] = make(p[0], CLONE_NEWIPC);
	p[2] = make(p[0], CLONE_NEWUSER | CLONE_NEWIPC);
	ns_map_users(p[2], p[0]->pid, 2000, 2000);
	must(p[2], SYS_unshare, CLONE_NEWPID);
	p[3] = make(p[2], CLONE_NEWUSER | CLONE_NEWIPC);
	ns_map_users(p[3], p[2]->pid, 500, 500);
	for (i = 0; i < NS_CHAIN; i++)
		make_nested(&w[i], p[i], root[i], home, ask);
}

void ns_world_free(struct ns_world *w)
{
	if (w->keeper == NS_MOUNT)
		umount2(w->path, MNT_DETACH);
	free(w->truth);
	free(w->ipcs);
}
