/* split - the diff and the comment in a text; see split.h */
#include "parser/split.h"

#include "parser/fault.h"
#include "parser/rule.h"

/* Larger counts of lines are reduced to this: no mail is that long. */
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

/*
 * A text composed of lines of another one.  It is a view of them while they are adjacent there, so
 * that a large diff, which usually is one run of lines, is not copied.
 */
struct piece {
	struct view run;
	struct builder built; /* when the lines are not adjacent */
	bool is_built;
};

struct splitter {
	struct arena *arena;
	size_t bytes_max; /* of any piece */
	enum state state;
	struct piece diff;
	struct piece comment;
	struct piece undecided; /* lines of which it is not yet known whether they are diff */
	bool hunk_seen;         /* a complete hunk, anywhere in the text */
	int64_t old_left;
	int64_t new_left;
	bool marker_seen; /* for a missing newline, in another language */
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
	for (size_t i = 0; i < sizeof(extended_headers) / sizeof(*extended_headers); i++)
		if (view_starts(line, view_str(extended_headers[i])))
			return true;
	return false;
}

/* diff(1) reports a missing newline at the end of a file in the language of its user. */
static bool is_no_newline(struct splitter *s, struct view line)
{
	if (!view_starts(line, VIEW("\\ ")))
		return false;
	s->marker_seen |= !view_starts(line, VIEW("\\ No newline at end of file"));
	return true;
}

static struct view piece_view(const struct piece *piece)
{
	if (piece->is_built)
		return builder_view(&piece->built);
	return piece->run.ptr != NULL ? piece->run : VIEW("");
}

/* Turn `piece` into a copy, in the memory that it may have had before. */
static void piece_build(const struct splitter *s, struct piece *piece)
{
	if (piece->built.ptr == NULL)
		piece->built = builder_init(s->arena);
	piece->built.len = 0;
	piece->is_built = true;
	/*
	 * A piece that is small so far will probably stay small, and needs no memory for all of the
	 * text.
	 */
	if (piece->run.len <= s->bytes_max / 4 || builder_reserve(&piece->built, s->bytes_max))
		builder_add(&piece->built, piece->run);
}

static void piece_add(const struct splitter *s, struct piece *piece, struct view more)
{
	if (more.len == 0)
		return;
	if (!piece->is_built && piece->run.len == 0) {
		piece->run = more;
	} else if (!piece->is_built && piece->run.ptr + piece->run.len == more.ptr) {
		piece->run.len += more.len;
	} else {
		if (!piece->is_built)
			piece_build(s, piece);
		builder_add(&piece->built, more);
	}
}

static void collect(struct splitter *s, struct view line)
{
	piece_add(s, &s->undecided, line);
}

/*
 * Undecided lines that were copied are copied again, so that their memory can be used for the next
 * ones.
 */
static void undecided_to(struct splitter *s, struct piece *to)
{
	if (s->undecided.is_built && !to->is_built)
		piece_build(s, to);
	piece_add(s, to, piece_view(&s->undecided));
	s->undecided.run = (struct view){ 0 };
	s->undecided.is_built = false;
}

static void undecided_to_diff(struct splitter *s, struct view line)
{
	collect(s, line);
	undecided_to(s, &s->diff);
}

static void undecided_to_comment(struct splitter *s, struct view line)
{
	collect(s, line);
	undecided_to(s, &s->comment);
	s->state = STATE_TEXT;
}

/* Take the digits at *at; false if there are none. */
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

/* Take `a[,b]` at *at; the count is b, or "1". */
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

	return take_literal(line, &at, VIEW("@@ -")) && take_range(line, &at, ret_old) &&
	       take_literal(line, &at, VIEW(" +")) && take_range(line, &at, ret_new) &&
	       take_literal(line, &at, VIEW(" @@"));
}

static int64_t count_of(struct view digits)
{
	int64_t n;

	return view_number(digits, COUNT_MAX, &n) ? n : COUNT_MAX;
}

