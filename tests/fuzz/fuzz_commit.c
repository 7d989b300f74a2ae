/*
 * fuzz_commit - commits in the output of git log, and their messages; see commit_log.h and
 * parser/commit.h
 */
#include "tests/fuzz/fuzz.h"

#include "daemon/commits/commit_log.h"
#include "parser/commit.h"

#define NONCE "0123456789abcdef0123456789abcdef"

struct seen {
	struct arena *arena;
	uint64_t sum; /* over all fields of the records */
};

static void add(struct seen *seen, struct view v)
{
	seen->sum = seen->sum * 31 + view_hash(v) + v.len;
}

static int take(void *context, const struct commit_log_record *record)
{
	struct seen *seen = context;
	struct commit commit = { 0 };
	unsigned flaws = 0;
	struct address from;

	add(seen, record->id);
	add(seen, record->message);
	add(seen, record->diff);
	arena_reset(seen->arena);
	if (commit_read_message(seen->arena, text_repair(seen->arena, record->message, 0, &flaws),
				&commit) != 0)
		return 0;
	fuzz_must_be_text(commit.title);
	for (size_t i = 0; i < commit.msgid_count; i++)
		fuzz_must_be_column(commit.msgids[i]);
	(void)commit_in_body_from(seen->arena, commit.subject, &from);
	return 0;
}

/* The sum is the same, whatever pieces the bytes came in. */
static uint64_t sum_of(struct arena *arena, struct view bytes, size_t most)
{
	struct seen seen = { arena, 0 };
	struct commit_log *log = commit_log_new(NONCE, take, &seen);
	uint32_t seed = 1;
	int r = 0;

	while (r == 0 && bytes.len > 0) {
		size_t n = most > 0 ? fuzz_piece(&seed, most) : bytes.len;

		n = n < bytes.len ? n : bytes.len;
		r = commit_log_feed(log, view_head(bytes, n));
		bytes = view_skip(bytes, n);
	}
	if (r == 0)
		(void)commit_log_end(log);
	commit_log_free(log);
	return seen.sum;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct view bytes = fuzz_view(data, size);
	struct arena *arena = arena_new(FUZZ_ARENA_BYTES_MAX);

	MUST(sum_of(arena, bytes, 0) == sum_of(arena, bytes, 7));
	arena_free(arena);
	return 0;
}
