/*
 * test_commit_match - the patch that became a commit, and the changes of that patch; see
 * parser/decide/commit_match.h
 */
#include "tests/unit/check.h"

#include "parser/decide/commit_match.h"

#define DAY 86400
#define NOW (INT64_C(20000) * DAY)
#define A   "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define B   "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"

/* A commit by Ada with the title `ring wrap` and the hash A. */
static struct commit commit_of(void)
{
	struct commit commit = {
		.author = { VIEW("Ada Byte"), VIEW("ada@x.org") },
		.author_date = NOW,
		.title = VIEW("ring wrap"),
		.hash = A,
	};

	return commit;
}

enum { ADA, ADA_ELSEWHERE, ADA_IN_BODY, BOB };

/* Differences from a patch by Bob of the same day, with another title and hash, version 1. */
struct candidate {
	enum commit_found found;
	int person;
	const char *title, *hash;
	int days; /* by which it is newer than the commit */
	int version;
};

struct match_case {
	const char *name;
	struct candidate candidates[3];
	int want; /* index of the expected patch, from 1; 0: none */
	enum commit_rule rule;
};

static const struct match_case matches[] = {
	{ "nothing", { { 0 } }, 0, COMMIT_UNMATCHED },
	{ "a trailer, although nothing else agrees",
	  { { FOUND_BY_ID, BOB, "x", B, 900, 1 } },
	  1,
	  COMMIT_TRAILER },
	{ "a thread with the title",
	  { { FOUND_BY_THREAD, BOB, "ring wrap", B, 0, 1 } },
	  1,
	  COMMIT_TRAILER },
	{ "a thread without the title",
	  { { FOUND_BY_THREAD, ADA, "ring", A, 0, 1 } },
	  0,
	  COMMIT_UNMATCHED },
	{ "a trailer has priority over a hash",
	  { { FOUND_BY_HASH, ADA, "ring wrap", A, 0, 9 }, { FOUND_BY_ID, BOB, "x", B, 0, 1 } },
	  2,
	  COMMIT_TRAILER },
	{ "of two patches in trailers, the one with the title",
	  { { FOUND_BY_ID, BOB, "x", B, 0, 9 }, { FOUND_BY_ID, BOB, "ring wrap", B, 0, 1 } },
	  2,
	  COMMIT_TRAILER },
	{ "a trailer to the wrong patch of the thread",
	  { { FOUND_BY_ID, ADA, "x", B, 0, 9 }, { FOUND_BY_THREAD, ADA, "ring wrap", B, 0, 1 } },
	  2,
	  COMMIT_TRAILER },
	{ "a hash, whatever author and date",
	  { { FOUND_BY_HASH, BOB, "x", A, 900, 1 } },
	  1,
	  COMMIT_HASH },
	{ "a key of another hash", { { FOUND_BY_HASH, ADA, "x", B, 0, 1 } }, 0, COMMIT_UNMATCHED },
	{ "a hash has priority over the title",
	  { { FOUND_BY_TITLE, ADA, "ring wrap", B, 0, 9 }, { FOUND_BY_HASH, BOB, "x", A, 0, 1 } },
	  2,
	  COMMIT_HASH },
	{ "of several patches with the hash, that of the author",
	  { { FOUND_BY_HASH, BOB, "x", A, 0, 9 }, { FOUND_BY_HASH, ADA, "x", A, -9, 1 } },
	  2,
	  COMMIT_HASH },
	{ "then the latest version",
	  { { FOUND_BY_HASH, ADA, "x", A, 9, 2 }, { FOUND_BY_HASH, ADA, "x", A, 0, 3 } },
	  2,
	  COMMIT_HASH },
	{ "then the latest",
	  { { FOUND_BY_HASH, ADA, "x", A, 9, 2 }, { FOUND_BY_HASH, ADA, "x", A, 0, 2 } },
	  1,
	  COMMIT_HASH },
	{ "then the one stored last",
	  { { FOUND_BY_HASH, ADA, "x", A, 0, 2 }, { FOUND_BY_HASH, ADA, "x", A, 0, 2 } },
	  2,
	  COMMIT_HASH },
	{ "author and title", { { FOUND_BY_TITLE, ADA, "ring wrap", B, 0, 1 } }, 1, COMMIT_AUTHOR },
	{ "author by name",
	  { { FOUND_BY_TITLE, ADA_ELSEWHERE, "ring wrap", B, 0, 1 } },
	  1,
	  COMMIT_AUTHOR },
	{ "author in the text",
	  { { FOUND_BY_TITLE, ADA_IN_BODY, "ring wrap", B, 0, 1 } },
	  1,
	  COMMIT_AUTHOR },
	{ "another author",
	  { { FOUND_BY_TITLE, BOB, "ring wrap", B, 0, 1 } },
	  0,
	  COMMIT_UNMATCHED },
	{ "a key of another title",
	  { { FOUND_BY_TITLE, ADA, "ring", B, 0, 1 } },
	  0,
	  COMMIT_UNMATCHED },
	{ "400 days older",
	  { { FOUND_BY_TITLE, ADA, "ring wrap", B, -400, 1 } },
	  1,
	  COMMIT_AUTHOR },
	{ "401 days older",
	  { { FOUND_BY_TITLE, ADA, "ring wrap", B, -401, 1 } },
	  0,
	  COMMIT_UNMATCHED },
	{ "a day newer", { { FOUND_BY_TITLE, ADA, "ring wrap", B, 1, 1 } }, 0, COMMIT_UNMATCHED },
	{ "a version that is newer than the commit",
	  { { FOUND_BY_TITLE, ADA, "ring wrap", B, -9, 1 },
	    { FOUND_BY_TITLE, ADA, "ring wrap", B, -5, 2 },
	    { FOUND_BY_TITLE, ADA, "ring wrap", B, 5, 3 } },
	  2,
	  COMMIT_AUTHOR },
};

