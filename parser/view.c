/* view - searching and comparing bytes, walking lines; see view.h */
#define _GNU_SOURCE
#include "parser/view.h"

#include <stdint.h>
#include <string.h>

#define LINE_WINDOW_BYTES ((size_t)256)

size_t view_find(struct view v, char c, size_t from)
{
	const char *hit;

	if (from >= v.len)
		return v.len;
	hit = memchr(v.ptr + from, c, v.len - from);
	return hit != NULL ? (size_t)(hit - v.ptr) : v.len;
}

size_t view_search(struct view v, struct view needle, size_t from)
{
	const char *hit;

	if (from >= v.len)
		return v.len;
	hit = memmem(v.ptr + from, v.len - from, needle.ptr, needle.len);
	return hit != NULL ? (size_t)(hit - v.ptr) : v.len;
}

static uint64_t mix(uint64_t hash, uint64_t word)
{
	hash = (hash ^ word) * UINT64_C(0x9e3779b97f4a7c15);
	return hash ^ (hash >> 32);
}

uint64_t view_hash64(struct view v)
{
	uint64_t hash = v.len, word = 0;
	size_t whole = v.len - v.len % sizeof(word);

	for (size_t i = 0; i < whole; i += sizeof(word)) {
		memcpy(&word, v.ptr + i, sizeof(word));
		hash = mix(hash, word);
	}
	for (size_t i = whole; i < v.len; i++)
		hash = mix(hash, (unsigned char)v.ptr[i]);
	return hash;
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

bool view_ieq(struct view a, struct view b)
{
	return a.len == b.len && view_istarts(a, b);
}

bool view_istarts(struct view v, struct view prefix)
{
	if (v.len < prefix.len)
		return false;
	for (size_t i = 0; i < prefix.len; i++)
		if (lower(v.ptr[i]) != lower(prefix.ptr[i]))
			return false;
	return true;
}

bool view_next_line(struct view *rest, struct view *ret_line)
{
	size_t end;

	if (rest->len == 0)
		return false;
	end = view_find(*rest, '\n', 0);
	*ret_line = view_head(*rest, end);
	*rest = view_skip(*rest, end < rest->len ? end + 1 : end);
	return true;
}

/*
 * The position of the first LF or CR.  The search proceeds in windows, because in a text with only
 * one of them, a search for the other one would read to the end for each line.
 */
static size_t find_line_end(struct view v)
{
	for (size_t from = 0; from < v.len; from += LINE_WINDOW_BYTES) {
		struct view window = view_skip(v, from);
		size_t lf, cr;

		if (window.len > LINE_WINDOW_BYTES)
			window.len = LINE_WINDOW_BYTES;
		lf = view_find(window, '\n', 0);
		cr = view_find(view_head(window, lf), '\r', 0);
		if (cr < window.len)
			return from + cr;
	}
	return v.len;
}

bool view_next_mail_line(struct view *rest, struct view *ret_line, struct view *ret_bare)
{
	size_t at, end;

	if (rest->len == 0)
		return false;
	at = find_line_end(*rest);
	end = at < rest->len ? at + 1 : at;
	if (end < rest->len && rest->ptr[at] == '\r' && rest->ptr[end] == '\n')
		end++;
	*ret_line = view_head(*rest, end);
	*ret_bare = view_head(*rest, at);
	*rest = view_skip(*rest, end);
	return true;
}

struct view view_chomp(struct view v)
{
	if (v.len > 0 && v.ptr[v.len - 1] == '\n')
		v.len--;
	else if (v.len > 0 && v.ptr[v.len - 1] == '\r')
		return view_head(v, v.len - 1);
	else
		return v;
	if (v.len > 0 && v.ptr[v.len - 1] == '\r')
		v.len--;
	return v;
}

bool view_number(struct view v, int64_t max, int64_t *ret_number)
{
	int64_t n = 0;

	if (v.len == 0)
		return false;
	for (size_t i = 0; i < v.len; i++) {
		int digit = v.ptr[i] - '0';

		if (!view_is_digit(v.ptr[i]))
			return false;
		if (digit > max || n > (max - digit) / 10)
			return false;
		n = n * 10 + digit;
	}
	*ret_number = n;
	return true;
}
