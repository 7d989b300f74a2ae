/* arena - bump allocation under a ceiling; see arena.h */
#include "parser/arena.h"

#include <errno.h>
#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "parser/fault.h"
#include "parser/hugepage.h"
#include "parser/sanitizer.h"

/*
 * Under the address sanitizer each allocation is a block of its own and exactly as large as
 * requested, so that the sanitizer finds an access beyond its end.
 */
#if HAS_ADDRESS_SANITIZER
#define BLOCK_BYTES    ((size_t)1)
#define ALIGNMENT      ((size_t)1)
#define HAS_OWN_BLOCKS true
#else
#define BLOCK_BYTES    ((size_t)64 << 10)
#define ALIGNMENT      alignof(max_align_t)
#define HAS_OWN_BLOCKS false
#endif

/* The most shared blocks that a reset keeps: usual ones, and huge pages. */
#define KEPT_BLOCKS_MAX     1
#define KEPT_HUGE_PAGES_MAX 4

struct block {
	struct block *next;
	size_t size;
	size_t used;
	alignas(max_align_t) char bytes[];
};

struct arena {
	struct block *shared; /* for small allocations; the newest first */
	struct block *kept;   /* those that are not used now */
	size_t shared_count;  /* of both */
	struct block *own;    /* of one larger allocation each */
	bool has_huge_pages;
	size_t ceiling;
	size_t used;
	int error;
};

static void push(struct block **list, struct block *block)
{
	block->next = *list;
	*list = block;
}

static struct block *pop(struct block **list)
{
	struct block *block = *list;

	if (block != NULL)
		*list = block->next;
	return block;
}

/*
 * Have the kernel map the whole pages of a block, which takes less time than a page fault for each
 * one.  An error, for example before Linux 5.14, only means that page faults map them.
 */
static void populate(void *memory, size_t size)
{
	uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
	uintptr_t start = ((uintptr_t)memory + page - 1) & ~(page - 1);
	uintptr_t end = ((uintptr_t)memory + size) & ~(page - 1);

	if (start < end)
		(void)madvise((void *)start, end - start, MADV_POPULATE_WRITE);
}

/* Whether an allocation gets a block of its own. */
static bool is_large(size_t size)
{
	return HAS_OWN_BLOCKS || size > BLOCK_BYTES;
}

static struct block *own_block(size_t size)
{
	struct block *block = malloc(sizeof(*block) + size);

	if (block != NULL)
		block->size = size;
	return block;
}

static struct block *small_block(void)
{
	struct block *block = own_block(BLOCK_BYTES);

	if (block != NULL)
		populate(block, sizeof(*block) + BLOCK_BYTES);
	return block;
}

/* A block that is one huge page. */
static struct block *huge_block(void)
{
	struct block *block = hugepage_new(HUGEPAGE_BYTES);

	if (block == NULL)
		return NULL;
	populate(block, HUGEPAGE_BYTES);
	block->size = HUGEPAGE_BYTES - sizeof(*block);
	return block;
}

static void free_shared(const struct arena *arena, struct block **list)
{
	struct block *block = pop(list);

	if (arena->has_huge_pages)
		hugepage_free(block, HUGEPAGE_BYTES);
	else
		free(block);
}

/* A block for an allocation of `size` bytes; NULL if memory is short. */
static struct block *add_block(struct arena *arena, size_t size)
{
	bool is_own = is_large(size);
	struct block *block = is_own ? own_block(size) : pop(&arena->kept);

	if (block == NULL && !is_own) {
		block = arena->has_huge_pages ? huge_block() : small_block();
		arena->shared_count += block != NULL;
	}
	if (block == NULL)
		return NULL;
	block->used = 0;
	push(is_own ? &arena->own : &arena->shared, block);
	return block;
}

/* Allocate `size` bytes, not zeroed.  Only this function checks ceiling and memory. */
static void *take(struct arena *arena, size_t size)
{
	struct block *block = arena->shared;
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
	if (is_large(size) || block == NULL || block->size - block->used < size)
		block = add_block(arena, size);
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

struct arena *arena_new_huge(size_t ceiling_bytes)
{
	struct arena *arena = arena_new(ceiling_bytes);

	if (arena != NULL)
		arena->has_huge_pages = true;
	return arena;
}

void arena_reset(struct arena *arena)
{
	size_t kept_max = arena->has_huge_pages ? KEPT_HUGE_PAGES_MAX : KEPT_BLOCKS_MAX;

	while (arena->own != NULL)
		free(pop(&arena->own));
	for (; arena->shared != NULL && arena->shared_count > kept_max; arena->shared_count--)
		free_shared(arena, &arena->shared);
	while (arena->shared != NULL)
		push(&arena->kept, pop(&arena->shared));
	arena->used = 0;
	arena->error = 0;
}

void arena_trim(struct arena *arena)
{
	for (; arena->kept != NULL; arena->shared_count--)
		free_shared(arena, &arena->kept);
}

void arena_free(struct arena *arena)
{
	if (arena == NULL)
		return;
	arena_reset(arena);
	arena_trim(arena);
	free(arena);
}

void arena_free_ptr(struct arena **arena)
{
	arena_free(*arena);
}

void *arena_alloc(struct arena *arena, size_t size)
{
	void *ptr = take(arena, size);

	if (ptr != NULL)
		memset(ptr, 0, size);
	return ptr;
}

void arena_release(struct arena *arena, const void *ptr)
{
	struct block **at = &arena->own, *block;

	while (*at != NULL && (*at)->bytes != ptr)
		at = &(*at)->next;
	block = pop(at);
	if (block == NULL)
		return;
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
	struct block *block = arena->shared;
	size_t more = capacity - b->capacity;

	if (b->ptr == NULL || block == NULL || b->ptr + b->capacity != block->bytes + block->used)
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
