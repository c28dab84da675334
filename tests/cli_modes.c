// SPDX-License-Identifier: GPL-2.0
#include "cli_modes.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "common.h"
#include "proc.h"
#include "shell.h"

static const char *const modes[] = {
	"",
	"-J",
	"-p",
	"-p -J",
	"-A",
	"-A -J",
	"-A -p",
	"--ipcs",
	"-s $semid",
	"-s $semid -J",
	"-s --ipcs -i $semid",
	"-s $semid -A --suspect-after 0",
	"-m $shmid",
	"-m $shmid -J",
	"-m --ipcs -i $shmid",
	"-q $msqid $full_msqid --suspect-after 0",
	"-q $msqid $full_msqid -J",
	"-q --ipcs -i $msqid",
	"-Q busy busy-full busy-told --suspect-after 0",
	"-Q busy busy-full busy-told -J",
	"--namespace $pid -s -m",
	"ns",
	"ns -J",
	"ns $inum",
	"pid $pid",
	"pid $pid -J",
	"pid $blocked",
	"doctor",
	"--help",
	"-s 4711",
	"-Q none",
	"-m -k 0xdeadbeef",
	"ns 4000000000",
	"pid 4194303",
	"--root /proc",
};

static void export(const char *name, long value)
{
	char text[24];

	snprintf(text, sizeof(text), "%ld", value);
	setenv(name, text, 1);
}

void cli_modes_begin(const struct busy *b)
{
	setenv("ipcdbg", cli(), 1);
	export("semid", b->semid);
	export("shmid", b->shmid);
	export("msqid", b->msqid);
	export("full_msqid", b->full_msqid);
	export("pid", b->holder->pid);
	export("blocked", b->mq_sender[0]->pid);
	export("inum", proc_ns(getpid(), getpid(), "ipc"));
}

const char *cli_mode(unsigned int i)
{
	if (i >= sizeof(modes) / sizeof(modes[0]))
		return NULL;
	shell("$ipcdbg %s", modes[i]);
	return modes[i];
}
