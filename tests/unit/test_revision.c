/* test_revision - the previous version of a series; see parser/decide/revision.h */
#include "tests/unit/check.h"

#include <stdio.h>

#include "parser/decide/revision.h"

#define DAY  INT64_C(86400)
#define DATE (INT64_C(20000) * DAY)

#define KEYS(...)                                                            \
	{                                                                    \
		(const int64_t[]){ __VA_ARGS__ },                            \
			sizeof((int64_t[]){ __VA_ARGS__ }) / sizeof(int64_t) \
	}

/* Version 2 of a series by person 1. */
static struct revision newer(void)
{
	return (struct revision){ .series_id = 2,
				  .project_id = 1,
				  .person_id = 1,
				  .version = { 2, 0 },
				  .date = DATE + 10 * DAY,
				  .first = VIEW("<2@x>"),
				  .title = VIEW("ring wait for room") };
}

/* Version 1 of a series by person 1. No rule relates it to newer(). */
static struct revision unrelated(void)
{
	return (struct revision){ .series_id = 1,
				  .project_id = 1,
				  .person_id = 1,
				  .version = { 1, 0 },
				  .date = DATE,
				  .first = VIEW("<1@x>"),
				  .title = VIEW("other words") };
}

static void assert_rule(const struct revision *series, const struct revision *older,
			enum revision_rule rule)
{
	assert_int_equal(revision_rule_of(series, older), rule);
}

static void each_rule_finds(void **state)
{
	static const struct view link = V("<1@x>"), other = V("<3@x>");
	struct revision s = newer(), o = unrelated();

	(void)state;
	assert_rule(&s, &o, REVISION_NONE);
	s.files = (struct revision_keys)KEYS(1, 2, 3, 4);
	o.files = (struct revision_keys)KEYS(1, 2, 3, 5);
	o.title = VIEW("room");
	assert_rule(&s, &o, REVISION_FILES);
	s.hashes = (struct revision_keys)KEYS(7, 9);
	o.hashes = (struct revision_keys)KEYS(8, 9);
	assert_rule(&s, &o, REVISION_HASH);
	s.titles = (struct revision_keys)KEYS(1, 2, 3);
	o.titles = (struct revision_keys)KEYS(3, 4);
	assert_rule(&s, &o, REVISION_PATCHES);
	o.title = s.title;
	assert_rule(&s, &o, REVISION_TITLE);
	s.answered = (struct revision_keys)KEYS(0, 1, 3);
	assert_rule(&s, &o, REVISION_REPLY);
	s.links = &other;
	s.link_count = 1;
	assert_rule(&s, &o, REVISION_REPLY);
	s.links = &link;
	assert_rule(&s, &o, REVISION_LINK);
	s.change_id = o.change_id = VIEW("id");
	assert_rule(&s, &o, REVISION_CHANGE_ID);
}

static void most_rules_require_the_same_person(void **state)
{
	struct revision s = newer(), o = unrelated();

	(void)state;
	o.person_id = 2;
	o.title = s.title;
	s.answered = (struct revision_keys)KEYS(1);
	s.titles = o.titles = s.hashes = o.hashes = (struct revision_keys)KEYS(1);
	assert_rule(&s, &o, REVISION_NONE);
	s.change_id = o.change_id = VIEW("id");
	assert_rule(&s, &o, REVISION_CHANGE_ID);
	o.change_id = VIEW("another");
	assert_rule(&s, &o, REVISION_NONE);
}

static void patches_of_another_person(void **state)
{
	struct revision s = newer(), o = unrelated();

	(void)state;
	o.person_id = 2;
	o.date = s.date - 365 * DAY;
	s.titles = (struct revision_keys)KEYS(1, 2, 3, 4);
	o.titles = (struct revision_keys)KEYS(1, 2);
	s.files = o.files = (struct revision_keys)KEYS(7);
	o.sender = 9;
	assert_rule(&s, &o, REVISION_NONE);
	s.signers = (struct revision_keys)KEYS(8, 9);
	assert_rule(&s, &o, REVISION_TAKEOVER);
	o.titles = (struct revision_keys)KEYS(1);
	s.titles = (struct revision_keys)KEYS(1, 2, 3); /* one of three */
	assert_rule(&s, &o, REVISION_NONE);
	s.titles = o.titles;
	assert_rule(&s, &o, REVISION_TAKEOVER);
	o.files = (struct revision_keys)KEYS(8);
	assert_rule(&s, &o, REVISION_NONE);
	o.files = s.files;
	o.date--;
	assert_rule(&s, &o, REVISION_NONE);
	o.date++;
	s.version.major = 1;
	s.title = o.title;
	assert_rule(&s, &o, REVISION_NONE);
}

