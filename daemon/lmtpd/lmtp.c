/* lmtp - the server side of LMTP as a pure state machine; see lmtp.h */
#include "daemon/lmtpd/lmtp.h"

#include <assert.h>
#include <glib.h>
#include <inttypes.h>
#include <limits.h>

#include "daemon/lmtpd/lmtp_path.h"
#include "daemon/lmtpd/lmtp_text.h"

const struct lmtp_options lmtp_defaults = {
	.host = "localhost",
	.delimiter = '+',
	.line_bytes_max = 4096,
	.recipients_max = 100,
	.commands_max = 100,
	.errors_max = 20,
};

#define OUT_OF_SEQUENCE "503 5.5.1 command out of sequence"

enum reading {
	READ_COMMAND,
	READ_LONG_LINE, /* the rest of a command line over the limit */
	READ_DATA,
	READ_CHUNK,
	READ_REJECTED_CHUNK, /* a BDAT out of sequence: its bytes are skipped */
	READ_PAUSED,         /* a mail waits for its answers */
	READ_END,
};

struct lmtp {
	const struct lmtp_options *options;
	enum reading reading;
	GString *line; /* of a command, as far as received */
	GString *output;
	enum lmtp_text_state text_state;
	int64_t chunk_bytes; /* in this BDAT */
	int64_t chunk_left;
	bool chunk_is_last;
	bool is_chunked;    /* the mail is sent by BDAT */
	bool has_greeted;   /* LHLO */
	bool has_sender;    /* MAIL */
	bool has_dropped;   /* LMTP_DROP is due */
	GPtrArray *lists;   /* char *: distinct list ids, "" for the one in the headers */
	GArray *recipients; /* size_t: index into lists */
	size_t answers;
	size_t commands;
	size_t errors;
};

/* ---- replies */

static void reply(struct lmtp *lmtp, const char *text)
{
	g_string_append(lmtp->output, text);
	g_string_append(lmtp->output, "\r\n");
}

static void end(struct lmtp *lmtp, const char *text)
{
	reply(lmtp, text);
	lmtp->reading = READ_END;
}

static void reply_error(struct lmtp *lmtp, const char *text)
{
	if (++lmtp->errors > lmtp->options->errors_max)
		end(lmtp, "421 4.7.0 too many errors");
	else
		reply(lmtp, text);
}

/* ---- the current mail */

static void reset_mail(struct lmtp *lmtp)
{
	lmtp->has_dropped = lmtp->has_dropped || lmtp->is_chunked;
	lmtp->has_sender = false;
	lmtp->is_chunked = false;
	lmtp->text_state = LMTP_TEXT_LINE_START;
	lmtp->answers = 0;
	g_ptr_array_set_size(lmtp->lists, 0);
	g_array_set_size(lmtp->recipients, 0);
}

static size_t find_list(struct lmtp *lmtp, struct view list_id)
{
	for (guint i = 0; i < lmtp->lists->len; i++)
		if (view_eq(view_str(lmtp->lists->pdata[i]), list_id))
			return i;
	g_ptr_array_add(lmtp->lists, g_strndup(list_id.ptr, list_id.len));
	return lmtp->lists->len - 1;
}

/* ---- commands; `rest` is the line after the name */

static void do_lhlo(struct lmtp *lmtp, struct view rest)
{
	if (rest.len == 0) {
		reply_error(lmtp, "501 5.5.4 LHLO needs a name");
		return;
	}
	reset_mail(lmtp);
	lmtp->has_greeted = true;
	g_string_append_printf(lmtp->output, "250-%s\r\n", lmtp->options->host);
	reply(lmtp, "250-PIPELINING");
	reply(lmtp, "250-SIZE");
	reply(lmtp, "250-8BITMIME");
	reply(lmtp, "250-SMTPUTF8");
	reply(lmtp, "250-ENHANCEDSTATUSCODES");
	reply(lmtp, "250 CHUNKING");
}

/* RFC 2033, 4.1: an LMTP server refuses HELO and EHLO. */
static void do_helo(struct lmtp *lmtp, struct view rest)
{
	(void)rest;
	reply_error(lmtp, "500 5.5.1 this is LMTP: send LHLO");
}

static void do_mail(struct lmtp *lmtp, struct view rest)
{
	struct view path;

	if (!lmtp->has_greeted || lmtp->has_sender) {
		reply_error(lmtp, lmtp->has_sender ? "503 5.5.1 nested MAIL command"
						   : "503 5.5.1 send LHLO first");
		return;
	}
	if (!lmtp_path_take(&rest, VIEW("FROM:"), &path)) {
		reply_error(lmtp, "501 5.1.7 MAIL FROM:<address>");
		return;
	}
	while (rest.len > 0) {
		const char *error = lmtp_path_check_parameter(lmtp_path_word(&rest));

		if (error != NULL) {
			reply_error(lmtp, error);
			return;
		}
	}
	lmtp->has_sender = true;
	reply(lmtp, "250 2.1.0 ok");
}

