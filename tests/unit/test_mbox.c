/* test_mbox - messages of a mailbox, whatever pieces it is read in; see daemon/import/mbox.h */
#define _GNU_SOURCE

/*
 * All limits, and the size of a read, are a thousandth of the real ones, so that they are reached
 * in milliseconds.  test_source has a message of the real size.
 */
#define MBOX_MESSAGE_BYTES_MAX ((size_t)192 << 10)
#define MBOX_LENGTH_BYTES_MAX  ((size_t)64 << 10)
#define READ_BYTES             ((size_t)1 << 10)
#include "daemon/import/mbox.c"

#include "tests/unit/check.h"

#include <sys/mman.h>
#include <unistd.h>

/* memmem() would search all of the text, although the first line decides. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
	return "intercept_memmem=0";
}

#define FROM  "From a@b.c Thu Jan  1 00:00:00 1970\n"
#define CRLF  "From a@b.c Thu Jan  1 00:00:00 1970\r\n"
#define INBOX "From mboxrd@z Thu Jan  1 00:00:00 1970\n"
#define LATER "From the March meeting at 10:30 on, all was quiet.\n"

/* A reader that returns `piece` bytes at a time. */
struct feed {
	struct view rest;
	size_t piece;
};

static ssize_t read_feed(void *context, char *buffer, size_t size)
{
	struct feed *feed = context;
	size_t n = feed->piece < size ? feed->piece : size;

	n = n < feed->rest.len ? n : feed->rest.len;
	memcpy(buffer, feed->rest.ptr, n);
	feed->rest = view_skip(feed->rest, n);
	return (ssize_t)n;
}

/* All messages, each followed by `|`; their positions in the file must be contiguous. */
static struct view read_pieces(struct arena *arena, struct view bytes, size_t piece)
{
	struct feed feed = { bytes, piece };
	struct builder b = builder_init(arena);
	struct mbox *mbox = mbox_new_from((struct input_reader){ read_feed, &feed });
	struct mbox_message message;
	uint64_t end = 0;

	while (mbox_next(mbox, &message) == 1) {
		add_field(&b, message.raw, '|');
		assert_int_equal(message.offset, end);
		assert_false(message.is_cut);
		end = message.end;
	}
	assert_int_equal(end, bytes.len);
	assert_int_equal(mbox_next(mbox, &message), 0);
	mbox_free(mbox);
	return builder_view(&b);
}

static struct view messages_of(struct arena *arena, struct view mailbox)
{
	static const size_t pieces[] = { 1, 2, 3, 7, 64 };
	struct view messages = read_pieces(arena, mailbox, SIZE_MAX);

	for (size_t i = 0; i < COUNT(pieces); i++)
		check_view("the same in pieces", read_pieces(arena, mailbox, pieces[i]), messages);
	return messages;
}

static int file_of(struct view bytes)
{
	int fd = memfd_create("mailbox", MFD_CLOEXEC);

	assert_int_equal(write(fd, bytes.ptr, bytes.len), (ssize_t)bytes.len);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	return fd;
}

