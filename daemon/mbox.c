/* mbox - messages out of a mailbox file; see mbox.h */
#include "daemon/mbox.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/param.h>
#include <unistd.h>

#define READ_BYTES ((size_t)1 << 20)

struct mbox {
	int fd;
	char *buffer;
	size_t capacity;
	size_t start;	 /* of the message that is being read */
	size_t end;	 /* of what was read */
	uint64_t offset; /* of buffer[0] in the file */
	bool at_eof;
	bool had_separator; /* the message in hand began with one */
};

struct mbox *mbox_new(int fd)
{
	struct mbox *mbox = calloc(1, sizeof(*mbox));

	if (mbox != NULL)
		mbox->fd = fd;
	return mbox;
}

void mbox_free(struct mbox *mbox)
{
	if (mbox == NULL)
		return;
	free(mbox->buffer);
	free(mbox);
}

void mbox_free_ptr(struct mbox **mbox)
{
	mbox_free(*mbox);
}

/* Make room behind what was read: move the message to the front, or grow. */
static int make_room(struct mbox *mbox)
{
	char *larger;

	if (mbox->capacity - mbox->end >= READ_BYTES)
		return 0;
	if (mbox->start > 0) {
		memmove(mbox->buffer, mbox->buffer + mbox->start, mbox->end - mbox->start);
		mbox->offset += mbox->start;
		mbox->end -= mbox->start;
		mbox->start = 0;
	}
	if (mbox->capacity - mbox->end >= READ_BYTES)
		return 0;
	larger = realloc(mbox->buffer, mbox->capacity * 2 + READ_BYTES);
	if (larger == NULL)
		return -ENOMEM;
	mbox->buffer = larger;
	mbox->capacity = mbox->capacity * 2 + READ_BYTES;
	return 0;
}

/* Read more of the file; sets at_eof at its end. */
static int fill(struct mbox *mbox)
{
	ssize_t n;
	int r = make_room(mbox);

	if (r != 0)
		return r;
	do
		n = read(mbox->fd, mbox->buffer + mbox->end, READ_BYTES);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return -errno;
	if (n == 0)
		mbox->at_eof = true;
	mbox->end += (size_t)n;
	return 0;
}

static bool is_time(struct view v)
{
	return v.len >= 5 && view_is_digit(v.ptr[0]) && view_is_digit(v.ptr[1]) &&
	       v.ptr[2] == ':' && view_is_digit(v.ptr[3]) && view_is_digit(v.ptr[4]);
}

static bool is_year(struct view v)
{
	int64_t year;

	return v.len == 4 && view_number(v, 9999, &year) && year >= 1970;
}

static bool is_one_of(struct view word, const char *names)
{
	for (; *names != '\0'; names += 3)
		if (view_istarts(word, view_of(names, 3)))
			return true;
	return false;
}

/* Whether `text` is a date as asctime(3) writes it, or with a zone, or as in RFC 5322. */
static bool is_date(struct view text)
{
	bool month = false, time = false, year = false;
	int words = 0;

	if (!is_one_of(text, "MonTueWedThuFriSatSun"))
		return false;
	for (; text.len > 0; words++) {
		size_t end = view_find(text, ' ', 0);
		struct view word = view_head(text, end);

		words -= end == 0; /* `Jan  1` */
		month = month || is_one_of(word, "JanFebMarAprMayJunJulAugSepOctNovDec");
		time = time || is_time(word);
		year = year || is_year(word);
		text = view_skip(text, end < text.len ? end + 1 : end);
	}
	return month && time && year && words <= 7;
}

/* Whether a line that starts with `From ` goes on with a sender and ends in a date. */
static bool is_separator(struct view line)
{
	line = view_head(line, view_find(line, '\r', 0));
	for (size_t at = view_find(line, ' ', 5); at < line.len; at = view_find(line, ' ', at + 1))
		if (is_date(view_skip(line, at + 1)))
			return true;
	return false;
}

/* The line that public-inbox puts before each message, whatever stands before it. */
static bool is_public_inbox(struct view line)
{
	return view_starts(line, VIEW("From mboxrd@z Thu Jan  1 00:00:00 1970"));
}

/* Whether the LF at `at` ends an empty line, the first one of `text` counting as led by LF. */
static bool is_after_empty_line(struct view text, size_t at)
{
	if (at > 0 && text.ptr[at - 1] == '\r')
		at--;
	return at == 0 || text.ptr[at - 1] == '\n';
}

enum found { FOUND_NONE, FOUND_SEPARATOR, FOUND_MAYBE };

/*
 * Look for the next separator line in `text` at or behind *at.
 *
 * FOUND_MAYBE: *at is a place where one may start, but its line is not all there.
 */
