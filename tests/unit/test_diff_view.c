/* test_diff_view - the files of a diff, and the diff as HTML; see daemon/pages/diff_view.h */
#include "tests/unit/check.h"

#include "daemon/pages/diff_view.h"

static struct view copy(struct arena *arena, GString *out)
{
	struct view result = arena_copy(arena, view_of(out->str, out->len));

	g_string_free(out, TRUE);
	return result;
}

/* "NAME LINE +ADDED -REMOVED;" for each file, after the length of the text before the first. */
static struct view files(struct arena *arena, struct view diff)
{
	struct view before;
	g_autoptr(GArray) list = diff_view_files(diff, &before);
	GString *out = g_string_new(NULL);

	g_string_append_printf(out, "%zu ", before.len);
	for (guint i = 0; i < list->len; i++) {
		const struct diff_file *file = &g_array_index(list, struct diff_file, i);

		g_string_append_printf(out, "%.*s %zu +%d -%d;", (int)file->name.len,
				       file->name.ptr, file->first_line, file->added,
				       file->removed);
	}
	return copy(arena, out);
}

/* The rows of the list of files, without the tags. */
static struct view listed(struct arena *arena, struct view diff)
{
	GString *out = g_string_new(NULL), *text = g_string_new(NULL);
	struct html html = { out };
	bool is_tag = false;
	char *rows;

	diff_view_write(&html, diff, "/raw/");
	rows = strstr(out->str, "<tbody>");
	*strstr(rows, "</tbody>") = '\0';
	for (; *rows != '\0'; rows++) {
		is_tag |= *rows == '<';
		if (!is_tag && *rows != '\n')
			g_string_append_c(text, *rows);
		is_tag &= *rows != '>';
	}
	g_string_free(out, TRUE);
	return copy(arena, text);
}

/* The lines of the diff, with their tags. */
static struct view lines(struct arena *arena, struct view diff)
{
	GString *out = g_string_new(NULL);
	struct html html = { out };
	struct view page;
	size_t at;

	diff_view_write(&html, diff, "/raw/");
	page = view_of(out->str, out->len);
	at = view_search(page, VIEW("<pre"), 0);
	page = view_skip(page, at);
	page = view_head(page, view_search(page, VIEW("</pre>"), 0));
	page = arena_copy(arena, page);
	g_string_free(out, TRUE);
	return page;
}

#define HEAD(name) "--- a/" name "\n+++ b/" name "\n"
#define LINE(n, number, text) \
	"<a id=\"l" n "\" href=\"#l" n "\" tabindex=\"-1\">" number "</a>" text "\n"

static const struct check_case found[] = {
	{ "nothing", V(""), V("0 ") },
	{ "no diff", V("Words.\n"), V("7 ") },
	{ "one file", V(HEAD("x.c") "@@ -1 +1,2 @@\n-a\n+b\n+c\n"), V("0 x.c 1 +2 -1;") },
	{ "text before it", V("Index: x\n" HEAD("x.c") "@@ -1 +1 @@\n-a\n+b\n"),
	  V("9 x.c 2 +1 -1;") },
	{ "lines of a hunk that look like the head of a file",
	  V(HEAD("x.c") "@@ -1,2 +1,2 @@\n--- a/no\n-x\n+++ b/no\n+y\n" HEAD(
		  "y.c") "@@ -1 +1 @@\n-a\n+b\n"),
	  V("0 x.c 1 +2 -2;y.c 8 +1 -1;") },
	{ "git's line names a file without a hunk",
	  V("diff --git a/p.png b/p.png\nBinary files a/p.png and b/p.png differ\n"),
	  V("0 p.png 1 +0 -0;") },
	{ "a new file", V("--- /dev/null\n+++ b/n.c\n@@ -0,0 +1 @@\n+a\n"), V("0 n.c 1 +1 -0;") },
	{ "a deleted file", V("--- a/n.c\n+++ /dev/null\n@@ -1 +0,0 @@\n-a\n"),
	  V("0 n.c 1 +0 -1;") },
	{ "a renamed file", V("diff --git a/o.c b/n.c\nrename from o.c\nrename to n.c\n"),
	  V("0 n.c 1 +0 -0;") },
	{ "a date after the name",
	  V("--- a/d.c\t2026-03-02\n+++ b/d.c\t2026-03-02\n@@ -1 +1 @@\n-a\n+b\n"),
	  V("0 d.c 1 +1 -1;") },
	{ "a truncated hunk", V(HEAD("x.c") "@@ -1,9 +1,9 @@\n+b"), V("0 x.c 1 +1 -0;") },
	{ "numbers that are too large", V(HEAD("x.c") "@@ -99999999999 +1 @@\n+b\n"),
	  V("0 x.c 1 +0 -0;") },
	{ "a folder b is no prefix where git writes none",
	  V("diff --git a/b/o.c b/b/n.c\nrename from b/o.c\nrename to b/n.c\n"),
	  V("0 b/n.c 1 +0 -0;") },
	{ "a copy without a change", V("diff --git a/o.c b/n.c\ncopy from o.c\ncopy to n.c\n"),
	  V("0 n.c 1 +0 -0;") },
	{ "a merge", V("diff --cc m.c\nindex 1,2..3\n--- a/m.c\n+++ b/m.c\n@@@ -1 -1 +1 @@@\n"),
	  V("0 m.c 1 +0 -0;") },
	{ "an empty line in a hunk is one of both files",
	  V(HEAD("x.c") "@@ -1,2 +1,3 @@\n\n+b\n c\n"), V("0 x.c 1 +1 -0;") },
};

