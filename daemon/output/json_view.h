/*
 * json_view - a view as a JSON value
 */
#ifndef DAEMON_OUTPUT_JSON_VIEW_H
#define DAEMON_OUTPUT_JSON_VIEW_H

#include <jansson.h>

#include "parser/view.h"

/* A new string, which is not checked to be UTF-8; an absent view becomes null. */
static inline json_t *json_view(struct view text)
{
	return text.ptr != NULL ? json_stringn_nocheck(text.ptr, text.len) : json_null();
}

#endif
