/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The tables of abi.h, made of fields.h. Included by one source file of a program, after the header
 * that has NULL.
 */
#include <ipcdbg/abi.h>

static const char *const ipcdbg_pstate_words[] = { "live", "zombie", "exited", NULL };
static const char *const ipcdbg_squeue_words[] = { "alter", "const", "set_alter", "set_const",
						   NULL };
static const char *const ipcdbg_semflg_words[] = { "undo", "nowait", NULL };

#define IPCDBG_W_I32 NULL
#define IPCDBG_W_U32 NULL
#define IPCDBG_W_I64 NULL
#define IPCDBG_W_U64 NULL
#define IPCDBG_W_HEX32 NULL
#define IPCDBG_W_HEX64 NULL
#define IPCDBG_W_OCT NULL
#define IPCDBG_W_BOOL NULL
#define IPCDBG_W_CHAR NULL
#define IPCDBG_W_COMM NULL
#define IPCDBG_W_WORD NULL
#define IPCDBG_W_PSTATE ipcdbg_pstate_words
#define IPCDBG_W_SQUEUE ipcdbg_squeue_words
#define IPCDBG_W_SEMFLG ipcdbg_semflg_words

#define BARE IPCDBG_BARE
#define VOLATILE IPCDBG_VOLATILE

#define IPCDBG_RECORD(record, word, help) \
	static const struct ipcdbg_field ipcdbg_fields_##record[] = {
#define IPCDBG_FIELD(record, type_, name_, flags_, unit_, help_)           \
	{                                                                  \
		.name = #name_,                                            \
		.unit = unit_,                                             \
		.help = help_,                                             \
		.words = IPCDBG_W_##type_,                                  \
		.offset = __builtin_offsetof(struct ipcdbg_##record, name_), \
		.size = sizeof(((struct ipcdbg_##record *)0)->name_),      \
		.type = IPCDBG_T_##type_,                                  \
		.flags = flags_,                                           \
	},
#define IPCDBG_END(record) };
#include <ipcdbg/fields.h>

#undef BARE
#undef VOLATILE

const struct ipcdbg_record ipcdbg_records[IPCDBG_R_NR] = {
#define IPCDBG_RECORD(record, word_, help_)                       \
	[IPCDBG_R_##record] = {                                   \
		.word = word_,                                    \
		.help = help_,                                    \
		.fields = ipcdbg_fields_##record,                 \
		.nr_fields = IPCDBG_F_##record##_NR,              \
		.size = sizeof(struct ipcdbg_##record),           \
	},
#include <ipcdbg/fields.h>
};
