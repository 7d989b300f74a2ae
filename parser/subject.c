/* subject - the bracketed prefixes of a patch mail's Subject; see subject.h */
#include "parser/subject.h"

#include "parser/fault.h"
#include "parser/rule.h"
#include "parser/text.h"

struct prefixes {
	struct view items[SUBJECT_PREFIXES_MAX];
	size_t count;
	bool overflow;
	bool has_inner; /* brackets, which determined the end of a bracket */
};

/* Length of `word` and a colon or white space at the beginning of `text`, or 0. */
static size_t leading_word(struct view text, struct view word)
{
	size_t n;

	if (!view_istarts(text, word) || text.len == word.len)
		return 0;
	if (text.ptr[word.len] == ':')
		return word.len + 1;
	return text_is_space(text_char(view_skip(text, word.len), &n)) ? word.len + n : 0;
}

static void add_prefix(struct prefixes *prefixes, struct view prefix, struct view link_name)
{
	if (view_ieq(prefix, VIEW("patch")) || text_ieq(prefix, link_name))
		return;
	if (prefixes->count == SUBJECT_PREFIXES_MAX)
		prefixes->overflow = true;
	else
		prefixes->items[prefixes->count++] = prefix;
}

/* Add the words of `inside`, which are separated by the bytes of `separators`. */
static void add_words(struct prefixes *prefixes, struct view inside, const char *separators,
		      struct view link_name)
{
	while (inside.len > 0) {
		size_t end = 0;

		while (end < inside.len && inside.ptr[end] != separators[0] &&
		       inside.ptr[end] != separators[1])
			end++;
		if (end > 0)
			add_prefix(prefixes, view_head(inside, end), link_name);
		inside = view_skip(inside, end < inside.len ? end + 1 : end);
	}
}

/* Mercurial's `PATCH N of M`: length of the `N of M` after `PATCH `, or 0. */
static size_t mercurial_len(struct view inside)
{
	size_t number, total;

	if (!view_starts(inside, VIEW("PATCH ")))
		return 0;
	inside = view_skip(inside, 6);
	number = view_count_digits(inside);
	if (number == 0 || !view_starts(view_skip(inside, number), VIEW(" of ")))
		return 0;
	total = view_count_digits(view_skip(inside, number + 4));
	return total > 0 ? number + 4 + total : 0;
}

static void add_bracket(struct prefixes *prefixes, struct view inside, struct view link_name)
{
	size_t mercurial = mercurial_len(inside);

	if (mercurial > 0) {
		add_prefix(prefixes, view_of(inside.ptr + 6, mercurial), link_name);
		inside = view_skip(inside, 6 + mercurial);
	}
	add_words(prefixes, inside, ", ", link_name);
}

/* `text` up to its last `]`; all brackets that are closed are in it. */
static struct view bracketed(struct view text)
{
	while (text.len > 0 && text.ptr[text.len - 1] != ']')
		text.len--;
	return text;
}

/*
 * For each `[` of `text` the index of the `]` that closes it, or the length of `text`.  NULL if
 * `text` does not start with a bracket.
 */
static const size_t *match_brackets(struct arena *arena, struct view text)
{
	size_t *closing;
	size_t *open, depth = 0;

	if (text.len == 0 || text.ptr[0] != '[')
		return NULL;
	closing = arena_alloc(arena, text.len * sizeof(*closing));
	open = arena_alloc(arena, text.len * sizeof(*open));
	if (closing == NULL || open == NULL)
		return NULL;
	for (size_t i = 0; i < text.len; i++) {
		if (text.ptr[i] == '[') {
			closing[i] = text.len;
			open[depth++] = i;
		} else if (text.ptr[i] == ']' && depth > 0) {
			closing[open[--depth]] = i;
		}
	}
	return closing;
}

/*
 * The text inside the bracket at `at`, without brackets around all of it; *ret_end is the index of
 * the closing bracket.  A bracket that is not closed, or that starts with another one, ends at the
 * first `]`; so do all if `closing` is NULL.
 */