static void in_text(struct splitter *s, struct view line)
{
	if (view_starts(line, VIEW("diff ")) || view_starts(line, VIEW("Index: "))) {
		collect(s, line);
		s->state = STATE_HEADER;
	} else if (view_starts(line, VIEW("--- "))) {
		collect(s, line);
		s->state = STATE_MINUS;
	} else {
		piece_add(s, &s->comment, line);
	}
}

static void in_header(struct splitter *s, struct view line)
{
	collect(s, line);
	if (view_starts(line, VIEW("--- ")))
		s->state = STATE_MINUS;
	else if (is_extended_header(line))
		s->state = STATE_EXTENDED;
}

static void in_minus(struct splitter *s, struct view line)
{
	if (view_starts(line, VIEW("+++ "))) {
		collect(s, line);
		s->state = STATE_PLUS;
	} else if (s->hunk_seen) {
		collect(s, line);
		s->state = STATE_HEADER;
	} else {
		undecided_to_comment(s, line);
	}
}

static void in_plus(struct splitter *s, struct view line)
{
	struct view old, new;

	if (split_hunk_counts(line, &old, &new)) {
		undecided_to_diff(s, line);
		s->old_left = count_of(old);
		s->new_left = count_of(new);
		s->state = STATE_HUNK;
	} else if (view_starts(line, VIEW("--- "))) {
		undecided_to_diff(s, line);
		s->state = STATE_MINUS;
	} else if (s->hunk_seen && is_no_newline(s, line)) {
		piece_add(s, &s->diff, line);
	} else if (s->hunk_seen) {
		collect(s, line);
		s->state = STATE_HEADER;
	} else {
		undecided_to_comment(s, line);
	}
}

static void in_hunk(struct splitter *s, struct view line)
{
	bool is_marker = is_no_newline(s, line);

	piece_add(s, &s->diff, line);
	if (line.ptr[0] != '+' && !is_marker)
		s->old_left--;
	if (line.ptr[0] != '-' && !is_marker)
		s->new_left--;
	if (s->old_left <= 0 && s->new_left <= 0) {
		s->hunk_seen = true;
		s->state = STATE_PLUS;
	}
}

static void in_extended(struct splitter *s, struct view line)
{
	if (is_extended_header(line)) {
		undecided_to_diff(s, line);
	} else if (view_starts(line, VIEW("--- "))) {
		undecided_to_diff(s, line);
		s->state = STATE_MINUS;
	} else if (view_starts(line, VIEW("GIT binary patch"))) {
		undecided_to_diff(s, line);
		s->state = STATE_BINARY;
	} else {
		collect(s, line);
		s->state = STATE_HEADER;
	}
}

static void in_binary(struct splitter *s, struct view line)
{
	if (view_starts(line, VIEW("diff"))) {
		collect(s, line);
		s->state = STATE_HEADER;
	} else {
		undecided_to_diff(s, line);
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

/* The text after the last LF, which may be empty, with an LF. */
static struct view last_line(struct arena *arena, struct view rest)
{
	struct builder line = builder_init(arena);

	if (!builder_reserve(&line, rest.len + 1))
		return VIEW("");
	builder_add(&line, rest);
	builder_byte(&line, '\n');
	return builder_view(&line);
}

int split_patch(struct arena *arena, struct view text, struct view *ret_diff,
		struct view *ret_comment, unsigned *flaws)
{
	struct splitter s = { .arena = arena, .bytes_max = text.len + 1 };
	struct view rest = text, last;
	size_t lf;

	while ((lf = view_find(rest, '\n', 0)) < rest.len) {
		take_line(&s, view_head(rest, lf + 1));
		rest = view_skip(rest, lf + 1);
	}
	if (rest.len > 0 || s.state != STATE_TEXT || s.comment.run.len == 0 || s.comment.is_built) {
		last = last_line(arena, rest);
		if (last.len > 0)
			take_line(&s, last);
	}
	if (s.state == STATE_HUNK)
		*flaws |= FLAW_CUT_HUNK;
	if (s.marker_seen)
		*flaws |= RULE_ANY_MARKER;
	undecided_to(&s, &s.comment);
	*ret_diff = piece_view(&s.diff);
	*ret_comment = piece_view(&s.comment);
	return arena_error(arena);
}
