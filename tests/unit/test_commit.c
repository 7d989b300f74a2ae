/* test_commit - message, author and diff of a commit; see parser/commit.h */
#include "tests/unit/check.h"

#include "parser/commit.h"

#define ID "20260101.1-ada@x.org"

/* `subject%title%` and the message ids, each followed by a blank. */
static struct view message(struct arena *arena, struct view text)
{
	struct builder b = builder_init(arena);
	struct commit commit = { 0 };

	assert_int_equal(commit_read_message(arena, text, &commit), 0);
	add_field(&b, commit.subject, '%');
	add_field(&b, commit.title, '%');
	for (size_t i = 0; i < commit.msgid_count; i++)
		add_field(&b, commit.msgids[i], ' ');
	return builder_view(&b);
}

static const struct check_case messages[] = {
	{ "a subject", V("Ring: wrap\n"), V("Ring: wrap%ring wrap%") },
	{ "in two lines", V("\nring:\n wrap\n\nText\n"), V("ring: wrap%ring wrap%") },
	{ "nothing", V(""), V("%%") },
	{ "a prefix", V("[PATCH 1/2] wrap"), V("[PATCH 1/2] wrap%wrap%") },
	{ "Message-ID", V("s\n\nMessage-ID: <" ID ">\n"), V("s%s%<" ID "> ") },
	{ "in another case, without brackets", V("s\n\nmessage-Id: " ID), V("s%s%<" ID "> ") },
	{ "a link", V("s\n\nLink: https://lore.kernel.org/r/" ID "\n"), V("s%s%<" ID "> ") },
	{ "with the list's name, and a slash", V("s\n\nLink: https://lore.kernel.org/ltp/" ID "/"),
	  V("s%s%<" ID "> ") },
	{ "with a fragment", V("s\n\nLink: https://lore.kernel.org/r/" ID "/T/#u"),
	  V("s%s%<" ID "> ") },
	{ "with a footnote", V("s\n\nLink: https://l.org/r/" ID " [1]"), V("s%s%<" ID "> ") },
	{ "percent-encoded", V("s\n\nLink: https://l.org/r/a%2bb%2Fc%40x.org"),
	  V("s%s%<a+b/c@x.org> ") },
	{ "an encoded NUL stays as it is", V("s\n\nLink: https://l.org/r/a%00@x.org"),
	  V("s%s%<a%00@x.org> ") },
	{ "an encoded byte that is not UTF-8", V("s\n\nLink: https://l.org/r/%ff@x.org"),
	  V("s%s%<" REPLACED "@x.org> ") },
	{ "a truncated percent-encoding", V("s\n\nLink: https://l.org/r/a@x.org%4"),
	  V("s%s%<a@x.org%4> ") },
	{ "an id with a slash", V("s\n\nMessage-ID: <a/b@x.org>"),
	  V("s%s%<a/b@x.org> <b@x.org> ") },
	{ "a percent sign in a bare id", V("s\n\nMessage-ID: <a%41@x.org>"),
	  V("s%s%<a%41@x.org> <aA@x.org> ") },
	{ "Lore", V("s\n\nLore: <" ID ">"), V("s%s%<" ID "> ") },
	{ "several, each once",
	  V("s\n\nLink: https://l.org/a@x.org\nLink: <b@x.org>\nLore: a@x.org"),
	  V("s%s%<a@x.org> <b@x.org> ") },
	{ "a link to something else", V("s\n\nLink: https://bugs.example.org/1234"), V("s%s%") },
	{ "not at the beginning of a line", V("s\n\n    Link: <" ID ">\nsee Link: <" ID ">"),
	  V("s%s%") },
	{ "other trailers", V("s\n\nReported-by: Ada <ada@x.org>\nFixes: 1234 (\"x\")"),
	  V("s%s%") },
	{ "not in the subject", V("Link: <" ID ">\n"),
	  V("Link: <" ID ">%link 20260101 1 ada x org%") },
};

static void ids_have_a_limit(void **state)
{
	struct arena *arena = *state;
	struct builder b = builder_init(arena);
	struct commit commit = { 0 };

	builder_add(&b, VIEW("s\n\n"));
	for (int i = 0; i < 2 * COMMIT_MSGIDS_MAX; i++) {
		builder_add(&b, VIEW("Link: <"));
		builder_byte(&b, (char)('0' + i));
		builder_add(&b, VIEW("@x.org>\n"));
	}
	assert_int_equal(commit_read_message(arena, builder_view(&b), &commit), 0);
	assert_int_equal(commit.msgid_count, COMMIT_MSGIDS_MAX);
}

/* The name and address of an in-body From. */
static struct view from(struct arena *arena, struct view text)
{
	struct builder b = builder_init(arena);
	struct address address;

	if (!commit_in_body_from(arena, text, &address))
		return (struct view){ NULL, 0 };
	add_field(&b, address.name, '|');
	builder_add(&b, address.email);
	return builder_view(&b);
}

static const struct check_case contents[] = {
	{ "at the beginning", V("From: Ada <ada@x.org>\n\nText\n"), V("Ada|ada@x.org") },
	{ "after empty lines", V("\n\nFrom: Ada <ada@x.org>\n"), V("Ada|ada@x.org") },
	{ "after a Subject and a Date", V("Subject: x\nDate: y\nFrom: ada@x.org\n"),
	  V("-|ada@x.org") },
	{ "after text", V("Text\nFrom: Ada <ada@x.org>\n"), ABSENT },
	{ "no From", V("Text\n"), ABSENT },
	{ "nothing", V(""), ABSENT },
};

static struct view hash(struct arena *arena, struct view diff)
{
	struct commit commit = { .hash = "old" };

	assert_int_equal(commit_read_diff(arena, diff, &commit), 0);
	return arena_copy(arena, view_str(commit.hash));
}

#define GIT "\ndiff --git a/f b/f\n"

static const struct check_case diffs[] = {
	{ "a diff", V(GIT "index 1..2 100644\n--- a/f\n+++ b/f\n@@ -1 +1 @@ f()\n-a\n+b\n"),
	  V("55a796d31a5a90af598862300e5a616da8ac982f") },
	{ "a mode", V(GIT "old mode 100644\nnew mode 100755\n"), V("") },
	{ "a binary file", V(GIT "index 1..2\nBinary files a/f and b/f differ\n"), V("") },
	{ "nothing", V(""), V("") },
};

RUN(EACH(message, messages), TEST(ids_have_a_limit), EACH(from, contents), EACH(hash, diffs))
