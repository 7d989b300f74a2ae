/* status - `patchmda status`: reports the state of database and daemon */
#define _GNU_SOURCE /* mkostemp() */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "daemon/address.h"
#include "daemon/commands/commands.h"
#include "daemon/option_value.h"
#include "daemon/output/gaps.h"
#include "daemon/output/health.h"
#include "daemon/output/metrics.h"
#include "daemon/settings.h"
#include "daemon/output/span.h"
#include "daemon/output/table.h"
#include "daemon/output/terminal.h"
#include "parser/cleanup.h"
#include "sql/names.h"
#include "sql/report/gaps.h"
#include "sql/report/read.h"

/* How much of a commit's name is shown. */
#define ABBREVIATED_BYTES 12

#define TIMEOUT_SECS_DEFAULT 10
#define TIMEOUT_SECS_MAX     3600

/* The exit statuses of monitoring plugins (Nagios, Icinga). */
enum { PLUGIN_OK = 0, PLUGIN_WARNING = 1, PLUGIN_CRITICAL = 2 };

struct request {
	struct store_options options;
	const char *socket;  /* NULL: the default one, if it exists */
	const char *http;    /* likewise */
	const char *output;  /* NULL: standard output */
	GPtrArray *projects; /* char *: to which max_age_secs applies; none: all */
	/* -1: no limit */
	int64_t max_held, max_age_secs, max_failures, max_behind_secs;
	bool gaps;     /* print these instead */
	int64_t since; /* only those of mail dated on or after that */
	int timeout_secs;
	bool openmetrics;
};

static int64_t held_count(const struct status *status)
{
	int64_t count = 0;

	for (guint i = 0; i < status->held->len; i++)
		count += g_array_index(status->held, struct status_held, i).count;
	return count;
}

static bool counts_age(const struct request *request, const struct status_project *project)
{
	for (guint i = 0; i < request->projects->len; i++)
		if (view_eq(project->name, view_str(request->projects->pdata[i])))
			return true;
	return request->projects->len == 0;
}

/* A project without any mail is not late: perhaps none was ever sent. */
static bool is_late(const struct request *request, const struct status *status,
		    const struct status_project *project)
{
	return request->max_age_secs >= 0 && project->has_mail &&
	       status->now - project->newest > request->max_age_secs &&
	       counts_age(request, project);
}

static bool is_any_late(const struct request *request, const struct status *status)
{
	for (guint i = 0; i < status->projects->len; i++)
		if (is_late(request, status,
			    &g_array_index(status->projects, struct status_project, i)))
			return true;
	return false;
}

/* A source without any successful round counts as last fetched in 1970. */
static bool is_behind(const struct request *request, const struct status *status,
		      const struct status_followed *followed)
{
	return (request->max_behind_secs >= 0 &&
		status->now - followed->succeeded > request->max_behind_secs) ||
	       (request->max_failures >= 0 && followed->failures > request->max_failures);
}

static bool is_any_behind(const struct request *request, const struct status *status)
{
	for (guint i = 0; i < status->followed->len; i++)
		if (is_behind(request, status,
			      &g_array_index(status->followed, struct status_followed, i)))
			return true;
	return false;
}

static int judge(const struct request *request, const struct health *health)
{
	if (!health->has_tables || health->daemon == DAEMON_DOWN || health->http == DAEMON_DOWN)
		return PLUGIN_CRITICAL;
	if (request->max_held >= 0 && held_count(&health->status) > request->max_held)
		return PLUGIN_WARNING;
	if (is_any_behind(request, &health->status))
		return PLUGIN_WARNING;
	return is_any_late(request, &health->status) ? PLUGIN_WARNING : PLUGIN_OK;
}

/* ---- text */

static void print_age(FILE *to, int64_t now, int64_t then)
{
	char age[SPAN_TEXT_BYTES];

	span_format(now - then, age);
	fprintf(to, ", the oldest %s\n", age);
}

static void print_held(FILE *to, const struct status *status)
{
	fprintf(to, "held      %" PRId64, held_count(status));
	for (guint i = 0; i < status->held->len; i++) {
		const struct status_held *held =
			&g_array_index(status->held, struct status_held, i);

		fprintf(to, "%s%.*s %" PRId64, i == 0 ? " (" : ", ", (int)held->kind.len,
			held->kind.ptr, held->count);
	}
	if (status->held->len > 0) {
		(void)putc(')', to);
		print_age(to, status->now, status->held_oldest);
	} else {
		(void)putc('\n', to);
	}
}

