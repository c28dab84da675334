// SPDX-License-Identifier: GPL-2.0
/* Which kernel messages the guest reports, and as what. Texts are those of Linux 6.1. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <kselftest_harness.h>

#include "vm/guest.h"

static char reported[1 << 16];

void report(const char *fmt, ...)
{
	size_t n = strlen(reported);
	va_list ap;

	va_start(ap, fmt);
	n += vsnprintf(reported + n, sizeof(reported) - n, fmt, ap);
	va_end(ap);
	snprintf(reported + n, sizeof(reported) - n, "\n");
}

/* Takes a message a line, as of one program. */
static void take(const char *messages)
{
	char line[256];

	for (; *messages; messages += strcspn(messages, "\n") + 1) {
		snprintf(line, sizeof(line), "%.*s", (int)strcspn(messages, "\n"), messages);
		splat_take(line);
	}
	splat_rest();
}

static unsigned int count(const char *word)
{
	unsigned int n = 0;
	const char *at;

	for (at = reported; (at = strstr(at, word)); at++)
		n++;
	return n;
}

#define BAR "==================================================================\n"
#define RACE "BUG: KCSAN: data-race in do_exit / proc_reg_read\n\n"
#define STACKS                                                  \
	"write to 0xffff8881 of 4 bytes by task 71 on cpu 1:\n" \
	" do_exit+0x1a/0x20\n do_syscall_64+0x35/0x80\n\n"      \
	"read to 0xffff8881 of 4 bytes by task 70 on cpu 0:\n"  \
	" proc_reg_read+0x1a/0x20\n"
#define OURS " tasks_of+0x2f/0x80 [ipcdbg]\n"
#define REPORTED "\nReported by Kernel Concurrency Sanitizer on:\nCPU: 0 PID: 70 Comm: reader\n"

FIXTURE(splat){};

FIXTURE_SETUP(splat)
{
	reported[0] = 0;
	ASSERT_TRUE(splat_open("vm/splat"));
}

FIXTURE_TEARDOWN(splat)
{
}

TEST_F(splat, of_the_kernel_are_counted)
{
	take(BAR RACE STACKS REPORTED BAR);
	EXPECT_STREQ("race BUG: KCSAN: data-race in do_exit / proc_reg_read\n", reported);
	EXPECT_FALSE(splat_is_held());
}

TEST_F(splat, with_our_frame_is_ours_from_its_first_line)
{
	take(BAR RACE STACKS OURS REPORTED BAR);
	EXPECT_EQ(0, strncmp(reported, "splat " RACE, strlen("splat " RACE) - 1));
	EXPECT_EQ(1, count("splat  tasks_of"));
	EXPECT_EQ(0, count("race BUG:"));
}

#define INTERRUPT                                      \
	" timekeeping_advance+0x6ee/0xb60\n"           \
	" sysvec_apic_timer_interrupt+0xcb/0x250\n"    \
	" asm_sysvec_apic_timer_interrupt+0x1b/0x20\n" \
	" get_page_from_freelist+0x1ef/0xf90\n" OURS

/* What an interrupt came upon has not done it; the other stack is another matter. */
TEST_F(splat, of_an_interrupt_that_came_upon_us)
{
	take(BAR RACE "write to 0xffff8881 of 280 bytes by interrupt on cpu 0:\n" INTERRUPT
		      "\nread to 0xffff8881 of 8 bytes by task 60 on cpu 1:\n"
		      " ktime_get_real_seconds+0x1a/0x30\n" REPORTED BAR);
	EXPECT_EQ(1, count("race BUG:"));
	EXPECT_EQ(0, count("splat "));
	take(BAR RACE "write to 0xffff8881 of 280 bytes by interrupt on cpu 0:\n" INTERRUPT
		      "\nread to 0xffff8881 of 8 bytes by task 60 on cpu 1:\n" OURS REPORTED BAR);
	EXPECT_EQ(1, count("splat BUG: KCSAN:"));
	/* By the report before this one nothing is remembered. */
	reported[0] = 0;
	take(BAR RACE "write to 0xffff8881 of 280 bytes by interrupt on cpu 0:\n" INTERRUPT);
	take(BAR BAR RACE OURS BAR);
	EXPECT_EQ(1, count("splat BUG: KCSAN:"));
}

/* A lock that we have taken is no frame, nor one that an interrupt came upon. */
TEST_F(splat, with_a_lock_of_ours)
{
	take(BAR RACE STACKS
	     "\n1 lock held by reader/70:\n"
	     " #0: ffff8881 (&w->lock){+.+.}-{3:3}, at: walk_read+0xc6/0x2a0 [ipcdbg]\n" REPORTED
		     BAR);
	EXPECT_EQ(1, count("race BUG:"));
	EXPECT_EQ(0, count("splat "));
}

