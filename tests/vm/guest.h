/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The guest's init: carries out /plan and reports on the second serial port, line by line:
 *
 *   boot RELEASE                      the guest is up
 *   run NAME SECONDS                  a program starts; what it prints follows, each line after '|'
 *   end NAME exit|signal|timeout N MS what became of it, after so many milliseconds
 *   splat TEXT                        kernel messages, the first of which is a bug report; or what
 *                                     kmemleak found after the module was unloaded
 *   race TEXT                         KCSAN's report of a data race without a frame of the module
 *   module TEXT                       the module did not load or unload
 *   note TEXT                         what the module said before that
 *   gcov FILE BASE64                  a part of what the module's code counted into FILE
 *   done                              the plan is carried out; without it there is no verdict
 *   done off                          the same, on a kernel whose lockdown lets it do no more than
 *                                     power off
 */
#ifndef VM_GUEST_H
#define VM_GUEST_H

#include <stdbool.h>

#define GUEST_MODULE "ipcdbg"

/* The serial ports: of the kernel and of run_shell(), and the one that is reported on. */
#ifdef __aarch64__
#define GUEST_CONSOLE "/dev/ttyAMA0"
#define GUEST_CHANNEL "/dev/ttyS0"
#else
#define GUEST_CONSOLE "/dev/ttyS0"
#define GUEST_CHANNEL "/dev/ttyS1"
#endif

/* Sends one line of the form above, newline added. */
void report(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* Sends bytes as they are. */
void report_bytes(const char *bytes, unsigned long n);

/* Runs a shell command line for at most that many seconds, then kills whatever it left. */
void run_program(const char *name, unsigned int seconds, const char *command);
/* Runs it on the console, with job control. */
void run_shell(const char *command);

void kmsg_open(void);
/*
 * Reports bug reports that came since the last call, and as notes what the module said. That
 * messages were lost is reported too: a bigger log_buf_len= keeps them.
 */
void kmsg_check(bool notes);
/* The last call: what is still held back has no end, and is reported. */
void kmsg_end(void);

/* Reads the pattern of a bug report from the first line of a file; false if it cannot. */
bool splat_open(const char *path);
/* Takes the kernel's next message; false if it is not reported here, nor held back. */
bool splat_take(const char *message);
/* Whether messages are held back: those of a report of which is not known yet whose it is. */
bool splat_is_held(void);
/* Reports them. */
void splat_release(void);
/* Ends the report that is being sent: what comes next is no part of it. */
void splat_rest(void);

/* Once the module is unloaded: sends what kmemleak takes for lost, if the kernel has kmemleak. */
void leaks_check(void);
/* Sends the coverage of modules that are unloaded, if the kernel has gcov. */
void coverage_send(void);
/* Ends QEMU with the exit code of a plan that was carried out, whatever came of it. */
void guest_exit(void);
/* Whether it can. If not, for the kernel is locked down, it powers off. */
bool guest_can_exit(void);

/* Removes every System V and POSIX message queue object of this ipc namespace. */
void ipc_clean(void);

#endif
