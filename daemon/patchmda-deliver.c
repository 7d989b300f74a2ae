/*
 * patchmda-deliver - a thin client for a pipe: sends its standard input to the daemon's socket
 *
 * It uses only libc and starts in less than a millisecond, while loading `patchmda deliver` and its
 * libraries takes several.  Like that program it has two exit statuses: 0, the daemon has committed
 * the mail, and 75, keep it and try again.  Without a daemon it runs `patchmda deliver` and writes
 * the mail to it.  Whatever the exit status of this child is (127 of the dynamic linker, without
 * memory or a library), Postfix gets one of the two.
 */
#define _GNU_SOURCE /* pipe2() */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "daemon/address.h"
#include "daemon/parents.h"

#define SOCKET_DEFAULT       "/run/patchmda/lmtp.sock"
#define TIMEOUT_SECS_DEFAULT 120
#define TIMEOUT_SECS_MAX     3600
#define READ_BYTES           ((size_t)64 << 10)
#define REPLY_BYTES_MAX      1024
#define LIST_ID_BYTES_MAX    255

static const char help[] =
	"Usage: patchmda-deliver [OPTION]... < MESSAGE\n\n"
	"Send one message to the daemon (patchmda lmtpd).  The exit status is 0 if the daemon\n"
	"has stored it, and 75 if the mail server has to keep it and try again.  There are no\n"
	"others.  Without a daemon this runs `patchmda deliver` with the same options.\n\n"
	"      --socket PATH        where the daemon listens (" SOCKET_DEFAULT ")\n"
	"      --list-id ID         use this list id instead of the one in the headers\n"
	"      --timeout SECONDS    give up after this time, with exit status 75 (120)\n"
	"      --help               show this help\n\n"
	"Other options of `patchmda deliver` have an effect only if there is no daemon.\n\n"
	"Example (Postfix, master.cf):\n"
	"  patchmda-pipe unix - n n - 10 pipe flags=R user=patchmda argv=/usr/bin/patchmda-deliver\n";

struct options {
	const char *socket;
	const char *list_id;
	unsigned timeout_secs;
};

/* The replies of the daemon that were read. */
struct replies {
	int fd;
	char bytes[REPLY_BYTES_MAX];
	size_t len;
};

static struct parents parents;
static volatile pid_t child; /* `patchmda deliver`, if it was started */

/* ---- signals */

/* Kill the child before its input ends, because it would take that for the end of the mail. */
static void kill_child(void)
{
	if (child > 0)
		(void)kill(child, SIGKILL);
}

static void die(int signal_number)
{
	static const char timed_out[] = "4.4.7 patchmda-deliver: timed out\n";
	static const char stopped[] = "4.3.0 patchmda-deliver: stopped by a signal\n";
	const char *message = signal_number == SIGALRM ? timed_out : stopped;

	kill_child();
	/* Nothing can be done if this cannot be written. */
	if (write(STDERR_FILENO, message, strlen(message)) < 0)
		_exit(EX_TEMPFAIL);
	_exit(EX_TEMPFAIL);
}

static void prepare_to_die(unsigned timeout_secs)
{
	static const int signals[] = { SIGHUP,  SIGINT,  SIGTERM, SIGALRM, SIGABRT,
				       SIGSEGV, SIGBUS,  SIGFPE,  SIGILL,  SIGSYS,
				       SIGXCPU, SIGXFSZ, SIGUSR1, SIGUSR2, SIGQUIT };
	const struct sigaction action = { .sa_handler = die };

	for (size_t i = 0; i < sizeof(signals) / sizeof(*signals); i++)
		(void)sigaction(signals[i], &action, NULL);
	(void)signal(SIGPIPE, SIG_IGN);
	(void)prctl(PR_SET_PDEATHSIG, SIGTERM);
	(void)alarm(timeout_secs);
}

/* `status` is one of RFC 3463; Postfix logs it if it comes first. */
static _Noreturn void defer(const char *status, const char *what, const char *why)
{
	kill_child();
	fprintf(stderr, "%s patchmda-deliver: %s: %s\n", status, what, why);
	exit(EX_TEMPFAIL);
}

