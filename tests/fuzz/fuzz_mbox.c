/* fuzz_mbox - messages of a mailbox, read whole and in pieces; see daemon/import/mbox.h */
#include "tests/fuzz/fuzz.h"

#include "daemon/import/mbox.h"

struct feed {
	struct view rest;
	size_t most; /* bytes in each read */
	uint32_t seed;
};

static ssize_t feed_read(void *context, char *buffer, size_t size)
{
	struct feed *feed = context;
	size_t n = fuzz_piece(&feed->seed, feed->most);

	if (n > size)
		n = size;
	if (n > feed->rest.len)
		n = feed->rest.len;
	if (n > 0)
		memcpy(buffer, feed->rest.ptr, n);
	feed->rest = view_skip(feed->rest, n);
	return (ssize_t)n;
}

/* Take a line end off *v. */
static bool take_line_end(struct view *v)
{
	size_t n = view_starts(*v, VIEW("\n")) ? 1 : view_starts(*v, VIEW("\r\n")) ? 2 : 0;

	*v = view_skip(*v, n);
	return n > 0;
}

/* Whether `v` begins with a `From ` line that was quoted by `>`. */
static bool is_quoted(struct view v)
{
	size_t n = 0;

	while (n < v.len && v.ptr[n] == '>')
		n++;
	return n > 0 && view_starts(view_skip(v, n), VIEW("From "));
}

/* Take `raw` off the beginning of `place`, whose lines may be quoted; false if it is not there. */
static bool take_message(struct view *place, struct view raw)
{
	while (raw.len > 0) {
		size_t end = view_find(raw, '\n', 0);
		size_t n = end < raw.len ? end + 1 : end;

		if (!view_starts(*place, view_head(raw, n)) && is_quoted(*place))
			*place = view_skip(*place, 1);
		else if (is_quoted(*place) && view_starts(view_skip(*place, 1), view_head(raw, n)))
			*place = view_skip(*place, 1);
		if (!view_starts(*place, view_head(raw, n)))
			return false;
		*place = view_skip(*place, n);
		raw = view_skip(raw, n);
	}
	return true;
}

/* Whether `place` consists of `raw` and an empty line or two. */
static bool is_all(struct view place, struct view raw)
{
	if (!take_message(&place, raw))
		return false;
	(void)(take_line_end(&place) && take_line_end(&place));
	return place.len == 0;
}

/* A message in the file consists of its `From ` lines, the message and an empty line or two. */
static void check_place(struct view place, struct view raw)
{
	while (!is_all(place, raw)) {
		MUST(view_starts(place, VIEW("From ")) || is_quoted(place));
		(void)fuzz_take_line(&place);
	}
}

/* Line ends before the first `From ` line are not a message. */
static void check_blank(struct view v)
{
	for (size_t i = 0; i < v.len; i++)
		MUST(v.ptr[i] == '\n' || v.ptr[i] == '\r');
}

static struct view read_all(struct arena *arena, struct view file, size_t most)
{
	struct feed feed = { file, most, (uint32_t)file.len };
	struct mbox *mbox = mbox_new_from((struct input_reader){ feed_read, &feed });
	struct builder all = builder_init(arena);
	struct mbox_message message;
	uint64_t end = 0;
	int r;

	MUST(mbox != NULL);
	while ((r = mbox_next(mbox, &message)) == 1) {
		MUST(message.offset == end || end == 0);
		check_blank(view_of(file.ptr + end, message.offset - end));
		MUST(message.end > message.offset && message.end <= file.len);
		MUST(!message.is_cut);
		end = message.end;
		check_place(view_of(file.ptr + message.offset, end - message.offset), message.raw);
		builder_add(&all, message.raw);
		builder_add(&all, view_of((const char *)&end, sizeof(end)));
	}
	MUST(r == 0);
	MUST(end == file.len || end == 0);
	check_blank(view_skip(file, end));
	MUST(mbox_next(mbox, &message) == 0);
	mbox_free(mbox);
	return builder_view(&all);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_new(FUZZ_ARENA_BYTES_MAX);
	struct view file = fuzz_view(data, size);
	struct view whole = read_all(arena, file, size + 1);

	/*
	 * Headers are examined again after each read, so reading byte by byte takes quadratic time.
	 */
	if (size < 1000)
		MUST(view_eq(read_all(arena, file, 1), whole));
	MUST(view_eq(read_all(arena, file, 1 + size / 40), whole));
	arena_free(arena);
	return 0;
}
