/* mbox - reads messages from a mailbox file; see mbox.h */
#include "daemon/import/mbox.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/param.h>

#include "daemon/import/separator.h"
#include "parser/hugepage.h"

/* Fuzzers and test_mbox read less at a time, so that small mailboxes are moved in the buffer. */
#ifndef READ_BYTES
#define READ_BYTES ((size_t)256 << 10)
#endif

/*
 * Room for the largest message, for the read that shows that it is larger, and for one more read.
 */
#define BUFFER_BYTES_MAX (MBOX_MESSAGE_BYTES_MAX + 2 * READ_BYTES)

struct mbox {
	struct input_reader reader;
	int fd; /* the descriptor that `reader` reads, if mbox_new() was called */
	char *buffer;
	size_t capacity;
	size_t start;    /* of the message that is being read */
	size_t end;      /* of what was read */
	uint64_t offset; /* of buffer[0] in the file */
	int error;       /* from reading; nothing is read after it */
	bool at_eof;
	bool is_started;
	bool is_led;                /* the current message began with a separator */
	struct separator separator; /* the one at `start`, if any */
	uint64_t taken_for_text;    /* in the current message */
};

struct mbox *mbox_new_from(struct input_reader reader)
{
	struct mbox *mbox = calloc(1, sizeof(*mbox));

	if (mbox != NULL)
		mbox->reader = reader;
	return mbox;
}

struct mbox *mbox_new(int fd)
{
	struct mbox *mbox = calloc(1, sizeof(*mbox));

	if (mbox == NULL)
		return NULL;
	mbox->fd = fd;
	mbox->reader = input_reader_of(&mbox->fd);
	return mbox;
}

/* A buffer that grew for one large message is not kept. */
void mbox_restart(struct mbox *mbox)
{
	struct mbox next = { .reader = mbox->reader, .fd = mbox->fd };

	if (mbox->capacity <= HUGEPAGE_BYTES) {
		next.buffer = mbox->buffer;
		next.capacity = mbox->capacity;
	} else {
		hugepage_free(mbox->buffer, mbox->capacity);
	}
	*mbox = next;
}

void mbox_free(struct mbox *mbox)
{
	if (mbox == NULL)
		return;
	hugepage_free(mbox->buffer, mbox->capacity);
	free(mbox);
}

void mbox_free_ptr(struct mbox **mbox)
{
	mbox_free(*mbox);
}

/* ---- the buffer */

static struct view unread(const struct mbox *mbox)
{
	return view_of(mbox->buffer + mbox->start, mbox->end - mbox->start);
}

static void move_to_front(struct mbox *mbox)
{
	if (mbox->start == 0)
		return;
	memmove(mbox->buffer, mbox->buffer + mbox->start, mbox->end - mbox->start);
	mbox->offset += mbox->start;
	mbox->end -= mbox->start;
	mbox->start = 0;
}

static int resize(struct mbox *mbox, size_t capacity)
{
	char *buffer = hugepage_resize(mbox->buffer, mbox->capacity, capacity);

	if (buffer == NULL)
		return -ENOMEM;
	mbox->buffer = buffer;
	mbox->capacity = capacity;
	return 0;
}

/*
 * Make room after the bytes that were read.  A move copies no more bytes than were consumed since
 * the last move, so a byte is moved once on average, however much follows the current message.  A
 * buffer that grew for one large message is shrunk again.
 */
static int make_room(struct mbox *mbox)
{
	if (mbox->start >= mbox->end - mbox->start)
		move_to_front(mbox);
	if (mbox->capacity > 8 * READ_BYTES && mbox->end + READ_BYTES <= mbox->capacity / 4)
		return resize(mbox, mbox->capacity / 2);
	if (mbox->capacity - mbox->end >= READ_BYTES)
		return 0;
	if (mbox->capacity < BUFFER_BYTES_MAX)
		return resize(mbox, MIN(mbox->capacity * 2 + READ_BYTES, BUFFER_BYTES_MAX));
	move_to_front(mbox);
	return 0;
}

