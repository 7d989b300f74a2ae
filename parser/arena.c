/* arena - bump allocation under a ceiling; see arena.h */
#include "parser/arena.h"

#include <errno.h>
#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "parser/fault.h"

/*
 * Under the address sanitizer each allocation is a block of its own and exactly as large as
 * requested, so that the sanitizer finds an access beyond its end.
 */
#ifndef __has_feature
#define __has_feature(feature) 0
#endif
#if defined(__SANITIZE_ADDRESS__) || __has_feature(address_sanitizer)
#define BLOCK_BYTES    ((size_t)1)
#define ALIGNMENT      ((size_t)1)
#define HAS_OWN_BLOCKS true
#else
#define BLOCK_BYTES    ((size_t)64 << 10)
#define ALIGNMENT      alignof(max_align_t)
#define HAS_OWN_BLOCKS false
#endif

struct block {
	struct block *next;
	size_t size;
	size_t used;
	alignas(max_align_t) char bytes[];
};

struct arena {
	struct block *blocks; /* the newest first; the oldest survives a reset */
	size_t ceiling;
	size_t used;
	int error;
};

static void free_blocks(struct block *block)
{
	while (block != NULL) {
		struct block *next = block->next;

		free(block);
		block = next;
	}
}

/*
 * Have the kernel map the pages of a block, which takes less time than a page fault for each one.
 * An error, for example before Linux 5.14, only means that page faults map them.
 */
static void populate(const struct block *block)
{
	uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
	uintptr_t start = ((uintptr_t)block->bytes + page - 1) & ~(page - 1);
	uintptr_t end = (uintptr_t)(block->bytes + block->size) & ~(page - 1);

	if (start < end)
		(void)madvise((void *)start, end - start, MADV_POPULATE_WRITE);
}

static struct block *new_block(struct arena *arena, size_t size)
{
	struct block *block;

	if (size < BLOCK_BYTES)
		size = BLOCK_BYTES;
	block = malloc(sizeof(*block) + size);
	if (block == NULL)
		return NULL;
	block->next = arena->blocks;
	block->size = size;
	block->used = 0;
	arena->blocks = block;
	/* Most larger blocks are not used up. */
	if (size == BLOCK_BYTES)
		populate(block);
	return block;
}

/* Allocate `size` bytes, not zeroed.  Only this function checks ceiling and memory. */
static void *take(struct arena *arena, size_t size)
{
	struct block *block = arena->blocks;
	void *ptr;

	if (arena->error != 0)
		return NULL;
	if (size > arena->ceiling - arena->used) {
		arena->error = FAULT_TOO_LARGE;
		return NULL;
	}
	size = (size + ALIGNMENT - 1) & ~(ALIGNMENT - 1);
	if (size > arena->ceiling - arena->used) {
		arena->error = FAULT_TOO_LARGE;
		return NULL;
	}
	if (HAS_OWN_BLOCKS || block == NULL || block->size - block->used < size)
		block = new_block(arena, size);
	if (block == NULL) {
		arena->error = -ENOMEM;
		return NULL;
	}
	ptr = block->bytes + block->used;
	block->used += size;
	arena->used += size;
	return ptr;
}

struct arena *arena_new(size_t ceiling_bytes)
{
	struct arena *arena = calloc(1, sizeof(*arena));

	if (arena != NULL)
		arena->ceiling = ceiling_bytes;
	return arena;
}

void arena_free(struct arena *arena)
{
	if (arena == NULL)
		return;
	free_blocks(arena->blocks);
	free(arena);
}

void arena_free_ptr(struct arena **arena)
{
	arena_free(*arena);
}

void arena_reset(struct arena *arena)
{
	struct block *last = arena->blocks;

	while (last != NULL && last->next != NULL) {
		struct block *next = last->next;

		free(last);
		last = next;
	}
	if (last != NULL && last->size > BLOCK_BYTES) {
		free(last);
		last = NULL;
	}
	if (last != NULL)
		last->used = 0;
	arena->blocks = last;
	arena->used = 0;
	arena->error = 0;
}

void *arena_alloc(struct arena *arena, size_t size)
{
	void *ptr = take(arena, size);

	if (ptr != NULL)
		memset(ptr, 0, size);
	return ptr;
}

/* A block that is larger than usual contains one allocation. */
void arena_release(struct arena *arena, const void *ptr)
{
	struct block **at = &arena->blocks, *block;

	while (*at != NULL && (*at)->bytes != ptr)
		at = &(*at)->next;
	block = *at;
	if (block == NULL || block->size <= BLOCK_BYTES)
		return;
	*at = block->next;
	arena->used -= block->used;
	free(block);
}

struct view arena_copy(struct arena *arena, struct view v)
{
	char *ptr = take(arena, v.len + 1);

	if (ptr == NULL)
		return (struct view){ NULL, 0 };
	if (v.len > 0)
		memcpy(ptr, v.ptr, v.len);
	ptr[v.len] = '\0';
	return view_of(ptr, v.len);
}

size_t arena_used(const struct arena *arena)
{
	return arena->used;
}

void arena_fail(struct arena *arena, int error)
{
	if (arena->error == 0)
		arena->error = error;
}

int arena_error(const struct arena *arena)
{
	return arena->error;
}

/* Extend the builder's memory in place if nothing was allocated after it. */
static bool extend(struct builder *b, size_t capacity)
{
	struct arena *arena = b->arena;
	struct block *block = arena->blocks;
	size_t more = capacity - b->capacity;

	if (b->ptr == NULL || b->ptr + b->capacity != block->bytes + block->used)
		return false;
	if (more > block->size - block->used || more > arena->ceiling - arena->used)
		return false;
	block->used += more;
	arena->used += more;
	b->capacity = capacity;
	return true;
}

bool builder_reserve(struct builder *b, size_t more)
{
	size_t capacity = b->capacity < 256 ? 256 : b->capacity * 2;
	size_t before = b->capacity;
	char *ptr;

	if (more <= b->capacity - b->len)
		return true;
	if (more > b->arena->ceiling)
		return take(b->arena, more) != NULL; /* never: this latches the error */
	if (capacity < b->len + more)
		capacity = b->len + more;
	capacity = (capacity + ALIGNMENT - 1) & ~(ALIGNMENT - 1);
	if (b->arena->error != 0)
		return false;
	if (extend(b, capacity))
		return true;
	ptr = take(b->arena, capacity);
	if (ptr == NULL)
		return false;
	if (b->len > 0)
		memcpy(ptr, b->ptr, b->len);
	if (before > BLOCK_BYTES)
		arena_release(b->arena, b->ptr);
	b->ptr = ptr;
	b->capacity = capacity;
	return true;
}

void builder_add(struct builder *b, struct view v)
{
	if (v.len == 0 || !builder_reserve(b, v.len))
		return;
	memcpy(b->ptr + b->len, v.ptr, v.len);
	b->len += v.len;
}

void builder_byte(struct builder *b, char c)
{
	builder_add(b, view_of(&c, 1));
}

struct view builder_view(const struct builder *b)
{
	return b->ptr != NULL ? view_of(b->ptr, b->len) : VIEW("");
}
