/* test_arena - allocation under a ceiling, and texts that grow; see parser/arena.h */
#include "tests/unit/check.h"

#include <errno.h>
#include <stdalign.h>

#include "parser/sanitizer.h"

#define CEILING ((size_t)1 << 20)

/* Otherwise the address sanitizer ends the program when memory is short. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
	return "allocator_may_return_null=1";
}

static void memory_is_zeroed_and_aligned(void **state)
{
	static const size_t sizes[] = { 1, 0, 7, 17, 4096, 65536, 65537, 300000, 1 };
	static const char zeros[300000];

	for (size_t i = 0; i < 2 * COUNT(sizes); i++) {
		size_t size = sizes[i % COUNT(sizes)], before = arena_used(*state);
		char *ptr = arena_alloc(*state, size);

		assert_non_null(ptr);
		assert_int_equal((uintptr_t)ptr % alignof(max_align_t), 0);
		assert_memory_equal(ptr, zeros, size);
		assert_true(arena_used(*state) - before >= size);
		memset(ptr, 'x', size);
		if (i + 1 == COUNT(sizes))
			arena_reset(*state);
	}
	arena_reset(*state);
	assert_int_equal(arena_used(*state), 0);
}

static void copies_end_in_nul_and_do_not_move(void **state)
{
	static const struct view texts[] = { V("text"), V("a\0b"), V(""), ABSENT };
	struct view copies[20000];

	for (size_t i = 0; i < COUNT(copies); i++)
		copies[i] = arena_copy(*state, texts[i % COUNT(texts)]);
	for (size_t i = 0; i < COUNT(copies); i++) {
		assert_non_null(copies[i].ptr);
		assert_true(view_eq(copies[i], texts[i % COUNT(texts)]));
		assert_int_equal(copies[i].ptr[copies[i].len], '\0');
	}
}

static const struct {
	const char *name;
	size_t ceiling, first, second;
	int error;
} allocations[] = {
	{ "all memory", CEILING, CEILING, 0, 0 },
	{ "all memory in two parts", CEILING, CEILING / 2, CEILING / 2, 0 },
	{ "one byte too many", CEILING, CEILING, 1, FAULT_TOO_LARGE },
	{ "the largest size", CEILING, 1, SIZE_MAX, FAULT_TOO_LARGE },
	{ "the largest size minus ten", CEILING, 1, SIZE_MAX - 10, FAULT_TOO_LARGE },
	{ "more than the system has", SIZE_MAX, 1, SIZE_MAX / 4, -ENOMEM },
};

static void the_first_error_is_kept(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(allocations); i++) {
		struct arena *arena = arena_new(allocations[i].ceiling);
		const char *name = allocations[i].name;
		bool ok = allocations[i].error == 0;

		assert_non_null(arena_alloc(arena, allocations[i].first));
		check_number(name, "allocated", arena_alloc(arena, allocations[i].second) != NULL,
			     ok || allocations[i].second == 0);
		check_number(name, "a byte more", arena_alloc(arena, 1) != NULL, false);
		check_number(name, "a copy", arena_copy(arena, VIEW("a")).ptr != NULL, false);
		check_number(name, "error", (size_t)arena_error(arena),
			     (size_t)(ok ? FAULT_TOO_LARGE : allocations[i].error));
		arena_reset(arena);
		check_number(name, "error after reset", (size_t)arena_error(arena), 0);
		arena_free_ptr(&arena);
	}
	arena_free(NULL);
}

/* Two builders grow in turn, so that they have to move. */
static void builders_keep_their_text(void **state)
{
	struct builder b = builder_init(*state), other = builder_init(*state);
	struct view built, piece = VIEW("a\0b\n");

	check_view("nothing added", builder_view(&b), VIEW(""));
	builder_add(&b, (struct view){ NULL, 0 });
	for (size_t i = 0; i < 120000; i++) {
		builder_byte(&b, piece.ptr[i % piece.len]);
		if (i % 4000 == 0)
			builder_add(&other, piece);
	}
	assert_int_equal(builder_view(&b).len, 120000);
	for (size_t i = 0; i < 120000; i++)
		assert_int_equal(builder_view(&b).ptr[i], piece.ptr[i % piece.len]);
	check_view("built meanwhile", builder_view(&other), repeated(*state, piece, 30));
	assert_true(builder_reserve(&b, 100000));
	built = builder_view(&b);
	builder_add(&b, repeated(*state, piece, 25000));
	assert_ptr_equal(builder_view(&b).ptr, built.ptr);
}

static void builders_drop_text_beyond_the_ceiling(void **state)
{
	struct arena *arena = arena_new(CEILING);
	struct builder b = builder_init(arena);

	(void)state;
	builder_byte(&b, 'a');
	assert_false(builder_reserve(&b, SIZE_MAX));
	builder_byte(&b, 'b');
	assert_int_equal(arena_error(arena), FAULT_TOO_LARGE);
	assert_int_equal(builder_view(&b).ptr[0], 'a');
	arena_free(arena);
}

/*
 * Three megabytes in pieces, twice: the second ones are in the memory of the first, which still has
 * their text.  Under the address sanitizer no memory is used twice.
 */
static void huge_pages_are_used_again(void **state)
{
	struct arena *arena = arena_new_huge((size_t)256 << 20);

	(void)state;
	for (size_t i = 0; i < 3 << 10; i++)
		memset(arena_alloc(arena, 1024), 'x', 1024);
	arena_reset(arena);
	for (size_t i = 0; i < 3 << 10; i++) {
		struct builder b = builder_init(arena);

		assert_true(builder_reserve(&b, 1024));
		if (!HAS_ADDRESS_SANITIZER)
			assert_int_equal(b.ptr[512], 'x');
	}
	arena_free(arena);
}

/* A large allocation between small ones does not use up the memory that they share. */
static void small_allocations_stay_together(void **state)
{
	struct arena *arena = arena_new_huge((size_t)256 << 20);
	const char *first = arena_alloc(arena, 16), *large = arena_alloc(arena, 300000), *second;

	(void)state;
	second = arena_alloc(arena, 16);
	if (!HAS_ADDRESS_SANITIZER)
		assert_ptr_equal(second, first + 16);
	arena_release(arena, second);
	assert_true(arena_used(arena) > 300000);
	arena_release(arena, large);
	assert_true(arena_used(arena) < 300000);
	arena_free(arena);
}

RUN(TEST(memory_is_zeroed_and_aligned), TEST(huge_pages_are_used_again),
    TEST(small_allocations_stay_together), TEST(copies_end_in_nul_and_do_not_move),
    TEST(the_first_error_is_kept), TEST(builders_keep_their_text),
    TEST(builders_drop_text_beyond_the_ceiling))