static void nearly_equal_titles_need_fewer_files(void **state)
{
	struct revision s = newer(), o = unrelated();

	(void)state;
	s.title = VIEW("a b c d e");
	o.title = VIEW("a b c d x y z");
	s.files = (struct revision_keys)KEYS(1, 2, 3);
	o.files = (struct revision_keys)KEYS(3, 4, 5);
	o.date = s.date - 365 * DAY;
	assert_rule(&s, &o, REVISION_FILES); /* 1 of 5; four words of five */
	o.files = (struct revision_keys)KEYS(3, 4, 5, 6);
	assert_rule(&s, &o, REVISION_NONE);
	o.files = s.files;
	o.title = VIEW("a b c x y z");
	assert_rule(&s, &o, REVISION_NONE);
	s.title = VIEW("a b c d e f g h i");
	o.title = VIEW("a b c d e f g x y z");
	assert_rule(&s, &o, REVISION_NONE); /* seven of nine */
	s.title = VIEW("a b c");
	o.title = VIEW("a b c x");
	assert_rule(&s, &o, REVISION_NONE);
	s.title = VIEW("a b c d");
	o.title = VIEW("a b c d x");
	assert_rule(&s, &o, REVISION_FILES);
	o.date--;
	assert_rule(&s, &o, REVISION_NONE);
}

static void versions_of_two_releases_are_not_related(void **state)
{
	struct revision s = newer(), o = unrelated();

	(void)state;
	o.title = s.title;
	s.release = 5010;
	assert_rule(&s, &o, REVISION_TITLE);
	o.release = 5015;
	assert_rule(&s, &o, REVISION_NONE);
	s.change_id = o.change_id = VIEW("id");
	assert_rule(&s, &o, REVISION_NONE);
	o.release = 5010;
	assert_rule(&s, &o, REVISION_CHANGE_ID);
}

static void a_partial_version_follows_its_version(void **state)
{
	struct revision s = newer(), o = unrelated();

	(void)state;
	o.title = s.title;
	s.version = (struct revision_version){ 5, 2 };
	o.version = (struct revision_version){ 5, 1 };
	assert_rule(&s, &o, REVISION_TITLE);
	o.version = (struct revision_version){ 5, 0 };
	assert_rule(&s, &o, REVISION_TITLE);
	o.version = (struct revision_version){ 4, 0 };
	assert_rule(&s, &o, REVISION_NONE);
	s.version.minor = 1;
	assert_rule(&s, &o, REVISION_NONE);
	s.version = (struct revision_version){ 5, 0 };
	o.version = (struct revision_version){ 4, 1 };
	assert_rule(&s, &o, REVISION_TITLE);
}

static void a_predecessor_is_older(void **state)
{
	struct revision s = newer(), o = unrelated();

	(void)state;
	s.change_id = o.change_id = VIEW("id");
	o.date = s.date;
	assert_rule(&s, &o, REVISION_NONE);
	o.date = s.date - 1;
	assert_rule(&s, &o, REVISION_CHANGE_ID);
	o.project_id = 2;
	assert_rule(&s, &o, REVISION_NONE);
	o.project_id = 1;
	o.version.major = 3;
	assert_rule(&s, &o, REVISION_NONE);
	o.version.major = 2; /* a repeated version has the same title */
	assert_rule(&s, &o, REVISION_NONE);
	o.title = s.title;
	assert_rule(&s, &o, REVISION_CHANGE_ID);
	o.person_id = 2;
	assert_rule(&s, &o, REVISION_NONE);
	o.version.minor = -1;
	assert_rule(&s, &o, REVISION_CHANGE_ID);
}

