/* test_subject - bracketed prefixes, series markers and versions; see parser/subject.h */
#include "tests/unit/check.h"

#include <stdio.h>

#include "parser/subject.h"

/* `name;title`, then the kind of subject and flaws; the project's link name is Net-Next. */
static struct view read_name(struct arena *arena, struct view text)
{
	struct builder b = builder_init(arena);
	struct subject subject;
	unsigned flaws = 0;

	assert_int_equal(subject_read(arena, text, VIEW("Net-Next"), &subject, &flaws), 0);
	add_field(&b, subject.name, ';');
	builder_add(&b, subject.title);
	builder_add(&b, subject.is_reply ? VIEW(" (reply)") : VIEW(""));
	builder_add(&b, subject.is_forwarded ? VIEW(" (forwarded)") : VIEW(""));
	add_flaws(&b, flaws);
	return builder_view(&b);
}

static const struct check_case names[] = {
	{ "patch is dropped", V("[Patch v2] t"), V("[v2] t;t") },
	{ "link name is dropped", V("[PATCH net-next] t"), V("t;t") },
	{ "commas and blanks", V("[RFC,PATCH, v2 ,, 1/2] t"), V("[RFC,v2,1/2] t;t") },
	{ "several brackets", V("[a] [PATCH b][c] t [d]"), V("[a,b,c] t [d];t [d]") },
	{ "empty bracket", V("[] t"), V("t;t") },
	{ "not closed", V("[PATCH t"), V("[PATCH t;[PATCH t") },
	{ "bracket in a bracket", V("[a [b] c] t"), V("[a,[b],c] t;t D20") },
	{ "brackets in a bracket", V("[for stable [4.14, 5.10] 1/3] t"),
	  V("[for,stable,[4.14,5.10],1/3] t;t D20") },
	{ "brackets around all of it are removed", V("[[RFC PATCH]] t"), V("[RFC] t;t D20") },
	{ "three brackets around all of it are removed", V("[[[v2]]] [x] t"), V("[v2,x] t;t D20") },
	{ "a bracket that starts with a bracket ends at the first", V("[[a] b] t"),
	  V("[[a] b] t;b] t") },
	{ "a bracket that is not closed ends at the first", V("[a [b] t"), V("[a,[b] t;t") },
	{ "empty brackets", V("[] [[]] t"), V("t;t D20") },
	{ "prefixes without a title keep the blank", V("[v2]"), V("[v2] ;") },
	{ "nothing", V(""), V(";") },
	{ "reply", V("rE: [PATCH] t"), V("t;t (reply)") },
	{ "a reply needs a colon", V("Re"), V("Re;Re") },
	{ "reply without a title", V("Re:"), V("; (reply)") },
	{ "longer word", V("Rebase: t"), V("Rebase: t;Rebase: t") },
	{ "forwarded", V("Fwd: [a] t"), V("[a] t;t (forwarded)") },
	{ "Mercurial", V("[PATCH 1 of 3 stable] t"), V("[1 of 3,stable] t;t") },
};

static struct view read_numbers(struct arena *arena, struct view text)
{
	struct builder b = builder_init(arena);
	struct subject s;
	unsigned flaws = 0;
	char numbers[64];

	assert_int_equal(subject_read(arena, text, VIEW(""), &s, &flaws), 0);
	(void)snprintf(numbers, sizeof(numbers), "%s%d/%d v%d", s.has_marker ? "" : "none ",
		       (int)s.number, (int)s.total, (int)s.version);
	builder_add(&b, view_str(numbers));
	add_flaws(&b, flaws);
	return builder_view(&b);
}

#define RANGE " !number-range"

