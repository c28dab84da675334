// SPDX-License-Identifier: GPL-2.0
/*
 * The formats are those of util-linux 2.38, byte for byte, and so are the words: they are looked
 * up in its message catalogue, and scripts compare them.
 */
#include "ipcs.h"

#include <inttypes.h>
#include <libintl.h>
#include <locale.h>
#include <time.h>

#define DOMAIN "util-linux"
#define LOCALE_DIR "/usr/share/locale"

#define _(msgid) dgettext(DOMAIN, msgid)

void ipcs_translate(void)
{
	setlocale(LC_ALL, "");
	bindtextdomain(DOMAIN, LOCALE_DIR);
}

void ipcs_sem_title(FILE *out)
{
	fputs("\n", out);
	fputs(_("------ Semaphore Arrays --------\n"), out);
}

const char *ipcs_word(const char *word)
{
	return _(word);
}

/* A time that ctime() cannot spell (a year beyond an int) is left as its number. */
static const char *time_text(__s64 seconds)
{
	static char number[24];
	time_t t = seconds;
	const char *s = ctime(&t);

	if (s)
		return s;
	snprintf(number, sizeof(number), "%" PRId64, (int64_t)seconds);
	return number;
}

static void sem_rows(FILE *out, const struct sem_set *s)
{
	fprintf(out, "%-10s %-10s %-10s %-10s %-10s\n", _("semnum"), _("value"), _("ncount"),
		_("zcount"), _("pid"));
	for (size_t i = 0; i < s->sems.nr; i++) {
		const struct ipcdbg_sem *sem = &s->sems.v[i];

		fprintf(out, "%-10d %-10d %-10u %-10u %-10d\n", sem->semnum, sem->semval,
			sem->semncnt, sem->semzcnt, sem->sempid);
	}
}

void ipcs_sem_block(FILE *out, const struct sem_set *s)
{
	const struct ipcdbg_set *set = &s->set;

	fprintf(out, _("\nSemaphore Array semid=%d\n"), set->semid);
	fprintf(out, _("uid=%u\t gid=%u\t cuid=%u\t cgid=%u\n"), set->uid, set->gid, set->cuid,
		set->cgid);
	fprintf(out, _("mode=%#o, access_perms=%#o\n"), set->mode, set->mode & 0777);
	fprintf(out, _("nsems = %ju\n"), (uintmax_t)set->nsems);
	fprintf(out, _("otime = %-26.24s\n"), set->otime ? time_text(set->otime) : _("Not set"));
	fprintf(out, _("ctime = %-26.24s\n"), time_text(set->ctime));
	sem_rows(out, s);
	fputs("\n", out);
}
