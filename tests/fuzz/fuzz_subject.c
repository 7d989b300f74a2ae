/* fuzz_subject - a link name, LF, a raw Subject value; see parser/subject.h, parser/header.h */
#include "tests/fuzz/fuzz.h"

#include "parser/header.h"
#include "parser/subject.h"

static void check_prefixes(const struct subject *s)
{
	MUST(s->prefix_count <= SUBJECT_PREFIXES_MAX);
	for (size_t i = 0; i < s->prefix_count; i++)
		MUST(s->prefixes[i].len > 0);
	if (s->prefix_count == 0)
		fuzz_must_be_same(s->name, s->title);
}

static void check(struct arena *arena, struct view input)
{
	unsigned flaws = 0;
	struct view link_name = text_repair(arena, fuzz_take_line(&input), 0, &flaws);
	struct view text = header_text(arena, input, &flaws);
	struct subject s;

	fuzz_must_be_text(text);
	fuzz_must_be_same(text_fold(arena, text), text);
	MUST(subject_read(arena, text, link_name, &s, &flaws) == 0);
	fuzz_must_be_text(s.name);
	fuzz_must_be_text(s.title);
	MUST(view_ends(s.name, s.title));
	MUST(!(s.is_reply && s.is_forwarded));
	MUST(s.version >= 0);
	if (s.has_marker)
		MUST(s.number >= 0 && s.number <= SUBJECT_NUMBER_MAX && s.total >= 0);
	else
		MUST(s.number == 0 && s.total == 0);
	check_prefixes(&s);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_new(FUZZ_ARENA_BYTES_MAX);

	check(arena, fuzz_view(data, size));
	arena_free(arena);
	return 0;
}
