/* SPDX-License-Identifier: GPL-2.0 */
/* PostgreSQL of the same folder as the test, in the ipc namespace of the caller, and pgbench. */
#ifndef TESTS_STRESS_PGBENCH_H
#define TESTS_STRESS_PGBENCH_H

#include <stdbool.h>
#include <sys/types.h>

/* Its programs, in the folders that they have on a Debian machine; see postgres_files.sh. */
#define PGBENCH_FOLDER "/t/postgres"

/* Makes a database and starts both; they die with the caller. */
void pgbench_begin(void);

/* Ends them; false (complained) if there was no transaction, or one that failed. */
bool pgbench_end(void);

#endif
