/* test_hugepage - memory in huge pages keeps its contents when its size changes */
#include "parser/hugepage.h"

#include <stdint.h>
#include <string.h>

#include "parser/sanitizer.h"
#include "tests/unit/check.h"

#define MIB ((size_t)1 << 20)

/* Write a different byte every 4 KiB, so that each page that is lost or moved alone is noticed. */
static void fill(char *memory, size_t from, size_t to)
{
	for (size_t at = from; at < to; at += 4096)
		memory[at] = (char)(at / 4096 % 251 + 1);
}

static void check(const char *memory, size_t size)
{
	for (size_t at = 0; at < size; at += 4096)
		assert_int_equal(memory[at], (char)(at / 4096 % 251 + 1));
}

/* Memory that is not aligned has no huge pages.  The address sanitizer's is malloc()'s. */
static void check_aligned(const char *memory)
{
	if (!HAS_ADDRESS_SANITIZER)
		assert_int_equal((uintptr_t)memory % HUGEPAGE_BYTES, 0);
}

static void new_memory_is_aligned(void **state)
{
	const size_t sizes[] = { 1, 2 * MIB, 2 * MIB + 1, 9 * MIB };

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		char *memory = hugepage_new(sizes[i]);

		assert_non_null(memory);
		check_aligned(memory);
		memset(memory, 'x', sizes[i]);
		hugepage_free(memory, sizes[i]);
	}
}

/* Another mapping right after the memory, if the kernel puts it there, does not stop it. */
static void memory_grows(void **state)
{
	char *memory = hugepage_resize(NULL, 0, MIB), *other = hugepage_new(MIB);

	(void)state;
	assert_non_null(memory);
	assert_non_null(other);
	memset(other, 'o', MIB);
	fill(memory, 0, MIB);
	for (size_t size = MIB; size < 64 * MIB; size *= 2) {
		memory = hugepage_resize(memory, size, size * 2);
		assert_non_null(memory);
		check_aligned(memory);
		fill(memory, size, size * 2);
		check(memory, size * 2);
	}
	assert_int_equal(other[0], 'o');
	assert_int_equal(other[MIB - 1], 'o');
	hugepage_free(memory, 64 * MIB);
	hugepage_free(other, MIB);
}

static void memory_shrinks(void **state)
{
	char *memory = hugepage_new(16 * MIB);

	(void)state;
	assert_non_null(memory);
	fill(memory, 0, 16 * MIB);
	memory = hugepage_resize(memory, 16 * MIB, 3 * MIB);
	assert_non_null(memory);
	check(memory, 3 * MIB);
	memory = hugepage_resize(memory, 3 * MIB, 16 * MIB);
	assert_non_null(memory);
	fill(memory, 3 * MIB, 16 * MIB);
	check(memory, 16 * MIB);
	hugepage_free(memory, 16 * MIB);
}

/* What cannot be mapped is not given, and what there was before is kept. */
static void short_memory_is_reported(void **state)
{
	char *memory = hugepage_new(MIB);

	(void)state;
	assert_non_null(memory);
	fill(memory, 0, MIB);
	if (!HAS_ADDRESS_SANITIZER) { /* it ends the program instead */
		assert_null(hugepage_new(SIZE_MAX));
		assert_null(hugepage_new(SIZE_MAX / 2));
		assert_null(hugepage_resize(memory, MIB, SIZE_MAX));
		assert_null(hugepage_resize(memory, MIB, SIZE_MAX / 2));
	}
	check(memory, MIB);
	hugepage_free(memory, MIB);
	hugepage_free(NULL, 0);
}

RUN(TEST(new_memory_is_aligned), TEST(memory_grows), TEST(memory_shrinks),
    TEST(short_memory_is_reported))