#define GIT(old, new) "diff --git " old " " new "\n"

static const struct check_case names[] = {
	{ "a quoted name", V(GIT("\"a/\\303\\244 \\\"\\t\"", "\"b/\\303\\244 \\\"\\t\"")),
	  V("\u00e4 &quot;\t+0-0") },
	{ "a quoted name with markup and a direction",
	  V("--- /dev/null\n+++ \"b/<i>\\342\\200\\256\"\n@@ -0,0 +1 @@\n+a\n"),
	  V("&lt;i&gt;[U+202E]+1-0") },
	{ "a quote that is not closed",
	  V(HEAD("x") "@@ -1 +1 @@\n-a\n+b\n--- \"a\\\"\n+++ \"a\\\"\n"),
	  V("x+1-1&quot;a\\&quot;+0-0") },
	{ "a backslash at the end", V("--- /dev/null\n+++ \"b/a\\\\\"\n"), V("a\\+0-0") },
	{ "a name with spaces", V(HEAD("x y\t") "@@ -1 +1 @@\n-a\n+b\n"), V("x y+1-1") },
	{ "a new file, which is empty", V(GIT("a/n", "b/n") "new file mode 100644\n"),
	  V("n, new+0-0") },
	{ "a deleted file",
	  V(GIT("a/n", "b/n") "deleted file mode 100644\n--- a/n\n+++ /dev/null\n"),
	  V("n, deleted+0-0") },
	{ "a new mode", V(GIT("a/n", "b/n") "old mode 100644\nnew mode 100755\n"),
	  V("n, new mode 100755+0-0") },
	{ "a renamed file", V(GIT("a/o", "b/n") "rename from o\nrename to n\n"),
	  V("n, renamed from o+0-0") },
	{ "a copied file", V(GIT("a/o", "b/n") "copy from \"\\303\\244\"\ncopy to n\n"),
	  V("n, copied from \u00e4+0-0") },
	{ "a binary file", V(GIT("a/n", "b/n") "Binary files a/n and b/n differ\n"),
	  V("n, binary+0-0") },
	{ "the bytes of a binary file",
	  V(GIT("a/n", "b/n") "GIT binary patch\nliteral 3\nnew mode 1\n"), V("n, binary+0-0") },
	{ "no mark is taken from a hunk",
	  V(HEAD("x") "@@ -1 +1 @@\n-a\n+b\nnew file mode 100644\n"), V("x+1-1") },
};

static const struct check_case written[] = {
	{ "numbers of the lines in their files", V("@@ -7,2 +9,2 @@\n a\n-b\n+c\n"),
	  V("<pre class=\"diff\">\n" LINE("1", "\u00b7", "<b>@@ -7,2 +9,2 @@</b>")
		    LINE("2", "9", " a") LINE("3", "8", "<del>-b</del>")
			    LINE("4", "10", "<ins>+c</ins>")) },
	{ "special characters of HTML", V("<script>&\"'\n"),
	  V("<pre class=\"diff\">\n" LINE("1", "\u00b7", "&lt;script&gt;&amp;&quot;&#39;")) },
	{ "controls and directions", V("\001\033[1m\177\u202e\u2066\xC2\x85\xff\n"),
	  V("<pre class=\"diff\">\n" LINE("1", "\u00b7",
					  "\u2401\u241b[1m\u2421[U+202E][U+2066]\ufffd\ufffd")) },
	{ "marks of direction and characters of no width",
	  V("\u061c\u200b\u200c\u200d\u200e\u200f\u2010\u2060\ufeff\n"),
	  V("<pre class=\"diff\">\n" LINE("1", "\u00b7",
					  "[U+061C][U+200B]\u200c\u200d[U+200E][U+200F]\u2010"
					  "[U+2060][U+FEFF]")) },
	{ "NUL and a carriage return", V("a\0b\r\n"),
	  V("<pre class=\"diff\">\n" LINE("1", "\u00b7", "a\u2400b\u240d")) },
};

static void the_list_of_files_is_limited(void **state)
{
	g_autoptr(GString) diff = g_string_new(NULL), out = g_string_new(NULL);
	struct html html = { out };

	(void)state;
	for (int i = 0; i < DIFF_VIEW_FILES_MAX + 2; i++)
		g_string_append_printf(diff, "diff --git a/%d.c b/%d.c\n", i, i);
	diff_view_write(&html, view_of(diff->str, diff->len), "/raw/");
	assert_non_null(strstr(out->str, "href=\"#f5000\""));
	assert_null(strstr(out->str, "href=\"#f5001\""));
	assert_non_null(strstr(out->str, "<p>2 more files are not listed.</p>"));
}

RUN(EACH(files, found), EACH(listed, names), EACH(lines, written),
    TEST(the_list_of_files_is_limited))
