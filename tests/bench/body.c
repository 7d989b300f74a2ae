/* body - the text of mails on a kernel-like list; see body.h */
#include "tests/bench/body.h"

#include <string.h>

#define DIFF_MEDIAN_BYTES 2300
#define DIFF_SIGMA        1.05
#define DIFF_BYTES_MAX    200000
#define QUOTE_LINES_MAX   400 /* long mails are not quoted whole */

static const char *const titles[] = {
	"fix %n %n leak in %p_%v_%n()",
	"add support for %w %n %n",
	"%v %n before %v",
	"use %p_%v_%n() instead of %v_%n()",
	"remove redundant %n",
	"convert %n to %n_%v",
	"don't %v %n when %w %n",
	"simplify %n %n handling",
	"check return value of %v_%n()",
	"introduce %p_%n_%v()",
	"%w %w %n",
	"rename %n to %n_%n",
	"Fix use-after-free in %p_%v_%n",
	"Drop unused %n %n",
	"allow %n to be %w",
	"move %n_%v() to %n.c",
};

void body_title(GRand *dice, const struct subsystem *about, GString *out)
{
	g_string_append_printf(out, "%s: ", about->prefix);
	words_form(dice, about, out, WORDS_PICK(dice, titles));
}

static void paragraphs(GRand *dice, const struct subsystem *about, GString *out, int count)
{
	for (int i = 0; i < count; i++) {
		words_prose(dice, about, out, 8 + (int)words_spread(dice, 28, 0.6));
		g_string_append_c(out, '\n');
	}
}

/* ---- diffs */

struct diff {
	GString *text;
	GString *stat;
	int files, added, removed;
	int file_added, file_removed;
	int depth;
};

/* The lines of a hunk, in runs of one kind as in real ones: context, change, context. */
static void hunk_lines(GRand *dice, const struct subsystem *about, struct diff *diff, int changes,
		       int *ret_old, int *ret_new)
{
	int old = 0, new = 0;

	for (int i = -3; i < changes + 3; i++) {
		bool context = i < 0 || i >= changes || words_chance(dice, 0.22);
		bool removed = !context && words_chance(dice, 0.35);

		g_string_append_c(diff->text, context ? ' ' : removed ? '-' : '+');
		words_code(dice, about, diff->text, &diff->depth);
		g_string_append_c(diff->text, '\n');
		old += context || removed;
		new += !removed;
		diff->file_removed += removed;
		diff->file_added += !context && !removed;
	}
	*ret_old = old;
	*ret_new = new;
}

static void hunk(GRand *dice, const struct subsystem *about, struct diff *diff, int *line)
{
	g_autoptr(GString) lines = g_string_new(NULL);
	GString *text = diff->text;
	int old, new;

	diff->text = lines;
	diff->depth = 1;
	hunk_lines(dice, about, diff, 1 + (int)words_spread(dice, 6, 0.9), &old, &new);
	diff->text = text;
	*line += words_range(dice, 5, 200);
	g_string_append_printf(text, "@@ -%d,%d +%d,%d @@ ", *line, old,
			       *line + diff->file_added - diff->file_removed, new);
	words_form(dice, about, text, "static int %p_%v_%n(struct %n *%n)\n");
	g_string_append_len(text, lines->str, (gssize)lines->len);
}

static void diff_file(GRand *dice, const struct subsystem *about, struct diff *diff, size_t size)
{
	g_autoptr(GString) path = g_string_new(NULL), index = g_string_new(NULL);
	size_t end = diff->text->len + size;
	int line = 0, changes;

	words_path(dice, about, path);
	words_hex(dice, index, 12);
	g_string_append(index, "..");
	words_hex(dice, index, 12);
	g_string_append_printf(diff->text,
			       "diff --git a/%s b/%s\nindex %s 100644\n--- a/%s\n+++ b/%s\n",
			       path->str, path->str, index->str, path->str, path->str);
	diff->file_added = diff->file_removed = 0;
	do
		hunk(dice, about, diff, &line);
	while (diff->text->len < end);
	changes = diff->file_added + diff->file_removed;
	g_string_append_printf(diff->stat, " %-44s | %4d %.*s%.*s\n", path->str, changes,
			       MIN(diff->file_added, 20), "++++++++++++++++++++",
			       MIN(diff->file_removed, 20), "--------------------");
	diff->files++;
	diff->added += diff->file_added;
	diff->removed += diff->file_removed;
}

static void make_diff(guint32 seed, const struct subsystem *about, GString *out)
{
	GRand *dice = g_rand_new_with_seed(seed);
	size_t size = (size_t)words_spread(dice, DIFF_MEDIAN_BYTES, DIFF_SIGMA);
	struct diff diff = { .text = g_string_new(NULL), .stat = g_string_new(NULL) };
	int files = 1 + words_count(dice, 0.8);

	size = MIN(size, DIFF_BYTES_MAX);
	do
		diff_file(dice, about, &diff, size / (size_t)files);
	while (diff.text->len < size);
	g_string_append_printf(out, "%s %d files changed, %d insertions(+), %d deletions(-)\n\n%s",
			       diff.stat->str, diff.files, diff.added, diff.removed,
			       diff.text->str);
	g_string_free(diff.text, TRUE);
	g_string_free(diff.stat, TRUE);
	g_rand_free(dice);
}

