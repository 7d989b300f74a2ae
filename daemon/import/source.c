/* source - reads messages from a path that is imported; see source.h */
#define _GNU_SOURCE
#include "daemon/import/source.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/param.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/import/compressed.h"
#include "daemon/import/listing.h"
#include "daemon/import/mbox.h"
#include "daemon/import/repository.h"
#include "daemon/import/separator.h"
#include "daemon/input.h"
#include "parser/arena.h"
#include "parser/cleanup.h"
#include "parser/submission.h"

/* A buffer that is larger than this is freed after a single message. */
#define KEPT_BYTES_MAX ((size_t)4 << 20)

/* The bytes in which the first header is looked for. */
#define HEAD_BYTES ((size_t)64 << 10)

/* Where `ustar` is in a tar archive. */
#define TAR_MAGIC_AT ((size_t)257)

/* The given directory, and those in it. */
#define LEVELS_MAX 2

struct source {
	char *path;
	bool is_started;
	struct listing listings[LEVELS_MAX]; /* of the path, and of a directory in it */
	size_t depth;                        /* how many of them are in use */
	struct compressed stream;
	const struct reading *reading; /* how the current file is read; NULL if none is open */
	char *file;                    /* path of the current file */
	struct mbox *mbox;             /* if it is a mailbox */
	struct mbox *last_mbox;        /* of an earlier file, to be used again */
	struct input input;            /* if it is a single message */
	uint64_t messages;             /* that were read from the current file */
	struct repository *repository; /* if it is one */
	struct repository_memory memory;
	char *reason; /* of its last error, to be freed with g_free() */
	char *error;
};

struct source *source_new(const char *path)
{
	struct source *source = calloc(1, sizeof(*source));

	if (source == NULL)
		return NULL;
	compressed_init(&source->stream);
	source->path = strdup(path);
	if (source->path != NULL)
		return source;
	source_free(source);
	return NULL;
}

void source_stop_at(struct source *source, int stop_fd)
{
	source->stream.stop_fd = stop_fd;
}

void source_remember(struct source *source, struct repository_memory memory)
{
	source->memory = memory;
}

static void close_file(struct source *source)
{
	if (source->mbox != NULL)
		source->last_mbox = TAKE(source->mbox);
	repository_close(source->repository);
	source->repository = NULL;
	source->reading = NULL;
	source->messages = 0;
	compressed_close(&source->stream);
}

void source_free(struct source *source)
{
	if (source == NULL)
		return;
	close_file(source);
	mbox_free(source->last_mbox);
	for (size_t i = 0; i < LEVELS_MAX; i++)
		listing_done(&source->listings[i]);
	input_done(&source->input);
	compressed_done(&source->stream);
	free(source->file);
	free(source->path);
	g_free(source->reason);
	free(source->error);
	free(source);
}

void source_free_ptr(struct source **source)
{
	source_free(*source);
}

static bool is_standard_input(const char *path)
{
	return strcmp(path, "-") == 0;
}

/* Store the message for error `r`, and return `r`. */
static int say(struct source *source, int r)
{
	const char *reason = source->reason != NULL            ? source->reason
			     : source->stream.error[0] != '\0' ? source->stream.error
							       : strerror(-r);
	const char *path = source->file != NULL ? source->file : source->path;

	free(source->error);
	if (asprintf(&source->error, "%s: %s", is_standard_input(path) ? "standard input" : path,
		     reason) < 0)
		source->error = NULL;
	source->stream.error[0] = '\0';
	g_free(source->reason);
	source->reason = NULL;
	return r;
}

/* The same, and close the current file. */
static int fail(struct source *source, int r)
{
	(void)say(source, r);
	close_file(source);
	return r;
}

const char *source_error(const struct source *source)
{
	return source->error != NULL ? source->error : "out of memory";
}

/* Enter the current directory, unless it is nested too deeply. */
static int enter(struct source *source)
{
	struct listing *listing = &source->listings[source->depth];
	int r;

	if (source->depth == LEVELS_MAX)
		return 0;
	r = listing_init(listing, source->file);
	if (r != 0) {
		listing_done(listing);
		return r;
	}
	source->depth++;
	return 0;
}

