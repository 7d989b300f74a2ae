/*
 * view - a pointer to bytes and their number, without ownership
 *
 * Texts in the parser are views.  A view is passed by value, never owns its bytes, need not end in
 * NUL and may contain NUL bytes.  An absent value has a NULL pointer; an empty one has a pointer
 * and length 0.  The functions here work on bytes; text.h has those that need Unicode.
 */
#ifndef PARSER_VIEW_H
#define PARSER_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct view {
	const char *ptr;
	size_t len;
};

/* A view of a string literal. */
#define VIEW(literal) ((struct view){ "" literal, sizeof(literal) - 1 })

static inline struct view view_of(const char *ptr, size_t len)
{
	return (struct view){ ptr, len };
}

/* A view of a C string; of NULL, an absent view. */
static inline struct view view_str(const char *str)
{
	return (struct view){ str, str != NULL ? strlen(str) : 0 };
}

static inline bool view_eq(struct view a, struct view b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

static inline bool view_starts(struct view v, struct view prefix)
{
	return v.len >= prefix.len &&
	       (prefix.len == 0 || memcmp(v.ptr, prefix.ptr, prefix.len) == 0);
}

static inline bool view_ends(struct view v, struct view suffix)
{
	return v.len >= suffix.len &&
	       (suffix.len == 0 || memcmp(v.ptr + v.len - suffix.len, suffix.ptr, suffix.len) == 0);
}

/* The rest of `v` after its first `n` bytes; `n` is at most the length. */
static inline struct view view_skip(struct view v, size_t n)
{
	return (struct view){ n > 0 ? v.ptr + n : v.ptr, v.len - n };
}

/* The first `n` bytes of `v`; `n` is at most the length. */
static inline struct view view_head(struct view v, size_t n)
{
	return (struct view){ v.ptr, n };
}

static inline bool view_is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* The number of digits at the beginning of `v`. */
static inline size_t view_count_digits(struct view v)
{
	size_t n = 0;

	while (n < v.len && view_is_digit(v.ptr[n]))
		n++;
	return n;
}

/* Position of the first `c` in `v` at or after `from`, or v.len. */
size_t view_find(struct view v, char c, size_t from);

/* Position of the first `needle` in `v` at or after `from`, or v.len. */
size_t view_search(struct view v, struct view needle, size_t from);

/* Hashes of the bytes; they depend on the byte order, and a sender can make collisions. */
uint64_t view_hash64(struct view v);

static inline unsigned view_hash(struct view v)
{
	return (unsigned)view_hash64(v);
}

/* Comparisons that ignore the case of ASCII letters. */
bool view_ieq(struct view a, struct view b);
bool view_istarts(struct view v, struct view prefix);

/*
 * Take the next line off the front of *rest: all bytes up to the next LF, without it.
 *
 * Returns false if *rest is empty.  There is no empty line after an LF at the end of a text.
 */
bool view_next_line(struct view *rest, struct view *ret_line);

/*
 * The same for lines that end at LF, CR LF or a lone CR, as in mail headers and MIME boundaries.
 * *ret_line includes its line end; *ret_bare does not.
 */
bool view_next_mail_line(struct view *rest, struct view *ret_line, struct view *ret_bare);

/* `v` without one line end (LF, CR LF or CR) at its end. */
struct view view_chomp(struct view v);

/*
 * Read `v`, which must consist of ASCII digits, as a number of at most `max`.  Returns false if it
 * is empty, contains anything else or is larger.
 */
bool view_number(struct view v, int64_t max, int64_t *ret_number);

#endif
