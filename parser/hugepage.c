/* hugepage - memory in huge pages; see hugepage.h */
#define _GNU_SOURCE /* mremap() */
#include "parser/hugepage.h"

#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "parser/sanitizer.h"

#if HAS_ADDRESS_SANITIZER

void *hugepage_new(size_t size)
{
	return malloc(size);
}

void *hugepage_resize(void *memory, size_t size, size_t new_size)
{
	(void)size;
	return realloc(memory, new_size);
}

void hugepage_free(void *memory, size_t size)
{
	(void)size;
	free(memory);
}

#else

static size_t round_up(size_t size)
{
	return (size + HUGEPAGE_BYTES - 1) & ~(HUGEPAGE_BYTES - 1);
}

/*
 * Map huge pages of `size` bytes in all.  They have to be aligned, so more is mapped and the rest
 * unmapped.  malloc() would keep the memory before the alignment.
 */
static void *map(size_t size)
{
	char *mapped, *memory;
	size_t before;

	mapped = mmap(NULL, size + HUGEPAGE_BYTES, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (mapped == MAP_FAILED)
		return NULL;
	before = -(uintptr_t)mapped % HUGEPAGE_BYTES;
	memory = mapped + before;
	if (before > 0)
		(void)munmap(mapped, before);
	(void)munmap(memory + size, HUGEPAGE_BYTES - before);
	(void)madvise(memory, size, MADV_HUGEPAGE);
	return memory;
}

void *hugepage_new(size_t size)
{
	return size <= PTRDIFF_MAX ? map(round_up(size)) : NULL;
}

void *hugepage_resize(void *memory, size_t size, size_t new_size)
{
	size_t before = round_up(size), after = round_up(new_size);
	void *moved;

	if (new_size > PTRDIFF_MAX)
		return NULL;
	if (memory == NULL)
		return map(after);
	if (after == before)
		return memory;
	moved = mremap(memory, before, after, MREMAP_MAYMOVE);
	return moved != MAP_FAILED ? moved : NULL;
}

void hugepage_free(void *memory, size_t size)
{
	if (memory != NULL)
		(void)munmap(memory, round_up(size));
}

#endif