static void a_series_that_is_sent_again_has_a_common_file(void **state)
{
	struct revision s = newer(), o = unrelated();

	(void)state;
	o.version = s.version;
	o.title = s.title;
	s.titles = o.titles = (struct revision_keys)KEYS(1);
	assert_rule(&s, &o, REVISION_NONE);
	s.files = (struct revision_keys)KEYS(1, 2);
	o.files = (struct revision_keys)KEYS(3);
	assert_rule(&s, &o, REVISION_NONE);
	s.version.major = 3; /* a later version of these patches */
	assert_rule(&s, &o, REVISION_TITLE);
	s.version = o.version;
	o.files = (struct revision_keys)KEYS(2, 3);
	assert_rule(&s, &o, REVISION_TITLE);
	o.files.count = o.titles.count = 0; /* the patches are missing */
	assert_rule(&s, &o, REVISION_TITLE);
	o.titles.count = 1;
	s.files.count = s.titles.count = 0;
	assert_rule(&s, &o, REVISION_TITLE);
	s.release = 5010;
	assert_rule(&s, &o, REVISION_NONE);
	o.release = 5010;
	assert_rule(&s, &o, REVISION_TITLE);
	s.release = 0;
	assert_rule(&s, &o, REVISION_NONE);
}

static void numbers_begin_at_1_again(void **state)
{
	struct revision s = newer(), o = unrelated();

	(void)state;
	s.version.major = 1;
	o.version = (struct revision_version){ 3, 0 };
	o.title = s.title;
	s.files = o.files = (struct revision_keys)KEYS(1);
	s.titles = o.titles = (struct revision_keys)KEYS(1);
	assert_rule(&s, &o, REVISION_TITLE);
	o.files.count = 0;
	assert_rule(&s, &o, REVISION_NONE);
	o.files.count = 1;
	o.title = VIEW("ring wait for space");
	assert_rule(&s, &o, REVISION_NONE);
	o.title = s.title;
	o.person_id = 2;
	assert_rule(&s, &o, REVISION_NONE);
	o.person_id = 1;
	s.version.minor = 1;
	assert_rule(&s, &o, REVISION_NONE);
	s.version = (struct revision_version){ 2, 0 };
	assert_rule(&s, &o, REVISION_NONE);
}

static void each_rule_has_a_largest_age(void **state)
{
	struct revision s = newer(), o = unrelated();

	(void)state;
	o.title = s.title;
	o.date = s.date - 400 * DAY;
	assert_rule(&s, &o, REVISION_TITLE);
	o.date--;
	assert_rule(&s, &o, REVISION_NONE);
	s.titles = o.titles = (struct revision_keys)KEYS(1);
	o.date = s.date - 365 * DAY;
	o.title = VIEW("");
	assert_rule(&s, &o, REVISION_PATCHES);
	o.date--;
	assert_rule(&s, &o, REVISION_NONE);
	s.titles = (struct revision_keys){ NULL, 0 };
	s.hashes = o.hashes = (struct revision_keys)KEYS(1);
	assert_rule(&s, &o, REVISION_NONE);
	o.date++;
	assert_rule(&s, &o, REVISION_HASH);
	s.hashes = (struct revision_keys){ NULL, 0 };
	s.files = o.files = (struct revision_keys)KEYS(1);
	o.title = s.title;
	s.title = VIEW("ring waits");
	o.date = s.date - 120 * DAY;
	assert_rule(&s, &o, REVISION_FILES);
	o.date--;
	assert_rule(&s, &o, REVISION_NONE);
}

