/*
 * emit - writes JSON (RFC 8259) without a tree in memory
 *
 * It is meant for documents made of many rows, for which a tree costs more than the writing.  Text
 * is UTF-8.  Characters are escaped if JSON requires it; so are U+2028 and U+2029, which are line
 * ends in JavaScript.
 */
#ifndef DAEMON_OUTPUT_EMIT_H
#define DAEMON_OUTPUT_EMIT_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "parser/view.h"

struct emit {
	GString *out;
	int indent; /* blanks for each level; 0: all in one line, without blanks */
	int depth;
	bool is_empty; /* the open object or list has no element yet */
	bool is_named; /* the name of a member was written, and its value is next */
};

/* Begin to append to `out`. */
void emit_init(struct emit *emit, GString *out, int indent);

void emit_begin_object(struct emit *emit);
void emit_end_object(struct emit *emit);
void emit_begin_list(struct emit *emit);
void emit_end_list(struct emit *emit);

/*
 * Write the name of the member whose value is written next.  emit_name() is for names that need no
 * escape.
 */
void emit_name(struct emit *emit, const char *name);
void emit_name_view(struct emit *emit, struct view name);

/* Write a value: of a member after emit_name(), an element of a list, or the whole document. */
void emit_null(struct emit *emit);
void emit_bool(struct emit *emit, bool value);
void emit_int(struct emit *emit, int64_t value);
/* An absent view becomes null. */
void emit_text(struct emit *emit, struct view value);

/* Write a member; `name` needs no escape. */
void emit_named_text(struct emit *emit, const char *name, struct view value);
void emit_named_int(struct emit *emit, const char *name, int64_t value);
void emit_named_bool(struct emit *emit, const char *name, bool value);

#endif
