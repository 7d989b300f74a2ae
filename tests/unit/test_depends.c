/* test_depends - the dependency in a Depends-on line; see parser/depends.h */
#include "tests/unit/check.h"

#include <stdio.h>

#include "parser/depends.h"
#include "parser/text.h"

/* `message <id>`, `series N`, or `-`. */
static struct view value_of(struct arena *arena, struct view value)
{
	struct builder b = builder_init(arena);
	struct depends depends;
	char number[32];

	if (!depends_read(arena, value, &depends))
		return VIEW("-");
	if (depends.kind == DEPENDS_ON_MESSAGE) {
		builder_add(&b, VIEW("message "));
		builder_add(&b, depends.msgid);
	} else {
		(void)snprintf(number, sizeof(number), "series %d", depends.series_id);
		builder_add(&b, view_str(number));
	}
	return builder_view(&b);
}

#define SITE "https://pw.example.org/"

static const struct check_case values[] = {
	{ "an id in brackets", V("<a@b.c>"), V("message <a@b.c>") },
	{ "words around it", V("the set <a@b.c> of May"), V("message <a@b.c>") },
	{ "an id without brackets", V("a@b.c"), V("message <a@b.c>") },
	{ "an id without brackets, and a comment", V("a@b.c (v2)"), V("message <a@b.c>") },
	{ "an id without @ in brackets", V("<a>"), V("message <a>") },
	{ "a word", V("nothing"), V("-") },
	{ "a word before an id without brackets", V("see a@b.c"), V("-") },
	{ "empty", V(""), V("-") },
	{ "empty brackets", V("<>"), V("-") },
	{ "the list of a series", V(SITE "project/p/list/?series=42"), V("series 42") },
	{ "series is not the first of the query", V(SITE "project/p/list/?state=*&series=42"),
	  V("series 42") },
	{ "more after it", V(SITE "project/p/list/?series=42&archive=both#x"), V("series 42") },
	{ "a series of the API", V(SITE "api/1.3/series/42/"), V("series 42") },
	{ "a series' mbox", V(SITE "series/42/mbox/"), V("series 42") },
	{ "no slash at the end", V(SITE "api/series/42"), V("series 42") },
	{ "words after the URL", V(SITE "series/42/ please"), V("series 42") },
	{ "the greatest number", V(SITE "series/2147483647/"), V("series 2147483647") },
	{ "one more", V(SITE "series/2147483648/"), V("-") },
	{ "an invalid number", V(SITE "series/4x2/"), V("-") },
	{ "a negative number", V(SITE "series/-42/"), V("-") },
	{ "no number", V(SITE "series//"), V("-") },
	{ "a patch", V(SITE "project/p/patch/a@b.c/"), V("message <a@b.c>") },
	{ "a patch, no slash at the end", V(SITE "project/p/patch/a@b.c"), V("message <a@b.c>") },
	{ "a patch's mbox", V(SITE "project/p/patch/a@b.c/mbox/"), V("message <a@b.c>") },
	{ "a cover letter", V(SITE "project/p/cover/a@b.c/"), V("message <a@b.c>") },
	{ "a patch without an id", V(SITE "project/p/patch/"), V("-") },
	{ "http", V("http://h/project/p/patch/a@b.c/"), V("message <a@b.c>") },
	{ "another page of a tracker", V(SITE "project/p/bundle/a/"), V("-") },
	{ "an archive's URL", V("https://lore.example.org/list/a@b.c/"), V("-") },
	{ "only a scheme", V("https://"), V("-") },
};

static void a_long_id_is_truncated(void **state)
{
	struct view id = repeated(*state, VIEW("a"), 300);
	struct builder b = builder_init(*state);
	struct depends depends;

	builder_byte(&b, '<');
	builder_add(&b, id);
	builder_add(&b, VIEW("@b>"));
	assert_true(depends_read(*state, builder_view(&b), &depends));
	assert_int_equal(depends.msgid.len, TEXT_COLUMN_CHARS);
	assert_true(view_starts(depends.msgid, VIEW("<aaa")));
}

static void a_failure_writes_nothing(void **state)
{
	struct depends depends = { .kind = DEPENDS_ON_SERIES, .series_id = 7 };

	assert_false(depends_read(*state, VIEW("nothing"), &depends));
	assert_false(depends_read(*state, VIEW(SITE "project/"), &depends));
	assert_int_equal(depends.kind, DEPENDS_ON_SERIES);
	assert_int_equal(depends.series_id, 7);
}

RUN(EACH(value_of, values), TEST(a_long_id_is_truncated), TEST(a_failure_writes_nothing))