/* ---- texts of mails */

void body_patch(GRand *dice, const struct subsystem *about, guint32 seed, const char *author,
		const char *tags, int version, GString *out)
{
	paragraphs(dice, about, out, 1 + words_count(dice, 0.9));
	if (words_chance(dice, 0.2)) {
		g_string_append(out, "Fixes: ");
		words_hex(dice, out, 12);
		g_string_append(out, " (\"");
		body_title(dice, about, out);
		g_string_append(out, "\")\n");
	}
	g_string_append_printf(out, "%sSigned-off-by: %s\n---\n", tags, author);
	for (int v = version; v > 1; v--) {
		g_string_append_printf(out, "Changes in v%d:\n- ", v);
		words_prose(dice, about, out, words_range(dice, 3, 14));
	}
	make_diff(seed, about, out);
	g_string_append(out, "-- \n2.");
	g_string_append_printf(out, "%d.%d\n", words_range(dice, 39, 51), words_range(dice, 0, 5));
}

void body_cover(GRand *dice, const struct subsystem *about, const char *author,
		char *const *patch_titles, int version, GString *out)
{
	size_t sign = strcspn(author, "<");

	g_string_append(out, words_chance(dice, 0.4) ? "Hi all,\n\n" : "");
	paragraphs(dice, about, out, 2 + words_count(dice, 1.2));
	for (int v = version; v > 1; v--) {
		g_string_append_printf(out, "Changes since v%d:\n", v - 1);
		for (int i = 1 + words_count(dice, 1.5); i > 0; i--) {
			g_string_append(out, " - ");
			words_prose(dice, about, out, words_range(dice, 4, 11));
		}
		g_string_append_c(out, '\n');
	}
	g_string_append_printf(out, "%.*s(%u):\n", (int)sign, author,
			       g_strv_length((char **)(guintptr)patch_titles));
	for (; *patch_titles != NULL; patch_titles++)
		g_string_append_printf(out, "  %s\n", *patch_titles);
	g_string_append_c(out, '\n');
	for (int i = words_range(dice, 1, 12); i > 0; i--) {
		g_autoptr(GString) path = g_string_new(NULL);
		int changes = 1 + (int)words_spread(dice, 20, 1);

		words_path(dice, about, path);
		g_string_append_printf(out, " %-44s | %4d %.*s\n", path->str, changes,
				       MIN(changes, 20), "+++++++++++++-------");
	}
	g_string_append(out, "\nbase-commit: ");
	words_hex(dice, out, 40);
	g_string_append(out, "\n-- \n2.43.0\n");
}

static void remark(GRand *dice, const struct subsystem *about, GString *out)
{
	g_string_append_c(out, '\n');
	words_prose(dice, about, out, 2 + (int)words_spread(dice, 16, 0.8));
	g_string_append_c(out, '\n');
}

void body_reply(GRand *dice, const struct subsystem *about, const char *attribution,
		const char *parent, const char *tag, const char *author, GString *out)
{
	g_auto(GStrv) lines = g_strsplit(parent, "\n", QUOTE_LINES_MAX);
	int count = (int)g_strv_length(lines), first = 0;
	bool whole = words_chance(dice, tag != NULL ? 0.3 : 0.4);

	count = count == QUOTE_LINES_MAX ? count - 1 : count;
	if (!whole) {
		first = count > 30 ? words_range(dice, 0, count - 20) : 0;
		count = words_at_most(first + 3 + (int)words_spread(dice, 12, 0.7), count);
	}
	g_string_append(out, words_chance(dice, 0.2) ? "Hi,\n\n" : "");
	g_string_append_printf(out, "%s\n", attribution);
	for (int i = first; i < count; i++) {
		g_string_append_printf(out, ">%s%s\n", *lines[i] == '>' ? "" : " ", lines[i]);
		if (words_chance(dice, 0.025))
			remark(dice, about, out);
	}
	remark(dice, about, out);
	if (tag != NULL)
		g_string_append(out, tag);
	if (words_chance(dice, 0.01))
		g_string_append(out, "From here on it is as before.\n");
	if (words_chance(dice, 0.5))
		g_string_append_printf(out, "\n-- \n%.*s\n", (int)strcspn(author, "<"), author);
}

void body_talk(GRand *dice, const struct subsystem *about, const char *author, GString *out)
{
	int depth = 0;

	g_string_append(out, "Hello,\n\n");
	paragraphs(dice, about, out, 1 + words_count(dice, 2.5));
	/* The output of a log or of another program. */
	for (int i = words_chance(dice, 0.3) ? (int)words_spread(dice, 60, 1.2) : 0; i > 0; i--) {
		g_string_append_printf(out, "[%5d.%06d] ", words_range(dice, 1, 99999),
				       words_range(dice, 0, 999999));
		words_code(dice, about, out, &depth);
		g_string_append_c(out, '\n');
	}
	g_string_append_printf(out, "\nThanks,\n%.*s\n", (int)strcspn(author, "<"), author);
}
