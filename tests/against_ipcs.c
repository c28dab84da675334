// SPDX-License-Identifier: GPL-2.0
#include "against_ipcs.h"
#include "common.h"
#include "ipcs_pair.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct ipcs_kind ipcs_sets = { "-s", "Semaphore Arrays", "semid" };
const struct ipcs_kind ipcs_queues = { "-q", "Message Queues", "msqid" };
const struct ipcs_kind ipcs_segments = { "-m", "Shared Memory Segments", "shmid" };

static bool same_as_ipcs(const struct ipcs_kind *kind, const int *ids, int nr)
{
	static const char *const here[] = { NULL };
	bool ok = ipcs_same(here, cli(), kind->option);
	char words[IPCS_WORDS];
	int i;

	for (i = 0; i < nr; i++) {
		snprintf(words, sizeof(words), "%s -i %d", kind->option, ids[i]);
		ok &= ipcs_same(here, cli(), words);
	}
	return ok;
}

/* jq reads it to the end and finds as many objects as there are. */
static bool check_json(const struct ipcs_kind *kind, int nr)
{
	char command[256], *out;
	int status;
	bool ok;

	snprintf(command, sizeof(command),
		 "%s --json %s >/tmp/json && jq -e '[.. | objects | select(has(\"%s\"))] | "
		 "length' /tmp/json",
		 cli(), kind->option, kind->id);
	out = command_output((const char *[]){ "sh", "-c", command, NULL }, NULL, &status);
	ok = !status && atoi(out) == nr;
	if (!ok)
		complain("%s: status %x, %s for %d objects", command, status, out, nr);
	free(out);
	return ok;
}

const char *ipcs_foreign(void)
{
	const char *foreign = getenv("FOREIGN");

	return foreign ? foreign : "de_DE.UTF-8";
}

bool ipcs_is_foreign(const struct ipcs_kind *kind)
{
	const char *const argv[] = { "ipcs", kind->option, NULL };
	char *text = command_output(argv, NULL, &(int){ 0 });
	bool foreign = !strstr(text, kind->english);

	free(text);
	return foreign || complain("ipcs speaks English in LC_ALL=%s", getenv("LC_ALL"));
}

bool against_ipcs(const struct ipcs_kind *kind, const int *ids, int nr)
{
	bool ok = same_as_ipcs(kind, ids, nr);

	setenv("LC_ALL", ipcs_foreign(), 1);
	ok &= ipcs_is_foreign(kind) && same_as_ipcs(kind, ids, nr);
	unsetenv("LC_ALL");
	return check_json(kind, nr) && ok;
}
