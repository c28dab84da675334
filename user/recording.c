// SPDX-License-Identifier: GPL-2.0
#include "recording.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "recorded.h"
#include "retry.h"

#define ALL "all/"

struct recording recording = { .fd = -1 };

/* A section being read. */
struct section_read {
	struct reader reader;
	off_t at;	    /* of the file, to read from next */
	unsigned long line; /* lines before the section */
};

static ssize_t read_file(void *ctx, char *buf, size_t size)
{
	struct section_read *s = ctx;
	ssize_t n;

	do
		n = pread(recording.fd, buf, size, s->at);
	while (n < 0 && errno == EINTR);
	if (n > 0)
		s->at += n;
	return n;
}

static bool is_missing(const struct section_read *s)
{
	return s->reader.result == PARSE_CUT && !s->reader.line && !s->reader.end;
}

static enum exit_code explain(const struct section_read *s)
{
	const struct reader *r = &s->reader;

	if (r->result == PARSE_BAD)
		warn_user("%s: line %lu: %s", recording.path, s->line + r->line, r->message);
	else if (is_missing(s) && s->line)
		warn_user("%s: cut: it ends before its last section", recording.path);
	else
		warn_user("%s: %s", recording.path, r->message);
	return r->result == PARSE_IO ? EXIT_IO : EXIT_DATA;
}

static enum exit_code refuse(struct section_read *s, const char *message)
{
	snprintf(s->reader.message, sizeof(s->reader.message), "%s", message);
	s->reader.result = PARSE_BAD;
	return explain(s);
}

static enum exit_code read_rows(struct section_read *s, struct recorded_section *section)
{
	struct reader *r = &s->reader;
	enum parse_result result = reader_start(r, read_file, s);
	const char *wrong;

	r->part = true;
	if (result == PARSE_ROW && strcmp(r->header.table, section->name))
		return refuse(s, strcmp(section->name, RECORDING_HEAD)
					 ? "another section was to come"
					 : "not a recording, but a table");
	while (result == PARSE_ROW) {
		result = reader_next(r);
		wrong = result == PARSE_ROW
				? recorded_take_row(section->name, &r->row, section->start + r->at)
				: NULL;
		if (wrong)
			return refuse(s, wrong);
	}
	if (result != PARSE_END)
		return explain(s);
	section->end = section->start + reader_length(r);
	return EXIT_OK;
}

/* Reads one, which begins where the one before it ends. */
static enum exit_code read_section(size_t i)
{
	/* Rows of the first make the vector grow. */
	struct recorded_section section = recording.sections.v[i];
	struct section_read s = { 0 };
	enum exit_code code;

	if (i) {
		const struct recorded_section *before = &recording.sections.v[i - 1];

		section.start = before->end;
		section.line = before->line + before->lines;
	}
	s.at = section.start;
	s.line = section.line;
	code = read_rows(&s, &section);
	section.lines = s.reader.line;
	reader_stop(&s.reader);
	recording.sections.v[i] = section;
	return code;
}

static enum exit_code read_sections(off_t size)
{
	enum exit_code code = EXIT_OK;
	size_t i;

	snprintf(vec_add(&recording.sections)->name, IPCDBG_WORD_LEN, "%s", RECORDING_HEAD);
	for (i = 0; i < recording.sections.nr && !code; i++)
		code = read_section(i);
	if (!code && recording.sections.v[i - 1].end != size) {
		warn_user("%s: line %lu: text after the last section", recording.path,
			  recording.sections.v[i - 1].line + recording.sections.v[i - 1].lines + 1);
		code = EXIT_DATA;
	}
	if (!code && !recording.has_head) {
		warn_user("%s: it does not say of what it is a recording", recording.path);
		code = EXIT_DATA;
	}
	return code;
}

static const struct recorded_section *find_section(const char *name)
{
	for (size_t i = 0; i < recording.sections.nr; i++)
		if (!strcmp(recording.sections.v[i].name, name))
			return &recording.sections.v[i];
	return NULL;
}

/* A table of one namespace is part of that of all. */
static bool find_part(const char *name, struct source_part *part)
{
	const struct recorded_section *section = find_section(name);
	char all[IPCDBG_WORD_LEN + sizeof(ALL)];

	*part = (struct source_part){ 0 };
	if (!section && recording.inum) {
		snprintf(all, sizeof(all), ALL "%s", name);
		section = find_section(all);
		part->inum = recording.inum;
	}
	if (!section)
		return false;
	part->table = section->name;
	part->line = section->line;
	part->start = section->start;
	part->end = section->end;
	return true;
}

static bool has_table(const char *name)
{
	struct source_part part;

	return find_part(name, &part);
}

static int open_file(const struct source *s, const char *name, long long id)
{
	(void)s;
	(void)id;
	if (has_table(name))
		return fcntl(recording.fd, F_DUPFD_CLOEXEC, 0);
	errno = ENOENT;
	return -1;
}

static void enter(__u32 inum)
{
	recording.inum = inum;
}

static struct source make_source(void)
{
	struct source s = {
		.root = recording.path,
		.has = has_table,
		.open = open_file,
		.part = find_part,
		.enter = enter,
		.page_size = recording.head.page_size,
		.inum = recording.head.inum,
	};

	if (IPCDBG_HAS(recording, &recording.head, lacks)) {
		s.lacks = recording.head.lacks;
		s.lacks_code = EXIT_MODULE;
		s.hidden = recording.head.hidden;
	}
	return s;
}

static enum exit_code read_recording(off_t size, struct source *source)
{
	enum exit_code code = read_sections(size);

	if (code)
		return code;
	recording.inum = recording.head.inum;
	if (find_section(RECORDING_PROCESSES))
		recorded_begin_tasks();
	recorded_begin_names();
	recorded_begin_logind();
	*source = make_source();
	return EXIT_OK;
}

enum exit_code recording_open(const char *path, struct source *source)
{
	struct stat st;

	recording.path = path;
	/* What blocks until somebody opens its other end is none. */
	recording.fd = retry_open(AT_FDCWD, path, O_RDONLY | O_NONBLOCK);
	if (recording.fd < 0 || fstat(recording.fd, &st)) {
		warn_user("%s: %s", path, strerror(errno));
		return errno == ENOENT ? EXIT_ABSENT : errno == EACCES ? EXIT_PERM : EXIT_IO;
	}
	if (S_ISDIR(st.st_mode)) {
		*source = source_folder(path);
		return EXIT_OK;
	}
	if (S_ISREG(st.st_mode))
		return read_recording(st.st_size, source);
	warn_user("%s: not a file: save what comes from elsewhere first", path);
	return EXIT_USAGE;
}
