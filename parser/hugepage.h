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

/* Memory of `size` bytes, not zeroed; NULL if memory is short.  Whole huge pages are taken. */
void *hugepage_new(size_t size);

/*
 * Change the size of memory, which may move; its contents stay, and are not copied.  NULL is memory
 * of 0 bytes.  Returns NULL if memory is short; then the old memory is as before.
 */
void *hugepage_resize(void *memory, size_t size, size_t new_size);

void hugepage_free(void *memory, size_t size);

#endif
