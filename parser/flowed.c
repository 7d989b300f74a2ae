/* flowed - text whose lines a mail program has broken so that they can be joined; see flowed.h */
#include "parser/flowed.h"

/* Split a line into its text and its end: LF, CR LF or nothing. */
static struct view body_of(struct view line, struct view *ret_end)
{
	size_t len = line.len;

	if (len > 0 && line.ptr[len - 1] == '\n')
		len--;
	if (len > 0 && len < line.len && line.ptr[len - 1] == '\r')
		len--;
	*ret_end = view_skip(line, len);
	return view_head(line, len);
}

struct view flowed_undo(struct arena *arena, struct view text, bool deletes_space)
{
	struct builder b = builder_init(arena);
	struct view end;

	(void)builder_reserve(&b, text.len);
	while (text.len > 0) {
		size_t lf = view_find(text, '\n', 0);
		struct view line = view_head(text, lf < text.len ? lf + 1 : lf);
		struct view body = body_of(line, &end);

		text = view_skip(text, line.len);
		if (view_eq(body, VIEW("-- "))) {
			builder_add(&b, line);
			continue;
		}
		if (view_starts(body, VIEW(" ")))
			body = view_skip(body, 1);
		if (view_ends(body, VIEW(" "))) {
			builder_add(&b, view_head(body, deletes_space ? body.len - 1 : body.len));
			continue;
		}
		builder_add(&b, body);
		builder_add(&b, end);
	}
	return builder_view(&b);
}
