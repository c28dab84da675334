// SPDX-License-Identifier: GPL-2.0
/*
 * 'ipcdbg record' and --input: a recording answers what the machine answered when it was made, to
 * everybody, when nothing of it is left, and without a look at the machine it is read on.
 */
#define _GNU_SOURCE
#include "kselftest_harness.h"

#include <fcntl.h>
#include <regex.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/sem.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include "busy.h"
#include "common.h"
#include "ns_world.h"
#include "proc.h"
#include "random.h"
#include "shell.h"

#define FILE_NAME "/tmp/recorded/file"
#define INPUT "$ipcdbg --input " FILE_NAME " "

/* One namespace of each. */
static const enum ns_keeper keepers[] = { NS_PROCESS,	  NS_PROCESS, NS_THREAD, NS_FILE,
					  NS_FILE_THREAD, NS_ATTACH,  NS_MOUNT };
#define WORLDS ARRAY_SIZE(keepers)

/* What is asked. World N is $wN, a process in it $pN. */
static const char *const modes[] = {
	"",
	"-J",
	"-s",
	"-p",
	"-p -J",
	"-t",
	"-t --time-format short",
	"-t --time-format full",
	"-c",
	"-l",
	"-l -J",
	"-u",
	"-u -J",
	"--human",
	"-b -u",
	"-A",
	"-A -J",
	"-A -p",
	"-A -t",
	"-A -c",
	"--ipcs",
	"--ipcs -t",
	"--ipcs -p",
	"--ipcs -c",
	"--ipcs -l",
	"--ipcs -u",
	"--ipcs -b",
	"-s --ipcs -i $semid",
	"-m --ipcs -i $shmid",
	"-q --ipcs -i $msqid",
	"-s $semid",
	"-s $semid --suspect-after 0",
	"-s $semid -J",
	"-s $semid -A",
	"-s -k 0x1234",
	"-s -k 0x1234 -A -J",
	"-m $shmid",
	"-m $shmid -J",
	"-m $shmid -A",
	"-q $msqid $full_msqid --suspect-after 0",
	"-q $msqid $full_msqid -J",
	"-q $msqid -A",
	"-Q busy busy-full busy-told --suspect-after 0",
	"-Q busy busy-full busy-told -J",
	"-Q busy -A",
	"-s --output-all",
	"-m --output-all -r",
	"-q --output-all -e",
	"-Q --output-all",
	"-s --output-all -J",
	"-m --output-all -A",
	"-q -o +UNIT,ARGS -A -J",
	"-m -o ID,COMMAND,ARGS,UNIT",
	"-s -o KEY,OWNER,CUSER,CGROUP,PURPOSE -A",
	"ns",
	"ns -J",
	"ns $w0",
	"ns $w1 -J",
	"ns $w6",
	"ns $w2",
	"--namespace $w0",
	"--namespace $w0 -J",
	"--namespace $p0 -u",
	"--namespace $w0 -l -J",
	"--namespace $w1 -m",
	"--namespace $w2 -A",
	"--namespace $w2 -s -J",
	"--namespace $w3 -J",
	"--namespace $w5",
	"--namespace $w6 -J",
	"--namespace $w6 -u",
	"pid $pid",
	"pid $pid -J",
	"pid $pid -A",
	"pid $blocked",
	"pid $blocked -J",
	"pid $thread",
	"pid $p0",
	"pid $p0 -J",
	"pid $p2",
	"pid $gone",
	"pid $gone -J",
	"explain 0x1234",
	"explain -J $semid",
	"explain -A 0x1234",
	"pid $pid --namespace $w0",
	"-s 4711",
	"-s -k 0xdeadbeef",
	"-Q none",
	"ns 4000000000",
	"--namespace 4000000000 -s",
	"-s x",
};
#define MODES ARRAY_SIZE(modes)

struct answer {
	char *out, *err;
	int code;
};