static void files_need_common_words_of_the_titles(void **state)
{
	struct revision s = newer(), o = unrelated();

	(void)state;
	s.title = VIEW("a b c");
	o.title = VIEW("c d e f g");
	s.files = (struct revision_keys)KEYS(1, 2, 3, 4);
	o.files = (struct revision_keys)KEYS(1, 2, 3, 5);
	assert_rule(&s, &o, REVISION_FILES); /* 3 of 5; one word of three */
	o.files = (struct revision_keys)KEYS(1, 2, 3, 5, 6);
	assert_rule(&s, &o, REVISION_NONE);
	o.files = s.files;
	o.date = s.date - 15 * DAY;
	s.title = VIEW("a b c x");
	assert_rule(&s, &o, REVISION_NONE);
	s.title = VIEW("a a a a a c");
	assert_rule(&s, &o, REVISION_FILES);
	s.version.major = 3;
	assert_rule(&s, &o, REVISION_FILES);
	s.version.major = 4;
	assert_rule(&s, &o, REVISION_NONE);
}

static void few_common_words_are_enough_soon_after(void **state)
{
	struct revision s = newer(), o = unrelated();

	(void)state;
	s.title = VIEW("a b c d e");
	o.title = VIEW("a v w x y z");
	s.files = (struct revision_keys)KEYS(1, 2, 3);
	o.files = (struct revision_keys)KEYS(1, 2, 3, 4);
	o.date = s.date - 14 * DAY;
	assert_rule(&s, &o, REVISION_FILES); /* 3 of 4; one word of five */
	o.date--;
	assert_rule(&s, &o, REVISION_NONE);
	o.date++;
	s.title = VIEW("a b c d e f");
	assert_rule(&s, &o, REVISION_NONE);
	s.title = VIEW("a b c d e");
	s.files = (struct revision_keys)KEYS(1, 2, 3, 5, 6, 7, 8);
	o.files = (struct revision_keys)KEYS(1, 2, 3, 4, 5, 6);
	assert_rule(&s, &o, REVISION_NONE); /* 5 of 8 */
	o.files = s.files;
	s.title = VIEW("");
	assert_rule(&s, &o, REVISION_NONE);
}

static void half_of_three_files_is_enough_soon_after(void **state)
{
	struct revision s = newer(), o = unrelated();

	(void)state;
	s.title = VIEW("a b c d");
	o.title = VIEW("a b x y z");
	s.files = (struct revision_keys)KEYS(1, 2, 3);
	o.files = (struct revision_keys)KEYS(1, 2, 3, 4, 5, 6);
	o.date = s.date - 14 * DAY;
	assert_rule(&s, &o, REVISION_FILES); /* 3 of 6; two words of four */
	o.date--;
	assert_rule(&s, &o, REVISION_NONE);
	o.date++;
	o.files = (struct revision_keys)KEYS(1, 2, 3, 4, 5, 6, 7);
	assert_rule(&s, &o, REVISION_NONE);
	s.files = (struct revision_keys)KEYS(1, 2);
	o.files = (struct revision_keys)KEYS(1, 2, 3, 4);
	assert_rule(&s, &o, REVISION_NONE);
	s.files = (struct revision_keys)KEYS(1, 2, 3);
	o.files = (struct revision_keys)KEYS(1, 2, 3, 4, 5);
	s.title = VIEW("a b c d e v w");
	assert_rule(&s, &o, REVISION_FILES); /* 3 of 5; two words of five */
	o.files = (struct revision_keys)KEYS(1, 2, 3, 4, 5, 6);
	assert_rule(&s, &o, REVISION_NONE);
	s.version.major = 3; /* one word, as version 3 follows version 2 */
	s.title = VIEW("a f g h i j k");
	assert_rule(&s, &o, REVISION_NONE);
	o.version.major = 2;
	assert_rule(&s, &o, REVISION_FILES);
	s.version.major = 4;
	assert_rule(&s, &o, REVISION_NONE);
	s.version.major = 3;
	s.title = VIEW("f g h i j k");
	assert_rule(&s, &o, REVISION_NONE);
}

static void files_of_a_patch_by_another_author(void **state)
{
	struct revision s = newer(), o = unrelated();

	(void)state;
	s.title = VIEW("a b c d");
	o.title = VIEW("a b x y z");
	s.files = o.files = (struct revision_keys)KEYS(1);
	assert_rule(&s, &o, REVISION_FILES);
	s.signers = (struct revision_keys)KEYS(8);
	assert_rule(&s, &o, REVISION_NONE);
	s.signers = (struct revision_keys)KEYS(8, 9);
	assert_rule(&s, &o, REVISION_NONE);
	o.signers = (struct revision_keys)KEYS(9, 10);
	assert_rule(&s, &o, REVISION_FILES);
	o.signers = (struct revision_keys)KEYS(10);
	assert_rule(&s, &o, REVISION_NONE);
	o.title = VIEW("a b c y z"); /* more than half of the words */
	assert_rule(&s, &o, REVISION_FILES);
}