static void print_commits(FILE *to, const struct status *status)
{
	char age[SPAN_TEXT_BYTES];

	if (status->commits == 0)
		return;
	span_format(status->now - status->commits, age);
	fprintf(to, "commits   looked up %s ago\n", age);
}

static void print_projects(FILE *to, const struct request *request, const struct status *status)
{
	static const struct table_column columns[] = { { "PROJECT", false, 1 },
						       { "NEWEST", true, 0 },
						       { "", false, 0 } };
	struct table *table = table_new(columns, G_N_ELEMENTS(columns));

	for (guint i = 0; i < status->projects->len; i++) {
		const struct status_project *project =
			&g_array_index(status->projects, struct status_project, i);
		char age[SPAN_TEXT_BYTES];

		span_format(status->now - project->newest, age);
		table_add(table, project->name);
		table_add(table, view_str(project->has_mail ? age : "-"));
		table_add(table, is_late(request, status, project) ? VIEW("late") : VIEW(""));
	}
	table_print(table, to, request->output == NULL ? terminal_columns(to) : 0);
	table_free(table);
}

static void add_age(struct table *table, const struct status *status, int64_t then)
{
	char age[SPAN_TEXT_BYTES];

	span_format(status->now - then, age);
	table_add(table, then != 0 ? view_str(age) : VIEW("-"));
}

static void print_followed(FILE *to, const struct request *request, const struct status *status)
{
	static const struct table_column columns[] = {
		{ "FOLLOWED", false, 0 }, { "CHECKED", true, 0 },  { "COMMIT", false, 0 },
		{ "AGE", true, 0 },       { "FAILURES", true, 0 }, { "", false, 0 },
		{ "ERROR", false, 1 }
	};
	struct table *table = table_new(columns, G_N_ELEMENTS(columns));

	for (guint i = 0; i < status->followed->len; i++) {
		const struct status_followed *followed =
			&g_array_index(status->followed, struct status_followed, i);

		table_add(table, followed->source);
		add_age(table, status, followed->succeeded);
		table_add(table, view_head(followed->commit, ABBREVIATED_BYTES));
		add_age(table, status, followed->committed);
		table_add_number(table, followed->failures);
		table_add(table, is_behind(request, status, followed) ? VIEW("late") : VIEW(""));
		table_add(table, followed->error);
	}
	table_print(table, to, request->output == NULL ? terminal_columns(to) : 0);
	table_free(table);
}

static void print_tables(FILE *to, const struct request *request, const struct status *status)
{
	fprintf(to, "database  ok: ");
	terminal_print(to, status->database);
	fprintf(to, ", PostgreSQL %.*s%s\n", (int)status->server.len, status->server.ptr,
		status->is_standby ? ", a standby" : "");
	fprintf(to, "schema    ok: %.*s, ", (int)status->schema.len, status->schema.ptr);
	fprintf(to, "Patchwork's %04" PRId32 "\n", status->django);
	fprintf(to,
		"today     %" PRId64 " patches, %" PRId64 " cover letters, %" PRId64
		" comments, %" PRId64 " new series (since 00:00 UTC)\n",
		status->patches, status->covers, status->comments, status->series);
	fprintf(to, "waiting   %" PRId64, status->waiting);
	if (status->waiting > 0)
		print_age(to, status->now, status->waiting_oldest);
	else
		(void)putc('\n', to);
	print_held(to, status);
	print_commits(to, status);
	if (status->projects->len > 0) {
		(void)putc('\n', to);
		print_projects(to, request, status);
	}
	if (status->followed->len > 0) {
		(void)putc('\n', to);
		print_followed(to, request, status);
	}
}

/* One line; `name` is padded. */
static void print_daemon(FILE *to, const char *name, enum daemon_state state, const char *address,
			 const char *message)
{
	static const char *const names[] = { [DAEMON_NONE] = "none here",
					     [DAEMON_UNKNOWN] = "unknown",
					     [DAEMON_UP] = "ok",
					     [DAEMON_DOWN] = "BROKEN" };

	fprintf(to, "%s %s: %s: ", name, names[state], address);
	terminal_print(to, view_str(message));
	(void)putc('\n', to);
}