static const struct check_case numbers[] = {
	{ "none", V("[PATCH] 3/7 v4"), V("none 0/0 v1") },
	{ "marker", V("[PATCH 3/7] t"), V("3/7 v1") },
	{ "leading zeros", V("[PATCH v002 003/007] t"), V("3/7 v2") },
	{ "Mercurial", V("[PATCH 3 of 7] t"), V("3/7 v1") },
	{ "the last two of three", V("[1/2/3] t"), V("2/3 v1") },
	{ "half of a marker", V("[PATCH 3/] [/7] t"), V("none 0/0 v1") },
	{ "ARABIC-INDIC DIGITS", V("[\xD9\xA3/\xD9\xA7] t"), V("none 0/0 v1") },
	{ "largest number", V("[32767/40000] t"), V("32767/40000 v1") },
	{ "one larger", V("[32768/40000] t"), V("none 0/0 v1" RANGE) },
	{ "largest total", V("[1/2147483647] t"), V("1/2147483647 v1") },
	{ "one larger", V("[1/2147483648] t"), V("none 0/0 v1" RANGE) },
	{ "huge", V("[1/99999999999999999999999] t"), V("none 0/0 v1" RANGE) },
	{ "the first of two markers", V("[40000/2 1/2] t"), V("none 0/0 v1" RANGE) },
	{ "version", V("[PATCH V3 1/2] t"), V("1/2 v3") },
	{ "the first version", V("[v2 v3] t (v4)"), V("none 0/0 v2") },
	{ "joined to a word", V("[PATCHv3] t"), V("none 0/0 v3 D18") },
	{ "joined to another word by a hyphen", V("[rfc-V2] t"), V("none 0/0 v2 D18") },
	{ "joined, beside other prefixes", V("[net RESEND_v4,1/2] t"), V("1/2 v4 D18") },
	{ "the first of a joined and another version", V("[PATCH.v3 v2] t"), V("none 0/0 v3 D18") },
	{ "joined to a word that has no versions", V("[TESTv3] t"), V("none 0/0 v1") },
	{ "joined, and followed by a letter", V("[PATCHv3a] t"), V("none 0/0 v1") },
	{ "joined by two hyphens", V("[PATCH--v3] t"), V("none 0/0 v1") },
	{ "joined and too large", V("[PATCHv99999999999] t"), V("none 0/0 v1 !number-range") },
	{ "in parentheses", V("[PATCH] t (v4) more"), V("none 0/0 v4") },
	{ "in the second parentheses", V("(v) ((V5)) (v6"), V("none 0/0 v5") },
	{ "largest version", V("[v2147483647] t"), V("none 0/0 v2147483647") },
	{ "one larger", V("[v2147483648] t"), V("none 0/0 v1" RANGE) },
	{ "one larger, in parentheses", V("t (v2147483648)"), V("none 0/0 v1" RANGE) },
};

static void reads_only_the_first_prefixes(void **state)
{
	static const size_t counts[] = { SUBJECT_PREFIXES_MAX, SUBJECT_PREFIXES_MAX + 1, 100000 };

	for (size_t i = 0; i < COUNT(counts); i++) {
		struct view text = repeated(*state, VIEW("[PATCH a]"), counts[i]);
		struct subject subject;
		unsigned flaws = 0;

		assert_int_equal(subject_read(*state, text, VIEW(""), &subject, &flaws), 0);
		assert_int_equal(subject.prefix_count, SUBJECT_PREFIXES_MAX);
		assert_int_equal(flaws, i == 0 ? 0 : FLAW_TOO_MANY_PREFIXES);
		check_view("after the prefixes", subject.title, VIEW(""));
	}
}

static struct view is_reply(struct arena *arena, struct view text)
{
	(void)arena;
	return subject_is_reply(text) ? VIEW("yes") : VIEW("no");
}

static const struct check_case replies[] = {
	{ "colon", V("Re: x"), V("yes") },
	{ "blank", V("re x"), V("yes") },
	{ "tab", V("RE\tx"), V("yes") },
	{ "no-break space", V("Re\xC2\xA0x"), V("yes") },
	{ "word", V("Reply"), V("no") },
	{ "no character after it", V("Re"), V("no") },
	{ "after a bracket", V("[PATCH] Re: x"), V("no") },
	{ "nothing", V(""), V("no") },
};

RUN(EACH(read_name, names), EACH(is_reply, replies), EACH(read_numbers, numbers),
    TEST(reads_only_the_first_prefixes))
