/*
 * test_lmtp - dialogues: whole, byte by byte, and cut at every and at random places; see
 * daemon/lmtpd/lmtp.h
 */
#include "tests/unit/check.h"
#include "tests/lmtp_options.h"

#include <stdlib.h>

#define CUTS_PER_CASE 30
#define FEED_BYTES    ((size_t)1 << 20)

/*
 * The replies and actions: for a reply its code and, after a slash, the enhanced status;
 * `{lists|text}` for a mail, with `-` for a list that is named in the headers; `{drop}`; `{end}`.
 * Recipients are answered with the number of their list.
 */
struct trace {
	struct builder all;
	struct builder text;
	struct lmtp *lmtp;
};

/*
 * RFC 2034, 4: every reply has an enhanced status of the same class, except the greeting, the reply
 * to LHLO, and replies with a code of 3xx.
 */
static void check_status(struct view line, bool has_status)
{
	const char *bare[] = { "220 ", "250-", "250 CHUNKING", "354 " };

	if (has_status) {
		assert_int_equal(line.ptr[4], line.ptr[0]);
		return;
	}
	for (size_t i = 0; i < sizeof(bare) / sizeof(*bare); i++)
		if (view_starts(line, view_str(bare[i])))
			return;
	fail_msg("no status: %.*s", (int)line.len, line.ptr);
}

static void trace_replies(struct trace *trace)
{
	struct view rest = lmtp_output(trace->lmtp), line;
	size_t length = rest.len;

	while (view_next_line(&rest, &line)) {
		bool has_status = line.len > 6 && line.ptr[5] == '.';

		assert_true(view_ends(line, VIEW("\r")));
		assert_true(line.len >= 5);
		check_status(line, has_status);
		if (line.ptr[3] == '-')
			continue;
		builder_add(&trace->all, view_head(line, 3));
		if (has_status) {
			builder_byte(&trace->all, '/');
			builder_add(&trace->all, view_head(view_skip(line, 4), 5));
		}
		builder_byte(&trace->all, ' ');
	}
	lmtp_sent(trace->lmtp, length);
	assert_int_equal(lmtp_output(trace->lmtp).len, 0);
}

static void trace_mail(struct trace *trace)
{
	struct lmtp *lmtp = trace->lmtp;
	size_t count = lmtp_recipient_count(lmtp);
	char reply[] = "25x 2.0.0 ok";

	builder_byte(&trace->all, '{');
	for (size_t i = 0; i < lmtp_list_count(lmtp); i++) {
		struct view list = lmtp_list(lmtp, i);

		builder_add(&trace->all, list.ptr != NULL ? list : VIEW("-"));
		builder_byte(&trace->all, i + 1 < lmtp_list_count(lmtp) ? ',' : '|');
	}
	builder_add(&trace->all, builder_view(&trace->text));
	builder_add(&trace->all, VIEW("} "));
	trace->text.len = 0;
	assert_int_equal(lmtp_phase(lmtp), LMTP_ANSWERING);
	for (size_t i = 0; i < count; i++) {
		reply[2] = (char)('0' + lmtp_recipient_list(lmtp, i));
		lmtp_answer(lmtp, reply);
	}
	assert_int_equal(lmtp_phase(lmtp), LMTP_COMMANDS);
}

/* Feed one piece of the input; false at the end of the session. */
static bool trace_feed(struct trace *trace, struct view input)
{
	struct view text;

	for (;;) {
		enum lmtp_event event = lmtp_feed(trace->lmtp, &input, &text);

		trace_replies(trace);
		switch (event) {
		case LMTP_MORE:
			assert_int_equal(input.len, 0);
			return true;
		case LMTP_TEXT:
			builder_add(&trace->text, text);
			break;
		case LMTP_MAIL:
			trace_mail(trace);
			break;
		case LMTP_DROP:
			builder_add(&trace->all, VIEW("{drop} "));
			trace->text.len = 0;
			break;
		case LMTP_END:
			builder_add(&trace->all, VIEW("{end}"));
			return false;
		}
	}
}

/* How the input is cut: at one place, or into pieces of 1 to `most` bytes by a random generator. */
struct cuts {
	size_t at; /* 0: no cut */
	size_t most;
	uint32_t seed;
};

