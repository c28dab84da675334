/* SPDX-License-Identifier: GPL-2.0 */
/* Random objects of every kind, and random limits, in the ipc namespace of the caller. */
#ifndef TESTS_NS_OBJECTS_H
#define TESTS_NS_OBJECTS_H

/* 1 to 4 of each kind; returns the id of a segment. Dies if it cannot. */
int ns_objects_make(void);

/* Limits that leave room for what is there. */
void ns_limits_make(void);

#endif
