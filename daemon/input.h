/*
 * input - one message read whole from a descriptor
 */
#ifndef DAEMON_INPUT_H
#define DAEMON_INPUT_H

#include "parser/view.h"

/* More is read to its end but not kept; `is_cut` tells. */
#define INPUT_BYTES_MAX ((size_t)256 << 20)

struct input {
	char *ptr;
	size_t len;
	size_t capacity;
	bool is_cut;
};

/*
 * Read `fd` to its end.  At most `max_bytes` are kept.  Returns 0 or -errno; input_done() is
 * due in both cases.
 */
int input_read(int fd, size_t max_bytes, struct input *input);
void input_done(struct input *input);

static inline struct view input_view(const struct input *input)
{
	return view_of(input->ptr != NULL ? input->ptr : "", input->len);
}

#endif
