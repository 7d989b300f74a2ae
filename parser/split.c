/* split - a text into commit message and diff; see split.h */
#include "parser/split.h"

#include "parser/fault.h"

/* A count of lines larger than this is not written out anywhere: no mail is that long. */
#define COUNT_MAX INT32_MAX

enum state {
	STATE_TEXT,
	STATE_HEADER,
	STATE_MINUS,
	STATE_PLUS,
	STATE_HUNK,
	STATE_EXTENDED,
	STATE_BINARY,
};

struct splitter {
	enum state state;
	struct builder diff;
	struct builder comment;
	struct view held;           /* the undecided lines: neighbours in the text */
	struct builder held_before; /* those before them and not next to them */
	bool hunk_seen;             /* a whole hunk, anywhere in the text */
	int64_t old_left;
	int64_t new_left;
};

static const char *const extended_headers[] = {
	"old mode ",
	"new mode ",
	"deleted file mode ",
	"new file mode ",
	"copy from ",
	"copy to ",
	"rename from ",
	"rename to ",
	"similarity index ",
	"dissimilarity index ",
	"index ",
};

static bool is_extended_header(struct view line)
{
	for (size_t i = 0; i < sizeof(extended_headers) / sizeof(*extended_headers);
	     i++)
		if (view_starts(line, view_str(extended_headers[i])))
			return true;
	return false;
}

static bool is_no_newline(struct view line)
{
	return view_starts(line, VIEW("\\ No newline at end of file"));
}

static void hold(struct splitter *s, struct view line)
{
	if (s->held.len == 0)
		s->held = line;
	else
		s->held.len += line.len;
}

/* A line is taken from behind the undecided ones, so the next of them is no neighbour. */
static void part_held(struct splitter *s)
{
	builder_add(&s->held_before, s->held);
	s->held.len = 0;
}

static void release_to(struct splitter *s, struct builder *to)
{
	builder_add(to, builder_view(&s->held_before));
	s->held_before.len = 0;
	builder_add(to, s->held);
	s->held.len = 0;
}

static void hold_to_diff(struct splitter *s, struct view line)
{
	hold(s, line);
	release_to(s, &s->diff);
}

static void hold_to_comment(struct splitter *s, struct view line)
{
	hold(s, line);
	release_to(s, &s->comment);
	s->state = STATE_TEXT;
}

/* Digits at *at; false if there are none. */
static bool take_digits(struct view line, size_t *at, struct view *ret_digits)
{
	size_t start = *at;

	while (*at < line.len && view_is_digit(line.ptr[*at]))
		(*at)++;
	*ret_digits = view_of(line.ptr + start, *at - start);
	return *at > start;
}

static bool take_literal(struct view line, size_t *at, struct view literal)
{
	if (!view_starts(view_skip(line, *at), literal))
		return false;
	*at += literal.len;
	return true;
}

/* `a[,b]` at *at: b, or "1". */
static bool take_range(struct view line, size_t *at, struct view *ret_count)
{
	struct view start;

	if (!take_digits(line, at, &start))
		return false;
	*ret_count = VIEW("1");
	if (!take_literal(line, at, VIEW(",")))
		return true;
	return take_digits(line, at, ret_count);
}

bool split_hunk_counts(struct view line, struct view *ret_old, struct view *ret_new)
{
	size_t at = 0;

	return take_literal(line, &at, VIEW("@@ -")) &&
	       take_range(line, &at, ret_old) && take_literal(line, &at, VIEW(" +")) &&
	       take_range(line, &at, ret_new) && take_literal(line, &at, VIEW(" @@"));
}

static int64_t count_of(struct view digits)
{
	int64_t n;

	return view_number(digits, COUNT_MAX, &n) ? n : COUNT_MAX;
}

static void in_text(struct splitter *s, struct view line)
{
	if (view_starts(line, VIEW("diff ")) || view_starts(line, VIEW("Index: "))) {
		hold(s, line);
		s->state = STATE_HEADER;
	} else if (view_starts(line, VIEW("--- "))) {
		hold(s, line);
		s->state = STATE_MINUS;
	} else {
		builder_add(&s->comment, line);
	}
}

