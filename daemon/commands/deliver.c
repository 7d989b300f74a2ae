/*
 * deliver - `patchmda deliver`: one message on standard input, for a mail server's pipe
 *
 * There are two exit statuses: 0, the mail is in the database (or need not be), and 75, keep it and
 * try again.  With any other one Postfix bounces the mail to the list, which then unsubscribes the
 * recipient.  So all ends of the program, also by a signal or by abort() in GLib, have one of the
 * two.
 */
#include <errno.h>
#include <glib.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sysexits.h>
#include <unistd.h>

#include "daemon/commands/commands.h"
#include "daemon/ingest.h"
#include "daemon/input.h"
#include "daemon/parents.h"
#include "daemon/outcome.h"
#include "daemon/option_value.h"
#include "daemon/settings.h"
#include "daemon/poison.h"
#include "parser/cleanup.h"

#define TIMEOUT_SECS_DEFAULT 120
#define TIMEOUT_SECS_MAX     3600

struct options {
	struct store_options store;
	const char *list_id;
	unsigned timeout_secs;
};

static struct parents parents;

/* ---- signals */

/* Whether parsing a message can cause this signal; other signals come from outside. */
static bool is_own_fault(int signal_number)
{
	static const int faults[] = { SIGABRT, SIGALRM, SIGBUS,  SIGFPE, SIGILL,
				      SIGSEGV, SIGSYS,  SIGTRAP, SIGXCPU };

	for (size_t i = 0; i < sizeof(faults) / sizeof(*faults); i++)
		if (signal_number == faults[i])
			return true;
	return false;
}

static void die(int signal_number)
{
	static const char timed_out[] = "4.4.7 patchmda: timed out\n";
	static const char stopped[] = "4.3.0 patchmda: stopped by a signal\n";
	const char *message = signal_number == SIGALRM ? timed_out : stopped;

	if (!is_own_fault(signal_number))
		poison_forget_own();
	/* Nothing can be done if this cannot be written. */
	if (write(STDERR_FILENO, message, strlen(message)) < 0)
		_exit(EX_TEMPFAIL);
	_exit(EX_TEMPFAIL);
}

/* GLib would print its message before it aborts, but the status code of die() has to come first. */
static void be_silent(const gchar *domain, GLogLevelFlags level, const gchar *message,
		      gpointer data)
{
	(void)domain;
	(void)level;
	(void)message;
	(void)data;
}

/*
 * Catch signals, and exit with the parent: when Postfix's pipe(8) is killed, the input ends as if
 * the mail did, and a truncated mail would be stored.
 */
static void prepare_to_die(unsigned timeout_secs)
{
	/* Signals that stop a process or do nothing by default; KILL and STOP cannot be caught. */
	static const int harmless[] = { SIGKILL,  SIGSTOP, SIGCHLD, SIGCONT, SIGURG,
					SIGWINCH, SIGTSTP, SIGTTIN, SIGTTOU, SIGPIPE };
	static char stack[16384];
	struct sigaction action = { .sa_handler = die, .sa_flags = SA_ONSTACK };
	stack_t alternate = { .ss_sp = stack, .ss_size = sizeof(stack) };

	(void)prctl(PR_SET_PDEATHSIG, SIGTERM);
	(void)g_log_set_default_handler(be_silent, NULL);
	(void)sigaltstack(&alternate, NULL);
	(void)signal(SIGPIPE, SIG_IGN);
	for (int signal_number = 1; signal_number <= SIGRTMAX; signal_number++) {
		bool dies = true;

		for (size_t i = 0; i < sizeof(harmless) / sizeof(*harmless); i++)
			dies = dies && signal_number != harmless[i];
		if (dies)
			(void)sigaction(signal_number, &action, NULL);
	}
	(void)alarm(timeout_secs);
}

static bool mail_is_whole(void)
{
	return parents_is_whole(&parents);
}

/* ---- output */

/*
 * Report why the mail is deferred.  `status` is one of RFC 3463; Postfix logs it if it comes first.
 * The report is one line of ASCII in one write(2), whatever part of a mail the texts quote.
 */