static struct view bracket_at(struct view text, size_t at, const size_t *closing, size_t *ret_end)
{
	size_t from = at + 1, end = closing != NULL ? closing[at] : text.len;

	*ret_end = end;
	while (end < text.len && from < end && text.ptr[from] == '[' && closing[from] == end - 1) {
		from++;
		end--;
	}
	if (end < text.len && (from == end || text.ptr[from] != '['))
		return view_of(text.ptr + from, end - from);
	*ret_end = view_find(text, ']', at);
	return view_of(text.ptr + at + 1, *ret_end - at - 1);
}

/* Take the brackets at the beginning of `text`; returns the text after them. */
static struct view take_brackets(struct prefixes *prefixes, struct view text, const size_t *closing,
				 struct view link_name)
{
	struct view head = bracketed(text);
	size_t at = 0, end;

	prefixes->count = 0;
	prefixes->overflow = prefixes->has_inner = false;

	while (at < head.len && text.ptr[at] == '[') {
		struct view inside = bracket_at(head, at, closing, &end);

		prefixes->has_inner |= end > view_find(head, ']', at);
		add_bracket(prefixes, inside, link_name);
		at = (size_t)(text_trim_left(view_skip(text, end + 1)).ptr - text.ptr);
	}
	return view_skip(text, at);
}

static struct view make_name(struct arena *arena, const struct prefixes *prefixes,
			     struct view title)
{
	struct builder b = builder_init(arena);

	if (prefixes->count == 0)
		return title;
	builder_byte(&b, '[');
	for (size_t i = 0; i < prefixes->count; i++) {
		if (i > 0)
			builder_byte(&b, ',');
		builder_add(&b, prefixes->items[i]);
	}
	builder_add(&b, VIEW("] "));
	builder_add(&b, title);
	return builder_view(&b);
}

/* Whether `prefix` ends in a series marker, `3/7` or `3 of 7`; *ret_number and *ret_total. */
static bool find_marker(struct view prefix, struct view *ret_number, struct view *ret_total)
{
	size_t total = prefix.len, end, number;

	while (total > 0 && view_is_digit(prefix.ptr[total - 1]))
		total--;
	if (total == prefix.len)
		return false;
	end = total;
	if (view_ends(view_head(prefix, end), VIEW("/")))
		end -= 1;
	else if (view_ends(view_head(prefix, end), VIEW(" of ")))
		end -= 4;
	else
		return false;
	number = end;
	while (number > 0 && view_is_digit(prefix.ptr[number - 1]))
		number--;
	*ret_number = view_of(prefix.ptr + number, end - number);
	*ret_total = view_skip(prefix, total);
	return number < end;
}

static void read_marker(struct subject *subject, const struct prefixes *prefixes, unsigned *flaws)
{
	struct view number, total;
	int64_t n, m;

	for (size_t i = 0; i < prefixes->count; i++) {
		if (!find_marker(prefixes->items[i], &number, &total))
			continue;
		if (view_number(number, SUBJECT_NUMBER_MAX, &n) &&
		    view_number(total, SUBJECT_TOTAL_MAX, &m)) {
			subject->has_marker = true;
			subject->number = (int32_t)n;
			subject->total = (int32_t)m;
		} else {
			*flaws |= FLAW_NUMBER_RANGE;
		}
		return;
	}
}

/* The digits of a `(v2)` anywhere in the name; absent if there is none. */
static struct view version_in_name(struct view name)
{
	for (size_t at = view_find(name, '(', 0); at < name.len;
	     at = view_find(name, '(', at + 1)) {
		struct view rest = view_skip(name, at + 1);
		size_t digits;

		if (rest.len == 0 || (rest.ptr[0] != 'v' && rest.ptr[0] != 'V'))
			continue;
		rest = view_skip(rest, 1);
		digits = view_count_digits(rest);
		if (digits > 0 && digits < rest.len && rest.ptr[digits] == ')')
			return view_head(rest, digits);
	}
	return (struct view){ 0 };
}

