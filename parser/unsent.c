/* unsent - a patch that was never sent as a mail; see unsent.h */
#include "parser/unsent.h"

#include "parser/text.h"

#define COMMIT VIEW("commit ")
#define INDENT VIEW("    ")

/* Length of the shortest and the longest name of a commit: an abbreviation, and SHA-256. */
#define HASH_CHARS_MIN 4
#define HASH_CHARS_MAX 64

/* `commit HASH`, optionally with the names of branches in parentheses after it. */
static bool is_commit_line(struct view line)
{
	size_t n = 0;

	if (!view_starts(line, COMMIT))
		return false;
	line = text_trim_right(view_skip(line, COMMIT.len));
	while (n < line.len &&
	       (view_is_digit(line.ptr[n]) || (line.ptr[n] >= 'a' && line.ptr[n] <= 'f')))
		n++;
	return n >= HASH_CHARS_MIN && n <= HASH_CHARS_MAX &&
	       (n == line.len || view_starts(view_skip(line, n), VIEW(" (")));
}

static void add_header(struct builder *mail, struct view name, struct view value)
{
	builder_add(mail, name);
	builder_add(mail, VIEW(": "));
	builder_add(mail, text_trim(value));
	builder_byte(mail, '\n');
}

/* Read the lines up to an empty one: author and date. */
static void take_headers(struct builder *mail, struct view *rest)
{
	static const struct {
		const char *printed, *header;
	} names[] = { { "Author:", "From" }, { "Date:", "Date" }, { "AuthorDate:", "Date" } };
	struct view line;

	while (view_next_line(rest, &line) && text_trim(line).len > 0)
		for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
			if (view_starts(line, view_str(names[i].printed)))
				add_header(mail, view_str(names[i].header),
					   view_skip(line, strlen(names[i].printed)));
}

/* Take a line of the message, without the blanks before it; an empty line is a part of it, too. */
static bool next_message_line(struct view *rest, struct view *ret_line)
{
	struct view after = *rest, line;

	if (!view_next_line(&after, &line))
		return false;
	if (view_starts(line, INDENT))
		line = view_skip(line, INDENT.len);
	else if (text_trim(line).len > 0)
		return false;
	*rest = after;
	*ret_line = line;
	return true;
}

/* The first paragraph in one line.  `PATCH` keeps a title such as `Re: x` from being a reply. */
static void take_subject(struct builder *mail, struct view *rest)
{
	struct view line;

	builder_add(mail, VIEW("Subject: [PATCH]"));
	while (next_message_line(rest, &line) && text_trim(line).len > 0) {
		builder_byte(mail, ' ');
		builder_add(mail, text_trim(line));
	}
	builder_byte(mail, '\n');
}

/* The rest of the message, and all text up to the next commit as it is. */
static void take_body(struct builder *mail, struct view rest)
{
	struct view line;

	builder_byte(mail, '\n');
	while (next_message_line(&rest, &line)) {
		builder_add(mail, line);
		builder_byte(mail, '\n');
	}
	while (view_next_line(&rest, &line) && !is_commit_line(line)) {
		builder_add(mail, line);
		builder_byte(mail, '\n');
	}
}

struct view unsent_commit(struct arena *arena, struct view text)
{
	struct builder mail = builder_init(arena);
	struct view line;

	text = text_trim_left(text);
	if (!view_next_line(&text, &line) || !is_commit_line(line))
		return (struct view){ 0 };
	(void)builder_reserve(&mail, text.len);
	take_headers(&mail, &text);
	take_subject(&mail, &text);
	take_body(&mail, text);
	return arena_error(arena) == 0 ? builder_view(&mail) : (struct view){ 0 };
}
