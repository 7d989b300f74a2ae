/* source - messages out of whatever an import is given; see source.h */
#define _GNU_SOURCE
#include "daemon/import/source.h"

#include <archive.h>
#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/param.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/input.h"
#include "daemon/import/mbox.h"
#include "parser/cleanup.h"

/* What is read at once where libarchive asks, and enough to tell what a file is. */
#define BLOCK_BYTES ((size_t)256 << 10)
#define MAGIC_BYTES ((size_t)64)

/* A larger buffer is not kept from one single message to the next. */
#define KEPT_BYTES_MAX ((size_t)4 << 20)

/* The directory that is given, and those in it. */
#define LEVELS_MAX 2

/* ---- the bytes of one file */

struct stream {
	int fd;                  /* -1: none is open */
	int stop_fd;             /* -1: waits are not ended */
	struct archive *archive; /* undoes the compression; NULL if there is none */
	char *block;             /* the first bytes of the file; later libarchive's */
	size_t block_len;
	struct view plain;   /* what libarchive made of it and nobody took yet */
	size_t blocks_given; /* to libarchive */
	uint64_t bytes_done; /* of all files, as stored */
	char error[256];     /* what libarchive had to say, or nothing */
};

static void stream_close(struct stream *stream)
{
	if (stream->archive != NULL)
		(void)archive_read_free(stream->archive);
	stream->archive = NULL;
	if (stream->fd > STDIN_FILENO)
		(void)close(stream->fd);
	stream->fd = -1;
}

/* 0 when there is something to read, or the end. */
static int wait_for_bytes(const struct stream *stream)
{
	struct pollfd fds[] = { { .fd = stream->fd, .events = POLLIN },
				{ .fd = stream->stop_fd, .events = POLLIN } };

	if (stream->stop_fd < 0)
		return 0;
	while (poll(fds, 2, -1) < 0)
		if (errno != EINTR)
			return -errno;
	return fds[1].revents != 0 ? -ECANCELED : 0;
}

static ssize_t read_stored(struct stream *stream, char *buffer, size_t size)
{
	struct input_reader reader = input_reader_of(&stream->fd);
	int r = wait_for_bytes(stream);
	ssize_t n = r == 0 ? reader.read(reader.context, buffer, size) : r;

	if (n > 0)
		stream->bytes_done += (uint64_t)n;
	return n;
}

/* A pipe gives what it has: read on until there is enough to know a compressed file by. */
static int read_magic(struct stream *stream)
{
	if (stream->block == NULL)
		stream->block = malloc(BLOCK_BYTES);
	if (stream->block == NULL)
		return -ENOMEM;
	stream->block_len = 0;
	while (stream->block_len < MAGIC_BYTES) {
		ssize_t n = read_stored(stream, stream->block + stream->block_len,
					BLOCK_BYTES - stream->block_len);

		if (n <= 0)
			return (int)n;
		stream->block_len += (size_t)n;
	}
	return 0;
}

static la_ssize_t give_block(struct archive *archive, void *context, const void **ret_block)
{
	struct stream *stream = context;
	ssize_t n = (ssize_t)stream->block_len;

	if (stream->blocks_given > 0)
		n = read_stored(stream, stream->block, BLOCK_BYTES);
	if (n < 0) {
		archive_set_error(archive, (int)-n, "%s", strerror((int)-n));
		return ARCHIVE_FATAL;
	}
	stream->blocks_given++;
	stream->block_len = 0;
	*ret_block = stream->block;
	return n;
}

static int archive_failure(struct stream *stream, struct archive *archive)
{
	const char *text = archive_error_string(archive);
	int number = archive_errno(archive);

	(void)snprintf(stream->error, sizeof(stream->error), "%s",
		       text != NULL ? text : "cannot be decompressed");
	return number > 0 ? -number : -EBADMSG;
}

