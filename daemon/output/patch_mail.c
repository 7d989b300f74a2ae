/* patch_mail - a stored patch as a mail that git-am(1) takes; see patch_mail.h */
#include "daemon/output/patch_mail.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "daemon/output/append.h"
#include "daemon/output/encode.h"
#include "parser/cleanup.h"
#include "parser/submission.h"
#include "parser/tag.h"
#include "parser/text.h"

/* ---- the commit message and its tags */

/* Whether `text` begins with a line of three dashes and at most blanks. */
static bool is_separator(struct view text)
{
	struct view line;

	return view_next_line(&text, &line) && view_starts(line, VIEW("---")) &&
	       text_trim(view_skip(line, 3)).len == 0;
}

/* Whether `line` begins a mail's patch, or the remarks before it, to git-mailinfo(1). */
static bool is_break(struct view line)
{
	if (view_starts(line, VIEW("diff -")) || view_starts(line, VIEW("Index: ")))
		return true;
	if (!view_starts(line, VIEW("---")))
		return false;
	if (is_separator(line))
		return true;
	return line.len > 4 && line.ptr[3] == ' ' && !isspace((unsigned char)line.ptr[4]);
}

/* Split `content` at its first line that ends the commit message. */
static struct view message_of(struct view content, struct view *ret_rest)
{
	struct view rest = content, line;

	while (view_next_line(&rest, &line)) {
		if (is_break(line)) {
			size_t n = (size_t)(line.ptr - content.ptr);

			*ret_rest = view_skip(content, n);
			return view_head(content, n);
		}
	}
	*ret_rest = VIEW("");
	return content;
}

static bool has_break(struct view text)
{
	struct view rest;

	(void)message_of(text, &rest);
	return rest.len > 0;
}

static struct view first_line(struct view text)
{
	struct view line = VIEW("");

	(void)view_next_line(&text, &line);
	return line;
}

/* The tag in `line`, with git's spelling and single blanks; absent if there is none. */
static struct view tag_of(struct arena *arena, struct view line)
{
	struct view name = tag_name(line), value;
	struct builder b = builder_init(arena);

	if (name.ptr == NULL)
		return name;
	value = text_fold(arena, view_skip(line, name.len));
	if (value.len == 0)
		return (struct view){ 0 };
	builder_add(&b, name);
	builder_byte(&b, ' ');
	builder_add(&b, value);
	return builder_view(&b);
}

/* Whether a line is `Token: value`, as in git-interpret-trailers(1). */
static bool is_trailer(struct view line)
{
	size_t n = 0;

	while (n < line.len && (isalnum((unsigned char)line.ptr[n]) || line.ptr[n] == '-'))
		n++;
	return n > 0 && n < line.len && line.ptr[n] == ':';
}

/* Whether a line is a header within the body, which git-mailinfo(1) takes for one of the mail. */
static bool is_inbody_header(struct view line)
{
	return view_istarts(line, VIEW("From:")) || view_istarts(line, VIEW("Date:")) ||
	       view_istarts(line, VIEW("Subject:"));
}

/*
 * Whether the last paragraph of `message` (trimmed) consists of trailers, so that another one can
 * be appended to it: all lines are trailers, or one is a trailer that git itself writes.
 */
static bool ends_in_trailers(struct view message)
{
	bool all = true, of_git = false, first = true;
	struct view line;

	while (view_next_line(&message, &line)) {
		if (text_trim(line).len == 0) {
			all = true;
			of_git = false;
			first = true;
			continue;
		}
		if (is_inbody_header(line))
			all = false;
		else if (!is_trailer(line) && (first || !isspace((unsigned char)*line.ptr)))
			all = false;
		if (view_starts(line, VIEW("Signed-off-by: ")) ||
		    view_starts(line, VIEW("(cherry picked from commit ")))
			of_git = true;
		first = false;
	}
	return !first && (all || of_git);
}

/* Append the tags of `text` that are not in `seen`, each on a line; `lines` may be NULL. */
static void collect_tags(struct arena *arena, struct view text, GHashTable *seen, GString *lines)
{
	struct view line;

	while (view_next_line(&text, &line)) {
		struct view tag = tag_of(arena, line), key;

		if (tag.ptr == NULL)
			continue;
		key = text_lower(arena, tag);
		if (g_hash_table_add(seen, g_strndup(key.ptr, key.len)) && lines != NULL)
			g_string_append_printf(lines, "%.*s\n", (int)tag.len, tag.ptr);
	}
}

