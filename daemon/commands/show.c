/* show - `patchmda show`: prints a stored patch as JSON, as a mail or as a diff */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "daemon/commands/commands.h"
#include "daemon/output/chain_json.h"
#include "daemon/output/document.h"
#include "daemon/output/patch_mail.h"
#include "daemon/option_value.h"
#include "daemon/settings.h"
#include "daemon/output/terminal.h"
#include "parser/cleanup.h"
#include "sql/names.h"
#include "sql/report/chain.h"
#include "sql/report/documents.h"
#include "sql/report/read.h"
#include "sql/report/show.h"

#define BASE_URL_DEFAULT  "http://localhost"
#define JSON_INDENT_CHARS 4

struct request {
	struct store_options options;
	const char *format; /* NULL: the default */
	const char *base_url;
	const char *project; /* NULL: any */
	const char *wanted;  /* message id or id */
	bool series;
	bool latest;            /* of the chain of the series */
	bool json;              /* the series with its chain */
	bool no_cover_trailers; /* the comments on the cover letter add nothing */
};

/* `what` may have names from the database. */
static int complain(const char *what)
{
	terminal_complain("show", what);
	return EX_DATAERR;
}

/* `what` is text from mail, so it is printed by terminal_print(). */
static int complain_of(const char *problem, struct view what)
{
	fprintf(stderr, "patchmda show: %s ", problem);
	terminal_print(stderr, what);
	(void)putc('\n', stderr);
	return EX_DATAERR;
}

static int database_failed(const struct pg *pg)
{
	fprintf(stderr, "patchmda show: %s\n", read_message(pg));
	return EX_UNAVAILABLE;
}

/* ---- finding patches */

/* Refuse a message that is not a patch, and name a message that is. */
static int refuse(const struct shown *found)
{
	switch (found->kind) {
	case SHOWN_COVER:
		return complain("this is a cover letter; 'show --series' prints its patches");
	case SHOWN_PATCH_COMMENT:
		return complain_of("this is a comment on the patch", found->msgid);
	case SHOWN_COVER_COMMENT:
		return complain_of("this is a comment on the cover letter", found->msgid);
	case SHOWN_PATCH:
		break;
	}
	return EX_OK;
}

/* Choose the first, and report others of the same kind. */
static const struct shown *choose(const GArray *found)
{
	const struct shown *first = &g_array_index(found, struct shown, 0);

	for (guint i = 1; i < found->len; i++) {
		const struct shown *other = &g_array_index(found, struct shown, i);

		if (other->kind == first->kind)
			fprintf(stderr,
				"patchmda show: printing that of project %.*s; project %.*s"
				" has one, too (see --project)\n",
				(int)first->project.len, first->project.ptr,
				(int)other->project.len, other->project.ptr);
	}
	return first;
}

/* The message for a message id or id, as given by the user, that was not found. */
static char *describe_missing(const struct request *request)
{
	const char *wanted = request->wanted, *in_project = request->project;
	int64_t id;

	if (view_number(view_str(wanted), INT32_MAX, &id))
		return g_strdup_printf(
			request->series ? "there is no series with the id %s; 'patchmda list'"
					  " shows the ids of series"
					: "there is no patch with the id %s; 'patchmda list"
					  " patches' shows the ids of patches",
			wanted);
	if (strchr(wanted, '@') == NULL)
		return g_strdup_printf(
			request->series ? "'%s' is not the id of a series, which is a number,"
					  " nor the message id of its mail"
					: "'%s' is not the id of a patch, which is a number,"
					  " nor a message id",
			wanted);
	return g_strdup_printf("no patch, cover letter or comment%s%s has the message id '%s';"
			       " 'patchmda why' may explain it",
			       in_project != NULL ? " in project " : "",
			       in_project != NULL ? in_project : "", wanted);
}