static size_t next_piece(struct cuts *cuts, size_t left)
{
	size_t n = cuts->most;

	if (cuts->at > 0) {
		n = cuts->at;
		cuts->at = 0;
	} else if (cuts->seed != 0) {
		cuts->seed = cuts->seed * 1664525 + 1013904223;
		n = 1 + (cuts->seed >> 8) % cuts->most;
	}
	return n < left ? n : left;
}

static struct view converse(struct arena *arena, struct view input, struct cuts cuts)
{
	struct trace trace = { builder_init(arena), builder_init(arena), lmtp_new(&options) };
	bool is_open = true;

	lmtp_greet(trace.lmtp);
	trace_replies(&trace);
	while (is_open && input.len > 0) {
		size_t n = next_piece(&cuts, input.len);

		is_open = trace_feed(&trace, view_head(input, n));
		input = view_skip(input, n);
	}
	if (is_open && lmtp_phase(trace.lmtp) == LMTP_RECEIVING)
		builder_add(&trace.all, VIEW("..."));
	lmtp_free(trace.lmtp);
	return builder_view(&trace.all);
}

static struct view answers(struct arena *arena, struct view text)
{
	struct cuts whole = { .most = FEED_BYTES }, bytes = { .most = 1 };
	struct view expected = converse(arena, text, whole);

	check_view("byte by byte", converse(arena, text, bytes), expected);
	for (size_t i = 1; i < text.len; i++) {
		struct cuts cuts = { .at = i, .most = FEED_BYTES };

		check_view("cut once", converse(arena, text, cuts), expected);
	}
	for (uint32_t i = 1; i <= CUTS_PER_CASE; i++) {
		struct cuts cuts = { .most = 1 + i % 15, .seed = i };

		check_view("cut at random", converse(arena, text, cuts), expected);
	}
	return expected;
}

#define N    "\r\n"
#define LHLO "LHLO me" N
#define MAIL "MAIL FROM:<a@b>" N
#define RCPT "RCPT TO:<c@d>" N
#define TO   LHLO MAIL RCPT
/* The replies to the input. */
#define HELLO "220 250 "
#define OPEN  HELLO "250/2.1.0 250/2.1.5 "
#define TEN   "0123456789"

