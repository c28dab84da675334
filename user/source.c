// SPDX-License-Identifier: GPL-2.0
/* Tables of any source: opened, read, and their errors told to the user. */
#include "source.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>
#include <unistd.h>

#include "devshm_mounts.h"
#include "proc_hides.h"
#include "source_devshm.h"
#include "text.h"

static ssize_t read_table(void *ctx, char *buf, size_t size)
{
	struct table *t = ctx;
	off_t left = t->part.end - t->offset;
	ssize_t n;

	if (t->file && (off_t)size > left)
		size = left > 0 ? left : 0;
	do
		n = pread(t->fd, buf, size, t->offset);
	while (n < 0 && errno == EINTR);
	if (n > 0)
		t->offset += n;
	if (n > 0 && t->copy)
		fwrite(buf, 1, n, t->copy);
	return n;
}

__u64 source_page_size(const struct source *s)
{
	return s->page_size ? s->page_size : (__u64)sysconf(_SC_PAGESIZE);
}

bool source_is_there(const struct source *s)
{
	return s->lacks || s->part || !access(s->root, X_OK);
}

bool source_hides(const struct source *s)
{
	return s->lacks && (s->live ? !proc_shows_all() : s->hidden);
}

void source_renew(const struct source *s)
{
	if (s->renew)
		s->renew();
}

static void tell_recorded_lacks(const struct source *s)
{
	warn_user("%s was recorded without the module (%s): undo holders, types of messages%s ipc "
		  "namespaces without tasks%s are not known",
		  s->root, s->lacks, s->hidden ? "," : " and",
		  s->hidden ? ", and tasks that could not be seen" : "");
}

void source_tell_lacks(const struct source *s)
{
	bool module = s->lacks_code == EXIT_MODULE, hidden = source_hides(s);
	static bool told;

	if (s->lacks && !told && s->part)
		tell_recorded_lacks(s);
	else if (s->lacks && !told)
		warn_user("%s: undo holders, types of messages%s ipc namespaces without tasks%s "
			  "are not known; %s%s%s",
			  s->lacks, hidden ? "," : " and",
			  hidden ? ", and tasks that you may not see" : "",
			  module ? "load it, see 'ipcdbg doctor'" : "",
			  module && hidden ? ", and " : "", hidden ? proc_lacks() : "");
	told = true;
}

static const char *no_module(void)
{
	return access(SOURCE_MODULE, F_OK) ? "the kernel module is not loaded"
					   : "debugfs is not mounted";
}

struct source source_live(bool as_ipcs)
{
	struct source s = source_folder(SOURCE_ROOT);
	int fd = s.open(&s, "abi", -1), error = errno;

	if (fd >= 0) {
		close(fd);
		return s;
	}
	if (error == ENOENT || error == ENXIO)
		return source_proc(no_module(), EXIT_MODULE, as_ipcs);
	/* It may not last until a table is opened. */
	if (error != EACCES && error != EPERM) {
		warn_user("%s/abi: %s", s.root, strerror(error));
		return s;
	}
	if (access(SOURCE_MODULE, F_OK))
		return source_proc(no_module(), EXIT_MODULE, as_ipcs);
	return source_proc("the module's files need root (CAP_SYS_ADMIN)", EXIT_PERM, as_ipcs);
}

struct source source_of(const char *root, bool as_ipcs)
{
	if (strcmp(root, SOURCE_PROC))
		return source_folder(root);
	return source_proc("the kernel module is not asked", EXIT_MODULE, as_ipcs);
}

static enum exit_code explain_open(const struct source *s, const char *name)
{
	switch (errno) {
	case ENOENT:
	case ENXIO:
		if (s->lacks) {
			warn_user("no table '%s': %s; run 'ipcdbg doctor'", name, s->lacks);
			return s->lacks_code;
		}
		if (s->part) {
			warn_user("%s: there is no table '%s' in it", s->root, name);
			return EXIT_DATA;
		}
		if (s->live)
			warn_user("no %s/%s: %s; run 'ipcdbg doctor'", s->root, name, no_module());
		else
			warn_user("%s/%s: %s", s->root, name, strerror(errno));
		return EXIT_MODULE;
	case EACCES:
	case EPERM:
		warn_user("%s/%s: %s: this needs root (CAP_SYS_ADMIN)", s->root, name,
			  strerror(errno));
		return EXIT_PERM;
	default:
		warn_user("%s/%s: %s", s->root, name, strerror(errno));
		return EXIT_IO;
	}
}

static enum exit_code explain_made(void)
{
	enum exit_code code = errno == EACCES || errno == EPERM ? EXIT_PERM : EXIT_IO;

	warn_user("%s: %s", SHM_FOLDER, strerror(errno));
	return code;
}

static void explain(const struct table *t)
{
	const struct reader *r = &t->reader;

	if (t->quiet)
		return;
	if (r->result == PARSE_IO && r->error == ESTALE)
		warn_user("%s: the ipc namespace went away while it was read", t->name);
	else if (r->result == PARSE_IO || r->result == PARSE_CUT)
		warn_user("%s: %s", t->file ? t->file : t->name, r->message);
	else
		warn_user("%s: line %lu: %s", t->file ? t->file : t->name, t->part.line + r->line,
			  r->message);
}

enum exit_code table_result(const struct table *t)
{
	switch (t->reader.result) {
	case PARSE_BAD:
	case PARSE_CUT:
		return EXIT_DATA;
	case PARSE_IO:
		if (t->reader.error == EACCES || t->reader.error == EPERM)
			return EXIT_PERM;
		return t->reader.error == ESTALE ? EXIT_DATA : EXIT_IO;
	default:
		return EXIT_OK;
	}
}

