/* project - `patchmda project`: lists, adds, changes and removes projects */
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "daemon/commands/commands.h"
#include "daemon/option_value.h"
#include "daemon/retry.h"
#include "daemon/settings.h"
#include "daemon/output/terminal.h"
#include "parser/cleanup.h"
#include "parser/pattern.h"
#include "sql/held.h"
#include "sql/names.h"
#include "sql/projects.h"
#include "sql/schema/schema.h"

struct request {
	struct store_options options;
	struct project_settings settings;
	const char *verb;
	const char *link_name;
};

/* Names may be text from mail, because import creates projects. */
static int list(struct pg *pg)
{
	g_autoptr(GString) text = g_string_new(NULL);
	int r = projects_list(pg, text);

	terminal_print_lines(stdout, view_of(text->str, text->len));
	return r;
}

/* Deliver held mail for the list, which arrived before the project was added. */
static int take_held(struct pg *pg, const struct request *request)
{
	struct retry_counts counts;
	GArray *ids = NULL;
	int r = held_ids(pg, request->settings.list_id, &ids);

	if (r != 0)
		return r;
	if (ids->len > 0 &&
	    retry_held(&request->options, ids, false, "patchmda project add", &counts) == 0)
		printf("held messages delivered: %d\n", counts.stored);
	g_array_unref(ids);
	return 0;
}

static int add(struct pg *pg, const struct request *request)
{
	int r = projects_add(pg, request->link_name, &request->settings);

	return r == 0 ? take_held(pg, request) : r;
}

static int act(struct pg *pg, const struct request *request)
{
	if (strcmp(request->verb, "list") == 0)
		return list(pg);
	if (strcmp(request->verb, "add") == 0)
		return add(pg, request);
	if (strcmp(request->verb, "set") == 0)
		return projects_set(pg, request->link_name, &request->settings);
	return projects_remove(pg, request->link_name);
}

/* Two messages of the server are replaced by messages with advice. */
static void explain(struct pg *pg, GString *message)
{
	g_string_assign(message, pg_error(pg));
	if (strcmp(pg_sqlstate(pg), PG_UNIQUE_VIOLATION) == 0)
		g_string_assign(message,
				"another project has this link name, this name, or this list id"
				" with the same subject match");
	if (strcmp(pg_sqlstate(pg), PG_UNDEFINED_TABLE) != 0)
		return;
	pg_rollback(pg);
	(void)schema_check(pg, message);
}

static void complain(struct pg *pg, const struct request *request, int r)
{
	g_autofree char *missing = NULL, *command = NULL;
	g_autoptr(GString) message = g_string_new(NULL);
	const char *what;

	explain(pg, message);
	what = message->str;
	if (r == -ENOENT)
		what = missing = names_missing(pg, NAMES_PROJECT, request->link_name);
	else if (r == -ENOTEMPTY)
		what = "it has patches, cover letters or series, and was not removed";
	command = g_strconcat("project ", request->verb, request->link_name != NULL ? " " : NULL,
			      request->link_name, NULL);
	terminal_complain(command, what);
}

static bool take_level(void *field, const struct option_row *row, const char *value)
{
	static const char *const levels[] = { "off", "record", "relate", "supersede", NULL };

	return option_text(field, row, value) && g_strv_contains(levels, value);
}

static bool take_pattern(void *field, const struct option_row *row, const char *value)
{
	const char *error;
	struct pattern *pattern = pattern_new(view_str(value), &error);
	bool is_good = pattern != NULL;

	pattern_free(pattern);
	return is_good && option_text(field, row, value);
}

#define SETTING(name, value, help, field) \
	OPTION_TEXT(name, value, help, struct request, settings.field)
#define SWITCH(name, help, field)                                                         \
	OPTION_OTHER(name, "on|off", help, struct request, settings.field, option_switch, \
		     "on or off")

