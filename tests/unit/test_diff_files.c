/* test_diff_files - the paths and blobs of a diff; see parser/diff_files.h */
#include "tests/unit/check.h"

#include <stdio.h>

#include "parser/diff_files.h"

static void add_all(struct builder *b, const struct view *items, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (i > 0)
			builder_byte(b, ' ');
		builder_add(b, items[i]);
	}
}

/* The paths, a `|`, the blobs. */
static struct view files_of(struct arena *arena, struct view diff)
{
	struct builder b = builder_init(arena);
	struct diff_files files;

	if (diff_files_read(arena, diff, &files) != 0)
		return VIEW("failed");
	add_all(&b, files.paths, files.path_count);
	builder_byte(&b, '|');
	add_all(&b, files.blobs, files.blob_count);
	return builder_view(&b);
}

#define HUNK "@@ -1,2 +1,2 @@\n same\n-old\n+new\n"

static const struct check_case diffs[] = {
	{ "no diff", ABSENT, V("|") },
	{ "one file", V("--- a/src/ring.c\n+++ b/src/ring.c\n" HUNK), V("src/ring.c|") },
	{ "two files, sorted", V("--- a/z.c\n+++ b/z.c\n" HUNK "--- a/b.c\n+++ b/b.c\n" HUNK),
	  V("b.c z.c|") },
	{ "a new file", V("--- /dev/null\n+++ b/new.c\n@@ -0,0 +1 @@\n+x\n"), V("new.c|") },
	{ "a deleted file", V("--- a/old.c\n+++ /dev/null\n@@ -1 +0,0 @@\n-x\n"), V("old.c|") },
	{ "a date after the path", V("--- a/x.c\t2026-01-01\n+++ b/x.c\t2026-01-02\n" HUNK),
	  V("x.c|") },
	{ "a blank in the path", V("--- a/x y.c\t\n+++ b/x y.c\t\n" HUNK), V("x y.c|") },
	{ "a quoted path", V("--- \"a/x\\303\\266.c\"\n+++ \"b/x\\303\\266.c\"\n" HUNK),
	  V("x\\303\\266.c|") },
	{ "lines end in CR LF", V("--- a/x.c\r\n+++ b/x.c\r\n" HUNK), V("x.c|") },
	{ "a removed line that looks like a header",
	  V("--- a/x.sql\n+++ b/x.sql\n@@ -1,2 +1 @@\n--- a/comment of/x\n same\n"), V("x.sql|") },
	{ "an added line that looks like a header",
	  V("--- a/x.c\n+++ b/x.c\n@@ -1 +1,2 @@\n+++ b/count/of\n same\n"), V("x.c|") },
	{ "a marker of a missing newline is not a line of the hunk",
	  V("--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+b\n"
	    "\\ No newline at end of file\n--- a/y\n+++ b/y\n" HUNK),
	  V("x y|") },
	{ "a rename without changes",
	  V("diff --git a/old.c b/new.c\nsimilarity index 100%\nrename from old.c\nrename to new.c\n"),
	  V("new.c old.c|") },
	{ "a copy", V("copy from a/x.c\ncopy to a/y.c\n"), V("a/x.c a/y.c|") },
	{ "a change of mode", V("diff --git a/run b/run\nold mode 100644\nnew mode 100755\n"),
	  V("run|") },
	{ "a binary file",
	  V("diff --git a/x.png b/x.png\nindex 3f2a1b0..9c8d7e6 100644\nGIT binary patch\n"),
	  V("x.png|3f2a1b0 9c8d7e6") },
	{ "a new file has no old blob", V("index 000000000..9c8d7e6\n"), V("|9c8d7e6") },
	{ "a merge has several old blobs", V("index 3f2a1b0,1111111..9c8d7e6\n"),
	  V("|1111111 3f2a1b0 9c8d7e6") },
	{ "text that begins like an index line", V("index of all things\n"), V("|") },
	{ "an id of three digits is not a blob", V("index 3f2..9c8\n"), V("|") },
	{ "a path with one component has no name after the first", V("--- x.c\n+++ x.c\n"),
	  V("|") },
};

static void files_beyond_the_limit_are_ignored(void **state)
{
	struct builder b = builder_init(*state);
	struct diff_files files;
	char line[64];

	for (int i = 0; i < DIFF_FILES_MAX + 10; i++) {
		(void)snprintf(line, sizeof(line), "+++ b/%d\n", i);
		builder_add(&b, view_str(line));
	}
	assert_int_equal(diff_files_read(*state, builder_view(&b), &files), 0);
	assert_int_equal(files.path_count, DIFF_FILES_MAX);
}

RUN(EACH(files_of, diffs), TEST(files_beyond_the_limit_are_ignored))
