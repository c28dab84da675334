// SPDX-License-Identifier: GPL-2.0
/*
 *   orders    "shipping" took one and is gone; "checkout" waits to send one more than fits
 *   returns   "refunds" waits for one of type 7; those that "returns-desk" sent are of others
 */
#define _GNU_SOURCE
#include "scene.h"

#include <err.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define ORDERS_KEY 0x00004d5a
#define RETURNS_KEY 0x00004d5b

enum { EXCHANGE = 1, REPAIR, REFUND = 7 };

struct message {
	long type;
	char text[1000];
};

int orders = -1, returns = -1;

void remove_orders(void)
{
	if (orders >= 0)
		msgctl(orders, IPC_RMID, NULL);
	if (returns >= 0)
		msgctl(returns, IPC_RMID, NULL);
}

static int make_queue(key_t key)
{
	int id = msgget(key, IPC_CREAT | IPC_EXCL | 0620);

	if (id < 0)
		err(1, "msgget 0x%08x", key);
	return id;
}

static unsigned long messages(int id)
{
	struct msqid_ds ds;

	if (msgctl(id, IPC_STAT, &ds))
		err(1, "msgctl IPC_STAT");
	return ds.msg_qnum;
}

/* In a child. */
static void send_one(int id, long type)
{
	const struct message m = { .type = type };

	if (msgsnd(id, &m, sizeof(m.text), 0))
		_exit(1);
}

static void receive_one(int id, long type)
{
	struct message m;

	if (msgrcv(id, &m, sizeof(m.text), type, 0) < 0)
		_exit(1);
}

static void fill_orders(void)
{
	pid_t shipping, checkout;

	orders = make_queue(ORDERS_KEY);
	if (child("shipping", "shipping", &shipping)) {
		receive_one(orders, 0);
		_exit(0);
	}
	if (child("checkout", "checkout --terminal 3", &checkout))
		for (;;)
			send_one(orders, 1);
	waitpid(shipping, NULL, 0);
	AWAIT(sleeps_in(checkout, SYS_msgsnd));
}

static void take_returns(void)
{
	pid_t desk, refunds;

	returns = make_queue(RETURNS_KEY);
	if (child("returns", "returns-desk", &desk)) {
		send_one(returns, EXCHANGE);
		send_one(returns, REPAIR);
		send_one(returns, EXCHANGE);
		stay();
	}
	AWAIT(messages(returns) == 3);
	if (child("refunds", "java -jar refunds.jar", &refunds))
		receive_one(returns, REFUND);
	AWAIT(sleeps_in(refunds, SYS_msgrcv));
}

void take_orders(void)
{
	fill_orders();
	take_returns();
}
