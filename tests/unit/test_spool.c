/* test_spool - the bytes of a message are returned unchanged, and freeing many of them is fast */
#include <pthread.h>
#include <semaphore.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "daemon/lmtpd/spool.h"

static pthread_t closer;
static sem_t closed;

/* The spool calls these functions. */
int close(int fd)
{
	int r = (int)syscall(SYS_close, fd);

	closer = pthread_self();
	(void)sem_post(&closed);
	return r;
}

static const struct {
	const char *name;
	size_t bytes, piece_bytes, max_bytes;
	bool is_cut, is_file, is_closed_here;
} cases[] = {
	{ "nothing", 0, 1, 100, false, false, false },
	{ "a few bytes, one by one", 100, 1, 100, false, false, false },
	{ "more than the limit", 101, 7, 100, true, false, false },
	{ "the largest in memory", SPOOL_MEMORY_BYTES - 1, 4096, SIZE_MAX, false, false, false },
	{ "the smallest in a file", SPOOL_MEMORY_BYTES, 4096, SIZE_MAX, false, true, true },
	{ "the largest that is closed at once", SPOOL_CLOSE_BYTES, 65536, SIZE_MAX, false, true,
	  true },
	{ "the smallest that another thread closes", SPOOL_CLOSE_BYTES + 1, 65536, SIZE_MAX, false,
	  true, false },
	{ "a message that is cut in a file", SPOOL_CLOSE_BYTES + 2, 65536, SPOOL_CLOSE_BYTES + 1,
	  true, true, false },
};

static char byte_at(size_t i)
{
	return (char)('a' + (i * 31 + i / 4096) % 26);
}

static struct spool *fill(size_t bytes, size_t piece_bytes, size_t max_bytes)
{
	struct spool *spool = spool_new(max_bytes);
	char piece[65536];

	assert_true(piece_bytes <= sizeof(piece));
	for (size_t done = 0, n; done < bytes; done += n) {
		n = bytes - done < piece_bytes ? bytes - done : piece_bytes;
		for (size_t i = 0; i < n; i++)
			piece[i] = byte_at(done + i);
		spool_add(spool, view_of(piece, n));
	}
	spool_finish(spool);
	return spool;
}

static void check_bytes(struct spool *spool, size_t bytes)
{
	struct view view;

	assert_int_equal(spool_error(spool), 0);
	assert_int_equal(spool_bytes(spool), bytes);
	assert_int_equal(spool_view(spool, &view), 0);
	assert_int_equal(view.len, bytes);
	for (size_t i = 0; i < bytes; i++)
		if (view.ptr[i] != byte_at(i))
			fail_msg("byte %zu", i);
}

static void test_cases(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct spool *spool =
			fill(cases[i].bytes, cases[i].piece_bytes, cases[i].max_bytes);
		size_t kept =
			cases[i].bytes < cases[i].max_bytes ? cases[i].bytes : cases[i].max_bytes;

		print_message("%s\n", cases[i].name);
		check_bytes(spool, kept);
		assert_int_equal(spool_is_cut(spool), cases[i].is_cut);
		assert_int_equal(spool_is_file(spool), cases[i].is_file);
		(void)sem_init(&closed, 0, 0);
		spool_free(spool);
		if (!cases[i].is_file)
			continue;
		(void)sem_wait(&closed);
		assert_int_equal(pthread_equal(closer, pthread_self()) != 0,
				 cases[i].is_closed_here);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_cases) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
