// SPDX-License-Identifier: GPL-2.0
/*
 * What kmod/emit.c writes, user/parse.c reads back: every record of fields.h, every type at its
 * limits, every byte that a string may hold; and the spelling of each type, fixed here.
 */
#define _GNU_SOURCE
#include "kselftest_harness.h"

#include <limits.h>
#include "emit.h"
#include "parse.h"
#include "parse_rules.h"

#define ROUNDS 3000
#define DEPTH_MAX 4

static uint64_t state = 88172645463325252ull;

static uint64_t random64(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

/* Often a limit, a power of two, or near one of them. */
static uint64_t random_number(void)
{
	static const uint64_t limits[] = { 0,	       1,	   9,	       10,
					   INT32_MAX,  UINT32_MAX, INT64_MAX,  UINT64_MAX,
					   1ull << 31, 1ull << 32, 1ull << 63, 0777 };

	switch (random64() % 4) {
	case 0:
		return limits[random64() % ARRAY_SIZE(limits)] + random64() % 3 - 1;
	case 1:
		return (1ull << random64() % 64) - random64() % 2;
	case 2:
		return random64() % 1000;
	default:
		return random64();
	}
}

static void random_text(char *to, size_t size)
{
	static const char hostile[] = "=\\\"\n\t \x1b\x7f\xff\x80 \001a";
	size_t i, n = random64() % 3 ? random64() % size : size - 1;

	memset(to, 0, size);
	for (i = 0; i < n; i++)
		to[i] = random64() % 2 ? 1 + random64() % 255
				       : (uint64_t)hostile[random64() % (sizeof(hostile) - 1)];
}

static unsigned int count_words(const char *const *words)
{
	unsigned int n = 0;

	while (words[n])
		n++;
	return n;
}

static bool is_text(const struct ipcdbg_field *f)
{
	return f->type == IPCDBG_T_COMM || f->type == IPCDBG_T_WORD || f->type == IPCDBG_T_NAME;
}

static void random_value(const struct ipcdbg_field *f, void *to)
{
	uint64_t n = random_number();
	uint32_t n32 = n;
	uint8_t n8;

	switch (f->type) {
	case IPCDBG_T_COMM:
	case IPCDBG_T_WORD:
	case IPCDBG_T_NAME:
		random_text(to, f->size);
		/* A bare word stands without a name: it cannot be empty. */
		if (f->flags & IPCDBG_BARE && !*(char *)to)
			*(char *)to = '!';
		return;
	case IPCDBG_T_BOOL:
		n8 = n & 1;
		break;
	case IPCDBG_T_CHAR:
		n8 = n % 255 + 1;
		break;
	case IPCDBG_T_PSTATE:
	case IPCDBG_T_SQUEUE:
	case IPCDBG_T_MSGMODE:
	case IPCDBG_T_NOTIFY:
		n8 = n % count_words(f->words);
		break;
	default:
		memcpy(to, f->size == 8 ? (void *)&n : (void *)&n32, f->size);
		return;
	}
	memcpy(to, &n8, 1);
}

static void random_record(enum ipcdbg_record_id id, union ipcdbg_any *rec)
{
	const struct ipcdbg_record *r = &ipcdbg_records[id];
	unsigned int i;

	memset(rec, 0, sizeof(*rec));
	rec->present = random64() % 4 ? random64() : ~0ull;
	rec->present |= parse_rules[id].need;
	if (r->nr_fields < 64)
		rec->present &= (1ull << r->nr_fields) - 1;
	for (i = 0; i < r->nr_fields; i++)
		if (rec->present & (1ull << i))
			random_value(&r->fields[i], (char *)rec + r->fields[i].offset);
}

/* The line that the emitter makes, without its newline, in memory of just that size. */
static char *emitted(unsigned int depth, enum ipcdbg_record_id id, const void *rec, size_t *len)
{
	static char buf[IPCDBG_LINE_MAX];
	struct emit e = { .buf = buf, .size = sizeof(buf) };
	char *copy;

	emit_line(&e, depth, id, rec);
	if (!e.len || buf[e.len - 1] != '\n' || memchr(buf, '\n', e.len - 1))
		return NULL;
	*len = e.len - 1;
	copy = malloc(*len);
	return memcpy(copy, buf, *len);
}

static bool is_clean(const char *line, size_t len, unsigned int depth)
{
	size_t i;

	for (i = 0; i < len; i++)
		if (i < depth ? line[i] != '\t' : line[i] < 0x20 || line[i] > 0x7e)
			return false;
	return true;
}

static bool round_trip(enum ipcdbg_record_id id)
{
	unsigned int depth = random64() % DEPTH_MAX;
	char message[PARSE_MESSAGE_MAX] = "";
	union ipcdbg_any rec;
	struct parse_row row;
	enum parse_result ret;
	char *line;
	size_t len;
	bool ok;

	random_record(id, &rec);
	line = emitted(depth, id, &rec, &len);
	if (!line)
		return false;
	memset(&row, 0xee, sizeof(row));
	ret = parse_line(line, len, &row, message);
	ok = ret == PARSE_ROW && row.id == id && row.depth == depth &&
	     !memcmp(&row.u, &rec, ipcdbg_records[id].size) && is_clean(line, len, depth);
	if (!ok)
		fprintf(stderr, "# result %d (%s) of: %.*s\n", ret, message, (int)len, line);
	free(line);
	return ok;
}

TEST(every_record)
{
	enum ipcdbg_record_id id;
	int i;

	for (id = 0; id < IPCDBG_R_NR; id++)
		for (i = 0; i < ROUNDS; i++) {
			ASSERT_TRUE(round_trip(id))
			{
				TH_LOG("record %s, round %d", ipcdbg_records[id].word, i);
			}
		}
}

/* Every byte escaped, every number as long as it can be. */
static void longest_record(enum ipcdbg_record_id id, union ipcdbg_any *rec)
{
	const struct ipcdbg_record *r = &ipcdbg_records[id];
	unsigned int i;

	memset(rec, 0, sizeof(*rec));
	rec->present = r->nr_fields < 64 ? (1ull << r->nr_fields) - 1 : ~0ull;
	for (i = 0; i < r->nr_fields; i++) {
		const struct ipcdbg_field *f = &r->fields[i];
		char *at = (char *)rec + f->offset;

		memset(at, 0xff, f->size);
		if (is_text(f))
			at[f->size - 1] = 0;
		else if (f->words && !f->bits)
			*at = count_words(f->words) - 1;
		if (f->type == IPCDBG_T_I32)
			memcpy(at, &(int32_t){ INT32_MIN }, 4);
		if (f->type == IPCDBG_T_I64)
			memcpy(at, &(int64_t){ INT64_MIN }, 8);
	}
}

/* Whether a line made of the one before it is the one that is spelled whole. */
static bool again_is_same(enum ipcdbg_record_id id)
{
	const struct ipcdbg_field *f = &ipcdbg_records[id].fields[0];
	static char buf[25 * IPCDBG_LINE_MAX], whole[25 * IPCDBG_LINE_MAX];
	struct emit e = { .buf = buf, .size = sizeof(buf) };
	struct emit w = { .buf = whole, .size = sizeof(whole) };
	unsigned int depth = random64() % DEPTH_MAX, i;
	union ipcdbg_any rec;
	struct emit_model m;
	int32_t number = 0;
	size_t start;
	bool ok;

	random_record(id, &rec);
	rec.present |= 1;
	emit_line(&e, 0, IPCDBG_R_end, &(struct ipcdbg_end){ 0 });
	emit_line(&w, 0, IPCDBG_R_end, &(struct ipcdbg_end){ 0 });
	for (i = 0; i < 24; i++) {
		/* Most count on by one. */
		number = (i % 8 ? number + 1U : random_number()) & INT32_MAX;
		memcpy((char *)&rec + f->offset, &number, sizeof(number));
		start = e.len;
		ok = i && emit_again(&e, &m, number);
		if (!i) {
			emit_line(&e, depth, id, &rec);
			emit_note(&m, &e, start, depth, id);
			ok = true;
		}
		emit_line(&w, depth, id, &rec);
		if (!ok || w.len != e.len || memcmp(buf, whole, w.len))
			return false;
	}
	/* Another line stands between. */
	emit_line(&e, 0, IPCDBG_R_end, &(struct ipcdbg_end){ 0 });
	start = e.len;
	ok = !emit_again(&e, &m, 1) && e.len == start;
	m.end = 0;
	e.len = 0;
	return ok && !emit_again(&e, &m, 1) && !e.len;
}

TEST(a_line_again)
{
	enum ipcdbg_record_id id;
	int i, nr = 0;

	for (id = 0; id < IPCDBG_R_NR; id++) {
		const struct ipcdbg_field *f = &ipcdbg_records[id].fields[0];

		if (f->flags & IPCDBG_BARE || (f->type != IPCDBG_T_I32 && f->type != IPCDBG_T_U32))
			continue;
		for (i = 0; i < ROUNDS; i++)
			ASSERT_TRUE(again_is_same(id))
			{
				TH_LOG("record %s, round %d", ipcdbg_records[id].word, i);
			}
		nr++;
	}
	EXPECT_GT(nr, 10);
}

TEST(longest_line)
{
	enum ipcdbg_record_id id;
	union ipcdbg_any rec;
	static char buf[16 * IPCDBG_LINE_MAX];

	for (id = 0; id < IPCDBG_R_NR; id++) {
		struct emit e = { .buf = buf, .size = sizeof(buf) };

		longest_record(id, &rec);
		emit_line(&e, 8, id, &rec);
		EXPECT_LT(e.len + EMIT_SPARE, IPCDBG_LINE_MAX)
		{
			TH_LOG("record %s", ipcdbg_records[id].word);
		}
	}
}

#define EXPECT_LINE(depth, record, want, ...)                           \
	do {                                                            \
		struct ipcdbg_##record rec_ = __VA_ARGS__;              \
		char buf_[IPCDBG_LINE_MAX] = "";                        \
		struct emit e_ = { .buf = buf_, .size = sizeof(buf_) }; \
                                                                        \
		emit_line(&e_, depth, IPCDBG_R_##record, &rec_);        \
		buf_[e_.len] = 0;                                       \
		EXPECT_STREQ(want, buf_);                               \
	} while (0)

#define IN(record, field) IPCDBG_BIT(record, field)

TEST(spelling_of_numbers)
{
	EXPECT_LINE(1, undo, "\tundo semnum=2147483647 semadj=-2147483648 tasks=4294967295\n",
		    { .present = IN(undo, semnum) | IN(undo, semadj) | IN(undo, tasks),
		      .semnum = INT_MAX,
		      .semadj = INT_MIN,
		      .tasks = UINT_MAX });
	EXPECT_LINE(0, set, "set semid=0 key=0x00000000 mode=0000\n",
		    { .present = IN(set, semid) | IN(set, key) | IN(set, mode) });
	EXPECT_LINE(0, set, "set key=0xfffffffe mode=01777 otime=-1\n",
		    { .present = IN(set, key) | IN(set, mode) | IN(set, otime),
		      .key = -2,
		      .mode = 01777,
		      .otime = -1 });
	EXPECT_LINE(2, wait, "\t\twait start_ns=18446744073709551615 undo=1 alter=0\n",
		    { .present = IN(wait, start_ns) | IN(wait, undo) | IN(wait, alter),
		      .start_ns = UINT64_MAX,
		      .undo = 1 });
	EXPECT_LINE(0, abi, "abi digest=0x00000000000000ab\n",
		    { .present = IN(abi, digest), .digest = 0xab });
}

TEST(spelling_of_words)
{
	EXPECT_LINE(0, header, "ipcdbg 1 list/sem kernel= module=0.1\n",
		    { .present = IN(header, version) | IN(header, table) | IN(header, kernel) |
				 IN(header, module),
		      .version = 1,
		      .table = "list/sem",
		      .module = "0.1" });
	EXPECT_LINE(2, wait,
		    "\t\twait comm=a\\040\\075\\134\\042\\177\\377~! state=S "
		    "queue=set_const\n",
		    { .present = IN(wait, comm) | IN(wait, state) | IN(wait, queue),
		      .comm = "a =\\\"\x7f\xff~!",
		      .state = 'S',
		      .queue = IPCDBG_SET_CONST });
	EXPECT_LINE(1, sem, "\tsem sempid_state=exited\n",
		    { .present = IN(sem, sempid_state), .sempid_state = IPCDBG_EXITED });
	EXPECT_LINE(3, op, "\t\t\top sem_flg= blocking=1\n",
		    { .present = IN(op, sem_flg) | IN(op, blocking), .blocking = 1 });
	EXPECT_LINE(3, op, "\t\t\top sem_flg=undo,nowait\n",
		    { .present = IN(op, sem_flg), .sem_flg = 0x1000 | 04000 });
}

/* A string field may be full: nothing promises the NUL. */
TEST(string_without_nul)
{
	struct ipcdbg_wait w = { .present = IN(wait, comm) };
	char buf[IPCDBG_LINE_MAX] = "";
	struct emit e = { .buf = buf, .size = sizeof(buf) };

	memset(w.comm, 'x', sizeof(w.comm));
	emit_line(&e, 0, IPCDBG_R_wait, &w);
	buf[e.len] = 0;
	EXPECT_STREQ("wait comm=xxxxxxxxxxxxxxxx\n", buf);
}

TEST_HARNESS_MAIN