static int not_found(struct pg *pg, const struct request *request)
{
	g_autofree char *message = NULL;
	int r = request->project != NULL ? names_check_project(pg, request->project, &message) : 0;

	if (r != 0 && r != -ENOENT)
		return database_failed(pg);
	if (r == 0)
		message = describe_missing(request);
	return complain(message);
}

static int find(struct pg *pg, const struct request *request, struct shown *ret_shown)
{
	_cleanup_(pg_result_free_ptr) struct pg_result *result = NULL;
	g_autoptr(GArray) found = NULL;
	int64_t id;
	int r;

	if (view_number(view_str(request->wanted), INT32_MAX, &id))
		r = show_find_patch(pg, (int32_t)id, &found, &result);
	else
		r = show_find_msgid(pg, request->wanted, request->project, &found, &result);
	if (r != 0)
		return database_failed(pg);
	if (found->len == 0)
		return not_found(pg, request);
	*ret_shown = *choose(found);
	return request->series ? EX_OK : refuse(ret_shown);
}

/* A series without patches has a cover letter, or it does not exist. */
static int no_patches(struct pg *pg, const struct request *request, int32_t id)
{
	g_autofree char *name = NULL, *message = NULL;
	bool is_there = false;

	if (show_series_name(pg, id, &is_there, &name) != 0)
		return database_failed(pg);
	if (!is_there)
		return not_found(pg, request);
	message = g_strdup_printf("none of the patches of series %" PRId32 " has arrived", id);
	return complain(message);
}

static int find_one(struct pg *pg, const struct request *request, GArray *ids)
{
	struct shown shown;
	int status = find(pg, request, &shown);

	if (status == EX_OK)
		g_array_append_val(ids, shown.id);
	return status;
}

static bool is_latest(const struct chain_series *series)
{
	return !series->is_outdated && !series->is_part;
}

/*
 * The latest version of a series: itself, unless there is a later one or it is a part; NULL if none
 * of the chain is.
 */
static const struct chain_series *choose_latest(const GArray *chain, int64_t id)
{
	const struct chain_series *latest = NULL;

	for (guint i = 0; i < chain->len; i++) {
		const struct chain_series *series = &g_array_index(chain, struct chain_series, i);

		if (is_latest(series) && (latest == NULL || latest->id != id))
			latest = series;
	}
	return latest;
}

/* The parts of a version are not printed with it: which of its patches they replace is not said. */
static void report_parts(const GArray *chain, const struct chain_series *latest)
{
	for (guint i = 0; i < chain->len; i++) {
		const struct chain_series *series = &g_array_index(chain, struct chain_series, i);

		if (series->is_part && !series->is_outdated && series->previous_id == latest->id)
			fprintf(stderr,
				"patchmda show: series %" PRId32 " is a later part of series"
				" %" PRId32 "\n",
				series->id, latest->id);
	}
}

static int find_latest(struct pg *pg, const struct request *request, int64_t *id)
{
	struct pg_result *result = NULL;
	GArray *chain = NULL;
	int r = chain_read(pg, (int32_t)*id, request->options.time_zone, &chain, &result);
	const struct chain_series *latest = r == 0 ? choose_latest(chain, *id) : NULL;

	if (latest != NULL) {
		report_parts(chain, latest);
		*id = latest->id;
	}
	chain_free(chain, result);
	return r == 0 ? EX_OK : database_failed(pg);
}

/* *ret_series_id is the series, `ids` are its patches. */
static int find_series(struct pg *pg, const struct request *request, GArray *ids,
		       int32_t *ret_series_id)
{
	g_autoptr(GArray) patches = NULL;
	int32_t total;
	int64_t id;

	if (!view_number(view_str(request->wanted), INT32_MAX, &id)) {
		struct shown shown;
		int status = find(pg, request, &shown);

		if (status != EX_OK)
			return status;
		id = shown.series_id;
	}
	if (request->latest && find_latest(pg, request, &id) != EX_OK)
		return EX_UNAVAILABLE;
	*ret_series_id = (int32_t)id;
	if (show_series(pg, (int32_t)id, &patches, &total) != 0)
		return database_failed(pg);
	if (patches->len == 0)
		return no_patches(pg, request, (int32_t)id);
	if (patches->len < (guint)MAX(total, 0))
		fprintf(stderr, "patchmda show: %u of %" PRId32 " patches are stored\n",
			patches->len, total);
	g_array_append_vals(ids, patches->data, patches->len);
	return EX_OK;
}