static struct answer live[MODES], recorded[MODES];

FIXTURE(record)
{
	struct busy busy;
	struct ns_world world[WORLDS];
	struct puppet *thread;
};

static void export(const char *name, long value)
{
	char text[24];

	snprintf(text, sizeof(text), "%ld", value);
	setenv(name, text, 1);
}

/* Arguments that are long, empty, and of all sorts of bytes; puppets have the same. */
static void have_arguments(void)
{
	static const char first[] = "shop\0--name\0a b\0\0x\\=\"\033[31m\xff";
	size_t len = sizeof(first) + 600;
	char *args = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (args == MAP_FAILED)
		die("mmap");
	memcpy(args, first, sizeof(first));
	memset(args + sizeof(first), 'y', len - sizeof(first) - 1);
	/* The kernel wants the start not to be behind the end, at any time. */
	if (prctl(PR_SET_MM, PR_SET_MM_ARG_START, (unsigned long)args, 0, 0) &&
	    (prctl(PR_SET_MM, PR_SET_MM_ARG_END, (unsigned long)args + len, 0, 0) ||
	     prctl(PR_SET_MM, PR_SET_MM_ARG_START, (unsigned long)args, 0, 0)))
		die("PR_SET_MM");
	prctl(PR_SET_MM, PR_SET_MM_ARG_END, (unsigned long)args + len, 0, 0);
}

/* A process that operated on the busy set, and is no more. */
static pid_t somebody_gone(int semid)
{
	struct puppet *p = puppet_make(NULL, 0);
	pid_t pid = p->pid;

	if (puppet_semop(p, semid, &(struct sembuf){ 2, 1, 0 }, 1) ||
	    puppet_semop(p, semid, &(struct sembuf){ 2, -1, 0 }, 1))
		die("semop");
	puppet_exit_process(p);
	puppet_reap(p);
	return pid;
}

FIXTURE_SETUP(record)
{
	char name[8];
	unsigned int i;
	int home;

	random_seed(env_long("SEED", 1));
	have_arguments();
	ASSERT_LE(0, shell_begin());
	home = open("/proc/self/ns/ipc", O_RDONLY | O_CLOEXEC);
	ASSERT_LE(0, home);
	busy_make(&self->busy, "text of a message");
	self->thread = puppet_make(self->busy.holder, PUPPET_THREAD);
	ASSERT_NE(NULL, self->thread);
	puppet_name(self->thread, "a b\\=\"\n\033[");
	export("semid", self->busy.semid);
	export("shmid", self->busy.shmid);
	export("msqid", self->busy.msqid);
	export("full_msqid", self->busy.full_msqid);
	export("pid", self->busy.holder->pid);
	export("blocked", self->busy.mq_sender[0]->pid);
	export("thread", self->thread->tid);
	export("gone", somebody_gone(semget(0x1234, 3, 0)));
	puppet_block(self->thread, self->busy.semid, &(struct sembuf){ 1, -1, 0 }, 1, NULL);
	for (i = 0; i < WORLDS; i++) {
		ns_world_make(&self->world[i], keepers[i], home, false);
		snprintf(name, sizeof(name), "w%u", i);
		export(name, self->world[i].truth->inum);
		snprintf(name, sizeof(name), "p%u", i);
		export(name, self->world[i].puppet ? self->world[i].puppet->pid : 1);
	}
	close(home);
	ASSERT_EQ(0, shell("mkdir -p /tmp/cg && { mount -t cgroup2 none /tmp/cg || :; } && "
			   "mkdir -p /tmp/cg/a.slice/web.scope/in && "
			   "echo $pid >/tmp/cg/a.slice/web.scope/in/cgroup.procs"));
	mkdir("/tmp/recorded", 0755);
}

FIXTURE_TEARDOWN(record)
{
	unsigned int i;

	puppets_clear();
	for (i = 0; i < WORLDS; i++)
		ns_world_free(&self->world[i]);
}

