/* fuzz_page - text from mail as a diff and as words; see daemon/pages/diff_view.h, mail_text.h */
#include "tests/fuzz/fuzz.h"

#include "daemon/pages/change_log.h"
#include "daemon/pages/diff_view.h"
#include "daemon/pages/mail_text.h"

#define DEPTH_MAX 64

/* The length of the name of a tag. */
static size_t name_length(struct view tag)
{
	size_t n = 0;

	while (n < tag.len &&
	       ((tag.ptr[n] >= 'a' && tag.ptr[n] <= 'z') || view_is_digit(tag.ptr[n])))
		n++;
	return n;
}

static bool is_one_of_ours(struct view name)
{
	const struct view names[] = { VIEW("a"),     VIEW("b"),      VIEW("bdi"),
				      VIEW("code"),  VIEW("del"),    VIEW("details"),
				      VIEW("ins"),   VIEW("p"),      VIEW("pre"),
				      VIEW("span"),  VIEW("strong"), VIEW("summary"),
				      VIEW("table"), VIEW("tbody"),  VIEW("td"),
				      VIEW("th"),    VIEW("thead"),  VIEW("tr") };

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
		if (view_eq(names[i], name))
			return true;
	return false;
}

/* Tags are ours, in pairs and nested, and no attribute is one of a script. */
static void must_be_html(struct view page)
{
	struct view open[DEPTH_MAX];
	size_t depth = 0, at = 0;

	while ((at = view_find(page, '<', at)) < page.len) {
		bool is_end = at + 1 < page.len && page.ptr[at + 1] == '/';
		struct view tag = view_skip(page, at + (is_end ? 2 : 1)), name;

		tag = view_head(tag, view_find(tag, '>', 0));
		name = view_head(tag, name_length(tag));
		MUST(is_one_of_ours(name));
		MUST(view_search(tag, VIEW(" on"), 0) == tag.len);
		if (is_end) {
			MUST(depth > 0 && view_eq(open[depth - 1], name));
			depth--;
		} else {
			MUST(depth < DEPTH_MAX);
			open[depth++] = name;
		}
		at++;
	}
	MUST(depth == 0);
}

/* Nothing is in the text that turns it around, or that HTML forbids. */
static void must_be_plain(struct view page)
{
	MUST(text_valid_len(page) == page.len);
	for (size_t i = 0; i < page.len; i++)
		MUST((unsigned char)page.ptr[i] >= ' ' || page.ptr[i] == '\n' ||
		     page.ptr[i] == '\t');
	while (page.len > 0) {
		size_t length;
		uint32_t c = text_char(page, &length);

		MUST(!(c >= 0x7f && c < 0xa0) && !(c >= 0x202a && c <= 0x202e) &&
		     !(c >= 0x2066 && c <= 0x2069));
		page = view_skip(page, length);
	}
}

static void check_changes(struct view text)
{
	struct view found = change_log_find(text);

	MUST(found.len == 0 ||
	     (found.ptr >= text.ptr && found.ptr + found.len <= text.ptr + text.len));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct view text = fuzz_view(data, size), rest = text, line;
	GString *out = g_string_new(NULL);
	struct html html = { out };

	diff_view_write(&html, text, "/raw/");
	mail_text_write(&html, text);
	must_be_html(view_of(out->str, out->len));
	must_be_plain(view_of(out->str, out->len));
	while (mail_text_next_trailer(&rest, &line))
		MUST(line.len > 0);
	check_changes(text);
	g_string_free(out, TRUE);
	return 0;
}
