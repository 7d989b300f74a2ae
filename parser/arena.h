/*
 * arena - bump allocation under a ceiling; owns the memory of one message
 *
 * Decoded text and records of one message live in one arena and are freed together.  The ceiling
 * limits the memory that a sender can make the program allocate.  Failure is latched: after one
 * allocation was refused, every later one is refused too, and arena_error() returns the reason.  So
 * a function may build a whole result and check once at the end.
 */
#ifndef PARSER_ARENA_H
#define PARSER_ARENA_H

#include <stddef.h>

#include "parser/view.h"

struct arena;

/* An arena that allocates at most `ceiling_bytes`; NULL if memory is short. */
struct arena *arena_new(size_t ceiling_bytes);

/*
 * The same for an arena of many megabytes.  Allocations of up to 64 KiB are in huge pages
 * (hugepage.h).
 */
struct arena *arena_new_huge(size_t ceiling_bytes);
void arena_free(struct arena *arena);
void arena_free_ptr(struct arena **arena);

/*
 * Free all allocations and clear a latched error.  For further allocations 64 KiB are kept, or
 * 8 MiB in huge pages.
 */
void arena_reset(struct arena *arena);

/* After arena_reset(): free what was kept. */
void arena_trim(struct arena *arena);

/* `size` bytes, aligned for any type, zeroed; NULL once the arena has failed. */
void *arena_alloc(struct arena *arena, size_t size);

/*
 * Free a large allocation before the arena is freed; its bytes no longer count for the ceiling.
 * `ptr` must be the start of an allocation, copy or builder.  Nothing happens if the allocation
 * shares its block with others, or if it does not belong to the arena.
 */
void arena_release(struct arena *arena, const void *ptr);

/* A copy of `v` with a NUL after it; an absent view once the arena has failed. */
struct view arena_copy(struct arena *arena, struct view v);

/* Bytes allocated since the last reset. */
size_t arena_used(const struct arena *arena);

/* Latch `error`, which is not about memory, unless another error is latched already. */
void arena_fail(struct arena *arena, int error);

/* 0, FAULT_TOO_LARGE if the ceiling was reached, -ENOMEM, or the error given to arena_fail(). */
int arena_error(const struct arena *arena);

/*
 * A text that grows at its end, in an arena.
 *
 * Additions after a failure are dropped; arena_error() returns the failure.
 */
struct builder {
	struct arena *arena;
	char *ptr;
	size_t len;
	size_t capacity;
};

static inline struct builder builder_init(struct arena *arena)
{
	return (struct builder){ arena, NULL, 0, 0 };
}

/* Make room for `more` bytes at the end; false once the arena has failed. */
bool builder_reserve(struct builder *b, size_t more);
void builder_add(struct builder *b, struct view v);
void builder_byte(struct builder *b, char c);

/* The text built so far: never absent, valid until the builder grows again. */
struct view builder_view(const struct builder *b);

#endif
