/* lmtp_text - the text of a mail, out of what DATA or BDAT brings; see lmtp_text.h */
#include "daemon/lmtpd/lmtp_text.h"

/* From an LF that ends a line to the next CR, so that a line is one piece. */
static struct view take_line_end(enum lmtp_text_state *place, struct view *input, bool is_stuffed)
{
	struct view v = *input;
	size_t n = 1;

	*place = LMTP_PLACE_LINE_START;
	if (v.len > 1 && !(is_stuffed && v.ptr[1] == '.')) {
		n = view_find(v, '\r', 1);
		*place = n < v.len ? LMTP_PLACE_CR : LMTP_PLACE_LINE;
	}
	*input = view_skip(v, *place == LMTP_PLACE_CR ? n + 1 : n);
	return view_head(v, n);
}

static struct view take_to_cr(enum lmtp_text_state *place, struct view *input)
{
	struct view v = *input;
	size_t n = view_find(v, '\r', 0);

	*place = n < v.len ? LMTP_PLACE_CR : LMTP_PLACE_LINE;
	*input = view_skip(v, n < v.len ? n + 1 : n);
	return view_head(v, n);
}

bool lmtp_text_take(enum lmtp_text_state *place, struct view *input, bool is_stuffed,
		    struct view *ret_text)
{
	char c = input->ptr[0];

	*ret_text = VIEW("");
	switch (*place) {
	case LMTP_PLACE_LINE_START:
		*place = LMTP_PLACE_LINE;
		if (is_stuffed && c == '.') {
			*place = LMTP_PLACE_DOT;
			*input = view_skip(*input, 1);
		}
		return false;
	case LMTP_PLACE_LINE:
		*ret_text = take_to_cr(place, input);
		return false;
	case LMTP_PLACE_CR:
		if (c == '\n') {
			*ret_text = take_line_end(place, input, is_stuffed);
			return false;
		}
		break;
	case LMTP_PLACE_DOT:
		*place = LMTP_PLACE_LINE;
		if (c == '\r') {
			*place = LMTP_PLACE_DOT_CR;
			*input = view_skip(*input, 1);
		}
		return false;
	case LMTP_PLACE_DOT_CR:
		if (c == '\n') {
			*input = view_skip(*input, 1);
			return true;
		}
		break;
	}
	/* The CR that was held back ends no line. */
	*place = LMTP_PLACE_LINE;
	*ret_text = VIEW("\r");
	return false;
}
