/* test_mail_text - the text of a mail as HTML, and its trailers; see daemon/pages/mail_text.h */
#include "tests/unit/check.h"

#include "daemon/pages/mail_text.h"

static struct view html(struct arena *arena, struct view text)
{
	GString *out = g_string_new(NULL);
	struct html page = { out };
	struct view result;

	mail_text_write(&page, text);
	result = arena_copy(arena, view_of(out->str, out->len));
	g_string_free(out, TRUE);
	return result;
}

static struct view trailers(struct arena *arena, struct view text)
{
	GString *out = g_string_new(NULL);
	struct view line, result;

	while (mail_text_next_trailer(&text, &line))
		g_string_append_printf(out, "%.*s;", (int)line.len, line.ptr);
	result = arena_copy(arena, view_of(out->str, out->len));
	g_string_free(out, TRUE);
	return result;
}

#define QUOTE_OF_12 "> 1\n> 2\n> 3\n> 4\n> 5\n> 6\n> 7\n> 8\n> 9\n> 10\n> 11\n> 12\n"
#define GT(n)       "&gt; " n "\n"
#define HTML_OF_12 \
	GT("1")    \
	GT("2") GT("3") GT("4") GT("5") GT("6") GT("7") GT("8") GT("9") GT("10") GT("11") GT("12")

static const struct check_case texts[] = {
	{ "nothing", V(" \n"), V("<p class=\"soft\">(no text)</p>\n") },
	{ "words", V("a <b>\n"), V("<pre>\na &lt;b&gt;\n</pre>\n") },
	{ "a quote", V("> a\nb\n"),
	  V("<pre class=\"quote\">\n&gt; a\n</pre>\n<pre>\nb\n</pre>\n") },
	{ "empty lines around a quote", V("a\n\n> b\n\n> c\n\n\nd\n\n"),
	  V("<pre>\na\n\n</pre>\n<pre class=\"quote\">\n&gt; b\n</pre>\n<pre>\n\n</pre>\n"
	    "<pre class=\"quote\">\n&gt; c\n</pre>\n<pre>\n\n\nd\n</pre>\n") },
	{ "a long quote is not folded yet", V(QUOTE_OF_12),
	  V("<pre class=\"quote\">\n" HTML_OF_12 "</pre>\n") },
	{ "a longer quote is folded", V(QUOTE_OF_12 "> 13"),
	  V("<details><summary class=\"quote\">13 quoted lines</summary><pre class=\"quote\">\n" HTML_OF_12
		    GT("13") "</pre>\n</details>\n") },
	{ "an address is a link, without the full stop", V("See https://x.org/?a=1&b.\n"),
	  V("<pre>\nSee <a rel=\"nofollow noreferrer\" href=\"https://x.org/?a=1&amp;b\">"
	    "https://x.org/?a=1&amp;b</a>.\n</pre>\n") },
	{ "an address ends before a quote sign", V("http://x.org/\"onclick=\"x"),
	  V("<pre>\n<a rel=\"nofollow noreferrer\" href=\"http://x.org/\">http://x.org/</a>"
	    "&quot;onclick=&quot;x\n</pre>\n") },
	{ "other schemes are not links", V("javascript://x.org/ data://x"),
	  V("<pre>\njavascript://x.org/ data://x\n</pre>\n") },
};

static const struct check_case lines[] = {
	{ "none", V("by: nobody\n"), V("") },
	{ "several", V("Hi.\nAcked-by: A <a@x.org>  \nTested-by: B\n"),
	  V("Acked-by: A <a@x.org>;Tested-by: B;") },
	{ "a quoted trailer is ignored", V("> Acked-by: A <a@x.org>\n"), V("") },
	{ "words before it", V("I am Acked-by: A\n"), V("") },
	{ "without a name", V("Acked-by:\n"), V("") },
};

/* A text whose limit is in the middle of a character is cut before it. */
static void a_character_is_not_cut(void **state)
{
	GString *text = g_string_new(NULL), *out = g_string_new(NULL);
	struct html page = { out };

	(void)state;
	while (text->len + 1 < MAIL_TEXT_BYTES_MAX)
		g_string_append_c(text, 'a');
	g_string_append(text, "\u00e9b");
	mail_text_write(&page, view_of(text->str, text->len));
	assert_null(strstr(out->str, "\ufffd"));
	assert_non_null(strstr(out->str, "a\n</pre>"));
	assert_non_null(strstr(out->str, ": 3 more bytes are in the mail."));
	g_string_free(text, TRUE);
	g_string_free(out, TRUE);
}

RUN(EACH(html, texts), EACH(trailers, lines), TEST(a_character_is_not_cut))
