/* test_message - MIME parts and their text; see parser/message.h */
#include "tests/unit/check.h"

#include "parser/message.h"
#include "parser/parameter.h"

#define TYPE       "Content-Type: "
#define MIXED      TYPE "multipart/mixed; boundary=B\n\n"
#define PART(text) "--B\n\n" text "\n"
#define ENCODING   "Content-Transfer-Encoding: "

/* All parts as `type;charset;filename;bytes|`. */
static struct view walked(struct arena *arena, struct view raw)
{
	struct builder b = builder_init(arena);
	struct headers headers;
	struct parts parts;
	unsigned flaws = 0;

	assert_int_equal(headers_split(arena, raw, &headers), 0);
	assert_int_equal(message_parts(arena, &headers, &parts, &flaws), 0);
	for (size_t i = 0; i < parts.count; i++) {
		add_field(&b, parts.items[i].type, ';');
		add_field(&b, parts.items[i].charset, ';');
		add_field(&b, parts.items[i].filename, ';');
		add_field(&b, parts.items[i].bytes, '|');
	}
	add_flaws(&b, flaws);
	return builder_view(&b);
}

static const struct check_case mails[] = {
	{ "no MIME headers", V("A: 1\n\nbody\n"), V("text/plain;-;-;body\n|") },
	{ "other case", V("content-TYPE: Text/X; CharSet=\"A\"\n\nd"), V("text/x;A;-;d|") },
	{ "RFC 2231", V(TYPE "a/b; charset*=us-ascii'en'u\n\nd"), V("a/b;u;-;d|") },
	{ "RFC 2231 in pieces, beside others",
	  V(TYPE "a/b; x*=gbk''z; charset*1=8; charset*0=ut; charset*2=\"-\"; y*0=q\n\nd"),
	  V("a/b;ut8-;-;d|") },
	{ "RFC 2231 twice", V(TYPE "a/b; charset*=us-ascii''u; charset*=us-ascii''v\n\nd"),
	  V("a/b;u;-;d|") },
	{ "name of the type", V(TYPE "a/b; name=n\n\nd"), V("a/b;-;n;d|") },
	{ "file name first", V(TYPE "a/b; name=n\nContent-Disposition: x; filename=\"f g\"\n\nd"),
	  V("a/b;-;f g;d|") },
	{ "file name by RFC 2231",
	  V("Content-Disposition: attachment; filename*=UTF-8''%C3%A4\n\nd"),
	  V("text/plain;-;\xC3\xA4;d|") },
	{ "base64", V(ENCODING "BASE64\n\nQUJD\n"), V("text/plain;-;-;ABC|") },
	{ "uuencode", V(ENCODING "x-uuencode\n\nbegin 644 a\n#86)C\n`\nend\n"),
	  V("text/plain;-;-;abc|") },
	{ "pre- and postamble", V(MIXED "x\n" PART("1") PART("2") "--B--\n" PART("3")),
	  V("text/plain;-;-;1|text/plain;-;-;2|") },
	{ "CR LF", V(TYPE "multipart/mixed; boundary=B\r\n\r\n--B\r\n\r\n1\r\n--B--\r\n"),
	  V("text/plain;-;-;1|") },
	{ "blanks after a boundary", V(MIXED "--B \t\n\n1\n--B-- \n"), V("text/plain;-;-;1|") },
	{ "not the boundary", V(MIXED PART("--Bx\n --B") "--B--\n"),
	  V("text/plain;-;-;--Bx\n --B|") },
	{ "no empty line", V(MIXED "--B\n1 2\n--B--\n"), V("text/plain;-;-;1 2|") },
	{ "nested",
	  V(MIXED "--B\n" TYPE "multipart/x; boundary=\"C;\"\n\n"
		  "--C;\n\n1\n--C;--\n" PART("2") "--B--\n"),
	  V("text/plain;-;-;1|text/plain;-;-;2|") },
	{ "attached", V(MIXED "--B\n" TYPE "message/rfc822\n\nA: 1\n" TYPE "a/b\n\nd\n--B--\n"),
	  V("a/b;-;-;d|") },
	{ "attached in base64 is not decoded",
	  V(MIXED "--B\n" TYPE "message/rfc822\n" ENCODING "base64\n\nQTogMQoKZAo=\n--B--\n"),
	  V("text/plain;-;-;QTogMQoKZAo=|") },
	{ "a mail in parts",
	  V(MIXED "--B\n" TYPE "message/partial; id=x\n\nA: 1\n" TYPE "a/b\n\nd\n--B--\n"),
	  V("a/b;-;-;d|") },
	{ "delivery status, a part for each block",
	  V(TYPE "message/delivery-status\n\nA: 1\n\nB: 2\nx\n"),
	  V("text/plain;-;-;|text/plain;-;-;x\n|") },
	{ "delivery status, the last of which ends before the boundary",
	  V(MIXED "--B\n" TYPE "message/delivery-status\n\nx\n\ny\n\n--B--\n"),
	  V("text/plain;-;-;x\n|text/plain;-;-;y|") },
	{ "the inner multipart ends at an outer boundary",
	  V(MIXED "--B\n" TYPE
		  "multipart/x; boundary=C\n\n--C\n\n1\n" PART("2") "--C\n\n3\n--B--\n"),
	  V("text/plain;-;-;1|text/plain;-;-;2\n--C\n\n3|") },
	{ "an inner boundary that begins like the outer one",
	  V(MIXED "--B\n" TYPE
		  "multipart/x; boundary=BB\n\n--BB\n\n1\n--BB--\n" PART("2") "--B--\n"),
	  V("text/plain;-;-;1|text/plain;-;-;2|") },
	{ "a boundary that both multiparts have is the outer one's",
	  V(MIXED "--B\n" MIXED PART("1") "--B--\n" PART("2")), V("text/plain;-;-;1|") },
	{ "a boundary that reads like a header",
	  V(TYPE "multipart/x; boundary=\"B: 1\"\n\n--B: 1\nA: 1\n"
		 "--B: 1\n\n2\n--B: 1--\n"),
	  V("text/plain;-;-;|text/plain;-;-;2|") },
	{ "a boundary that ends in hyphens",
	  V(TYPE "multipart/x; boundary=B--\n\n--B--\n\n1\n--B----\n"), V("text/plain;-;-;1|") },
	{ "hyphens in the middle of a line are not a boundary", V(MIXED PART("x --B") "--B--\n"),
	  V("text/plain;-;-;x --B|") },
	{ "lone CR", V(TYPE "multipart/x; boundary=B\r\r--B\r\r1--\r--B--\r"),
	  V("text/plain;-;-;1--|") },
	{ "a From line at the end of a part's headers", V(MIXED "--B\nA: 1\nFrom x\n\n1\n--B--\n"),
	  V("text/plain;-;-;From x\n1|") },
	{ "two From lines, of an attached mail", V(TYPE "message/rfc822\nFrom x\n\nFrom y\n\n1\n"),
	  V("text/plain;-;-;From y\n1\n|") },
	{ "NUL", V(MIXED PART("a\0b") "--B--\n"), V("text/plain;-;-;a\0b|") },
};

