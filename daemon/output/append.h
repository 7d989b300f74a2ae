/*
 * append - appends bytes to a string
 *
 * Documents and pages consist of short pieces, for which a call of g_string_append_len() takes
 * longer than the copy.
 */
#ifndef DAEMON_OUTPUT_APPEND_H
#define DAEMON_OUTPUT_APPEND_H

#include <glib.h>
#include <string.h>

#include "parser/view.h"

/* Extend a string by `len` bytes.  The caller writes them, where the result points. */
static inline char *append_room(GString *to, size_t len)
{
	size_t end = to->len;

	if (len >= to->allocated_len - end)
		return g_string_set_size(to, end + len)->str + end;
	to->len = end + len;
	to->str[end + len] = '\0';
	return to->str + end;
}

/* An absent view is empty.  The text is not a part of `to`. */
static inline void append_view(GString *to, struct view text)
{
	if (text.len > 0)
		memcpy(append_room(to, text.len), text.ptr, text.len);
}

#endif