static enum found find_separator(struct view text, bool at_eof, size_t *at)
{
	for (;; (*at)++) {
		struct view line;
		size_t end;

		*at = view_search(text, VIEW("\nFrom "), *at);
		if (*at == text.len)
			return FOUND_NONE;
		end = view_find(text, '\n', *at + 1);
		if (end == text.len && !at_eof)
			return FOUND_MAYBE;
		line = view_of(text.ptr + *at + 1, end - *at - 1);
		if (is_public_inbox(line))
			return FOUND_SEPARATOR;
		if (is_after_empty_line(text, *at) && is_separator(line))
			return FOUND_SEPARATOR;
	}
}

/* Take one `>` off each line of `>`s and `From `, in place; returns the new length. */
static size_t unquote(char *text, size_t len)
{
	struct view all = view_of(text, len);
	size_t out = 0, copied = 0;

	for (size_t at = view_search(all, VIEW(">From "), 0); at < len;
	     at = view_search(all, VIEW(">From "), at + 1)) {
		size_t first = at;

		while (first > copied && text[first - 1] == '>')
			first--;
		if (first > 0 && text[first - 1] != '\n')
			continue;
		memmove(text + out, text + copied, first - copied);
		out += first - copied;
		copied = first + 1;
	}
	memmove(text + out, text + copied, len - copied);
	return out + len - copied;
}

/* Where the message ends that starts at `start`; its own separator is behind us. */
static int find_end(struct mbox *mbox, size_t *ret_len, bool *ret_cut)
{
	size_t at = 0;

	*ret_cut = false;
	for (;;) {
		struct view text = view_of(mbox->buffer + mbox->start, mbox->end - mbox->start);
		enum found found = find_separator(text, mbox->at_eof, &at);
		int r;

		if (found == FOUND_SEPARATOR || mbox->at_eof) {
			*ret_len = found == FOUND_SEPARATOR ? at + 1 : text.len;
			return 0;
		}
		if (found == FOUND_NONE)
			at = text.len > 8 ? text.len - 8 : 0;
		if (text.len > MBOX_MESSAGE_BYTES_MAX + READ_BYTES) {
			/* Keep the front; what follows is read over the rest. */
			size_t drop = text.len - MBOX_MESSAGE_BYTES_MAX / 2;

			*ret_cut = true;
			mbox->end -= drop;
			mbox->offset += drop;
			at = at > drop ? at - drop : 0;
		}
		r = fill(mbox);
		if (r != 0)
			return r;
	}
}

static int skip_separator(struct mbox *mbox)
{
	mbox->had_separator = false;
	for (;;) {
		struct view text = view_of(mbox->buffer + mbox->start, mbox->end - mbox->start);
		size_t lf = view_find(text, '\n', 0);
		int r;

		if (text.len >= 5 && !view_starts(text, VIEW("From ")))
			return 0;
		if (lf < text.len || mbox->at_eof) {
			mbox->had_separator = view_starts(text, VIEW("From ")) &&
					      (is_separator(view_head(text, lf)) ||
					       is_public_inbox(text));
			if (mbox->had_separator)
				mbox->start += lf < text.len ? lf + 1 : lf;
			return 0;
		}
		r = fill(mbox);
		if (r != 0)
			return r;
	}
}

/* The empty line before the next separator belongs to the mailbox, not the message. */
static struct view without_last_line(struct view raw)
{
	if (view_ends(raw, VIEW("\n\n")) || view_eq(raw, VIEW("\n")))
		raw.len--;
	else if (view_ends(raw, VIEW("\n\r\n")) || view_eq(raw, VIEW("\r\n")))
		raw.len -= 2;
	return raw;
}

/* Nothing but line ends: what stands before the first separator, say. */
static bool is_blank(struct view raw)
{
	for (size_t i = 0; i < raw.len; i++)
		if (raw.ptr[i] != '\n' && raw.ptr[i] != '\r')
			return false;
	return true;
}

static int next(struct mbox *mbox, struct mbox_message *message)
{
	struct view raw;
	size_t len;
	int r = 0;

	while (r == 0 && !mbox->at_eof && mbox->end == mbox->start)
		r = fill(mbox);
	if (r != 0 || mbox->end == mbox->start)
		return r;
	message->offset = mbox->offset + mbox->start;
	r = skip_separator(mbox);
	if (r == 0)
		r = find_end(mbox, &len, &message->is_cut);
	if (r != 0)
		return r;
	raw = view_of(mbox->buffer + mbox->start, len);
	mbox->start += len;
	if (mbox->start < mbox->end)
		raw = without_last_line(raw);
	message->is_cut = message->is_cut || raw.len > MBOX_MESSAGE_BYTES_MAX;
	if (message->is_cut)
		raw.len = MIN(raw.len, MBOX_MESSAGE_BYTES_MAX / 2);
	raw.len = unquote(mbox->buffer + (mbox->start - len), raw.len);
	message->raw = raw;
	message->end = mbox->offset + mbox->start;
	return 1;
}

int mbox_next(struct mbox *mbox, struct mbox_message *ret_message)
{
	int r;

	do
		r = next(mbox, ret_message);
	while (r > 0 && !mbox->had_separator && is_blank(ret_message->raw));
	return r;
}
