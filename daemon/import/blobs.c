/* blobs - the contents of objects of a git repository; see blobs.h */
#include "daemon/import/blobs.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/param.h>

#include "daemon/git.h"

/* The most objects that are asked for and not read; the pipe to git has room for all of them. */
#define ASKED_MAX 1024

/* Names are written in lots of this many, and others are asked for only if a lot fits. */
#define LOT 64

/* A line of git before an object: its name, type and size. */
#define LINE_BYTES_MAX 256

#define READ_BYTES ((size_t)64 << 10)

/* A buffer that is larger than this is freed after the object that needed it. */
#define KEPT_BYTES_MAX ((size_t)4 << 20)

struct blobs {
	char *repository;
	int stop_fd;
	struct git *git; /* NULL: not started, or it ended */
	GString *unsent; /* names that were asked for and not written yet, a line each */
	char (*asked)[OBJECT_NAME_BYTES];
	size_t first, count; /* of `asked`, a ring */
	char *buffer;
	size_t at, len; /* what is read of the buffer */
	char *content;
	size_t capacity;
};

struct blobs *blobs_new(const char *repository, int stop_fd)
{
	struct blobs *blobs = g_new0(struct blobs, 1);

	blobs->repository = g_strdup(repository);
	blobs->stop_fd = stop_fd;
	blobs->unsent = g_string_new(NULL);
	blobs->asked = g_malloc_n(ASKED_MAX, sizeof(*blobs->asked));
	blobs->buffer = g_malloc(READ_BYTES);
	return blobs;
}

static void end_git(struct blobs *blobs)
{
	(void)git_end(blobs->git);
	blobs->git = NULL;
	blobs->at = blobs->len = 0;
	g_string_truncate(blobs->unsent, 0);
}

void blobs_free(struct blobs *blobs)
{
	if (blobs == NULL)
		return;
	end_git(blobs);
	(void)g_string_free(blobs->unsent, TRUE);
	g_free(blobs->repository);
	g_free(blobs->asked);
	g_free(blobs->buffer);
	free(blobs->content);
	g_free(blobs);
}

size_t blobs_asked(const struct blobs *blobs)
{
	return blobs->count;
}

/* ---- asking */

/* How many names may be asked for: the pipe to git has room for them. */
static size_t most_asked(const struct blobs *blobs)
{
	size_t bytes = blobs->git != NULL ? git_input_capacity(blobs->git) : SIZE_MAX;

	return MIN((size_t)ASKED_MAX, bytes / OBJECT_NAME_BYTES);
}

bool blobs_has_room(const struct blobs *blobs)
{
	size_t most = most_asked(blobs), lot = MIN((size_t)LOT, most / 2);

	/* A lot is begun once all of it fits. */
	return blobs->count < most && (blobs->unsent->len > 0 || blobs->count + lot <= most);
}

static const char *asked_at(const struct blobs *blobs, size_t i)
{
	return blobs->asked[(blobs->first + i) % ASKED_MAX];
}

/* Write the names.  If git has ended, the next read reports it. */
static int send(struct blobs *blobs)
{
	int r = git_write(blobs->git, view_of(blobs->unsent->str, blobs->unsent->len));

	g_string_truncate(blobs->unsent, 0);
	return r == -EPIPE ? 0 : r;
}

static void add_name(struct blobs *blobs, const char *name)
{
	g_string_append_printf(blobs->unsent, "%s\n", name);
}

/* Start git, perhaps again, and ask for all that was not read. */
static int start_git(struct blobs *blobs)
{
	g_autoptr(GPtrArray) arguments = git_arguments("cat-file", "--batch", NULL);
	int r = git_start(blobs->repository, arguments, GIT_INPUT | GIT_HERE, &blobs->git);

	if (r != 0) {
		blobs->git = NULL;
		return -ECHILD;
	}
	git_stop_at(blobs->git, blobs->stop_fd);
	g_string_truncate(blobs->unsent, 0);
	for (size_t i = 0; i < blobs->count; i++)
		add_name(blobs, asked_at(blobs, i));
	return send(blobs);
}