static const struct check_case mailboxes[] = {
	{ "empty file", V(""), V("") },
	{ "two messages", V(FROM "A: 1\n\na\n\n" FROM "B: 2\n\nb:\n"),
	  V("A: 1\n\na\n|B: 2\n\nb:\n|") },
	{ "one empty line belongs to the mailbox", V(FROM "a\n\n\n" FROM "b:\n"),
	  V("a\n\n|b:\n|") },
	{ "no newline at the end", V(FROM "a\n\n" FROM "b:"), V("a\n|b:|") },
	{ "CR LF", V(CRLF "\r\na\r\n\r\n" CRLF "b:\r\n"), V("\r\na\r\n|b:\r\n|") },
	{ "quoted", V(FROM "a\n>From x\n>>From y\n>>>From"), V("a\nFrom x\n>From y\n>>>From|") },
	{ "quoted separator", V(FROM "a\n\n>" FROM "b:\n"), V("a\n\n" FROM "b:\n|") },
	{ "quoted first and last", V(FROM ">From x\na\n>From "), V("From x\na\nFrom |") },
	{ "quoted with CR LF", V(CRLF "a\r\n>From x\r\n"), V("a\r\nFrom x\r\n|") },
	{ "not quoted", V(FROM "a >From b\n> >From c\n >From d\n>From: e\n>from f\n"),
	  V("a >From b\n> >From c\n >From d\n>From: e\n>from f\n|") },
	{ "prose", V(FROM "a\n\nFrom here on it is easy.\n"),
	  V("a\n\nFrom here on it is easy.\n|") },
	{ "prose with month and time", V(FROM "a\n\n" LATER "\nb:\n"), V("a\n\n" LATER "\nb:\n|") },
	{ "no empty line before", V(FROM "a\n" FROM "b:\n"), V("a\n|b:\n|") },
	{ "archive", V(FROM "a\n\nFrom a at b.c  Thu Jan 11 00:00:00 1970\nb:\n"), V("a\n|b:\n|") },
	{ "no address", V(FROM "a\n\nFrom - Thu Jan 11 10:00:00 1970\nb:\n"), V("a\n|b:\n|") },
	{ "public-inbox", V(INBOX "a\n\n" INBOX "b:\n"), V("a\n|b:\n|") },
	{ "leading garbage", V("junk\nmore\n\n" FROM "a:\n"), V("junk\nmore\n|a:\n|") },
	{ "leading prose", V("From here on.\n\n" FROM "a:\n"), V("From here on.\n|a:\n|") },
	{ "leading header", V("From: a@b.c\n\na\n\n" FROM "b:\n"), V("From: a@b.c\n\na\n|b:\n|") },
	{ "no From line at all", V("A: 1\n\na\n"), V("A: 1\n\na\n|") },
	{ "a few bytes", V("Fr"), V("Fr|") },
	{ "NUL", V(FROM "a\0\n\0\n\n" FROM "b:\0"), V("a\0\n\0\n|b:\0|") },
	{ "UUCP", V(FROM "a\n\nFrom joe Thu Jan 11 10:00:00 1970 remote from host\nb:\n"),
	  V("a\n|b:\n|") },
	{ "From lines before headers", V(FROM "From -\n>From b\n>>From c\nA: 1\n\na\n"),
	  V("A: 1\n\na\n|") },
	{ "From lines between headers", V(FROM "A: 1\n>From b\nB: 2\n\na\n"),
	  V("A: 1\nFrom b\nB: 2\n\na\n|") },
	{ "From lines before no header", V(FROM ">From b\na\n"), V("From b\na\n|") },
	{ "From line after a continuation", V(FROM "\tx\n>From b\nA: 1\n"),
	  V("\tx\nFrom b\nA: 1\n|") },
	{ "empty message", V(FROM "a\n\n" FROM "\n" FROM "b:\n"), V("a\n||b:\n|") },
};

/* How a line is read: "yes", as a separator; "text"; or "doubt", as text that is counted. */
static const char *taken_for(struct arena *arena, const char *before, struct view line,
			     const char *after)
{
	struct builder b = builder_init(arena);
	struct feed feed = { .piece = 1 };
	struct mbox *mbox;
	struct mbox_message message;
	size_t messages = 0;
	uint64_t counted = 0;

	builder_add(&b, view_str(before));
	builder_add(&b, line);
	builder_add(&b, view_str(after));
	feed.rest = builder_view(&b);
	(void)messages_of(arena, feed.rest);
	mbox = mbox_new_from((struct input_reader){ read_feed, &feed });
	for (; mbox_next(mbox, &message) == 1; messages++)
		counted += message.taken_for_text;
	mbox_free(mbox);
	if (counted > 1)
		return "counted twice";
	if (messages == 2)
		return counted == 0 ? "yes" : "yes, and counted";
	return counted == 0 ? "text" : "doubt";
}

/* The surroundings of a line, by the columns of the following table. */
static const struct {
	const char *name, *before, *after;
} surroundings[] = {
	{ "between an empty line and a header", FROM "A: 1\n\na\n\n", "\nB: 2\n\nb\n" },
	{ "between text and a header", FROM "A: 1\n\na\n", "\nB: 2\n\nb\n" },
	{ "between an empty line and text", FROM "A: 1\n\na\n\n", "\nand so on\n\nB: 2\n" },
};

