/*
 * fuzz_lmtp - a dialogue, whole, byte by byte and cut at random: the results are the same; see
 * daemon/lmtpd/lmtp.h
 */
#include "tests/fuzz/fuzz.h"
#include "tests/lmtp_options.h"

/* All replies and actions, in order. */
struct trace {
	struct lmtp *lmtp;
	struct builder all;
	bool has_text; /* of an incomplete mail */
};

static void trace_output(struct trace *trace)
{
	struct view output = lmtp_output(trace->lmtp), rest = output;

	while (rest.len > 0) {
		struct view line = fuzz_take_line(&rest);

		MUST(view_ends(line, VIEW("\r")));
		MUST(line.len >= 5 && line.len <= LMTP_REPLY_BYTES_MAX + 1);
		MUST(view_is_digit(line.ptr[0]) && view_is_digit(line.ptr[2]));
		MUST(line.ptr[3] == ' ' || line.ptr[3] == '-');
		MUST(memchr(line.ptr, '\r', line.len - 1) == NULL);
		MUST(memchr(line.ptr, '\0', line.len) == NULL);
	}
	builder_add(&trace->all, output);
	lmtp_sent(trace->lmtp, output.len);
	MUST(lmtp_output(trace->lmtp).len == 0);
}

static void trace_mail(struct trace *trace)
{
	size_t lists = lmtp_list_count(trace->lmtp);
	size_t recipients = lmtp_recipient_count(trace->lmtp);
	char reply[] = "25x 2.0.0 ok";

	MUST(lmtp_phase(trace->lmtp) == LMTP_ANSWERING);
	MUST(lists >= 1 && lists <= recipients && recipients <= options.recipients_max);
	builder_add(&trace->all, VIEW("{mail}"));
	for (size_t i = 0; i < lists; i++) {
		struct view list = lmtp_list(trace->lmtp, i);

		MUST(list.len <= LMTP_LIST_ID_BYTES_MAX);
		MUST(list.len == 0 || memchr(list.ptr, '\0', list.len) == NULL);
		builder_add(&trace->all, list.ptr != NULL ? list : VIEW("{headers}"));
	}
	for (size_t i = 0; i < recipients; i++) {
		MUST(lmtp_recipient_list(trace->lmtp, i) < lists);
		reply[2] = (char)('0' + lmtp_recipient_list(trace->lmtp, i));
		lmtp_answer(trace->lmtp, reply);
	}
	MUST(lmtp_phase(trace->lmtp) == LMTP_COMMANDS);
	trace->has_text = false;
}

/* False at the end of the session. */
static bool trace_feed(struct trace *trace, struct view input)
{
	struct view text;

	for (;;) {
		enum lmtp_event event = lmtp_feed(trace->lmtp, &input, &text);

		trace_output(trace);
		switch (event) {
		case LMTP_MORE:
			MUST(input.len == 0);
			return true;
		case LMTP_TEXT:
			MUST(text.len > 0);
			MUST(lmtp_phase(trace->lmtp) == LMTP_RECEIVING);
			builder_add(&trace->all, text);
			trace->has_text = true;
			break;
		case LMTP_MAIL:
			trace_mail(trace);
			break;
		case LMTP_DROP:
			builder_add(&trace->all, VIEW("{drop}"));
			trace->has_text = false;
			break;
		case LMTP_END:
			MUST(lmtp_phase(trace->lmtp) == LMTP_ENDED);
			builder_add(&trace->all, VIEW("{end}"));
			return false;
		}
	}
}

static struct view converse(struct arena *arena, struct view input, size_t most)
{
	struct trace trace = { lmtp_new(&options), builder_init(arena), false };
	uint32_t seed = (uint32_t)input.len;

	lmtp_greet(trace.lmtp);
	while (input.len > 0) {
		size_t n = fuzz_piece(&seed, most);

		if (n > input.len)
			n = input.len;
		if (!trace_feed(&trace, view_head(input, n)))
			break;
		input = view_skip(input, n);
	}
	lmtp_free(trace.lmtp);
	return builder_view(&trace.all);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_new(FUZZ_ARENA_BYTES_MAX);
	struct view input = fuzz_view(data, size);
	struct view whole = converse(arena, input, size + 1);

	fuzz_must_be_same(converse(arena, input, 1), whole);
	fuzz_must_be_same(converse(arena, input, 12), whole);
	arena_free(arena);
	return 0;
}
