/*
 * input - one message read whole, from a descriptor or what stands for one
 */
#ifndef DAEMON_INPUT_H
#define DAEMON_INPUT_H

#include <sys/types.h>

#include "parser/view.h"

/* Where bytes come from.  `read` is as read(2), but returns -errno and is never interrupted. */
struct input_reader {
	ssize_t (*read)(void *context, char *buffer, size_t size);
	void *context;
};

/* Reads *fd, which has to stay where it is. */
struct input_reader input_reader_of(int *fd);

/* More is read to its end but not kept; `is_cut` tells. */
#define INPUT_BYTES_MAX ((size_t)256 << 20)

struct input {
	char *ptr;
	size_t len;
	size_t capacity;
	bool is_cut;
};

/*
 * Read `fd` (or `reader`) to its end, behind what `input` holds.  At most `max_bytes` are kept.
 * Returns 0 or -errno; input_done() is due in both cases.
 */
int input_read(int fd, size_t max_bytes, struct input *input);
int input_read_from(struct input_reader reader, size_t max_bytes, struct input *input);
void input_done(struct input *input);

static inline struct view input_view(const struct input *input)
{
	return view_of(input->ptr != NULL ? input->ptr : "", input->len);
}

#endif
