// SPDX-License-Identifier: GPL-2.0
#include "field.h"

#include <string.h>

bool field_present(enum ipcdbg_record_id id, unsigned int field, const void *record)
{
	__u64 present;

	memcpy(&present, record, sizeof(present));
	return field < ipcdbg_records[id].nr_fields && (present & (1ULL << field));
}

__s64 field_signed(const struct ipcdbg_field *f, const void *record)
{
	const char *src = (const char *)record + f->offset;
	__s32 n32;
	__s64 n64;

	if (f->size == sizeof(n64)) {
		memcpy(&n64, src, sizeof(n64));
		return n64;
	}
	memcpy(&n32, src, sizeof(n32));
	return n32;
}

__u64 field_unsigned(const struct ipcdbg_field *f, const void *record)
{
	if (f->size == sizeof(__u8))
		return *((const __u8 *)record + f->offset);
	return f->size == sizeof(__u32) ? (__u32)field_signed(f, record)
					: (__u64)field_signed(f, record);
}

void field_put(enum ipcdbg_record_id id, unsigned int field, void *record, __u64 n)
{
	const struct ipcdbg_field *f = &ipcdbg_records[id].fields[field];
	char *dst = (char *)record + f->offset;
	__u32 n32 = n;
	__u64 present;

	if (f->size == sizeof(n))
		memcpy(dst, &n, sizeof(n));
	else if (f->size == sizeof(n32))
		memcpy(dst, &n32, sizeof(n32));
	else
		*dst = n;
	memcpy(&present, record, sizeof(present));
	present |= 1ULL << field;
	memcpy(record, &present, sizeof(present));
}

/* Words of the bits that are set, then those without one. */
static void add_flags(struct text *t, const struct ipcdbg_field *f, __u32 flags)
{
	const char *comma = "";

	for (size_t i = 0; f->words[i]; i++) {
		if (!(flags & f->bits[i]))
			continue;
		text_addf(t, "%s%s", comma, f->words[i]);
		flags &= ~f->bits[i];
		comma = ",";
	}
	if (flags)
		text_addf(t, "%s0x%x", comma, flags);
}

static void add_hex(struct text *t, __u64 n, int digits)
{
	char hex[18] = "0x";

	for (int i = 0; i < digits; i++)
		hex[2 + i] = "0123456789abcdef"[n >> 4 * (digits - 1 - i) & 15];
	text_add_bytes(t, hex, 2 + digits);
}

void text_add_field(struct text *t, const struct ipcdbg_field *f, const void *record)
{
	const char *src = (const char *)record + f->offset;
	const char letter[2] = { *src };

	switch ((enum ipcdbg_type)f->type) {
	case IPCDBG_T_I32:
	case IPCDBG_T_I64:
		text_addd(t, field_signed(f, record));
		break;
	case IPCDBG_T_U32:
	case IPCDBG_T_U64:
	case IPCDBG_T_BOOL:
		text_addu(t, field_unsigned(f, record));
		break;
	case IPCDBG_T_HEX32:
		add_hex(t, field_unsigned(f, record), 8);
		break;
	case IPCDBG_T_HEX64:
		add_hex(t, field_unsigned(f, record), 16);
		break;
	case IPCDBG_T_OCT:
		text_addf(t, "0%03llo", field_unsigned(f, record));
		break;
	case IPCDBG_T_CHAR:
		text_add_name(t, letter);
		break;
	case IPCDBG_T_COMM:
	case IPCDBG_T_WORD:
	case IPCDBG_T_NAME:
		text_add_name(t, src);
		break;
	case IPCDBG_T_PSTATE:
	case IPCDBG_T_SQUEUE:
	case IPCDBG_T_MSGMODE:
	case IPCDBG_T_NOTIFY:
		text_adds(t, f->words[field_unsigned(f, record)]);
		break;
	case IPCDBG_T_SEMFLG:
	case IPCDBG_T_HOLDER:
		add_flags(t, f, field_unsigned(f, record));
		break;
	}
}
