/* test_mbox - messages out of a mailbox, however it is cut into reads; see daemon/mbox.h */
#define _GNU_SOURCE
#include "tests/unit/check.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/mman.h>
#include <unistd.h>

#include "daemon/mbox.h"

#define FROM  "From a@b.c Thu Jan  1 00:00:00 1970\n"
#define CRLF  "From a@b.c Thu Jan  1 00:00:00 1970\r\n"
#define INBOX "From mboxrd@z Thu Jan  1 00:00:00 1970\n"
#define LATER "From the March meeting at 10:30 on, all was quiet.\n"

/* All messages, each closed by `|`; their places in the file have to be in a row. */
static struct view read_all(struct arena *arena, int fd, uint64_t size)
{
	struct builder b = builder_init(arena);
	struct mbox *mbox = mbox_new(fd);
	struct mbox_message message;
	uint64_t end = 0;

	while (mbox_next(mbox, &message) == 1) {
		add_field(&b, message.raw, '|');
		assert_int_equal(message.offset, end);
		assert_false(message.is_cut);
		end = message.end;
	}
	assert_int_equal(end, size);
	assert_int_equal(mbox_next(mbox, &message), 0);
	mbox_free(mbox);
	return builder_view(&b);
}

static int file_of(struct view bytes)
{
	int fd = memfd_create("mailbox", MFD_CLOEXEC);

	assert_int_equal(write(fd, bytes.ptr, bytes.len), (ssize_t)bytes.len);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	return fd;
}

struct feed {
	int fd;
	struct view bytes;
	size_t piece;
};

static void *write_pieces(void *arg)
{
	struct feed *feed = arg;
	struct view rest = feed->bytes;

	for (size_t n; rest.len > 0; rest = view_skip(rest, n)) {
		n = rest.len < feed->piece ? rest.len : feed->piece;
		if (write(feed->fd, rest.ptr, n) != (ssize_t)n)
			break;
	}
	(void)close(feed->fd);
	return NULL;
}

/* With O_DIRECT each write is a packet, and a read gets one (pipe(2)). */
static struct view read_pieces(struct arena *arena, struct view bytes, size_t piece)
{
	struct view messages;
	pthread_t writer;
	struct feed feed;
	int fds[2];

	assert_int_equal(pipe2(fds, O_CLOEXEC | O_DIRECT), 0);
	feed = (struct feed){ fds[1], bytes, piece };
	assert_int_equal(pthread_create(&writer, NULL, write_pieces, &feed), 0);
	messages = read_all(arena, fds[0], bytes.len);
	assert_int_equal(pthread_join(writer, NULL), 0);
	(void)close(fds[0]);
	return messages;
}

static struct view messages_of(struct arena *arena, struct view mailbox)
{
	static const size_t pieces[] = { 1, 2, 3, 7, 64 };
	int fd = file_of(mailbox);
	struct view messages = read_all(arena, fd, mailbox.len);

	(void)close(fd);
	for (size_t i = 0; i < COUNT(pieces); i++)
		check_view("the same in pieces", read_pieces(arena, mailbox, pieces[i]),
			   messages);
	return messages;
}