static void add_recipient(struct lmtp *lmtp, struct view list_id)
{
	size_t list;

	if (list_id.len > LMTP_LIST_ID_BYTES_MAX || view_find(list_id, '\0', 0) < list_id.len) {
		reply_error(lmtp, "501 5.1.3 invalid list id");
		return;
	}
	list = find_list(lmtp, list_id);
	g_array_append_val(lmtp->recipients, list);
	reply(lmtp, "250 2.1.5 ok");
}

static void do_rcpt(struct lmtp *lmtp, struct view rest)
{
	struct view path;
	GString *list_id;

	if (!lmtp->has_sender || lmtp->is_chunked) {
		reply_error(lmtp, OUT_OF_SEQUENCE);
	} else if (!lmtp_path_take(&rest, VIEW("TO:"), &path) || path.len == 0) {
		reply_error(lmtp, "501 5.1.3 RCPT TO:<address>");
	} else if (rest.len > 0) {
		reply_error(lmtp, "555 5.5.4 unknown parameter");
	} else if (lmtp->recipients->len >= lmtp->options->recipients_max) {
		/*
		 * Not an error: the client sends the mail again for the others (RFC 5321,
		 * 4.5.3.1.10).
		 */
		reply(lmtp, "452 4.5.3 too many recipients");
	} else {
		list_id = lmtp_path_list_id(path, lmtp->options->delimiter);
		add_recipient(lmtp, view_of(list_id->str, list_id->len));
		g_string_free(list_id, TRUE);
	}
}

static void do_data(struct lmtp *lmtp, struct view rest)
{
	if (rest.len > 0) {
		reply_error(lmtp, "501 5.5.4 DATA takes no parameter");
	} else if (lmtp->recipients->len == 0 || lmtp->is_chunked) {
		reply_error(lmtp, OUT_OF_SEQUENCE);
	} else {
		reply(lmtp, "354 end the message with a line that is a dot");
		lmtp->text_state = LMTP_TEXT_LINE_START;
		lmtp->reading = READ_DATA;
	}
}

/* After an invalid size the next bytes may be mail or commands, so the session ends. */
static void do_bdat(struct lmtp *lmtp, struct view rest)
{
	struct view size = lmtp_path_word(&rest);

	if (!view_number(size, INT64_MAX, &lmtp->chunk_bytes) ||
	    (rest.len > 0 && !view_ieq(rest, VIEW("LAST")))) {
		reply(lmtp, "501 5.5.4 BDAT size [LAST]");
		end(lmtp, "421 4.5.0 cannot tell mail from commands");
		return;
	}
	lmtp->chunk_left = lmtp->chunk_bytes;
	lmtp->chunk_is_last = rest.len > 0;
	if (lmtp->recipients->len == 0) {
		lmtp->reading = READ_REJECTED_CHUNK;
		return;
	}
	lmtp->is_chunked = true;
	lmtp->reading = READ_CHUNK;
}

static void do_rset(struct lmtp *lmtp, struct view rest)
{
	(void)rest;
	reset_mail(lmtp);
	reply(lmtp, "250 2.0.0 ok");
}

static void do_noop(struct lmtp *lmtp, struct view rest)
{
	(void)rest;
	reply(lmtp, "250 2.0.0 ok");
}

static void do_vrfy(struct lmtp *lmtp, struct view rest)
{
	(void)rest;
	reply(lmtp, "252 2.1.5 cannot verify, but will accept mail");
}

static void do_help(struct lmtp *lmtp, struct view rest)
{
	(void)rest;
	reply(lmtp, "214 2.0.0 LHLO MAIL RCPT DATA BDAT RSET NOOP VRFY QUIT");
}

static void do_quit(struct lmtp *lmtp, struct view rest)
{
	(void)rest;
	end(lmtp, "221 2.0.0 bye");
}

static const struct command {
	struct view name;
	void (*run)(struct lmtp *lmtp, struct view rest);
	bool is_free; /* not counted for commands_max */
} commands[] = {
	{ { "LHLO", 4 }, do_lhlo, false }, { { "MAIL", 4 }, do_mail, false },
	{ { "RCPT", 4 }, do_rcpt, true },  { { "DATA", 4 }, do_data, false },
	{ { "BDAT", 4 }, do_bdat, true },  { { "RSET", 4 }, do_rset, false },
	{ { "NOOP", 4 }, do_noop, false }, { { "QUIT", 4 }, do_quit, true },
	{ { "VRFY", 4 }, do_vrfy, false }, { { "HELP", 4 }, do_help, false },
	{ { "HELO", 4 }, do_helo, false }, { { "EHLO", 4 }, do_helo, false },
};

