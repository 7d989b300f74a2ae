/* source - messages out of whatever an import is given; see source.h (plain mbox so far) */
#include "daemon/source.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/mbox.h"

struct source {
	const char *path;
	int fd;
	struct mbox *mbox;
	uint64_t done;
	char error[512];
	bool at_end;
};

struct source *source_new(const char *path)
{
	struct source *source = calloc(1, sizeof(*source));

	if (source != NULL) {
		source->path = path;
		source->fd = -1;
	}
	return source;
}

void source_free(struct source *source)
{
	if (source == NULL)
		return;
	mbox_free(source->mbox);
	if (source->fd > STDIN_FILENO)
		(void)close(source->fd);
	free(source);
}

void source_free_ptr(struct source **source)
{
	source_free(*source);
}

int source_next(struct source *source, struct source_message *ret_message)
{
	struct mbox_message message;
	int r;

	if (source->at_end)
		return 0;
	if (source->mbox == NULL) {
		source->fd = strcmp(source->path, "-") == 0 ? STDIN_FILENO :
							      open(source->path, O_RDONLY | O_CLOEXEC);
		source->mbox = source->fd >= 0 ? mbox_new(source->fd) : NULL;
	}
	r = source->mbox != NULL ? mbox_next(source->mbox, &message) : -errno;
	if (r <= 0)
		source->at_end = true;
	if (r < 0)
		(void)snprintf(source->error, sizeof(source->error), "%s: %s", source->path,
			       strerror(-r));
	if (r <= 0)
		return r;
	ret_message->raw = message.raw;
	ret_message->path = source->path;
	ret_message->offset = message.offset;
	ret_message->is_cut = message.is_cut;
	source->done = message.end;
	return 1;
}

const char *source_error(const struct source *source)
{
	return source->error;
}

uint64_t source_bytes_done(const struct source *source)
{
	return source->done;
}

uint64_t source_bytes_all(const char *path)
{
	struct stat status;
	int r = strcmp(path, "-") == 0 ? fstat(STDIN_FILENO, &status) : stat(path, &status);

	return r == 0 && S_ISREG(status.st_mode) ? (uint64_t)status.st_size : 0;
}
