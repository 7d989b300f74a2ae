/* test_unsent - output of git as the mail that it would be; see parser/unsent.h */
#include "tests/unit/check.h"

#include "parser/unsent.h"

#define SHOWN \
	"commit 1c2d3e4f\nAuthor: Ada <ada@example.org>\nDate:   Wed Mar 4 09:12:44 2026 +0100\n\n"
#define SENT                                                                          \
	"From: Ada <ada@example.org>\nDate: Wed Mar 4 09:12:44 2026 +0100\nSubject: " \
	"[PATCH] "
#define DIFF "diff --git a/f b/f\n--- a/f\n+++ b/f\n@@ -1 +1 @@\n-a\n+b\n"

static const struct check_case commits[] = {
	{ "only a title", V(SHOWN "    t\n\n" DIFF), V(SENT "t\n\n" DIFF) },
	{ "a message", V(SHOWN "    t\n    \n    a\n      b\n\n" DIFF),
	  V(SENT "t\n\na\n  b\n\n" DIFF) },
	{ "a title of two lines", V(SHOWN "    one\n    two\n\n    a\n"),
	  V(SENT "one two\n\na\n") },
	{ "branches", V("commit 1c2d (HEAD -> main)\nAuthor: A\n\n    t\n"),
	  V("From: A\nSubject: [PATCH] t\n\n") },
	{ "a merge, and two dates",
	  V("commit 1c2d\nMerge: a b\nAuthor:     A\nAuthorDate: 1\nCommit:     B\n"
	    "CommitDate: 2\n\n    t\n"),
	  V("From: A\nDate: 1\nSubject: [PATCH] t\n\n") },
	{ "only the first commit", V(SHOWN "    t\n\n" DIFF "\n" SHOWN "    u\n\n" DIFF),
	  V(SENT "t\n\n" DIFF "\n") },
	{ "a commit in the message", V(SHOWN "    t\n\n    commit 1c2d\n\n" DIFF),
	  V(SENT "t\n\ncommit 1c2d\n\n" DIFF) },
	{ "CR LF", V("commit 1c2d\r\nAuthor: A\r\n\r\n    t\r\n\r\n    a\r\n\r\nd\r\n"),
	  V("From: A\nSubject: [PATCH] t\n\na\r\n\r\nd\r\n") },
	{ "empty lines before", V("\n\ncommit 1c2d\n\n    t"), V("Subject: [PATCH] t\n\n") },
	{ "no message", V("commit 1c2d\nAuthor: A\n\n" DIFF),
	  V("From: A\nSubject: [PATCH]\n\n" DIFF) },
	{ "only the name of the commit", V("commit 1c2d"), V("Subject: [PATCH]\n\n") },
	{ "a word other than the name of a commit", V("commit to it\n\n    t\n"), ABSENT },
	{ "a name that is too short", V("commit 1c2\n"), ABSENT },
	{ "words after the name", V("commit 1c2d is bad\n"), ABSENT },
	{ "a mail", V("From: A\n\ncommit 1c2d\n"), ABSENT },
	{ "nothing", V(""), ABSENT },
};

RUN(EACH(unsent_commit, commits))
