/* test_title - the words of a subject, for comparisons; see parser/title.h */
#include "tests/unit/check.h"

#include "parser/title.h"

static const struct check_case titles[] = {
	{ "unchanged", V("ring wrap"), V("ring wrap") },
	{ "case and punctuation", V("Ring: Wrap, the_ring()!"), V("ring wrap the ring") },
	{ "digits are kept", V("mm/x86-64: 4K pages"), V("mm x86 64 4k pages") },
	{ "prefixes", V("[PATCH v2 3/7] ring: wrap"), V("ring wrap") },
	{ "prefixes of a stored name", V("[v2,3/7] ring: wrap"), V("ring wrap") },
	{ "several brackets", V("[PATCH] [media] ring: wrap"), V("ring wrap") },
	{ "a bracket after the first word is kept", V("ring: fix [again]"), V("ring fix again") },
	{ "letters of all alphabets", V("\xC3\x84rger: \xD0\x9F\xD1\x80"),
	  V("\xC3\xA4rger \xD0\xBF\xD1\x80") },
	{ "only punctuation", V("..."), V("") },
	{ "empty", V(""), V("") },
};

static void key_is_the_first_bytes_of_md5(void **state)
{
	(void)state;
	/* printf 'ring wrap' | md5sum */
	assert_true(title_key(VIEW("ring wrap")) == INT64_C(7891144969467820117));
	assert_true(title_key(VIEW("ring wrap")) != title_key(VIEW("ring wrap ")));
}

RUN(EACH(title_of, titles), TEST(key_is_the_first_bytes_of_md5))
