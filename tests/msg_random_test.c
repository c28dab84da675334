// SPDX-License-Identifier: GPL-2.0
/*
 * Random states of message queues: everything that msg, list/msg and all/msg say is held against a
 * model, msgctl and /proc, and what the command-line tool prints against ipcs and jq. No text of a
 * message is ever shown. states.h and against_ipcs.h say what the environment chooses.
 */
#define _GNU_SOURCE
#include "kselftest_harness.h"

#include <sched.h>
#include <sys/msg.h>
#include "against_ipcs.h"
#include "common.h"
#include "msg_compare.h"
#include "msg_generate.h"
#include "states.h"

static struct msg_model model;

static bool check_files(const struct rows *plain, const struct rows *list, uint64_t t0, uint64_t t1)
{
	bool ok = msg_compare_msgctl(&model) && msg_compare(&model, plain, t0, t1);

	ok &= msg_compare_list(&model, list);
	if (strstr(plain->text, MSG_SECRET) || strstr(list->text, MSG_SECRET))
		ok = complain("the text of a message is shown");
	return ok;
}

static bool check_cli(void)
{
	int ids[MSG_QUEUES], i;

	for (i = 0; i < model.nr_queues; i++)
		ids[i] = model.queue[i].id;
	return against_ipcs(&ipcs_queues, ids, model.nr_queues);
}

/* What the states had in them, so that a run in which something never occurs is seen. */
static struct {
	long receivers, senders, any, equal, except, less_equal, noerror, several, foreign, threads,
		shuffled, many, empty, threads_received, zombies, exited;
} seen;

static void count_receiver(const struct msg_call *call)
{
	const char *mode = msg_mode(call);

	seen.any += !strcmp(mode, "any");
	seen.equal += !strcmp(mode, "equal");
	seen.except += !strcmp(mode, "except");
	seen.less_equal += !strcmp(mode, "less_equal");
	seen.noerror += !!(call->flags & MSG_NOERROR);
}

static void count_who(int who)
{
	const char *state = cast_state(&model.cast, who);

	seen.zombies += state && !strcmp(state, "zombie");
	seen.exited += state && !strcmp(state, "exited");
	seen.threads_received += who >= CAST_THREAD;
}

static void count_queue(const struct msg_queue *q)
{
	int i;

	for (i = 0; i < q->receivers.nr; i++)
		count_receiver(&model.call[q->receivers.task[i]]);
	seen.receivers += q->receivers.nr;
	seen.senders += q->senders.nr;
	seen.several += q->senders.nr > 1;
	seen.shuffled += q->shuffled && q->receivers.nr > 1;
	seen.many += q->qnum > IPCDBG_MESSAGES_SHOWN;
	seen.empty += !q->qnum;
	count_who(q->lspid);
	count_who(q->lrpid);
}

static void count_state(void)
{
	int i;

	for (i = 0; i < model.nr_queues; i++)
		count_queue(&model.queue[i]);
	for (i = 0; i < model.cast.nr_tasks; i++) {
		const struct cast_task *t = &model.cast.task[i];

		seen.foreign += t->waiting && t->puppet->inner_pid != t->puppet->pid;
		seen.threads += t->waiting && t->puppet->tid != t->puppet->pid;
	}
}

static bool all_seen(void)
{
	fprintf(stderr,
		"# receivers: %ld (any %ld, equal %ld, except %ld, less_equal %ld; %ld with "
		"MSG_NOERROR), in %ld queues woken by IPC_SET; senders: %ld, %ld times several\n",
		seen.receivers, seen.any, seen.equal, seen.except, seen.less_equal, seen.noerror,
		seen.shuffled, seen.senders, seen.several);
	fprintf(stderr,
		"# waiting: %ld in other pid namespaces, %ld threads; queues: %ld long, %ld empty; "
		"last operators: %ld threads, %ld zombies, %ld exited\n",
		seen.foreign, seen.threads, seen.many, seen.empty, seen.threads_received,
		seen.zombies, seen.exited);
	return seen.any && seen.equal && seen.except && seen.less_equal && seen.noerror &&
	       seen.shuffled && seen.several && seen.foreign && seen.threads && seen.many &&
	       seen.empty && seen.threads_received && seen.zombies && seen.exited;
}

static bool generate_state(uint64_t seed)
{
	return msg_generate(&model, seed);
}

static void clear_state(void)
{
	msg_generate_clear(&model);
}

static const struct states states = {
	.file = "msg",
	.generate = generate_state,
	.clear = clear_state,
	.check_files = check_files,
	.check_cli = check_cli,
	.count = count_state,
	.all_seen = all_seen,
};

FIXTURE(msg_random){};

FIXTURE_SETUP(msg_random)
{
	ASSERT_EQ(0, unshare(CLONE_NEWIPC));
	msg_generate_open();
	puppets_open();
}

FIXTURE_TEARDOWN(msg_random)
{
	clear_state();
}

TEST_F_TIMEOUT(msg_random, states, 3600)
{
	EXPECT_TRUE(states_check(&states));
}

TEST_HARNESS_MAIN