static void namesakes_are_one_person(void **state)
{
	static const struct view link = V("<1@x>");
	struct revision s = newer(), o = unrelated();

	(void)state;
	o.person_id = 2;
	s.name = o.name = 7;
	assert_rule(&s, &o, REVISION_NONE);
	s.titles = o.titles = (struct revision_keys)KEYS(1);
	assert_rule(&s, &o, REVISION_PATCHES);
	o.title = s.title;
	assert_rule(&s, &o, REVISION_TITLE);
	s.version.major = 1; /* sent again */
	s.files = o.files = (struct revision_keys)KEYS(1);
	assert_rule(&s, &o, REVISION_TITLE);
	s.answered = (struct revision_keys)KEYS(1);
	assert_rule(&s, &o, REVISION_REPLY);
	s.links = &link;
	s.link_count = 1;
	assert_rule(&s, &o, REVISION_LINK);
	o.name = 8;
	assert_rule(&s, &o, REVISION_NONE);
	s.name = o.name = 0;
	assert_rule(&s, &o, REVISION_NONE);
}

static void another_person_is_named(void **state)
{
	static const struct view link = V("<1@x>");
	struct revision s = newer(), o = unrelated();

	(void)state;
	o.person_id = 2;
	s.titles = (struct revision_keys)KEYS(1, 2);
	o.titles = (struct revision_keys)KEYS(2);
	s.files = (struct revision_keys)KEYS(1, 2, 3);
	o.files = (struct revision_keys)KEYS(3, 4);
	assert_rule(&s, &o, REVISION_NONE);
	s.signers = (struct revision_keys)KEYS(9);
	o.name = 9; /* the name of a signer */
	assert_rule(&s, &o, REVISION_TAKEOVER);
	s.version = (struct revision_version){ 1, 1 };
	assert_rule(&s, &o, REVISION_TAKEOVER);
	s.version = (struct revision_version){ 2, 0 };
	s.release = 5010; /* a backport */
	assert_rule(&s, &o, REVISION_NONE);
	o.release = 5010;
	assert_rule(&s, &o, REVISION_TAKEOVER);
	s.release = o.release = 0;
	o.name = 8;
	assert_rule(&s, &o, REVISION_NONE);
	o.name = 0;
	assert_rule(&s, &o, REVISION_NONE);
	s.answered = (struct revision_keys)KEYS(1); /* a reply */
	assert_rule(&s, &o, REVISION_TAKEOVER);
	o.titles = (struct revision_keys)KEYS(3);
	assert_rule(&s, &o, REVISION_NONE);
	s.answered.count = 0;
	s.links = &link; /* a link, and a file */
	s.link_count = 1;
	assert_rule(&s, &o, REVISION_TAKEOVER);
	o.files = (struct revision_keys)KEYS(4);
	assert_rule(&s, &o, REVISION_NONE);
	o.title = s.title; /* a link, and the title */
	assert_rule(&s, &o, REVISION_TAKEOVER);
	o.date = s.date - 365 * DAY - 1;
	assert_rule(&s, &o, REVISION_NONE);
	o.date++;
	assert_rule(&s, &o, REVISION_TAKEOVER);
	o.version.major = 2;
	assert_rule(&s, &o, REVISION_NONE);
	s.version.major = 1;
	o.version.major = 0;
	assert_rule(&s, &o, REVISION_NONE);
}

static void a_later_version_with_a_signer_may_be_taken_over(void **state)
{
	struct revision s = newer();

	(void)state;
	assert_false(revision_may_take_over(&s));
	s.signers = (struct revision_keys)KEYS(9);
	assert_true(revision_may_take_over(&s));
	s.version.major = 1;
	assert_false(revision_may_take_over(&s));
	s.version.minor = 1;
	assert_true(revision_may_take_over(&s));
}

