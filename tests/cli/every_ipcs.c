// SPDX-License-Identifier: GPL-2.0
/*
 * every_ipcs PROGRAM FOLDER: ipcs and --ipcs print the same bytes for every kind, format, unit and
 * object, as the user, in the language and time zone of the environment. Run by record in the ipc
 * namespace of the objects, whose ids are in FOLDER. Ends with "N pairs"; its exit status is 1 if
 * any differed.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "../common.h"
#include "../ipcs_pair.h"

static const char *const here[] = { NULL };
static const char *program;
static unsigned int pairs;

static bool same(const char *words)
{
	pairs++;
	return ipcs_same(here, program, words);
}

static bool same_lists(void)
{
	char words[IPCS_WORDS];
	bool ok = true;

	for (unsigned int i = 0; i < ipcs_lists(); i++) {
		ipcs_list(words, i);
		ok &= same(words);
	}
	return ok;
}

static bool same_object(int letter, int id)
{
	char words[IPCS_WORDS];
	bool ok = true;

	for (unsigned int i = 0; i < ipcs_objects(); i++) {
		ipcs_object(words, letter, i, id);
		ok &= same(words);
	}
	return ok;
}

/* Those of the file, and one that is not there. */
static bool same_objects(const char *folder, int letter)
{
	char path[4096];
	bool ok = same_object(letter, 2147483647);
	FILE *f;
	int id;

	snprintf(path, sizeof(path), "%s/ids.%c", folder, letter);
	f = fopen(path, "r");
	if (!f)
		die("%s: %s", path, strerror(errno));
	while (fscanf(f, "%d", &id) == 1)
		ok &= same_object(letter, id);
	fclose(f);
	return ok;
}

int main(int argc, char **argv)
{
	bool ok;

	if (argc != 3)
		return 64;
	program = argv[1];
	ok = same_lists();
	for (const char *letter = "msq"; *letter; letter++)
		ok &= same_objects(argv[2], *letter);
	printf("%u pairs\n", pairs);
	return !ok;
}
