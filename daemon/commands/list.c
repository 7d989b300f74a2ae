/* list - `patchmda list`: lists the newest series, patches or cover letters */
#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <time.h>

#include "daemon/commands/commands.h"
#include "daemon/option_value.h"
#include "daemon/settings.h"
#include "daemon/output/json_view.h"
#include "daemon/output/span.h"
#include "daemon/output/table.h"
#include "daemon/output/terminal.h"
#include "parser/cleanup.h"
#include "sql/report/list.h"
#include "sql/report/read.h"

#define LIMIT_DEFAULT     50
#define JSON_INDENT_CHARS 4

static const struct {
	const char *name;
	enum list_kind kind;
} kinds[] = {
	{ "series", LIST_SERIES },
	{ "patches", LIST_PATCHES },
	{ "covers", LIST_COVERS },
};

struct request {
	struct store_options options;
	struct list_filter filter;
	enum list_kind kind;
	bool json;
};

/* ---- the table */

static const struct table_column columns[] = {
	{ "ID", true, 0 },    { "PROJECT", false, 1 },   { "VER", true, 0 }, { "GOT", true, 0 },
	{ "NAME", false, 3 }, { "SUBMITTER", false, 1 }, { "AGE", true, 0 }, { "STATE", false, 1 },
};

static void add_row(struct table *table, const struct listed *row, enum list_kind kind)
{
	char got[32], version[32], age[SPAN_TEXT_BYTES];

	(void)snprintf(got, sizeof(got), "%" PRId32 "/%" PRId32,
		       kind == LIST_PATCHES ? row->number : row->received, row->total);
	if (row->minor > 0)
		(void)snprintf(version, sizeof(version), "v%" PRId32 ".%" PRId32, row->version,
			       row->minor);
	else
		(void)snprintf(version, sizeof(version), "v%" PRId32, row->version);
	span_format(row->age_secs, age);
	table_add_number(table, row->id);
	table_add(table, row->project);
	table_add(table, view_str(version));
	table_add(table, view_str(got));
	table_add(table, row->name.len > 0 ? row->name : VIEW("(no name yet)"));
	table_add(table, row->submitter_name.len > 0 ? row->submitter_name : row->submitter_email);
	table_add(table, view_str(age));
	table_add(table, row->state);
}

static void print_table(const GArray *rows, enum list_kind kind)
{
	struct table *table = table_new(columns, G_N_ELEMENTS(columns));

	for (guint i = 0; i < rows->len; i++)
		add_row(table, &g_array_index(rows, struct listed, i), kind);
	table_print(table, stdout, terminal_columns(stdout));
	table_free(table);
}

/* ---- JSON */

static json_t *row_json(const struct listed *row, enum list_kind kind)
{
	json_t *object = json_object();

	(void)json_object_set_new(object, "id", json_integer(row->id));
	(void)json_object_set_new(object, "msgid", json_view(row->msgid));
	(void)json_object_set_new(object, "project", json_view(row->project));
	(void)json_object_set_new(object, "date", json_view(row->date));
	(void)json_object_set_new(object, "name", json_view(row->name));
	(void)json_object_set_new(object, "version", json_integer(row->version));
	if (kind == LIST_SERIES)
		(void)json_object_set_new(object, "part", json_integer(row->minor));
	if (kind == LIST_PATCHES)
		(void)json_object_set_new(object, "number", json_integer(row->number));
	(void)json_object_set_new(object, "received", json_integer(row->received));
	(void)json_object_set_new(object, "total", json_integer(row->total));
	(void)json_object_set_new(object, "submitter",
				  json_pack("{s:o, s:o}", "name", json_view(row->submitter_name),
					    "email", json_view(row->submitter_email)));
	(void)json_object_set_new(object, "state", json_view(row->state));
	if (kind == LIST_SERIES) {
		(void)json_object_set_new(object, "previous",
					  row->previous_id != 0 ? json_integer(row->previous_id)
								: json_null());
		(void)json_object_set_new(object, "previous_rule", json_view(row->previous_rule));
	}
	return object;
}

static void print_json(const GArray *rows, enum list_kind kind)
{
	json_t *array = json_array();

	for (guint i = 0; i < rows->len; i++)
		(void)json_array_append_new(array,
					    row_json(&g_array_index(rows, struct listed, i), kind));
	(void)json_dumpf(array, stdout, JSON_INDENT(JSON_INDENT_CHARS));
	(void)putchar('\n');
	json_decref(array);
}

/* ---- the command */

static int list(struct pg *pg, const struct request *request)
{
	_cleanup_(pg_result_free_ptr) struct pg_result *result = NULL;
	g_autoptr(GArray) rows = NULL;
	g_autofree char *message = NULL;
	int r = list_ask(pg, request->kind, &request->filter, request->options.time_zone, &rows,
			 &result, &message);

	if (message != NULL)
		terminal_complain("list", message);
	if (r == -ENOENT)
		return EX_DATAERR;
	if (r != 0) {
		fprintf(stderr, "patchmda list: %s\n", read_message(pg));
		return EX_UNAVAILABLE;
	}
	if (request->json)
		print_json(rows, request->kind);
	else
		print_table(rows, request->kind);
	return EX_OK;
}

