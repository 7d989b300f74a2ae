/*
 * lmtp-load - sends mail to a daemon over many LMTP sessions and measures the time
 *
 * usage: lmtp-load SOCKET SESSIONS FIRST COUNT [RATE [TRACE]]
 *
 * Sends letters FIRST to FIRST + COUNT - 1 (letters.h) through the Unix socket, as Postfix does:
 * the envelope in one piece, the text after the reply 354, the next mail after its reply.
 * Without RATE, each session sends the next mail at once, and the latency of a mail counts from its
 * MAIL command.  With RATE, as many mails become due in a second; a free session takes the next
 * one, and the latency counts from the time when it was due.  Prints seconds, mails per second, the
 * median, the 99th percentile and the maximum of the latencies in milliseconds, and the mean number
 * of bytes of a mail.  Any reply except 250 to a mail is a failure.
 *
 * With TRACE, writes a line for each mail to that file: the times when it was due and acknowledged,
 * in seconds of the monotonic clock.
 */
#define _GNU_SOURCE /* epoll_pwait2() */
#include <errno.h>
#include <glib.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "tests/bench/letters.h"

#define SESSIONS_MAX 1000
#define SEED         7
#define EVENTS_MAX   64
#define NSECS        INT64_C(1000000000)

static const char greeting[] = "LHLO bench\r\n";
static const char envelope[] =
	"MAIL FROM:<list@bench.example.org>\r\nRCPT TO:<patches@localhost>\r\nDATA\r\n";

enum step { STEP_GREETING, STEP_LHLO, STEP_FREE, STEP_ENVELOPE, STEP_TEXT };

struct session {
	int fd;
	enum step step;
	int replies; /* outstanding in this step */
	char line[512];
	size_t length;
	const char *out; /* not yet sent */
	size_t out_length;
	int mail;
	int64_t since; /* time when its mail was begun, or due */
};

struct load {
	const char *path;
	GPtrArray *mails; /* GString *, in the form of the wire */
	struct session sessions[SESSIONS_MAX];
	int session_count;
	int epoll;
	double rate;
	int next, done;
	int64_t began;
	double *latencies; /* of finished mails, in milliseconds */
	FILE *trace;       /* NULL: none is written */
};

static _Noreturn void die(const char *what, const char *why)
{
	fprintf(stderr, "lmtp-load: %s: %s\n", what, why);
	exit(1);
}

static int64_t now(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * NSECS + t.tv_nsec;
}

/* CR LF, doubled dots, and the final dot. */
static GString *encode(const GString *mail)
{
	GString *out = g_string_sized_new(mail->len + mail->len / 16);
	const char *line = mail->str, *end = line + mail->len;

	while (line < end) {
		const char *newline = memchr(line, '\n', (size_t)(end - line));
		const char *stop = newline != NULL ? newline : end;

		if (*line == '.')
			g_string_append_c(out, '.');
		g_string_append_len(out, line, stop - line);
		g_string_append(out, "\r\n");
		line = stop + 1;
	}
	g_string_append(out, ".\r\n");
	return out;
}

static void prepare(struct load *load, int first, int count)
{
	GPtrArray *letters = letters_make(first + count, SEED);

	load->mails = g_ptr_array_new();
	for (int i = 0; i < first + count; i++) {
		GString *letter = letters->pdata[i];

		if (i >= first)
			g_ptr_array_add(load->mails, encode(letter));
		g_string_free(letter, TRUE);
	}
	g_ptr_array_unref(letters);
	load->latencies = g_new0(double, (gsize)count);
}

/* ---- a session */

static void want(struct load *load, struct session *session, uint32_t events)
{
	struct epoll_event event = { .events = events, .data.ptr = session };

	if (epoll_ctl(load->epoll, EPOLL_CTL_MOD, session->fd, &event) != 0)
		die("epoll", strerror(errno));
}