static const struct check_case dialogues[] = {
	{ "nothing", V(""), V("220 ") },
	{ "quit", V("QUIT" N "NOOP" N), V("220 221/2.0.0 {end}") },
	{ "a mail", V(TO "DATA" N "x" N "." N "QUIT" N),
	  V(OPEN "354 {-|x\n} 250/2.0.0 221/2.0.0 {end}") },
	{ "two in one session", V(TO "DATA" N "x" N "." N MAIL RCPT "DATA" N "y" N "." N),
	  V(OPEN "354 {-|x\n} 250/2.0.0 250/2.1.0 250/2.1.5 354 {-|y\n} 250/2.0.0 ") },
	{ "all at once, lower case, bare line feeds",
	  V("lhlo me\nmail from:<>\nrcpt to:<c>\ndata\nx\r\n.\r\nquit\n"),
	  V(OPEN "354 {-|x\n} 250/2.0.0 221/2.0.0 {end}") },
	{ "one reply for each recipient", V(LHLO MAIL RCPT RCPT RCPT "DATA" N "x" N "." N),
	  V(OPEN "250/2.1.5 250/2.1.5 354 {-|x\n} 250/2.0.0 250/2.0.0 250/2.0.0 ") },

	{ "list id in the address", V(LHLO MAIL "RCPT TO:<p+l.example.org@d>" N "DATA" N "." N),
	  V(OPEN "354 {l.example.org|} 250/2.0.0 ") },
	{ "several list ids, each once",
	  V(LHLO MAIL "RCPT TO:<p+l@d>" N RCPT "RCPT TO:<p+l@e>" N "DATA" N "." N),
	  V(OPEN "250/2.1.5 250/2.1.5 354 {l,-|} 250/2.0.0 251/2.0.0 250/2.0.0 ") },
	{ "quoted local part", V(LHLO MAIL "RCPT TO:<\"p>+a\\\"@b\"@d>" N "DATA" N "." N),
	  V(OPEN "354 {a\"@b|} 250/2.0.0 ") },
	{ "source route", V(LHLO MAIL "RCPT TO:<@x,@y+z:p+l@d>" N "DATA" N "." N),
	  V(OPEN "354 {l|} 250/2.0.0 ") },
	{ "delimiter at the beginning or end is ignored",
	  V(LHLO MAIL "RCPT TO:<+l@d>" N "RCPT TO:<p+@d>" N "DATA" N "." N),
	  V(OPEN "250/2.1.5 354 {-|} 250/2.0.0 250/2.0.0 ") },
	{ "delimiter in the domain is ignored", V(LHLO MAIL "RCPT TO:<p@a+b>" N "DATA" N "." N),
	  V(OPEN "354 {-|} 250/2.0.0 ") },
	{ "NUL in a list id", V(LHLO MAIL "RCPT TO:<p+a\0b@d>" N),
	  V(HELLO "250/2.1.0 501/5.1.3 ") },

	{ "dots", V(TO "DATA" N ".." N "..x" N "x." N ".x" N "." N),
	  V(OPEN "354 {-|.\n.x\nx.\nx\n} 250/2.0.0 ") },
	{ "no text", V(TO "DATA" N "." N), V(OPEN "354 {-|} 250/2.0.0 ") },
	{ "empty lines", V(TO "DATA" N N N "." N), V(OPEN "354 {-|\n\n} 250/2.0.0 ") },
	{ "bare LF dot CR LF ends nothing", V(TO "DATA" N "x\n." N "y" N "." N),
	  V(OPEN "354 {-|x\n.\ny\n} 250/2.0.0 ") },
	{ "bare LF dot LF ends nothing", V(TO "DATA" N "x\n.\ny" N "." N),
	  V(OPEN "354 {-|x\n.\ny\n} 250/2.0.0 ") },
	{ "CR LF dot LF ends nothing", V(TO "DATA" N "x" N ".\ny" N "." N),
	  V(OPEN "354 {-|x\n\ny\n} 250/2.0.0 ") },
	{ "CR dot CR ends nothing", V(TO "DATA" N "x\r.\ry" N "." N),
	  V(OPEN "354 {-|x\r.\ry\n} 250/2.0.0 ") },
	{ "CR LF dot CR ends nothing", V(TO "DATA" N "x" N ".\ry" N "." N),
	  V(OPEN "354 {-|x\n\ry\n} 250/2.0.0 ") },
	{ "CR LF dot CR CR LF ends nothing", V(TO "DATA" N "x" N ".\r" N "." N),
	  V(OPEN "354 {-|x\n\r\n} 250/2.0.0 ") },
	{ "CR CR LF",
	  V(TO "DATA" N "x\r\r\n"
	       "y\r\r\r\n." N),
	  V(OPEN "354 {-|x\r\ny\r\r\n} 250/2.0.0 ") },
	{ "NUL bytes and bytes over 127", V(TO "DATA" N "a\0b\xff" N "." N),
	  V(OPEN "354 {-|a\0b\xff\n} 250/2.0.0 ") },
	{ "long lines of text", V(TO "DATA" N TEN TEN TEN TEN TEN TEN TEN TEN N "." N),
	  V(OPEN "354 {-|" TEN TEN TEN TEN TEN TEN TEN TEN "\n} 250/2.0.0 ") },
	{ "the end is missing", V(TO "DATA" N "x" N "."), V(OPEN "354 ...") },
	{ "commands in the text", V(TO "DATA" N "QUIT" N "." N "QUIT" N),
	  V(OPEN "354 {-|QUIT\n} 250/2.0.0 221/2.0.0 {end}") },

	{ "one chunk", V(TO "BDAT 3 LAST" N "x" N), V(OPEN "{-|x\n} 250/2.0.0 ") },
	{ "several chunks",
	  V(TO "BDAT 3" N "x" N "BDAT 4 last" N ".\r\ny"
	       "QUIT" N),
	  V(OPEN "250/2.0.0 {-|x\n.\ny} 250/2.0.0 221/2.0.0 {end}") },
	{ "line end across chunks",
	  V(TO "BDAT 2" N "x\r"
	       "BDAT 1" N "\n"
	       "BDAT 0 LAST" N),
	  V(OPEN "250/2.0.0 250/2.0.0 {-|x\n} 250/2.0.0 ") },
	{ "chunk ends in CR",
	  V(TO "BDAT 2 LAST" N "x\r"
	       "NOOP" N),
	  V(OPEN "{-|x\r} 250/2.0.0 250/2.0.0 ") },
	{ "CR and then no LF",
	  V(TO "BDAT 2" N "x\r"
	       "BDAT 1 LAST" N "y"),
	  V(OPEN "250/2.0.0 {-|x\ry} 250/2.0.0 ") },
	{ "empty mail", V(TO "BDAT 0 LAST" N), V(OPEN "{-|} 250/2.0.0 ") },
	{ "commands in a chunk", V(TO "BDAT 6 LAST" N "QUIT" N "QUIT" N),
	  V(OPEN "{-|QUIT\n} 250/2.0.0 221/2.0.0 {end}") },
	{ "chunk without recipients", V(LHLO MAIL "BDAT 6 LAST" N "QUIT" N "NOOP" N),
	  V(HELLO "250/2.1.0 503/5.5.1 250/2.0.0 ") },
	{ "empty chunk without recipients", V(LHLO "BDAT 0" N), V(HELLO "503/5.5.1 ") },
	{ "reset between chunks",
	  V(TO "BDAT 1" N "x"
	       "RSET" N MAIL RCPT "DATA" N "y" N "." N),
	  V(OPEN "250/2.0.0 250/2.0.0 {drop} 250/2.1.0 250/2.1.5 354 {-|y\n} 250/2.0.0 ") },
	{ "no RCPT and no DATA between chunks", V(TO "BDAT 1" N "x" RCPT "DATA" N "BDAT 0 LAST" N),
	  V(OPEN "250/2.0.0 503/5.5.1 503/5.5.1 {-|x} 250/2.0.0 ") },
	{ "the size is not a number", V(TO "BDAT x" N "QUIT" N),
	  V(OPEN "501/5.5.4 421/4.5.0 {end}") },
	{ "the size is too large", V(TO "BDAT 9223372036854775808" N),
	  V(OPEN "501/5.5.4 421/4.5.0 {end}") },
	{ "not LAST", V(TO "BDAT 1 LOST" N), V(OPEN "501/5.5.4 421/4.5.0 {end}") },
	{ "a truncated chunk", V(TO "BDAT 3" N "x"), V(OPEN "...") },

	{ "parameters", V(LHLO "MAIL FROM:<a@b> SIZE=99 BODY=8BITMIME SMTPUTF8" N),
	  V(HELLO "250/2.1.0 ") },
	{ "blank after the colon", V(LHLO "MAIL FROM: <a@b>" N "RCPT TO: <c@d> " N), V(OPEN) },
	{ "any SIZE is accepted", V(LHLO "MAIL FROM:<> SIZE=9223372036854775807" N),
	  V(HELLO "250/2.1.0 ") },
	{ "SIZE is not a number", V(LHLO "MAIL FROM:<> SIZE=-1" N), V(HELLO "501/5.5.4 ") },
	{ "body not announced", V(LHLO "MAIL FROM:<> BODY=BINARYMIME" N), V(HELLO "501/5.5.4 ") },
	{ "parameter not announced", V(LHLO "MAIL FROM:<> RET=FULL" N), V(HELLO "555/5.5.4 ") },
	{ "parameter of RCPT not announced", V(LHLO MAIL "RCPT TO:<c@d> NOTIFY=NEVER" N),
	  V(HELLO "250/2.1.0 555/5.5.4 ") },
	{ "UTF-8",
	  V(LHLO "MAIL FROM:<\xc3\xa4@b> SMTPUTF8" N "RCPT TO:<\xc3\xb6+\xc3\xbc@d>" N "DATA" N
		 "." N),
	  V(OPEN "354 {\xc3\xbc|} 250/2.0.0 ") },
	{ "no path", V(LHLO "MAIL FROM:a@b" N "MAIL" N "MAIL FROM:<a" N),
	  V(HELLO "501/5.1.7 501/5.1.7 501/5.1.7 ") },
	{ "text after the path", V(LHLO "MAIL FROM:<a@b>x" N), V(HELLO "501/5.1.7 ") },
	{ "no recipient", V(LHLO MAIL "RCPT TO:<>" N), V(HELLO "250/2.1.0 501/5.1.3 ") },

	{ "SMTP", V("HELO me" N "EHLO me" N), V("220 500/5.5.1 500/5.5.1 ") },
	{ "LHLO without a name", V("LHLO" N), V("220 501/5.5.4 ") },
	{ "MAIL without LHLO", V(MAIL), V("220 503/5.5.1 ") },
	{ "MAIL twice", V(LHLO MAIL MAIL), V(HELLO "250/2.1.0 503/5.5.1 ") },
	{ "RCPT without MAIL", V(LHLO RCPT), V(HELLO "503/5.5.1 ") },
	{ "DATA without RCPT", V(LHLO MAIL "DATA" N), V(HELLO "250/2.1.0 503/5.5.1 ") },
	{ "DATA with an argument", V(TO "DATA 1" N), V(OPEN "501/5.5.4 ") },
	{ "LHLO forgets the mail", V(TO LHLO "DATA" N), V(OPEN "250 503/5.5.1 ") },
	{ "RSET forgets the mail", V(TO "RSET" N "DATA" N), V(OPEN "250/2.0.0 503/5.5.1 ") },
	{ "NOOP, VRFY and HELP", V("NOOP x" N "VRFY x" N "HELP" N),
	  V("220 250/2.0.0 252/2.1.5 214/2.0.0 ") },
	{ "no such command", V("EXPN x" N N), V("220 500/5.5.2 500/5.5.2 ") },

	{ "a long dialogue with all commands",
	  V(LHLO "MAIL FROM:<a@b> SIZE=10 BODY=8BITMIME SMTPUTF8" N RCPT "RCPT TO:<p+l@d>" N
		 "RCPT TO:<>" N "RCPT TO:<\xc3\xa4+l@d>" N RCPT "NOOP" N "DATA" N "Subject: x" N N
		 "..dot" N "." TEN N ".\r" N "bare\n.\nline\rfeeds" N "\xff\0" N "." N MAIL RCPT
		 "RSET" N MAIL RCPT RCPT "BDAT 4" N "a" N "."
		 "BDAT 0" N "NOOP" N "BDAT 3" N N "b"
		 "BDAT 3 LAST" N "\r.\r" MAIL RCPT "BDAT 7" N "QUIT" N "x"
		 "RSET" N "BDAT 4 LAST" N "DATA" MAIL "RCPT TO:<p+m@d>" N
		 "NOOP " TEN TEN TEN TEN TEN TEN TEN N "DATA" N "." N "VRFY c" N MAIL RCPT
		 "BDAT 0 LAST" N "LHLO you" N MAIL RCPT "DATA" N "last" N "." N "QUIT" N "NOOP" N),
	  V(OPEN "250/2.1.5 501/5.1.3 250/2.1.5 452/4.5.3 250/2.0.0 354 "
		 "{-,l|Subject: x\n\n.dot\n" TEN "\n\r\nbare\n.\nline\rfeeds\n\xff\0\n} "
		 "250/2.0.0 251/2.0.0 251/2.0.0 250/2.1.0 250/2.1.5 250/2.0.0 "
		 "250/2.1.0 250/2.1.5 250/2.1.5 250/2.0.0 250/2.0.0 250/2.0.0 250/2.0.0 "
		 "{-|a\n.\nb\r.\r} 250/2.0.0 250/2.0.0 "
		 "250/2.1.0 250/2.1.5 250/2.0.0 250/2.0.0 {drop} 503/5.5.1 "
		 "250/2.1.0 250/2.1.5 500/5.5.2 354 {m|} 250/2.0.0 252/2.1.5 "
		 "250/2.1.0 250/2.1.5 {-|} 250/2.0.0 "
		 "250 250/2.1.0 250/2.1.5 354 {-|last\n} 250/2.0.0 221/2.0.0 {end}") },
	{ "too many recipients", V(TO RCPT RCPT RCPT "DATA" N "." N),
	  V(OPEN "250/2.1.5 250/2.1.5 452/4.5.3 354 {-|} 250/2.0.0 250/2.0.0 250/2.0.0 ") },
	{ "longest line", V("NOOP " TEN TEN TEN TEN TEN "1234567" N), V("220 250/2.0.0 ") },
	{ "line too long", V("NOOP " TEN TEN TEN TEN TEN "12345678" N "NOOP" N),
	  V("220 500/5.5.2 250/2.0.0 ") },
	{ "line much too long", V("NOOP " TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN N "NOOP" N),
	  V("220 500/5.5.2 250/2.0.0 ") },
	{ "too many errors", V("A" N "B" N "C" N "D" N "QUIT" N),
	  V("220 500/5.5.2 500/5.5.2 500/5.5.2 421/4.7.0 {end}") },
	{ "too many commands and no mail",
	  V(LHLO "NOOP" N "NOOP" N "NOOP" N "NOOP" N "NOOP" N "NOOP" N "NOOP" N "NOOP" N "QUIT" N),
	  V(HELLO "250/2.0.0 250/2.0.0 250/2.0.0 250/2.0.0 250/2.0.0 250/2.0.0 250/2.0.0 "
		  "421/4.7.0 {end}") },
	{ "a mail resets the number of commands",
	  V(TO "NOOP" N "NOOP" N "NOOP" N "DATA" N "." N "NOOP" N "NOOP" N "NOOP" N),
	  V(OPEN
	    "250/2.0.0 250/2.0.0 250/2.0.0 354 {-|} 250/2.0.0 250/2.0.0 250/2.0.0 250/2.0.0 ") },
};

