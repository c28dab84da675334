// SPDX-License-Identifier: GPL-2.0
/*
 * One mistake of each kind that a debug kernel is there to find, made on demand by writing its name
 * to the parameter "commit". It is loaded as "ipcdbg" by tests/debug.sh and by nothing else.
 */
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

static DEFINE_SPINLOCK(lock);
static DEFINE_SPINLOCK(other_lock);
static int shared;

static void sleep_under_lock(void)
{
	spin_lock(&lock);
	msleep(20);
	spin_unlock(&lock);
}

static void leak(void)
{
	char *lost = kmalloc(4321, GFP_KERNEL);

	if (lost)
		lost[0] = 1;
	OPTIMIZER_HIDE_VAR(lost);
}

static void out_of_bounds(void)
{
	size_t past = 40;
	char *bytes = kmalloc(40, GFP_KERNEL);

	OPTIMIZER_HIDE_VAR(past);
	if (bytes)
		pr_info("past the end is %d\n", READ_ONCE(bytes[past]));
	kfree(bytes);
}

static void inverted_order(void)
{
	spin_lock(&lock);
	spin_lock(&other_lock);
	spin_unlock(&other_lock);
	spin_unlock(&lock);
	spin_lock(&other_lock);
	spin_lock(&lock);
	spin_unlock(&lock);
	spin_unlock(&other_lock);
}

/* Longer than the thresholds that debug.sh sets for these two. */
#define TOO_LONG_MS 20000

static void spin(void)
{
	unsigned int i;

	preempt_disable();
	for (i = 0; i < TOO_LONG_MS; i++)
		mdelay(1);
	preempt_enable();
}

static void stall(void)
{
	unsigned int i;

	rcu_read_lock();
	for (i = 0; i < TOO_LONG_MS; i++)
		mdelay(1);
	rcu_read_unlock();
}

static int increment(void *unused)
{
	while (!kthread_should_stop()) {
		shared++;
		cond_resched();
	}
	return 0;
}

/* Two threads, three seconds. */
static void racing_threads(void)
{
	struct task_struct *task[2];
	int i;

	for (i = 0; i < 2; i++)
		task[i] = kthread_run(increment, NULL, "increment/%d", i);
	msleep(3000);
	for (i = 0; i < 2; i++)
		if (!IS_ERR(task[i]))
			kthread_stop(task[i]);
}

static const struct {
	const char *name;
	void (*make)(void);
} mistakes[] = {
	{ "sleep", sleep_under_lock }, { "leak", leak }, { "bounds", out_of_bounds },
	{ "order", inverted_order },   { "spin", spin }, { "stall", stall },
	{ "race", racing_threads },
};

static int commit(const char *name, const struct kernel_param *param)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(mistakes); i++) {
		if (sysfs_streq(name, mistakes[i].name)) {
			mistakes[i].make();
			return 0;
		}
	}
	return -EINVAL;
}

static const struct kernel_param_ops commit_ops = { .set = commit };
module_param_cb(commit, &commit_ops, NULL, 0200);

MODULE_DESCRIPTION("Makes the mistakes that ipcdbg must not make; for tests only");
MODULE_LICENSE("GPL");