static GString *new_tags(struct arena *arena, struct view message, struct view tags)
{
	GHashTable *seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	GString *lines = g_string_new(NULL);

	collect_tags(arena, message, seen, NULL);
	collect_tags(arena, tags, seen, lines);
	g_hash_table_destroy(seen);
	return lines;
}

void patch_mail_message(struct arena *arena, struct view content, struct view tags, GString *text)
{
	struct view rest, message = text_trim_right(message_of(content, &rest));
	GString *lines = new_tags(arena, message, tags);

	append_view(text, message);
	if (message.len > 0)
		g_string_append(text, lines->len == 0 || ends_in_trailers(message) ? "\n" : "\n\n");
	g_string_append_len(text, lines->str, (gssize)lines->len);
	append_view(text, text_trim_right(rest));
	if (rest.len > 0)
		g_string_append_c(text, '\n');
	g_string_free(lines, TRUE);
}

/* ---- the header */

/* Headers that are copied into the mail; headers that describe the body are replaced. */
static const char *const kept[] = {
	"To", "Cc", "Message-Id", "References", "In-Reply-To", "List-Id"
};

static bool is_kept(struct view name)
{
	for (size_t i = 0; i < G_N_ELEMENTS(kept); i++)
		if (view_ieq(name, view_str(kept[i])))
			return true;
	return false;
}

/* Append a header as it came, without the CRs that a fold may have. */
static void append_header(GString *mbox, const struct header *header)
{
	append_view(mbox, header->name);
	g_string_append(mbox, ": ");
	for (size_t i = 0; i < header->value.len; i++)
		if (header->value.ptr[i] != '\r')
			g_string_append_c(mbox, header->value.ptr[i]);
	g_string_append_c(mbox, '\n');
}

/* Remove quoted pairs (RFC 5322, 3.2.1), which the parser leaves in a name as they are. */
static struct view without_quoted_pairs(struct arena *arena, struct view name)
{
	struct builder b = builder_init(arena);

	for (size_t i = 0; i < name.len; i++) {
		if (name.ptr[i] == '\\' && i + 1 < name.len)
			i++;
		builder_byte(&b, name.ptr[i]);
	}
	return builder_view(&b);
}

static void append_from(GString *mbox, struct arena *arena, const struct address *author)
{
	g_string_append(mbox, "From: ");
	if (author->name.len > 0) {
		encode_phrase(mbox, without_quoted_pairs(arena, author->name));
		g_string_append(mbox, " <");
		append_view(mbox, author->email);
		g_string_append(mbox, ">\n");
	} else {
		append_view(mbox, author->email);
		g_string_append_c(mbox, '\n');
	}
}

/* Whether git reads a date as RFC 5322, 3.3 defines it, in a year since 1971. */
static bool is_plain_date(struct view date)
{
	static GRegex *regex;
	static gsize made;

	if (g_once_init_enter(&made)) {
		regex = g_regex_new(
			"\\A([a-z]{3}, *)?[0-9]{1,2} [a-z]{3} (197[1-9]|19[89][0-9]|20[0-9]{2})"
			" ([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?"
			" [+-](0[0-9]|1[0-4])[0-5][0-9]( *\\([^()]*\\))?\\z",
			G_REGEX_CASELESS | G_REGEX_OPTIMIZE, 0, NULL);
		g_once_init_leave(&made, 1);
	}
	return g_regex_match_full(regex, date.ptr, (gssize)date.len, 0, 0, NULL, NULL);
}

/*
 * Append the date in the zone in which it was written, or in UTC if git would read it differently
 * from the parser or not at all.  git has no dates before 1970.
 */
static void append_date(GString *mbox, struct view date, int64_t clock)
{
	time_t seconds = (time_t)clock;
	char text[64];
	struct tm tm;

	if (is_plain_date(date)) {
		g_string_append(mbox, "Date: ");
		append_view(mbox, date);
		g_string_append_c(mbox, '\n');
	} else if (clock >= 0 && gmtime_r(&seconds, &tm) != NULL) {
		(void)strftime(text, sizeof(text), "%a, %d %b %Y %H:%M:%S +0000", &tm);
		g_string_append_printf(mbox, "Date: %s\n", text);
	}
}

