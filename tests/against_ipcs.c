// SPDX-License-Identifier: GPL-2.0
#include "against_ipcs.h"
#include "common.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct ipcs_kind ipcs_sets = { "-s", "Semaphore Arrays", "semid" };
const struct ipcs_kind ipcs_queues = { "-q", "Message Queues", "msqid" };
const struct ipcs_kind ipcs_segments = { "-m", "Shared Memory Segments", "shmid" };

/* Both commands print the same bytes and end alike. */
static bool same_output(const char *const ours[], const char *const theirs[])
{
	size_t our_len, their_len;
	int our_status, their_status;
	char *our = command_output(ours, &our_len, &our_status);
	char *their = command_output(theirs, &their_len, &their_status);
	bool ok =
		our_len == their_len && !memcmp(our, their, our_len) && our_status == their_status;

	if (!ok)
		complain("%s (status %x) prints\n%s\nbut %s (status %x) prints\n%s", ours[0],
			 our_status, our, theirs[0], their_status, their);
	free(our);
	free(their);
	return ok;
}

static bool same_as_ipcs(const struct ipcs_kind *kind, const int *ids, int nr)
{
	const char *our_list[] = { cli(), "--ipcs", kind->option, NULL };
	const char *their_list[] = { "ipcs", kind->option, NULL };
	bool ok = same_output(our_list, their_list);
	char id[16];
	int i;

	for (i = 0; i < nr; i++) {
		const char *our_one[] = { cli(), "--ipcs", kind->option, "-i", id, NULL };
		const char *their_one[] = { "ipcs", kind->option, "-i", id, NULL };

		snprintf(id, sizeof(id), "%d", ids[i]);
		ok &= same_output(our_one, their_one);
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

/* Without its locale and catalogue a foreign comparison would compare English once more. */
static bool speaks_foreign(const struct ipcs_kind *kind)
{
	const char *const argv[] = { "ipcs", kind->option, NULL };
	char *text = command_output(argv, NULL, &(int){ 0 });
	bool foreign = !strstr(text, kind->english);

	free(text);
	return foreign || complain("ipcs speaks English in LC_ALL=%s", getenv("LC_ALL"));
}

bool against_ipcs(const struct ipcs_kind *kind, const int *ids, int nr)
{
	const char *foreign = getenv("FOREIGN");
	bool ok = same_as_ipcs(kind, ids, nr);

	setenv("LC_ALL", foreign ? foreign : "de_DE.UTF-8", 1);
	ok &= speaks_foreign(kind) && same_as_ipcs(kind, ids, nr);
	unsetenv("LC_ALL");
	return check_json(kind, nr) && ok;
}