static bool take_since(void *field, const struct option_row *row, const char *value)
{
	struct list_filter *filter = field;

	(void)row;
	filter->has_since = true;
	return span_parse_since(value, (int64_t)time(NULL), &filter->since);
}

static bool take_blob(void *field, const struct option_row *row, const char *value)
{
	size_t digits = strspn(value, "0123456789abcdefABCDEF");

	return digits >= 4 && digits <= 64 && value[digits] == '\0' &&
	       option_text(field, row, value);
}

static bool take_archived(void *field, const struct option_row *row, const char *value)
{
	return (strcmp(value, "true") == 0 || strcmp(value, "false") == 0) &&
	       option_text(field, row, value);
}

/* The error if the kind of list lacks a filter that was given; NULL if there is none. */
static const char *find_misuse(const struct request *request)
{
	if (request->filter.latest && request->kind != LIST_SERIES)
		return "--latest is for series";
	if ((request->filter.file != NULL || request->filter.blob != NULL) &&
	    request->kind != LIST_PATCHES)
		return "--file and --blob are for patches";
	return NULL;
}

static const struct option_row rows[] = {
	OPTION_NAME("project", "LINKNAME", "list only those of this project", struct request,
		    filter.project),
	OPTION_NAME("submitter", "TEXT",
		    "list only those of submitters whose name or address contains\n"
		    "this text",
		    struct request, filter.submitter),
	OPTION_NAME("state", "STATE",
		    "list only those in this state (new, under-review, accepted\n"
		    "...), or series with a patch in this state; open stands for\n"
		    "all states that require action",
		    struct request, filter.state),
	OPTION_NAME("delegate", "USER", "list only those of this delegate, or of nobody",
		    struct request, filter.delegate),
	OPTION_OTHER("archived", "true|false",
		     "list only patches that are archived, or only others", struct request,
		     filter.archived, take_archived, "true or false"),
	OPTION_NAME("words", "TEXT", "list only those whose names have all these words",
		    struct request, filter.words),
	OPTION_OTHER("since", "TIME",
		     "list only those dated 2026-03-02, '2026-03-02 10:30' (UTC)\n"
		     "or later, or within 90m, 12h, 3d, 2w before now",
		     struct request, filter, take_since,
		     "a day like 2026-03-02, perhaps with a time, or a span like 3d"),
	OPTION_FLAG("incomplete", "list only those of series that still lack patches",
		    struct request, filter.incomplete),
	OPTION_FLAG("latest", "list only the latest version of each series", struct request,
		    filter.latest),
	OPTION_NAME("file", "PATH",
		    "list only patches that change this file, or those below a\n"
		    "path that ends in /; * and ? stand for any characters",
		    struct request, filter.file),
	OPTION_OTHER("blob", "ID",
		     "list only patches from or to this blob, an id as in git's\n"
		     "index lines, or the beginning of one",
		     struct request, filter.blob, take_blob, "4 to 64 hexadecimal digits"),
	OPTION_NUMBER("limit", "N", "list at most N (50)", struct request, filter.limit, 0,
		      INT32_MAX),
	OPTION_FLAG("json", "print JSON, with message ids", struct request, json),
};

static const struct command_line line = {
	.command = "list",
	.synopsis = "list [OPTION]... [series|patches|covers]",
	.description =
		"List the series, patches or cover letters that were stored last, in a table that fits the\n"
		"terminal.  GOT is how many patches of a series are stored, and how many it has; for a\n"
		"patch, its number in the series.",
	.examples = "  patchmda list\n"
		    "  patchmda list --project ltp --incomplete --since 3d\n"
		    "  patchmda list patches --state new --submitter jack@suse.cz --limit 5\n"
		    "  patchmda list --json | jq -r '.[].msgid'\n",
	.rows = rows,
	.row_count = G_N_ELEMENTS(rows),
	.shared = settings_rows,
	.shared_rows = SETTINGS_DATES,
	.store_offset = offsetof(struct request, options),
	.operands_max = 1,
};

static bool take_kind(struct request *request, const char *operand)
{
	for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
		if (strcmp(operand, kinds[i].name) == 0) {
			request->kind = kinds[i].kind;
			return true;
		}
	}
	return false;
}

int cmd_list(int argc, char **argv)
{
	_cleanup_(pg_close_ptr) struct pg *pg = NULL;
	struct request request = { .options = store_defaults,
				   .filter = { .limit = LIMIT_DEFAULT } };
	const char *problem;
	char **operands;
	int r = options_read(&line, argc, argv, &request, &operands);

	if (r != OPTIONS_READ)
		return r;
	if (operands[0] != NULL && !take_kind(&request, operands[0]))
		return options_complain(&line, "cannot list '%s'; use series, patches or covers",
					operands[0]);
	problem = find_misuse(&request);
	if (problem != NULL)
		return options_complain(&line, "%s", problem);
	if (read_open(request.options.conninfo, request.options.connect_timeout_secs, &pg) != 0) {
		fprintf(stderr, "patchmda list: %s\n", read_message(pg));
		return EX_UNAVAILABLE;
	}
	problem = read_time_zone(pg, &request.options.time_zone);
	if (problem != NULL) {
		fprintf(stderr, "patchmda list: %s\n", problem);
		return EX_UNAVAILABLE;
	}
	return terminal_end(list(pg, &request), EX_IOERR);
}
