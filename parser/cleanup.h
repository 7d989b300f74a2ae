/*
 * cleanup - release by scope
 *
 * `_cleanup_(arena_free_ptr) struct arena *arena = NULL;` frees when the scope is left.  Hand
 * ownership over with `*ret_arena = TAKE(arena)`.
 */
#ifndef PARSER_CLEANUP_H
#define PARSER_CLEANUP_H

#define _cleanup_(function) __attribute__((__cleanup__(function)))

/* The value of `pointer`, which is NULL from then on. */
#define TAKE(pointer)                                  \
	__extension__({                                \
		__typeof__(pointer) taken = (pointer); \
		(pointer) = NULL;                      \
		taken;                                 \
	})

#endif