static const struct {
	const char *name;
	struct view line;
	const char *want[COUNT(surroundings)];
} from_lines[] = {
	{ "asctime", V("From a@b.c Thu Jan  1 00:00:00 1970"), { "yes", "yes", "doubt" } },
	{ "one-digit day", V("From a@b.c Thu Jan 1 00:00:00 1970"), { "yes", "yes", "doubt" } },
	{ "no seconds", V("From a@b.c Thu Jan  1 00:00 1970"), { "yes", "yes", "doubt" } },
	{ "one-digit hour", V("From a@b.c Thu Jan  1 8:30:15 1970"), { "yes", "yes", "doubt" } },
	{ "named zone", V("From a@b.c Thu Jan  1 00:00:00 CEST 1970"), { "yes", "yes", "doubt" } },
	{ "zone of two words",
	  V("From a@b.c Thu Jan  1 00:00:00 MET DST 1970"),
	  { "yes", "yes", "doubt" } },
	{ "no seconds, zone",
	  V("From a@b.c Thu Jan  1 00:00 EST 1970"),
	  { "yes", "yes", "doubt" } },
	{ "zone after", V("From a@b.c Thu Jan  1 00:00:00 1970 +0100"), { "yes", "yes", "doubt" } },
	{ "space after", V("From a@b.c Thu Jan  1 00:00:00 1970 "), { "yes", "yes", "doubt" } },
	{ "CR after", V("From a@b.c Thu Jan  1 00:00:00 1970\r"), { "yes", "yes", "doubt" } },
	{ "RFC 5322", V("From a@b.c Thu, 1 Jan 1970 00:00:00 +0000"), { "yes", "doubt", "doubt" } },
	{ "RFC 5322 with comment",
	  V("From a@b.c Thu, 1 Jan 1970 00:00:00 +0000 (UTC)"),
	  { "yes", "doubt", "doubt" } },
	{ "RFC 5322 without weekday",
	  V("From a@b.c 1 Jan 1970 00:00:00 GMT"),
	  { "yes", "doubt", "doubt" } },
	{ "RFC 822", V("From a@b.c Thu, 01 Jan 98 00:00:00 EST"), { "yes", "doubt", "doubt" } },
	{ "pipermail",
	  V("From joe at example.com  Mon Jan  1 00:00:00 2001"),
	  { "yes", "yes", "doubt" } },
	{ "commit", V("From 4b825dc642cb Mon Sep 17 00:00:00 2001"), { "yes", "yes", "doubt" } },
	{ "sender with name",
	  V("From \"A B\" (C) Mon Sep 17 00:00:00 2001"),
	  { "yes", "yes", "doubt" } },
	{ "no sender", V("From  Mon Sep 17 00:00:00 2001"), { "yes", "yes", "doubt" } },
	{ "remote from",
	  V("From uucp Mon Sep 17 00:00 2001 remote from a!b"),
	  { "yes", "yes", "doubt" } },
	{ "no year", V("From a@b.c Thu Jan  1 00:00"), { "yes", "doubt", "doubt" } },
	{ "no time", V("From a@b.c Thu Jan  1 1970"), { "yes", "doubt", "doubt" } },
	{ "no date", V("From a@b.c"), { "yes", "doubt", "doubt" } },
	{ "nothing", V("From "), { "yes", "doubt", "doubt" } },
	{ "more after",
	  V("From a@b.c Thu Jan  1 00:00:00 1970 it works"),
	  { "yes", "doubt", "doubt" } },
	{ "prose without weekday",
	  V("From the start, 1 Jan 1970 00:00"),
	  { "doubt", "text", "text" } },
	{ "not a time", V("From a@b.c Thu Jan  1 00:00:0x 1970"), { "yes", "doubt", "doubt" } },
	{ "header", V("From: a@b.c Thu Jan  1 00:00:00 1970"), { "text", "text", "text" } },
	{ "lower case", V("from a@b.c Thu Jan  1 00:00:00 1970"), { "text", "text", "text" } },
	{ "only a comment", V("From (x)"), { "doubt", "text", "text" } },
	{ "ctime with comment",
	  V("From a@b.c Wed Mar  4 09:12:44 2026 +0100 (CET)"),
	  { "yes", "yes", "doubt" } },
	{ "month in full",
	  V("From a@b.c Wed March  4 09:12:44 2026"),
	  { "yes", "doubt", "doubt" } },
	{ "year of two digits", V("From a@b.c Wed Mar  4 09:12:44 26"), { "yes", "yes", "doubt" } },
	{ "year of two digits, zone",
	  V("From a@b.c Wed Mar  4 09:12:44 CET 26"),
	  { "yes", "yes", "doubt" } },
	{ "remote from after a zone",
	  V("From uucp Mon Sep 17 00:00:00 GMT 2001 remote from a!b"),
	  { "yes", "yes", "doubt" } },
	{ "more than an address",
	  V("From the list Wed Mar  4 09:12:44 2026"),
	  { "yes", "yes", "doubt" } },
	{ "comment without an opening parenthesis",
	  V("From a@b.c Wed Mar  4 09:12:44 2026 UTC)"),
	  { "yes", "doubt", "doubt" } },
	{ "unknown sender", V("From -"), { "yes", "doubt", "doubt" } },
	{ "no sender, blank", V("From - "), { "yes", "doubt", "doubt" } },
	{ "no sender, CR", V("From - \r"), { "yes", "doubt", "doubt" } },
	{ "nothing, CR", V("From \r"), { "yes", "doubt", "doubt" } },
	{ "null sender", V("From <>"), { "yes", "doubt", "doubt" } },
	{ "in brackets", V("From <a@b.c>"), { "yes", "doubt", "doubt" } },
	{ "UUCP", V("From host!joe"), { "yes", "doubt", "doubt" } },
	{ "mailer", V("From MAILER-DAEMON"), { "yes", "doubt", "doubt" } },
	{ "foreign date",
	  V("From a@b.c Mi 4. M\xC3\xA4r 2026 10:12:44"),
	  { "yes", "doubt", "doubt" } },
	{ "ISO 8601", V("From a@b.c 2026-03-04T10:12:44Z"), { "yes", "doubt", "doubt" } },
	{ "sender unknown, foreign date",
	  V("From - 2026-03-04 10:12"),
	  { "yes", "doubt", "doubt" } },
	{ "prose", V("From here on:"), { "doubt", "text", "text" } },
	{ "one word of prose", V("From here:"), { "doubt", "text", "text" } },
	{ "one word", V("From upstream"), { "doubt", "text", "text" } },
	{ "address in prose", V("From a@b.c:"), { "doubt", "text", "text" } },
	{ "end of a sentence", V("From a@b.c."), { "doubt", "text", "text" } },
	{ "address and prose", V("From a@b.c I heard that"), { "doubt", "text", "text" } },
	{ "prose with a year", V("From Linux 2026 on"), { "doubt", "text", "text" } },
};

