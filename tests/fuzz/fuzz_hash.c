/* fuzz_hash - the hash of a diff, and the files in it; see parser/diff.h */
#include "tests/fuzz/fuzz.h"

#include "parser/diff.h"

/* The diff without CR and trimmed, as it is hashed. */
static struct view bare(struct arena *arena, struct view text)
{
	struct builder b = builder_init(arena);

	for (size_t i = 0; i < text.len; i++)
		if (text.ptr[i] != '\r')
			builder_byte(&b, text.ptr[i]);
	return text_trim(builder_view(&b));
}

/* The same diff with added CRs and with lines that are not hashed. */
static struct view disguised(struct arena *arena, struct view text)
{
	struct builder b = builder_init(arena);

	builder_byte(&b, '\r');
	for (size_t i = 0; i < text.len; i++) {
		builder_byte(&b, text.ptr[i]);
		if (text.ptr[i] == '\n')
			builder_add(&b, VIEW("\rindex 12..34\r\n\n\\ No newline\r\n"));
	}
	builder_add(&b, VIEW("\r \n\r"));
	return builder_view(&b);
}

static void check_hash(struct arena *arena, struct view diff)
{
	char hash[DIFF_HASH_CHARS + 1], other[DIFF_HASH_CHARS + 1];
	struct view text = bare(arena, diff);

	MUST(diff_hash(arena, diff, hash) == 0);
	MUST(strspn(hash, "0123456789abcdef") == DIFF_HASH_CHARS);
	MUST(hash[DIFF_HASH_CHARS] == '\0');
	MUST(diff_hash(arena, text, other) == 0);
	MUST(strcmp(hash, other) == 0);
	MUST(diff_hash(arena, disguised(arena, text), other) == 0);
	MUST(strcmp(hash, other) == 0);
}

static void check_files(struct view diff)
{
	struct view rest = diff, file;

	while (diff_next_file(&rest, &file)) {
		MUST(file.ptr != NULL);
		MUST(rest.len < diff.len);
		MUST(file.len == 0 ||
		     (file.ptr >= diff.ptr && file.ptr + file.len <= diff.ptr + diff.len));
		MUST(view_find(file, '\n', 0) == file.len);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_new(FUZZ_ARENA_BYTES_MAX);
	unsigned flaws = 0;
	struct view diff = text_repair(arena, fuzz_view(data, size), 0, &flaws);

	check_hash(arena, diff);
	check_files(diff);
	arena_free(arena);
	return 0;
}
