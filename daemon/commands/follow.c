/* follow - `patchmda follow`: fetches and imports archives of public-inbox continuously */
#include <errno.h>
#include <glib.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "daemon/commands/commands.h"
#include "daemon/follow/follow.h"
#include "daemon/log.h"
#include "daemon/option_value.h"
#include "daemon/output/span.h"
#include "daemon/passfile.h"
#include "daemon/settings.h"
#include "daemon/stop.h"
#include "parser/cleanup.h"
#include "sql/followed.h"
#include "sql/report/read.h"

#define EVERY_SECS_DEFAULT 300

#define TIMEOUT_SECS_DEFAULT 300
#define TIMEOUT_SECS_MAX     86400

struct options {
	struct follow_options follow;
	bool forget;
};

static bool take_every(void *field, const struct option_row *row, const char *value)
{
	int64_t *secs = field;

	(void)row;
	return span_parse(value, secs) && *secs > 0;
}

static bool take_timeout(void *field, const struct option_row *row, const char *value)
{
	return take_every(field, row, value) && *(int64_t *)field <= TIMEOUT_SECS_MAX;
}

static const struct option_row rows[] = {
	OPTION_OTHER("every", "SPAN", "the pause between two rounds of a source (5m)",
		     struct options, follow.every_secs, take_every, "a span like 90s, 5m or 1h"),
	OPTION_OTHER("timeout", "SPAN", "give up a server that is silent for this long (5m)",
		     struct options, follow.quiet_secs, take_timeout,
		     "a span like 90s, 5m or 1h, up to a day"),
	OPTION_FLAG("once", "one round of each source, for timers", struct options, follow.once),
	OPTION_FLAG("forget",
		    "do not follow the folders any longer, and omit them from\n"
		    "status",
		    struct options, forget),
	OPTION_FLAG("create-projects", "create a project for each list id that has none",
		    struct options, follow.import.create_projects),
	OPTION_NAME("list-id", "ID", "use this list id instead of the one in the headers",
		    struct options, follow.import.list_id),
	OPTION_OTHER("since", "DATE",
		     "store only mail dated on or after that day (2024-12-31, UTC)", struct options,
		     follow.import.since, option_day, OPTION_DAY_WANTED),
	OPTION_NUMBER("batch", "N", "store at most N messages in one transaction (1000)",
		      struct options, follow.import.batch, 1, IMPORT_BATCH_MESSAGES_MAX),
};

static const struct command_line line = {
	.command = "follow",
	.synopsis = "follow [OPTION]... [URL] FOLDER...",
	.description =
		"Fetch new commits of public-inbox archives and import their mail, repeatedly.  A FOLDER is\n"
		"one git repository, or has the epochs of an archive.  If a URL is given before it,\n"
		"repositories that are missing in it are cloned from there.",
	.examples =
		"  patchmda follow -d dbname=patchwork https://lore.kernel.org/ltp /var/lib/patchmda/ltp\n"
		"  patchmda follow --once /srv/lore/ltp /srv/lore/netdev\n"
		"  patchmda status    (shows what is followed)\n",
	.rows = rows,
	.row_count = G_N_ELEMENTS(rows),
	.shared = settings_rows,
	.shared_rows = SETTINGS_ALL,
	.store_offset = offsetof(struct options, follow.import.store),
	.operands_min = 1,
	.operands_max = INT_MAX,
};

static bool is_url(const char *operand)
{
	return strstr(operand, "://") != NULL;
}

static void free_source(gpointer source)
{
	g_free(((struct follow_source *)source)->folder);
}

/* Read `[URL] FOLDER...`; NULL if a URL has no folder. */
static GArray *read_sources(char *const *operands)
{
	GArray *sources = g_array_new(FALSE, FALSE, sizeof(struct follow_source));

	g_array_set_clear_func(sources, free_source);
	for (; *operands != NULL; operands++) {
		struct follow_source source = { .url = NULL };

		if (is_url(*operands))
			source.url = *operands++;
		if (*operands == NULL || is_url(*operands)) {
			g_array_unref(sources);
			return NULL;
		}
		source.folder = g_canonicalize_filename(*operands, NULL);
		g_array_append_val(sources, source);
	}
	return sources;
}

/* Whether each folder that exists is a directory; one that is not is reported. */
static bool check_folders(const GArray *sources)
{
	bool is_good = true;

	for (guint i = 0; i < sources->len; i++) {
		const char *folder = g_array_index(sources, struct follow_source, i).folder;

		if (!g_file_test(folder, G_FILE_TEST_EXISTS) ||
		    g_file_test(folder, G_FILE_TEST_IS_DIR))
			continue;
		fprintf(stderr, "patchmda follow: %s: %s\n", folder, strerror(ENOTDIR));
		is_good = false;
	}
	return is_good;
}

/* Whether the database can be used; otherwise the error is reported. */
static bool check_database(const struct store_options *store)
{
	_cleanup_(pg_close_ptr) struct pg *pg = NULL;
	bool is_good = read_open(store->conninfo, store->connect_timeout_secs, &pg) == 0;

	if (!is_good)
		fprintf(stderr, "patchmda follow: %s\n", read_message(pg));
	return is_good;
}

static int forget(const struct options *options)
{
	const struct follow_options *follow = &options->follow;
	int status = EX_OK;

	for (size_t i = 0; i < follow->source_count; i++) {
		g_autofree char *folder = g_utf8_make_valid(follow->sources[i].folder, -1);
		g_autofree char *error = NULL;
		int r = followed_forget(&follow->import.store, folder, &error);

		if (r == 0)
			continue;
		fprintf(stderr, "patchmda follow: %s\n", error);
		status = r == -ENOENT ? EX_DATAERR : EX_TEMPFAIL;
	}
	return status;
}

static int follow(struct options *options)
{
	size_t failed;
	int r = stop_catch(&options->follow.import.stop_fd);

	if (r < 0) {
		fprintf(stderr, "patchmda follow: %s\n", strerror(-r));
		return EX_TEMPFAIL;
	}
	passfile_use();
	if (options->follow.once && !check_database(&options->follow.import.store))
		return EX_TEMPFAIL;
	import_prepare(&options->follow.import);
	log_open(LOG_INFO);
	failed = follow_run(&options->follow, &stop_requested);
	if (!options->follow.once)
		return EX_OK;
	return failed == 0 && stop_requested == 0 ? EX_OK : EX_TEMPFAIL;
}

int cmd_follow(int argc, char **argv)
{
	struct options options = { .follow = { .every_secs = EVERY_SECS_DEFAULT,
					       .quiet_secs = TIMEOUT_SECS_DEFAULT,
					       .import = { .command = "follow",
							   .store = store_defaults,
							   .batch = IMPORT_BATCH_MESSAGES_MAX,
							   .jobs = 1,
							   .since = INT64_MIN,
							   .until = INT64_MAX } } };
	GArray *sources;
	char **operands;
	int r = options_read(&line, argc, argv, &options, &operands);

	if (r != OPTIONS_READ)
		return r;
	sources = read_sources(operands);
	if (sources == NULL)
		return options_complain(&line, "a URL is followed by its folder");
	options.follow.sources = (const struct follow_source *)(void *)sources->data;
	options.follow.source_count = sources->len;
	options.follow.import.store.is_relaxed = true;
	if (options.forget)
		r = forget(&options);
	else
		r = check_folders(sources) ? follow(&options) : EX_NOINPUT;
	g_array_unref(sources);
	return r;
}
