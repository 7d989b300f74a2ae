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
#define ALIGNMENT (HAS_ADDRESS_SANITIZER ? (size_t)1 : alignof(max_align_t))

/* A block that allocations share, and the largest of these. */
#define BLOCK_BYTES           ((size_t)64 << 10)
#define SHARED_BYTES_MAX      BLOCK_BYTES
#define SHARED_HUGE_BYTES_MAX (HUGEPAGE_BYTES / 2)

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
static bool is_large(const struct arena *arena, size_t size)
{
	size_t shared_max = arena->has_huge_pages ? SHARED_HUGE_BYTES_MAX : SHARED_BYTES_MAX;

	return HAS_ADDRESS_SANITIZER || size > shared_max;
}

static struct block *new_block(const struct arena *arena, size_t size)
{
	struct block *block = arena->has_huge_pages ? hugepage_new(sizeof(*block) + size)
						    : malloc(sizeof(*block) + size);

	if (block != NULL)
		block->size = size;
	return block;
}

static struct block *new_shared_block(const struct arena *arena)
{
	size_t size = arena->has_huge_pages ? HUGEPAGE_BYTES - sizeof(struct block) : BLOCK_BYTES;
	struct block *block = new_block(arena, size);

	if (block != NULL)
		populate(block, sizeof(*block) + size);
	return block;
}

static void free_block(const struct arena *arena, struct block *block)
{
	if (block != NULL && arena->has_huge_pages)
		hugepage_free(block, sizeof(*block) + block->size);
	else
		free(block);
}

/* A block for an allocation of `size` bytes; NULL if memory is short. */
static struct block *add_block(struct arena *arena, size_t size)
{
	bool is_own = is_large(arena, size);
	struct block *block = is_own ? new_block(arena, size) : pop(&arena->kept);

	if (block == NULL && !is_own) {
		block = new_shared_block(arena);
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
	if (is_large(arena, size) || block == NULL || block->size - block->used < size)
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
		free_block(arena, pop(&arena->own));
	for (; arena->shared != NULL && arena->shared_count > kept_max; arena->shared_count--)
		free_block(arena, pop(&arena->shared));
	while (arena->shared != NULL)
		push(&arena->kept, pop(&arena->shared));
	arena->used = 0;
	arena->error = 0;
}

void arena_trim(struct arena *arena)
{
	for (; arena->kept != NULL; arena->shared_count--)
		free_block(arena, pop(&arena->kept));
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
	free_block(arena, block);
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
	if (is_large(b->arena, before))
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
