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

/*
 * Move pages to a larger mapping, whose other pages are new.  After an error that mapping is left:
 * the kernel may have unmapped it, and another thread may have mapped something there.
 */
static void *grow(void *memory, size_t size, size_t new_size)
{
	void *larger = map(new_size), *moved;

	if (larger == NULL)
		return NULL;
	moved = mremap(memory, size, new_size, MREMAP_MAYMOVE | MREMAP_FIXED, larger);
	return moved != MAP_FAILED ? moved : NULL;
}

void *hugepage_resize(void *memory, size_t size, size_t new_size)
{
	size_t before = round_up(size), after = round_up(new_size);

	if (new_size > PTRDIFF_MAX)
		return NULL;
	if (memory == NULL)
		return map(after);
	if (after > before)
		return grow(memory, before, after);
	if (after < before)
		(void)munmap((char *)memory + after, before - after);
	return memory;
}

void hugepage_free(void *memory, size_t size)
{
	if (memory != NULL)
		(void)munmap(memory, round_up(size));
}

#endif