static void distinguishes_separators_from_text(void **state)
{
	for (size_t i = 0; i < COUNT(from_lines); i++) {
		for (size_t k = 0; k < COUNT(surroundings); k++) {
			const char *got = taken_for(*state, surroundings[k].before,
						    from_lines[i].line, surroundings[k].after);

			if (strcmp(got, from_lines[i].want[k]) == 0)
				continue;
			print_error("%s, %s: got %s, want %s\n", from_lines[i].name,
				    surroundings[k].name, got, from_lines[i].want[k]);
			check_failures++;
		}
	}
	assert_int_equal(check_failures, 0);
}

/* A line with a date, and the text before and after it. */
#define DATED "From a@b.c Wed, 4 Mar 2026 09:12:44 +0100"
#define CTIME "From a@b.c Wed Mar  4 09:12:44 2026"

static const struct {
	const char *name, *before;
	struct view line;
	const char *after, *want;
} situations[] = {
	{ "header after more From lines", "a\n\n", V("From -"), "\nFrom -\n>From b\nB: 2\n",
	  "yes" },
	{ "text after more From lines", "a\n\n", V(CTIME), "\nFrom -\n>From b\nb\n", "doubt" },
	{ "no header before too many lines", "a\n\n", V("From -"),
	  "\n>From -\n>From -\n>From -\n>From -\n>From -\n>From -\n>From -\n>From -"
	  "\n>From -\n>From -\n>From -\n>From -\n>From -\n>From -\n>From -\n>From -\nB: 2\n",
	  "doubt" },
	{ "continuation line", "a\n\n", V(DATED), "\n\tb\nB: 2\n", "yes" },
	{ "indented text", "a\n\n", V("From -"), "\n\tb\nB: 2\n", "doubt" },
	{ "colon alone", "a\n\n", V(DATED), "\n: b\n", "yes" },
	{ "blank before the colon", "a\n\n", V(DATED), "\nB : 2\n", "doubt" },
	{ "end of the file", "a\n\n", V(DATED), "\n", "yes" },
	{ "end of the file in the line", "a\n\n", V(DATED), "", "yes" },
	{ "empty lines at the end", "a\n\n", V(DATED), "\n\n\n", "yes" },
	{ "file ends in a header's name", "a\n\n", V(DATED), "\nSubj", "yes" },
	{ "file ends in text", "a\n\n", V(DATED), "\nSubj ect", "doubt" },
	{ "file ends after text and a date", "a\n", V(CTIME), "\nSubj", "doubt" },
	{ "file ends, undated", "a\n\n", V("From -"), "\nSubj", "doubt" },
	{ "empty line and a header", "a\n\n", V(DATED), "\n\nB: 2\n", "doubt" },
	{ "white space before", "a\n \n", V("From -"), "\nB: 2\n", "doubt" },
	{ "CR LF before", "a\r\n\r\n", V("From -"), "\r\nB: 2\r\n", "yes" },
	{ "first line of the body", "A: 1\n\n", V("From -"), "\nB: 2\n", "yes" },
	{ "inside a Content-Length", "Content-Length: 44\n\na\n\n", V(CTIME), "\nB: 2\n", "doubt" },
	{ "at the end of a Content-Length", "Content-Length: 39\n\na\n\n", V(CTIME), "\n",
	  "doubt" },
	{ "another message after it", "a\n\n", V(DATED), "\nb\n\nFrom -\nB: 2\n",
	  "yes, and counted" },
	{ "truncated header after an empty line", "a\n\n", V(DATED), "\n\nSubj", "doubt" },
	{ "undated line after an empty line", "a\n\n", V(DATED), "\n\nFrom -\nb\n",
	  "counted twice" },
	{ "line of public-inbox elsewhere", "a\n", V("From mboxrd@z Thu Jan  1 00:00:00 1970"),
	  "\nb\n", "doubt" },
};

