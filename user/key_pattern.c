// SPDX-License-Identifier: GPL-2.0
#include "key_pattern.h"

#include <ctype.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "number.h"

#define PORT_FIRST 1024
#define PORT_LAST 65535
#define KEYS_A_PORT 1000

/* A number, or a character between single quotes. */
static bool parse_project(const char *word, __u32 *id)
{
	size_t len = strlen(word);

	if (len == 3 && word[0] == '\'' && word[2] == '\'') {
		*id = (unsigned char)word[1];
		return true;
	}
	return number_parse_key(word, id) && *id <= 0xff;
}

/* "A" or "A-B", each read by a function. */
static bool parse_range(struct key_pattern *p, const char *word,
			bool (*parse)(const char *word, __u32 *n))
{
	const char *dash = word[0] ? strchr(word + 1, '-') : NULL;
	char first[32];

	if (parse(word, &p->first)) {
		p->last = p->first;
		return true;
	}
	if (!dash || (size_t)(dash - word) >= sizeof(first))
		return false;
	memcpy(first, word, dash - word);
	first[dash - word] = '\0';
	return parse(first, &p->first) && parse(dash + 1, &p->last) && p->first <= p->last;
}

static int hex_value(char c)
{
	return isdigit((unsigned char)c) ? c - '0' : tolower((unsigned char)c) - 'a' + 10;
}

static bool parse_digits(struct key_pattern *p, const char *word)
{
	if (strncasecmp(word, "0x", 2) || strlen(word) != 10 || !strchr(word, '?'))
		return false;
	p->mask = p->value = 0;
	for (word += 2; *word; word++) {
		if (*word != '?' && !isxdigit((unsigned char)*word))
			return false;
		p->mask = p->mask << 4 | (*word == '?' ? 0 : 0xf);
		p->value = p->value << 4 | (*word == '?' ? 0 : hex_value(*word));
	}
	p->form = KEY_DIGITS;
	return true;
}

static bool parse_word(struct key_pattern *p, const char *word)
{
	static const struct {
		const char *word;
		enum key_form form;
	} words[] = {
		{ "port*1000", KEY_PORT },  { "inode", KEY_INODE }, { "pid*1024", KEY_PID },
		{ "private", KEY_PRIVATE }, { "any", KEY_ANY },
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (!strcmp(word, words[i].word)) {
			p->form = words[i].form;
			return true;
		}
	return false;
}

bool key_pattern_parse(struct key_pattern *p, const char *word)
{
	memset(p, 0, sizeof(*p));
	if (!strncmp(word, "ftok:", 5)) {
		p->form = KEY_FTOK;
		return parse_range(p, word + 5, parse_project);
	}
	if (!strncmp(word, "env:", 4)) {
		p->form = KEY_ENV;
		p->name = word + 4;
		return p->name[0];
	}
	if (parse_word(p, word) || parse_digits(p, word))
		return true;
	p->form = KEY_RANGE;
	return parse_range(p, word, number_parse_key) && p->first;
}

static bool fits_port(__u32 key)
{
	return key / KEYS_A_PORT >= PORT_FIRST && key / KEYS_A_PORT <= PORT_LAST &&
	       key % KEYS_A_PORT < KEY_MORE;
}

bool key_pattern_fits(const struct key_pattern *p, __u32 key)
{
	switch (p->form) {
	case KEY_RANGE:
		return key >= p->first && key <= p->last;
	case KEY_DIGITS:
		return (key & p->mask) == p->value;
	case KEY_FTOK:
		return key && key >> 24 >= p->first && key >> 24 <= p->last;
	case KEY_PORT:
		return fits_port(key);
	case KEY_PRIVATE:
		return !key;
	case KEY_INODE:
	case KEY_PID:
		return key;
	case KEY_ENV:
	case KEY_ANY:
		return true;
	}
	return false;
}

bool key_pattern_needs_process(const struct key_pattern *p)
{
	return p->form == KEY_INODE || p->form == KEY_PID || p->form == KEY_ENV;
}

__u64 key_pattern_width(const struct key_pattern *p)
{
	switch (p->form) {
	case KEY_RANGE:
		return (__u64)p->last - p->first + 1;
	case KEY_DIGITS:
		return 1ULL << __builtin_popcount(~p->mask);
	case KEY_FTOK:
		return ((__u64)p->last - p->first + 1) << 24;
	case KEY_PORT:
		return (PORT_LAST - PORT_FIRST + 1) * KEY_MORE;
	default:
		return 1ULL << 32;
	}
}