/* Go to the next entry of the open directories: 1, 0 if there is none, or -errno. */
static int next_entry(struct source *source, enum listing_kind *ret_kind)
{
	while (source->depth > 0) {
		struct listing *listing = &source->listings[source->depth - 1];
		int r;

		free(source->file);
		source->file = NULL;
		r = listing_next(listing, &source->file, ret_kind);
		if (r != 0)
			return r;
		listing_done(listing);
		source->depth--;
	}
	return 0;
}

/* Go to the path itself. */
static int start(struct source *source, enum listing_kind *ret_kind)
{
	source->is_started = true;
	*ret_kind = LISTING_DIRECTORY;
	source->file = strdup(source->path);
	return source->file != NULL ? 1 : -ENOMEM;
}

/* Go to the next file: 1 and what it is, 0 at the end, or -errno. */
static int next_file(struct source *source, enum listing_kind *ret_kind)
{
	for (;;) {
		int r = source->is_started ? next_entry(source, ret_kind) : start(source, ret_kind);

		if (r > 0 && *ret_kind == LISTING_DIRECTORY)
			*ret_kind = is_standard_input(source->file) ? LISTING_MAILBOX
								    : listing_kind_of(source->file);
		if (r <= 0 || *ret_kind != LISTING_DIRECTORY)
			return r;
		r = enter(source);
		if (r != 0)
			return r;
	}
}

/* ---- kinds of files */

/* A pipe without a writer is opened at once, so that a wait for one can be ended. */
static int open_stream(struct source *source)
{
	int nonblocking = source->stream.stop_fd >= 0 ? O_NONBLOCK : 0;
	int fd = is_standard_input(source->file)
			 ? STDIN_FILENO
			 : open(source->file, O_RDONLY | O_CLOEXEC | O_NOCTTY | nonblocking);

	return fd >= 0 ? compressed_open(&source->stream, fd) : -errno;
}

static int open_mailbox(struct source *source)
{
	int r = open_stream(source);

	if (r != 0)
		return r;
	if (source->last_mbox != NULL) {
		source->mbox = TAKE(source->last_mbox);
		mbox_restart(source->mbox);
		return 0;
	}
	source->mbox = mbox_new_from((struct input_reader){ compressed_read, &source->stream });
	return source->mbox != NULL ? 0 : -ENOMEM;
}

/* Whether a text begins with a header of a mail. */
static bool has_header(struct view raw)
{
	struct arena *arena = arena_new(SUBMISSION_ARENA_BYTES_MAX);
	struct submission submission;
	bool has;

	if (arena == NULL)
		return true;
	(void)submission_open(arena, view_head(raw, MIN(raw.len, HEAD_BYTES)), &submission);
	has = submission.headers.count > 0;
	arena_free(arena);
	return has;
}

/* A mail may have the magic in its text, but not behind NUL bytes that pad the name of a file. */
static bool is_tar(struct view raw)
{
	return raw.len > TAR_MAGIC_AT && memchr(raw.ptr, '\0', TAR_MAGIC_AT) != NULL &&
	       view_starts(view_skip(raw, TAR_MAGIC_AT), VIEW("ustar"));
}

/* Why the text before the first `From ` line shows that a file has no mail; NULL: it may have. */
static const char *find_misuse(const struct mbox_message *first)
{
	struct view raw = first->raw;

	if (is_tar(raw))
		return "this is a tar archive; unpack it, and import the files";
	if (view_starts(raw, VIEW("PK\3\4")))
		return "this is a zip archive; unpack it, and import the files";
	if (first->is_last && !has_header(raw))
		return "there is no mail in this file: it begins neither with a header nor with"
		       " a line 'From ' of a mailbox";
	return NULL;
}

