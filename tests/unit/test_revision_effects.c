/* test_revision_effects - effects of chains on patches; see parser/decide/revision_effects.h */
#include "tests/unit/check.h"

#include <stdio.h>
#include <string.h>

#include "parser/decide/revision_effects.h"

/*
 * A chain is a text of words. `ID<PREVIOUS=VERSION[.MINOR]FLAGS` is a series; the flag ! means that
 * it is ready, and ? that it is partial. `ID:TITLE/HASH/FILES` is a patch of the series ID. An id
 * is a digit, and each letter of FILES is a file; a last ! means that the patch became a commit.
 */
#define MEMBERS_MAX 8
#define PATCHES_MAX 16

struct chain {
	struct chain_member members[MEMBERS_MAX];
	struct chain_patch patches[PATCHES_MAX];
	size_t member_count, patch_count;
};

static void add_member(struct chain *chain, const char *word)
{
	struct chain_member *member = &chain->members[chain->member_count++];
	int id, previous, major, minor = 0;

	assert_in_range(chain->member_count, 1, MEMBERS_MAX);
	assert_in_range(sscanf(word, "%d<%d=%d.%d", &id, &previous, &major, &minor), 3, 4);
	*member = (struct chain_member){ .id = id,
					 .previous_id = previous,
					 .version = { major, minor },
					 .date = id,
					 .is_ready = strchr(word, '!') != NULL,
					 .is_partial = strchr(word, '?') != NULL };
}

static struct revision_keys read_files(struct arena *arena, const char *letters)
{
	int64_t *keys = arena_alloc(arena, (strlen(letters) + 1) * sizeof(*keys));

	assert_non_null(keys);
	for (size_t i = 0; letters[i] != '\0'; i++)
		keys[i] = letters[i];
	return (struct revision_keys){ keys, revision_sort_keys(keys, strlen(letters)) };
}

static void add_patch(struct chain *chain, struct arena *arena, char *word)
{
	struct chain_patch *patch = &chain->patches[chain->patch_count++];
	char *title = strchr(word, ':') + 1, *hash = strchr(title, '/'),
	     *files = strrchr(title, '/'), *commit = strchr(files, '!');

	assert_in_range(chain->patch_count, 1, PATCHES_MAX);
	*hash++ = '\0';
	*files++ = '\0';
	if (commit != NULL)
		*commit = '\0';
	*patch = (struct chain_patch){ .id = (int32_t)chain->patch_count,
				       .series_id = word[0] - '0',
				       .title = view_str(title),
				       .hash = view_str(hash),
				       .files = read_files(arena, files),
				       .is_committed = commit != NULL };
}

static void read_chain(struct chain *chain, struct arena *arena, struct view text)
{
	char *words = arena_alloc(arena, text.len + 1), *rest = words;

	assert_non_null(words);
	memcpy(words, text.ptr, text.len);
	words[text.len] = '\0';
	*chain = (struct chain){ .member_count = 0 };
	for (char *word = strtok_r(rest, " ", &rest); word != NULL;
	     word = strtok_r(NULL, " ", &rest)) {
		if (strchr(word, '<') != NULL)
			add_member(chain, word);
		else
			add_patch(chain, arena, word);
	}
	chain_group(chain->members, chain->member_count, chain->patches, chain->patch_count);
	chain_supersede(chain->members, chain->member_count, chain->patches, chain->patch_count);
}

/* For each patch, the number of the first patch of its group. */
static struct view groups(struct arena *arena, struct view text)
{
	struct builder b = builder_init(arena);
	struct chain chain;

	read_chain(&chain, arena, text);
	for (size_t i = 0; i < chain.patch_count; i++)
		builder_byte(&b, (char)('1' + chain.patches[i].group));
	return builder_view(&b);
}

#define TWO "1<0=1! 2<1=2! "

