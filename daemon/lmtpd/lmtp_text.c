/* lmtp_text - decodes the text of a mail; see lmtp_text.h */
#include "daemon/lmtpd/lmtp_text.h"

/* From the LF of a line end to the next CR, so that a line is returned in one piece. */
static struct view take_line_end(enum lmtp_text_state *state, struct view *input, bool is_stuffed)
{
	struct view v = *input;
	size_t n = 1;

	*state = LMTP_TEXT_LINE_START;
	if (v.len > 1 && !(is_stuffed && v.ptr[1] == '.')) {
		n = view_find(v, '\r', 1);
		*state = n < v.len ? LMTP_TEXT_CR : LMTP_TEXT_LINE;
	}
	*input = view_skip(v, *state == LMTP_TEXT_CR ? n + 1 : n);
	return view_head(v, n);
}

static struct view take_to_cr(enum lmtp_text_state *state, struct view *input)
{
	struct view v = *input;
	size_t n = view_find(v, '\r', 0);

	*state = n < v.len ? LMTP_TEXT_CR : LMTP_TEXT_LINE;
	*input = view_skip(v, n < v.len ? n + 1 : n);
	return view_head(v, n);
}

bool lmtp_text_take(enum lmtp_text_state *state, struct view *input, bool is_stuffed,
		    struct view *ret_text)
{
	char c = input->ptr[0];

	*ret_text = VIEW("");
	switch (*state) {
	case LMTP_TEXT_LINE_START:
		*state = LMTP_TEXT_LINE;
		if (is_stuffed && c == '.') {
			*state = LMTP_TEXT_DOT;
			*input = view_skip(*input, 1);
		}
		return false;
	case LMTP_TEXT_LINE:
		*ret_text = take_to_cr(state, input);
		return false;
	case LMTP_TEXT_CR:
		if (c == '\n') {
			*ret_text = take_line_end(state, input, is_stuffed);
			return false;
		}
		break;
	case LMTP_TEXT_DOT:
		*state = LMTP_TEXT_LINE;
		if (c == '\r') {
			*state = LMTP_TEXT_DOT_CR;
			*input = view_skip(*input, 1);
		}
		return false;
	case LMTP_TEXT_DOT_CR:
		if (c == '\n') {
			*input = view_skip(*input, 1);
			return true;
		}
		break;
	}
	/* The CR was not part of a line end. */
	*state = LMTP_TEXT_LINE;
	*ret_text = VIEW("\r");
	return false;
}