static const struct option_row rows[] = {
	SETTING("name", "NAME", "the name that web pages show (the link name)", name),
	SETTING("list-id", "ID", "the list's List-Id, without brackets", list_id),
	SETTING("list-email", "ADDRESS", "the list's address", list_email),
	OPTION_OTHER("subject-match", "REGEX", "take only mail whose subject matches this",
		     struct request, settings.subject_match, take_pattern, "a regular expression"),
	SETTING("web-url", "URL", "the project's web page", web_url),
	SETTING("scm-url", "URL", "its repository, for cloning", scm_url),
	SETTING("webscm-url", "URL", "its repository, as a web page", webscm_url),
	SETTING("list-archive-url", "URL", "the list's archive", list_archive_url),
	SETTING("list-archive-url-format", "URL", "a message in the archive; {} is the message id",
		list_archive_url_format),
	SETTING("commit-url-format", "URL", "a commit of the repository; {} is its hash",
		commit_url_format),
	SWITCH("use-tags", "count Acked-by and similar lines (on)", use_tags),
	SWITCH("send-notifications", "let Patchwork mail submitters about changes (off)",
	       send_notifications),
	OPTION_OTHER("revisions", "off|record|relate|supersede",
		     "handling of the versions of a series: none; link\n"
		     "each series to the version before it (the\n"
		     "default); also relate their patches as Patchwork\n"
		     "does; also set the state of older patches to\n"
		     "Superseded",
		     struct request, settings.revisions, take_level,
		     "off, record, relate or supersede"),
	SWITCH("show-dependencies", "read and show dependencies between series (on)",
	       show_dependencies),
};

static const struct command_line line = {
	.command = "project",
	.synopsis = "project [list]\n"
		    "project add LINKNAME --list-id ID [OPTION]...\n"
		    "project set LINKNAME [OPTION]...\n"
		    "project remove LINKNAME",
	.description =
		"List, add, change or remove projects.  A project is a mailing list, or a part of one.",
	.examples =
		"  patchmda project add ltp --list-id ltp.lists.linux.it --list-email ltp@lists.linux.it\n"
		"  patchmda project set ltp --name 'Linux Test Project'\n",
	.rows = rows,
	.row_count = G_N_ELEMENTS(rows),
	.shared = settings_rows,
	.shared_rows = SETTINGS_DATABASE,
	.store_offset = offsetof(struct request, options),
	.operands_max = 2,
};

/* The error in a request; NULL if there is none. */
static const char *find_misuse(const struct request *request)
{
	const struct project_settings *settings = &request->settings;
	static const struct project_settings none;
	bool is_list = strcmp(request->verb, "list") == 0;

	if (is_list && request->link_name != NULL)
		return "list takes no link name";
	if (!is_list && request->link_name == NULL)
		return "the link name is missing";
	if ((is_list || strcmp(request->verb, "remove") == 0) &&
	    memcmp(settings, &none, sizeof(none)) != 0)
		return "settings belong to add and set";
	if (strcmp(request->verb, "add") == 0 && settings->list_id == NULL)
		return "--list-id is missing";
	if (strcmp(request->verb, "add") == 0 && strpbrk(request->link_name, "/ \t\r\n") != NULL)
		return "the link name is a part of URLs, and has no / and no blanks";
	if (settings->list_id != NULL && settings->list_id[0] == '\0')
		return "--list-id is empty";
	if (settings->list_id != NULL && strpbrk(settings->list_id, "<>") != NULL)
		return "--list-id is what the header List-Id has between < and >";
	return NULL;
}

int cmd_project(int argc, char **argv)
{
	static const char *const verbs[] = { "list", "add", "set", "remove", NULL };
	_cleanup_(pg_close_ptr) struct pg *pg = NULL;
	struct request request = { .options = store_defaults };
	const char *misuse;
	char **operands;
	int r = options_read(&line, argc, argv, &request, &operands);

	if (r != OPTIONS_READ)
		return r;
	request.verb = operands[0] != NULL ? operands[0] : "list";
	request.link_name = operands[0] != NULL ? operands[1] : NULL;
	if (!g_strv_contains(verbs, request.verb))
		return options_complain(&line,
					"unknown subcommand '%s'; use list, add, set or remove",
					request.verb);
	misuse = find_misuse(&request);
	if (misuse != NULL)
		return options_complain(&line, "%s", misuse);
	r = pg_open(request.options.conninfo, request.options.connect_timeout_secs, &pg);
	if (r == 0)
		r = act(pg, &request);
	if (r != 0)
		complain(pg, &request, r);
	return r == 0 ? EX_OK : r == -ENOENT || r == -ENOTEMPTY ? EX_DATAERR : EX_UNAVAILABLE;
}
