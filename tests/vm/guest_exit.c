// SPDX-License-Identifier: GPL-2.0
/* Ends QEMU with an exit code that no panic, reboot or power-off gives. */
#include <stdint.h>
#include <sys/reboot.h>

#include "guest.h"

#define EXIT_CODE 33

#if defined(__x86_64__)
#include <sys/io.h>

/* Port of QEMU's isa-debug-exit; QEMU ends with 2 * value + 1. */
#define EXIT_PORT 0xf4

bool guest_can_exit(void)
{
	return !ioperm(EXIT_PORT, 1, 1);
}

static void exit_qemu(void)
{
	if (guest_can_exit())
		outb(EXIT_CODE / 2, EXIT_PORT);
}
#elif defined(__aarch64__)
/* Semihosting for AArch64, SYS_EXIT: https://github.com/ARM-software/abi-aa */
#define SYS_EXIT 0x18
#define APPLICATION_EXIT 0x20026

bool guest_can_exit(void)
{
	return true;
}

static void exit_qemu(void)
{
	const uint64_t why[2] = { APPLICATION_EXIT, EXIT_CODE };
	register uint64_t operation asm("x0") = SYS_EXIT;
	register const uint64_t *argument asm("x1") = why;

	asm volatile("hlt #0xf000" : "+r"(operation) : "r"(argument) : "memory");
}
#endif

void guest_exit(void)
{
	exit_qemu();
	reboot(RB_POWER_OFF);
}