static const struct {
	const char *name;
	const char *front, *piece, *back;
	size_t pieces, count;
	unsigned flaws;
} limits[] = {
	{ "as many as allowed", MIXED, PART("x"), "--B--\n", MESSAGE_PARTS_MAX, MESSAGE_PARTS_MAX,
	  0 },
	{ "one too many", MIXED, PART("x"), "--B--\n", MESSAGE_PARTS_MAX + 1, MESSAGE_PARTS_MAX,
	  FLAW_TOO_MANY_PARTS },
	{ "far too many", MIXED, PART("x"), "", 100000, MESSAGE_PARTS_MAX, FLAW_TOO_MANY_PARTS },
	{ "as many empty ones as allowed", MIXED, "--B\n" MIXED, "--B\n\nx\n--B--\n",
	  MESSAGE_ENTITIES_MAX - 1, 1, 0 },
	{ "too many empty ones", MIXED, "--B\n" MIXED, "--B\n\nx\n--B--\n", MESSAGE_ENTITIES_MAX, 0,
	  FLAW_TOO_MANY_PARTS },
	{ "as deep as allowed", "", TYPE "message/rfc822\n\n", "A: 1\n\nx", MESSAGE_DEPTH_MAX, 1,
	  0 },
	{ "one level too deep", "", TYPE "message/rfc822\n\n", "A: 1\n\nx", MESSAGE_DEPTH_MAX + 1,
	  0, FLAW_TOO_DEEP },
	{ "far too deep", "", TYPE "message/rfc822\n\n", "", 100000, 0, FLAW_TOO_DEEP },
	{ "part with large headers", MIXED PART("x") "--B\n", "A: 3456\n", "\n--B--\n",
	  HEADER_BLOCK_BYTES_MAX / 4, 1, FLAW_PART_HEADERS },
};

static void parts_beyond_the_limits_are_ignored(void **state)
{
	for (size_t i = 0; i < COUNT(limits); i++) {
		struct builder b = builder_init(*state);
		struct parts parts = { NULL, 0 };
		struct headers headers;
		unsigned flaws = 0;

		builder_add(&b, view_str(limits[i].front));
		builder_add(&b, repeated(*state, view_str(limits[i].piece), limits[i].pieces));
		builder_add(&b, view_str(limits[i].back));
		assert_int_equal(headers_split(*state, builder_view(&b), &headers), 0);
		check_number(limits[i].name, "message_parts",
			     (size_t)message_parts(*state, &headers, &parts, &flaws), 0);
		check_number(limits[i].name, "parts", parts.count, limits[i].count);
		check_number(limits[i].name, "flaws", flaws, limits[i].flaws);
	}
}

