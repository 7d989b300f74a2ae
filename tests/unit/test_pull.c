/* test_pull - the repository in a pull request; see parser/pull.h */
#include "tests/unit/check.h"

#include "parser/pull.h"

#define SINCE "The following changes since commit 1:\n\n"
#define AT    "are available in the Git repository at:\n"
#define PULL  SINCE AT

/* The results are those of conformance/model.py, too. */
static const struct check_case comments[] = {
	{ "URL alone", V("t\n" PULL "\n  git://h/x.git\n\nt t\n"), V("git://h/x.git") },
	{ "URL and tag", V(PULL "a://b \t tags/t-1.2"), V("a://b tags/t-1.2") },
	{ "a scheme of parts", V(PULL "a+b-c://h/~u\n"), V("a+b-c://h/~u") },
	{ "words on the next line", V(PULL "a://b\nbye now\n"), V("a://b") },
	{ "capitals", V("THE FOLLOWING CHANGES SINCE COMMIT\n" AT "A://B"), V("A://B") },
	{ "CR LF", V(SINCE "are available in the git repository at:\r\n\r\na://b\r\n"),
	  V("a://b") },
	{ "the last of two", V(PULL "a://1\n\n" AT "a://2\n"), V("a://2") },
	{ "text after it", V(PULL "a://b tags/t and more\n"), ABSENT },
	{ "a character that does not belong to a URL", V(PULL "a://b?y\n"), ABSENT },
	{ "on the same line", V(SINCE "are available in the git repository at: a://b\n"), ABSENT },
	{ "only a scheme", V(PULL "a://\n"), ABSENT },
	{ "nothing follows", V(PULL), ABSENT },
	{ "nothing before", V(AT "a://b\n"), ABSENT },
	{ "the wrong way round", V(AT "a://b\n" SINCE), ABSENT },
	{ "all on one line", V("The following changes since commit 1 " AT "a://b"), ABSENT },
	{ "nothing", V(""), ABSENT },
};

/* Time must not grow with the square of what a sender can repeat. */
static void is_quick_with_long_texts(void **state)
{
	static const struct view pieces[] = { V(SINCE), V(PULL), V(AT "\n"), V("a://b \\"),
					      V("a@") };

	for (size_t i = 0; i < COUNT(pieces); i++) {
		struct builder b = builder_init(*state);

		builder_add(&b, VIEW(PULL));
		builder_add(&b, repeated(*state, pieces[i], 100000));
		builder_byte(&b, '!');
		assert_null(pull_url(*state, builder_view(&b)).ptr);
	}
}

RUN(EACH(pull_url, comments), TEST(is_quick_with_long_texts))