/*
 * Append the `From ` line of RFC 4155: the sender's address and the date as asctime(3) writes it,
 * UTC.
 */
static void append_from_line(GString *mbox, struct view email, int64_t clock)
{
	time_t seconds = (time_t)MAX(clock, 0);
	char text[64] = "Thu Jan  1 00:00:00 1970";
	struct tm tm;

	if (gmtime_r(&seconds, &tm) != NULL)
		(void)strftime(text, sizeof(text), "%a %b %e %H:%M:%S %Y", &tm);
	g_string_append_printf(mbox, "From %.*s %s\n", (int)email.len, email.ptr, text);
}

/* The author according to the mail; a person's name in the database may be from a later mail. */
static struct address author_of(struct arena *arena, const struct shown_patch *patch,
				const struct headers *headers)
{
	struct address author;
	unsigned flaws = 0;

	if (sender_find(arena, headers, patch->list_email, &author, &flaws) == 0)
		return author;
	return (struct address){ patch->author_name, patch->author_email };
}

static struct view text_of(struct arena *arena, const struct headers *headers, const char *name)
{
	unsigned flaws = 0;
	struct view value = headers_find(headers, view_str(name));

	return value.ptr != NULL ? header_text(arena, value, &flaws) : VIEW("");
}

static void append_head(GString *mbox, struct arena *arena, const struct shown_patch *patch,
			const struct headers *headers)
{
	struct address author = author_of(arena, patch, headers);
	struct view subject = text_of(arena, headers, "Subject");

	append_from_line(mbox, author.email, patch->date);
	append_from(mbox, arena, &author);
	append_date(mbox, text_of(arena, headers, "Date"), patch->date);
	g_string_append(mbox, "Subject: ");
	encode_text(mbox, subject.len > 0 ? subject : patch->name);
	g_string_append_c(mbox, '\n');
	for (size_t i = 0; i < headers->count; i++)
		if (is_kept(headers->items[i].name))
			append_header(mbox, &headers->items[i]);
	g_string_append_printf(mbox, "X-Patchwork-Id: %" PRId32 "\n", patch->id);
	g_string_append(mbox, "MIME-Version: 1.0\n"
			      "Content-Type: text/plain; charset=\"utf-8\"\n");
}

/* ---- the body */

/*
 * Whether CRs belong to the changed files.  If all lines of the diff have them, a mail program has
 * sent CR LF, and git-am(1) removes them.
 */
static bool has_own_crs(struct view diff)
{
	struct view first;

	if (view_find(diff, '\r', 0) == diff.len)
		return false;
	return !view_next_line(&diff, &first) || !view_ends(first, VIEW("\r"));
}

static void append_body(GString *mbox, struct arena *arena, const struct shown_patch *patch)
{
	GString *body = g_string_new(NULL);
	struct view text;

	patch_mail_message(arena, patch->content, patch->tags, body);
	if (patch->diff.len > 0) {
		/* A diff whose first line git does not recognise would be a part of the message. */
		if (!has_break(patch->content) && !has_break(first_line(patch->diff)))
			g_string_append(body, "---\n");
		g_string_append_c(body, '\n');
		append_view(body, patch->diff);
		if (!view_ends(patch->diff, VIEW("\n")))
			g_string_append_c(body, '\n');
	}
	text = view_of(body->str, body->len);
	if (has_own_crs(patch->diff) || encode_has_from_line(text)) {
		g_string_append(mbox, "Content-Transfer-Encoding: quoted-printable\n\n");
		encode_quoted_printable(mbox, text);
	} else {
		g_string_append(mbox, "Content-Transfer-Encoding: 8bit\n\n");
		append_view(mbox, text);
	}
	g_string_append_c(mbox, '\n');
	g_string_free(body, TRUE);
}

int patch_mail_write(const struct shown_patch *patch, GString *mbox)
{
	_cleanup_(arena_free_ptr) struct arena *arena = arena_new(SUBMISSION_ARENA_BYTES_MAX);
	struct headers headers;
	int r = arena != NULL ? headers_split(arena, patch->headers, &headers) : -ENOMEM;

	if (r != 0)
		return r;
	append_head(mbox, arena, patch, &headers);
	append_body(mbox, arena, patch);
	return arena_error(arena);
}
