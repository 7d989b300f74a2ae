/* spool - the bytes of one message as they arrive; see spool.h */
#define _GNU_SOURCE /* O_TMPFILE, mkostemp() */
#include "daemon/lmtpd/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#define FIRST_BYTES ((size_t)4 << 10)

struct spool {
	char *ptr; /* the message, or its part that is not yet in the file */
	size_t len;
	size_t capacity;
	int fd; /* -1: no file */
	size_t file_bytes;
	size_t max_bytes;
	bool is_cut;
	int error;
	void *map;
};

/* Sums over all spools; used by one thread. */
static size_t memory_bytes;
static size_t files_bytes;

/* ---- memory */

static void set_capacity(struct spool *spool, size_t capacity)
{
	char *ptr = realloc(spool->ptr, capacity);

	if (ptr == NULL) {
		spool->error = -ENOMEM;
		return;
	}
	memory_bytes += capacity - spool->capacity;
	spool->ptr = ptr;
	spool->capacity = capacity;
}

static void forget_memory(struct spool *spool)
{
	memory_bytes -= spool->capacity;
	free(spool->ptr);
	spool->ptr = NULL;
	spool->len = spool->capacity = 0;
}

static void make_room(struct spool *spool, size_t more)
{
	size_t capacity = spool->capacity != 0 ? spool->capacity : FIRST_BYTES;

	while (capacity < spool->len + more)
		capacity *= 2;
	if (capacity != spool->capacity)
		set_capacity(spool, capacity);
}

/* ---- file */

/* Without O_TMPFILE the file has a name until it is unlinked. */
static int open_file(void)
{
	const char *dir = getenv("TMPDIR") != NULL ? getenv("TMPDIR") : "/var/tmp";
	char name[] = "/var/tmp/patchmda.XXXXXX";
	int fd = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

	if (fd >= 0 || (errno != EOPNOTSUPP && errno != EISDIR && errno != ENOENT))
		return fd;
	fd = mkostemp(name, O_CLOEXEC);
	if (fd >= 0)
		(void)unlink(name);
	return fd;
}

static void write_out(struct spool *spool)
{
	size_t at = 0;

	if (files_bytes + spool->len > SPOOL_FILES_BYTES_MAX) {
		spool->error = -ENOSPC;
		return;
	}
	if (spool->fd < 0)
		spool->fd = open_file();
	if (spool->fd < 0)
		spool->error = -errno;
	while (spool->error == 0 && at < spool->len) {
		ssize_t n = write(spool->fd, spool->ptr + at, spool->len - at);

		if (n >= 0)
			at += (size_t)n;
		else if (errno != EINTR)
			spool->error = -errno;
	}
	spool->file_bytes += at;
	files_bytes += at;
	spool->len = 0;
	if (spool->capacity > SPOOL_WRITE_BYTES)
		forget_memory(spool);
}

static void *close_file(void *argument)
{
	(void)close((int)(intptr_t)argument);
	return NULL;
}

/* If there can be no thread, close it here, which only takes longer. */
static void close_in_thread(int fd)
{
	pthread_attr_t attributes;
	pthread_t thread;
	int r;

	(void)pthread_attr_init(&attributes);
	(void)pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
	r = pthread_create(&thread, &attributes, close_file, (void *)(intptr_t)fd);
	(void)pthread_attr_destroy(&attributes);
	if (r != 0)
		(void)close(fd);
}

static bool is_full(const struct spool *spool)
{
	if (spool->fd >= 0)
		return spool->len >= SPOOL_WRITE_BYTES;
	return spool->len >= SPOOL_MEMORY_BYTES ||
	       (spool->len >= FIRST_BYTES && memory_bytes > SPOOL_MEMORY_ALL_BYTES);
}

/* ---- exported functions */

struct spool *spool_new(size_t max_bytes)
{
	struct spool *spool = calloc(1, sizeof(*spool));

	if (spool == NULL)
		return NULL;
	spool->fd = -1;
	spool->max_bytes = max_bytes;
	return spool;
}

void spool_free(struct spool *spool)
{
	if (spool == NULL)
		return;
	spool_unmap(spool);
	forget_memory(spool);
	if (spool->fd >= 0 && spool->file_bytes > SPOOL_CLOSE_BYTES)
		close_in_thread(spool->fd);
	else if (spool->fd >= 0)
		(void)close(spool->fd);
	files_bytes -= spool->file_bytes;
	free(spool);
}

void spool_free_ptr(struct spool **spool)
{
	spool_free(*spool);
}

void spool_add(struct spool *spool, struct view piece)
{
	size_t room = spool->max_bytes - spool_bytes(spool);

	if (piece.len > room) {
		spool->is_cut = true;
		piece.len = room;
	}
	if (spool->error != 0 || piece.len == 0)
		return;
	make_room(spool, piece.len);
	if (spool->error == 0) {
		memcpy(spool->ptr + spool->len, piece.ptr, piece.len);
		spool->len += piece.len;
		if (is_full(spool))
			write_out(spool);
	}
	if (spool->error != 0)
		forget_memory(spool);
}

void spool_finish(struct spool *spool)
{
	if (spool->fd < 0)
		return;
	if (spool->len > 0 && spool->error == 0)
		write_out(spool);
	forget_memory(spool);
}

int spool_error(const struct spool *spool)
{
	return spool->error;
}

bool spool_is_cut(const struct spool *spool)
{
	return spool->is_cut;
}

size_t spool_bytes(const struct spool *spool)
{
	return spool->file_bytes + spool->len;
}

bool spool_is_file(const struct spool *spool)
{
	return spool->fd >= 0;
}

int spool_view(struct spool *spool, struct view *ret_view)
{
	if (spool->map != NULL) {
		*ret_view = view_of(spool->map, spool->file_bytes);
		return 0;
	}
	if (spool->fd < 0) {
		*ret_view = view_of(spool->ptr != NULL ? spool->ptr : "", spool->len);
		return 0;
	}
	spool->map = mmap(NULL, spool->file_bytes, PROT_READ, MAP_PRIVATE, spool->fd, 0);
	if (spool->map == MAP_FAILED) {
		spool->map = NULL;
		return -errno;
	}
	*ret_view = view_of(spool->map, spool->file_bytes);
	return 0;
}

void spool_unmap(struct spool *spool)
{
	if (spool->map != NULL)
		(void)munmap(spool->map, spool->file_bytes);
	spool->map = NULL;
}