/* The kernel writes the flags of whoever is asked for a capability. */
TEST_F(splat, of_a_capability_that_we_ask_for)
{
	take(BAR RACE
	     "read to 0xffff8881 of 4 bytes by interrupt on cpu 1:\n rcu_core+0x68e/0xdc0\n"
	     "\nwrite to 0xffff8881 of 4 bytes by task 70 on cpu 1:\n"
	     " capable+0x70/0x90\n" OURS REPORTED BAR);
	EXPECT_EQ(1, count("race BUG:"));
	EXPECT_EQ(0, count("splat "));
	reported[0] = 0;
	take(BAR RACE "read to 0xffff8881 of 4 bytes by task 70 on cpu 1:\n" OURS
		      "\nwrite to 0xffff8881 of 4 bytes by task 71 on cpu 0:\n"
		      " capable+0x70/0x90\n" REPORTED BAR);
	EXPECT_EQ(1, count("splat BUG: KCSAN:"));
}

/* From one program to the next. */
TEST_F(splat, in_two_parts)
{
	take(BAR RACE STACKS);
	EXPECT_TRUE(splat_is_held());
	EXPECT_STREQ("", reported);
	take(REPORTED BAR);
	EXPECT_EQ(1, count("race BUG:"));
	EXPECT_EQ(0, count("splat "));
}

static const char *const others[] = {
	"WARNING: CPU: 1 PID: 9 at kernel/exit.c:741 do_exit+0x8/0x9",
	"WARNING: possible recursive locking detected",
	"BUG: KASAN: use-after-free in find+0x1/0x2",
	"BUG: sleeping function called from invalid context at mm/slab.h:1",
	"Oops: 0000 [#1] PREEMPT SMP",
	"watchdog: BUG: soft lockup - CPU#1 stuck for 22s! [reader:70]",
	"rcu: INFO: rcu_preempt detected stalls on CPUs/tasks:",
};

TEST_F(splat, of_another_processor_inside_a_race)
{
	char text[2048], line[160];
	unsigned int i;

	for (i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		reported[0] = 0;
		snprintf(text, sizeof(text), BAR RACE STACKS "%s\n" REPORTED BAR, others[i]);
		take(text);
		snprintf(line, sizeof(line), "splat %s\n", others[i]);
		EXPECT_EQ(1, count(line))
		{
			TH_LOG("%s", others[i]);
		}
		EXPECT_EQ(1, count("splat BUG: KCSAN:"));
		EXPECT_FALSE(splat_is_held());
	}
}

/* As when messages were lost: nothing that comes after it may be held back. */
TEST_F(splat, without_an_end)
{
	unsigned int i;

	take(BAR RACE STACKS);
	for (i = 0; i < 300; i++)
		take(" frame+0x1/0x2\n");
	EXPECT_FALSE(splat_is_held());
	EXPECT_EQ(1, count("splat BUG: KCSAN:"));
	reported[0] = 0;
	take("WARNING: CPU: 1 PID: 9 at kernel/exit.c:741 do_exit+0x8/0x9\n");
	EXPECT_EQ(1, count("splat WARNING:"));
}

TEST_F(splat, without_an_end_at_the_end)
{
	take(BAR RACE STACKS);
	splat_release();
	EXPECT_FALSE(splat_is_held());
	EXPECT_EQ(1, count("splat BUG: KCSAN:"));
	EXPECT_EQ(1, count("splat  proc_reg_read"));
}

/* Stacks of 64 frames, and the locks that both tasks hold. */
TEST_F(splat, long_one_of_the_kernel)
{
	unsigned int i;

	take(BAR RACE);
	for (i = 0; i < 200; i++)
		take(" frame+0x1/0x2\n");
	take(REPORTED BAR);
	EXPECT_EQ(1, count("race BUG:"));
	EXPECT_EQ(0, count("splat "));
}

#define REFUSED "refused-memory: vmalloc error: size 8192, page order 0, failed to allocate pages\n"

TEST_F(splat, memory_that_was_asked_to_be_refused)
{
	take(REFUSED "Call Trace:\n <TASK>\n dump_stack_lvl+0x1/0x2\n </TASK>\n");
	EXPECT_STREQ("", reported);
	take(REFUSED "Call Trace:\n <TASK>\n" OURS " </TASK>\n");
	EXPECT_EQ(1, count("splat  tasks_of"));
	reported[0] = 0;
	take(REFUSED "Call Trace:\nWARNING: CPU: 1 PID: 9 at kernel/exit.c:741\n </TASK>\n");
	EXPECT_EQ(1, count("splat WARNING:"));
}

TEST_F(splat, and_other_messages)
{
	take("ipcdbg: loaded\nrandom: crng init done\n");
	EXPECT_STREQ("", reported);
	take("BUG: unable to handle page fault for address: 0\nRIP: 0010:read+0x1/0x2\n");
	EXPECT_STREQ("splat BUG: unable to handle page fault for address: 0\n"
		     "splat RIP: 0010:read+0x1/0x2\n",
		     reported);
	/* The next program's are its own. */
	take("ipcdbg: loaded\n");
	EXPECT_EQ(0, count("loaded"));
}

TEST_HARNESS_MAIN
