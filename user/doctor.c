// SPDX-License-Identifier: GPL-2.0
/* 'ipcdbg doctor': a line for each thing the program needs, with what to do where it is missing. */
#include <errno.h>
#include <fcntl.h>
#include <mntent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <linux/capability.h>

#include "capable.h"
#include "ns_mounts.h"
#include "output.h"
#include "proc_hides.h"
#include "retry.h"
#include "source.h"
#include "text.h"

#define DEBUGFS "/sys/kernel/debug"
#define BTF "/sys/kernel/btf/vmlinux"
#define LOCKDOWN "/sys/kernel/security/lockdown"
#define MODULES "/lib/modules/%s/modules.dep" /* of a kernel's release */

/* PROC_USER_INIT_INO: the inode of the initial user namespace, fixed in the kernel. */
#define INIT_USER_NS 0xEFFFFFFDU

/* The first line of a file without its newline; false with errno if it cannot be had. */
static bool first_line(const char *path, char *line, size_t size)
{
	int fd = retry_open(AT_FDCWD, path, O_RDONLY);
	ssize_t n = fd < 0 ? -1 : TEMP_FAILURE_RETRY(read(fd, line, size - 1));
	int error = errno;

	if (fd >= 0)
		close(fd);
	errno = error;
	if (n < 0)
		return false;
	line[n] = '\0';
	line[strcspn(line, "\n")] = '\0';
	return true;
}

static enum exit_code check_privileges(struct text *t, const struct query *q)
{
	struct stat st;

	(void)q;
	if (!capable(CAP_SYS_ADMIN)) {
		text_addf(t, "no CAP_SYS_ADMIN: run it as root, 'sudo ipcdbg ...'");
		return EXIT_PERM;
	}
	if (!stat("/proc/self/ns/user", &st) && st.st_ino != INIT_USER_NS) {
		text_addf(t, "root of a user namespace only: run it as root of the host");
		return EXIT_PERM;
	}
	text_addf(t, "CAP_SYS_ADMIN in the initial user namespace");
	if (proc_lacks())
		text_addf(t, "; to see what /proc has of all tasks, %s", proc_lacks());
	return EXIT_OK;
}

static enum exit_code check_debugfs(struct text *t, const struct query *q)
{
	FILE *f = setmntent("/proc/self/mounts", "re");
	struct mntent *m;
	bool found = false;

	(void)q;
	while (f && !found && (m = getmntent(f)))
		found = !strcmp(m->mnt_type, "debugfs") && !strcmp(m->mnt_dir, DEBUGFS);
	if (f)
		endmntent(f);
	if (found)
		text_addf(t, "mounted on " DEBUGFS);
	else if (access(DEBUGFS, F_OK))
		text_addf(t, "not in this kernel: it needs CONFIG_DEBUG_FS, and no debugfs=off "
			     "on its command line");
	else
		text_addf(t, "not mounted: run 'mount -t debugfs debugfs " DEBUGFS "'");
	return found ? EXIT_OK : EXIT_MODULE;
}

static enum exit_code check_btf(struct text *t, const struct query *q)
{
	struct stat st;

	(void)q;
	if (!stat(BTF, &st)) {
		text_addf(t, BTF ", %lld KiB", (long long)st.st_size / 1024);
		return EXIT_OK;
	}
	text_addf(t, "no " BTF ": boot a kernel with CONFIG_DEBUG_INFO_BTF");
	return EXIT_MODULE;
}

static bool module_loaded(void)
{
	return !access(SOURCE_MODULE, F_OK);
}

static enum exit_code check_lockdown(struct text *t, const struct query *q)
{
	char line[128];
	char *mode, *end;

	(void)q;
	if (!first_line(LOCKDOWN, line, sizeof(line))) {
		text_addf(t, "none (no " LOCKDOWN ")");
		return EXIT_OK;
	}
	mode = strchr(line, '[');
	end = mode ? strchr(mode, ']') : NULL;
	if (!end) {
		text_addf(t, "not understood: ");
		text_add_name(t, line);
		return EXIT_OK;
	}
	*end = '\0';
	text_add_name(t, mode + 1);
	if (!strcmp(mode + 1, "none"))
		return EXIT_OK;
	if (module_loaded()) {
		text_addf(t, ": the files can be read all the same");
		return EXIT_OK;
	}
	text_addf(t, ": only a module signed with a key this machine trusts loads: see ipcdbg(4)");
	return EXIT_MODULE;
}