static int read_mailbox(struct source *source, struct source_message *ret_message)
{
	struct mbox_message message;
	int r = mbox_next(source->mbox, &message);
	const char *misuse = r > 0 && !message.is_led ? find_misuse(&message) : NULL;

	if (misuse != NULL) {
		source->reason = g_strdup(misuse);
		return -ENODATA;
	}
	if (r < 0 && r != -ECANCELED)
		source->reason = g_strdup_printf(
			"%s; messages read before that: %" PRIu64,
			source->stream.error[0] != '\0' ? source->stream.error : strerror(-r),
			source->messages);
	if (r > 0)
		*ret_message = (struct source_message){ .raw = message.raw,
							.path = source->file,
							.offset = message.offset,
							.taken_for_text = message.taken_for_text,
							.is_cut = message.is_cut };
	return r;
}

/* Read the current file as one message; an empty file has none. */
static int read_message(struct source *source, struct source_message *ret_message)
{
	struct input *input = &source->input;
	int r;

	if (source->messages > 0)
		return 0;
	if (input->capacity > KEPT_BYTES_MAX)
		input_done(input);
	input->len = 0;
	input->is_cut = false;
	r = input_read_from((struct input_reader){ compressed_read, &source->stream },
			    MBOX_MESSAGE_BYTES_MAX, input);
	if (r != 0)
		return r;
	if (input->is_cut)
		input->len = MBOX_MESSAGE_BYTES_MAX / 2;
	*ret_message = (struct source_message){ .raw = input_view(input),
						.path = source->file,
						.is_cut = input->is_cut };
	return input->len > 0;
}

/* An epoch without commits is not an error: it is a new one. */
static int open_repository(struct source *source)
{
	int r = repository_open(source->file, &source->memory, source->stream.stop_fd,
				&source->repository, &source->reason);

	return r == -ENODATA && source->depth > 0 ? 0 : r;
}

static int read_repository(struct source *source, struct source_message *ret_message)
{
	struct repository_mail mail;
	int r = 0;

	if (source->repository != NULL)
		r = repository_next(source->repository, &mail, &source->reason);
	if (r > 0)
		*ret_message = (struct source_message){ .raw = mail.raw,
							.path = mail.path,
							.commit = mail.commit,
							.is_deleted = mail.is_deleted,
							.position = mail.position,
							.is_cut = mail.is_cut };
	return r;
}

/* How a file of each kind is read.  A directory is entered instead. */
static const struct reading {
	int (*open)(struct source *source); /* 0 or -errno */
	/* 1 and a message, 0 at the end, or -errno. */
	int (*next)(struct source *source, struct source_message *ret_message);
	bool continues; /* after an error of `next` */
} readings[] = {
	[LISTING_MAILBOX] = { open_mailbox, read_mailbox, false },
	[LISTING_MESSAGE] = { open_stream, read_message, false },
	[LISTING_REPOSITORY] = { open_repository, read_repository, true },
};

/* ---- all files in order */

/* Open the next file: 1, 0 if there is none, or -errno. */
static int open_next(struct source *source)
{
	enum listing_kind kind;
	int r = next_file(source, &kind);

	if (r <= 0)
		return r;
	r = readings[kind].open(source);
	if (r != 0)
		return r;
	source->reading = &readings[kind];
	return 1;
}

int source_next(struct source *source, struct source_message *ret_message)
{
	int r;

	for (;;) {
		r = source->reading != NULL ? source->reading->next(source, ret_message) : 0;
		if (r > 0) {
			source->messages++;
			return 1;
		}
		if (r < 0 && source->reading->continues)
			return say(source, r);
		if (r == 0) {
			close_file(source);
			r = open_next(source);
		}
		if (r == 0)
			return 0;
		if (r < 0)
			return fail(source, r);
	}
}

/* Start again with the first file. */
static void rewind_source(struct source *source)
{
	for (; source->depth > 0; source->depth--)
		listing_done(&source->listings[source->depth - 1]);
	free(source->file);
	source->file = NULL;
	source->is_started = false;
}

/* Whether `path` is a file that can be read twice. */
static bool is_regular(const char *path)
{
	struct stat status;

	return stat(path, &status) == 0 && S_ISREG(status.st_mode);
}

/*
 * Whether the file begins with a separator or a header, or cannot be read.  If not, more has to be
 * read to find a separator.
 */
