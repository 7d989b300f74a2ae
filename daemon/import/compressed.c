/* compressed - the bytes of a file that may be compressed; see compressed.h */
#include "daemon/import/compressed.h"

#include <archive.h>
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/param.h>
#include <unistd.h>

#include "daemon/input.h"

/*
 * The bytes of the first read, those that are enough to recognise a compression, and those of each
 * later read for libarchive.
 */
#define FIRST_BYTES ((size_t)4 << 10)
#define MAGIC_BYTES ((size_t)64)
#define BLOCK_BYTES ((size_t)256 << 10)

void compressed_close(struct compressed *file)
{
	if (file->archive != NULL)
		(void)archive_read_free(file->archive);
	file->archive = NULL;
	if (file->fd > STDIN_FILENO)
		(void)close(file->fd);
	file->fd = -1;
}

/* Wait until bytes or the end can be read.  Returns 0, -ECANCELED or another -errno. */
static int wait_for_bytes(const struct compressed *file)
{
	struct pollfd fds[] = { { .fd = file->fd, .events = POLLIN },
				{ .fd = file->stop_fd, .events = POLLIN } };

	if (file->stop_fd < 0)
		return 0;
	while (poll(fds, 2, -1) < 0)
		if (errno != EINTR)
			return -errno;
	return fds[1].revents != 0 ? -ECANCELED : 0;
}

static ssize_t read_stored(struct compressed *file, char *buffer, size_t size)
{
	struct input_reader reader = input_reader_of(&file->fd);
	int r = wait_for_bytes(file);
	ssize_t n = r == 0 ? reader.read(reader.context, buffer, size) : r;

	if (n > 0)
		file->bytes_done += (uint64_t)n;
	return n;
}

/* Read until there is enough to recognise a compressed file: a pipe may deliver less at a time. */
static int read_magic(struct compressed *file)
{
	if (file->block == NULL)
		file->block = malloc(BLOCK_BYTES);
	if (file->block == NULL)
		return -ENOMEM;
	file->block_len = 0;
	while (file->block_len < MAGIC_BYTES) {
		ssize_t n = read_stored(file, file->block + file->block_len,
					FIRST_BYTES - file->block_len);

		if (n <= 0)
			return (int)n;
		file->block_len += (size_t)n;
	}
	return 0;
}

static la_ssize_t give_block(struct archive *archive, void *context, const void **ret_block)
{
	struct compressed *file = context;
	ssize_t n = (ssize_t)file->block_len;

	if (file->blocks_given > 0)
		n = read_stored(file, file->block, BLOCK_BYTES);
	if (n < 0) {
		file->read_error = (int)n;
		archive_set_error(archive, (int)-n, "%s", strerror((int)-n));
		return ARCHIVE_FATAL;
	}
	file->has_ended = n == 0;
	file->blocks_given++;
	file->block_len = 0;
	*ret_block = file->block;
	return n;
}

/*
 * Each filter of libarchive has other words for a truncated file, and some replace an error of
 * reading by them.
 */
static int archive_failure(struct compressed *file, struct archive *archive)
{
	const char *text = archive_error_string(archive);

	file->error[0] = '\0';
	if (file->read_error != 0)
		return file->read_error;
	if (archive_errno(archive) == ENOMEM)
		return -ENOMEM;
	if (file->has_ended)
		(void)snprintf(file->error, sizeof(file->error),
			       "the file is truncated: its compressed data ends too early");
	else
		(void)snprintf(file->error, sizeof(file->error),
			       "the compressed data is damaged%s%s", text != NULL ? ": " : "",
			       text != NULL ? text : "");
	return -EBADMSG;
}

/*
 * Enable those filters of libarchive that recognise files by a magic number.  uu is not one of
 * them: it would decode a mail with an attachment in that format.
 */
static void support_filters(struct archive *archive)
{
	(void)archive_read_support_filter_gzip(archive);
	(void)archive_read_support_filter_xz(archive);
	(void)archive_read_support_filter_bzip2(archive);
	(void)archive_read_support_filter_zstd(archive);
	(void)archive_read_support_filter_lz4(archive);
	(void)archive_read_support_filter_lzip(archive);
	(void)archive_read_support_filter_compress(archive);
	(void)archive_read_support_format_raw(archive);
	(void)archive_read_support_format_empty(archive);
}

/* Open the file with libarchive; file->archive is set if it is compressed. */
static int undo_compression(struct compressed *file)
{
	struct archive *archive = archive_read_new();
	struct archive_entry *entry;
	size_t len = file->block_len;
	int r;

	if (archive == NULL)
		return -ENOMEM;
	support_filters(archive);
	file->blocks_given = 0;
	r = archive_read_open(archive, file, NULL, give_block, NULL);
	if (r == ARCHIVE_OK)
		r = archive_read_next_header(archive, &entry);
	if (r == ARCHIVE_OK && (archive_filter_count(archive) > 1 || file->blocks_given > 1)) {
		file->archive = archive;
		return 0;
	}
	if (r == ARCHIVE_OK)
		file->block_len = len; /* not compressed: the first bytes are read again */
	else if (r == ARCHIVE_EOF && archive_errno(archive) == 0)
		compressed_close(file); /* compressed, and empty */
	else
		r = archive_failure(file, archive);
	(void)archive_read_free(archive);
	return MIN(r, 0);
}

int compressed_open(struct compressed *file, int fd)
{
	int r;

	assert(file->fd < 0);
	file->fd = fd;
	file->error[0] = '\0';
	file->read_error = 0;
	file->has_ended = false;
	file->plain = VIEW("");
	(void)posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL);
	r = read_magic(file);
	if (r != 0 || file->block_len == 0 ||
	    view_starts(view_of(file->block, file->block_len), VIEW("From ")))
		return r;
	return undo_compression(file);
}

/*
 * archive_read_data() is not used because it drops the bytes that it has when the next block is
 * broken.  The messages before the end of a truncated file must be read.
 */
static ssize_t read_plain(struct compressed *file, char *buffer, size_t size)
{
	size_t len;

	while (file->plain.len == 0) {
		const void *block = NULL;
		la_int64_t offset;
		int r = archive_read_data_block(file->archive, &block, &len, &offset);

		if (r == ARCHIVE_EOF)
			return 0;
		if (r != ARCHIVE_OK && r != ARCHIVE_RETRY)
			return archive_failure(file, file->archive);
		if (r == ARCHIVE_OK)
			file->plain = view_of(block, len);
	}
	len = MIN(size, file->plain.len);
	memcpy(buffer, file->plain.ptr, len);
	file->plain = view_skip(file->plain, len);
	return (ssize_t)len;
}

ssize_t compressed_read(void *context, char *buffer, size_t size)
{
	struct compressed *file = context;
	size_t len = MIN(size, file->block_len);

	if (file->fd < 0)
		return 0;
	if (file->archive != NULL)
		return read_plain(file, buffer, size);
	if (len == 0)
		return read_stored(file, buffer, size);
	memcpy(buffer, file->block, len);
	memmove(file->block, file->block + len, file->block_len - len);
	file->block_len -= len;
	return (ssize_t)len;
}

void compressed_init(struct compressed *file)
{
	*file = (struct compressed){ .fd = -1, .stop_fd = -1 };
}

void compressed_done(struct compressed *file)
{
	compressed_close(file);
	free(file->block);
	file->block = NULL;
}
