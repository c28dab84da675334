// SPDX-License-Identifier: GPL-2.0
/*
 *   /mail     "postman" waits for a message; "webshop", which could send one, has it open
 *   /upload   "converter" waits for one; its name is gone
 */
#define _GNU_SOURCE
#include "scene.h"

#include <err.h>
#include <fcntl.h>
#include <mqueue.h>
#include <sys/syscall.h>
#include <unistd.h>

#define MAIL "/mail"
#define UPLOAD "/upload"
#define MESSAGE_SIZE 256

void remove_mail(void)
{
	mq_unlink(MAIL);
	mq_unlink(UPLOAD);
}

static void make_queue(const char *name)
{
	struct mq_attr attr = { .mq_maxmsg = 10, .mq_msgsize = MESSAGE_SIZE };
	mqd_t mq = mq_open(name, O_CREAT | O_EXCL | O_RDWR, 0600, &attr);

	if (mq < 0)
		err(1, "mq_open %s", name);
	mq_close(mq);
}

/* In a child. */
static mqd_t open_queue(const char *name, int flags)
{
	mqd_t mq = mq_open(name, flags);

	if (mq < 0)
		_exit(1);
	return mq;
}

void write_mail(void)
{
	open_queue(MAIL, O_WRONLY);
}

static void start_reader(const char *unit, const char *args, const char *queue)
{
	char message[MESSAGE_SIZE];
	pid_t pid;

	if (child(unit, args, &pid))
		_exit(mq_receive(open_queue(queue, O_RDONLY), message, sizeof(message), NULL) < 0);
	AWAIT(sleeps_in(pid, SYS_mq_timedreceive));
}

void open_mail(void)
{
	make_queue(MAIL);
	start_reader("postman", "postman", MAIL);
	make_queue(UPLOAD);
	start_reader("converter", "converter --jobs 2", UPLOAD);
	mq_unlink(UPLOAD);
}