/* ---- printing */

/* The base URL without slashes at its end. */
static char *base_of(const char *url)
{
	size_t length = strlen(url);

	while (length > 0 && url[length - 1] == '/')
		length--;
	return g_strndup(url, length);
}

static void print_documents(const struct request *request, const struct documents *documents,
			    int32_t series_id, const GArray *chain)
{
	g_autofree char *base = base_of(request->base_url);
	struct document_site site = { .base = base, .version = "", .suffix = "" };
	g_autoptr(GString) out = g_string_new(NULL);
	struct emit emit;

	emit_init(&emit, out, JSON_INDENT_CHARS);
	if (request->json) {
		emit_begin_object(&emit);
		emit_name(&emit, "series");
		emit_int(&emit, series_id);
		emit_name(&emit, "chain");
		chain_json_write(&emit, chain);
		emit_name(&emit, "patches");
	}
	if (request->series)
		emit_begin_list(&emit);
	for (int row = 0; row < pg_rows(documents->rows); row++)
		document_write(&emit, &site, documents, row);
	if (request->series)
		emit_end_list(&emit);
	if (request->json)
		emit_end_object(&emit);
	g_string_append_c(out, '\n');
	(void)fwrite(out->str, 1, out->len, stdout);
}

/*
 * Print a patch as an object, a series as the list of its patches, or with --json as an object with
 * its chain and that list.
 */
static int print_json(struct pg *pg, const struct request *request, const GArray *ids,
		      int32_t series_id)
{
	static const struct shape shape = { REST_LATEST, .is_alone = true };
	struct pg_result *result = NULL;
	struct documents documents = { 0 };
	GArray *chain = NULL;
	int status = EX_OK;

	if ((request->json &&
	     chain_read(pg, series_id, request->options.time_zone, &chain, &result) != 0) ||
	    documents_fetch(pg, &resource_patches, &shape, ids, request->options.time_zone,
			    &documents) != 0)
		status = database_failed(pg);
	else
		print_documents(request, &documents, series_id, chain);
	documents_done(&documents);
	chain_free(chain, result);
	return status;
}

static int print_mbox(const struct shown_patch *patch)
{
	GString *mbox = g_string_new(NULL);
	int r = patch_mail_write(patch, mbox);

	if (r == 0)
		(void)fwrite(mbox->str, 1, mbox->len, stdout);
	g_string_free(mbox, TRUE);
	return r == 0 ? EX_OK : complain("its stored headers cannot be read");
}

static int print_diff(const struct shown_patch *patch)
{
	if (patch->diff.ptr == NULL)
		return complain("it has no diff");
	(void)fwrite(patch->diff.ptr, 1, patch->diff.len, stdout);
	return EX_OK;
}

static int print_patches(struct pg *pg, const struct request *request, const GArray *ids)
{
	bool as_diff = strcmp(request->format, "diff") == 0;
	enum shown_tags tags = as_diff                      ? TAGS_OF_NONE
			       : request->no_cover_trailers ? TAGS_OF_PATCHES
							    : TAGS_OF_SERIES;
	struct shown_patches patches;
	int status = EX_OK;

	if (show_patches(pg, ids, request->options.time_zone, tags, &patches) != 0)
		status = database_failed(pg);
	for (guint i = 0; status == EX_OK && i < patches.items->len; i++) {
		const struct shown_patch *patch =
			&g_array_index(patches.items, struct shown_patch, i);

		status = as_diff ? print_diff(patch) : print_mbox(patch);
	}
	show_patches_free(&patches);
	return status;
}

