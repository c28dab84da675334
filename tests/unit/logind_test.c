// SPDX-License-Identifier: GPL-2.0
/* logind.conf and its drop-ins below a folder of the test's own, as logind.conf(5) orders them. */
#define _GNU_SOURCE
#include "kselftest_harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "common.h"
#include "logind.h"

FIXTURE(logind)
{
	char root[64];
};

FIXTURE_SETUP(logind)
{
	strcpy(self->root, "/tmp/ipcdbg-logind-XXXXXX");
	ASSERT_NE(NULL, mkdtemp(self->root));
}

FIXTURE_TEARDOWN(logind)
{
	char command[128];

	snprintf(command, sizeof(command), "rm -r %s", self->root);
	ASSERT_EQ(0, system(command));
}

/* Writes a file below the root, and the folders that it is in. */
static void put(const char *root, const char *path, const char *text)
{
	char full[256];
	FILE *f;

	snprintf(full, sizeof(full), "%s%s", root, path);
	for (char *slash = strchr(full + strlen(root) + 1, '/'); slash;
	     slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		mkdir(full, 0755);
		*slash = '/';
	}
	f = fopen(full, "w");
	if (!f || fputs(text, f) < 0 || fclose(f))
		abort();
}

static bool says(const char *root, bool removes, bool stated, const char *where)
{
	struct remove_ipc r = logind_remove_ipc(root);
	bool ok = r.removes == removes && r.stated == stated && !strcmp(r.where.s, where);

	if (!ok)
		fprintf(stderr, "# %d %d '%s'\n", r.removes, r.stated, r.where.s);
	text_free(&r.where);
	return ok;
}

TEST_F(logind, nothing_is_the_default_of_systemd)
{
	EXPECT_TRUE(says(self->root, true, false, ""));
}

TEST_F(logind, comment_tells_the_default)
{
	put(self->root, "/etc/systemd/logind.conf",
	    "# text\n[Login]\n#NAutoVTs=6\n#RemoveIPC=no\n");
	EXPECT_TRUE(says(self->root, false, false, "/etc/systemd/logind.conf line 4"));
}

TEST_F(logind, statement)
{
	put(self->root, "/etc/systemd/logind.conf", "[Login]\n#RemoveIPC=no\n  RemoveIPC= yes \n");
	EXPECT_TRUE(says(self->root, true, true, "/etc/systemd/logind.conf line 3"));
	put(self->root, "/etc/systemd/logind.conf", "[Login]\nRemoveIPC=off\n#RemoveIPC=yes\n");
	EXPECT_TRUE(says(self->root, false, true, "/etc/systemd/logind.conf line 2"));
}

TEST_F(logind, other_sections_and_nonsense_do_not_count)
{
	put(self->root, "/etc/systemd/logind.conf",
	    "RemoveIPC=no\n[Manager]\nRemoveIPC=no\n[Login]\nRemoveIPC=perhaps\nRemoveIPCs=no\n");
	EXPECT_TRUE(says(self->root, true, false, ""));
}

TEST_F(logind, first_folder_has_the_main_file)
{
	put(self->root, "/usr/lib/systemd/logind.conf", "[Login]\nRemoveIPC=no\n");
	EXPECT_TRUE(says(self->root, false, true, "/usr/lib/systemd/logind.conf line 2"));
	put(self->root, "/etc/systemd/logind.conf", "");
	EXPECT_TRUE(says(self->root, true, false, ""));
}

TEST_F(logind, drop_ins_go_before_and_the_last_name_wins)
{
	put(self->root, "/etc/systemd/logind.conf", "[Login]\nRemoveIPC=yes\n");
	put(self->root, "/etc/systemd/logind.conf.d/10-a.conf", "[Login]\nRemoveIPC=no\n");
	put(self->root, "/usr/lib/systemd/logind.conf.d/20-b.conf", "[Login]\nRemoveIPC=yes\n");
	EXPECT_TRUE(
		says(self->root, true, true, "/usr/lib/systemd/logind.conf.d/20-b.conf line 2"));
	/* A file of the same name in a folder before it stands in its place. */
	put(self->root, "/run/systemd/logind.conf.d/20-b.conf", "[Login]\n");
	EXPECT_TRUE(says(self->root, false, true, "/etc/systemd/logind.conf.d/10-a.conf line 2"));
	put(self->root, "/run/systemd/logind.conf.d/30-c.off", "[Login]\nRemoveIPC=yes\n");
	put(self->root, "/run/systemd/logind.conf.d/.conf", "[Login]\nRemoveIPC=yes\n");
	EXPECT_TRUE(says(self->root, false, true, "/etc/systemd/logind.conf.d/10-a.conf line 2"));
}

TEST_HARNESS_MAIN
