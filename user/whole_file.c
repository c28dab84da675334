// SPDX-License-Identifier: GPL-2.0
#include "whole_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* Removed by a signal that ends the program; only of a file that has a name meanwhile. */
static char doomed[PATH_MAX];

static void end_by(int signal)
{
	if (doomed[0])
		unlink(doomed);
	raise(signal);
}

static void doom(const char *path)
{
	static const int signals[] = { SIGHUP, SIGINT, SIGTERM, SIGXCPU, SIGXFSZ };
	struct sigaction action = { .sa_handler = end_by, .sa_flags = SA_RESETHAND | SA_NODEFER };
	struct sigaction now;

	snprintf(doomed, sizeof(doomed), "%s", path);
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		if (!sigaction(signals[i], NULL, &now) && now.sa_handler == SIG_DFL)
			sigaction(signals[i], &action, NULL);
}

static ssize_t write_out(void *ctx, const char *buf, size_t size)
{
	struct whole_file *w = ctx;
	size_t done = 0;

	while (done < size && !w->error) {
		ssize_t n = write(w->fd, buf + done, size - done);

		if (n >= 0)
			done += n;
		else if (errno != EINTR)
			w->error = errno;
	}
	return done;
}

static enum exit_code explain(const struct whole_file *w, int error)
{
	warn_user("%s: %s", w->path, strerror(error));
	return error == EACCES || error == EPERM ? EXIT_PERM : EXIT_IO;
}

static char *copy(const char *s)
{
	char *copy = strdup(s);

	if (!copy)
		die(EXIT_IO, "out of memory");
	return copy;
}

/* The folder that the target is in, or is to be in. */
static char *folder_of(const char *target)
{
	char *folder = copy(target), *slash = strrchr(folder, '/');

	if (!slash) {
		free(folder);
		return copy(".");
	}
	slash[slash == folder] = '\0';
	return folder;
}

/* Beside the target, so that it is on the same file system; nobody else makes the same. */
static char *make_temp_name(const char *target)
{
	const char *slash = strrchr(target, '/');
	int folder = slash ? slash + 1 - target : 0;
	struct timespec now;
	char *name;

	clock_gettime(CLOCK_REALTIME, &now);
	if (asprintf(&name, "%.*s.ipcdbg-%d-%lld-%ld", folder, target, (int)getpid(),
		     (long long)now.tv_sec, now.tv_nsec) < 0)
		die(EXIT_IO, "out of memory");
	return name;
}

static int open_named(struct whole_file *w)
{
	int fd, error;

	w->temp = make_temp_name(w->target);
	doom(w->temp);
	fd = TEMP_FAILURE_RETRY(open(w->temp, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, w->mode));
	if (fd >= 0)
		return fd;
	error = errno;
	free(w->temp);
	w->temp = NULL;
	errno = error;
	return -1;
}

/* Without a name, where the file system has that: then it goes with the program, however it ends.
 */
static int open_new(struct whole_file *w)
{
	char *folder = folder_of(w->target);
	int fd = TEMP_FAILURE_RETRY(open(folder, O_TMPFILE | O_WRONLY | O_CLOEXEC, w->mode));
	int error = errno;

	free(folder);
	if (fd < 0 && (error == EOPNOTSUPP || error == EISDIR || error == EINVAL))
		return open_named(w);
	errno = error;
	return fd;
}

/*
 * The name of the file that fd is. Who can exchange a link at the path must not have it followed
 * anew: the kernel has followed it once, with all it checks of links (protected_symlinks of
 * proc(5)). 0 or an errno.
 */
static int name_target(struct whole_file *w, const char *self, const struct stat *st)
{
	char target[PATH_MAX];
	ssize_t n = readlink(self, target, sizeof(target) - 1);
	struct stat now;

	if (n < 0)
		return errno;
	target[n] = '\0';
	if (lstat(target, &now) || now.st_dev != st->st_dev || now.st_ino != st->st_ino)
		return ESTALE;
	w->target = copy(target);
	return 0;
}

/* What is there and no file stays; of a link, what it leads to is replaced. */
static int open_place(struct whole_file *w)
{
	int there = TEMP_FAILURE_RETRY(open(w->path, O_PATH | O_CLOEXEC)), fd = -1, error = 0;
	char self[32];
	struct stat st;

	if (there < 0 && errno == ENOENT) {
		w->target = copy(w->path);
		return open_new(w);
	}
	if (there < 0)
		return -1;
	snprintf(self, sizeof(self), "/proc/self/fd/%d", there);
	if (fstat(there, &st))
		error = errno;
	else if (S_ISREG(st.st_mode))
		error = name_target(w, self, &st);
	if (!error) {
		fd = w->target ? open_new(w)
			       : TEMP_FAILURE_RETRY(open(self, O_WRONLY | O_CLOEXEC | O_NOCTTY));
		error = errno;
	}
	close(there);
	errno = error;
	return fd;
}

enum exit_code whole_file_begin(struct whole_file *w, const char *path, mode_t mode)
{
	cookie_io_functions_t functions = { .write = write_out };

	*w = (struct whole_file){ .path = path, .mode = mode };
	w->fd = open_place(w);
	if (w->fd < 0)
		return explain(w, errno);
	w->out = fopencookie(w, "w", functions);
	if (!w->out)
		die(EXIT_IO, "out of memory");
	setvbuf(w->out, NULL, _IOFBF, 65536);
	return EXIT_OK;
}

/* Gives a file that has none a name: at once, unless something has it that is to be replaced. */
static int give_name(struct whole_file *w)
{
	char self[32], *temp;
	int error;

	snprintf(self, sizeof(self), "/proc/self/fd/%d", w->fd);
	if (!linkat(AT_FDCWD, self, AT_FDCWD, w->target, AT_SYMLINK_FOLLOW))
		return 0;
	if (errno != EEXIST)
		return errno;
	temp = make_temp_name(w->target);
	doom(temp);
	if (linkat(AT_FDCWD, self, AT_FDCWD, temp, AT_SYMLINK_FOLLOW)) {
		error = errno;
		free(temp);
		return error;
	}
	w->temp = temp;
	return 0;
}

/* The new name is on the disk too, if the file system can. */
static void sync_folder(const char *target)
{
	char *folder = folder_of(target);
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd >= 0) {
		fsync(fd);
		close(fd);
	}
	free(folder);
}

static int finish(struct whole_file *w)
{
	int error = 0;

	if (fsync(w->fd) && errno != EINVAL && errno != EROFS)
		return errno;
	if (!w->temp)
		error = give_name(w);
	if (!error && w->temp && rename(w->temp, w->target))
		error = errno;
	if (error)
		return error;
	free(w->temp);
	w->temp = NULL;
	doomed[0] = '\0';
	sync_folder(w->target);
	return 0;
}

enum exit_code whole_file_end(struct whole_file *w, enum exit_code code)
{
	int error;

	if (w->out)
		fclose(w->out);
	error = w->error;
	if (w->out && !error && !code && w->target)
		error = finish(w);
	if (w->out && close(w->fd) && !error && !w->target)
		error = errno;
	if (w->temp)
		unlink(w->temp);
	doomed[0] = '\0';
	free(w->temp);
	free(w->target);
	return error ? worse(code, explain(w, error)) : code;
}