static const struct check_case pairs[] = {
	{ "hash", V(TWO "1:a/h/ 2:b/h/"), V("11") },
	{ "title", V(TWO "1:a/g/ 2:a/h/"), V("11") },
	{ "files", V(TWO "1:a/g/xy 2:b/h/xz"), V("11") },
	{ "different patches", V(TWO "1:a/g/x 2:b/h/y"), V("12") },
	{ "no hash and no title are not the same", V(TWO "1:// 2://"), V("12") },
	{ "a hash precedes a title", V(TWO "1:a/g/ 1:b/h/ 2:a/h/"), V("122") },
	{ "each patch is paired once", V(TWO "1:a/h/ 2:a/h/ 2:a/h/"), V("113") },
	{ "the most similar patch", V(TWO "1:a//xy 1:b//xyz 2:c//xyz"), V("122") },
	{ "a less similar patch follows", V(TWO "1:a//xyz 1:b//xy 2:c//xyz"), V("121") },
	{ "in another order", V(TWO "1:a/g/ 1:b/h/ 2:b/h/ 2:a/g/"), V("1221") },
	{ "the second patch is paired already", V(TWO "1:a//x 1:b/h/x 2:c/h/x 2:d//x"), V("1221") },
	{ "the share of all files counts", V(TWO "1:a//wxyz 1:b//wxv 2:c//wx"), V("122") },
	{ "two equally similar patches do not pair", V(TWO "1:a//x 1:b//x 2:c//x"), V("123") },
	{ "even if a third patch is less similar", V(TWO "1:a//xy 1:b//xy 1:c//x 2:d//x"),
	  V("1233") },
	{ "a paired patch is not compared", V(TWO "1:a//x 1:b//x 2:a//z 2:d//x"), V("1212") },
	{ "only patches of the previous version", V("1<0=1! 2<0=2! 1:a/h/ 2:a/h/"), V("12") },
	{ "over three versions", V("1<0=1! 2<1=2! 3<2=3! 1:a/g/ 2:a/h/ 3:b/h/"), V("111") },
};

static void a_series_of_very_many_patches_has_no_pairs(void **state)
{
	const size_t count = CHAIN_PATCHES_MAX + 2;
	struct chain_patch *patches = arena_alloc(*state, count * sizeof(*patches));
	const struct chain_member members[] = { { .id = 1 }, { .id = 2, .previous_id = 1 } };

	assert_non_null(patches);
	for (size_t i = 0; i < count; i++)
		patches[i] = (struct chain_patch){ .id = (int32_t)i + 1,
						   .series_id = i + 1 < count ? 1 : 2,
						   .hash = VIEW("h") };
	chain_group(members, 2, patches, count);
	assert_int_equal(patches[count - 1].group, count - 1);
	/* One patch fewer is not too many. */
	patches[0].series_id = 0;
	chain_group(members, 2, patches, count);
	assert_int_equal(patches[count - 1].group, 1);
}

/* `x` for a patch that is superseded, `r` for another one that is replaced. */
static struct view superseded(struct arena *arena, struct view text)
{
	struct builder b = builder_init(arena);
	struct chain chain;

	read_chain(&chain, arena, text);
	for (size_t i = 0; i < chain.patch_count; i++)
		builder_byte(&b, chain.patches[i].is_superseded ? 'x'
				 : chain.patches[i].is_replaced ? 'r'
								: '-');
	return builder_view(&b);
}

static const struct check_case states[] = {
	{ "a later version", V("1<0=1! 2<1=2! 1:a// 1:b// 2:a//"), V("xx-") },
	{ "a later version that is not ready", V("1<0=1! 2<1=2 1:a// 2:a//"), V("--") },
	{ "a partial version", V("1<0=1! 2<1=1.1!? 1:a// 1:b// 2:a//"), V("x--") },
	{ "a partial version without these patches", V("1<0=1! 2<1=1.1!? 1:a// 1:b// 2:c//"),
	  V("---") },
	{ "the version between is not ready", V("1<0=1! 2<1=2 3<2=3! 1:a// 2:b// 3:c//"),
	  V("xx-") },
	{ "the same version, sent again", V("1<0=1! 2<1=1! 1:a// 2:a//"), V("x-") },
	{ "two series of one version, neither previous to the other",
	  V("1<0=1! 2<1=2! 3<1=2! 1:a// 2:a// 3:a//"), V("x--") },
	{ "a commit of the later version", V("1<0=1! 2<1=2 1:a// 1:b// 2:a//!"), V("r--") },
	{ "a commit of the older version", V("1<0=1! 2<1=2! 1:a//! 1:b// 2:a// 2:b//"), V("xxr-") },
	{ "commits of both versions", V("1<0=1! 2<1=2 1:a//! 2:a//!"), V("--") },
	{ "version 1 after an RFC", V("1<0=2! 2<1=1! 1:a// 2:a//"), V("x-") },
	{ "a higher version that was sent earlier", V("1<0=1! 2<1=3! 3<1=2! 1:a// 2:a// 3:a//"),
	  V("x--") },
};

RUN(EACH(groups, pairs), TEST(a_series_of_very_many_patches_has_no_pairs), EACH(superseded, states))
