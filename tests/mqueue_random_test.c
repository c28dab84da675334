// SPDX-License-Identifier: GPL-2.0
/*
 * Random states of POSIX message queues: everything that mqueue, list/mqueue and all/mqueue say is
 * held against a model, mq_getattr, the mqueue file system and /proc. No text of a message is ever
 * shown. states.h says what the environment chooses.
 */
#define _GNU_SOURCE
#include "kselftest_harness.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include "common.h"
#include "mqueue_compare.h"
#include "mqueue_generate.h"
#include "states.h"

#define MOUNT "/tmp/mqueue"

static struct mqueue_model model;

/* Each name in the mqueue file system is that of one row, and no row has another. */
static bool check_names(const struct rows *r)
{
	unsigned int names = 0, i;
	struct dirent *e;
	DIR *dir = opendir(MOUNT);
	bool ok = true;
	int row;

	if (!dir)
		die(MOUNT ": %s", strerror(errno));
	while ((e = readdir(dir))) {
		if (!strcmp(e->d_name, ".") || !strcmp(e->d_name, ".."))
			continue;
		names++;
		row = ROWS_FIND(r, -1, mqueue, ino, (int64_t)e->d_ino);
		if (row < 0 || !escaped_is(ROW_STR(r, row, mqueue, name), e->d_name))
			ok = complain("no row of %s", e->d_name);
	}
	closedir(dir);
	for (i = 0; i < r->nr; i++)
		if (r->row[i].record == IPCDBG_R_mqueue)
			names -= !ROW_NUM(r, i, mqueue, unlinked);
	return ok && (!names || complain("%u names without a row", names));
}

static bool check_files(const struct rows *plain, const struct rows *list, uint64_t t0, uint64_t t1)
{
	bool ok = mqueue_compare(&model, plain, t0, t1);

	ok &= mqueue_compare_list(&model, list) && check_names(plain);
	if (strstr(plain->text, MQUEUE_SECRET) || strstr(list->text, MQUEUE_SECRET))
		ok = complain("the text of a message is shown");
	return ok;
}

/* What the states had in them, so that a run in which something never occurs is seen. */
static struct {
	long receivers, senders, several, priorities, foreign, threads, unlinked, unlinked_blocked,
		gone, long_names, notify[3], users, open_twice, openers, full, ranks;
} seen;

static void count_line(const struct line *l)
{
	int i;

	seen.several += l->nr > 1;
	for (i = 1; i < l->nr; i++)
		seen.priorities += model.priority[l->task[i]] != model.priority[l->task[0]];
	for (i = 0; i < l->nr; i++) {
		const struct puppet *p = model.cast.task[l->task[i]].puppet;

		seen.foreign += p->inner_pid != p->pid;
		seen.threads += p->tid != p->pid;
	}
}

static void count_queue(const struct mqueue *q)
{
	int i;

	seen.gone += q->gone;
	if (q->gone)
		return;
	count_line(&q->receivers);
	count_line(&q->senders);
	seen.receivers += q->receivers.nr;
	seen.senders += q->senders.nr;
	seen.unlinked += q->unlinked;
	seen.unlinked_blocked += q->unlinked && q->receivers.nr + q->senders.nr;
	seen.long_names += strlen(q->name) == 255;
	seen.users += !!q->uid;
	seen.full += q->nr == q->maxmsg;
	seen.ranks += q->nr && q->message[0].prio != q->message[q->nr - 1].prio;
	if (q->notify != MQUEUE_NO_NOTIFY)
		seen.notify[q->notify]++;
	for (i = 0; i <= MQUEUE_TESTER; i++) {
		seen.openers += !!q->fds[i].nr;
		seen.open_twice += q->fds[i].nr > 1;
	}
}

static void count_state(void)
{
	int i;

	for (i = 0; i < model.nr_queues; i++)
		count_queue(&model.queue[i]);
}

static bool all_seen(void)
{
	fprintf(stderr,
		"# %ld receivers, %ld senders, %ld lines of several, %ld of another priority than "
		"the first; %ld in other pid namespaces, %ld threads\n",
		seen.receivers, seen.senders, seen.several, seen.priorities, seen.foreign,
		seen.threads);
	fprintf(stderr,
		"# queues: %ld unlinked, %ld of them with tasks blocked, %ld gone, %ld of users, "
		"%ld full, %ld with several priorities, %ld long names\n",
		seen.unlinked, seen.unlinked_blocked, seen.gone, seen.users, seen.full, seen.ranks,
		seen.long_names);
	fprintf(stderr,
		"# notifications: %ld signal, %ld none, %ld thread; %ld openers, %ld of several "
		"descriptors\n",
		seen.notify[0], seen.notify[1], seen.notify[2], seen.openers, seen.open_twice);
	return seen.receivers && seen.senders && seen.several && seen.priorities && seen.foreign &&
	       seen.threads && seen.unlinked && seen.unlinked_blocked && seen.gone && seen.users &&
	       seen.full && seen.ranks && seen.long_names && seen.notify[0] && seen.notify[1] &&
	       seen.notify[2] && seen.open_twice;
}

static bool generate_state(uint64_t seed)
{
	return mqueue_generate(&model, seed) && mqueue_compare_model(&model);
}

static void clear_state(void)
{
	mqueue_generate_clear(&model);
}

static const struct states states = {
	.file = "mqueue",
	.generate = generate_state,
	.clear = clear_state,
	.check_files = check_files,
	.count = count_state,
	.all_seen = all_seen,
};

FIXTURE(mqueue_random){};

FIXTURE_SETUP(mqueue_random)
{
	ASSERT_EQ(0, unshare(CLONE_NEWIPC | CLONE_NEWNS));
	ASSERT_EQ(0, mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL));
	mkdir(MOUNT, 0700);
	ASSERT_EQ(0, mount("mqueue", MOUNT, "mqueue", 0, NULL));
	mqueue_generate_open();
	puppets_open();
}

FIXTURE_TEARDOWN(mqueue_random)
{
	clear_state();
	umount(MOUNT);
}

TEST_F_TIMEOUT(mqueue_random, states, 3600)
{
	EXPECT_TRUE(states_check(&states));
}

TEST_HARNESS_MAIN
