/*
 * viewkey - views as keys of GLib's hash tables, compared by content
 *
 * A key is a pointer to a struct view, or to a struct scoped_key if the same text may occur in
 * several projects.
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

struct scoped_key {
	int32_t scope; /* a project or a kind */
	struct view text;
};

static inline guint scoped_key_hash(gconstpointer key)
{
	const struct scoped_key *k = key;

	return view_hash(k->text) ^ (guint)k->scope;
}

static inline gboolean scoped_key_equal(gconstpointer a, gconstpointer b)
{
	const struct scoped_key *x = a, *y = b;

	return x->scope == y->scope && view_eq(x->text, y->text);
}

#endif
