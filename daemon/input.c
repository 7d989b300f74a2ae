/* input - one message read whole from a descriptor; see input.h */
#include "daemon/input.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#define READ_BYTES ((size_t)64 << 10)

static int grow(struct input *input)
{
	char *larger;

	if (input->capacity - input->len >= READ_BYTES)
		return 0;
	larger = realloc(input->ptr, input->capacity * 2 + READ_BYTES);
	if (larger == NULL)
		return -ENOMEM;
	input->ptr = larger;
	input->capacity = input->capacity * 2 + READ_BYTES;
	return 0;
}

int input_read(int fd, size_t max_bytes, struct input *input)
{
	for (;;) {
		ssize_t n;
		int r = grow(input);

		if (r != 0)
			return r;
		n = read(fd, input->ptr + input->len, READ_BYTES);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (n == 0)
			return 0;
		input->len += (size_t)n;
		if (input->len > max_bytes) {
			input->len = max_bytes;
			input->is_cut = true;
		}
	}
}

void input_done(struct input *input)
{
	free(input->ptr);
	*input = (struct input){ 0 };
}
