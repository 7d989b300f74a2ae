/*
 * fuzz - common functions of the harnesses
 *
 * Each harness is a LLVMFuzzerTestOneInput() of libFuzzer, which is given any bytes.  Besides
 * crashes, it detects a wrong result: MUST() states a property that every result has.
 */
#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "parser/arena.h"
#include "parser/text.h"

/* All inputs are small, so a harness that needs more memory than this has found a bug. */
#define FUZZ_ARENA_BYTES_MAX ((size_t)256 << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MUST(condition)                                                                       \
	do {                                                                                  \
		if (!(condition)) {                                                           \
			fprintf(stderr, "%s:%d: %s: does not hold: %s\n", __FILE__, __LINE__, \
				__func__, #condition);                                        \
			abort();                                                              \
		}                                                                             \
	} while (0)

static inline struct view fuzz_view(const uint8_t *data, size_t size)
{
	return view_of(size > 0 ? (const char *)data : "", size);
}

/* Take the text up to the first LF off *input. */
static inline struct view fuzz_take_line(struct view *input)
{
	size_t end = view_find(*input, '\n', 0);
	struct view line = view_head(*input, end);

	*input = view_skip(*input, end < input->len ? end + 1 : end);
	return line;
}

/* Text for the database is valid UTF-8 without NUL. */
static inline void fuzz_must_be_text(struct view v)
{
	MUST(text_valid_len(v) == v.len);
	MUST(v.len == 0 || memchr(v.ptr, '\0', v.len) == NULL);
}

static inline void fuzz_must_be_column(struct view v)
{
	fuzz_must_be_text(v);
	MUST(text_length(v) <= TEXT_COLUMN_CHARS);
}

static inline void fuzz_must_be_same(struct view a, struct view b)
{
	MUST(view_eq(a, b));
	MUST((a.ptr == NULL) == (b.ptr == NULL));
}

/* Lengths of pieces: numbers from 1 to `most`, the same for the same seed. */
static inline size_t fuzz_piece(uint32_t *seed, size_t most)
{
	*seed = *seed * 1664525 + 1013904223;
	return 1 + (*seed >> 8) % most;
}

#endif