/*
 * Those of libarchive's filters that know their files by a magic number.  uu is not among them:
 * it takes a mail with an attachment of that kind for one.
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

/* Let libarchive look at the file; it stays if there is anything for it to do. */
static int undo_compression(struct stream *stream)
{
	struct archive *archive = archive_read_new();
	struct archive_entry *entry;
	size_t len = stream->block_len;
	int r;

	if (archive == NULL)
		return -errno; /* also ELIBACC: libarchive.c */
	support_filters(archive);
	stream->blocks_given = 0;
	r = archive_read_open(archive, stream, NULL, give_block, NULL);
	if (r == ARCHIVE_OK)
		r = archive_read_next_header(archive, &entry);
	if (r == ARCHIVE_OK && (archive_filter_count(archive) > 1 || stream->blocks_given > 1)) {
		stream->archive = archive;
		return 0;
	}
	if (r == ARCHIVE_OK)
		stream->block_len = len; /* not compressed: as if nobody had looked */
	else if (r == ARCHIVE_EOF && archive_errno(archive) == 0)
		stream_close(stream); /* compressed, and nothing in it */
	else
		r = archive_failure(stream, archive);
	(void)archive_read_free(archive);
	return MIN(r, 0);
}

/* Read `fd` from now on, which is the stream's in any case. */
static int stream_open(struct stream *stream, int fd)
{
	int r;

	assert(stream->fd < 0);
	stream->fd = fd;
	stream->error[0] = '\0';
	stream->plain = VIEW("");
	(void)posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL);
	r = read_magic(stream);
	if (r != 0 || stream->block_len == 0 ||
	    view_starts(view_of(stream->block, stream->block_len), VIEW("From ")))
		return r;
	return undo_compression(stream);
}

/*
 * archive_read_data() would do, but it drops what it has when the next block is broken: of a
 * file that is cut off, the messages before that are to be had.
 */
static ssize_t read_plain(struct stream *stream, char *buffer, size_t size)
{
	size_t len;

	while (stream->plain.len == 0) {
		const void *block = NULL;
		la_int64_t offset;
		int r = archive_read_data_block(stream->archive, &block, &len, &offset);

		if (r == ARCHIVE_EOF)
			return 0;
		if (r != ARCHIVE_OK && r != ARCHIVE_RETRY)
			return archive_failure(stream, stream->archive);
		if (r == ARCHIVE_OK)
			stream->plain = view_of(block, len);
	}
	len = MIN(size, stream->plain.len);
	memcpy(buffer, stream->plain.ptr, len);
	stream->plain = view_skip(stream->plain, len);
	return (ssize_t)len;
}

/* As input_reader wants it. */
static ssize_t stream_read(void *context, char *buffer, size_t size)
{
	struct stream *stream = context;
	size_t len = MIN(size, stream->block_len);

	if (stream->fd < 0)
		return 0;
	if (stream->archive != NULL)
		return read_plain(stream, buffer, size);
	if (len == 0)
		return read_stored(stream, buffer, size);
	memcpy(buffer, stream->block, len);
	memmove(stream->block, stream->block + len, stream->block_len - len);
	stream->block_len -= len;
	return (ssize_t)len;
}

/* ---- when a file is from, by its name */

#define NAME_WORDS_MAX 16

/* Digits in a row, or letters. */
struct word {
	struct view text;
	int64_t number; /* -1: letters, or more digits than a date has */
};

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static size_t split_name(struct view name, struct word *words)
{
	size_t count = 0, at = 0;

	while (at < name.len && count < NAME_WORDS_MAX) {
		bool digits = view_is_digit(name.ptr[at]);
		size_t from = at;

		while (at < name.len &&
		       (digits ? view_is_digit(name.ptr[at]) : is_letter(name.ptr[at])))
			at++;
		if (at == from) {
			at++;
			continue;
		}
		words[count] = (struct word){ view_of(name.ptr + from, at - from), -1 };
		(void)view_number(words[count].text, 99999999, &words[count].number);
		count++;
	}
	return count;
}

/* 1 to 12, by a name or two digits at most; 0 for any other word. */
static int64_t month_of(const struct word *word)
{
	static const char *const names[] = { "January",   "February", "March",    "April",
					     "May",       "June",     "July",     "August",
					     "September", "October",  "November", "December" };

	if (word->number >= 0)
		return word->text.len <= 2 && word->number <= 12 ? word->number : 0;
	for (int64_t i = 0; i < 12; i++) {
		struct view name = view_str(names[i]);

		if (view_ieq(word->text, name) || view_ieq(word->text, view_head(name, 3)))
			return i + 1;
	}
	return view_ieq(word->text, VIEW("Sept")) ? 9 : 0;
}

