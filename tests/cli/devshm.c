// SPDX-License-Identifier: GPL-2.0
/*
 * devshm FILE COMMAND...: fills /dev/shm with POSIX shared memory objects, semaphores and files
 * that are neither, has children use them and wait in them, writes to FILE what it made of them,
 * and runs a command while all that lasts. To be run with a /dev/shm of its own, as the first
 * process of a pid namespace. What is written is what stat(2) and sem_getvalue(3) tell, and what
 * the children were made to do:
 *
 *   object pshm|psem NAME INODE MODE UID GID SIZE linked|unlinked
 *   value NAME VALUE                  of a semaphore
 *   open NAME PID FDS FD              descriptors that a child has
 *   wait NAME PID TID OFFSET          a task that sleeps for the word at that offset
 *
 * Which mappings there are, /proc/PID/maps tells.
 *
 * Names are escaped as the text ABI does it.
 */
#define _GNU_SOURCE
#include <ctype.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGE 4096
#define INSIDE (PAGE + 128) /* of an unnamed semaphore in /seg */
#define SOMEBODY 65534

/* What parent and children have in common. */
static struct shared {
	int ready;
	int tid[8]; /* of those that wait */
} * shared;

static FILE *truth;

static void *must_map(int fd, size_t size, int prot, int flags, off_t offset)
{
	void *p = mmap(NULL, size, prot, flags, fd, offset);

	if (p == MAP_FAILED)
		err(1, "mmap");
	return p;
}

static void print_name(FILE *f, const char *name)
{
	for (; *name; name++)
		if (*name > 0x20 && *name < 0x7f && !strchr("\\=\"", *name))
			fputc(*name, f);
		else
			fprintf(f, "\\%03o", (unsigned char)*name);
}

static void tell_object(const char *kind, const char *name, const struct stat *st, bool unlinked)
{
	fprintf(truth, "object %s ", kind);
	print_name(truth, name);
	fprintf(truth, " %lu %u %u %u %ld %s\n", (unsigned long)st->st_ino, st->st_mode & 07777,
		st->st_uid, st->st_gid, (long)st->st_size, unlinked ? "unlinked" : "linked");
}

static void path_of(char path[PATH_MAX], const char *prefix, const char *name)
{
	snprintf(path, PATH_MAX, "/dev/shm/%s%s", prefix, name);
}

static void tell_linked(const char *kind, const char *prefix, const char *name)
{
	char path[PATH_MAX];
	struct stat st;

	path_of(path, prefix, name);
	if (lstat(path, &st))
		err(1, "%s", path);
	tell_object(kind, name, &st, false);
}

static int make_shm(const char *name, size_t size, mode_t mode)
{
	int fd = shm_open(name, O_CREAT | O_EXCL | O_RDWR, mode);

	if (fd < 0 || ftruncate(fd, size) || fchmod(fd, mode))
		err(1, "%s", name);
	return fd;
}

static sem_t *make_sem(const char *name, unsigned int value)
{
	sem_t *sem = sem_open(name, O_CREAT | O_EXCL, 0600, value);

	if (sem == SEM_FAILED)
		err(1, "%s", name);
	return sem;
}

static void tell_value(const char *name, sem_t *sem)
{
	int value;

	if (sem_getvalue(sem, &value))
		err(1, "%s", name);
	fprintf(truth, "value ");
	print_name(truth, name);
	fprintf(truth, " %d\n", value);
}

static void tell_wait(const char *name, int pid, int tid, int offset)
{
	fprintf(truth, "wait %s %d %d %d\n", name, pid, tid, offset);
}

static void put_file(const char *name, const void *bytes, size_t size)
{
	char path[PATH_MAX];
	int fd;

	path_of(path, "", name);
	fd = open(path, O_CREAT | O_EXCL | O_WRONLY, 0600);
	if (fd < 0 || write(fd, bytes, size) != (ssize_t)size)
		err(1, "%s", path);
	close(fd);
}

/* A child that lives until its parent dies. */
static int begin_child(const char *name)
{
	int pid = fork();

	if (pid < 0)
		err(1, "fork");
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		prctl(PR_SET_NAME, name);
	}
	return pid;
}

static void ready_and_pause(void)
{
	__atomic_add_fetch(&shared->ready, 1, __ATOMIC_SEQ_CST);
	for (;;)
		pause();
}