/* Check that the end of the input is the end of the mail. */
static void check_whole(void)
{
	if (!parents_is_whole(&parents))
		defer("4.3.0", "the mail server", "the sending process died");
}

/* Read at most READ_BYTES of the mail; 0 at its end. */
static ssize_t read_input(char *bytes)
{
	ssize_t n;

	do
		n = read(STDIN_FILENO, bytes, READ_BYTES);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		defer("4.3.0", "standard input", strerror(errno));
	return n;
}

/* ---- options */

static unsigned read_timeout(const char *value)
{
	char *end;
	unsigned long secs = strtoul(value, &end, 10);

	if (value[0] < '0' || value[0] > '9' || *end != '\0' || secs == 0 ||
	    secs > TIMEOUT_SECS_MAX)
		defer("4.3.5", "bad value of --timeout", value);
	return (unsigned)secs;
}

/* The list id becomes a part of an address, in which these characters are special. */
static void check_list_id(const char *list_id)
{
	if (list_id != NULL &&
	    (strlen(list_id) > LIST_ID_BYTES_MAX || strpbrk(list_id, " \t\r\n<>@\"\\") != NULL))
		defer("4.3.5", "bad value of --list-id", list_id);
}

enum { OPT_OTHER = 1, OPT_NUMBER, OPT_SOCKET, OPT_LIST_ID, OPT_TIMEOUT, OPT_HELP };

/* The options of `patchmda deliver`, and --socket; tests/flow/deliver-client.t compares. */
static const struct option known_options[] = {
	{ "socket", required_argument, NULL, OPT_SOCKET },
	{ "list-id", required_argument, NULL, OPT_LIST_ID },
	{ "timeout", required_argument, NULL, OPT_TIMEOUT },
	{ "database", required_argument, NULL, OPT_OTHER },
	{ "time-zone", required_argument, NULL, OPT_OTHER },
	{ "waiting-days", required_argument, NULL, OPT_NUMBER },
	{ "unknown-days", required_argument, NULL, OPT_NUMBER },
	{ "held-messages", required_argument, NULL, OPT_NUMBER },
	{ "held-bytes", required_argument, NULL, OPT_NUMBER },
	{ "lock-timeout", required_argument, NULL, OPT_NUMBER },
	{ "idle-timeout", required_argument, NULL, OPT_NUMBER },
	{ "with-parser", no_argument, NULL, OPT_OTHER },
	{ "help", no_argument, NULL, OPT_HELP },
	{ NULL, 0, NULL, 0 },
};

static void read_option(int c, struct options *options)
{
	switch (c) {
	case OPT_SOCKET:
		options->socket = optarg;
		break;
	case OPT_LIST_ID:
		options->list_id = optarg;
		break;
	case OPT_TIMEOUT:
		options->timeout_secs = read_timeout(optarg);
		break;
	case OPT_HELP:
		fputs(help, stdout);
		exit(EX_OK);
	default:
		break;
	}
}

/* Check only the form; `patchmda deliver` checks the limits. */
static void check_number(const char *name, const char *value)
{
	if (value[0] == '\0' || value[strspn(value, "0123456789")] != '\0')
		defer("4.3.5", name, "not a number");
}

/* Read the options.  *ret_argv gets all but --socket, for `patchmda deliver`. */
static void read_options(int argc, char **argv, struct options *options, char **ret_argv)
{
	static char deliver[] = "deliver";
	size_t count = 0;
	int c, at = 0, from = 1;

	ret_argv[count++] = argv[0];
	ret_argv[count++] = deliver;
	opterr = 0;
	while ((c = getopt_long(argc, argv, "+:d:", known_options, &at)) != -1) {
		if (c == '?')
			defer("4.3.5", "unknown or ambiguous option", argv[optind - 1]);
		if (c == ':')
			defer("4.3.5", "no value for an option", argv[optind - 1]);
		if (c == OPT_NUMBER)
			check_number(known_options[at].name, optarg);
		read_option(c, options);
		for (; from < optind; from++)
			if (c != OPT_SOCKET)
				ret_argv[count++] = argv[from];
	}
	if (optind < argc)
		defer("4.3.5", "unexpected argument", argv[optind]);
	ret_argv[count] = NULL;
}

