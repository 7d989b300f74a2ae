/* message - the body of a mail: MIME parts, decoded; see message.h */
#include "parser/message.h"

#include <errno.h>
#include <glib.h>

#include "parser/boundary.h"
#include "parser/charset.h"
#include "parser/cleanup.h"
#include "parser/fault.h"
#include "parser/parameter.h"
#include "parser/text.h"
#include "parser/transfer.h"

_Static_assert(BOUNDARY_DEPTH_MAX > MESSAGE_DEPTH_MAX, "each level may open a multipart");

/*
 * The ceiling of a table of headers: 2 MiB of them make one of 22 MiB, in a builder that grows from
 * 16 to 32.
 */
#define TABLE_BYTES_MAX ((size_t)64 << 20)

enum in_multipart { NOT_IN_MULTIPART, IN_MULTIPART };

/* A single pass through the mail: each entity starts where the previous one ended. */
struct walk {
	struct arena *arena;
	/*
	 * The table of headers of the entity that was entered last: those of the outer ones are not
	 * used any more.  A table can be ten times as large as the headers.
	 */
	struct arena *table;
	struct view rest; /* of the mail, or of a block of a delivery status */
	bool after_from;  /* whether a `From ` line preceded it, in an entity's body */
	struct boundaries open;
	struct builder parts;
	size_t count;    /* leaves */
	size_t entities; /* entities that were entered, leaves included */
	size_t extended; /* parameters that GMime has decoded */
	size_t growth;   /* bytes by which decoding uuencode made the text longer */
	unsigned *flaws;
};

static struct view type_of(struct arena *arena, const struct headers *headers,
			   struct view default_type)
{
	struct view value = headers_find(headers, VIEW("Content-Type"));
	struct view type;
	size_t slash;

	if (value.ptr == NULL)
		return default_type;
	type = text_trim(text_repair(arena, view_head(value, view_find(value, ';', 0)), 0,
				     &(unsigned){ 0 }));
	slash = view_find(type, '/', 0);
	if (slash == type.len || view_find(type, '/', slash + 1) < type.len)
		return VIEW("text/plain");
	return text_lower(arena, type);
}

/* The parameter `name` of the header `header`; absent if there is none. */
static struct view parameter_of(struct walk *walk, const struct headers *headers,
				struct view header, struct view name)
{
	return parameter_find(walk->arena, headers_find(headers, header), name, &walk->extended);
}

static struct view decode_uuencode(struct walk *walk, struct view raw)
{
	size_t len = transfer_uuencode_len(raw), growth = len > raw.len ? len - raw.len : 0;

	if (growth > MESSAGE_UUENCODE_GROWTH_MAX - walk->growth)
		return raw;
	walk->growth += growth;
	return transfer_decode_uuencode(walk->arena, raw);
}

static struct view decode_transfer(struct walk *walk, struct view encoding, struct view raw)
{
	static const char *const uuencode[] = { "x-uuencode", "uuencode", "uue", "x-uue" };

	encoding = text_trim(view_head(encoding, view_find(encoding, '(', 0)));
	if (encoding.len == 0)
		return raw;
	if (view_ieq(encoding, VIEW("quoted-printable")))
		return transfer_decode_qp(walk->arena, raw);
	if (view_ieq(encoding, VIEW("base64")))
		return transfer_decode_base64(walk->arena, raw);
	for (size_t i = 0; i < G_N_ELEMENTS(uuencode); i++)
		if (view_ieq(encoding, view_str(uuencode[i])))
			return decode_uuencode(walk, raw);
	return raw;
}

static struct view filename_of(struct walk *walk, const struct headers *headers)
{
	struct view name =
		parameter_of(walk, headers, VIEW("Content-Disposition"), VIEW("filename"));

	if (name.ptr == NULL)
		name = parameter_of(walk, headers, VIEW("Content-Type"), VIEW("name"));
	return name.ptr != NULL ? text_trim(text_repair(walk->arena, name, 0, &(unsigned){ 0 }))
				: name;
}