/* The digits of `v3`, or of `PATCHv3`, `RFC-v2` and the like; absent for any other prefix. */
static struct view version_of_prefix(struct view prefix)
{
	static const char *const words[] = { "patch", "rfc", "resend" };

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		struct view word = view_str(words[i]);

		if (!view_istarts(prefix, word))
			continue;
		prefix = view_skip(prefix, word.len);
		if (prefix.len > 0 && strchr("-_.", prefix.ptr[0]) != NULL)
			prefix = view_skip(prefix, 1);
		break;
	}
	if (prefix.len < 2 || (prefix.ptr[0] != 'v' && prefix.ptr[0] != 'V'))
		return (struct view){ 0 };
	prefix = view_skip(prefix, 1);
	return view_count_digits(prefix) == prefix.len ? prefix : (struct view){ 0 };
}

static int32_t read_version(const struct prefixes *prefixes, struct view name, unsigned *flaws)
{
	struct view digits = { 0 };
	bool is_glued = false;
	int64_t version;

	for (size_t i = 0; i < prefixes->count && digits.ptr == NULL; i++) {
		digits = version_of_prefix(prefixes->items[i]);
		is_glued = prefixes->items[i].len > digits.len + 1;
	}
	if (digits.ptr == NULL) {
		is_glued = false;
		digits = version_in_name(name);
	}
	if (digits.ptr == NULL)
		return 1;
	if (!view_number(digits, SUBJECT_VERSION_MAX, &version)) {
		*flaws |= FLAW_NUMBER_RANGE;
		return 1;
	}
	if (is_glued)
		*flaws |= RULE_GLUED_VERSION;
	return (int32_t)version;
}

static const struct view *keep_prefixes(struct arena *arena, const struct prefixes *prefixes)
{
	struct view *kept = arena_alloc(arena, (prefixes->count + 1) * sizeof(*kept));

	if (kept != NULL && prefixes->count > 0)
		memcpy(kept, prefixes->items, prefixes->count * sizeof(*kept));
	return kept;
}

/* Take one `Re:`, `Fw:` or `Fwd:` off `text`. */
static struct view take_reply(struct view text, bool *ret_is_reply, bool *ret_is_forwarded)
{
	size_t reply = leading_word(text, VIEW("re")), forward = leading_word(text, VIEW("fw"));

	if (forward == 0)
		forward = leading_word(text, VIEW("fwd"));
	*ret_is_reply = reply > 0;
	*ret_is_forwarded = forward > 0;
	return text_trim_left(view_skip(text, reply + forward));
}

int subject_name_prefixes(struct arena *arena, struct view name, const struct view **ret_prefixes,
			  size_t *ret_count)
{
	struct prefixes prefixes;
	bool is_reply, is_forwarded;

	name = take_reply(text_fold(arena, name), &is_reply, &is_forwarded);
	(void)take_brackets(&prefixes, name, NULL, VIEW(""));
	*ret_prefixes = keep_prefixes(arena, &prefixes);
	*ret_count = prefixes.count;
	return arena_error(arena);
}

int subject_read(struct arena *arena, struct view text, struct view link_name,
		 struct subject *ret_subject, unsigned *flaws)
{
	struct subject subject = { 0 };
	struct prefixes prefixes;
	const size_t *closing;

	text = take_reply(text, &subject.is_reply, &subject.is_forwarded);
	closing = match_brackets(arena, bracketed(text));
	subject.title = take_brackets(&prefixes, text, closing, link_name);
	subject.name = make_name(arena, &prefixes, subject.title);
	read_marker(&subject, &prefixes, flaws);
	subject.version = read_version(&prefixes, subject.name, flaws);
	subject.prefixes = keep_prefixes(arena, &prefixes);
	subject.prefix_count = prefixes.count;
	if (prefixes.overflow)
		*flaws |= FLAW_TOO_MANY_PREFIXES;
	if (prefixes.has_inner)
		*flaws |= RULE_INNER_BRACKETS;
	*ret_subject = subject;
	return arena_error(arena);
}

bool subject_is_reply(struct view text)
{
	return leading_word(text, VIEW("re")) > 0;
}