static void files_of_another_person(void **state)
{
	struct revision s = newer(), o = unrelated();

	(void)state;
	o.person_id = 2;
	o.sender = 9;
	s.signers = (struct revision_keys)KEYS(9);
	s.files = (struct revision_keys)KEYS(1, 2, 3, 4);
	o.files = (struct revision_keys)KEYS(1, 2, 3, 5);
	o.title = VIEW("ring room x y z");
	assert_rule(&s, &o, REVISION_TAKEOVER); /* 3 of 5; two words of four */
	s.version.major = 9;
	assert_rule(&s, &o, REVISION_TAKEOVER);
	s.signers = (struct revision_keys)KEYS(8);
	assert_rule(&s, &o, REVISION_NONE);
	s.signers = (struct revision_keys)KEYS(9);
	s.title = VIEW("ring wait for room now");
	assert_rule(&s, &o, REVISION_NONE);
	s.title = o.title = VIEW("");
	assert_rule(&s, &o, REVISION_NONE);
	s.title = o.title = VIEW("ring");
	assert_rule(&s, &o, REVISION_TAKEOVER);
	o.files = (struct revision_keys)KEYS(1, 2, 3, 5, 6);
	assert_rule(&s, &o, REVISION_NONE);
	o.version.major = 0;
	s.version.major = 1;
	o.files = s.files;
	assert_rule(&s, &o, REVISION_NONE);
}

/* A title has 255 characters: 128 words of a letter. */
static void the_last_words_of_a_title_count(void **state)
{
	struct builder b = builder_init(*state);
	struct revision s = newer(), o = unrelated();

	for (char letter = '!'; letter < '!' + 60; letter++) {
		builder_byte(&b, letter);
		builder_byte(&b, ' ');
	}
	builder_add(&b, VIEW("a b c d e f g"));
	s.title = builder_view(&b);
	o.title = VIEW("b c d u v w x y z");
	o.date = s.date - 15 * DAY;
	s.files = o.files = (struct revision_keys)KEYS(1);
	assert_rule(&s, &o, REVISION_FILES);
	o.title = VIEW("b c t u v w x y z");
	assert_rule(&s, &o, REVISION_NONE);
}

static void half_of_the_patches_of_the_smaller_series(void **state)
{
	struct revision s = newer(), o = unrelated();

	(void)state;
	s.titles = (struct revision_keys)KEYS(1, 2, 3, 4, 5, 6);
	o.titles = (struct revision_keys)KEYS(1, 7, 8);
	assert_rule(&s, &o, REVISION_NONE);
	o.titles = (struct revision_keys)KEYS(1, 7);
	assert_rule(&s, &o, REVISION_PATCHES);
}

static void the_first_rule_decides_then_the_version_then_the_date(void **state)
{
	struct revision s = newer(), by_title = unrelated(), v2 = unrelated(), later = unrelated(),
			linked = unrelated();
	static const struct view link = V("<linked@x>");
	const struct revision *all[] = { &by_title, &s, &v2, &later, &linked };
	enum revision_rule rule;

	(void)state;
	s.version.major = 3;
	by_title.title = v2.title = later.title = s.title;
	v2.version.major = 2;
	later.date++;
	assert_ptr_equal(revision_previous(&s, all, 2, &rule), &by_title);
	assert_int_equal(rule, REVISION_TITLE);
	assert_ptr_equal(revision_previous(&s, all, 4, &rule), &v2);
	v2.version.major = 1;
	assert_ptr_equal(revision_previous(&s, all, 4, &rule), &later);
	later.date--;
	later.first = VIEW("<1@xx>");
	assert_ptr_equal(revision_previous(&s, all, 4, &rule), &later);
	later.first = VIEW("<1@x>x");
	assert_ptr_equal(revision_previous(&s, all, 4, &rule), &later);
	later.first = VIEW("<0@xxx>");
	assert_ptr_not_equal(revision_previous(&s, all, 4, &rule), &later);
	s.links = &link;
	s.link_count = 1;
	linked.first = link;
	assert_ptr_equal(revision_previous(&s, all, 5, &rule), &linked);
	assert_int_equal(rule, REVISION_LINK);
	assert_null(revision_previous(&s, all + 1, 1, &rule));
	assert_int_equal(rule, REVISION_NONE);
}