/* ---- without a daemon */

/* Execute the program in the directory of this one, or otherwise the one in PATH. */
static _Noreturn void become_deliver(char **argv)
{
	char path[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path) - 1);
	char *slash;

	if (n > 0) {
		path[n] = '\0';
		slash = strrchr(path, '/');
		if (slash != NULL && slash + sizeof("/patchmda") <= path + sizeof(path)) {
			memcpy(slash, "/patchmda", sizeof("/patchmda"));
			(void)execv(path, argv);
		}
	}
	(void)execvp("patchmda", argv);
	defer("4.3.5", "no daemon, and no patchmda to execute", strerror(errno));
}

/* Start `patchmda deliver`; *ret_fd is connected to its standard input. */
static void start_deliver(char **argv, int *ret_fd)
{
	pid_t self = getpid(), pid;
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) != 0)
		defer("4.3.2", "pipe", strerror(errno));
	pid = fork();
	if (pid < 0)
		defer("4.3.2", "fork", strerror(errno));
	if (pid == 0) {
		/* It has to end if this process is killed. */
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (getppid() != self || dup2(ends[0], STDIN_FILENO) < 0)
			_exit(EX_TEMPFAIL);
		become_deliver(argv);
	}
	child = pid;
	(void)close(ends[0]);
	*ret_fd = ends[1];
}

/* Write to the child; false if it has stopped reading.  It reports the reason itself. */
static bool write_all(int fd, const char *bytes, size_t len)
{
	while (len > 0) {
		ssize_t n = write(fd, bytes, len);

		if (n < 0 && errno != EINTR)
			return false;
		if (n > 0) {
			bytes += n;
			len -= (size_t)n;
		}
	}
	return true;
}

static void copy_input(int fd)
{
	static char bytes[READ_BYTES];
	bool is_reading = true;

	while (is_reading) {
		ssize_t n = read_input(bytes);

		if (n == 0)
			return;
		is_reading = write_all(fd, bytes, (size_t)n);
	}
}

/* Exit with the child's status.  Only 0 is success; with 75 the child has printed the reason. */
static _Noreturn void end_as(int status)
{
	char reason[64];

	if (WIFEXITED(status) && WEXITSTATUS(status) == EX_OK)
		exit(EX_OK);
	if (WIFEXITED(status) && WEXITSTATUS(status) == EX_TEMPFAIL)
		exit(EX_TEMPFAIL);
	if (WIFSIGNALED(status))
		(void)snprintf(reason, sizeof(reason), "killed by signal %d", WTERMSIG(status));
	else
		(void)snprintf(reason, sizeof(reason), "exit status %d", WEXITSTATUS(status));
	defer("4.3.0", "patchmda deliver", reason);
}

static _Noreturn void run_deliver(char **argv)
{
	int fd, status;

	start_deliver(argv, &fd);
	copy_input(fd);
	check_whole();
	(void)close(fd);
	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			defer("4.3.0", "waitpid", strerror(errno));
	child = 0;
	end_as(status);
}

/* The daemon's socket, or -1 when there is no daemon. */
static int connect_daemon(const char *path)
{
	int fd = -1;
	int r = address_connect_path(path, 0, &fd);

	if (r != 0 && r != -ENOENT && r != -ECONNREFUSED)
		defer("4.3.5", path, strerror(-r));
	return fd;
}

/* ---- LMTP */

static void send_all(int fd, const char *bytes, size_t len)
{
	while (len > 0) {
		ssize_t n = send(fd, bytes, len, MSG_NOSIGNAL);

		if (n < 0 && errno != EINTR)
			defer("4.4.2", "the daemon", strerror(errno));
		if (n > 0) {
			bytes += n;
			len -= (size_t)n;
		}
	}
}