/* A table of one namespace, made of one of all, is called what it was asked for by. */
static bool is_asked_for(struct table *t)
{
	struct ipcdbg_header *h = &t->reader.header;

	if (strcmp(h->table, t->file ? t->part.table : t->name))
		return false;
	snprintf(h->table, sizeof(h->table), "%s", t->name);
	return true;
}

static enum exit_code check_name(struct table *t)
{
	const char *name = t->reader.header.table;
	struct text shown = { 0 };

	if (is_asked_for(t))
		return EXIT_OK;
	text_add_name(&shown, name);
	warn_user("%s: its header says that it is '%s'", t->name, shown.s ? shown.s : "");
	text_free(&shown);
	return EXIT_DATA;
}

/* What the module does not tell is made on the spot. */
static bool is_made(const struct source *s, const char *name)
{
	return s->live && source_devshm_has(name);
}

static int open_text(const struct source *s, const char *name, long long id)
{
	return is_made(s, name) ? source_devshm_open(name) : s->open(s, name, id);
}

/* False with errno. */
static bool begin(struct table *t, const struct source *s, const char *name, long long id)
{
	memset(t, 0, sizeof(*t));
	t->name = name;
	t->copy = s->copy;
	t->fd = open_text(s, name, id);
	if (t->fd < 0)
		return false;
	if (!s->part)
		return true;
	t->file = s->root;
	if (s->part(name, &t->part)) {
		t->offset = t->part.start;
		return true;
	}
	errno = ENOENT;
	return false;
}

bool table_open_quietly(struct table *t, const struct source *s, const char *name)
{
	bool begun = begin(t, s, name, -1);

	t->quiet = true;
	return begun && reader_start(&t->reader, read_table, t) == PARSE_ROW && is_asked_for(t);
}

bool source_finds(const struct source *s, const char *name)
{
	int fd;

	if (s->has || s->live)
		return is_made(s, name) || !s->has || s->has(name);
	fd = s->open(s, name, -1);
	if (fd >= 0)
		close(fd);
	return fd >= 0 || (errno != ENOENT && errno != ENXIO);
}

bool source_has(const struct source *s, const char *name)
{
	if (source_devshm_has(name))
		return source_finds(s, name);
	return !s->has || s->has(name);
}

static enum exit_code start(struct table *t)
{
	if (reader_start(&t->reader, read_table, t) != PARSE_ROW) {
		explain(t);
		return table_result(t);
	}
	return check_name(t);
}

static enum exit_code start_at(struct table *t, const struct source *s, long long id)
{
	t->at_object = s->positions && id >= 0;
	if (t->at_object)
		t->offset = IPCDBG_OBJECT_BASE + ((__u64)id << IPCDBG_OBJECT_SHIFT);
	return start(t);
}

enum exit_code table_open(struct table *t, const struct source *s, const char *name,
			  long long from_id)
{
	if (begin(t, s, name, from_id))
		return start_at(t, s, from_id);
	return is_made(s, name) ? explain_made() : explain_open(s, name);
}

enum exit_code table_open_if_there(struct table *t, const struct source *s, const char *name,
				   long long from_id, bool *there)
{
	*there = begin(t, s, name, from_id);
	if (*there)
		return start_at(t, s, from_id);
	return errno == ENOENT || errno == ENXIO ? EXIT_OK : explain_open(s, name);
}

enum parse_result table_refuse(struct table *t, const char *fmt, ...)
{
	struct reader *r = &t->reader;
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(r->message, sizeof(r->message), fmt, ap);
	va_end(ap);
	r->result = PARSE_BAD;
	explain(t);
	return r->result;
}

/* Whether the newest row is of another namespace than the part is made of. */
static bool is_elsewhere(struct table *t)
{
	const struct parse_row *row = &t->reader.row;

	if (!t->part.inum)
		return false;
	if (row->id == IPCDBG_R_namespace) {
		t->elsewhere = row->u.namespace.inum != t->part.inum;
		t->seen |= !t->elsewhere;
	}
	/* Of whole namespaces that are missing, one may be ours. */
	if (row->id == IPCDBG_R_truncated && !row->depth &&
	    !strcmp(row->u.truncated.what, ipcdbg_records[IPCDBG_R_namespace].word))
		return t->seen;
	return t->elsewhere;
}

/* What rows, that were left out, have made of a reader. */
struct lacks {
	bool cut_rows, gone_rows, cut_objects, gone_objects;
};

static struct lacks lacks_of(const struct reader *r)
{
	return (struct lacks){ r->cut_rows, r->gone_rows, r->cut_objects, r->gone_objects };
}

static void put_lacks(struct reader *r, struct lacks l)
{
	r->cut_rows = l.cut_rows;
	r->gone_rows = l.gone_rows;
	r->cut_objects = l.cut_objects;
	r->gone_objects = l.gone_objects;
}

/* Reads on until a row is not of another namespace; what those lack, this one does not. */
static enum parse_result next_here(struct table *t)
{
	struct reader *r = &t->reader;

	for (;;) {
		struct lacks lacks = lacks_of(r);
		enum parse_result result = reader_next(r);
		bool skip = result == PARSE_ROW && is_elsewhere(t);

		t->cut_elsewhere |= skip && r->row.id == IPCDBG_R_truncated;
		if (skip || (result == PARSE_END && t->cut_elsewhere))
			put_lacks(r, lacks);
		if (!skip)
			return result;
	}
}

enum parse_result table_next(struct table *t)
{
	enum parse_result before = t->reader.result;
	enum parse_result result = next_here(t);

	if (result < 0 && before == PARSE_ROW)
		explain(t);
	return result;
}

void table_close(struct table *t)
{
	reader_stop(&t->reader);
	if (t->fd >= 0)
		close(t->fd);
}
