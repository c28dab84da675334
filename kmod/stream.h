/* SPDX-License-Identifier: GPL-2.0 */
/* An open file: what stream.c reads from and walk.c writes into. */
#ifndef IPCDBG_STREAM_H
#define IPCDBG_STREAM_H

#include <linux/mutex.h>

#include "ns.h"
#include "walk.h"

enum walk_stage { AT_HEADER, AT_LINE, AT_NAMESPACE, AT_OBJECT, AT_PART, AT_EMIT, AT_END, AT_DONE };

struct walk {
	struct mutex lock; /* all below it */
	const struct walk_file *file;
	struct view view;
	struct ns_id opener;
	struct emit text;
	loff_t text_pos; /* position in the stream of text.buf[0] */
	u64 start; /* id of the first object, or WALK_NO_OBJECT */

	/* where the stream has got to */
	enum walk_stage stage;
	struct ns_list namespaces;
	u32 ns_nr; /* the one being shown */
	unsigned int line;
	struct ipcdbg_end end;
	u32 objects_before; /* end.objects when this namespace began */
	int error; /* what cut the text short; kept until the stream begins anew */
	struct walk_object *objects; /* states of file->kind: several in a listing */
	unsigned int nr_objects;
	struct walk_object *object; /* the one being shown */
	unsigned int copied; /* inside read() only: that one and those after it that are copied */

	struct ipc_namespace *ns; /* pinned, inside read() only */
};

/*
 * Replaces the text by what follows it in the stream: a buffer full, or what is left. 0, or an
 * error if there is no text before it. Called with walk.lock held; sleeps.
 */
int walk_fill(struct walk *w);
/* The stream begins anew, at the object with that id or the first. Called with walk.lock held. */
void walk_rewind(struct walk *w, u64 start);

#endif
