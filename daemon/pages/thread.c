/* thread - the discussion of a patch or cover letter; see thread.h */
#include "daemon/pages/thread.h"

#include "daemon/pages/mail_text.h"
#include "parser/arena.h"
#include "parser/cleanup.h"
#include "parser/stored.h"
#include "parser/text.h"

/* Limit of the memory for the headers of one comment. */
#define ARENA_BYTES_MAX ((size_t)8 << 20)

#define NO_PARENT G_MAXUINT

struct thread {
	struct page *page;
	const GArray *comments;
	const char *prefix; /* of anchors */
	guint *parents; /* for each comment the index of its parent, which is lower, or NO_PARENT */
};

static const struct mail_comment *comment_at(const GArray *comments, guint i)
{
	return &g_array_index(comments, struct mail_comment, i);
}

/* ---- parents */

static char *key_of(struct view msgid)
{
	return g_strndup(msgid.ptr, msgid.len);
}

/*
 * The nearest reference that is an earlier comment.  A parent is always earlier, so there is no
 * cycle, whatever the headers say.
 */
static guint find_parent(GHashTable *earlier, const struct mail_comment *comment)
{
	_cleanup_(arena_free_ptr) struct arena *arena = arena_new(ARENA_BYTES_MAX);
	const struct view *refs = NULL;
	size_t count = 0;

	/* Headers that cannot be parsed have no references. */
	if (arena == NULL || stored_references(arena, comment->headers, &refs, &count) != 0)
		return NO_PARENT;
	for (size_t i = 0; i < count; i++) {
		g_autofree char *key = key_of(refs[i]);
		gpointer index;

		if (g_hash_table_lookup_extended(earlier, key, NULL, &index))
			return GPOINTER_TO_UINT(index);
	}
	return NO_PARENT;
}

static guint *find_parents(const GArray *comments)
{
	g_autoptr(GHashTable) earlier =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	guint *parents = g_new(guint, comments->len + 1);

	for (guint i = 0; i < comments->len; i++) {
		parents[i] = find_parent(earlier, comment_at(comments, i));
		g_hash_table_insert(earlier, key_of(comment_at(comments, i)->msgid),
				    GUINT_TO_POINTER(i));
	}
	return parents;
}

/* ---- writing */

static void write_comment(struct page *page, const struct mail_comment *comment, const char *prefix)
{
	struct html *html = &page->html;
	g_autofree char *anchor = g_strdup_printf("#%s%d", prefix, comment->id);

	html_put(html, "<article id=\"");
	html_str(html, anchor + 1);
	html_put(html, "\"><h3>");
	page_person(page, comment->name, comment->email);
	html_put(html, "</h3>\n<p class=\"soft\">");
	html_link(html, anchor);
	html_time(html, comment->clock);
	html_put(html, "</a> <code>");
	html_text(html, comment->msgid);
	html_put(html, "</code>");
	if (comment->is_addressed)
		html_put(html, " <span class=\"good\">addressed</span>");
	if (comment->is_unaddressed)
		html_put(html, " <span class=\"warn\">not addressed</span>");
	html_put(html, "</p>\n");
	mail_text_write(html, comment->content);
	html_put(html, "</article>\n");
}

/* Write the replies to `parent`; lists are nested up to THREAD_DEPTH_MAX. */
static void write_replies(const struct thread *thread, guint parent, unsigned depth)
{
	struct html *html = &thread->page->html;
	bool is_list = false;

	for (guint i = parent == NO_PARENT ? 0 : parent + 1; i < thread->comments->len; i++) {
		if (thread->parents[i] != parent)
			continue;
		if (!is_list && depth > 0 && depth < THREAD_DEPTH_MAX)
			html_put(html, "<ol>\n");
		if (depth < THREAD_DEPTH_MAX)
			html_put(html, "<li>");
		is_list = true;
		write_comment(thread->page, comment_at(thread->comments, i), thread->prefix);
		write_replies(thread, i, depth + 1);
		if (depth < THREAD_DEPTH_MAX)
			html_put(html, "</li>\n");
	}
	if (is_list && depth > 0 && depth < THREAD_DEPTH_MAX)
		html_put(html, "</ol>\n");
}

void thread_write(struct page *page, const GArray *comments, const char *prefix)
{
	struct thread thread = { page, comments, prefix, NULL };

	thread.parents = find_parents(comments);
	html_put(&page->html, "<ol class=\"thread\">\n");
	write_replies(&thread, NO_PARENT, 0);
	html_put(&page->html, "</ol>\n");
	g_free(thread.parents);
}

/* ---- trailers */

static void write_trailer(struct page *page, const struct mail_comment *comment, const char *prefix,
			  struct view line)
{
	struct html *html = &page->html;
	g_autofree char *anchor = g_strdup_printf("#%s%d", prefix, comment->id);
	size_t colon = view_find(line, ':', 0);

	html_put(html, "<li>");
	html_link(html, anchor);
	html_text(html, view_head(line, colon));
	html_put(html, "</a>: ");
	html_bdi(html, text_trim_left(view_skip(line, colon + 1)));
	html_put(html, "</li>\n");
}

void thread_write_trailers(struct page *page, const GArray *comments, const char *prefix)
{
	g_autoptr(GHashTable) written =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	for (guint i = 0; i < comments->len; i++) {
		const struct mail_comment *comment = comment_at(comments, i);
		struct view rest = comment->content, line;

		while (g_hash_table_size(written) < THREAD_TRAILERS_MAX &&
		       mail_text_next_trailer(&rest, &line)) {
			if (!g_hash_table_add(written, key_of(line)))
				continue;
			if (g_hash_table_size(written) == 1)
				html_put(&page->html, "<h2>Trailers given so far</h2>\n<ul>\n");
			write_trailer(page, comment, prefix, line);
		}
	}
	if (g_hash_table_size(written) > 0)
		html_put(&page->html, "</ul>\n");
	if (g_hash_table_size(written) == THREAD_TRAILERS_MAX)
		html_put(&page->html, "<p>There may be more.</p>\n");
}
