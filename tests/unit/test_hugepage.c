/* test_hugepage - memory in huge pages keeps its contents when its size changes */
#include "parser/hugepage.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

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

/* The address space of this process; 0 under the address sanitizer, which maps what it likes. */
static size_t mapped_bytes(void)
{
	FILE *file = fopen("/proc/self/statm", "re");
	size_t pages;

	assert_non_null(file);
	assert_int_equal(fscanf(file, "%zu", &pages), 1);
	(void)fclose(file);
	return HAS_ADDRESS_SANITIZER ? 0 : pages * (size_t)sysconf(_SC_PAGESIZE);
}

/* Whether the mapping at `memory` is marked for huge pages: `hg` in the VmFlags of proc(5). */
static bool is_marked(const char *memory)
{
	FILE *file = fopen("/proc/self/smaps", "re");
	uintptr_t from, to;
	bool is_here = false, is_marked = false;
	char line[512];

	assert_non_null(file);
	while (fgets(line, sizeof(line), file) != NULL) {
		if (sscanf(line, "%" SCNxPTR "-%" SCNxPTR " ", &from, &to) == 2)
			is_here = from <= (uintptr_t)memory && (uintptr_t)memory < to;
		else if (is_here && strncmp(line, "VmFlags:", 8) == 0)
			is_marked = strstr(line, " hg") != NULL;
	}
	(void)fclose(file);
	return is_marked;
}

static void new_memory_is_aligned(void **state)
{
	const size_t sizes[] = { 1, 2 * MIB, 2 * MIB + 1, 9 * MIB };
	bool has_huge_pages = access("/sys/kernel/mm/transparent_hugepage", F_OK) == 0;

	(void)state;
	for (size_t i = 0; i < COUNT(sizes); i++) {
		char *memory = hugepage_new(sizes[i]);

		assert_non_null(memory);
		check_aligned(memory);
		if (has_huge_pages && !HAS_ADDRESS_SANITIZER)
			assert_true(is_marked(memory));
		memset(memory, 'x', sizes[i]);
		hugepage_free(memory, sizes[i]);
	}
}

static void no_more_is_mapped_than_needed(void **state)
{
	size_t before = mapped_bytes();
	char *memory = hugepage_new(33 * MIB);

	(void)state;
	assert_non_null(memory);
	assert_in_range(mapped_bytes() - before, 0, 34 * MIB + MIB);
	memory = hugepage_resize(memory, 33 * MIB, 15 * MIB);
	assert_non_null(memory);
	assert_in_range(mapped_bytes() - before, 0, 16 * MIB + MIB);
	hugepage_free(memory, 15 * MIB);
	assert_in_range(mapped_bytes() - before, 0, MIB);
}

/* The kernel maps downwards, so the other memory is in the way of growing in place. */
static void memory_grows(void **state)
{
	char *other = hugepage_new(MIB), *memory = hugepage_resize(NULL, 0, MIB);

	(void)state;
	assert_non_null(memory);
	assert_non_null(other);
	memset(other, 'o', MIB);
	fill(memory, 0, MIB);
	for (size_t size = MIB; size < 64 * MIB; size *= 2) {
		memory = hugepage_resize(memory, size, size * 2);
		assert_non_null(memory);
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

RUN(TEST(new_memory_is_aligned), TEST(no_more_is_mapped_than_needed), TEST(memory_grows),
    TEST(memory_shrinks), TEST(short_memory_is_reported))