static void depends_on_the_surroundings(void **state)
{
	for (size_t i = 0; i < COUNT(situations); i++) {
		struct builder b = builder_init(*state);

		builder_add(&b, VIEW(FROM));
		builder_add(&b, view_str(situations[i].before));
		builder_byte(&b, '\0');
		if (strcmp(taken_for(*state, builder_view(&b).ptr, situations[i].line,
				     situations[i].after),
			   situations[i].want) == 0)
			continue;
		print_error("%s: want %s\n", situations[i].name, situations[i].want);
		check_failures++;
	}
	assert_int_equal(check_failures, 0);
}

/* A separator has 36 bytes, or 37 with CR. */
static const struct check_case lengths[] = {
	{ "separator inside", V(FROM "Content-Length: 44\n\na\n\n" FROM "x: y\n\n" FROM "b:\n"),
	  V("Content-Length: 44\n\na\n\n" FROM "x: y\n|b:\n|") },
	{ "any case", V(FROM "content-length:\t44 \n\na\n\n" FROM "x: y\n\n" FROM "b:\n"),
	  V("content-length:\t44 \n\na\n\n" FROM "x: y\n|b:\n|") },
	{ "at the end", V(FROM "Content-Length: 44\n\na\n\n" FROM "x: y\n"),
	  V("Content-Length: 44\n\na\n\n" FROM "x: y\n|") },
	{ "empty line at the end", V(FROM "Content-Length: 44\n\na\n\n" FROM "x: y\n\n"),
	  V("Content-Length: 44\n\na\n\n" FROM "x: y\n\n|") },
	{ "the empty line counted",
	  V(FROM "Content-Length: 45\n\na\n\n" FROM "x: y\n\n" FROM "b:\n"),
	  V("Content-Length: 45\n\na\n\n" FROM "x: y\n|b:\n|") },
	{ "no newline at the body's end",
	  V(FROM "Content-Length: 43\n\na\n\n" FROM "x: y\n\n" FROM "b:\n"),
	  V("Content-Length: 43\n\na\n\n" FROM "x: y\n|b:\n|") },
	{ "no empty line", V(FROM "Content-Length: 2\n\na\n" FROM "b:\n"),
	  V("Content-Length: 2\n\na\n|b:\n|") },
	{ "empty body", V(FROM "Content-Length: 0\n\n" FROM "b:\n"),
	  V("Content-Length: 0\n|b:\n|") },
	{ "CR LF", V(CRLF "Content-Length: 48\r\n\r\na\r\n\r\n" CRLF "x: y\r\n\r\n" CRLF "b:\r\n"),
	  V("Content-Length: 48\r\n\r\na\r\n\r\n" CRLF "x: y\r\n|b:\r\n|") },
	{ "too short", V(FROM "Content-Length: 1\n\na\n\n" FROM "b:\n"),
	  V("Content-Length: 1\n\na\n|b:\n|") },
	{ "far too short", V(FROM "Content-Length: 2\n\naaaa\n\n" FROM "b:\n"),
	  V("Content-Length: 2\n\naaaa\n|b:\n|") },
	{ "too long", V(FROM "Content-Length: 7\n\na\n\n" FROM "b:\n"),
	  V("Content-Length: 7\n\na\n|b:\n|") },
	{ "after the end", V(FROM "Content-Length: 999\n\na\n\n" FROM "b:\n"),
	  V("Content-Length: 999\n\na\n|b:\n|") },
	{ "huge", V(FROM "Content-Length: 99999999999999999999\n\na\n\n" FROM "b:\n"),
	  V("Content-Length: 99999999999999999999\n\na\n|b:\n|") },
	{ "negative", V(FROM "Content-Length: -1\n\na\n\n" FROM "b:\n"),
	  V("Content-Length: -1\n\na\n|b:\n|") },
	{ "of a part", V(FROM "A: 1\n\nContent-Length: 41\n\na\n\n" FROM "b:\n"),
	  V("A: 1\n\nContent-Length: 41\n\na\n|b:\n|") },
	{ "public-inbox", V(INBOX "Content-Length: 44\n\na\n\n" INBOX "b\n\n" INBOX "c\n"),
	  V("Content-Length: 44\n\na\n|b\n|c\n|") },
	{ "a first message without a separator", V("Content-Length: 46\n\na\n\n" FROM "b:\n"),
	  V("Content-Length: 46\n\na\n|b:\n|") },
	{ "still unquoted", V(FROM "Content-Length: 8\n\n>From x\n\n" FROM "b:\n"),
	  V("Content-Length: 8\n\nFrom x\n|b:\n|") },
	{ "truncated headers", V(FROM "Content-Length: 4\n"), V("Content-Length: 4\n|") },
};