static int defer(const char *status, const char *what, const char *why)
{
	char line[1024];
	int n = snprintf(line, sizeof(line), "%s patchmda: %s: %s", status, what, why);

	for (char *c = line; n > 0 && *c != '\0'; c++)
		if (*c < ' ' || *c > '~')
			*c = '?';
	fprintf(stderr, "%s\n", line);
	return EX_TEMPFAIL;
}

/* ---- the work */

static int store_one(const struct options *options, struct view raw, bool is_cut)
{
	_cleanup_(arena_free_ptr) struct arena *arena = arena_new(SUBMISSION_ARENA_BYTES_MAX);
	_cleanup_(store_close_ptr) struct store *store = NULL;
	struct ingest ingest = { .list_id = view_str(options->list_id), .is_cut = is_cut };
	enum ingested ingested;
	int r;

	if (arena == NULL)
		return defer("4.3.2", "memory", strerror(ENOMEM));
	r = store_open(&options->store, &store);
	if (r != 0)
		return defer(outcome_status(r), "database", store_error(store));
	r = ingest_read(arena, raw, store_catalog(store), &ingest, &ingested);
	if (r != 0)
		return defer(outcome_status(r), "reading the message", strerror(-r));
	if (ingested == INGEST_IGNORE)
		return EX_OK;
	r = store_deliver(store, &ingest.delivery, 1);
	if (r == -ECANCELED)
		return defer("4.3.0", "not stored",
			     "the sending process died; the message may be truncated");
	if (r != 0)
		return defer(outcome_status(r), "database", store_error(store));
	if (ingest.delivery.verdict == VERDICT_NO_ROOM)
		return defer(outcome_status(-ENOSPC), ingest.delivery.reason,
			     "no room to hold it: see patchmda held");
	/*
	 * If neither the daemon nor imports run, nothing else deletes mail that has waited or was
	 * held for too long.  The current mail is stored already, so a failure does not matter.
	 */
	if (ingest.delivery.verdict == VERDICT_WAITING || ingest.delivery.verdict == VERDICT_HELD)
		(void)store_expire(store);
	return outcome_rows[outcome_of(ingest.delivery.verdict)].exit_status;
}

static int complain(const struct command_line *line, const char *problem)
{
	(void)line;
	return defer("4.3.5", "wrong use", problem);
}

static const struct option_row rows[] = {
	OPTION_NAME("list-id", "ID", "use this list id instead of the one in the headers",
		    struct options, list_id),
	OPTION_NUMBER("timeout", "SECONDS", "give up after this time, with exit status 75 (120)",
		      struct options, timeout_secs, 1, TIMEOUT_SECS_MAX),
};

static const struct command_line line = {
	.command = "deliver",
	.synopsis = "deliver [OPTION]... < MESSAGE",
	.description =
		"Deliver one message.  The exit status is 0 if it is stored (or need not be), and 75 if\n"
		"the mail server has to keep it and try again.  There are no others.",
	.examples =
		"  patchmda deliver < mail.eml\n"
		"  patches: \"|/usr/bin/patchmda deliver -d dbname=patchwork\"      (Exim, sendmail)\n",
	.rows = rows,
	.row_count = sizeof(rows) / sizeof(*rows),
	.shared = settings_rows,
	.shared_rows = SETTINGS_ALL,
	.store_offset = offsetof(struct options, store),
	.complain = complain,
};

int cmd_deliver(int argc, char **argv)
{
	struct options options = { .store = store_defaults, .timeout_secs = TIMEOUT_SECS_DEFAULT };
	struct input input = { 0 };
	char **operands;
	int r;

	parents_begin(&parents);
	r = options_read(&line, argc, argv, &options, &operands);
	if (r != OPTIONS_READ)
		return r;
	prepare_to_die(options.timeout_secs);
	options.store.may_commit = mail_is_whole;
	poison_open((int)options.timeout_secs);
	r = input_read(STDIN_FILENO, INPUT_BYTES_MAX, &input);
	if (r == 0)
		r = store_one(&options, input_view(&input), input.is_cut);
	else
		r = defer("4.3.0", "standard input", strerror(-r));
	input_done(&input);
	return r;
}