static int show(struct pg *pg, const struct request *request)
{
	g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(int32_t));
	int32_t series_id = 0;
	int status = request->series ? find_series(pg, request, ids, &series_id)
				     : find_one(pg, request, ids);

	if (status != EX_OK)
		return status;
	if (request->json || strcmp(request->format, "json") == 0)
		return print_json(pg, request, ids, series_id);
	return print_patches(pg, request, ids);
}

static bool take_format(void *field, const struct option_row *row, const char *value)
{
	return option_text(field, row, value) &&
	       (strcmp(value, "json") == 0 || strcmp(value, "mbox") == 0 ||
		strcmp(value, "diff") == 0);
}

static const struct option_row rows[] = {
	OPTION_OTHER("format", "json|mbox|diff",
		     "output format (json; mbox with --series); mbox is a mail for\n"
		     "`git am`, with the Acked-by and similar lines of the\n"
		     "comments, and of those on the cover letter, added to the\n"
		     "commit message",
		     struct request, format, take_format, "json, mbox or diff"),
	OPTION_FLAG("series",
		    "print all patches of a series, in order; MSGID may be that of\n"
		    "any patch, cover letter or comment of the series",
		    struct request, series),
	OPTION_FLAG("latest", "with --series: print its latest version", struct request, latest),
	OPTION_FLAG("json",
		    "with --series: print an object with all versions of the series\n"
		    "(chain) and the patches",
		    struct request, json),
	OPTION_FLAG("no-cover-trailers", "leave out the lines of comments on the cover letter",
		    struct request, no_cover_trailers),
	OPTION_TEXT("base-url", "URL", "the beginning of all URLs (" BASE_URL_DEFAULT ")",
		    struct request, base_url),
	OPTION_NAME("project", "LINKNAME", "print the patch of this project if several have it",
		    struct request, project),
};

static const struct command_line line = {
	.command = "show",
	.synopsis = "show [OPTION]... MSGID|ID\n"
		    "show --series [OPTION]... MSGID|SERIES-ID",
	.description =
		"Print a stored patch, given by its message id (brackets may be omitted) or its id, as in\n"
		"Patchwork's REST interface.",
	.examples = "  patchmda show 20260327122237.8071-1-wegao@suse.com\n"
		    "  patchmda show --format mbox 1234 | git am\n"
		    "  patchmda show --series 20260330174011.1161-6-alifm@linux.ibm.com | git am\n",
	.rows = rows,
	.row_count = G_N_ELEMENTS(rows),
	.shared = settings_rows,
	.shared_rows = SETTINGS_DATES,
	.store_offset = offsetof(struct request, options),
	.operands_min = 1,
	.operands_max = 1,
};

int cmd_show(int argc, char **argv)
{
	_cleanup_(pg_close_ptr) struct pg *pg = NULL;
	struct request request = { .options = store_defaults, .base_url = BASE_URL_DEFAULT };
	const char *problem;
	char **operands;
	int r = options_read(&line, argc, argv, &request, &operands);

	if (r != OPTIONS_READ)
		return r;
	if ((request.latest || request.json) && !request.series)
		return options_complain(&line, "--latest and --json are for --series");
	if (request.json && request.format != NULL)
		return options_complain(&line, "--json and --format exclude each other");
	request.wanted = operands[0];
	if (request.format == NULL)
		request.format = request.series ? "mbox" : "json";
	if (read_open(request.options.conninfo, request.options.connect_timeout_secs, &pg) != 0)
		return database_failed(pg);
	problem = read_time_zone(pg, &request.options.time_zone);
	if (problem != NULL) {
		fprintf(stderr, "patchmda show: %s\n", problem);
		return EX_UNAVAILABLE;
	}
	return terminal_end(show(pg, &request), EX_IOERR);
}