/* Read one line into `line` (REPLY_BYTES_MAX), without its end. */
static void read_line(struct replies *replies, char *line)
{
	for (;;) {
		char *end = memchr(replies->bytes, '\n', replies->len);
		ssize_t n;

		if (end != NULL) {
			size_t length = (size_t)(end - replies->bytes);

			memcpy(line, replies->bytes, length);
			line[length > 0 && line[length - 1] == '\r' ? length - 1 : length] = '\0';
			replies->len -= length + 1;
			memmove(replies->bytes, end + 1, replies->len);
			return;
		}
		if (replies->len == sizeof(replies->bytes))
			defer("4.5.0", "the daemon", "the reply is too long");
		n = read(replies->fd, replies->bytes + replies->len,
			 sizeof(replies->bytes) - replies->len);
		if (n == 0)
			defer("4.4.2", "the daemon", "closed the connection");
		if (n < 0 && errno != EINTR)
			defer("4.4.2", "the daemon", strerror(errno));
		if (n > 0)
			replies->len += (size_t)n;
	}
}

/* Print the daemon's reply with its status first.  A permanent status becomes a temporary one. */
static _Noreturn void pass_on(const char *line)
{
	const char *text = strlen(line) > 4 ? line + 4 : line;

	if (strlen(text) > 6 && text[1] == '.' && text[3] == '.' && text[5] == ' ')
		fprintf(stderr, "4%.4s patchmda: %s\n", text + 1, text + 6);
	else
		fprintf(stderr, "4.3.0 patchmda: %s\n", line);
	exit(EX_TEMPFAIL);
}

/* Read replies to their end; the last must begin with `code`. */
static void expect(struct replies *replies, const char *code)
{
	char line[REPLY_BYTES_MAX];

	do
		read_line(replies, line);
	while (strlen(line) > 3 && line[3] == '-');
	if (strncmp(line, code, strlen(code)) != 0)
		pass_on(line);
}

static void send_envelope(struct replies *replies, const char *list_id)
{
	char commands[LIST_ID_BYTES_MAX + 128];
	int n = snprintf(commands, sizeof(commands),
			 "LHLO localhost\r\nMAIL FROM:<>\r\nRCPT TO:<patches%s%s@localhost>\r\n"
			 "DATA\r\n",
			 list_id != NULL ? "+" : "", list_id != NULL ? list_id : "");

	expect(replies, "220");
	send_all(replies->fd, commands, (size_t)n);
	expect(replies, "250");
	expect(replies, "250");
	expect(replies, "250");
	expect(replies, "354");
}

/* The text that is sent: CR LF for LF, and a second dot in a line that begins with one. */
struct text {
	bool in_line;
	size_t len;
	char bytes[READ_BYTES * 2 + 2];
};

static void encode(struct text *text, const char *bytes, size_t len)
{
	text->len = 0;
	for (size_t i = 0; i < len; i++) {
		if (bytes[i] == '\n')
			text->bytes[text->len++] = '\r';
		else if (bytes[i] == '.' && !text->in_line)
			text->bytes[text->len++] = '.';
		text->bytes[text->len++] = bytes[i];
		text->in_line = bytes[i] != '\n';
	}
}

static void send_text(int fd)
{
	static struct text text;
	static char bytes[READ_BYTES];
	ssize_t n;

	while ((n = read_input(bytes)) != 0) {
		encode(&text, bytes, (size_t)n);
		send_all(fd, text.bytes, text.len);
	}
	if (text.in_line)
		send_all(fd, "\r\n", 2);
}

int main(int argc, char **argv)
{
	struct options options = { .socket = SOCKET_DEFAULT, .timeout_secs = TIMEOUT_SECS_DEFAULT };
	struct replies replies = { .len = 0 };
	/* Static, so that the sanitizer does not report a leak at the exits that do not free it. */
	static char **rest;

	parents_begin(&parents);
	rest = calloc((size_t)argc + 3, sizeof(*rest));
	if (rest == NULL)
		defer("4.3.2", "memory", strerror(ENOMEM));
	read_options(argc, argv, &options, rest);
	check_list_id(options.list_id);
	prepare_to_die(options.timeout_secs);
	replies.fd = connect_daemon(options.socket);
	if (replies.fd < 0)
		run_deliver(rest);
	send_envelope(&replies, options.list_id);
	send_text(replies.fd);
	check_whole();
	send_all(replies.fd, ".\r\n", 3);
	expect(&replies, "250");
	free(rest);
	return EX_OK;
}
