/* lmtp - the server's side of LMTP as a pure state machine; see lmtp.h */
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

enum reading {
	READ_COMMAND,
	READ_LONG_LINE, /* the rest of a command line over the limit */
	READ_DATA,
	READ_CHUNK,
	READ_VOID_CHUNK, /* one that may not come now: its bytes are passed over */
	READ_NOTHING,    /* a mail waits for its answers */
	READ_END,
};

struct lmtp {
	const struct lmtp_options *options;
	enum reading reading;
	GString *line; /* of a command, as far as it has come */
	GString *output;
	enum lmtp_text_state place;
	int64_t chunk_bytes; /* in this BDAT */
	int64_t chunk_left;
	bool chunk_is_last;
	bool is_chunked;    /* the mail comes, or came, by BDAT */
	bool has_greeted;   /* LHLO */
	bool has_sender;    /* MAIL */
	bool has_dropped;   /* LMTP_DROP is due */
	GPtrArray *lists;   /* of struct view's text: char *, "" for the headers' */
	GArray *recipients; /* size_t: which of the lists */
	size_t answers;
	size_t commands;
	size_t errors;
};

/* ---- replies */

static void say(struct lmtp *lmtp, const char *reply)
{
	g_string_append(lmtp->output, reply);
	g_string_append(lmtp->output, "\r\n");
}

static void end(struct lmtp *lmtp, const char *reply)
{
	say(lmtp, reply);
	lmtp->reading = READ_END;
}

static void complain(struct lmtp *lmtp, const char *reply)
{
	if (++lmtp->errors > lmtp->options->errors_max)
		end(lmtp, "421 4.7.0 too many errors");
	else
		say(lmtp, reply);
}

/* ---- the mail that is being put together */