/* The month behind a year: `01`, `January`, or the first of a quarter (`q1`). */
static int64_t month_behind(const struct word *words, size_t count)
{
	if (count >= 2 && view_ieq(words[0].text, VIEW("q")) && words[1].number >= 1 &&
	    words[1].number <= 4)
		return words[1].number * 3 - 2;
	return count >= 1 ? month_of(&words[0]) : 0;
}

static bool is_date(int64_t date)
{
	int64_t year = date / 10000, month = date / 100 % 100, day = date % 100;

	return year >= 1970 && year < 2100 && month <= 12 && day <= 31;
}

/* The date that words[at] and those beside it make, or 0. */
static int64_t date_at(const struct word *words, size_t count, size_t at)
{
	const struct word *word = &words[at], *next = word + 1;
	int64_t month, day = 0;

	if (word->text.len == 8 && is_date(word->number))
		return word->number; /* pipermail: Week-of-Mon-20190107.txt.gz */
	if (word->text.len == 6 && is_date(word->number * 100))
		return word->number * 100;
	if (word->text.len != 4 || !is_date(word->number * 10000))
		return 0;
	month = month_behind(next, count - at - 1);
	if (month > 0 && at + 2 < count && next[1].text.len == 2 && next[1].number <= 31)
		day = MAX(next[1].number, 0);
	if (month == 0 && at > 0)
		month = month_of(word - 1); /* `January-2019` */
	return word->number * 10000 + month * 100 + day;
}

/* Year, month and day as one number to sort by (20190107), or 0 if the name tells none. */
static int64_t date_of_name(const char *name)
{
	struct word words[NAME_WORDS_MAX];
	size_t count = split_name(view_str(name), words);

	for (size_t i = 0; i < count; i++) {
		int64_t date = date_at(words, count, i);

		if (date > 0)
			return date;
	}
	for (size_t i = 0; i < count; i++)
		if (words[i].number < 0 && month_of(&words[i]) > 0)
			return month_of(&words[i]) * 100;
	return 0;
}

/* ---- what is in a directory */

enum entry_kind { ENTRY_MAILBOX, ENTRY_MESSAGE, ENTRY_DIRECTORY };

/* Entries go by class, then by key, then by name. */
enum entry_class { CLASS_NUMBERED, CLASS_DATED, CLASS_NAMED };

struct entry {
	size_t name; /* in the names of its listing */
	int64_t key;
	enum entry_kind kind;
	enum entry_class class;
};

struct listing {
	char *path;
	char *names; /* each with its NUL; of a Maildir `cur/NAME` or `new/NAME` */
	size_t names_len, names_size;
	struct entry *entries;
	size_t count, size;
	size_t next; /* of the entries, to be read */
};

static void listing_done(struct listing *listing)
{
	free(listing->path);
	free(listing->names);
	free(listing->entries);
	*listing = (struct listing){ 0 };
}

static char *join(const char *directory, const char *name)
{
	char *path;
	size_t len = strlen(directory);
	const char *slash = len > 0 && directory[len - 1] == '/' ? "" : "/";

	return asprintf(&path, "%s%s%s", directory, slash, name) >= 0 ? path : NULL;
}

/* Other programs' files among the mail: indexes, MH's deleted messages, pages for the web. */
static bool is_no_mail(struct view name)
{
	static const char *const endings[] = { "~", ".html", ".htm", ".msf", ".lock" };

	for (size_t i = 0; i < sizeof(endings) / sizeof(*endings); i++)
		if (view_ends(name, view_str(endings[i])))
			return true;
	return name.len == 0 || name.ptr[0] == '.' || name.ptr[0] == ',' || name.ptr[0] == '#';
}

/* A mailbox until its name tells otherwise, or a directory; false for what is neither. */
static bool look_at(int directory, const struct dirent *file, enum entry_kind *ret_kind)
{
	unsigned char type = file->d_type;
	struct stat status;

	if (type == DT_LNK || type == DT_UNKNOWN) {
		/* What cannot be looked at cannot be opened either, and that is told. */
		type = DT_REG;
		if (fstatat(directory, file->d_name, &status, 0) == 0)
			type = (unsigned char)IFTODT(status.st_mode);
	}
	*ret_kind = type == DT_DIR ? ENTRY_DIRECTORY : ENTRY_MAILBOX;
	return type == DT_DIR || type == DT_REG;
}

