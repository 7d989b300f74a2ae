/* test_encode - text in the encodings of mail; see daemon/output/encode.h */
#include "tests/unit/check.h"

#include "daemon/output/encode.h"

/* The output of `encode` for `text`. */
static struct view encoded(struct arena *arena, struct view text,
			   void (*encode)(GString *to, struct view text))
{
	GString *to = g_string_new(NULL);
	struct view result;

	encode(to, text);
	result = arena_copy(arena, view_of(to->str, to->len));
	g_string_free(to, TRUE);
	return result;
}

static struct view as_text(struct arena *arena, struct view text)
{
	return encoded(arena, text, encode_text);
}

static struct view as_phrase(struct arena *arena, struct view text)
{
	return encoded(arena, text, encode_phrase);
}

static struct view as_body(struct arena *arena, struct view text)
{
	return encoded(arena, text, encode_quoted_printable);
}

static struct view has_from_line(struct arena *arena, struct view text)
{
	(void)arena;
	return encode_has_from_line(text) ? VIEW("yes") : VIEW("no");
}

#define UMBRELLA "\xE2\x98\x82"
#define E_ACUTE  "\xC3\xA9"
#define A70      "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

static const struct check_case texts[] = {
	{ "printable ASCII is unchanged", V("a, b (c) <d> \"e\""), V("a, b (c) <d> \"e\"") },
	{ "nothing", V(""), V("") },
	{ "beyond ASCII", V("caf" E_ACUTE " x"), V("=?UTF-8?Q?caf=C3=A9_x?=") },
	{ "text that looks encoded", V("=?x?q?y?="), V("=?UTF-8?Q?=3D=3Fx=3Fq=3Fy=3F=3D?=") },
	{ "a tab", V("a\tb"), V("=?UTF-8?Q?a=09b?=") },
	{ "a long text: words have at most 75 bytes, and complete characters",
	  V(UMBRELLA UMBRELLA UMBRELLA UMBRELLA UMBRELLA UMBRELLA UMBRELLA UMBRELLA),
	  V("=?UTF-8?Q?=E2=98=82=E2=98=82=E2=98=82=E2=98=82=E2=98=82=E2=98=82=E2=98=82?=\n"
	    " =?UTF-8?Q?=E2=98=82?=") },
};

static const struct check_case phrases[] = {
	{ "atoms are unchanged", V("Ada Lovelace"), V("Ada Lovelace") },
	{ "specials are quoted", V("Lovelace, A."), V("\"Lovelace, A.\"") },
	{ "quotes and backslashes become pairs", V("a \"b\" \\"), V("\"a \\\"b\\\" \\\\\"") },
	{ "beyond ASCII nothing is quoted", V(E_ACUTE ", A."), V("=?UTF-8?Q?=C3=A9=2C_A=2E?=") },
};

static const struct check_case bodies[] = {
	{ "plain lines", V("a b\n\nc\n"), V("a b\n\nc\n") },
	{ "the last line gets its end", V("a"), V("a\n") },
	{ "an equals sign", V("a=b\n"), V("a=3Db\n") },
	{ "blanks at the end of a line", V("a \nb\t\n \n"), V("a=20\nb=09\n=20\n") },
	{ "CR is a character", V("a\r\n"), V("a=0D\n") },
	{ "beyond ASCII", V(E_ACUTE "\n"), V("=C3=A9\n") },
	{ "From at the start of a line", V("From x\n"), V("=46rom x\n") },
	{ "From that is quoted", V(">>From x\n"), V("=3E>From x\n") },
	{ "From elsewhere", V("x From y\nFrom:\n>\n"), V("x From y\nFrom:\n>\n") },
	{ "a dot", V(".\n"), V("=2E\n") },
	{ "a long line is broken", V(A70 "bbbbbb\n"), V(A70 "bbb=\nbbb\n") },
	{ "a break does not make a From line", V(A70 "xxxFrom x\n"), V(A70 "xxx=\n=46rom x\n") },
};

static const struct check_case from_lines[] = {
	{ "none", V("x From y\nFrom:\n>\nFromage\n"), V("no") },
	{ "the first line", V("From x"), V("yes") },
	{ "another line", V("x\nFrom \n"), V("yes") },
	{ "a quoted line", V("x\n>>From y\n"), V("yes") },
};

RUN(EACH(as_text, texts), EACH(as_phrase, phrases), EACH(as_body, bodies),
    EACH(has_from_line, from_lines))
