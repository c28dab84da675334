/* SPDX-License-Identifier: GPL-2.0 */
/* A shop with a file for each kind of object; scenario.c tells the order in which it opens. */
#ifndef SCENE_H
#define SCENE_H

#include <stdbool.h>
#include <stdnoreturn.h>
#include <sys/types.h>

#define DEADLINE_S 30

/*
 * Forks a child that dies with its parent; true in the child. There the process has these
 * arguments, the first of which names it, and is in the unit "UNIT.service".
 */
bool child(const char *unit, const char *args, pid_t *pid);

/* The same with flags of clone(2), and the name of the unit in full. */
bool child_in(int flags, const char *unit, const char *args, pid_t *pid);

noreturn void stay(void);

/* Whether the process sleeps in that call. */
bool sleeps_in(pid_t pid, long call);

void pause_until(long deadline, const char *what);
long in_seconds(long s);

/* Waits for what the kernel tells nobody of. */
#define AWAIT(condition)                                                \
	do {                                                            \
		for (long end_ = in_seconds(DEADLINE_S); !(condition);) \
			pause_until(end_, #condition);                  \
	} while (0)

/* Each makes its objects and returns when every task of it is blocked. */
void fill_shelves(void);
void open_mail(void);
void open_shop(void);
void lose_import(void);
void take_orders(void);
void lock_stock(void);
void start_container(void);

/* Removes what each made. */
void remove_segments(void);
void remove_mail(void);
void remove_sets(void);
void remove_orders(void);
void remove_stock(void);

/* For processes of the shop; each ends the process that cannot have it. */
void attach_prices(int flags);
void write_mail(void);

/* The ids of objects, and three processes. */
extern int shop, import, stock;
extern int prices, thumbnails, sessions;
extern int orders, returns;
extern pid_t webshop, packing, container;

#endif
