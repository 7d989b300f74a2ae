/* test_signers - addresses and names that sign a patch; see parser/signers.h */
#include "tests/unit/check.h"

#include "parser/signers.h"

/* The addresses, each before its name and a semicolon. */
static struct view signers_of(struct arena *arena, struct view content)
{
	struct builder text = builder_init(arena);
	const struct signer *signers;
	size_t count;

	if (signers_read(arena, content, &signers, &count) != 0)
		return VIEW("failed");
	for (size_t i = 0; i < count; i++) {
		builder_add(&text, signers[i].address);
		builder_byte(&text, ' ');
		builder_add(&text, signers[i].name);
		builder_byte(&text, ';');
	}
	return builder_view(&text);
}

static const struct check_case contents[] = {
	{ "nothing", V(""), V("") },
	{ "all kinds of lines",
	  V("From: A <a@x>\n\nx\n\nSigned-off-by: B <b@x>\nCo-developed-by: <c@x>"),
	  V("a@x A;b@x B;c@x ;") },
	{ "other trailers", V("Reviewed-by: A <a@x>\nCc: B <b@x>\n"), V("") },
	{ "in any case", V("signed-OFF-by: A <A@X.org>\n"), V("a@x.org A;") },
	{ "not at the beginning of a line", V("  Signed-off-by: A <a@x>\n> From: B <b@x>\n"),
	  V("") },
	{ "a comment after the address", V("Signed-off-by: A <a@x> # tested\n"), V("a@x A;") },
	{ "the last brackets", V("From: <A> <b@x>\n"), V("b@x <A>;") },
	{ "a long name", V("From: \"B, A\" (x)<a@x>\n"), V("a@x \"B, A\" (x);") },
	{ "no brackets", V("From: a@x\nFrom: a@x>\nFrom: <a@x\nFrom: <>\n"), V("") },
};

static void only_the_first_signers_are_read(void **state)
{
	struct builder text = builder_init(*state);
	const struct signer *signers;
	size_t count;

	for (size_t i = 0; i <= SIGNERS_MAX; i++)
		builder_add(&text, VIEW("From: <a@x>\n"));
	assert_int_equal(signers_read(*state, builder_view(&text), &signers, &count), 0);
	assert_int_equal(count, SIGNERS_MAX);
}

static void absent_content_has_no_signers(void **state)
{
	const struct signer *signers;
	size_t count = 1;

	assert_int_equal(signers_read(*state, (struct view){ 0 }, &signers, &count), 0);
	assert_int_equal(count, 0);
}

RUN(EACH(signers_of, contents), TEST(only_the_first_signers_are_read),
    TEST(absent_content_has_no_signers))