static struct commit_patch patch_of(const struct candidate *candidate, int32_t id)
{
	static const struct address people[] = {
		[ADA] = { V("A. Byte"), V("ADA@x.org") },
		[ADA_ELSEWHERE] = { V("ada byte "), V("ada@elsewhere.org") },
		[ADA_IN_BODY] = { V("Bob"), V("bob@x.org") },
		[BOB] = { V("Bob"), V("bob@x.org") },
	};

	return (struct commit_patch){
		.id = id,
		.title = view_str(candidate->title),
		.hash = view_str(candidate->hash),
		.submitter = people[candidate->person],
		.has_from = candidate->person == ADA_IN_BODY,
		.from = people[candidate->person == ADA_IN_BODY ? ADA : BOB],
		.date = NOW + (int64_t)candidate->days * DAY,
		.version = candidate->version,
	};
}

static void matching(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(matches); i++) {
		const struct match_case *c = &matches[i];
		struct commit commit = commit_of();
		struct commit_patch patches[3];
		struct commit_candidate candidates[3];
		const struct commit_patch *got;
		enum commit_rule rule;
		size_t count = 0;

		for (; count < 3 && c->candidates[count].title != NULL; count++) {
			patches[count] = patch_of(&c->candidates[count], (int32_t)count + 1);
			candidates[count] = (struct commit_candidate){ &patches[count],
								       c->candidates[count].found };
		}
		got = commit_match(&commit, candidates, count, &rule);
		check_number(c->name, "patch", got != NULL ? (size_t)got->id : 0, (size_t)c->want);
		check_number(c->name, "rule", rule, c->rule);
	}
}

static void a_commit_without_title_or_hash(void **state)
{
	static const struct candidate empty[] = { { FOUND_BY_TITLE, ADA, "", "", 0, 1 },
						  { FOUND_BY_HASH, ADA, "", "x", 0, 1 } };
	struct commit commit = commit_of();
	struct commit_patch patches[2];
	struct commit_candidate candidates[2];
	enum commit_rule rule;

	(void)state;
	commit.title = VIEW("");
	commit.hash[0] = '\0';
	for (size_t i = 0; i < 2; i++) {
		patches[i] = patch_of(&empty[i], (int32_t)i + 1);
		candidates[i] = (struct commit_candidate){ &patches[i], empty[i].found };
	}
	assert_null(commit_match(&commit, candidates, 2, &rule));
}

enum { NEW = 1, ACCEPTED, REJECTED };

static const struct {
	const char *name;
	int32_t state_id;
	bool is_open;
	const char *commit_ref;
	bool is_forced;
	unsigned want;
} changes[] = {
	{ "new", NEW, true, NULL, false, COMMIT_SETS_STATE | COMMIT_SETS_REF },
	{ "new, with an empty commit", NEW, true, "", false, COMMIT_SETS_STATE | COMMIT_SETS_REF },
	{ "without a state", 0, false, NULL, false, COMMIT_SETS_STATE | COMMIT_SETS_REF },
	{ "accepted by hand", ACCEPTED, false, NULL, false, COMMIT_SETS_REF },
	{ "rejected", REJECTED, false, NULL, false, COMMIT_SETS_REF },
	{ "rejected, forced", REJECTED, false, NULL, true, COMMIT_SETS_STATE | COMMIT_SETS_REF },
	{ "done", ACCEPTED, false, A, false, 0 },
	{ "reset by a user", NEW, true, A, false, 0 },
	{ "reset, forced", NEW, true, A, true, COMMIT_SETS_STATE },
	{ "done, forced", ACCEPTED, false, A, true, 0 },
};

static void changing(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(changes); i++) {
		struct commit_patch patch = { .state_id = changes[i].state_id,
					      .is_open = changes[i].is_open,
					      .commit_ref = view_str(changes[i].commit_ref) };

		check_number(changes[i].name, "changes",
			     commit_changes(&patch, ACCEPTED, changes[i].is_forced),
			     changes[i].want);
	}
}

RUN(TEST(matching), TEST(a_commit_without_title_or_hash), TEST(changing))
