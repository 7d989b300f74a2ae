/*
 * test_patch_mail - a commit message with the tags of the replies; see daemon/output/patch_mail.h
 */
#include "tests/unit/check.h"

#include "daemon/output/patch_mail.h"

/* The content, `|`, and the lines of the replies. */
static struct view message(struct arena *arena, struct view text)
{
	GString *to = g_string_new(NULL);
	struct view tags, content = check_pair(text, &tags), result;

	patch_mail_message(arena, content, tags, to);
	result = arena_copy(arena, view_of(to->str, to->len));
	g_string_free(to, TRUE);
	return result;
}

static const struct check_case messages[] = {
	{ "no reply", V("It turns.|"), V("It turns.\n") },
	{ "nothing at all", V("|"), V("") },
	{ "no message", V("|Acked-by: B"), V("Acked-by: B\n") },
	{ "after text", V("It turns.|Acked-by: B"), V("It turns.\n\nAcked-by: B\n") },
	{ "after trailers", V("It turns.\n\nSigned-off-by: A|Acked-by: B"),
	  V("It turns.\n\nSigned-off-by: A\nAcked-by: B\n") },
	{ "after a trailer that is continued", V("x.\n\nCc: A\n a@x.org|Acked-by: B"),
	  V("x.\n\nCc: A\n a@x.org\nAcked-by: B\n") },
	{ "after trailers with a remark among them",
	  V("x.\n\nSigned-off-by: A\n[C: mended]\nSigned-off-by: C|Acked-by: B"),
	  V("x.\n\nSigned-off-by: A\n[C: mended]\nSigned-off-by: C\nAcked-by: B\n") },
	{ "after text with a colon", V("Note: all\nof it.|Acked-by: B"),
	  V("Note: all\nof it.\n\nAcked-by: B\n") },
	{ "after an empty line, not as a part of headers in the body",
	  V("From: A <a@x.org>|Acked-by: B"), V("From: A <a@x.org>\n\nAcked-by: B\n") },
	{ "before remarks", V("x.\n--- \nv2: y\n|Acked-by: B"),
	  V("x.\n\nAcked-by: B\n--- \nv2: y\n") },
	{ "dashes that are not a separator", V("x.\n----\n--\n---x\n--- x y|Acked-by: B"),
	  V("x.\n----\n--\n---x\n\nAcked-by: B\n--- x y\n") },
	{ "before the rest of a diff", V("x.\n\ndiff --git a/x b/x|Acked-by: B"),
	  V("x.\n\nAcked-by: B\ndiff --git a/x b/x\n") },
	{ "each once", V("Acked-by: B|Acked-by: B\nTested-by: C\nTESTED-BY:  C\nAcked-by: b"),
	  V("Acked-by: B\nTested-by: C\n") },
	{ "in git's spelling", V("x|aCKED-bY:B  \t<b>  "), V("x\n\nAcked-by: B <b>\n") },
	{ "all six",
	  V("x|Acked-by: a\nReviewed-by: b\nTested-by: c\nSigned-off-by: d\nNacked-by: e\n"
	    "Reported-by: f"),
	  V("x\n\nAcked-by: a\nReviewed-by: b\nTested-by: c\nSigned-off-by: d\nNacked-by: e\n"
	    "Reported-by: f\n") },
	{ "no other, quoted, indented or empty ones",
	  V("x|Suggested-by: a\n> Acked-by: a\n Acked-by: a\nAcked-by: \nAcked-by"), V("x\n") },
};

RUN(EACH(message, messages))