static void forget_mail(struct lmtp *lmtp)
{
	lmtp->has_dropped = lmtp->has_dropped || lmtp->is_chunked;
	lmtp->has_sender = false;
	lmtp->is_chunked = false;
	lmtp->place = LMTP_PLACE_LINE_START;
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

/* ---- commands; each gets what stands behind its name */

static void do_lhlo(struct lmtp *lmtp, struct view rest)
{
	if (rest.len == 0) {
		complain(lmtp, "501 5.5.4 LHLO needs a name");
		return;
	}
	forget_mail(lmtp);
	lmtp->has_greeted = true;
	g_string_append_printf(lmtp->output, "250-%s\r\n", lmtp->options->host);
	say(lmtp, "250-PIPELINING");
	say(lmtp, "250-SIZE");
	say(lmtp, "250-8BITMIME");
	say(lmtp, "250-SMTPUTF8");
	say(lmtp, "250-ENHANCEDSTATUSCODES");
	say(lmtp, "250 CHUNKING");
}

/* RFC 2033, 4.1: a client that takes us for an SMTP server must not get far. */
static void do_helo(struct lmtp *lmtp, struct view rest)
{
	(void)rest;
	complain(lmtp, "500 5.5.1 this is LMTP: say LHLO");
}

static void do_mail(struct lmtp *lmtp, struct view rest)
{
	struct view path;

	if (!lmtp->has_greeted || lmtp->has_sender) {
		complain(lmtp, lmtp->has_sender ? "503 5.5.1 there is a sender already"
						: "503 5.5.1 say LHLO first");
		return;
	}
	if (!lmtp_path_take(&rest, VIEW("FROM:"), &path)) {
		complain(lmtp, "501 5.1.7 MAIL FROM:<address>");
		return;
	}
	while (rest.len > 0) {
		const char *reply = lmtp_path_check_parameter(lmtp_path_word(&rest));

		if (reply != NULL) {
			complain(lmtp, reply);
			return;
		}
	}
	lmtp->has_sender = true;
	say(lmtp, "250 2.1.0 ok");
}

static void add_recipient(struct lmtp *lmtp, struct view list_id)
{
	size_t list;

	if (list_id.len > LMTP_LIST_ID_BYTES_MAX || view_find(list_id, '\0', 0) < list_id.len) {
		complain(lmtp, "501 5.1.3 no such list id");
		return;
	}
	list = find_list(lmtp, list_id);
	g_array_append_val(lmtp->recipients, list);
	say(lmtp, "250 2.1.5 ok");
}

static void do_rcpt(struct lmtp *lmtp, struct view rest)
{
	struct view path;
	GString *list_id;

	if (!lmtp->has_sender || lmtp->is_chunked) {
		complain(lmtp, "503 5.5.1 not now");
	} else if (!lmtp_path_take(&rest, VIEW("TO:"), &path) || path.len == 0) {
		complain(lmtp, "501 5.1.3 RCPT TO:<address>");
	} else if (rest.len > 0) {
		complain(lmtp, "555 5.5.4 parameter not known");
	} else if (lmtp->recipients->len >= lmtp->options->recipients_max) {
		/* No error of the client's: the rest of them comes with another mail. */
		say(lmtp, "452 4.5.3 too many recipients");
	} else {
		list_id = lmtp_path_list_id(path, lmtp->options->delimiter);
		add_recipient(lmtp, view_of(list_id->str, list_id->len));
		g_string_free(list_id, TRUE);
	}
}

static void do_data(struct lmtp *lmtp, struct view rest)
{
	if (rest.len > 0) {
		complain(lmtp, "501 5.5.4 DATA stands alone");
	} else if (lmtp->recipients->len == 0 || lmtp->is_chunked) {
		complain(lmtp, "503 5.5.1 not now");
	} else {
		say(lmtp, "354 go on; end with a dot");
		lmtp->place = LMTP_PLACE_LINE_START;
		lmtp->reading = READ_DATA;
	}
}

/* When the size cannot be read, what follows may be mail or commands: it must not be either. */
static void do_bdat(struct lmtp *lmtp, struct view rest)
{
	struct view size = lmtp_path_word(&rest);

	if (!view_number(size, INT64_MAX, &lmtp->chunk_bytes) ||
	    (rest.len > 0 && !view_ieq(rest, VIEW("LAST")))) {
		say(lmtp, "501 5.5.4 BDAT size [LAST]");
		end(lmtp, "421 4.5.0 lost count of your bytes");
		return;
	}
	lmtp->chunk_left = lmtp->chunk_bytes;
	lmtp->chunk_is_last = rest.len > 0;
	if (lmtp->recipients->len == 0) {
		lmtp->reading = READ_VOID_CHUNK;
		return;
	}
	lmtp->is_chunked = true;
	lmtp->reading = READ_CHUNK;
}

static void do_rset(struct lmtp *lmtp, struct view rest)
{
	(void)rest;
	forget_mail(lmtp);
	say(lmtp, "250 2.0.0 ok");
}

static void do_noop(struct lmtp *lmtp, struct view rest)
{
	(void)rest;
	say(lmtp, "250 2.0.0 ok");
}

static void do_vrfy(struct lmtp *lmtp, struct view rest)
{
	(void)rest;
	say(lmtp, "252 2.1.5 send it and see");
}

static void do_help(struct lmtp *lmtp, struct view rest)
{
	(void)rest;
	say(lmtp, "214 2.0.0 LHLO MAIL RCPT DATA BDAT RSET NOOP VRFY QUIT");
}

static void do_quit(struct lmtp *lmtp, struct view rest)
{
	(void)rest;
	end(lmtp, "221 2.0.0 bye");
}

static const struct command {
	struct view name;
	void (*run)(struct lmtp *lmtp, struct view rest);
	bool is_free; /* has a limit of its own */
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
			end(lmtp, "421 4.7.0 too many commands and no mail");
		else
			commands[i].run(lmtp, line);
		return;
	}
	complain(lmtp, "500 5.5.2 no such command");
}

