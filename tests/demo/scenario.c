// SPDX-License-Identifier: GPL-2.0
/*
 * A shop whose processes block on objects of every kind, for people to look at: each file of a kind
 * tells at its head what there is to see.
 *
 * Once every task is blocked, prints one line: the ids of the sets shop, import and stock, of the
 * segments prices, thumbnails and sessions, of the queues orders and returns, and the pids of
 * "webshop", of "packing" and of the container. Then waits for SIGTERM or SIGINT and removes
 * everything.
 */
#define _GNU_SOURCE
#include "scene.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

static void clean_up(void)
{
	remove_sets();
	remove_stock();
	remove_orders();
	remove_mail();
	remove_segments();
}

int main(void)
{
	sigset_t ends;
	int sig;

	atexit(clean_up);
	fill_shelves();
	open_mail();
	open_shop();
	lose_import();
	take_orders();
	lock_stock();
	start_container();
	printf("%d %d %d %d %d %d %d %d %d %d %d\n", shop, import, stock, prices, thumbnails,
	       sessions, orders, returns, webshop, packing, container);
	fclose(stdout);

	sigemptyset(&ends);
	sigaddset(&ends, SIGTERM);
	sigaddset(&ends, SIGINT);
	sigprocmask(SIG_BLOCK, &ends, NULL);
	sigwait(&ends, &sig);
	return 0;
}