static void only_the_beginning_of_a_line_counts(void **state)
{
	struct view blanks = repeated(*state, VIEW(" "), SEPARATOR_LINE_BYTES_MAX);
	struct builder line = builder_init(*state), header = builder_init(*state);
	const char *before = FROM "A: 1\n\na\n\n";

	builder_add(&line, VIEW("From -"));
	builder_add(&line, blanks);
	assert_string_equal(taken_for(*state, before, builder_view(&line), "\nB: 2\n"), "text");
	builder_add(&header, VIEW("\nB:"));
	builder_add(&header, blanks);
	builder_add(&header, VIEW("\n\0"));
	assert_string_equal(taken_for(*state, before, VIEW("From -"), builder_view(&header).ptr),
			    "yes");
}

/* More than is read at once, so that separators are at every position in a read. */
static void reads_large_files(void **state)
{
	struct view text = repeated(*state, VIEW(FROM "A: 1\n\n>From x\n\n"), 100000);
	struct view want = repeated(*state, VIEW("A: 1\n\nFrom x\n|"), 99999);

	/* The empty line after the last message precedes no other message, and belongs to it. */
	assert_true(view_starts(read_pieces(*state, text, SIZE_MAX), want));
}

static const struct {
	const char *name;
	size_t bytes;
	bool is_cut;
} sizes[] = {
	{ "as large as allowed", MBOX_MESSAGE_BYTES_MAX, false },
	{ "one byte too large", MBOX_MESSAGE_BYTES_MAX + 1, true },
	{ "far too large", MBOX_MESSAGE_BYTES_MAX * 2, true },
};

/* The middle of the message is a hole in the file. */
static void truncates_large_messages(void **state)
{
	const struct view first = VIEW(FROM "A: 1\n\n"), second = VIEW("\n\n" FROM "b:\n");
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
		check_number(sizes[i].name, "front", view_starts(message.raw, VIEW("A: 1\n\n")),
			     true);
		check_number(sizes[i].name, "offset", message.offset, 0);
		check_number(sizes[i].name, "end", message.end, end);
		assert_int_equal(mbox_next(mbox, &message), 1);
		check_number(sizes[i].name, "offset of the next", message.offset, end);
		check_view(sizes[i].name, message.raw, VIEW("b:\n"));
		mbox_free(mbox);
		(void)close(fd);
	}
}

