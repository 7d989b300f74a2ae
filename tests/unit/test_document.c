/* test_document - the parts of a document that are parsed again; see daemon/output/document.h */
#include "tests/unit/check.h"

#include "daemon/output/document.h"

static struct view written(struct arena *arena, void (*write)(struct emit *, struct view),
			   struct view text)
{
	GString *out = g_string_new(NULL);
	struct emit emit;
	struct view result;

	emit_init(&emit, out, 0);
	write(&emit, text);
	result = arena_copy(arena, view_of(out->str, out->len));
	g_string_free(out, TRUE);
	return result;
}

static struct view headers(struct arena *arena, struct view stored)
{
	return written(arena, document_headers, stored);
}

static struct view prefixes(struct arena *arena, struct view name)
{
	return written(arena, document_prefixes, name);
}

static struct view msgid(struct arena *arena, struct view id)
{
	GString *out = g_string_new(NULL);
	struct view result;

	document_append_msgid(out, id);
	result = arena_copy(arena, view_of(out->str, out->len));
	g_string_free(out, TRUE);
	return result;
}

static const struct check_case blocks[] = {
	{ "nothing", V(""), V("{}") },
	{ "absent", ABSENT, V("{}") },
	{ "in order", V("B: 1\nA: 2"), V("{\"B\":\"1\",\"A\":\"2\"}") },
	{ "a list for a repeated name, at its first position", V("A: 1\nB: 2\nA: 3"),
	  V("{\"A\":[\"1\",\"3\"],\"B\":\"2\"}") },
	{ "each spelling lists the values of all", V("Received: 1\nreceived: 2\nX: y\nReceived: 3"),
	  V("{\"Received\":[\"1\",\"2\",\"3\"],\"received\":[\"1\",\"2\",\"3\"],\"X\":\"y\"}") },
	{ "blanks and tabs before a value are removed, those after it are not",
	  V("A: \t  x \t\nB:y"), V("{\"A\":\"x \\t\",\"B\":\"y\"}") },
	{ "folds are kept", V("A:\n  x\n\ty"), V("{\"A\":\"\\n  x\\n\\ty\"}") },
	{ "empty values", V("A:\nB: \nA: "), V("{\"A\":[\"\",\"\"],\"B\":\"\"}") },
	{ "a line that is not a header ends them", V("A: 1\nno header\nB: 2"), V("{\"A\":\"1\"}") },
	{ "a name is not the beginning of another", V("Ab: 1\nA: 2\na: 3"),
	  V("{\"Ab\":\"1\",\"A\":[\"2\",\"3\"],\"a\":[\"2\",\"3\"]}") },
};

static const struct check_case names[] = {
	{ "none", V("title"), V("[]") },
	{ "split at commas", V("[RFC,v2,1/3] x"), V("[\"RFC\",\"v2\",\"1/3\"]") },
	{ "and at white space", V("[RFC,x y,1 of 2] x"),
	  V("[\"RFC\",\"x\",\"y\",\"1\",\"of\",\"2\"]") },
	{ "of further brackets, too", V("[v2] [net-next] x [late]"), V("[\"v2\",\"net-next\"]") },
	{ "up to the first that closes", V("[ ] [[v3]] odd"), V("[\"[v3\"]") },
	{ "the word itself is not a prefix", V("[PATCH,v2] [patch] x"), V("[\"v2\"]") },
	{ "after Re and Fwd", V("Re: [v2] x"), V("[\"v2\"]") },
	{ "Mercurial's marker is one", V("[PATCH 1 of 2] x"), V("[\"1 of 2\"]") },
	{ "not closed", V("[v2 x"), V("[]") },
};

static const struct check_case ids[] = {
	{ "as it is", V("<a.b-c_d~e+f=g@x.org>"), V("a.b-c_d~e+f=g@x.org") },
	{ "a slash is quoted twice", V("<a/b@x.org>"), V("a%252Fb@x.org") },
	{ "a quoted slash is a slash", V("<a%2Fb@x.org>"), V("a%252Fb@x.org") },
	{ "a character that ends a path", V("<a?b#c d@x.org>"), V("a%3Fb%23c%20d@x.org") },
	{ "beyond ASCII", V("<\xC3\xA9@x.org>"), V("%C3%A9@x.org") },
	{ "all brackets at the ends", V("<<a<b@x.org>>"), V("a%3Cb@x.org") },
	{ "no brackets", V("a@x.org"), V("a@x.org") },
	{ "only brackets", V("<>"), V("") },
};

/*
 * Beyond the limit each spelling has its own values, so that the document does not grow
 * quadratically.
 */
static void many_spellings(void **state)
{
	GString *stored = g_string_new(NULL), *out = g_string_new(NULL);
	struct emit emit;

	for (int i = 0; i <= DOCUMENT_SPELLINGS_HEADERS_MAX; i++)
		g_string_append(stored, i % 2 == 0 ? "A:1\n" : "a:1\n");
	emit_init(&emit, out, 0);
	document_headers(&emit, view_of(stored->str, stored->len));
	assert_in_range(out->len, (size_t)4 * DOCUMENT_SPELLINGS_HEADERS_MAX,
			(size_t)4 * DOCUMENT_SPELLINGS_HEADERS_MAX + 32);
	g_string_free(stored, TRUE);
	g_string_free(out, TRUE);
	(void)state;
}

RUN(EACH(headers, blocks), EACH(prefixes, names), EACH(msgid, ids),
    cmocka_unit_test(many_spellings))