static void print_text(FILE *to, const struct request *request, const struct health *health)
{
	print_daemon(to, "daemon   ", health->daemon, health->socket, health->greeting);
	print_daemon(to, "httpd    ", health->http, health->http_address, health->http_message);
	if (health->has_tables) {
		print_tables(to, request, &health->status);
		return;
	}
	fprintf(to, health->reached ? "schema    BROKEN: " : "database  BROKEN: ");
	terminal_print(to, view_of(health->message->str, health->message->len));
	(void)putc('\n', to);
}

/* ---- writing */

static int write_all(int fd, const char *text, size_t len)
{
	while (len > 0) {
		ssize_t n = write(fd, text, len);

		if (n < 0)
			return -errno;
		text += n;
		len -= (size_t)n;
	}
	/* The programs that read it run as other users. */
	return fchmod(fd, 0644) != 0 || fsync(fd) != 0 ? -errno : 0;
}

/* Write a temporary file, whose name no collector reads, in the same directory, then rename it. */
static int replace_file(const char *path, const char *text, size_t len)
{
	g_autofree char *beside = g_strconcat(path, ".XXXXXX", NULL);
	int fd = mkostemp(beside, O_CLOEXEC), r;

	if (fd < 0)
		return -errno;
	r = write_all(fd, text, len);
	if (close(fd) != 0 && r == 0)
		r = -errno;
	if (r == 0 && rename(beside, path) != 0)
		r = -errno;
	if (r != 0)
		(void)unlink(beside);
	return r;
}

static int print(const struct request *request, const struct health *health)
{
	char *text = NULL;
	size_t len = 0;
	FILE *to = request->output != NULL ? open_memstream(&text, &len) : stdout;
	int r;

	if (to == NULL)
		return -errno;
	if (request->openmetrics)
		metrics_print(health, to);
	else
		print_text(to, request, health);
	if (request->output == NULL)
		return 0;
	r = fclose(to) == 0 ? replace_file(request->output, text, len) : -errno;
	free(text);
	return r;
}

/* ---- the command */

static bool take_age(void *field, const struct option_row *row, const char *value)
{
	(void)row;
	return span_parse(value, field);
}

static bool take_address(void *field, const struct option_row *row, const char *value)
{
	return address_is_well_formed(value) && option_text(field, row, value);
}

static bool take_since(void *field, const struct option_row *row, const char *value)
{
	(void)row;
	return span_parse_since(value, g_get_real_time() / G_USEC_PER_SEC, field);
}

static const struct option_row rows[] = {
	OPTION_OTHER("socket", "ADDRESS",
		     "where the daemon must answer: unix:PATH or HOST:PORT (if it\n"
		     "exists, " HEALTH_SOCKET_DEFAULT ")",
		     struct request, socket, take_address, "unix:PATH or HOST:PORT"),
	OPTION_OTHER("http", "ADDRESS",
		     "where the web server must answer: unix:PATH or HOST:PORT (if it\n"
		     "exists, " HEALTH_HTTP_DEFAULT ")",
		     struct request, http, take_address, "unix:PATH or HOST:PORT"),
	OPTION_NUMBER("max-held", "N", "exit 1 if more than N messages are held", struct request,
		      max_held, 0, INT64_MAX),
	OPTION_OTHER("max-age", "SPAN",
		     "exit 1 if the newest mail of a project is older: 90m, 12h, 3d",
		     struct request, max_age_secs, take_age, "a span like 90m, 12h or 3d"),
	OPTION_OTHER("max-behind", "SPAN",
		     "exit 1 if the last successful round of a followed source is\n"
		     "older",
		     struct request, max_behind_secs, take_age, "a span like 90m, 12h or 3d"),
	OPTION_NUMBER("max-failures", "N",
		      "exit 1 if more than N rounds of a followed source have failed\n"
		      "in a row",
		      struct request, max_failures, 0, INT64_MAX),
	OPTION_FLAG("gaps",
		    "list mail that came from followed archives and by no other\n"
		    "way; exit 1 if there is any",
		    struct request, gaps),
	OPTION_OTHER("since", "WHEN", "list only gaps of mail dated since then: 2024-12-31, or 3d",
		     struct request, since, take_since, "a date or a span like 12h or 3d"),
	OPTION_OTHER("project", "LINKNAME",
		     "apply --max-age and --gaps to this project only; may be given\n"
		     "several times",
		     struct request, projects, option_list, "a link name"),
	OPTION_FLAG("openmetrics", "print OpenMetrics text, for Prometheus and similar programs",
		    struct request, openmetrics),
	OPTION_NAME("output", "FILE", "write to FILE, which is replaced atomically", struct request,
		    output),
	OPTION_NUMBER("timeout", "SECONDS", "timeout for the database and for the daemon (10)",
		      struct request, timeout_secs, 1, TIMEOUT_SECS_MAX),
};