static void continue_sending(struct load *load, struct session *session)
{
	while (session->out_length > 0) {
		ssize_t n = send(session->fd, session->out, session->out_length,
				 MSG_NOSIGNAL | MSG_DONTWAIT);

		if (n < 0 && errno == EAGAIN) {
			want(load, session, EPOLLIN | EPOLLOUT);
			return;
		}
		if (n < 0)
			die("send", strerror(errno));
		session->out += n;
		session->out_length -= (size_t)n;
	}
	want(load, session, EPOLLIN);
}

static void say(struct load *load, struct session *session, const char *text, size_t length)
{
	session->out = text;
	session->out_length = length;
	continue_sending(load, session);
}

static int64_t due_at(const struct load *load, int mail)
{
	return load->began + (int64_t)((double)mail / load->rate * (double)NSECS);
}

/* The next mail, if it is due. */
static void begin_mail(struct load *load, struct session *session)
{
	int64_t time = now();

	session->step = STEP_FREE;
	if (load->next == (int)load->mails->len ||
	    (load->rate > 0 && due_at(load, load->next) > time))
		return;
	session->mail = load->next++;
	session->since = load->rate > 0 ? due_at(load, session->mail) : time;
	session->step = STEP_ENVELOPE;
	session->replies = 3;
	say(load, session, envelope, strlen(envelope));
}

static void take_result(struct load *load, struct session *session, const char *line)
{
	int64_t time = now();

	if (strncmp(line, "250 ", 4) != 0)
		die("not accepted", line);
	load->latencies[load->done++] = (double)(time - session->since) / 1e6;
	if (load->trace != NULL)
		fprintf(load->trace, "%.6f %.6f\n", (double)session->since / (double)NSECS,
			(double)time / (double)NSECS);
	begin_mail(load, session);
}

static void send_text(struct load *load, struct session *session)
{
	const GString *mail = load->mails->pdata[session->mail];

	session->step = STEP_TEXT;
	session->replies = 1;
	say(load, session, mail->str, mail->len);
}

/* The last line of a reply has come. */
static void take_reply(struct load *load, struct session *session, const char *line)
{
	if (line[0] != '2' && line[0] != '3')
		die("refused", line);
	if (--session->replies > 0)
		return;
	switch (session->step) {
	case STEP_GREETING:
		session->step = STEP_LHLO;
		session->replies = 1;
		say(load, session, greeting, strlen(greeting));
		break;
	case STEP_LHLO:
		begin_mail(load, session);
		break;
	case STEP_ENVELOPE:
		send_text(load, session);
		break;
	case STEP_TEXT:
		take_result(load, session, line);
		break;
	case STEP_FREE:
		die("unexpected reply", line);
	}
}

static void read_replies(struct load *load, struct session *session)
{
	ssize_t n = read(session->fd, session->line + session->length,
			 sizeof(session->line) - session->length - 1);
	char *line = session->line, *end;

	if (n <= 0)
		die("the daemon", n < 0 ? strerror(errno) : "closed the connection");
	session->length += (size_t)n;
	session->line[session->length] = '\0';
	while ((end = strchr(line, '\n')) != NULL) {
		*end = '\0';
		if (strlen(line) > 3 && line[3] != '-')
			take_reply(load, session, line);
		line = end + 1;
	}
	session->length -= (size_t)(line - session->line);
	memmove(session->line, line, session->length);
}

static void open_session(struct load *load, struct session *session)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	struct epoll_event event = { .events = EPOLLIN, .data.ptr = session };

	g_strlcpy(address.sun_path, load->path, sizeof(address.sun_path));
	session->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (session->fd < 0 ||
	    connect(session->fd, (struct sockaddr *)&address, sizeof(address)) != 0)
		die(load->path, strerror(errno));
	session->step = STEP_GREETING;
	session->replies = 1;
	if (epoll_ctl(load->epoll, EPOLL_CTL_ADD, session->fd, &event) != 0)
		die("epoll", strerror(errno));
}