static void wait_ready(int nr)
{
	while (__atomic_load_n(&shared->ready, __ATOMIC_SEQ_CST) < nr)
		usleep(1000);
}

/* Until a task sleeps in futex(2). */
static void wait_blocked(int pid, const int *tid)
{
	char path[64], text[128];
	int fd;

	do {
		usleep(1000);
		text[0] = '\0';
		snprintf(path, sizeof(path), "/proc/%d/task/%d/syscall", pid,
			 __atomic_load_n(tid, __ATOMIC_SEQ_CST));
		fd = open(path, O_RDONLY);
		if (fd >= 0 && read(fd, text, sizeof(text) - 1) < 0)
			text[0] = '\0';
		if (fd >= 0)
			close(fd);
	} while (strtol(text, NULL, 10) != SYS_futex || !isdigit((unsigned char)text[0]));
}

static void note_tid(int i)
{
	__atomic_store_n(&shared->tid[i], (int)gettid(), __ATOMIC_SEQ_CST);
}

static void *wait_in_thread(void *sem)
{
	note_tid(3);
	sem_wait(sem);
	return NULL;
}

static void make_semaphores(void)
{
	static const unsigned int small[4] = { 5 << 1 | 1, 128, 0, 3 };
	struct timespec hour = { .tv_sec = time(NULL) + 3600 };
	sem_t *two = make_sem("two", 2), *empty = make_sem("empty", 0), *dead, *odd, *gone;
	struct stat st;
	pthread_t thread;
	int pid[4], fd;

	odd = make_sem("odd\033]0;x\a \n\\=\"\xff", 7);
	dead = make_sem("dead", 0);
	gone = make_sem("gone", 4);
	pid[0] = begin_child("waits one");
	if (!pid[0]) {
		note_tid(0);
		sem_wait(empty);
	}
	pid[1] = begin_child("waits\033timed");
	if (!pid[1]) {
		note_tid(1);
		sem_timedwait(empty, &hour);
	}
	pid[2] = begin_child("threads");
	if (!pid[2]) {
		pthread_create(&thread, NULL, wait_in_thread, empty);
		ready_and_pause();
	}
	pid[3] = begin_child("killed");
	if (!pid[3]) {
		note_tid(2);
		sem_wait(dead);
	}
	wait_blocked(pid[0], &shared->tid[0]);
	wait_blocked(pid[1], &shared->tid[1]);
	wait_blocked(pid[2], &shared->tid[3]);
	wait_blocked(pid[3], &shared->tid[2]);
	kill(pid[3], SIGKILL);
	waitpid(pid[3], NULL, 0);
	tell_wait("empty", pid[0], pid[0], 0);
	tell_wait("empty", pid[1], pid[1], 0);
	tell_wait("empty", pid[2], shared->tid[3], 0);
	tell_value("two", two);
	tell_value("empty", empty);
	tell_value("dead", dead);
	tell_value("odd\033]0;x\a \n\\=\"\xff", odd);
	tell_value("gone", gone);
	tell_linked("psem", "sem.", "two");
	tell_linked("psem", "sem.", "empty");
	tell_linked("psem", "sem.", "dead");
	tell_linked("psem", "sem.", "odd\033]0;x\a \n\\=\"\xff");
	/* Another mapping, by its real name, which is all that is left of that. */
	fd = open("/dev/shm/sem.gone", O_RDWR);
	if (fd < 0 || fstat(fd, &st))
		err(1, "sem.gone");
	must_map(fd, 32, PROT_READ, MAP_SHARED, 0);
	close(fd);
	sem_unlink("gone");
	tell_object("psem", "gone", &st, true);
	put_file("sem.small", small, sizeof(small));
	fprintf(truth, "value small 5\n");
	tell_linked("psem", "sem.", "small");
}

/* Other files, of which the regular ones are shared memory, whatever their names are. */
static void make_others(void)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX, .sun_path = "/dev/shm/socket" };
	char every[256], zeros[32] = "";
	int nr = 0;

	for (int c = 1; c < 256; c++)
		if (c != '/')
			every[nr++] = c;
	every[nr] = '\0';
	put_file(every, "", 0);
	tell_linked("pshm", "", every);
	put_file("sem.text", "0123456789abcdef0123456789abcdef", 32);
	tell_linked("pshm", "", "sem.text");
	put_file("sem.zeros", zeros, sizeof(zeros));
	tell_linked("pshm", "", "sem.zeros");
	put_file("sem.long", every, nr);
	tell_linked("pshm", "", "sem.long");
	put_file("sem.", zeros, sizeof(zeros));
	tell_linked("pshm", "", "sem.");
	if (symlink("/etc/passwd", "/dev/shm/sem.link") || mkfifo("/dev/shm/sem.fifo", 0600) ||
	    bind(socket(AF_UNIX, SOCK_STREAM, 0), (void *)&address, sizeof(address)))
		err(1, "other files");
}