static void run_command(struct lmtp *lmtp, struct view line)
{
	struct view name = lmtp_path_word(&line);

	while (line.len > 0 && lmtp_path_is_blank(line.ptr[line.len - 1]))
		line.len--;
	for (size_t i = 0; i < G_N_ELEMENTS(commands); i++) {
		if (!view_ieq(name, commands[i].name))
			continue;
		if (!commands[i].is_free && ++lmtp->commands > lmtp->options->commands_max)
			end(lmtp, "421 4.7.0 too many commands without a message");
		else
			commands[i].run(lmtp, line);
		return;
	}
	reply_error(lmtp, "500 5.5.2 unknown command");
}

/* ---- input: command lines */

/* Read to the end of the line; false when the input ends before. */
static bool take_line(struct lmtp *lmtp, struct view *input)
{
	size_t at = view_find(*input, '\n', 0);
	bool is_whole = at < input->len;
	size_t room = lmtp->options->line_bytes_max - lmtp->line->len;
	size_t length = is_whole ? at + 1 : input->len;

	g_string_append_len(lmtp->line, input->ptr, (gssize)(length < room ? length : room));
	*input = view_skip(*input, length);
	if (length > room)
		lmtp->reading = READ_LONG_LINE;
	return is_whole;
}

static void read_command(struct lmtp *lmtp, struct view *input)
{
	struct view line;

	if (!take_line(lmtp, input))
		return;
	line = view_chomp(view_of(lmtp->line->str, lmtp->line->len));
	if (lmtp->reading == READ_LONG_LINE) {
		lmtp->reading = READ_COMMAND;
		reply_error(lmtp, "500 5.5.2 the line is too long");
	} else {
		run_command(lmtp, line);
	}
	g_string_truncate(lmtp->line, 0);
}

/* ---- input: the text of a mail */

static enum lmtp_event finish_mail(struct lmtp *lmtp)
{
	lmtp->reading = READ_PAUSED;
	lmtp->commands = 0;
	return LMTP_MAIL;
}

static enum lmtp_event read_data(struct lmtp *lmtp, struct view *input, struct view *ret_text)
{
	while (input->len > 0) {
		if (lmtp_text_take(&lmtp->text_state, input, true, ret_text))
			return finish_mail(lmtp);
		if (ret_text->len > 0)
			return LMTP_TEXT;
	}
	return LMTP_MORE;
}

static void finish_chunk(struct lmtp *lmtp)
{
	lmtp->reading = READ_COMMAND;
	g_string_append_printf(lmtp->output, "250 2.0.0 %" PRId64 " octets\r\n", lmtp->chunk_bytes);
}

static enum lmtp_event read_chunk(struct lmtp *lmtp, struct view *input, struct view *ret_text)
{
	struct view chunk = *input;
	size_t length;

	if ((uint64_t)lmtp->chunk_left < chunk.len)
		chunk.len = (size_t)lmtp->chunk_left;
	length = chunk.len;
	*ret_text = VIEW("");
	while (chunk.len > 0 && ret_text->len == 0)
		(void)lmtp_text_take(&lmtp->text_state, &chunk, false, ret_text);
	*input = view_skip(*input, length - chunk.len);
	lmtp->chunk_left -= (int64_t)(length - chunk.len);
	if (ret_text->len > 0)
		return LMTP_TEXT;
	if (lmtp->chunk_left > 0)
		return LMTP_MORE;
	if (!lmtp->chunk_is_last) {
		finish_chunk(lmtp);
	} else if (lmtp->text_state == LMTP_TEXT_CR) {
		lmtp->text_state = LMTP_TEXT_LINE;
		*ret_text = VIEW("\r");
		return LMTP_TEXT;
	} else {
		return finish_mail(lmtp);
	}
	return LMTP_MORE;
}

static void read_rejected_chunk(struct lmtp *lmtp, struct view *input)
{
	size_t length = input->len;

	if ((uint64_t)lmtp->chunk_left < length)
		length = (size_t)lmtp->chunk_left;
	*input = view_skip(*input, length);
	lmtp->chunk_left -= (int64_t)length;
	if (lmtp->chunk_left > 0)
		return;
	lmtp->reading = READ_COMMAND;
	reply_error(lmtp, OUT_OF_SEQUENCE);
}

