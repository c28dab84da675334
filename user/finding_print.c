// SPDX-License-Identifier: GPL-2.0
/* Findings as text and as JSON. */
#include <string.h>

#include "finding.h"
#include "json.h"

/* More of a finding's evidence is for --json. */
#define EVIDENCE_SHOWN 12

static void print_evidence(FILE *out, const struct finding *f)
{
	for (size_t i = 0; i < f->evidence.nr && i < EVIDENCE_SHOWN; i++)
		fprintf(out, "\t%s\n", f->evidence.v[i].line);
	if (f->evidence.nr > EVIDENCE_SHOWN)
		fprintf(out, "\tand %zu more\n", f->evidence.nr - EVIDENCE_SHOWN);
}

/* Each part of a sentence on a line of its own, as the details of objects have them. */
static void print_told(FILE *out, const struct finding *f)
{
	fprintf(out, "\n%s%s", f->subject.s, f->subject.len ? ": " : "");
	for (const char *s = f->told.s, *end; *s; s = end) {
		end = strstr(s, "; ");
		end = end ? end + 1 : s + strlen(s);
		fprintf(out, "%s%.*s\n", s == f->told.s ? "" : " ", (int)(end - s), s);
	}
}

void findings_text(FILE *out, const struct findings *all, __u32 home)
{
	for (size_t i = 0; i < all->v.nr; i++) {
		const struct finding *f = all->v.v[i];

		fprintf(out, "%s%s: %s (%s)", i ? "\n" : "", severity_word(f->severity), f->name,
			certainty_word(f));
		if (f->inum && f->inum != home)
			fprintf(out, " in ipc namespace %u", f->inum);
		print_told(out, f);
		print_evidence(out, f);
		if (f->next.len)
			fprintf(out, "next: %s\n", f->next.s);
	}
}

json_t *finding_json(const struct finding *f)
{
	json_t *object = json_object(), *evidence;

	json_put(object, "finding", json_string(f->name));
	json_put(object, "severity", json_string(severity_word(f->severity)));
	json_put(object, "certainty", json_string(certainty_word(f)));
	json_put(object, "namespace", f->inum ? json_integer(f->inum) : json_null());
	json_put(object, "subject", json_string(f->subject.s));
	json_put(object, "told", json_string(f->told.s));
	evidence = json_put_array(object, "evidence");
	for (size_t i = 0; i < f->evidence.nr; i++)
		json_append(evidence, json_incref(f->evidence.v[i].json));
	json_put(object, "next", json_string(f->next.s));
	return object;
}