static const struct check_case mailboxes[] = {
	{ "empty file", V(""), V("") },
	{ "two messages", V(FROM "A: 1\n\na\n\n" FROM "B: 2\n\nb\n"),
	  V("A: 1\n\na\n|B: 2\n\nb\n|") },
	{ "one empty line is the mailbox's", V(FROM "a\n\n\n" FROM "b\n"),
	  V("a\n\n|b\n|") },
	{ "no newline at the end", V(FROM "a\n\n" FROM "\nb"), V("a\n|\nb|") },
	{ "CR LF", V(CRLF "\r\na\r\n\r\n" CRLF "b\r\n"), V("\r\na\r\n|b\r\n|") },
	{ "quoted", V(FROM "a\n>From x\n>>From y\n>>>From"),
	  V("a\nFrom x\n>From y\n>>>From|") },
	{ "quoted separator", V(FROM "a\n\n>" FROM "b\n"), V("a\n\n" FROM "b\n|") },
	{ "quoted first and last", V(FROM ">From x\na\n>From "),
	  V("From x\na\nFrom |") },
	{ "quoted with CR LF", V(CRLF "a\r\n>From x\r\n"), V("a\r\nFrom x\r\n|") },
	{ "not quoted", V(FROM "a >From b\n> >From c\n >From d\n>From: e\n>from f\n"),
	  V("a >From b\n> >From c\n >From d\n>From: e\n>from f\n|") },
	{ "prose", V(FROM "a\n\nFrom here on it is easy.\n"),
	  V("a\n\nFrom here on it is easy.\n|") },
	{ "prose with month and time", V(FROM "a\n\n" LATER "\nb\n"),
	  V("a\n\n" LATER "\nb\n|") },
	{ "no empty line before", V(FROM "a\n" FROM "b\n"), V("a\n" FROM "b\n|") },
	{ "archive", V(FROM "a\n\nFrom a at b.c  Thu Jan 11 00:00:00 1970\nb\n"),
	  V("a\n|b\n|") },
	{ "no address", V(FROM "a\n\nFrom - Thu Jan 11 10:00:00 1970\nb\n"),
	  V("a\n|b\n|") },
	{ "public-inbox", V(INBOX "a\n\n" INBOX "b\n"), V("a\n|b\n|") },
	{ "leading garbage", V("junk\nmore\n\n" FROM "a\n"), V("junk\nmore\n|a\n|") },
	{ "leading prose", V("From here on.\n\n" FROM "a\n"),
	  V("From here on.\n|a\n|") },
	{ "leading header", V("From: a@b.c\n\na\n\n" FROM "b\n"),
	  V("From: a@b.c\n\na\n|b\n|") },
	{ "no From line at all", V("A: 1\n\na\n"), V("A: 1\n\na\n|") },
	{ "a few bytes", V("Fr"), V("Fr|") },
	{ "NUL", V(FROM "a\0\n\0\n\n" FROM "\0"), V("a\0\n\0\n|\0|") },
	{ "empty message", V(FROM "a\n\n" FROM "\n" FROM "b\n"), V("a\n||b\n|") },
};

/* More than is read at once, so that separators stand at every place in a read. */
static void reads_large_files(void **state)
{
	struct view text = repeated(*state, VIEW(FROM "A: 1\n\n>From x\n\n"), 100000);
	struct view want = repeated(*state, VIEW("A: 1\n\nFrom x\n|"), 99999);
	int fd = file_of(text);

	/* Of the last one the empty line leads to no other. */
	assert_true(view_starts(read_all(*state, fd, text.len), want));
	(void)close(fd);
}

static const struct {
	const char *name;
	size_t bytes;
	bool is_cut;
} sizes[] = {
	{ "as large as may be", MBOX_MESSAGE_BYTES_MAX, false },
	{ "one byte too large", MBOX_MESSAGE_BYTES_MAX + 1, true },
	{ "far too large", MBOX_MESSAGE_BYTES_MAX * 2, true },
};

/* The middle of the message is a hole in the file. */
static void cuts_what_is_too_large(void **state)
{
	const struct view first = VIEW(FROM "A: 1\n\n"),
			  second = VIEW("\n\n" FROM "b\n");
	struct mbox_message message;

	(void)state;
	for (size_t i = 0; i < COUNT(sizes); i++) {
		size_t end = strlen(FROM) + sizes[i].bytes + 1;
		int fd = file_of(first);
		struct mbox *mbox = mbox_new(fd);

		assert_int_equal(pwrite(fd, second.ptr, second.len, (off_t)end - 2),
				 (ssize_t)second.len);
		assert_int_equal(mbox_next(mbox, &message), 1);
		check_number(sizes[i].name, "is_cut", message.is_cut, sizes[i].is_cut);
		check_number(sizes[i].name, "within the limit",
			     message.raw.len <= MBOX_MESSAGE_BYTES_MAX, true);
		check_number(sizes[i].name, "front",
			     view_starts(message.raw, VIEW("A: 1\n\n")), true);
		check_number(sizes[i].name, "offset", message.offset, 0);
		check_number(sizes[i].name, "end", message.end, end);
		assert_int_equal(mbox_next(mbox, &message), 1);
		check_number(sizes[i].name, "offset of the next", message.offset, end);
		check_view(sizes[i].name, message.raw, VIEW("b\n"));
		mbox_free(mbox);
		(void)close(fd);
	}
}

static void tells_errors_of_reading(void **state)
{
	struct mbox *mbox = mbox_new(-1);
	struct mbox_message message;

	(void)state;
	assert_int_equal(mbox_next(mbox, &message), -EBADF);
	mbox_free_ptr(&mbox);
	mbox_free(NULL);
}

RUN(EACH(messages_of, mailboxes), TEST(reads_large_files), TEST(cuts_what_is_too_large),
    TEST(tells_errors_of_reading))