/* Whether there is a step that needs no further input: a chunk may be empty. */
static bool has_work(const struct lmtp *lmtp, struct view input)
{
	return input.len > 0 || lmtp->has_dropped || lmtp->reading == READ_END ||
	       ((lmtp->reading == READ_CHUNK || lmtp->reading == READ_REJECTED_CHUNK) &&
		lmtp->chunk_left == 0);
}

static enum lmtp_event feed_once(struct lmtp *lmtp, struct view *input, struct view *ret_text)
{
	switch (lmtp->reading) {
	case READ_COMMAND:
	case READ_LONG_LINE:
		read_command(lmtp, input);
		return LMTP_MORE;
	case READ_DATA:
		return read_data(lmtp, input, ret_text);
	case READ_CHUNK:
		return read_chunk(lmtp, input, ret_text);
	case READ_REJECTED_CHUNK:
		read_rejected_chunk(lmtp, input);
		return LMTP_MORE;
	case READ_PAUSED:
		break;
	case READ_END:
		return LMTP_END;
	}
	return LMTP_MORE;
}

/* ---- exported functions */

struct lmtp *lmtp_new(const struct lmtp_options *options)
{
	struct lmtp *lmtp = g_new0(struct lmtp, 1);

	lmtp->options = options;
	lmtp->line = g_string_new(NULL);
	lmtp->output = g_string_new(NULL);
	lmtp->lists = g_ptr_array_new_with_free_func(g_free);
	lmtp->recipients = g_array_new(FALSE, FALSE, sizeof(size_t));
	return lmtp;
}

void lmtp_free(struct lmtp *lmtp)
{
	if (lmtp == NULL)
		return;
	g_string_free(lmtp->line, TRUE);
	g_string_free(lmtp->output, TRUE);
	g_ptr_array_unref(lmtp->lists);
	g_array_unref(lmtp->recipients);
	g_free(lmtp);
}

void lmtp_greet(struct lmtp *lmtp)
{
	g_string_append_printf(lmtp->output, "220 %s patchmda LMTP\r\n", lmtp->options->host);
}

void lmtp_close(struct lmtp *lmtp, const char *text)
{
	if (lmtp->reading == READ_END)
		return;
	reset_mail(lmtp);
	lmtp->has_dropped = false;
	end(lmtp, text);
}

enum lmtp_event lmtp_feed(struct lmtp *lmtp, struct view *input, struct view *ret_text)
{
	enum lmtp_event event = LMTP_MORE;

	while (event == LMTP_MORE && has_work(lmtp, *input)) {
		if (lmtp->has_dropped) {
			lmtp->has_dropped = false;
			return LMTP_DROP;
		}
		if (lmtp->reading == READ_PAUSED)
			return LMTP_MORE;
		event = feed_once(lmtp, input, ret_text);
	}
	return event;
}

enum lmtp_phase lmtp_phase(const struct lmtp *lmtp)
{
	switch (lmtp->reading) {
	case READ_COMMAND:
	case READ_LONG_LINE:
	case READ_REJECTED_CHUNK:
		if (lmtp->is_chunked)
			return LMTP_RECEIVING;
		return lmtp->has_sender ? LMTP_ENVELOPE : LMTP_COMMANDS;
	case READ_DATA:
	case READ_CHUNK:
		return LMTP_RECEIVING;
	case READ_PAUSED:
		return LMTP_ANSWERING;
	case READ_END:
		break;
	}
	return LMTP_ENDED;
}

size_t lmtp_list_count(const struct lmtp *lmtp)
{
	return lmtp->lists->len;
}

struct view lmtp_list(const struct lmtp *lmtp, size_t list)
{
	struct view v = view_str(lmtp->lists->pdata[list]);

	return v.len > 0 ? v : view_str(NULL);
}

size_t lmtp_recipient_count(const struct lmtp *lmtp)
{
	return lmtp->recipients->len;
}

size_t lmtp_recipient_list(const struct lmtp *lmtp, size_t recipient)
{
	return g_array_index(lmtp->recipients, size_t, recipient);
}

void lmtp_answer(struct lmtp *lmtp, const char *text)
{
	assert(lmtp->reading == READ_PAUSED);
	reply(lmtp, text);
	if (++lmtp->answers < lmtp->recipients->len)
		return;
	lmtp->is_chunked = false; /* the text was taken: no LMTP_DROP */
	reset_mail(lmtp);
	lmtp->reading = READ_COMMAND;
}

struct view lmtp_output(const struct lmtp *lmtp)
{
	return view_of(lmtp->output->str, lmtp->output->len);
}

void lmtp_sent(struct lmtp *lmtp, size_t count)
{
	g_string_erase(lmtp->output, 0, (gssize)count);
}
