/* test_split - the diff and the comment in a text; see parser/split.h */
#include "tests/unit/check.h"

#include "parser/split.h"

/* The comment, `%`, and the diff. */
static struct view split(struct arena *arena, struct view text)
{
	struct builder b = builder_init(arena), whole = builder_init(arena);
	struct view diff, comment;
	unsigned flaws = 0;

	assert_int_equal(split_patch(arena, text, &diff, &comment, &flaws), 0);
	if (diff.len + comment.len == text.len && view_ends(comment, VIEW("\n"))) {
		builder_add(&whole, comment); /* the comment lacks the last LF */
		builder_byte(&whole, '\n');
		comment = builder_view(&whole);
	}
	assert_int_equal(diff.len + comment.len, text.len + 1); /* no byte is lost */
	add_field(&b, comment, '%');
	builder_add(&b, diff);
	add_flaws(&b, flaws);
	return builder_view(&b);
}

#define FILES   "--- a/f\n+++ b/f\n"
#define HUNK    "@@ -1 +1 @@\n-old\n+new\n"
#define GIT     "diff --git a/f b/f\nindex 1..2\n"
#define NO_LF   "\\ No newline at end of file\n"
#define KEIN_LF "\\ Kein Zeilenumbruch am Dateiende.\n"
#define MANY    "99999999999999999999999"

/* The results are those of conformance/model.py, too. */
static const struct check_case texts[] = {
	{ "nothing", V(""), V("\n%") },
	{ "the last line gets an LF", V("a\nb\n"), V("a\nb\n\n%") },
	{ "git's headers", V(GIT FILES HUNK "-- "), V("-- \n%" GIT FILES HUNK) },
	{ "header without a diff", V("diff of a\nt"), V("diff of a\nt\n%") },
	{ "minus line without a plus line", V("--- a\nt"), V("--- a\nt\n%") },
	{ "files without a hunk", V(FILES "t"), V(FILES "t\n%") },
	{ "text between", V(FILES HUNK "t\n" FILES HUNK), V("\n%" FILES HUNK "t\n" FILES HUNK) },
	{ "minus line after", V(FILES HUNK "--- x\ny"), V("y\n%" FILES HUNK "--- x\n") },
	{ "counts", V(FILES "@@ -1,2 +1,2 @@ f()\n a\n-b\n+c\n+d"),
	  V("+d\n%" FILES "@@ -1,2 +1,2 @@ f()\n a\n-b\n+c\n") },
	{ "empty line", V(FILES "@@ -1 +1 @@\n\nt"), V("t\n%" FILES "@@ -1 +1 @@\n\n") },
	{ "counts of zero", V(FILES "@@ -0,0 +0,0 @@\nt\nu"),
	  V("u\n%" FILES "@@ -0,0 +0,0 @@\nt\n") },
	{ "no newline", V(FILES "@@ -1 +1 @@\n-a\n" NO_LF "+b\n" NO_LF "t"),
	  V("t\n%" FILES "@@ -1 +1 @@\n-a\n" NO_LF "+b\n" NO_LF) },
	{ "no newline after an undecided line", V(FILES HUNK FILES NO_LF "x\ny"),
	  V("+++ b/f\nx\ny\n%" FILES HUNK "--- a/f\n" NO_LF) },
	{ "no newline in another language (D21)",
	  V(FILES "@@ -1 +1 @@\n-a\n" KEIN_LF "+b\n" KEIN_LF "t"),
	  V("t\n%" FILES "@@ -1 +1 @@\n-a\n" KEIN_LF "+b\n" KEIN_LF " D21") },
	{ "no newline, with CR", V(FILES HUNK "\\ \r\nt"), V("t\n%" FILES HUNK "\\ \r\n D21") },
	{ "a backslash without a blank is no marker", V(FILES HUNK "\\Kein\n\\\n"),
	  V("\\Kein\n\\\n\n%" FILES HUNK) },
	{ "a marker before a hunk is none", V(FILES KEIN_LF HUNK), V(FILES KEIN_LF HUNK "\n%") },
	{ "no newline after an undecided line, before a diff",
	  V(FILES HUNK FILES NO_LF "x\n" FILES HUNK "t"),
	  V("t\n%" FILES HUNK "--- a/f\n" NO_LF "+++ b/f\nx\n" FILES HUNK) },
	{ "binary takes the rest", V(GIT "GIT binary patch\nx\n\nt"),
	  V("%" GIT "GIT binary patch\nx\n\nt\n") },
	{ "file after binary (D12)", V(GIT "GIT binary patch\nx\n" GIT FILES HUNK),
	  V("\n%" GIT "GIT binary patch\nx\n" GIT FILES HUNK) },
	{ "cut hunk", V(FILES "@@ -1,9 +1,9 @@\n a"),
	  V("%" FILES "@@ -1,9 +1,9 @@\n a\n !cut-hunk") },
	{ "cut header", V(FILES "@@ -1 +1 @@"), V("%" FILES "@@ -1 +1 @@\n !cut-hunk") },
	{ "huge counts", V(FILES "@@ -1," MANY " +1," MANY " @@\n a\n--- b"),
	  V("%" FILES "@@ -1," MANY " +1," MANY " @@\n a\n--- b\n !cut-hunk") },
	{ "CR LF", V("t\r\n--- a\r\n+++ b\r\n@@ -0,0 +1 @@\r\n+b\r\n"),
	  V("t\r\n\n%--- a\r\n+++ b\r\n@@ -0,0 +1 @@\r\n+b\r\n") },
	{ "other line ends", V("t\r--- a\f--- b"), V("t\r--- a\f--- b\n%") },
	{ "NUL", V("t\0\n" FILES "@@ -0,0 +1 @@\n+\0\n"),
	  V("t\0\n\n%" FILES "@@ -0,0 +1 @@\n+\0\n") },
};

static struct view counts(struct arena *arena, struct view line)
{
	struct builder b = builder_init(arena);
	struct view old, new;

	if (!split_hunk_counts(line, &old, &new))
		return (struct view){ NULL, 0 };
	add_field(&b, old, ' ');
	builder_add(&b, new);
	return builder_view(&b);
}

static const struct check_case headers[] = {
	{ "both counts", V("@@ -1,2 +3,4 @@"), V("2 4") },
	{ "no counts", V("@@ -1 +3 @@"), V("1 1") },
	{ "as written", V("@@ -1,002 +3,0 @@x"), V("002 0") },
	{ "huge", V("@@ -1," MANY " +3 @@ f()\n"), V(MANY " 1") },
	{ "no numbers", V("@@ - + @@"), ABSENT },
	{ "comma without a count", V("@@ -1, +3,4 @@"), ABSENT },
	{ "not closed", V("@@ -1,2 +3,4"), ABSENT },
	{ "not at the beginning", V(" @@ -1,2 +3,4 @@"), ABSENT },
	{ "ARABIC-INDIC DIGIT ONE", V("@@ -\xD9\xA1 +1 @@"), ABSENT },
	{ "combined diff", V("@@@ -1 -1 +1 @@@"), ABSENT },
	{ "nothing", V(""), ABSENT },
};

RUN(EACH(split, texts), EACH(counts, headers))