static void closing_sends_one_reply(void **state)
{
	struct lmtp *lmtp = lmtp_new(&options);
	struct view input = VIEW("NOOP\r\n"), text;

	(void)state;
	lmtp_close(lmtp, "421 4.3.2 no");
	lmtp_close(lmtp, "421 4.3.2 twice");
	check_view("reply", lmtp_output(lmtp), VIEW("421 4.3.2 no\r\n"));
	assert_int_equal(lmtp_phase(lmtp), LMTP_ENDED);
	assert_int_equal(lmtp_feed(lmtp, &input, &text), LMTP_END);
	lmtp_free(lmtp);
}

static void nothing_is_read_before_the_answer(void **state)
{
	struct lmtp *lmtp = lmtp_new(&options);
	struct view input = VIEW(TO "DATA" N "." N "QUIT" N), text;

	(void)state;
	while (lmtp_feed(lmtp, &input, &text) != LMTP_MAIL)
		continue;
	lmtp_sent(lmtp, lmtp_output(lmtp).len);
	check_number("left over", "bytes", input.len, 6);
	assert_int_equal(lmtp_feed(lmtp, &input, &text), LMTP_MORE);
	check_number("left over", "bytes", input.len, 6);
	assert_int_equal(lmtp_output(lmtp).len, 0);
	lmtp_free(lmtp);
}