static struct answer ask(const char *command, const char *mode)
{
	shell("%s %s", command, mode);
	return (struct answer){ strdup(shell_out), strdup(shell_err), shell_code };
}

/*
 * What time changes while nothing else happens: durations, when a table was read, and how many
 * processes the initial namespace has, as kernel threads come and go.
 */
static const char *const volatile_parts[] = {
	"4026531839( +|,\"user_ns\":)4026531837( +|,\"processes\":)[0-9]+( |,\"threads\":[0-9]+)",
	"\"(time|blocked_ns|switches)\": ?[0-9]+",
	"([0-9]+d[0-9]+h|[0-9]+h[0-9]+m|[0-9]+m[0-9]+s|[0-9]+(\\.[0-9]+)?s)",
	"[0-9]+ min [0-9]+ s|[0-9]+ h [0-9]+ min|[0-9]+(\\.[0-9]+)? s",
	" +",
};

/* The text with a '~' for each of that, and so for blanks, which widths change. */
static char *steady(const char *text)
{
	char *from = strdup(text), *to, *at;
	regmatch_t m;
	regex_t re;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(volatile_parts); i++) {
		if (regcomp(&re, volatile_parts[i], REG_EXTENDED))
			die("regcomp");
		to = calloc(1, strlen(from) * 2 + 1);
		for (at = from; !regexec(&re, at, 1, &m, 0); at += m.rm_eo) {
			strncat(to, at, m.rm_so);
			strcat(to, "~");
		}
		strcat(to, at);
		regfree(&re);
		free(from);
		from = to;
	}
	return from;
}

static bool same_text(const char *mode, const char *what, const char *want, const char *got)
{
	size_t i, line = 0;

	for (i = 0; want[i] && want[i] == got[i]; i++)
		if (want[i] == '\n')
			line = i + 1;
	return want[i] == got[i] ||
	       complain("'%s': %s: '%.*s', not '%.*s'", mode, what, (int)strcspn(got + line, "\n"),
			got + line, (int)strcspn(want + line, "\n"), want + line);
}