/* A multipart with `count` parts, each with these headers and this text. */
static struct parts parts_of(struct arena *arena, struct view part, size_t count)
{
	struct builder b = builder_init(arena);
	struct parts parts = { NULL, 0 };
	struct headers headers;
	unsigned flaws = 0;

	builder_add(&b, VIEW(MIXED));
	builder_add(&b, repeated(arena, part, count));
	assert_int_equal(headers_split(arena, builder_view(&b), &headers), 0);
	assert_int_equal(message_parts(arena, &headers, &parts, &flaws), 0);
	assert_int_equal(parts.count, count);
	return parts;
}

/*
 * The lines announce 63 bytes and have none: the parts within the limit grow, and the next one
 * stays unchanged.
 */
static void uuencode_grows_up_to_its_limit(void **state)
{
#define CUT "begin 644 x\n_\n_\n_\n_\n_\n_\n_\n_\n_\n_"
	const size_t raw = sizeof(CUT) - 1, grown = 10 * 63;
	const size_t fit = MESSAGE_UUENCODE_GROWTH_MAX / (grown - raw);
	struct parts parts = parts_of(*state, VIEW("--B\n" ENCODING "uuencode\n\n" CUT "\n"), 2000);

	assert_in_range(fit, 1, 1998);
	assert_int_equal(parts.items[0].bytes.len, grown);
	assert_int_equal(parts.items[fit - 1].bytes.len, grown);
	assert_int_equal(parts.items[fit].bytes.len, raw);
	assert_int_equal(parts.items[1998].bytes.len, raw);
}

static void extended_parameters_are_read_up_to_their_limit(void **state)
{
	const struct view part = VIEW("--B\n" TYPE "a/b; charset*=us-ascii''u%41\n\nx\n");
	struct parts parts = parts_of(*state, part, PARAMETER_EXTENDED_MAX + 1);

	assert_true(view_eq(parts.items[0].charset, VIEW("uA")));
	assert_true(view_eq(parts.items[PARAMETER_EXTENDED_MAX - 1].charset, VIEW("uA")));
	assert_true(view_eq(parts.items[PARAMETER_EXTENDED_MAX].charset, VIEW("us-ascii''u%41")));
}

static void fails_at_the_ceiling(void **state)
{
	struct view body = repeated(*state, VIEW(PART("x")), 1000);
	struct arena *arena = arena_new(2000);
	struct headers headers;
	struct parts parts;
	unsigned flaws = 0;

	assert_int_equal(headers_split(arena, VIEW(MIXED), &headers), 0);
	headers.body = body;
	assert_int_equal(message_parts(arena, &headers, &parts, &flaws), FAULT_TOO_LARGE);
	arena_free(arena);
}

#define BAD " !bad-charset"

/* The text of a part, given as its character set, `|` and its bytes. */
static struct view part_of(struct arena *arena, struct view text)
{
	struct builder b = builder_init(arena);
	struct part part = { 0 };
	unsigned flaws = 0;

	part.charset = check_pair(text, &part.bytes);
	if (part.charset.len == 0)
		part.charset.ptr = NULL;
	builder_add(&b, part_text(arena, &part, &flaws));
	add_flaws(&b, flaws);
	return builder_view(&b);
}

static const struct check_case texts[] = {
	{ "as declared", V("latin1|\xC3\xA4"), V("\xC3\x83\xC2\xA4") },
	{ "NUL", V("utf-16le|a\0\0\0b\0"), V("ab") },
	{ "unknown", V("x-none|\xC3\xA4"), V("\xC3\xA4" BAD) },
	{ "not ASCII, but UTF-8", V("us-ascii|\xC3\xA4"), V("\xC3\xA4" BAD) },
	{ "windows-1252", V("utf-8|\xE4\x93"), V("\xC3\xA4\xE2\x80\x9C" BAD) },
	{ "Latin-1", V("utf-8|\x80\x81"), V("\xC2\x80\xC2\x81" BAD) },
	{ "none: UTF-8", V("|\xC3\xA4\0"), V("\xC3\xA4") },
	{ "none: windows-1252", V("|\x80"), V("\xE2\x82\xAC" BAD) },
	{ "nothing", V("|"), V("") },
};

RUN(EACH(walked, mails), TEST(parts_beyond_the_limits_are_ignored), TEST(fails_at_the_ceiling),
    TEST(uuencode_grows_up_to_its_limit), TEST(extended_parameters_are_read_up_to_their_limit),
    EACH(part_of, texts))