static void in_header(struct splitter *s, struct view line)
{
	hold(s, line);
	if (view_starts(line, VIEW("--- ")))
		s->state = STATE_MINUS;
	else if (is_extended_header(line))
		s->state = STATE_EXTENDED;
}

static void in_minus(struct splitter *s, struct view line)
{
	if (view_starts(line, VIEW("+++ "))) {
		hold(s, line);
		s->state = STATE_PLUS;
	} else if (s->hunk_seen) {
		hold(s, line);
		s->state = STATE_HEADER;
	} else {
		hold_to_comment(s, line);
	}
}

static void in_plus(struct splitter *s, struct view line)
{
	struct view old, new;

	if (split_hunk_counts(line, &old, &new)) {
		hold_to_diff(s, line);
		s->old_left = count_of(old);
		s->new_left = count_of(new);
		s->state = STATE_HUNK;
	} else if (view_starts(line, VIEW("--- "))) {
		hold_to_diff(s, line);
		s->state = STATE_MINUS;
	} else if (s->hunk_seen && is_no_newline(line)) {
		part_held(s);
		builder_add(&s->diff, line);
	} else if (s->hunk_seen) {
		hold(s, line);
		s->state = STATE_HEADER;
	} else {
		hold_to_comment(s, line);
	}
}

static void in_hunk(struct splitter *s, struct view line)
{
	builder_add(&s->diff, line);
	if (line.ptr[0] != '+' && !is_no_newline(line))
		s->old_left--;
	if (line.ptr[0] != '-' && !is_no_newline(line))
		s->new_left--;
	if (s->old_left <= 0 && s->new_left <= 0) {
		s->hunk_seen = true;
		s->state = STATE_PLUS;
	}
}

static void in_extended(struct splitter *s, struct view line)
{
	if (is_extended_header(line)) {
		hold_to_diff(s, line);
	} else if (view_starts(line, VIEW("--- "))) {
		hold_to_diff(s, line);
		s->state = STATE_MINUS;
	} else if (view_starts(line, VIEW("GIT binary patch"))) {
		hold_to_diff(s, line);
		s->state = STATE_BINARY;
	} else {
		hold(s, line);
		s->state = STATE_HEADER;
	}
}

static void in_binary(struct splitter *s, struct view line)
{
	if (view_starts(line, VIEW("diff"))) {
		hold(s, line);
		s->state = STATE_HEADER;
	} else {
		hold_to_diff(s, line);
	}
}

static void take_line(struct splitter *s, struct view line)
{
	switch (s->state) {
	case STATE_TEXT:
		in_text(s, line);
		break;
	case STATE_HEADER:
		in_header(s, line);
		break;
	case STATE_MINUS:
		in_minus(s, line);
		break;
	case STATE_PLUS:
		in_plus(s, line);
		break;
	case STATE_HUNK:
		in_hunk(s, line);
		break;
	case STATE_EXTENDED:
		in_extended(s, line);
		break;
	case STATE_BINARY:
		in_binary(s, line);
		break;
	}
}

int split_patch(struct arena *arena, struct view text, struct view *ret_diff,
		struct view *ret_comment, unsigned *flaws)
{
	struct splitter s = { .diff = builder_init(arena),
			      .comment = builder_init(arena),
			      .held_before = builder_init(arena) };
	struct builder lines = builder_init(arena);
	struct view rest;

	if (!builder_reserve(&lines, text.len + 1))
		return arena_error(arena);
	builder_add(&lines, text);
	builder_byte(&lines, '\n');
	for (rest = builder_view(&lines); rest.len > 0;) {
		size_t end = view_find(rest, '\n', 0) + 1;

		take_line(&s, view_head(rest, end));
		rest = view_skip(rest, end);
	}
	if (s.state == STATE_HUNK)
		*flaws |= FLAW_CUT_HUNK;
	release_to(&s, &s.comment);
	*ret_diff = builder_view(&s.diff);
	*ret_comment = builder_view(&s.comment);
	return arena_error(arena);
}
