/*
 * viewkey - views as keys of GLib's hash tables: pointers to struct view, compared by content
 */
#ifndef PARSER_VIEWKEY_H
#define PARSER_VIEWKEY_H

#include <glib.h>

#include "parser/view.h"

static inline guint viewkey_hash(gconstpointer key)
{
	return view_hash(*(const struct view *)key);
}

static inline gboolean viewkey_equal(gconstpointer a, gconstpointer b)
{
	return view_eq(*(const struct view *)a, *(const struct view *)b);
}

#endif