static bool same(const char *mode, const struct answer *want, const struct answer *got)
{
	bool ok = same_text(mode, "stdout", want->out, got->out);

	ok &= same_text(mode, "stderr", want->err, got->err);
	return want->code == got->code
		       ? ok
		       : complain("'%s': exit status %d, not %d", mode, got->code, want->code);
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Its lines by the alphabet, without the commas between those of JSON. */
static char *sorted(char *text)
{
	unsigned int nr = 0, i;
	char **lines = calloc(strlen(text) + 1, sizeof(*lines));
	char *out = calloc(1, strlen(text) + 2), *line, *save;

	for (line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		size_t len = strlen(line);

		line[len - (line[len - 1] == ',')] = 0;
		lines[nr++] = line;
	}
	qsort(lines, nr, sizeof(*lines), by_text);
	for (i = 0; i < nr; i++)
		strcat(strcat(out, lines[i]), "\n");
	free(lines);
	return out;
}

/* The module tells namespaces in no order that would be the same the next time. */
static bool steadily_same(const char *mode, const struct answer *want, const struct answer *got)
{
	struct answer w = { steady(want->out), steady(want->err), want->code };
	struct answer g = { steady(got->out), steady(got->err), got->code };

	if (strstr(mode, "-A") || !strncmp(mode, "ns", 2)) {
		w.out = sorted(w.out);
		g.out = sorted(g.out);
	}
	return same(mode, &w, &g);
}

/* As a user, where /proc, /sys and the names of users are not there. */
static const char *const blind =
	"unshare --mount sh -c 'exec 2>/tmp/err; "
	"mount --bind /dev/null /etc/passwd && mount --bind /dev/null /etc/group && "
	"mount -t tmpfs none /sys && mount -t tmpfs none /proc && "
	"exec setpriv --reuid 1000 --regid 1000 --clear-groups " INPUT "\"$@\"' sh";

/* Every third of the questions from first on. */
static bool all_same(const char *when, const char *command, unsigned int first)
{
	bool ok = true;
	unsigned int i;

	for (i = first; i < MODES; i += 3) {
		struct answer now = ask(command, modes[i]);

		ok &= same(modes[i], &recorded[i], &now) || complain("%s", when);
		free(now.out);
		free(now.err);
	}
	return ok;
}

static bool fine(int status)
{
	return shell_code == status ||
	       complain("exit status %d, not %d: %s", shell_code, status, shell_err);
}

/* What is kept of processes is what /proc says. */
TEST_F(record, processes)
{
	char path[64];
	char *args;
	size_t len;

	shell("$ipcdbg record " FILE_NAME " && sed -n '/^process pid='$pid' /,/^[a-z]/p' " FILE_NAME
	      " | grep -w arg | wc -l");
	EXPECT_TRUE(shell_ended(0, ""));
	/* Six, of which the last takes three rows. */
	EXPECT_STREQ("8\n", shell_out);
	shell(INPUT "pid $pid -J | jq -rj '.processes[0].args[] + \"\\u0000\"'");
	snprintf(path, sizeof(path), "/proc/%d/cmdline", self->busy.holder->pid);
	args = slurp(path, 4096, &len);
	ASSERT_NE(NULL, args);
	ASSERT_LT(600, len);
	EXPECT_NE(NULL, strstr(shell_out, "shop"));
	/* Of the bytes, those that are escaped take three more each. */
	EXPECT_EQ(len + 3 * 6, shell_len);
	free(args);
}

TEST_F_TIMEOUT(record, answers, 600)
{
	struct stat st;
	unsigned int i;

	for (i = 0; i < MODES; i++)
		live[i] = ask("$ipcdbg", modes[i]);
	shell("umask 0; $ipcdbg record " FILE_NAME);
	ASSERT_TRUE(fine(0));
	ASSERT_TRUE(shell_ended(0, ""));
	ASSERT_EQ(0, stat(FILE_NAME, &st));
	EXPECT_EQ(0600, st.st_mode & 07777);
	ASSERT_EQ(0, shell("ls -A /tmp/recorded"));
	EXPECT_STREQ("file\n", shell_out);

	for (i = 0; i < MODES; i++) {
		recorded[i] = ask(INPUT, modes[i]);
		EXPECT_TRUE(steadily_same(modes[i], &live[i], &recorded[i]));
	}
	/* Of what the test made itself, so that not both are empty. */
	EXPECT_NE(NULL, strstr(recorded[0].out, "0x00001234"));
	EXPECT_NE(NULL, strstr(recorded[1].out, "\"blocked_ns\""));

	/* A namespace by its process; the live one would hold it open meanwhile, and say so. */
	shell(INPUT "ns $w0 >/tmp/number; " INPUT "ns $p0 | cmp - /tmp/number");
	EXPECT_TRUE(shell_ended(0, ""));

	ASSERT_EQ(0, chmod(FILE_NAME, 0644));
	EXPECT_TRUE(all_same("unprivileged, without /proc", blind, 0));

	/* The other form of the same: through a pipe. */
	shell("$ipcdbg record - >/tmp/piped && $ipcdbg --input /tmp/piped -A -J | jq -c .complete");
	EXPECT_TRUE(shell_ended(0, ""));
	EXPECT_STREQ("true\n", shell_out);

	/* When it is all gone, and a year has passed. */
	puppets_clear();
	shell("ipcrm -a; rmmod ipcdbg; date -s @$(($(date +%%s) + 40000000)) >/dev/null");
	EXPECT_TRUE(all_same("a year later", INPUT, 1));
	shell("date -s @$(($(date +%%s) - 40000000)) >/dev/null");
}

TEST_HARNESS_MAIN