/* Say what an entry is by its name. */
static void classify(struct entry *entry, const char *name, bool in_maildir)
{
	struct view v = view_str(name);
	bool is_directory = entry->kind == ENTRY_DIRECTORY;

	entry->class = CLASS_NAMED;
	if (!is_directory && view_number(v, INT64_MAX, &entry->key)) {
		entry->kind = ENTRY_MESSAGE;
		entry->class = CLASS_NUMBERED;
		return;
	}
	if (!is_directory && in_maildir && view_is_digit(name[0])) {
		entry->kind = ENTRY_MESSAGE;
		return;
	}
	if (!is_directory && view_ends(v, VIEW(".eml")))
		entry->kind = ENTRY_MESSAGE;
	entry->key = date_of_name(name);
	if (entry->key > 0)
		entry->class = CLASS_DATED;
}

/* Make room for one element more; sizes are counted in elements. */
static int grow(void **array, size_t *size, size_t wanted, size_t element_bytes)
{
	size_t larger = MAX(*size * 2, MAX(wanted, (size_t)64));
	void *moved;

	if (wanted <= *size)
		return 0;
	moved = realloc(*array, larger * element_bytes);
	if (moved == NULL)
		return -ENOMEM;
	*array = moved;
	*size = larger;
	return 0;
}

static int add_entry(struct listing *listing, const char *prefix, const char *name,
		     struct entry entry)
{
	size_t prefix_len = strlen(prefix), len = strlen(name) + 1;
	void *names = listing->names, *entries = listing->entries;
	int r = grow(&names, &listing->names_size, listing->names_len + prefix_len + len, 1);

	listing->names = names;
	if (r == 0)
		r = grow(&entries, &listing->size, listing->count + 1, sizeof(entry));
	listing->entries = entries;
	if (r != 0)
		return r;
	entry.name = listing->names_len;
	memcpy(listing->names + listing->names_len, prefix, prefix_len);
	memcpy(listing->names + listing->names_len + prefix_len, name, len);
	listing->names_len += prefix_len + len;
	listing->entries[listing->count++] = entry;
	return 0;
}

static void close_directory(DIR **directory)
{
	if (*directory != NULL)
		(void)closedir(*directory);
}

/* Add what is in `path` to the listing, with `prefix` before each name. */
static int add_directory(struct listing *listing, const char *path, const char *prefix,
			 bool in_maildir)
{
	_cleanup_(close_directory) DIR *directory = opendir(path);
	const struct dirent *file;
	int r = 0;

	if (directory == NULL)
		return -errno;
	while (r == 0 && (errno = 0, file = readdir(directory)) != NULL) {
		struct entry entry = { 0 };

		if (is_no_mail(view_str(file->d_name)) ||
		    !look_at(dirfd(directory), file, &entry.kind))
			continue;
		classify(&entry, file->d_name, in_maildir);
		r = add_entry(listing, prefix, file->d_name, entry);
	}
	return r != 0 ? r : -errno;
}

static int compare_entries(const void *left, const void *right, void *context)
{
	const struct entry *a = left, *b = right;
	const struct listing *listing = context;
	const char *a_name = listing->names + a->name, *b_name = listing->names + b->name;
	const char *a_slash = strchr(a_name, '/'), *b_slash = strchr(b_name, '/');
	int r;

	if (a->class != b->class)
		return a->class < b->class ? -1 : 1;
	if (a->key != b->key)
		return a->key < b->key ? -1 : 1;
	/* Of digits the numbers are compared, so that M9 is before M10. */
	r = strverscmp(a_slash != NULL ? a_slash + 1 : a_name,
		       b_slash != NULL ? b_slash + 1 : b_name);
	return r != 0 ? r : strcmp(a_name, b_name);
}

