/* input - reads one message; see input.h */
#include "daemon/input.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#define READ_BYTES ((size_t)64 << 10)

/* Enough for most mails, which saves the copies of realloc(); untouched pages cost nothing. */
#define CAPACITY_MIN ((size_t)256 << 10)

static int grow(struct input *input)
{
	size_t capacity = input->capacity > 0 ? input->capacity * 2 : CAPACITY_MIN;
	char *larger;

	if (input->capacity - input->len >= READ_BYTES)
		return 0;
	larger = realloc(input->ptr, capacity);
	if (larger == NULL)
		return -ENOMEM;
	input->ptr = larger;
	input->capacity = capacity;
	return 0;
}

static ssize_t read_descriptor(void *context, char *buffer, size_t size)
{
	const int *fd = context;
	ssize_t n;

	do
		n = read(*fd, buffer, size);
	while (n < 0 && errno == EINTR);
	return n >= 0 ? n : -errno;
}

struct input_reader input_reader_of(int *fd)
{
	return (struct input_reader){ read_descriptor, fd };
}

int input_read_from(struct input_reader reader, size_t max_bytes, struct input *input)
{
	for (;;) {
		ssize_t n;
		int r = grow(input);

		if (r != 0)
			return r;
		n = reader.read(reader.context, input->ptr + input->len, READ_BYTES);
		if (n <= 0)
			return (int)n;
		input->len += (size_t)n;
		if (input->len > max_bytes) {
			input->len = max_bytes;
			input->is_cut = true;
		}
	}
}

int input_read(int fd, size_t max_bytes, struct input *input)
{
	return input_read_from(input_reader_of(&fd), max_bytes, input);
}

int input_read_path(const char *path, size_t max_bytes, struct input *input)
{
	bool is_standard = strcmp(path, "-") == 0;
	int fd = is_standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	int r = fd >= 0 ? input_read(fd, max_bytes, input) : -errno;

	if (!is_standard && fd >= 0)
		(void)close(fd);
	return r;
}

int input_exit_status(int error)
{
	return error == -ENOENT || error == -EACCES ? EX_NOINPUT : EX_IOERR;
}

void input_done(struct input *input)
{
	free(input->ptr);
	*input = (struct input){ 0 };
}