/* Assert that the first of two possible predecessors is preferred, in both orders. */
static void assert_preferred(const struct revision *series, const struct revision *preferred,
			     const struct revision *other)
{
	const struct revision *both[] = { preferred, other, preferred };
	enum revision_rule rule;

	assert_ptr_equal(revision_previous(series, both, 2, &rule), preferred);
	assert_ptr_equal(revision_previous(series, both + 1, 2, &rule), preferred);
}

static void of_equal_versions_the_one_with_most_in_common_decides(void **state)
{
	struct revision s = newer(), o = unrelated(), late = unrelated();

	(void)state;
	late.date++;
	late.first = VIEW("<late@x>");
	o.title = late.title = s.title;
	s.files = (struct revision_keys)KEYS(1, 2);
	o.files = (struct revision_keys)KEYS(1);
	assert_preferred(&s, &o, &late); /* a file, by the rule title */
	late.files = (struct revision_keys)KEYS(1, 2);
	assert_preferred(&s, &late, &o); /* more files do not count */
	late.files.count = 0;
	late.version.major = 0;
	late.version.minor = 1;
	assert_preferred(&s, &o, &late);
	o.files.count = 0;
	late.files.count = 1;
	assert_preferred(&s, &o, &late); /* the version precedes the file */
	late.version = o.version;
	o.title = late.title = VIEW("");
	s.titles = (struct revision_keys)KEYS(1, 2, 3);
	o.titles = (struct revision_keys)KEYS(1, 2);
	late.titles = (struct revision_keys)KEYS(3);
	assert_preferred(&s, &o, &late); /* titles of patches */
	s.titles.count = 0;
	s.hashes = (struct revision_keys)KEYS(1, 2, 3);
	o.hashes = (struct revision_keys)KEYS(1, 2);
	late.hashes = (struct revision_keys)KEYS(3);
	assert_preferred(&s, &o, &late); /* diffs */
	s.hashes.count = 0;
	o.files = late.files = s.files;
	o.title = VIEW("ring wait for space");
	late.title = VIEW("ring wait x y");
	assert_preferred(&s, &o, &late); /* words, by the rule files */
	late.title = VIEW("ring wait for all");
	assert_preferred(&s, &late, &o);
}

static void a_lower_version_may_follow_an_equal_one(void **state)
{
	struct revision s = newer(), rfc = unrelated(), v1 = unrelated();

	(void)state;
	rfc.title = v1.title = s.title;
	rfc.version = s.version;
	v1.first = VIEW("<v1@x>");
	assert_preferred(&s, &rfc, &v1);
	v1.date++;
	assert_preferred(&s, &v1, &rfc);
	rfc.date += 2;
	assert_preferred(&s, &rfc, &v1);
	v1.version = rfc.version; /* of those that are sent again, the latest */
	v1.date = rfc.date + 1;
	assert_preferred(&s, &v1, &rfc);
	s.version.major = 1;
	rfc.version.major = 3;
	assert_preferred(&s, &v1, &rfc);
}

/* The version and the release that the name of a series says. Its row has version 1. */
static struct view version_of(struct arena *arena, struct view name)
{
	struct revision_version version;
	int32_t release;
	char text[32];

	if (revision_read_numbers(arena, name, 1, &version, &release) != 0)
		return VIEW("failed");
	(void)snprintf(text, sizeof(text), "%d.%d %d", version.major, version.minor, release);
	return arena_copy(arena, view_str(text));
}

