/*
 * libarchive - its functions under their own names, from a library that is loaded when needed
 *
 * libarchive brings libxml2, ICU and the C++ library along, which take longer to load than it
 * takes to deliver a mail, and only a compressed mailbox is read through it.  So patchmda is not
 * linked with it: archive.h declares, this file defines, and the first call opens the library.
 * Without it archive_read_new() returns NULL and sets ELIBACC, and nothing else can be called.
 */
#include <archive.h>
#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "daemon/loaded.h"

#define ERROR_BYTES_MAX 512

static struct loaded library = { .name = "libarchive.so.13" };

#define CALL(name, ...) LOADED_CALL(&library, name, __VA_ARGS__)

struct archive *archive_read_new(void)
{
	if (!loaded_is_there(&library)) {
		errno = ELIBACC;
		return NULL;
	}
	return CALL(archive_read_new);
}

void archive_set_error(struct archive *archive, int number, const char *format, ...)
{
	char text[ERROR_BYTES_MAX];
	va_list values;

	va_start(values, format);
	(void)vsnprintf(text, sizeof(text), format, values);
	va_end(values);
	CALL(archive_set_error, archive, number, "%s", text);
}

int archive_read_open(struct archive *archive, void *context, archive_open_callback *opener,
		      archive_read_callback *reader, archive_close_callback *closer)
{
	return CALL(archive_read_open, archive, context, opener, reader, closer);
}

int archive_read_next_header(struct archive *archive, struct archive_entry **ret_entry)
{
	return CALL(archive_read_next_header, archive, ret_entry);
}

int archive_read_data_block(struct archive *archive, const void **ret_block, size_t *ret_len,
			    la_int64_t *ret_offset)
{
	return CALL(archive_read_data_block, archive, ret_block, ret_len, ret_offset);
}

const char *archive_error_string(struct archive *archive)
{
	return CALL(archive_error_string, archive);
}

#define PASS_ON(name)                       \
	int name(struct archive *archive)   \
	{                                   \
		return CALL(name, archive); \
	}

PASS_ON(archive_errno)
PASS_ON(archive_filter_count)
PASS_ON(archive_read_free)
PASS_ON(archive_read_support_filter_bzip2)
PASS_ON(archive_read_support_filter_compress)
PASS_ON(archive_read_support_filter_gzip)
PASS_ON(archive_read_support_filter_lz4)
PASS_ON(archive_read_support_filter_lzip)
PASS_ON(archive_read_support_filter_xz)
PASS_ON(archive_read_support_filter_zstd)
PASS_ON(archive_read_support_format_empty)
PASS_ON(archive_read_support_format_raw)
