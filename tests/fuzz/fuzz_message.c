/* fuzz_message - a raw mail as a submission; see parser/submission.h */
#include "tests/fuzz/fuzz.h"

#include "parser/fault.h"
#include "parser/msgid.h"
#include "parser/stored.h"
#include "parser/submission.h"

static void check_opened(const struct submission *s)
{
	MUST(s->list_id_count <= SUBMISSION_LIST_IDS_MAX);
	for (size_t i = 0; i < s->list_id_count; i++)
		fuzz_must_be_text(s->list_ids[i]);
	fuzz_must_be_column(s->msgid);
	fuzz_must_be_text(s->subject_text);
}

static void check_kind(const struct submission *s)
{
	bool is_nothing = s->diff.len == 0 && s->content.len == 0;

	MUST((s->kind == SUBMISSION_EMPTY) == is_nothing);
	MUST(s->kind != SUBMISSION_PATCH || !s->subject.is_reply);
	MUST(s->kind != SUBMISSION_PATCH || s->diff.len > 0 || s->pull_url.ptr != NULL);
	MUST(s->kind != SUBMISSION_COVER || s->subject.number == 0);
	MUST((s->diff.ptr != NULL) == (s->diff.len > 0));
	MUST(strlen(s->hash) == (s->diff.ptr != NULL ? DIFF_HASH_CHARS : 0));
}

static void check_read(const struct submission *s)
{
	const struct view columns[] = { s->sender.name, s->sender.email, s->name, s->pull_url };
	const struct view texts[] = { s->stored_headers, s->content, s->diff, s->state,
				      s->delegate };

	for (size_t i = 0; i < sizeof(columns) / sizeof(*columns); i++)
		fuzz_must_be_column(columns[i]);
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		fuzz_must_be_text(texts[i]);
	MUST(s->reference_count <= MSGID_REFERENCES_MAX);
	for (size_t i = 0; i < s->reference_count; i++)
		fuzz_must_be_column(s->references[i]);
	MUST(s->depends_count <= SUBMISSION_DEPENDS_MAX);
	MUST(view_eq(text_trim(s->content), s->content));
	check_kind(s);
}

/* Components are computed from the stored headers, which must have the same references. */
static void check_stored(struct arena *arena, const struct submission *s)
{
	const struct view *references;
	size_t count;
	int r = stored_references(arena, s->stored_headers, &references, &count);

	/* Each invalid byte becomes three bytes, so stored headers may exceed the limit. */
	if (r == FAULT_HEADERS_TOO_LARGE)
		return;
	MUST(r == 0);
	MUST(count == s->reference_count);
	for (size_t i = 0; i < count; i++)
		fuzz_must_be_same(references[i], s->references[i]);
}

/* The project determines name and sender, and nothing else. */
static void check_project(struct arena *arena, struct view raw, const struct submission *s)
{
	struct submission other;

	MUST(submission_open(arena, raw, &other) == 0);
	if (submission_read(arena, &other, VIEW("ltp"), VIEW("list@x.org")) != 0)
		return;
	check_read(&other);
	MUST(other.kind == s->kind);
	fuzz_must_be_same(other.content, s->content);
	fuzz_must_be_same(other.diff, s->diff);
	fuzz_must_be_same(other.msgid, s->msgid);
	fuzz_must_be_same(other.stored_headers, s->stored_headers);
	MUST(strcmp(other.hash, s->hash) == 0);
}

static void check(struct arena *arena, struct view raw)
{
	struct submission s;
	int r = submission_open(arena, raw, &s);

	MUST(r >= 0);
	MUST(r != FAULT_TOO_LARGE);
	check_opened(&s);
	if (r != 0 || s.is_ignored)
		return;
	MUST(s.msgid.len > 0);
	r = submission_read(arena, &s, VIEW(""), VIEW(""));
	MUST(r == 0 || r == FAULT_BAD_SENDER || r == FAULT_NO_FROM);
	if (r != 0)
		return;
	check_read(&s);
	check_stored(arena, &s);
	check_project(arena, raw, &s);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_new(FUZZ_ARENA_BYTES_MAX);

	check(arena, fuzz_view(data, size));
	arena_free(arena);
	return 0;
}