static const struct check_case names[] = {
	{ "no prefix", V("ring"), V("1.0 0") },
	{ "a part of version 5", V("[v5.1] ring"), V("5.1 0") },
	{ "before the number of a patch", V("[v5.1,10/12] ring"), V("5.1 0") },
	{ "a large part of version 1", V("[v1.5] ring"), V("1.5 0") },
	{ "the last version in part", V("[v3.3] ring"), V("3.3 0") },
	{ "the first release", V("[v3.4] ring"), V("1.0 3004") },
	{ "a large part of version 2", V("[v2.4] ring"), V("2.4 0") },
	{ "a release", V("[5.10,1/2] ring"), V("1.0 5010") },
	{ "a release with a v", V("[v4.19] ring"), V("1.0 4019") },
	{ "a branch of a release", V("[5.10.y] ring"), V("1.0 5010") },
	{ "a release with a third number", V("[AUTOSEL,6.1.55,3/4] ring"), V("1.0 6001") },
	{ "a word after the release", V("[v6.1-stable] ring"), V("1.0 6001") },
	{ "a part of a version, and a release", V("[v2.1,6.1] ring"), V("2.1 6001") },
	{ "a part of a version, and a release with a v", V("[v2.1,v3.1] ring"), V("2.1 3001") },
	{ "v in the title", V("[1/2] ring v5.1"), V("1.0 0") },
	{ "another version", V("[net-v6.x] ring"), V("1.0 0") },
	{ "no second number", V("[v6.] ring"), V("1.0 0") },
	{ "no first number", V("[.6,v.6] ring"), V("1.0 0") },
	{ "a letter after the release", V("[v6.1a] ring"), V("1.0 0") },
	{ "a number that is too large", V("[v5.1000] ring"), V("1.0 0") },
};

static void a_version_of_the_row_is_kept(void **state)
{
	struct revision_version version;
	int32_t release;

	assert_int_equal(revision_read_numbers(*state, VIEW("[v5.1] x"), 3, &version, &release), 0);
	assert_int_equal(release, 5001);
	assert_int_equal(version.major, 3);
	assert_int_equal(version.minor, 0);
}

static void keys_are_sorted_and_unique(void **state)
{
	int64_t keys[] = { 3, -1, 3, 2, -1 };

	(void)state;
	assert_int_equal(revision_sort_keys(keys, 5), 3);
	assert_int_equal(keys[0], -1);
	assert_int_equal(keys[1], 2);
	assert_int_equal(keys[2], 3);
	assert_int_equal(revision_sort_keys(NULL, 0), 0);
}

static void rules_have_names(void **state)
{
	(void)state;
	assert_null(revision_rule_name(REVISION_NONE));
	for (int rule = REVISION_CHANGE_ID; rule <= REVISION_TAKEOVER; rule++)
		assert_int_equal(
			revision_rule_named(view_str(revision_rule_name((enum revision_rule)rule))),
			rule);
	assert_int_equal(revision_rule_named(VIEW("no rule")), REVISION_NONE);
	assert_int_equal(revision_rule_named((struct view){ NULL, 0 }), REVISION_NONE);
}

RUN(EACH(version_of, names), TEST(each_rule_finds), TEST(most_rules_require_the_same_person),
    TEST(patches_of_another_person), TEST(nearly_equal_titles_need_fewer_files),
    TEST(versions_of_two_releases_are_not_related), TEST(a_partial_version_follows_its_version),
    TEST(a_predecessor_is_older), TEST(a_series_that_is_sent_again_has_a_common_file),
    TEST(numbers_begin_at_1_again), TEST(of_equal_versions_the_one_with_most_in_common_decides),
    TEST(a_lower_version_may_follow_an_equal_one), TEST(each_rule_has_a_largest_age),
    TEST(files_need_common_words_of_the_titles), TEST(few_common_words_are_enough_soon_after),
    TEST(half_of_three_files_is_enough_soon_after), TEST(files_of_a_patch_by_another_author),
    TEST(namesakes_are_one_person), TEST(another_person_is_named),
    TEST(a_later_version_with_a_signer_may_be_taken_over), TEST(files_of_another_person),
    TEST(the_last_words_of_a_title_count), TEST(half_of_the_patches_of_the_smaller_series),
    TEST(the_first_rule_decides_then_the_version_then_the_date), TEST(a_version_of_the_row_is_kept),
    TEST(keys_are_sorted_and_unique), TEST(rules_have_names))
