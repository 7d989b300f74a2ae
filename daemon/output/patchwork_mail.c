/* patchwork_mail - a patch as the mail that Patchwork offers for download; see patchwork_mail.h */
#include "daemon/output/patchwork_mail.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "daemon/output/append.h"
#include "daemon/output/encode.h"
#include "daemon/output/fold.h"
#include "parser/cleanup.h"
#include "parser/header.h"
#include "parser/sender.h"
#include "parser/submission.h"
#include "parser/text.h"

/* ---- the body */

static bool is_separator(struct view line)
{
	return view_eq(line, VIEW("--")) || view_eq(line, VIEW("-- ")) ||
	       view_eq(line, VIEW("---")) || view_eq(line, VIEW("--- "));
}

/* Split at the first separator; *ret_rest is the text after it. */
static struct view message_of(struct view content, struct view *ret_rest)
{
	struct view rest = content, line;

	*ret_rest = VIEW("");
	while (view_next_line(&rest, &line)) {
		if (is_separator(line)) {
			*ret_rest = rest;
			return view_head(content, (size_t)(line.ptr - content.ptr));
		}
	}
	return content;
}

static void append_body(GString *out, const struct shown_patch *patch)
{
	struct view content = text_trim(patch->content), rest, message = message_of(content, &rest);

	append_view(out, text_trim(message));
	g_string_append_c(out, '\n');
	append_view(out, patch->tags);
	rest = text_trim_right(rest);
	if (rest.len > 0) {
		g_string_append(out, "---\n");
		append_view(out, rest);
		g_string_append_c(out, '\n');
	}
	if (patch->diff.len > 0) {
		g_string_append_c(out, '\n');
		append_view(out, patch->diff);
	}
}

/* ---- the header */

/* Append a name and an address (RFC 5322, 3.4). */
static void append_address(GString *out, struct view name, struct view email)
{
	if (name.len == 0) {
		append_view(out, email);
		return;
	}
	if (text_is_ascii(name))
		encode_quoted(out, name);
	else
		fold_word(out, name);
	g_string_append(out, " <");
	append_view(out, email);
	g_string_append_c(out, '>');
}

static struct tm clock_of(int64_t seconds)
{
	time_t time = (time_t)seconds;
	struct tm tm = { .tm_mday = 1, .tm_year = 70, .tm_wday = 4 };

	(void)gmtime_r(&time, &tm);
	return tm;
}

/* Whether the list has replaced the author's address by its own. */
static bool is_of_list(struct arena *arena, const struct header *header, struct view list_email)
{
	unsigned flaws = 0;
	struct view value = header_text(arena, header->value, &flaws);
	size_t begin = view_find(value, '<', 0), end = view_find(value, '>', 0);
	struct view email = begin < end && end < value.len
				    ? view_of(value.ptr + begin + 1, end - begin - 1)
				    : address_read(arena, value).email;

	return list_email.len > 0 && view_ieq(email, list_email);
}

static void append_stored(GString *out, struct arena *arena, const struct shown_patch *patch,
			  const struct headers *headers, struct view submitter)
{
	bool has_date = false;

	for (size_t i = 0; i < headers->count; i++) {
		const struct header *header = &headers->items[i];

		if (view_eq(header->name, VIEW("Content-Type")) ||
		    view_eq(header->name, VIEW("Content-Transfer-Encoding")))
			continue;
		has_date |= view_ieq(header->name, VIEW("Date"));
		if (view_eq(header->name, VIEW("From")) &&
		    is_of_list(arena, header, patch->list_email)) {
			fold_header(out, VIEW("X-Patchwork-Original-From"), header->value);
			fold_header(out, header->name, submitter);
		} else {
			fold_header(out, header->name, header->value);
		}
	}
	if (!has_date) {
		struct tm tm = clock_of(patch->date);
		char text[64];

		(void)strftime(text, sizeof(text), "Date: %a, %d %b %Y %H:%M:%S -0000\n", &tm);
		g_string_append(out, text);
	}
}

static void append_head(GString *out, struct arena *arena, const struct shown_patch *patch,
			const struct headers *headers, bool is_ascii)
{
	g_autoptr(GString) submitter = g_string_new(NULL);
	struct tm tm = clock_of(patch->date);
	struct view from;
	char date[64];

	append_address(submitter, patch->author_name, patch->author_email);
	from = view_of(submitter->str, submitter->len);
	(void)strftime(date, sizeof(date), "%a %b %e %H:%M:%S %Y", &tm);
	g_string_append_printf(out, "From patchwork %s\n", date);
	g_string_append_printf(out,
			       "Content-Type: text/plain; charset=\"utf-8\"\nMIME-Version: 1.0\n"
			       "Content-Transfer-Encoding: %s\n",
			       is_ascii ? "7bit" : "8bit");
	fold_header(out, VIEW("X-Patchwork-Submitter"), from);
	g_string_append_printf(out, "X-Patchwork-Id: %" PRId32 "\n", patch->id);
	if (patch->delegate_email.len > 0)
		fold_header(out, VIEW("X-Patchwork-Delegate"), patch->delegate_email);
	append_stored(out, arena, patch, headers, from);
	g_string_append_c(out, '\n');
}

int patchwork_mail_write(const struct shown_patch *patch, GString *out)
{
	_cleanup_(arena_free_ptr) struct arena *arena = arena_new(SUBMISSION_ARENA_BYTES_MAX);
	g_autoptr(GString) body = g_string_new(NULL);
	struct headers headers;
	int r = arena != NULL ? headers_split(arena, patch->headers, &headers) : -ENOMEM;

	if (r != 0)
		return r;
	append_body(body, patch);
	append_head(out, arena, patch, &headers, text_is_ascii(view_of(body->str, body->len)));
	g_string_append_len(out, body->str, (gssize)body->len);
	return arena_error(arena);
}

void patchwork_mail_filename(GString *out, struct view name)
{
	size_t begin = out->len;
	bool was_replaced = false;

	for (size_t i = 0; i < name.len; i++) {
		char c = name.ptr[i];
		bool is_kept = g_ascii_isalnum(c) || (c != '\0' && strchr("-_.", c) != NULL);

		if (is_kept)
			g_string_append_c(out, c);
		else if (out->len > begin && !was_replaced)
			g_string_append_c(out, '-');
		was_replaced = !is_kept;
	}
	while (out->len > begin && out->str[begin] == '-')
		(void)g_string_erase(out, (gssize)begin, 1);
	while (out->len > begin && out->str[out->len - 1] == '-')
		g_string_truncate(out, out->len - 1);
}