static bool begins_with_mail(struct source *source)
{
	g_autofree char *head = g_malloc(HEAD_BYTES);
	ssize_t n = open_stream(source) == 0 ? 1 : -EIO;
	struct separator_context context;
	struct separator separator;
	size_t len = 0;

	while (n > 0 && len < HEAD_BYTES) {
		n = compressed_read(&source->stream, head + len, HEAD_BYTES - len);
		len += (size_t)MAX(n, 0);
	}
	close_file(source);
	context = (struct separator_context){ view_of(head, len), n <= 0, false };
	return len == 0 || separator_at(&context, 0, BEFORE_NOTHING, &separator) != FOUND_NONE ||
	       has_header(context.text);
}

/*
 * Read the first message of a file.  Other errors than that it has no mail are reported when it is
 * read again, with the messages before them.
 */
static int check_file(struct source *source)
{
	struct source_message message;
	int r;

	if (access(source->file, R_OK) != 0)
		return -errno;
	if (!is_regular(source->file))
		return 0;
	r = begins_with_mail(source) ? 0 : open_mailbox(source);
	if (source->mbox != NULL)
		r = read_mailbox(source, &message);
	if (r == -ENODATA)
		return r;
	close_file(source);
	g_clear_pointer(&source->reason, g_free);
	source->stream.error[0] = '\0';
	source->stream.bytes_done = 0;
	return 0;
}

/* Open and close a repository that is not one of several epochs. */
static int check_repository(struct source *source)
{
	int r = open_repository(source);

	if (r == 0)
		close_file(source);
	return r;
}

int source_check(struct source *source)
{
	enum listing_kind kind = LISTING_MAILBOX;
	int r = is_standard_input(source->path) ? 1 : next_file(source, &kind);

	if (r == 0) {
		(void)snprintf(source->stream.error, sizeof(source->stream.error),
			       "there is no mail in this directory");
		r = -ENODATA;
	} else if (r > 0 && kind == LISTING_REPOSITORY && source->depth == 0) {
		r = check_repository(source);
	} else if (r > 0 && source->file != NULL && source->depth == 0) {
		r = check_file(source);
	}
	if (r < 0 && source->depth == 0) /* one file of many is reported when it is read */
		return fail(source, r);
	rewind_source(source);
	return 0;
}

uint64_t source_bytes_done(const struct source *source)
{
	return source->stream.bytes_done;
}

/* The bytes of a file or of the rest of standard input; -errno if they are unknown. */
static int64_t bytes_left(const char *path)
{
	struct stat status;
	bool is_input = is_standard_input(path);
	off_t at = is_input ? lseek(STDIN_FILENO, 0, SEEK_CUR) : 0;

	if (at < 0 || (is_input ? fstat(STDIN_FILENO, &status) : stat(path, &status)) != 0)
		return -errno;
	return S_ISREG(status.st_mode) ? MAX(status.st_size - at, 0) : -ESPIPE;
}

bool source_is_repeatable(const char *path)
{
	struct stat status;

	return !is_standard_input(path) && stat(path, &status) == 0 &&
	       (S_ISREG(status.st_mode) || S_ISDIR(status.st_mode));
}

enum measure { MEASURE_READ, MEASURE_STORED };

/* The bytes of all files; 0 if those of one are unknown. */
static uint64_t measure(const char *path, enum measure measure)
{
	_cleanup_(source_free_ptr) struct source *source = source_new(path);
	enum listing_kind kind;
	uint64_t all = 0;
	int r = source != NULL ? 1 : 0;

	while (r != 0) {
		int64_t bytes;

		r = next_file(source, &kind);
		if (r <= 0)
			continue; /* a directory that cannot be read is skipped */
		if (kind == LISTING_REPOSITORY)
			bytes = measure == MEASURE_STORED ? repository_bytes(source->file)
							  : -ESPIPE;
		else
			bytes = bytes_left(source->file);
		if (bytes == -ESPIPE)
			return 0;
		all += (uint64_t)MAX(bytes, 0);
	}
	return all;
}

uint64_t source_bytes_all(const char *path)
{
	return measure(path, MEASURE_READ);
}

uint64_t source_bytes_stored(const char *path)
{
	return measure(path, MEASURE_STORED);
}
