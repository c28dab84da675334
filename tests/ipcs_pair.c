// SPDX-License-Identifier: GPL-2.0
#define _GNU_SOURCE
#include "ipcs_pair.h"
#include "common.h"

#include <errno.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define NR(array) (sizeof(array) / sizeof((array)[0]))
#define ARGV_MAX 24

static const char *const kinds[] = { "", "-m", "-q", "-s", "-a", "-s -q", "-m -a" };
static const char *const formats[] = { "", "-t", "-p", "-c", "-l", "-u", "-u -t", "-t -l -c" };
static const char *const units[] = { "", "-b", "--human", "--human -b" };
/* A format changes nothing about one object. */
static const char *const of_object[] = { "", "-b", "--human", "-t --human", "-l" };

unsigned int ipcs_lists(void)
{
	return NR(kinds) * NR(formats) * NR(units);
}

void ipcs_list(char words[IPCS_WORDS], unsigned int i)
{
	snprintf(words, IPCS_WORDS, "%s %s %s", kinds[i / NR(units) / NR(formats)],
		 formats[i / NR(units) % NR(formats)], units[i % NR(units)]);
}

unsigned int ipcs_objects(void)
{
	return NR(of_object);
}

void ipcs_object(char words[IPCS_WORDS], int letter, unsigned int i, int id)
{
	snprintf(words, IPCS_WORDS, "-%c %s -i %d", letter, of_object[i], id);
}

struct output {
	int fd[2]; /* of stdout and stderr */
	int status;
};

/* Without fork(), which would attach the child to every segment for a moment. */
static void run(struct output *o, char *const argv[])
{
	posix_spawn_file_actions_t actions;
	pid_t pid;

	posix_spawn_file_actions_init(&actions);
	for (int i = 0; i < 2; i++) {
		o->fd[i] = memfd_create("output", MFD_CLOEXEC);
		if (o->fd[i] < 0)
			die("memfd_create: %s", strerror(errno));
		posix_spawn_file_actions_adddup2(&actions, o->fd[i], i + 1);
	}
	errno = posix_spawnp(&pid, argv[0], &actions, NULL, argv, environ);
	if (errno || waitpid(pid, &o->status, 0) != pid)
		die("cannot run %s: %s", argv[0], strerror(errno));
	posix_spawn_file_actions_destroy(&actions);
}

static char *text_of(int fd, size_t *len)
{
	char *text;

	lseek(fd, 0, SEEK_SET);
	text = slurp_fd(fd, 65536, len);
	if (!text)
		die("output: %s", strerror(errno));
	close(fd);
	return text;
}

static unsigned int add_words(char *argv[], unsigned int nr, char *words)
{
	char *save, *word;

	for (word = strtok_r(words, " ", &save); word; word = strtok_r(NULL, " ", &save)) {
		if (nr == ARGV_MAX)
			die("too many words");
		argv[nr++] = word;
	}
	return nr;
}

/* Puts the command together and runs it; first and second are its own words. */
static void run_one(struct output *o, const char *const as[], const char *first, const char *second,
		    const char *words)
{
	char *argv[ARGV_MAX + 1], copy[IPCS_WORDS];
	unsigned int nr = 0;

	for (; as[nr]; nr++)
		argv[nr] = (char *)as[nr];
	argv[nr++] = (char *)first;
	if (second)
		argv[nr++] = (char *)second;
	snprintf(copy, sizeof(copy), "%s", words);
	nr = add_words(argv, nr, copy);
	argv[nr] = NULL;
	run(o, argv);
}

static bool same_texts(struct output *their, struct output *our)
{
	size_t their_len, our_len, their_said, our_said;
	char *t = text_of(their->fd[0], &their_len), *o = text_of(our->fd[0], &our_len);
	char *said = text_of(their->fd[1], &their_said), *told = text_of(our->fd[1], &our_said);
	bool ok = their_len == our_len && !memcmp(t, o, our_len) && !their_said == !our_said &&
		  !their->status == !our->status;

	if (!ok)
		complain("ipcs (status %x) prints\n%s%s\nbut --ipcs (status %x) prints\n%s%s",
			 their->status, t, said, our->status, o, told);
	free(t);
	free(o);
	free(said);
	free(told);
	return ok;
}

bool ipcs_same(const char *const as[], const char *program, const char *words)
{
	const char *locale = getenv("LC_ALL"), *zone = getenv("TZ");
	struct output their, our;

	run_one(&their, as, "ipcs", NULL, words);
	run_one(&our, as, program, "--ipcs", words);
	return same_texts(&their, &our) ||
	       complain("%s: LC_ALL=%s TZ=%s ipcs %s", as[0] ? "as another user" : "as started",
			locale ? locale : "", zone ? zone : "", words);
}
