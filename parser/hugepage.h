/*
 * hugepage - memory in huge pages
 *
 * The first write to a page of memory causes a page fault, which may take longer than filling the
 * page, above all in a virtual machine.  In huge pages there is one page fault for 2 MiB.  The
 * kernel has them if transparent huge pages are enabled for madvise(2), MADV_HUGEPAGE; otherwise
 * the memory has ordinary pages.
 */
#ifndef PARSER_HUGEPAGE_H
#define PARSER_HUGEPAGE_H

#include <stddef.h>

/* A huge page on x86-64, and on AArch64 with pages of 4 KiB. */
#define HUGEPAGE_BYTES ((size_t)2 << 20)

/*
 * Memory of `size` bytes, which is not 0, aligned to HUGEPAGE_BYTES and not zeroed; NULL if memory
 * is short.  Whole huge pages are taken.
 */
void *hugepage_new(size_t size);

/*
 * Change the size of memory from `size` to `new_size`, which is not 0.  The memory may move; its
 * contents stay, and are not copied.  Before Linux 6.7 it may lose its alignment, and so further
 * huge pages.  NULL is memory of 0 bytes.  Returns NULL if memory is short; then the old memory is
 * as before.
 */
void *hugepage_resize(void *memory, size_t size, size_t new_size);

/* `size` is the last one that was given. */
void hugepage_free(void *memory, size_t size);

#endif
