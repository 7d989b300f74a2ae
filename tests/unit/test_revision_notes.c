/*
 * test_revision_notes - change ids, base commits and links to older versions in a text; see
 * parser/revision_notes.h
 */
#include "tests/unit/check.h"

#include "parser/revision_notes.h"

static void add_list(struct builder *b, const char *name, const struct view *items, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		builder_add(b, view_str(name));
		builder_byte(b, ' ');
		builder_add(b, items[i]);
		builder_byte(b, ';');
	}
}

static struct view notes_of(struct arena *arena, struct view content)
{
	struct builder b = builder_init(arena);
	struct revision_notes notes;

	if (revision_notes_read(arena, content, &notes) != 0)
		return VIEW("failed");
	add_list(&b, "change", &notes.change_id, notes.change_id.ptr != NULL);
	add_list(&b, "base", &notes.base_commit, notes.base_commit.ptr != NULL);
	add_list(&b, "link", notes.links, notes.link_count);
	add_list(&b, "needs", notes.prerequisites, notes.prerequisite_count);
	return builder_view(&b);
}

#define LORE "https://lore.example.org/"

static const struct check_case texts[] = {
	{ "nothing", ABSENT, V("") },
	{ "a change-id", V("Hello.\n\nchange-id: 20260101-ring-1a2b\n"),
	  V("change 20260101-ring-1a2b;") },
	{ "the last one counts", V("change-id: a\nchange-id: b\n"), V("change b;") },
	{ "in other case, with a CR", V("Change-Id:  x-1\r\n"), V("change x-1;") },
	{ "two words are no change-id", V("change-id: of mine\n"), V("") },
	{ "quoted text has none", V("> change-id: x\n"), V("") },
	{ "lines of git format-patch --base",
	  V("base-commit: 0123456789abcdef0123456789abcdef01234567\n"
	    "prerequisite-patch-id: aaaa\nprerequisite-patch-id: bbbb\n"),
	  V("base 0123456789abcdef0123456789abcdef01234567;needs patch-id aaaa;needs patch-id bbbb;") },
	{ "a base that is no commit", V("base-commit: unknown\n"), V("") },
	{ "prerequisites of b4",
	  V("prerequisite-change-id: 20260101-ring-1a2b:v3\nprerequisite-message-id: <a@b.c>\n"),
	  V("needs change-id 20260101-ring-1a2b:v3;needs message-id <a@b.c>;") },
	{ "a link to a version", V("- Link to v1: " LORE "r/a@b.c\n"), V("link <a@b.c>;") },
	{ "a segment within the path", V("v1: " LORE "list/a@b.c/T/#u\n"), V("link <a@b.c>;") },
	{ "percent-encoded", V("v1: " LORE "r/a%40b.c/\n"), V("link <a@b.c>;") },
	{ "a link of Markdown", V("previous version [1](" LORE "r/a@b.c).\n"), V("link <a@b.c>;") },
	{ "without a word that introduces it", V("See " LORE "r/a@b.c\n"), V("") },
	{ "the word is two lines before", V("Changes since v1:\n- none\n" LORE "r/a@b.c\n"),
	  V("link <a@b.c>;") },
	{ "the word is three lines before", V("Changes since v1:\n- x\n- y\n" LORE "r/a@b.c\n"),
	  V("") },
	{ "v within a word introduces nothing", V("ipv6 " LORE "r/a@b.c\n"), V("") },
	{ "v2 in quotation marks", V("\xE2\x80\x9Cv2\xE2\x80\x9D " LORE "r/a@b.c\n"),
	  V("link <a@b.c>;") },
	{ "changes without since", V("changes " LORE "r/a@b.c\n"), V("") },
	{ "link to", V("Link to it: " LORE "r/a@b.c\n"), V("link <a@b.c>;") },
	{ "the trailer Link", V("Link: " LORE "r/a@b.c\n"), V("") },
	{ "the same twice", V("v1: " LORE "a@b.c\nv1: " LORE "a@b.c\n"), V("link <a@b.c>;") },
	{ "Supersedes", V("Supersedes: <a@b.c>\n"), V("link <a@b.c>;") },
	{ "a line about dependencies",
	  V("Changes in v2:\n- Rebased on " LORE "r/a@b.c\n" LORE "x@b.c\n"), V("") },
	{ "v1 of a dependency", V("Link to v1 of the dependency: " LORE "r/a@b.c\n"), V("") },
	{ "after a line about dependencies",
	  V("Changes in v2:\n- Depends on y\n- Link to v1: " LORE "r/a@b.c\n"),
	  V("link <a@b.c>;") },
	{ "an id without a URL is no link", V("v1: <a@b.c>\n"), V("") },
	{ "a URL without an id", V("v1: https://example.org/x\n"), V("") },
};

static void only_the_first_links_are_read(void **state)
{
	struct builder b = builder_init(*state);
	struct revision_notes notes;

	for (char c = '!'; c < '~'; c++) {
		builder_add(&b, VIEW("v1 " LORE "x"));
		builder_byte(&b, c);
		builder_add(&b, VIEW("@b\n"));
	}
	assert_int_equal(revision_notes_read(*state, builder_view(&b), &notes), 0);
	assert_int_equal(notes.link_count, REVISION_LINKS_MAX);
}

RUN(EACH(notes_of, texts), TEST(only_the_first_links_are_read))