/* A `From ` line across the end of the first part of a large message. */
static void finds_separators_in_truncated_messages(void **state)
{
	struct view text = repeated(*state, VIEW("\n\n" FROM), 64);

	for (size_t shift = 0; shift < 3 * READ_BYTES; shift++) {
		/* The middle is dropped one read after the limit. */
		size_t at = MBOX_MESSAGE_BYTES_MAX + 2 * READ_BYTES - 24 - shift;
		int fd = file_of(VIEW(FROM "A: 1\n\n"));
		struct mbox *mbox = mbox_new(fd);
		struct mbox_message message;
		size_t count = 0;

		assert_int_equal(pwrite(fd, text.ptr, text.len, (off_t)at), (ssize_t)text.len);
		while (mbox_next(mbox, &message) == 1)
			if (count++ == 0)
				check_number("large", "end", message.end, at + 2);
		check_number("large", "messages", count, 65);
		mbox_free(mbox);
		(void)close(fd);
	}
}

/* A reader without a file: a message of `bytes`, `messages` times. */
struct endless {
	size_t messages, bytes;
	size_t at;  /* position in the message */
	bool fails; /* instead of returning the end */
};

static ssize_t read_endless(void *context, char *buffer, size_t size)
{
	static const struct view head = V(FROM "Content-Length: 60000\n\n");
	struct endless *endless = context;
	size_t n = endless->bytes - endless->at;

	if (endless->messages == 0)
		return endless->fails ? -EBADMSG : 0;
	n = n < size ? n : size;
	memset(buffer, '\n', n);
	for (size_t i = 0; i < n && endless->at + i < head.len; i++)
		buffer[i] = head.ptr[endless->at + i];
	endless->at += n;
	if (endless->at == endless->bytes) {
		endless->messages--;
		endless->at = 0;
	}
	return (ssize_t)n;
}

/* 60 kB each, and a Content-Length that is wrong every time: 30 kB or 60 kB are read ahead. */
static void reads_large_messages(void **state)
{
	static const struct {
		size_t bytes, messages;
	} cases[] = { { 60000, 100 }, { 30000, 200 }, { 1000, 2000 }, { 100, 20000 } };

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct endless endless = { cases[i].messages, cases[i].bytes, 0, false };
		struct mbox *mbox = mbox_new_from((struct input_reader){ read_endless, &endless });
		struct mbox_message message;
		size_t count = 0;

		while (mbox_next(mbox, &message) == 1) {
			count++;
			assert_int_equal(message.end, count * cases[i].bytes);
			assert_false(message.is_cut);
		}
		check_number("large", "messages", count, cases[i].messages);
		mbox_free(mbox);
	}
}

/* Complete messages are returned, although more was read ahead. */
static void returns_messages_before_an_error(void **state)
{
	struct endless endless = { 3, 1000, 0, true };
	struct mbox *mbox = mbox_new_from((struct input_reader){ read_endless, &endless });
	struct mbox_message message;

	(void)state;
	assert_int_equal(mbox_next(mbox, &message), 1);
	assert_int_equal(mbox_next(mbox, &message), 1);
	assert_int_equal(message.end, 2000);
	assert_int_equal(mbox_next(mbox, &message), -EBADMSG);
	assert_int_equal(mbox_next(mbox, &message), -EBADMSG);
	mbox_free(mbox);
}

static void returns_errors_of_reading(void **state)
{
	struct mbox *mbox = mbox_new(-1);
	struct mbox_message message;

	(void)state;
	assert_int_equal(mbox_next(mbox, &message), -EBADF);
	mbox_free_ptr(&mbox);
	mbox_free(NULL);
}

RUN(EACH(messages_of, mailboxes), TEST(distinguishes_separators_from_text),
    TEST(depends_on_the_surroundings), TEST(only_the_beginning_of_a_line_counts),
    EACH(messages_of, lengths), TEST(reads_large_files), TEST(truncates_large_messages),
    TEST(finds_separators_in_truncated_messages), TEST(reads_large_messages),
    TEST(returns_messages_before_an_error), TEST(returns_errors_of_reading))