static bool is_directory(const char *path)
{
	struct stat status;

	return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

/* Whether `path` is the cur/ or new/ of a Maildir. */
static bool is_in_maildir(const char *path)
{
	struct view v = view_str(path);

	while (view_ends(v, VIEW("/")))
		v.len--;
	return view_eq(v, VIEW("cur")) || view_eq(v, VIEW("new")) || view_ends(v, VIEW("/cur")) ||
	       view_ends(v, VIEW("/new"));
}

static void free_string(char **string)
{
	free(*string);
}

/* List `path` in order; `listing` is empty before, and listing_done() is due. */
static int listing_init(struct listing *listing, const char *path)
{
	_cleanup_(free_string) char *cur = join(path, "cur");
	_cleanup_(free_string) char *new = join(path, "new");
	int r;

	listing->path = strdup(path);
	if (listing->path == NULL || cur == NULL || new == NULL)
		return -ENOMEM;
	if (is_directory(cur) && is_directory(new)) {
		r = add_directory(listing, cur, "cur/", true);
		if (r == 0)
			r = add_directory(listing, new, "new/", true);
	} else {
		r = add_directory(listing, path, "", is_in_maildir(path));
	}
	if (r == 0 && listing->count > 1)
		qsort_r(listing->entries, listing->count, sizeof(*listing->entries),
			compare_entries, listing);
	return r;
}

/* ---- the source */

struct source {
	char *path;
	bool is_started;
	struct listing listings[LEVELS_MAX]; /* the path's, and that of a directory in it */
	size_t depth;                        /* how many of them are in use */
	struct stream stream;
	char *file;         /* the one in hand */
	bool is_message;    /* it is one message, and that is not yet read */
	struct mbox *mbox;  /* it is a mailbox, and open */
	struct input input; /* the message that it is */
	char *error;
};

struct source *source_new(const char *path)
{
	struct source *source = calloc(1, sizeof(*source));

	if (source == NULL)
		return NULL;
	source->stream.fd = -1;
	source->stream.stop_fd = -1;
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

static void close_file(struct source *source)
{
	mbox_free(source->mbox);
	source->mbox = NULL;
	source->is_message = false;
	stream_close(&source->stream);
}

void source_free(struct source *source)
{
	if (source == NULL)
		return;
	close_file(source);
	for (size_t i = 0; i < LEVELS_MAX; i++)
		listing_done(&source->listings[i]);
	input_done(&source->input);
	free(source->stream.block);
	free(source->file);
	free(source->path);
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

/* Tell `r`, which concerns the file in hand; the file is left. */
static int fail(struct source *source, int r)
{
	const char *reason = source->stream.error[0] != '\0' ? source->stream.error : strerror(-r);
	const char *path = source->file != NULL ? source->file : source->path;

	free(source->error);
	if (asprintf(&source->error, "%s: %s", is_standard_input(path) ? "standard input" : path,
		     reason) < 0)
		source->error = NULL;
	source->stream.error[0] = '\0';
	close_file(source);
	return r;
}

const char *source_error(const struct source *source)
{
	return source->error != NULL ? source->error : "out of memory";
}

static int go_to(struct source *source, char *path)
{
	free(source->file);
	source->file = path;
	return path != NULL ? 0 : -ENOMEM;
}

/* Whether the directory in hand is a repository of public-inbox, say. */
static bool is_git(const struct source *source)
{
	_cleanup_(free_string) char *head = join(source->file, "HEAD");
	_cleanup_(free_string) char *objects = join(source->file, "objects");

	return head != NULL && objects != NULL && access(head, F_OK) == 0 && is_directory(objects);
}

/* Read the directory in hand next, unless it is too deep down. */
static int enter(struct source *source)
{
	struct listing *listing = &source->listings[source->depth];
	int r;

	if (is_git(source)) {
		(void)snprintf(source->stream.error, sizeof(source->stream.error),
			       "a git repository, not a mailbox");
		return -ENOTSUP;
	}
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

/* Go to the next entry of the directories in hand: 1, 0 if there is none, or -errno. */
static int next_entry(struct source *source, enum entry_kind *ret_kind)
{
	while (source->depth > 0) {
		struct listing *listing = &source->listings[source->depth - 1];
		int r;

		if (listing->next < listing->count) {
			const struct entry *entry = &listing->entries[listing->next++];

			*ret_kind = entry->kind;
			r = go_to(source, join(listing->path, listing->names + entry->name));
			return r == 0 ? 1 : r;
		}
		listing_done(listing);
		source->depth--;
	}
	return 0;
}

/* Go to the path itself. */
static int start(struct source *source, enum entry_kind *ret_kind)
{
	int r = go_to(source, strdup(source->path));

	source->is_started = true;
	*ret_kind = ENTRY_MAILBOX;
	if (r == 0 && !is_standard_input(source->path) && is_directory(source->path))
		*ret_kind = ENTRY_DIRECTORY;
	return r == 0 ? 1 : r;
}

/* Go to the next file: 1 and what it is, 0 at the end, or -errno. */
static int next_file(struct source *source, enum entry_kind *ret_kind)
{
	for (;;) {
		int r = source->is_started ? next_entry(source, ret_kind) : start(source, ret_kind);

		if (r <= 0 || *ret_kind != ENTRY_DIRECTORY)
			return r;
		r = enter(source);
		if (r != 0)
			return r;
	}
}

static int open_file(struct source *source, enum entry_kind kind)
{
	int fd = is_standard_input(source->file)
			 ? STDIN_FILENO
			 : open(source->file, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	int r;

	if (fd < 0)
		return -errno;
	r = stream_open(&source->stream, fd);
	if (r != 0)
		return r;
	source->is_message = kind == ENTRY_MESSAGE;
	if (source->is_message)
		return 0;
	source->mbox = mbox_new_from((struct input_reader){ stream_read, &source->stream });
	return source->mbox != NULL ? 0 : -ENOMEM;
}

/* Read the file in hand as one message; there is none in an empty one. */
static int read_message(struct source *source, struct source_message *ret_message)
{
	struct input *input = &source->input;
	int r;

	if (!source->is_message)
		return 0;
	source->is_message = false;
	if (input->capacity > KEPT_BYTES_MAX)
		input_done(input);
	input->len = 0;
	input->is_cut = false;
	r = input_read_from((struct input_reader){ stream_read, &source->stream },
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

static int read_mailbox(struct source *source, struct source_message *ret_message)
{
	struct mbox_message message;
	int r = mbox_next(source->mbox, &message);

	if (r > 0)
		*ret_message = (struct source_message){ .raw = message.raw,
							.path = source->file,
							.offset = message.offset,
							.is_cut = message.is_cut };
	return r;
}

int source_next(struct source *source, struct source_message *ret_message)
{
	for (;;) {
		enum entry_kind kind;
		int r;

		if (source->mbox != NULL)
			r = read_mailbox(source, ret_message);
		else
			r = read_message(source, ret_message);
		if (r > 0)
			return 1;
		if (r == 0) {
			close_file(source);
			r = next_file(source, &kind);
			if (r == 0)
				return 0;
			if (r > 0)
				r = open_file(source, kind);
		}
		if (r < 0)
			return fail(source, r);
	}
}

uint64_t source_bytes_done(const struct source *source)
{
	return source->stream.bytes_done;
}

/* What is yet to be read of a descriptor or file; -errno where that is not known. */
static int64_t bytes_left(const char *path)
{
	struct stat status;
	bool is_input = is_standard_input(path);
	off_t at = is_input ? lseek(STDIN_FILENO, 0, SEEK_CUR) : 0;

	if (at < 0 || (is_input ? fstat(STDIN_FILENO, &status) : stat(path, &status)) != 0)
		return -errno;
	return S_ISREG(status.st_mode) ? MAX(status.st_size - at, 0) : -ESPIPE;
}

uint64_t source_bytes_all(const char *path)
{
	_cleanup_(source_free_ptr) struct source *source = source_new(path);
	enum entry_kind kind;
	uint64_t all = 0;
	int r = source != NULL ? 1 : 0;

	while (r != 0) {
		int64_t bytes;

		r = next_file(source, &kind);
		if (r <= 0)
			continue; /* a directory that cannot be read is passed over */
		bytes = bytes_left(source->file);
		if (bytes == -ESPIPE)
			return 0;
		all += (uint64_t)MAX(bytes, 0);
	}
	return all;
}