/* Read more of the file; sets at_eof at its end. */
static int fill(struct mbox *mbox)
{
	ssize_t n;

	if (mbox->error == 0)
		mbox->error = make_room(mbox);
	if (mbox->error != 0)
		return mbox->error;
	n = mbox->reader.read(mbox->reader.context, mbox->buffer + mbox->end,
			      MIN(READ_BYTES, mbox->capacity - mbox->end));
	if (n < 0)
		return mbox->error = (int)n;
	mbox->at_eof = n == 0;
	mbox->end += (size_t)n;
	return 0;
}

/* ---- `From ` lines */

/* The text after the separator of the current message. */
static struct separator_context context_of(const struct mbox *mbox)
{
	return (struct separator_context){ unread(mbox), mbox->at_eof,
					   mbox->separator.form == SEPARATOR_PUBLIC_INBOX };
}

/*
 * The position, at or after `start`, of the next byte `before` that `From ` follows; the length of
 * the text if there is none.  Capital Fs are rare, so this takes a fraction of memmem()'s time.
 */
static size_t find_from_line(struct view text, char before, size_t start)
{
	size_t at = view_find(text, 'F', start + 1);

	while (at < text.len &&
	       (text.ptr[at - 1] != before || !view_starts(view_skip(text, at), VIEW("From "))))
		at = view_find(text, 'F', at + 1);
	return at < text.len ? at - 1 : text.len;
}

/* Whether the LF at `at` ends an empty line; before `text` there is an LF. */
static bool is_after_empty_line(struct view text, size_t at)
{
	if (at > 0 && text.ptr[at - 1] == '\r')
		at--;
	return at == 0 || text.ptr[at - 1] == '\n';
}

/*
 * Find the next separator whose preceding LF is at or after *at.  Lines that look like one and are
 * taken for text are counted.
 *
 * FOUND_MAYBE: a separator may start at *at, but more of the following text is needed.
 */
static enum found find_separator(const struct separator_context *context, size_t *at,
				 struct separator *ret_separator, uint64_t *taken_for_text)
{
	for (;; (*at)++) {
		enum separator_before before;
		enum found found;

		*at = find_from_line(context->text, '\n', *at);
		if (*at == context->text.len)
			return FOUND_NONE;
		before = is_after_empty_line(context->text, *at) ? BEFORE_EMPTY_LINE : BEFORE_TEXT;
		found = separator_at(context, *at + 1, before, ret_separator);
		if (found != FOUND_NONE)
			return found;
		*taken_for_text += ret_separator->is_doubtful;
	}
}

/* ---- Content-Length */

/*
 * The end of the message at the beginning of `text` according to its Content-Length.
 *
 * FOUND_NONE: it has none.  FOUND_MAYBE: more of its headers is needed.
 */
static enum found read_length(struct view text, size_t *ret_end)
{
	const struct view name = VIEW("Content-Length:");
	struct view rest = view_head(text, MIN(text.len, MBOX_HEADER_BYTES_MAX)), line, value;
	int64_t length = -1;

	while (view_find(rest, '\n', 0) < rest.len && view_next_line(&rest, &line)) {
		line = view_chomp(line); /* of CR */
		if (line.len == 0) {
			*ret_end = (size_t)(rest.ptr - text.ptr) + (size_t)length;
			return length >= 0 ? FOUND_SEPARATOR : FOUND_NONE;
		}
		if (length >= 0 || !view_istarts(line, name))
			continue;
		value = view_skip(line, name.len);
		while (view_starts(value, VIEW(" ")) || view_starts(value, VIEW("\t")))
			value = view_skip(value, 1);
		while (view_ends(value, VIEW(" ")) || view_ends(value, VIEW("\t")))
			value.len--;
		if (!view_number(value, MBOX_LENGTH_BYTES_MAX, &length))
			return FOUND_NONE;
	}
	return text.len < MBOX_HEADER_BYTES_MAX ? FOUND_MAYBE : FOUND_NONE;
}

