/*
 * emit - JSON (RFC 8259) written as it comes
 *
 * For what many rows become; a tree in memory costs more than writing it.  Text is UTF-8; what
 * has to be escaped is, and U+2028 and U+2029 besides, which JavaScript takes for line ends.
 */
#ifndef DAEMON_EMIT_H
#define DAEMON_EMIT_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "parser/view.h"

struct emit {
	GString *out;
	int indent; /* blanks a level; 0: all in one line, without blanks */
	int depth;
	bool is_empty; /* the object or list that is open */
	bool is_named; /* a member, whose value is next */
};

/* Write to `out`, behind what it holds. */
void emit_init(struct emit *emit, GString *out, int indent);

void emit_begin_object(struct emit *emit);
void emit_end_object(struct emit *emit);
void emit_begin_list(struct emit *emit);
void emit_end_list(struct emit *emit);

/* The name of the member that is written next. */
void emit_name(struct emit *emit, const char *name);
void emit_name_view(struct emit *emit, struct view name);

/* Values: members after emit_name(), elements of a list, or the whole document. */
void emit_null(struct emit *emit);
void emit_bool(struct emit *emit, bool value);
void emit_int(struct emit *emit, int64_t value);
/* The absent view is null. */
void emit_text(struct emit *emit, struct view value);

#endif
