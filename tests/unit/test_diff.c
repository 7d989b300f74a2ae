/* test_diff - the patch hash, and the files that a diff changes; see parser/diff.h */
#include "tests/unit/check.h"

#include <glib.h>

#include "parser/diff.h"

#define FILES "--- a/f\n+++ b/f\n"
#define HUNK  "@@ -1 +1 @@\n-old\n+new\n"
#define PLAIN FILES "@@ -1 +1 @@\n-old\n+new\n"

/* The parts of a diff that are hashed. */
static const struct check_case diffs[] = {
	{ "plain", V(PLAIN), V(PLAIN) },
	{ "counts of 1", V(FILES "@@ -1,1 +1,1 @@\n-old\n+new\n"), V(PLAIN) },
	{ "other names for a/ and b/", V("--- x/f\n+++ y/f\n" HUNK), V(PLAIN) },
	{ "dates after the names", V("--- a/f\t2026\n+++ b/f\xC2\xA0x\n" HUNK), V(PLAIN) },
	{ "git's headers", V("diff --git a/f b/f\nindex 1..2 100644\n" PLAIN), V(PLAIN) },
	{ "CR", V("--- a/f\r\n+++ b/f\r\n@@ -1 +1 @@\r\n-o\rld\r\n+new\r\n"), V(PLAIN) },
	{ "white space around", V("\n \n" PLAIN "\n \n"), V(PLAIN) },
	{ "marker", V(PLAIN "\\ No newline at end of file\n"), V(PLAIN) },
	{ "empty lines", V(FILES "@@ -1 +1 @@\n\n-old\n\n+new\n"), V(PLAIN) },
	{ "context", V("@@ -1,2 +1,3 @@\n c\n+new\n"), V("@@ -2 +3 @@\n c\n+new\n") },
	{ "counts as written", V("@@ -1,007 +1,0 @@\n"), V("@@ -007 +0 @@\n") },
	{ "one component", V("--- f\n+++ f\n"), V("--- a/\n+++ b/\n") },
	{ "no file", V("--- /dev/null\n+++ b/f\n"), V("--- a/dev/null\n+++ b/f\n") },
	{ "removed line like a path", V(FILES "--- x/y z\n"), V(FILES "--- a/y\n") },
	{ "removed line with no path", V("x\n--- \n"), V("---\n") },
	{ "not ASCII, and NUL", V("+\xC3\xA4\0b\n"), V("+\xC3\xA4\0b\n") },
	{ "nothing", V(""), V("") },
	{ "nothing that counts", V("x\ny\n"), V("") },
};

static void hashes_the_significant_parts(void **state)
{
	char hash[DIFF_HASH_CHARS + 1];

	for (size_t i = 0; i < COUNT(diffs); i++) {
		struct view want = diffs[i].want;
		g_autofree char *sum = g_compute_checksum_for_data(
			G_CHECKSUM_SHA1, (const guchar *)want.ptr, want.len);

		assert_int_equal(diff_hash(*state, diffs[i].text, hash), 0);
		check_view(diffs[i].name, view_str(hash), view_str(sum));
	}
	assert_int_equal(diff_hash(*state, VIEW(PLAIN), hash), 0);
	/* The results are those of conformance/model.py. */
	assert_string_equal(hash, "7c4b483beb1adc49351c92d18743dfab2ec7d5f3");
}

/* The files, each followed by `|`. */
static struct view files_of(struct arena *arena, struct view rest)
{
	struct builder b = builder_init(arena);
	struct view file;

	while (diff_next_file(&rest, &file))
		add_field(&b, file, '|');
	return builder_view(&b);
}

static const struct check_case files[] = {
	{ "both sides", V("diff --git a/x b/x\n--- a/d/f\n+++ b/d/g\n" HUNK), V("d/f|d/g|") },
	{ "no file", V("--- /dev/null\n+++ b/f\n"), V("f|") },
	{ "up to white space", V("--- a/f\t2026\n+++ b/f g\r\n"), V("f|f|") },
	{ "one component", V("--- f\n"), V("|") },
	{ "no name", V("--- \n+++\n"), V("") },
	{ "not at the beginning of a line", V(" --- a/f\n"), V("") },
	{ "last line without its end", V("+++ b/f"), V("f|") },
	{ "nothing", V(""), V("") },
};

RUN(TEST(hashes_the_significant_parts), EACH(files_of, files))