/* A file below a folder, and one of another file system, are no objects. */
static void map_strangers(void)
{
	int fd;

	mkdir("/dev/shm/sem.folder", 0700);
	fd = open("/dev/shm/sem.folder/inner", O_CREAT | O_RDWR, 0600);
	if (fd < 0 || ftruncate(fd, PAGE))
		err(1, "inner");
	must_map(fd, PAGE, PROT_READ, MAP_SHARED, 0);
	unlink("/dev/shm/sem.folder/inner");
	close(fd);
	fd = memfd_create("seg", 0);
	if (fd < 0 || ftruncate(fd, PAGE))
		err(1, "memfd_create");
	must_map(fd, PAGE, PROT_READ, MAP_SHARED, 0);
	close(fd);
}

static void make_segments(void)
{
	int seg = make_shm("seg", 3 * PAGE, 0640), idle = make_shm("idle", 10 * PAGE, 0600);
	int gone = make_shm("gone\033[2J", 100, 0600), left = make_shm("left", PAGE, 0600);
	struct stat gone_stat, left_stat;
	int pid[4];
	sem_t *inside;
	char *base;

	if (fchown(seg, SOMEBODY, SOMEBODY) || fstat(gone, &gone_stat) || fstat(left, &left_stat) ||
	    shm_unlink("gone\033[2J") || shm_unlink("left") ||
	    link("/dev/shm/seg", "/dev/shm/twin") || posix_fallocate(idle, 0, PAGE))
		err(1, "segments");
	pid[0] = begin_child("maps");
	if (!pid[0]) {
		must_map(seg, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, PAGE);
		must_map(seg, PAGE, PROT_READ, MAP_SHARED, 0);
		must_map(gone, PAGE, PROT_READ, MAP_SHARED, 0);
		map_strangers();
		closefrom(3);
		ready_and_pause();
	}
	pid[1] = begin_child("opens");
	if (!pid[1]) {
		dup2(seg, 20);
		dup2(seg, 30);
		dup2(left, 40);
		close_range(3, 19, 0);
		ready_and_pause();
	}
	pid[2] = begin_child("privately");
	if (!pid[2]) {
		must_map(seg, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, 2 * PAGE);
		closefrom(3);
		ready_and_pause();
	}
	pid[3] = begin_child("inside");
	if (!pid[3]) {
		base = must_map(seg, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, PAGE);
		closefrom(3);
		inside = (sem_t *)(base + INSIDE - PAGE);
		sem_init(inside, 1, 0);
		note_tid(4);
		sem_wait(inside);
	}
	wait_ready(3);
	wait_blocked(pid[3], &shared->tid[4]);
	tell_linked("pshm", "", "seg");
	tell_linked("pshm", "", "twin");
	tell_linked("pshm", "", "idle");
	tell_object("pshm", "gone\033[2J", &gone_stat, true);
	tell_object("pshm", "left", &left_stat, true);
	for (int i = 0; i < 2; i++) {
		fprintf(truth, "open %s %d 2 20\n", i ? "twin" : "seg", pid[1]);
		tell_wait(i ? "twin" : "seg", pid[3], pid[3], INSIDE);
	}
	fprintf(truth, "open left %d 1 40\n", pid[1]);
	close(seg);
	close(idle);
	close(gone);
	close(left);
}

int main(int argc, char **argv)
{
	int status, pid;

	if (argc < 3)
		return 64;
	shared = must_map(-1, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, 0);
	umask(0);
	truth = fopen(argv[1], "we");
	if (!truth)
		err(1, "%s", argv[1]);
	make_segments();
	make_semaphores();
	make_others();
	if (fclose(truth))
		err(1, "%s", argv[1]);
	pid = begin_child("command");
	if (!pid) {
		execvp(argv[2], argv + 2);
		err(127, "%s", argv[2]);
	}
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