/* ---- input: command lines */

/* Take as much of a line as there is; false when it does not end here. */
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
		complain(lmtp, "500 5.5.2 the line is too long");
	} else {
		run_command(lmtp, line);
	}
	g_string_truncate(lmtp->line, 0);
}

/* ---- input: the text of a mail */

static enum lmtp_event finish_mail(struct lmtp *lmtp)
{
	lmtp->reading = READ_NOTHING;
	lmtp->commands = 0;
	return LMTP_MAIL;
}

static enum lmtp_event read_data(struct lmtp *lmtp, struct view *input, struct view *ret_text)
{
	while (input->len > 0) {
		if (lmtp_text_take(&lmtp->place, input, true, ret_text))
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
		(void)lmtp_text_take(&lmtp->place, &chunk, false, ret_text);
	*input = view_skip(*input, length - chunk.len);
	lmtp->chunk_left -= (int64_t)(length - chunk.len);
	if (ret_text->len > 0)
		return LMTP_TEXT;
	if (lmtp->chunk_left > 0)
		return LMTP_MORE;
	if (!lmtp->chunk_is_last) {
		finish_chunk(lmtp);
	} else if (lmtp->place == LMTP_PLACE_CR) {
		lmtp->place = LMTP_PLACE_LINE;
		*ret_text = VIEW("\r");
		return LMTP_TEXT;
	} else {
		return finish_mail(lmtp);
	}
	return LMTP_MORE;
}

static void read_void_chunk(struct lmtp *lmtp, struct view *input)
{
	size_t length = input->len;

	if ((uint64_t)lmtp->chunk_left < length)
		length = (size_t)lmtp->chunk_left;
	*input = view_skip(*input, length);
	lmtp->chunk_left -= (int64_t)length;
	if (lmtp->chunk_left > 0)
		return;
	lmtp->reading = READ_COMMAND;
	complain(lmtp, "503 5.5.1 not now");
}

/* Whether the state can go on without another byte: a chunk may have none. */
static bool has_work(const struct lmtp *lmtp, struct view input)
{
	return input.len > 0 || lmtp->has_dropped || lmtp->reading == READ_END ||
	       ((lmtp->reading == READ_CHUNK || lmtp->reading == READ_VOID_CHUNK) &&
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
	case READ_VOID_CHUNK:
		read_void_chunk(lmtp, input);
		return LMTP_MORE;
	case READ_NOTHING:
		break;
	case READ_END:
		return LMTP_END;
	}
	return LMTP_MORE;
}

/* ---- for all */

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

void lmtp_close(struct lmtp *lmtp, const char *reply)
{
	if (lmtp->reading == READ_END)
		return;
	forget_mail(lmtp);
	lmtp->has_dropped = false;
	end(lmtp, reply);
}

enum lmtp_event lmtp_feed(struct lmtp *lmtp, struct view *input, struct view *ret_text)
{
	enum lmtp_event event = LMTP_MORE;

	while (event == LMTP_MORE && has_work(lmtp, *input)) {
		if (lmtp->has_dropped) {
			lmtp->has_dropped = false;
			return LMTP_DROP;
		}
		if (lmtp->reading == READ_NOTHING)
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
	case READ_VOID_CHUNK:
		if (lmtp->is_chunked)
			return LMTP_RECEIVING;
		return lmtp->has_sender ? LMTP_ENVELOPE : LMTP_COMMANDS;
	case READ_DATA:
	case READ_CHUNK:
		return LMTP_RECEIVING;
	case READ_NOTHING:
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

void lmtp_answer(struct lmtp *lmtp, const char *reply)
{
	assert(lmtp->reading == READ_NOTHING);
	say(lmtp, reply);
	if (++lmtp->answers < lmtp->recipients->len)
		return;
	lmtp->is_chunked = false; /* nothing is left that could be dropped */
	forget_mail(lmtp);
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
