/* metrics - the state of database, daemon and mail for monitoring; see metrics.h */
#include "daemon/output/metrics.h"

#include <inttypes.h>

#include "sql/held.h"

static void print_family(FILE *to, const char *name, const char *help_text)
{
	fprintf(to, "# TYPE patchmda_%s gauge\n# HELP patchmda_%s %s\n", name, name, help_text);
}

static void print_gauge(FILE *to, const char *name, const char *help_text, int64_t value)
{
	print_family(to, name, help_text);
	fprintf(to, "patchmda_%s %" PRId64 "\n", name, value);
}

static void print_labelled(FILE *to, const char *name, const char *label, struct view text,
			   int64_t value)
{
	fprintf(to, "patchmda_%s{%s=\"", name, label);
	for (size_t i = 0; i < text.len; i++) {
		if (text.ptr[i] == '\n') {
			fputs("\\n", to);
			continue;
		}
		if (text.ptr[i] == '"' || text.ptr[i] == '\\')
			(void)putc('\\', to);
		(void)putc(text.ptr[i], to);
	}
	fprintf(to, "\"} %" PRId64 "\n", value);
}

static void print_project_metrics(FILE *to, const struct status *status)
{
	print_family(to, "newest_mail_timestamp_seconds",
		     "When the newest mail of a project was stored.");
	for (guint i = 0; i < status->projects->len; i++) {
		const struct status_project *project =
			&g_array_index(status->projects, struct status_project, i);

		if (project->has_mail)
			print_labelled(to, "newest_mail_timestamp_seconds", "project",
				       project->name, project->newest);
	}
}

static void print_followed_metric(FILE *to, const struct status *status, const char *name,
				  const char *help_text,
				  int64_t (*value_of)(const struct status_followed *followed))
{
	print_family(to, name, help_text);
	for (guint i = 0; i < status->followed->len; i++) {
		const struct status_followed *followed =
			&g_array_index(status->followed, struct status_followed, i);

		if (value_of(followed) >= 0)
			print_labelled(to, name, "source", followed->source, value_of(followed));
	}
}

static int64_t succeeded_of(const struct status_followed *followed)
{
	return followed->succeeded;
}

static int64_t committed_of(const struct status_followed *followed)
{
	return followed->committed > 0 ? followed->committed : -1;
}

static int64_t failures_of(const struct status_followed *followed)
{
	return followed->failures;
}

static void print_followed_metrics(FILE *to, const struct status *status)
{
	if (status->followed->len == 0)
		return;
	print_followed_metric(to, status, "followed_success_timestamp_seconds",
			      "When a source was last fetched and stored without errors; 0: never.",
			      succeeded_of);
	print_followed_metric(to, status, "followed_commit_timestamp_seconds",
			      "The date of a source's newest commit.", committed_of);
	print_followed_metric(to, status, "followed_failures",
			      "Rounds of a source that have failed since then.", failures_of);
}

static void print_held_metrics(FILE *to, const struct status *status)
{
	print_family(to, "held_messages", "Mail that is held, by reason.");
	for (size_t k = HOLD_INVALID; k < HELD_KINDS_END; k++) {
		int64_t count = 0;

		for (guint i = 0; i < status->held->len; i++) {
			const struct status_held *held =
				&g_array_index(status->held, struct status_held, i);

			if (view_eq(held->kind, view_str(held_kinds[k])))
				count = held->count;
		}
		print_labelled(to, "held_messages", "reason", view_str(held_kinds[k]), count);
	}
}

static void print_table_metrics(FILE *to, const struct status *status)
{
	const struct {
		const char *kind;
		int64_t count;
	} today[] = { { "patch", status->patches },
		      { "cover", status->covers },
		      { "comment", status->comments },
		      { "series", status->series } };

	print_family(to, "stored_today", "Rows stored since 00:00 UTC, by kind.");
	for (size_t i = 0; i < G_N_ELEMENTS(today); i++)
		print_labelled(to, "stored_today", "kind", view_str(today[i].kind), today[i].count);
	print_gauge(to, "waiting_messages", "Replies that wait for their parent.", status->waiting);
	print_held_metrics(to, status);
	if (status->commits != 0)
		print_gauge(to, "commits_timestamp_seconds",
			    "When patchmda commits last ran to its end.", status->commits);
	print_project_metrics(to, status);
	print_followed_metrics(to, status);
}

void metrics_print(const struct health *health, FILE *to)
{
	print_gauge(to, "database_up", "Whether the database answers.", health->reached);
	print_gauge(to, "schema_ok", "Whether this version knows the database's tables.",
		    health->has_tables);
	if (health->daemon == DAEMON_UP || health->daemon == DAEMON_DOWN)
		print_gauge(to, "daemon_up", "Whether the daemon answers.",
			    health->daemon == DAEMON_UP);
	if (health->http == DAEMON_UP || health->http == DAEMON_DOWN)
		print_gauge(to, "http_up", "Whether the web server answers.",
			    health->http == DAEMON_UP);
	print_family(to, "build", "The version of patchmda that reports this.");
	print_labelled(to, "build", "version", view_str(PATCHMDA_VERSION), 1);
	if (health->has_tables)
		print_table_metrics(to, &health->status);
	fputs(health->http_metrics->str, to);
	fputs("# EOF\n", to);
}