/* ---- all sessions */

static void wait_and_serve(struct load *load, const struct timespec *timeout)
{
	struct epoll_event events[EVENTS_MAX];
	int count = epoll_pwait2(load->epoll, events, EVENTS_MAX, timeout, NULL);

	for (int i = 0; i < count; i++) {
		struct session *session = events[i].data.ptr;

		if (session->out_length > 0 && (events[i].events & EPOLLOUT) != 0)
			continue_sending(load, session);
		if ((events[i].events & ~(uint32_t)EPOLLOUT) != 0)
			read_replies(load, session);
	}
}

static bool all_are_free(const struct load *load)
{
	for (int i = 0; i < load->session_count; i++)
		if (load->sessions[i].step != STEP_FREE)
			return false;
	return true;
}

/* Give the mails that are due to free sessions; returns the time when the next one is due. */
static int64_t hand_out(struct load *load)
{
	for (int i = 0; i < load->session_count; i++)
		if (load->sessions[i].step == STEP_FREE)
			begin_mail(load, &load->sessions[i]);
	return load->next < (int)load->mails->len ? due_at(load, load->next) : INT64_MAX;
}

static void run(struct load *load)
{
	int count = (int)load->mails->len;

	while (load->done < count) {
		struct timespec timeout = { .tv_sec = 60 };
		int64_t wait = load->rate > 0 ? hand_out(load) - now() : INT64_MAX;

		if (wait < 60 * NSECS)
			timeout = (struct timespec){ .tv_nsec = MAX(wait, 0) % NSECS,
						     .tv_sec = MAX(wait, 0) / NSECS };
		wait_and_serve(load, &timeout);
	}
}

/* Send LHLO on all sessions before the measurement starts; mails are held back until then. */
static void open_all(struct load *load)
{
	int count = (int)load->mails->len;

	load->next = count;
	for (int i = 0; i < load->session_count; i++)
		open_session(load, &load->sessions[i]);
	while (!all_are_free(load))
		wait_and_serve(load, NULL);
	load->next = 0;
	load->began = now();
	for (int i = 0; i < load->session_count; i++)
		begin_mail(load, &load->sessions[i]);
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void report(struct load *load)
{
	double seconds = (double)(now() - load->began) / (double)NSECS;
	int count = load->done;
	size_t bytes = 0;

	for (int i = 0; i < count; i++)
		bytes += ((GString *)load->mails->pdata[i])->len;
	qsort(load->latencies, (size_t)count, sizeof(double), compare);
	printf("%.3f\t%.0f\t%.2f\t%.2f\t%.2f\t%zu\n", seconds, count / seconds,
	       load->latencies[count / 2], load->latencies[count * 99 / 100],
	       load->latencies[count - 1], bytes / (size_t)count);
}

int main(int argc, char **argv)
{
	static struct load load;
	int first, count;

	if (argc < 5 || argc > 7) {
		fputs("usage: lmtp-load SOCKET SESSIONS FIRST COUNT [RATE [TRACE]]\n", stderr);
		return 2;
	}
	load.path = argv[1];
	load.session_count = (int)strtol(argv[2], NULL, 10);
	first = (int)strtol(argv[3], NULL, 10);
	count = (int)strtol(argv[4], NULL, 10);
	load.rate = argc > 5 ? strtod(argv[5], NULL) : 0;
	load.trace = argc > 6 ? fopen(argv[6], "we") : NULL;
	if (load.session_count < 1 || load.session_count > SESSIONS_MAX || first < 0 || count < 1) {
		fputs("lmtp-load: bad numbers\n", stderr);
		return 2;
	}
	prepare(&load, first, count);
	load.epoll = epoll_create1(EPOLL_CLOEXEC);
	open_all(&load);
	run(&load);
	report(&load);
	if (load.trace != NULL && fclose(load.trace) != 0)
		die(argv[6], strerror(errno));
	return 0;
}
