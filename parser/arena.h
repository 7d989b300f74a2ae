/*
 * arena - bump allocation under a ceiling; owns one message's memory
 *
 * Decoded text and records of one message live in one arena and go together.  The ceiling
 * bounds what a sender can make us allocate.  Failure is latched: once an allocation was
 * refused, every later one is, and arena_error() says why.  So a function may build a whole
 * result and check once at the end.
 */
#ifndef PARSER_ARENA_H
#define PARSER_ARENA_H

#include <stddef.h>

#include "parser/view.h"

struct arena;

/* An arena that hands out at most `ceiling_bytes`; NULL when memory is short. */
struct arena *arena_new(size_t ceiling_bytes);
void arena_free(struct arena *arena);
void arena_free_ptr(struct arena **arena);

/* Forget all that was allocated, and any latched error; keeps one block for reuse. */
void arena_reset(struct arena *arena);

/* `size` bytes, aligned for any type, zeroed; NULL once the arena has failed. */
void *arena_alloc(struct arena *arena, size_t size);

/*
 * Give a large allocation back before the arena goes: what it takes is free again, for the system
 * and below the ceiling.  `ptr` is what an allocation, copy or builder began with; one that shares
 * its block with others stays where it is, and so does what is none of the arena's.
 */
void arena_release(struct arena *arena, const void *ptr);

/* A copy of `v` with a NUL behind it; the absent view once the arena has failed. */
struct view arena_copy(struct arena *arena, struct view v);

/* Bytes handed out since the last reset. */
size_t arena_used(const struct arena *arena);

/* Fail for a reason that is not memory: `error` is what arena_error() says, unless it failed before. */
void arena_fail(struct arena *arena, int error);

/* 0, FAULT_TOO_LARGE when the ceiling was reached, -ENOMEM, or what arena_fail() was given. */
int arena_error(const struct arena *arena);

/*
 * A text that grows at its end, in an arena.
 *
 * Additions after a failure are dropped; arena_error() tells.
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

/* Make room for `more` bytes behind what is there; false once the arena has failed. */
bool builder_reserve(struct builder *b, size_t more);
void builder_add(struct builder *b, struct view v);
void builder_byte(struct builder *b, char c);

/* What was built so far: never absent, valid until the builder grows again. */
struct view builder_view(const struct builder *b);

#endif
