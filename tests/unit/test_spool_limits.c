/* test_spool_limits - the limits of a message in memory and in files; see daemon/lmtpd/spool.h */
#include "tests/unit/check.h"

#include <errno.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "daemon/lmtpd/spool.h"

#define PIECE_BYTES ((size_t)1 << 20)

/* A substitute for write(2), which counts gigabytes without a disk, or reports a full disk. */
static enum { WRITES, SWALLOWS, IS_FULL } disk;

ssize_t write(int fd, const void *bytes, size_t count)
{
	if (disk == IS_FULL) {
		errno = ENOSPC;
		return -1;
	}
	return disk == SWALLOWS ? (ssize_t)count : syscall(SYS_write, fd, bytes, count);
}

static struct view lines(struct arena *arena, size_t bytes)
{
	char *text = arena_alloc(arena, bytes);

	assert_non_null(text);
	for (size_t i = 0; i < bytes; i++)
		text[i] = i % 70 == 69 ? '\n' : (char)('a' + i % 23);
	return view_of(text, bytes);
}

static void add(struct spool *spool, struct view text, size_t piece)
{
	for (; text.len > 0; text = view_skip(text, piece < text.len ? piece : text.len))
		spool_add(spool, view_head(text, piece < text.len ? piece : text.len));
	spool_finish(spool);
}

static void keeps_the_first_bytes(void **state)
{
	struct view text = lines(*state, 1000), got;
	struct spool *spool = spool_new(999);

	disk = WRITES;
	add(spool, text, 10);
	assert_true(spool_is_cut(spool));
	assert_int_equal(spool_error(spool), 0);
	assert_int_equal(spool_view(spool, &got), 0);
	assert_true(view_eq(got, view_head(text, 999)));
	spool_free(spool);

	spool = spool_new(1000);
	add(spool, text, 10);
	assert_false(spool_is_cut(spool));
	spool_free(spool);
}

/* Later bytes could be written. */
static void keeps_the_error_of_a_full_disk(void **state)
{
	struct view text = lines(*state, 2 * SPOOL_MEMORY_BYTES), got;
	struct spool *spool = spool_new(PIECE_BYTES);

	disk = IS_FULL;
	spool_add(spool, text);
	disk = WRITES;
	add(spool, text, 4096);
	assert_int_equal(spool_error(spool), -ENOSPC);
	assert_true(spool_view(spool, &got) < 0);
	spool_free(spool);
}

/* Small messages stay in memory up to a total. Later messages are written to files. */
static void limits_the_memory_of_all_messages(void **state)
{
	struct view text = lines(*state, SPOOL_MEMORY_BYTES / 2);
	struct spool *spools[4 * SPOOL_MEMORY_ALL_BYTES / (SPOOL_MEMORY_BYTES / 2)];
	size_t in_memory = 0;

	disk = SWALLOWS;
	for (int round = 0; round < 2; round++) {
		in_memory = 0;
		for (size_t i = 0; i < COUNT(spools); i++) {
			spools[i] = spool_new(PIECE_BYTES);
			add(spools[i], text, 4096);
			in_memory += spool_is_file(spools[i]) ? 0 : text.len;
		}
		assert_true(in_memory > SPOOL_MEMORY_ALL_BYTES / 4);
		assert_true(in_memory <= SPOOL_MEMORY_ALL_BYTES + SPOOL_MEMORY_BYTES);
		for (size_t i = 0; i < COUNT(spools); i++)
			spool_free(spools[i]);
	}
}

/* Files that were closed do not count. */
static void limits_the_files_of_all_messages(void **state)
{
	struct view piece = lines(*state, PIECE_BYTES);

	disk = SWALLOWS;
	for (int round = 0; round < 2; round++) {
		struct spool *first = spool_new(SPOOL_FILES_BYTES_MAX),
			     *second = spool_new(SPOOL_FILES_BYTES_MAX);

		for (size_t n = 0; n < SPOOL_FILES_BYTES_MAX / 2; n += PIECE_BYTES)
			spool_add(first, piece);
		assert_int_equal(spool_error(first), 0);
		for (size_t n = 0; n < SPOOL_FILES_BYTES_MAX / 2 + PIECE_BYTES; n += PIECE_BYTES)
			spool_add(second, piece);
		assert_int_equal(spool_error(second), -ENOSPC);
		spool_free(first);
		spool_free(second);
	}
}

RUN(TEST(keeps_the_first_bytes), TEST(keeps_the_error_of_a_full_disk),
    TEST(limits_the_memory_of_all_messages), TEST(limits_the_files_of_all_messages))