static bool has_parameter(struct walk *walk, const struct headers *headers, struct view name,
			  struct view value)
{
	return view_ieq(text_trim(parameter_of(walk, headers, VIEW("Content-Type"), name)), value);
}

static void add_leaf(struct walk *walk, const struct headers *headers, struct view type,
		     struct view body)
{
	struct part part = { .type = type };

	if (walk->count >= MESSAGE_PARTS_MAX) {
		*walk->flaws |= FLAW_TOO_MANY_PARTS;
		return;
	}
	part.charset = parameter_of(walk, headers, VIEW("Content-Type"), VIEW("charset"));
	part.filename = filename_of(walk, headers);
	part.is_flowed = has_parameter(walk, headers, VIEW("format"), VIEW("flowed"));
	part.deletes_space =
		part.is_flowed && has_parameter(walk, headers, VIEW("delsp"), VIEW("yes"));
	part.bytes = decode_transfer(walk, headers_find(headers, VIEW("Content-Transfer-Encoding")),
				     body);
	builder_add(&walk->parts, view_of((const char *)&part, sizeof(part)));
	walk->count++;
}

/* Take the body of a leaf off the rest: all text up to the next boundary. */
static struct view take_body(struct walk *walk, const struct headers *headers)
{
	struct builder b = builder_init(walk->arena);
	struct view body;

	(void)boundary_find(&walk->open, &walk->rest, &body);
	if (headers->from.ptr == NULL)
		return body;
	builder_add(&b, headers->from);
	builder_add(&b, body);
	return builder_view(&b);
}

static int walk_entity(struct walk *walk, const struct headers *headers, struct view default_type,
		       enum in_multipart where, int depth);

static int walk_headers(struct walk *walk, struct view default_type, enum in_multipart where,
			int depth)
{
	struct headers headers;
	int r;

	if (walk->entities >= MESSAGE_ENTITIES_MAX) {
		*walk->flaws |= FLAW_TOO_MANY_PARTS;
		return 0;
	}
	walk->entities++;
	arena_reset(walk->table);
	r = headers_split_part(walk->table, walk->rest, &walk->open, !walk->after_from, &headers);
	walk->after_from = false;
	if (r == FAULT_HEADERS_TOO_LARGE) {
		*walk->flaws |= FLAW_PART_HEADERS;
		return 0;
	}
	if (r != 0)
		return r;
	walk->rest = headers.body;
	return walk_entity(walk, &headers, default_type, where, depth);
}

/* Consecutive boundary lines count as one, also if some of them are closing ones. */
static void skip_boundaries(struct walk *walk, size_t level)
{
	struct view tail = walk->rest, line, bare;

	while (view_next_mail_line(&tail, &line, &bare) &&
	       boundary_of_line(&walk->open, bare).level == level)
		walk->rest = tail;
}

/* The parts of the innermost open multipart, up to its end or to a boundary of an outer one. */
static int walk_parts(struct walk *walk, struct view default_type, int depth)
{
	size_t level = walk->open.count - 1;
	struct view skipped;
	struct boundary next = boundary_find(&walk->open, &walk->rest, &skipped);

	while (next.kind == BOUNDARY_NEXT && next.level == level) {
		int r;

		if (walk->count >= MESSAGE_PARTS_MAX) {
			*walk->flaws |= FLAW_TOO_MANY_PARTS;
			return 0;
		}
		skip_boundaries(walk, level);
		r = walk_headers(walk, default_type, IN_MULTIPART, depth + 1);
		if (r != 0)
			return r;
		next = boundary_find(&walk->open, &walk->rest, &skipped);
	}
	return 0;
}

static int walk_multipart(struct walk *walk, const struct headers *headers, struct view type,
			  int depth)
{
	struct view boundary = parameter_of(walk, headers, VIEW("Content-Type"), VIEW("boundary"));
	struct view default_type = view_eq(type, VIEW("multipart/digest")) ? VIEW("message/rfc822")
									   : VIEW("text/plain");
	struct builder delimiter = builder_init(walk->arena);
	int r;

	if (boundary.ptr == NULL)
		return 0;
	builder_add(&delimiter, VIEW("--"));
	builder_add(&delimiter, text_trim_right(boundary));
	if (arena_error(walk->arena) != 0)
		return arena_error(walk->arena);
	boundaries_push(&walk->open, builder_view(&delimiter));
	r = walk_parts(walk, default_type, depth);
	boundaries_pop(&walk->open);
	return r;
}

