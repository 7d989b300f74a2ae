/*
 * input - reads one message from a descriptor or a reader function
 */
#ifndef DAEMON_INPUT_H
#define DAEMON_INPUT_H

#include <sys/types.h>

#include "parser/view.h"

/* A source of bytes.  `read` is like read(2), but returns -errno and is never interrupted. */
struct input_reader {
	ssize_t (*read)(void *context, char *buffer, size_t size);
	void *context;
};

/* Reads *fd; the pointer must stay valid. */
struct input_reader input_reader_of(int *fd);

/* Bytes of a message that are kept; the rest is read and discarded, and `is_cut` is set. */
#define INPUT_BYTES_MAX ((size_t)256 << 20)

struct input {
	char *ptr;
	size_t len;
	size_t capacity;
	bool is_cut;
};

/*
 * Read `fd` (or `reader`) to its end and append to `input`, up to `max_bytes`.  Returns 0 or
 * -errno; call input_done() in both cases.
 */
int input_read(int fd, size_t max_bytes, struct input *input);
int input_read_from(struct input_reader reader, size_t max_bytes, struct input *input);

/* The same for the file at `path`; `-` is standard input. */
int input_read_path(const char *path, size_t max_bytes, struct input *input);

/* The exit status (sysexits(3)) for -errno of input_read_path(): EX_NOINPUT or EX_IOERR. */
int input_exit_status(int error);

void input_done(struct input *input);

static inline struct view input_view(const struct input *input)
{
	return view_of(input->ptr != NULL ? input->ptr : "", input->len);
}

#endif