/* Feed `command` and compare the last reply. */
static void check_reply(struct lmtp *lmtp, struct view command, struct view expected)
{
	struct view text, line, rest;

	assert_int_equal(lmtp_feed(lmtp, &command, &text), LMTP_MORE);
	rest = lmtp_output(lmtp);
	line = VIEW("");
	while (rest.len > 0)
		(void)view_next_line(&rest, &line);
	check_view("reply", view_head(line, expected.len), expected);
	lmtp_sent(lmtp, lmtp_output(lmtp).len);
}

/* The number of recipients, and of bytes in a list id and in a line, that every client may use. */
static void default_limits(void **state)
{
	struct lmtp *lmtp = lmtp_new(&lmtp_defaults);
	char rcpt[512];

	(void)state;
	check_reply(lmtp, VIEW(LHLO MAIL), VIEW("250 2.1.0 "));
	memset(rcpt, 'x', sizeof(rcpt));
	memcpy(rcpt, "RCPT TO:<p+", 11);
	memcpy(rcpt + 11 + LMTP_LIST_ID_BYTES_MAX, "@d>\r\n", 5);
	check_reply(lmtp, view_of(rcpt, 16 + LMTP_LIST_ID_BYTES_MAX), VIEW("250 2.1.5 "));
	memcpy(rcpt + 11 + LMTP_LIST_ID_BYTES_MAX, "x@d>\r\n", 6);
	check_reply(lmtp, view_of(rcpt, 17 + LMTP_LIST_ID_BYTES_MAX), VIEW("501 5.1.3 "));
	/* RFC 5321, 4.5.3.1: 100 recipients, and lines of 512 bytes, more with extensions. */
	for (int i = 1; i < 100; i++)
		check_reply(lmtp, VIEW(RCPT), VIEW("250 2.1.5 "));
	check_reply(lmtp, VIEW(RCPT), VIEW("452 4.5.3 "));
	assert_true(lmtp_defaults.line_bytes_max >= 512 + 26 + 16 + 10);
	lmtp_free(lmtp);
}

RUN(EACH(answers, dialogues), TEST(closing_sends_one_reply),
    TEST(nothing_is_read_before_the_answer), TEST(default_limits))
