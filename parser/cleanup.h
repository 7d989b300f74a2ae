/*
 * cleanup - freeing at the end of a scope
 *
 * `_cleanup_(arena_free_ptr) struct arena *arena = NULL;` frees the arena when the scope is left.
 * `*ret_arena = TAKE(arena)` hands ownership over.
 */
#ifndef PARSER_CLEANUP_H
#define PARSER_CLEANUP_H

#define _cleanup_(function) __attribute__((__cleanup__(function)))

/* The value of `pointer`, which is set to NULL. */
#define TAKE(pointer)                                  \
	__extension__({                                \
		__typeof__(pointer) taken = (pointer); \
		(pointer) = NULL;                      \
		taken;                                 \
	})

#endif
