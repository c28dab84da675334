/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The tables of abi.h, made of fields.h. Included by one source file of a program, after the header
 * that has NULL.
 */
#include <ipcdbg/abi.h>

static const char *const ipcdbg_pstate_words[] = { "live", "zombie", "exited", NULL };
static const char *const ipcdbg_squeue_words[] = { "alter", "const", "set_alter", "set_const",
						   NULL };
static const char *const ipcdbg_msgmode_words[] = { "any", "equal", "except", "less_equal",
						    "number", NULL };
static const char *const ipcdbg_notify_words[] = { "signal", "none", "thread", NULL };
static const char *const ipcdbg_semflg_words[] = { "undo", "nowait", NULL };
static const char *const ipcdbg_holder_words[] = { "task", "file", "attach", "tree", NULL };

/* SEM_UNDO and IPC_NOWAIT of sem(2). */
static const __u32 ipcdbg_semflg_bits[] = { 0x1000, 04000 };
static const __u32 ipcdbg_holder_bits[] = { IPCDBG_HELD_TASK, IPCDBG_HELD_FILE, IPCDBG_HELD_ATTACH,
					    IPCDBG_HELD_TREE };

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
#define IPCDBG_W_NAME NULL
#define IPCDBG_W_MSGMODE ipcdbg_msgmode_words
#define IPCDBG_W_NOTIFY ipcdbg_notify_words
#define IPCDBG_W_SEMFLG ipcdbg_semflg_words
#define IPCDBG_W_HOLDER ipcdbg_holder_words

#define IPCDBG_B_I32 NULL
#define IPCDBG_B_U32 NULL
#define IPCDBG_B_I64 NULL
#define IPCDBG_B_U64 NULL
#define IPCDBG_B_HEX32 NULL
#define IPCDBG_B_HEX64 NULL
#define IPCDBG_B_OCT NULL
#define IPCDBG_B_BOOL NULL
#define IPCDBG_B_CHAR NULL
#define IPCDBG_B_COMM NULL
#define IPCDBG_B_WORD NULL
#define IPCDBG_B_NAME NULL
#define IPCDBG_B_PSTATE NULL
#define IPCDBG_B_SQUEUE NULL
#define IPCDBG_B_MSGMODE NULL
#define IPCDBG_B_NOTIFY NULL
#define IPCDBG_B_SEMFLG ipcdbg_semflg_bits
#define IPCDBG_B_HOLDER ipcdbg_holder_bits

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
		.bits = IPCDBG_B_##type_,                                   \
		.offset = __builtin_offsetof(struct ipcdbg_##record, name_), \
		.size = sizeof(((struct ipcdbg_##record *)0)->name_),      \
		.type = IPCDBG_T_##type_,                                  \
		.flags = flags_,                                           \
		.key_len = (flags_) & IPCDBG_BARE ? 1 : sizeof(#name_) + 1, \
		.key = " " #name_ "=",                                     \
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