/* Whether modprobe has no such module for that kernel; false, too, if its list cannot be read. */
static bool surely_not_built(const char *release)
{
	bool found = false, whole;
	char path[sizeof(MODULES) + 128];
	char *line = NULL;
	size_t size = 0;
	FILE *f;

	snprintf(path, sizeof(path), MODULES, release);
	f = retry_fopen(AT_FDCWD, path);
	if (!f)
		return false;
	while (!found && getline(&line, &size, f) > 0)
		found = strstr(line, "/ipcdbg.ko");
	whole = feof(f) && !ferror(f);
	free(line);
	fclose(f);
	return whole && !found;
}

static enum exit_code check_module(struct text *t, const struct query *q)
{
	struct utsname kernel;
	char version[64];

	(void)q;
	if (!module_loaded()) {
		if (!uname(&kernel) && surely_not_built(kernel.release))
			text_addf(t,
				  "none for this kernel, %s: install linux-headers-%s, for which "
				  "DKMS builds it",
				  kernel.release, kernel.release);
		else
			text_addf(t, "not loaded: run 'modprobe ipcdbg'; dmesg tells why if it "
				     "refuses");
		return EXIT_MODULE;
	}
	text_addf(t, "loaded");
	if (first_line(SOURCE_MODULE "/version", version, sizeof(version))) {
		text_addf(t, ", version ");
		text_add_name(t, version);
	}
	return EXIT_OK;
}

static ssize_t read_fd(void *ctx, char *buf, size_t size)
{
	ssize_t n;

	do
		n = read(*(int *)ctx, buf, size);
	while (n < 0 && errno == EINTR);
	return n;
}

/* Optional members that this kernel's structs lack. */
static unsigned int count_missing(struct reader *r)
{
	unsigned int missing = 0;

	while (reader_next(r) == PARSE_ROW)
		missing += r->row.id == IPCDBG_R_member &&
			   !IPCDBG_HAS(member, &r->row.u.member, offset);
	return missing;
}

static enum exit_code check_abi(struct text *t, const struct query *q)
{
	enum exit_code code = EXIT_MODULE;
	unsigned int missing = 0;
	struct reader r;
	int fd = q->source->open(q->source, "abi", -1);

	if (fd < 0) {
		text_addf(t, "%s/abi cannot be read (%s): mend what is bad above", q->source->root,
			  strerror(errno));
		return errno == EACCES || errno == EPERM ? EXIT_PERM : EXIT_MODULE;
	}
	if (reader_start(&r, read_fd, &fd) == PARSE_ROW)
		missing = count_missing(&r);
	if (r.result == PARSE_END) {
		text_addf(t, "version %u, as this program", r.header.version);
		if (missing)
			text_addf(t, "; this kernel lacks %u optional member%s", missing,
				  missing == 1 ? "" : "s");
		code = EXIT_OK;
	} else {
		text_addf(t, "%s: install a module and a program of one version", r.message);
	}
	reader_stop(&r);
	close(fd);
	return code;
}

static enum exit_code check_mounts(struct text *t, const struct query *q)
{
	struct ns_mounts m = ns_mounts_hold();

	(void)q;
	text_addf(t, "%u ipc namespace%s with a bind mount", m.held, m.held == 1 ? "" : "s");
	if (!m.missed)
		return EXIT_OK;
	text_addf(t, ", and %u that cannot be opened: not shown, unless a process is in it",
		  m.missed);
	return EXIT_PERM;
}

static const struct {
	const char *name;
	enum exit_code (*run)(struct text *t, const struct query *q);
} checks[] = {
	{ "privileges", check_privileges }, { "debugfs", check_debugfs }, { "BTF", check_btf },
	{ "lockdown", check_lockdown },	    { "module", check_module },	  { "ABI", check_abi },
	{ "mounts", check_mounts },
};

enum exit_code doctor(const struct query *q, char **words)
{
	enum exit_code code = EXIT_OK, one;
	struct text t = { 0 };

	(void)words;
	for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]); i++) {
		text_clear(&t);
		one = checks[i].run(&t, q);
		fprintf(q->out, "%-10s  %-3s  %s\n", checks[i].name, one ? "BAD" : "ok", t.s);
		code = worse(code, one);
	}
	text_free(&t);
	return code;
}
