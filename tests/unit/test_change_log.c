/* test_change_log - the changes between versions in a text; see daemon/pages/change_log.h */
#include "tests/unit/check.h"

#include "daemon/pages/change_log.h"

static struct view found(struct arena *arena, struct view text)
{
	(void)arena;
	return change_log_find(text);
}

static const struct check_case cases[] = {
	{ "nothing", V(""), V("") },
	{ "no change log", V("It turns.\n\nThe v2 board is not supported.\n"), V("") },
	{ "to the end", V("It turns.\n\nChanges in v2:\n- faster\n"),
	  V("Changes in v2:\n- faster") },
	{ "several versions", V("Changes since v2:\n- a\n\nChanges since v1:\n - b\n"),
	  V("Changes since v2:\n- a\n\nChanges since v1:\n - b") },
	{ "up to the next paragraph", V("v2:\n  - a\n\n  - b\n\nPlease look.\n"),
	  V("v2:\n  - a\n\n  - b") },
	{ "up to the shortlog", V("v3 -> v4\n* a\n\nAda Quill (2):\n  one\n"), V("v3 -> v4\n* a") },
	{ "up to the diffstat", V("v3: a\n a.c | 3 ++\n"), V("v3: a") },
	{ "up to the signature", V("Changelog:\n- a\n-- \n2.40\n"), V("Changelog:\n- a") },
	{ "up to a trailer", V("V2:\n- a\nSigned-off-by: A <a@x.org>\n"), V("V2:\n- a") },
	{ "a heading with other characters around it", V("== Changes v1->v2 ==\na\n"),
	  V("== Changes v1->v2 ==\na") },
	{ "a quoted change log is ignored", V("> Changes in v2:\n> - a\n"), V("") },
	{ "a long line is not a heading",
	  V("Changes to the board support of v2 and v3 are in another series, which I will send.\n"),
	  V("") },
	{ "a word that begins like a version", V("changes in vmlinux2\nvendor:\n"), V("") },
	{ "changes without a version", V("Changes:\n- a\n"), V("Changes:\n- a") },
};

RUN(EACH(found, cases))