static size_t skip_line_end(struct view text, size_t at)
{
	struct view rest = view_skip(text, at);

	if (view_starts(rest, VIEW("\r\n")))
		return at + 2;
	return view_starts(rest, VIEW("\n")) ? at + 1 : at;
}

/* Whether a body may end at *end, which is moved after the line ends that follow it. */
static enum found fits(const struct separator_context *context, size_t *end,
		       struct separator *ret_separator)
{
	struct view text = context->text;
	size_t at = *end;

	if (text.len < at + 4 && !context->at_eof)
		return FOUND_MAYBE;
	if (text.len < at)
		return FOUND_NONE;
	at = skip_line_end(text, skip_line_end(text, at));
	*end = at;
	*ret_separator = (struct separator){ 0 };
	if (at == text.len)
		return context->at_eof ? FOUND_SEPARATOR : FOUND_MAYBE;
	if (text.ptr[at - 1] != '\n')
		return FOUND_NONE;
	return separator_at(context, at, BEFORE_EMPTY_LINE, ret_separator);
}

/* Count the lines of a body that would be separators without its Content-Length. */
static void count_inside(struct mbox *mbox, size_t len)
{
	struct separator_context body = { view_head(unread(mbox), len), true, false };
	struct separator separator;

	for (size_t at = 0;
	     find_separator(&body, &at, &separator, &mbox->taken_for_text) == FOUND_SEPARATOR; at++)
		mbox->taken_for_text++;
}

/* Whether the current message has a Content-Length that fits; *ret_len excludes the separator. */
static bool find_end_by_length(struct mbox *mbox, size_t *ret_len, struct separator *ret_next)
{
	if (mbox->separator.form == SEPARATOR_NONE ||
	    mbox->separator.form == SEPARATOR_PUBLIC_INBOX)
		return false;
	for (;;) {
		struct separator_context context = context_of(mbox);
		enum found found = read_length(context.text, ret_len);

		if (found == FOUND_SEPARATOR)
			found = fits(&context, ret_len, ret_next);
		if (found == FOUND_SEPARATOR)
			count_inside(mbox, *ret_len);
		if (found != FOUND_MAYBE || mbox->at_eof)
			return found == FOUND_SEPARATOR;
		if (fill(mbox) != 0)
			return false;
	}
}

/* ---- messages */

/* Remove one `>` from each line of `>`s and `From `, in place; returns the new length. */
static size_t unquote(char *text, size_t len)
{
	struct view all = view_of(text, len);
	size_t out = 0, copied = 0;

	for (size_t at = find_from_line(all, '>', 0); at < len;
	     at = find_from_line(all, '>', at + 1)) {
		size_t first = at;

		while (first > copied && text[first - 1] == '>')
			first--;
		if (first > 0 && text[first - 1] != '\n')
			continue;
		memmove(text + out, text + copied, first - copied);
		out += first - copied;
		copied = first + 1;
	}
	if (copied > 0)
		memmove(text + out, text + copied, len - copied);
	return out + len - copied;
}

/*
 * Drop the middle of a message that is too large and was searched up to `at`; returns the position
 * from which the search continues.  The two bytes before `at` are kept, because they show whether
 * an empty line precedes.
 */
static size_t drop_middle(struct mbox *mbox, size_t at)
{
	struct view text = unread(mbox);
	size_t kept = MBOX_MESSAGE_BYTES_MAX / 2, drop = at - 2 - kept;

	memmove(mbox->buffer + mbox->start + kept, text.ptr + at - 2, text.len - (at - 2));
	mbox->end -= drop;
	mbox->offset += drop;
	return kept + 2;
}