static const struct command_line line = {
	.command = "status",
	.synopsis = "status [OPTION]...",
	.description =
		"Report the state of the database, its tables, the daemon and the web server, how much was\n"
		"stored today, how much mail waits or is held, and the age of each project's newest mail.\n"
		"The exit status is 0 if all is well, 1 if a limit below is exceeded, 2 if something is\n"
		"broken.",
	.examples =
		"  patchmda status\n"
		"  patchmda status --project ltp --max-age 2d --max-held 10 >/dev/null || echo look\n"
		"  patchmda status --openmetrics --output /var/lib/node_exporter/patchmda.prom\n",
	.rows = rows,
	.row_count = G_N_ELEMENTS(rows),
	.shared = settings_rows,
	.shared_rows = SETTINGS_DATABASE,
	.store_offset = offsetof(struct request, options),
};

/* Report the projects of --project that do not exist.  Returns 0, EX_USAGE, or a pg error. */
static int check_projects(const struct request *request, struct pg *pg)
{
	int status = 0;

	for (guint i = 0; i < request->projects->len; i++) {
		g_autofree char *message = NULL;
		int r = names_check_project(pg, request->projects->pdata[i], &message);

		if (r < 0 && r != -ENOENT)
			return r;
		if (r == 0)
			continue;
		terminal_complain("status", message);
		status = EX_USAGE;
	}
	return status;
}

/* Without a database, that is the error. */
static bool lacks_project(const struct request *request)
{
	_cleanup_(pg_close_ptr) struct pg *pg = NULL;

	return request->projects->len > 0 &&
	       read_open(request->options.conninfo, request->timeout_secs, &pg) == 0 &&
	       check_projects(request, pg) == EX_USAGE;
}

static int status(const struct request *request)
{
	struct health health;
	int exit_status, r;

	if (lacks_project(request))
		return EX_USAGE;

	health_find(request->options.conninfo, request->socket, request->http,
		    request->timeout_secs, &health);
	exit_status = judge(request, &health);
	r = print(request, &health);
	if (r != 0) {
		fprintf(stderr, "patchmda status: %s: %s\n", request->output, strerror(-r));
		exit_status = PLUGIN_CRITICAL;
	}
	health_done(&health);
	return exit_status;
}

static int print_gaps(const struct request *request, struct pg *pg)
{
	_cleanup_(pg_result_free_ptr) struct pg_result *result = NULL;
	g_autoptr(GArray) gaps = NULL;

	if (request->projects->len > 0) {
		int r = check_projects(request, pg);

		if (r != 0)
			return r == EX_USAGE ? EX_USAGE : PLUGIN_CRITICAL;
	}
	if (gaps_ask(pg, request->since, request->projects, &gaps, &result) != 0)
		return PLUGIN_CRITICAL;
	gaps_print(gaps, stdout, terminal_columns(stdout));
	return gaps->len > 0 ? PLUGIN_WARNING : PLUGIN_OK;
}

static int list_gaps(const struct request *request)
{
	_cleanup_(pg_close_ptr) struct pg *pg = NULL;
	int exit_status = PLUGIN_CRITICAL;

	if (read_open(request->options.conninfo, request->timeout_secs, &pg) == 0)
		exit_status = print_gaps(request, pg);
	if (exit_status == PLUGIN_CRITICAL)
		fprintf(stderr, "patchmda status: %s\n", read_message(pg));
	return exit_status;
}

int cmd_status(int argc, char **argv)
{
	g_autoptr(GPtrArray) projects = g_ptr_array_new();
	struct request request = { .options = store_defaults,
				   .projects = projects,
				   .max_held = -1,
				   .max_age_secs = -1,
				   .max_failures = -1,
				   .max_behind_secs = -1,
				   .since = INT64_MIN,
				   .timeout_secs = TIMEOUT_SECS_DEFAULT };
	char **operands;
	int r = options_read(&line, argc, argv, &request, &operands);

	if (r != OPTIONS_READ)
		return r;
	if (request.since != INT64_MIN && !request.gaps)
		return options_complain(&line, "--since is for --gaps");
	return terminal_end(request.gaps ? list_gaps(&request) : status(&request), PLUGIN_CRITICAL);
}
