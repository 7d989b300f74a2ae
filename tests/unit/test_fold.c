/* test_fold - header lines, folded as by Python's email package; see daemon/output/fold.h */
#include "tests/unit/check.h"

#include "daemon/output/fold.h"

static struct view folded(struct arena *arena, struct view value)
{
	GString *out = g_string_new(NULL);
	struct view result;

	fold_header(out, VIEW("Name"), value);
	result = arena_copy(arena, view_of(out->str, out->len));
	g_string_free(out, TRUE);
	return result;
}

#define TEN     "1234567890"
#define SEVENTY TEN TEN TEN TEN TEN TEN TEN

static const struct check_case values[] = {
	{ "short", V("a b"), V("Name: a b\n") },
	{ "empty", V(""), V("Name: \n") },
	{ "as wide as allowed", V(SEVENTY "12"), V("Name: " SEVENTY "12\n") },
	{ "a blank at the end is kept", V("a "), V("Name: a \n") },
	{ "but not at the end of a folded line", V("a \n b"), V("Name: a\n b\n") },
	{ "two blanks there are kept", V("a  \n b"), V("Name: a  \n b\n") },
	{ "nor at the end of the last of several lines", V("a\n b "), V("Name: a\n b\n") },
	{ "a line of blanks is part of the one before", V("a\n  \n b"), V("Name: a  \n b\n") },
	{ "folds are kept, with their white space", V("a\n\tb\r\n  c"), V("Name: a\n\tb\n  c\n") },
	{ "a line that is too long, at its last blank", V(TEN " " SEVENTY),
	  V("Name: " TEN "\n " SEVENTY "\n") },
	{ "at a tab", V(TEN "\t" SEVENTY), V("Name: " TEN "\n\t" SEVENTY "\n") },
	{ "preferably after a comma", V(TEN ", " TEN " " TEN " " SEVENTY),
	  V("Name: " TEN ",\n " TEN " " TEN " " SEVENTY "\n") },
	{ "or after a semicolon", V(TEN "; " TEN ", " TEN " " SEVENTY),
	  V("Name: " TEN ";\n " TEN ", " TEN " " SEVENTY "\n") },
	{ "a word without blanks is left below the name", V(SEVENTY TEN),
	  V("Name: \n " SEVENTY TEN "\n") },
	{ "beyond ASCII",
	  V("Gr\xC3\xBC\xC3\x9F"
	    "e"),
	  V("Name: =?utf-8?b?R3LDvMOfZQ==?=\n") },
	{ "in the shorter encoding", V("a gr\xC3\xBCn word"),
	  V("Name: =?utf-8?q?a_gr=C3=BCn_word?=\n") },
	{ "several words", V("\xC3\xBC " TEN " " TEN " " TEN " " TEN " " TEN " " TEN),
	  V("Name: =?utf-8?q?=C3=BC_" TEN "_" TEN "_" TEN "_" TEN "_123456789?=\n =?utf-8?q?0_" TEN
	    "?=\n") },
	{ "the white space of a fold is one blank, encoded with its line",
	  V("\xC3\xBC\n\t \xC2\xA0x"), V("Name: =?utf-8?b?w7w=?=\n =?utf-8?q?_x?=\n") },
};

RUN(EACH(folded, values))
