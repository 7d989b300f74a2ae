/*
 * test_revision_chain - effects of a chain of two versions on their patches; see
 * parser/decide/revision_effects.h
 */
#include "tests/unit/check.h"

#include "parser/decide/revision_effects.h"

#define KEYS(...)                                                            \
	{                                                                    \
		(const int64_t[]){ __VA_ARGS__ },                            \
			sizeof((int64_t[]){ __VA_ARGS__ }) / sizeof(int64_t) \
	}

enum { PATCHES = 4 };

/* Two versions with two patches each, which have nothing in common yet. */
struct chain {
	struct chain_member members[2];
	struct chain_patch patches[PATCHES];
};

static struct chain chain(void)
{
	return (struct chain){
		.members = { { .id = 1, .version = { 1, 0 }, .is_ready = true },
			     { .id = 2, .previous_id = 1, .version = { 2, 0 }, .is_ready = true } },
		.patches = { { .id = 11, .series_id = 1, .title = VIEW("a"), .hash = VIEW("1") },
			     { .id = 12, .series_id = 1, .title = VIEW("b"), .hash = VIEW("2") },
			     { .id = 21, .series_id = 2, .title = VIEW("c"), .hash = VIEW("3") },
			     { .id = 22, .series_id = 2, .title = VIEW("d"), .hash = VIEW("4") } },
	};
}

static void decide(struct chain *c)
{
	chain_group(c->members, 2, c->patches, PATCHES);
	chain_supersede(c->members, 2, c->patches, PATCHES);
}

static void assert_groups(struct chain c, size_t a, size_t b, size_t x, size_t y)
{
	const size_t wanted[PATCHES] = { a, b, x, y };

	decide(&c);
	for (size_t i = 0; i < PATCHES; i++)
		assert_int_equal(c.patches[i].group, wanted[i]);
}

static void assert_superseded(struct chain c, bool a, bool b, bool x, bool y)
{
	const bool wanted[PATCHES] = { a, b, x, y };

	decide(&c);
	for (size_t i = 0; i < PATCHES; i++)
		assert_int_equal(c.patches[i].is_superseded, wanted[i]);
}

static void unrelated_patches_are_not_grouped(void **state)
{
	(void)state;
	assert_groups(chain(), 0, 1, 2, 3);
}

static void the_hash_of_nothing_pairs_no_patches(void **state)
{
	struct chain c = chain();

	(void)state;
	c.patches[0].hash = c.patches[3].hash = VIEW("da39a3ee5e6b4b0d3255bfef95601890afd80709");
	assert_groups(c, 0, 1, 2, 3);
	c.patches[3].title = c.patches[1].title;
	assert_groups(c, 0, 1, 2, 1);
}

static void a_hash_is_stronger_than_a_title(void **state)
{
	struct chain c = chain();

	(void)state;
	c.patches[2].title = c.patches[0].title;
	c.patches[2].hash = c.patches[1].hash;
	assert_groups(c, 0, 1, 1, 3);
	c.patches[3].title = c.patches[0].title;
	assert_groups(c, 0, 1, 1, 0);
	c.patches[2].hash = c.patches[1].hash = VIEW("");
	assert_groups(c, 0, 1, 0, 3); /* the first of two patches with that title */
	c.patches[2].title = c.patches[0].title = VIEW("");
	assert_groups(c, 0, 1, 2, 3);
}

static void files_pair_with_the_most_similar_patch(void **state)
{
	struct chain c = chain();

	(void)state;
	c.patches[2].files = (struct revision_keys)KEYS(1, 2, 3);
	c.patches[0].files = (struct revision_keys)KEYS(1, 2);
	c.patches[1].files = (struct revision_keys)KEYS(3, 4, 5);
	assert_groups(c, 0, 1, 0, 3);
	c.patches[1].files = (struct revision_keys)KEYS(2, 3);
	assert_groups(c, 0, 1, 2, 3);
	c.patches[0].title = c.patches[3].title;
	assert_groups(c, 0, 1, 1, 0); /* a paired patch is not compared */
}

static void only_patches_of_the_previous_version_pair(void **state)
{
	struct chain c = chain();

	(void)state;
	c.patches[2].hash = c.patches[0].hash;
	c.members[1].previous_id = 0;
	assert_groups(c, 0, 1, 2, 3);
}

static void a_later_version_supersedes_all_patches(void **state)
{
	struct chain c = chain();

	(void)state;
	assert_superseded(c, true, true, false, false);
	c.members[1].is_ready = false;
	assert_superseded(c, false, false, false, false);
}

static void a_partial_version_supersedes_the_patches_that_it_has(void **state)
{
	struct chain c = chain();

	(void)state;
	c.members[1].is_partial = true;
	assert_superseded(c, false, false, false, false);
	c.patches[3].title = c.patches[1].title;
	assert_superseded(c, false, true, false, false);
}

static void of_equal_versions_the_next_supersedes(void **state)
{
	struct chain c = chain();

	(void)state;
	c.members[1].version.major = 1;
	assert_superseded(c, true, true, false, false);
	c.members[1].previous_id = 0;
	assert_superseded(c, false, false, false, false);
	c.members[0].version.major = 3;
	assert_superseded(c, false, false, true, true);
}

static void a_commit_replaces_the_other_patches_of_its_group(void **state)
{
	struct chain c = chain();

	(void)state;
	c.patches[2].title = c.patches[0].title;
	c.patches[0].is_committed = true;
	decide(&c);
	assert_false(c.patches[0].is_replaced);
	assert_false(c.patches[1].is_replaced);
	assert_true(c.patches[2].is_replaced);
	assert_false(c.patches[3].is_replaced);
	c.patches[2].is_committed = true;
	decide(&c);
	assert_false(c.patches[0].is_replaced);
	assert_false(c.patches[2].is_replaced);
}

RUN(TEST(unrelated_patches_are_not_grouped), TEST(the_hash_of_nothing_pairs_no_patches),
    TEST(a_hash_is_stronger_than_a_title), TEST(files_pair_with_the_most_similar_patch),
    TEST(only_patches_of_the_previous_version_pair), TEST(a_later_version_supersedes_all_patches),
    TEST(a_partial_version_supersedes_the_patches_that_it_has),
    TEST(of_equal_versions_the_next_supersedes),
    TEST(a_commit_replaces_the_other_patches_of_its_group))