/* Find the end of the current message by the next separator, which is stored in *ret_next. */
static int find_end(struct mbox *mbox, size_t *ret_len, bool *ret_cut, struct separator *ret_next)
{
	size_t at = 0;

	*ret_next = (struct separator){ 0 };
	for (;;) {
		struct separator_context context = context_of(mbox);
		enum found found = find_separator(&context, &at, ret_next, &mbox->taken_for_text);
		struct view text = context.text;
		int r;

		if (found == FOUND_SEPARATOR || mbox->at_eof) {
			*ret_len = found == FOUND_SEPARATOR ? at + 1 : text.len;
			return 0;
		}
		if (found == FOUND_NONE)
			at = text.len > 5 ? text.len - 5 : 0;
		if (text.len > MBOX_MESSAGE_BYTES_MAX + READ_BYTES) {
			*ret_cut = true;
			at = drop_middle(mbox, at);
		}
		r = fill(mbox);
		if (r != 0)
			return r;
	}
}

/* Find out whether the file begins with a separator. */
static int read_first(struct mbox *mbox)
{
	mbox->is_started = true;
	for (;;) {
		struct separator_context context = context_of(mbox);
		int r;

		if (separator_at(&context, 0, BEFORE_NOTHING, &mbox->separator) != FOUND_MAYBE)
			return 0;
		r = fill(mbox);
		if (r != 0)
			return r;
	}
}

/* Remove the empty line before the next separator, which belongs to the mailbox. */
static struct view without_last_line(struct view raw)
{
	if (view_ends(raw, VIEW("\n\n")) || view_eq(raw, VIEW("\n")))
		raw.len--;
	else if (view_ends(raw, VIEW("\n\r\n")) || view_eq(raw, VIEW("\r\n")))
		raw.len -= 2;
	return raw;
}

/* Whether a text has nothing but line ends, for example before the first separator. */
static bool is_blank(struct view raw)
{
	for (size_t i = 0; i < raw.len; i++)
		if (raw.ptr[i] != '\n' && raw.ptr[i] != '\r')
			return false;
	return true;
}

static int next(struct mbox *mbox, struct mbox_message *message)
{
	struct separator following;
	struct view raw;
	size_t len;
	int r = 0;

	while (r == 0 && !mbox->at_eof && mbox->end == mbox->start)
		r = fill(mbox);
	if (r == 0 && mbox->end > mbox->start && !mbox->is_started)
		r = read_first(mbox);
	if (r != 0 || mbox->end == mbox->start)
		return r;
	message->offset = mbox->offset + mbox->start;
	message->is_cut = false;
	mbox->taken_for_text = 0;
	mbox->is_led = mbox->separator.form != SEPARATOR_NONE;
	mbox->start += mbox->separator.bytes;
	if (!find_end_by_length(mbox, &len, &following))
		r = find_end(mbox, &len, &message->is_cut, &following);
	if (r != 0)
		return r;
	raw = view_of(mbox->buffer + mbox->start, len);
	mbox->start += len;
	mbox->separator = following;
	if (mbox->start < mbox->end)
		raw = without_last_line(raw);
	message->is_cut = message->is_cut || raw.len > MBOX_MESSAGE_BYTES_MAX;
	if (message->is_cut)
		raw.len = MIN(raw.len, MBOX_MESSAGE_BYTES_MAX / 2);
	raw.len = unquote(mbox->buffer + (mbox->start - len), raw.len);
	message->raw = raw;
	message->taken_for_text = mbox->taken_for_text;
	message->end = mbox->offset + mbox->start;
	message->is_led = mbox->is_led;
	message->is_last = mbox->at_eof && mbox->start == mbox->end;
	return 1;
}

int mbox_next(struct mbox *mbox, struct mbox_message *ret_message)
{
	int r;

	do
		r = next(mbox, ret_message);
	while (r > 0 && !mbox->is_led && is_blank(ret_message->raw));
	return r;
}