static int walk_blocks(struct walk *walk, struct view blocks, enum in_multipart where, int depth)
{
	while (blocks.len > 0) {
		struct view line, bare;
		int r;

		if (walk->count >= MESSAGE_PARTS_MAX) {
			*walk->flaws |= FLAW_TOO_MANY_PARTS;
			return 0;
		}
		walk->rest = view_head(blocks, 0);
		while (view_next_mail_line(&blocks, &line, &bare) && bare.len > 0)
			walk->rest.len += line.len;
		r = walk_headers(walk, VIEW("text/plain"),
				 blocks.len == 0 ? where : NOT_IN_MULTIPART, depth + 1);
		if (r != 0)
			return r;
	}
	return 0;
}

/* RFC 3464: blocks of headers, each of which counts as a part of its own. */
static int walk_delivery_status(struct walk *walk, const struct headers *headers,
				enum in_multipart where, int depth)
{
	struct view blocks = take_body(walk, headers), after = walk->rest;
	int r = walk_blocks(walk, blocks, where, depth);

	walk->rest = after;
	return r;
}

static int walk_entity(struct walk *walk, const struct headers *headers, struct view default_type,
		       enum in_multipart where, int depth)
{
	struct view type = type_of(walk->arena, headers, default_type), body;

	if (depth > MESSAGE_DEPTH_MAX) {
		*walk->flaws |= FLAW_TOO_DEEP;
		return 0;
	}
	if (view_starts(type, VIEW("multipart/")))
		return walk_multipart(walk, headers, type, depth);
	if (view_eq(type, VIEW("message/delivery-status")))
		return walk_delivery_status(walk, headers, where, depth);
	if (view_starts(type, VIEW("message/"))) {
		walk->after_from = headers->from.ptr != NULL;
		return walk_headers(walk, VIEW("text/plain"), where, depth + 1);
	}
	body = take_body(walk, headers);
	add_leaf(walk, headers, type, where == IN_MULTIPART ? view_chomp(body) : body);
	return arena_error(walk->arena);
}

int message_parts(struct arena *arena, const struct headers *headers, struct parts *ret_parts,
		  unsigned *flaws)
{
	_cleanup_(arena_free_ptr) struct arena *table = arena_new(TABLE_BYTES_MAX);
	struct walk walk = { .arena = arena,
			     .table = table,
			     .rest = headers->body,
			     .parts = builder_init(arena),
			     .flaws = flaws };
	int r = -ENOMEM;

	if (table != NULL)
		r = walk_entity(&walk, headers, VIEW("text/plain"), NOT_IN_MULTIPART, 0);
	if (r != 0)
		return r;
	ret_parts->items = (struct part *)(void *)walk.parts.ptr;
	ret_parts->count = walk.count;
	return arena_error(arena);
}

static struct view decode_text(struct arena *arena, const struct part *part, unsigned *flaws)
{
	struct view utf8 = VIEW("");

	if (part->charset.len > 0 &&
	    charset_decode(arena, part->charset, part->bytes, &utf8) == CHARSET_OK)
		return text_without(arena, utf8, '\0');
	if (part->charset.len > 0)
		*flaws |= FLAW_BAD_CHARSET;
	if (text_valid_len(part->bytes) == part->bytes.len)
		return text_without(arena, part->bytes, '\0');
	*flaws |= FLAW_BAD_CHARSET;
	return text_without(arena, charset_decode_western(arena, part->bytes), '\0');
}

struct view part_text(struct arena *arena, struct part *part, unsigned *flaws)
{
	struct view text = decode_text(arena, part, flaws);

	if (text.ptr != part->bytes.ptr && arena_error(arena) == 0) {
		arena_release(arena, part->bytes.ptr);
		part->bytes = (struct view){ 0 };
	}
	return text;
}
