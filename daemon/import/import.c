/* import - imports archives; see import.h */
#include "daemon/import/import.h"

#include <errno.h>
#include <glib.h>
#include <malloc.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "daemon/import/import_private.h"
#include "daemon/import/reader.h"
#include "daemon/import/writer.h"
#include "daemon/poison.h"

/*
 * Allocations of at least this size get a mapping of their own, and so new pages each time.
 * Smaller ones, such as the rows of a COPY, use pages again.
 */
#define MAPPED_BYTES_MIN (1 << 20)

/*
 * The freed memory that a thread's heap keeps.  To return each piece at once would cost a system
 * call that interrupts the other threads, and getting it again a page fault for each page.
 */
#define KEPT_BYTES_MAX (32 << 20)

/*
 * The processors are shared by the imports that run at the same time.  While one thread waits to
 * hear which messages are known, another one parses; more than CHUNKS - 1 would have nothing to do.
 */
static int thread_count(const struct import_options *options)
{
	int64_t share = (int64_t)g_get_num_processors() / options->jobs;

	return (int)CLAMP(share, 1, CHUNKS - 1);
}

/* ---- the end of reading */

static int watch(int epoll_fd, int fd)
{
	struct epoll_event event = { .events = EPOLLIN };

	return epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &event) == 0 ? 0 : -errno;
}

/* Make end_fd, which is readable once the import is stopped or has failed. */
static int make_end_fd(struct import *import)
{
	int r;

	import->failed_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	import->end_fd = epoll_create1(EPOLL_CLOEXEC);
	if (import->failed_fd < 0 || import->end_fd < 0)
		return -errno;
	r = watch(import->end_fd, import->failed_fd);
	if (r == 0 && import->options->stop_fd >= 0)
		r = watch(import->end_fd, import->options->stop_fd);
	return r;
}

static void close_fd(int fd)
{
	if (fd >= 0)
		(void)close(fd);
}

/* ---- the parts of an import */

static int make_parts(struct import *import)
{
	int r = make_end_fd(import);

	import->parsers = parsers_new(thread_count(import->options));
	if (r == 0 && import->parsers == NULL)
		r = -ENOMEM;
	import->memory = memory_new(import->options, &import->store_lock);
	import->free_chunks = g_async_queue_new();
	import->read_chunks = g_async_queue_new();
	for (int i = 0; i < CHUNKS && r == 0; i++) {
		r = chunk_init(&import->chunks[i], import->options, import->memory);
		g_async_queue_push(import->free_chunks, &import->chunks[i]);
	}
	if (r != 0)
		fprintf(stderr, "patchmda %s: %s\n", import->options->command, strerror(-r));
	return r;
}

static void free_parts(struct import *import)
{
	parsers_free(import->parsers);
	for (int i = 0; i < CHUNKS; i++)
		chunk_done(&import->chunks[i]);
	g_async_queue_unref(import->free_chunks);
	g_async_queue_unref(import->read_chunks);
	memory_free(import->memory);
	store_close(import->store);
	close_fd(import->failed_fd);
	close_fd(import->end_fd);
}

/* ---- running */

static int read_and_store(struct import *import, char *const *paths)
{
	GThread *writer = g_thread_new("writer", writer_run, import);
	int r = reader_run(import, paths);

	(void)g_thread_join(writer);
	return import->error != 0 ? import->error : r;
}

/* Versions that are too large to compare keep their states, and are no error of the import. */
static int supersede_due(struct import *import)
{
	int r = store_supersede_due(import->store);

	return r > 0 ? 0 : r;
}

/* What follows the last batch, whether the import failed or not. */
static int finish(struct import *import)
{
	int r = 0;

	if (!import->options->is_dry_run) {
		r = store_expire(import->store);
		if (r == 0)
			r = supersede_due(import);
		if (r == 0)
			r = store_sync(import->store);
	}
	if (r != 0)
		fprintf(stderr, "patchmda %s: %s\n", import->options->command,
			store_error(import->store));
	progress_lock(import->progress);
	progress_released(import->progress, store_released(import->store));
	progress_unlock(import->progress);
	return r;
}

static void count_unread(struct import *import, char *const *paths)
{
	progress_lock(import->progress);
	for (; *paths != NULL; paths++)
		import->progress->unreadable++;
	progress_unlock(import->progress);
}

static int run(struct import *import, char *const *paths)
{
	int r = make_parts(import), finished;

	if (r == 0)
		r = read_and_store(import, paths);
	if (!import->is_open) {
		count_unread(import, paths);
		return r;
	}
	finished = finish(import);
	return r != 0 ? r : finished;
}

void import_prepare(const struct import_options *options)
{
	/*
	 * Return large allocations to the system at once; otherwise glibc keeps more and more of
	 * them.
	 */
	(void)mallopt(M_MMAP_THRESHOLD, MAPPED_BYTES_MIN);
	(void)mallopt(M_TRIM_THRESHOLD, KEPT_BYTES_MAX);
	poison_open(0);
	store_prepare(&options->store);
}

int import_run(const struct import_options *options, char *const *paths,
	       const volatile sig_atomic_t *stopping, struct progress *progress)
{
	struct import import = { .options = options,
				 .stopping = stopping,
				 .progress = progress,
				 .failed_fd = -1,
				 .end_fd = -1 };
	int r;

	g_mutex_init(&import.store_lock);
	r = run(&import, paths);
	free_parts(&import);
	g_mutex_clear(&import.store_lock);
	return r;
}
