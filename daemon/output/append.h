/*
 * append - appends a view to a string
 */
#ifndef DAEMON_OUTPUT_APPEND_H
#define DAEMON_OUTPUT_APPEND_H

#include <glib.h>

#include "parser/view.h"

/* An absent view is empty. */
static inline void append_view(GString *to, struct view text)
{
	g_string_append_len(to, text.ptr != NULL ? text.ptr : "", (gssize)text.len);
}

#endif
