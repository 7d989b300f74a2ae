/* cmd_project - `patchmda project`: which list ids are ours */
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "daemon/commands.h"
#include "daemon/retry.h"
#include "daemon/settings.h"
#include "daemon/terminal.h"
#include "parser/cleanup.h"
#include "sql/held.h"
#include "sql/projects.h"
#include "sql/schema.h"

static const char help[] =
	"Usage: patchmda project [list]\n"
	"       patchmda project add LINKNAME --list-id ID [SETTING]...\n"
	"       patchmda project set LINKNAME [SETTING]...\n"
	"       patchmda project remove LINKNAME\n\n"
	"Settings:\n"
	"      --name NAME              what people call it (the link name)\n"
	"      --list-id ID             the list's List-Id, without brackets\n"
	"      --list-email ADDRESS     the list's address\n"
	"      --subject-match REGEX    which mail of the list it is for, by subject\n"
	"      --web-url, --scm-url, --webscm-url, --list-archive-url,\n"
	"      --list-archive-url-format, --commit-url-format URL\n"
	"      --use-tags on|off        count Acked-by and so on (on)\n"
	"      --send-notifications on|off\n"
	"      --show-dependencies on|off\n"
	"  -d, --database CONNINFO      libpq's connection string; else PGHOST, ...\n"
	"      --help                   show this help\n\n"
	"Examples:\n"
	"  patchmda project add ltp --list-id ltp.lists.linux.it --list-email ltp@lists.linux.it\n"
	"  patchmda project set ltp --name 'Linux Test Project'\n";

enum { OPT_HELP = 256, OPT_SETTING };

static const struct {
	const char *name;
	size_t offset;
	bool is_switch;
} settings_table[] = {
	{ "name", offsetof(struct project_settings, name), false },
	{ "list-id", offsetof(struct project_settings, list_id), false },
	{ "list-email", offsetof(struct project_settings, list_email), false },
	{ "subject-match", offsetof(struct project_settings, subject_match), false },
	{ "web-url", offsetof(struct project_settings, web_url), false },
	{ "scm-url", offsetof(struct project_settings, scm_url), false },
	{ "webscm-url", offsetof(struct project_settings, webscm_url), false },
	{ "list-archive-url", offsetof(struct project_settings, list_archive_url),
	  false },
	{ "list-archive-url-format",
	  offsetof(struct project_settings, list_archive_url_format), false },
	{ "commit-url-format", offsetof(struct project_settings, commit_url_format),
	  false },
	{ "use-tags", offsetof(struct project_settings, use_tags), true },
	{ "send-notifications", offsetof(struct project_settings, send_notifications),
	  true },
	{ "show-dependencies", offsetof(struct project_settings, show_dependencies),
	  true },
};

#define SETTING_COUNT (sizeof(settings_table) / sizeof(*settings_table))

struct request {
	const char *verb;
	const char *link_name;
	const char *conninfo;
	struct project_settings settings;
};

static int usage(void)
{
	fputs(help, stderr);
	return EX_USAGE;
}

static bool take_setting(struct request *request, size_t i, const char *value)
{
	if (settings_table[i].is_switch && strcmp(value, "on") != 0 &&
	    strcmp(value, "off") != 0) {
		fprintf(stderr, "patchmda project: --%s takes on or off, not '%s'\n",
			settings_table[i].name, value);
		return false;
	}
	memcpy((char *)&request->settings + settings_table[i].offset, &value,
	       sizeof(value));
	return true;
}

/* -1 to go on, else the exit status. */
static int read_options(int argc, char **argv, struct request *request)
{
	struct option options[SETTING_COUNT + 3] = { { 0 } };
	int c;

	options[0] = (struct option){ "database", required_argument, NULL, 'd' };
	options[1] = (struct option){ "help", no_argument, NULL, OPT_HELP };
	for (size_t i = 0; i < SETTING_COUNT; i++)
		options[2 + i] =
			(struct option){ settings_table[i].name, required_argument,
					 NULL, OPT_SETTING + (int)i };
	while ((c = getopt_long(argc, argv, "d:", options, NULL)) != -1) {
		if (c == 'd') {
			request->conninfo = optarg;
		} else if (c == OPT_HELP) {
			fputs(help, stdout);
			return EX_OK;
		} else if (c < OPT_SETTING) {
			return usage();
		} else if (!take_setting(request, (size_t)(c - OPT_SETTING), optarg)) {
			return EX_USAGE;
		}
	}
	request->verb = optind < argc ? argv[optind] : "list";
	request->link_name = optind + 1 < argc ? argv[optind + 1] : NULL;
	return argc - optind > 2 ? usage() : -1;
}

/* Where import made the projects, mail has named them. */
static int list(struct pg *pg)
{
	GString *text = g_string_new(NULL);
	struct view rest, line;
	int r = projects_list(pg, text);

	rest = view_of(text->str, text->len);
	while (view_next_line(&rest, &line)) {
		terminal_print(stdout, line);
		(void)putchar('\n');
	}
	g_string_free(text, TRUE);
	return r;
}

/* Mail for the list that came before its project did. */
static int take_held(struct pg *pg, const struct request *request)
{
	struct store_options options = store_defaults;
	struct retry_counts counts;
	GArray *ids = NULL;
	int r = held_ids(pg, request->settings.list_id, &ids);

	if (r != 0)
		return r;
	options.conninfo = request->conninfo;
	if (ids->len > 0 &&
	    retry_held(&options, ids, false, "patchmda project add", &counts) == 0)
		printf("taken in what was held for it: %d\n", counts.stored);
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

/* What the server says of a table that is not there helps nobody. */
static void explain(struct pg *pg, GString *words)
{
	g_string_assign(words, pg_error(pg));
	if (strcmp(pg_sqlstate(pg), "42P01") != 0)
		return;
	pg_rollback(pg);
	(void)schema_check(pg, words);
}

static void complain(struct pg *pg, const struct request *request, int r)
{
	GString *words = g_string_new(NULL);
	const char *what;

	explain(pg, words);
	what = words->str;
	if (r == -ENOENT)
		what = "there is no such project";
	else if (r == -ENOTEMPTY)
		what = "it has patches, cover letters or series, and is kept";
	fprintf(stderr, "patchmda project %s%s%s: %s\n", request->verb,
		request->link_name != NULL ? " " : "",
		request->link_name != NULL ? request->link_name : "", what);
	g_string_free(words, TRUE);
}

int cmd_project(int argc, char **argv)
{
	_cleanup_(pg_close_ptr) struct pg *pg = NULL;
	struct request request = { 0 };
	int r = read_options(argc, argv, &request);

	if (r >= 0)
		return r;
	if (strcmp(request.verb, "list") != 0 && strcmp(request.verb, "add") != 0 &&
	    strcmp(request.verb, "set") != 0 && strcmp(request.verb, "remove") != 0)
		return usage();
	if ((strcmp(request.verb, "list") == 0) != (request.link_name == NULL))
		return usage();
	if (strcmp(request.verb, "add") == 0 && request.settings.list_id == NULL)
		return usage();
	r = pg_open(request.conninfo, store_defaults.connect_timeout_secs, &pg);
	if (r == 0)
		r = act(pg, &request);
	if (r != 0)
		complain(pg, &request, r);
	return r == 0                            ? EX_OK
	       : r == -ENOENT || r == -ENOTEMPTY ? EX_DATAERR
						 : EX_UNAVAILABLE;
}