int blobs_ask(struct blobs *blobs, const char *name)
{
	(void)g_strlcpy(blobs->asked[(blobs->first + blobs->count) % ASKED_MAX], name,
			OBJECT_NAME_BYTES);
	blobs->count++;
	if (blobs->git == NULL)
		return start_git(blobs);
	add_name(blobs, name);
	return blobs->unsent->len / strlen(name) >= LOT ? send(blobs) : 0;
}

/* ---- reading */

/* Read more into the empty buffer: 0, -EIO at the end, or -errno. */
static int fill(struct blobs *blobs)
{
	ssize_t n = git_read(blobs->git, blobs->buffer, READ_BYTES);

	if (n <= 0)
		return n < 0 ? (int)n : -EIO;
	blobs->at = 0;
	blobs->len = (size_t)n;
	return 0;
}

static int read_line(struct blobs *blobs, char line[LINE_BYTES_MAX])
{
	size_t len = 0;

	for (;;) {
		int r = blobs->at == blobs->len ? fill(blobs) : 0;

		if (r != 0)
			return r;
		line[len] = blobs->buffer[blobs->at++];
		if (line[len] == '\n')
			break;
		if (++len == LINE_BYTES_MAX)
			return -EIO;
	}
	line[len] = '\0';
	return 0;
}

/* Read `size` bytes, of which the first `kept` are stored in the content. */
static int read_content(struct blobs *blobs, size_t size, size_t kept)
{
	size_t done = 0;

	while (done < size) {
		int r = blobs->at == blobs->len ? fill(blobs) : 0;
		size_t n;

		if (r != 0)
			return r;
		n = MIN(blobs->len - blobs->at, size - done);
		if (done < kept)
			memcpy(blobs->content + done, blobs->buffer + blobs->at,
			       MIN(n, kept - done));
		blobs->at += n;
		done += n;
	}
	return 0;
}

static int make_room(struct blobs *blobs, size_t bytes)
{
	if (blobs->capacity >= bytes && blobs->capacity <= KEPT_BYTES_MAX)
		return 0;
	free(blobs->content);
	blobs->capacity = MAX(bytes, (size_t)256 << 10);
	blobs->content = malloc(blobs->capacity);
	if (blobs->content != NULL)
		return 0;
	blobs->capacity = 0;
	return -ENOMEM;
}

static int read_object(struct blobs *blobs, size_t size, bool is_blob, struct blob *ret_blob)
{
	bool is_cut = size > BLOB_BYTES_MAX;
	size_t kept = !is_blob ? 0 : is_cut ? BLOB_BYTES_MAX / 2 : size;
	char end[LINE_BYTES_MAX];
	int r = make_room(blobs, kept);

	if (r == 0)
		r = read_content(blobs, size, kept);
	if (r == 0)
		r = read_line(blobs, end);
	if (r == 0)
		*ret_blob = (struct blob){ view_of(blobs->content, kept), is_cut };
	return r;
}

/* `NAME TYPE SIZE` and the object, or `NAME missing`. */
static int read_answer(struct blobs *blobs, struct blob *ret_blob)
{
	char line[LINE_BYTES_MAX];
	g_auto(GStrv) words = NULL;
	int64_t size;
	int r = read_line(blobs, line);

	if (r != 0)
		return r;
	words = g_strsplit(line, " ", 3);
	if (g_strv_length(words) < 3)
		return g_str_has_suffix(line, " missing") ? -ENOENT : -EIO;
	if (!view_number(view_str(words[2]), INT64_MAX, &size))
		return -EIO;
	return read_object(blobs, (size_t)size, g_str_equal(words[1], "blob"), ret_blob);
}

int blobs_next(struct blobs *blobs, struct blob *ret_blob)
{
	int r = 0;

	if (blobs->git == NULL)
		r = start_git(blobs);
	else if (blobs->unsent->len > 0)
		r = send(blobs);
	if (r == 0)
		r = read_answer(blobs, ret_blob);
	if (r != 0 && r != -ENOENT && r != -EIO)
		return r;
	blobs->first = (blobs->first + 1) % ASKED_MAX;
	blobs->count--;
	if (r != 0 && r != -ENOENT)
		end_git(blobs);
	return r;
}
