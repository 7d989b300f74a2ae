/* import - `patchmda import`: imports archives into the database */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "daemon/commands/commands.h"
#include "daemon/import/jobs.h"
#include "daemon/option_value.h"
#include "daemon/settings.h"
#include "daemon/import/source.h"
#include "daemon/stop.h"
#include "parser/cleanup.h"

struct options {
	struct import_options import;
	bool json;
	bool quiet;
};

/* Store the end of the day. */
static bool take_last_day(void *field, const struct option_row *row, const char *value)
{
	int64_t *until = field;

	if (!option_day(until, row, value))
		return false;
	*until += 86400;
	return true;
}

static const struct option_row rows[] = {
	OPTION_FLAG("create-projects", "create a project for each list id that has none",
		    struct options, import.create_projects),
	OPTION_NAME("list-id", "ID", "use this list id instead of the one in the headers",
		    struct options, import.list_id),
	OPTION_OTHER("since", "DATE",
		     "import only mail dated on or after that day (2024-12-31, UTC)",
		     struct options, import.since, option_day, OPTION_DAY_WANTED),
	OPTION_OTHER("until", "DATE", "import only mail dated on or before that day",
		     struct options, import.until, take_last_day, OPTION_DAY_WANTED),
	OPTION_FLAG("restart",
		    "read git repositories from their first commits, not only\n"
		    "new ones",
		    struct options, import.restarts),
	OPTION_FLAG("dry-run", "report what the messages are, and store nothing", struct options,
		    import.is_dry_run),
	OPTION_NUMBER("batch", "N", "store at most N messages in one transaction (1000)",
		      struct options, import.batch, 1, IMPORT_BATCH_MESSAGES_MAX),
	OPTION_NUMBER("jobs", "N",
		      "import N sources at the same time (one for each two\n"
		      "processors)",
		      struct options, import.jobs, 1, JOBS_MAX),
	OPTION_FLAG("json", "print the summary as one JSON object", struct options, json),
	OPTION_FLAG("quiet", "do not show progress", struct options, quiet),
};

static const struct command_line line = {
	.command = "import",
	.synopsis = "import [OPTION]... PATH...",
	.description =
		"Import archives: mbox files, also compressed (gz, xz, bz2, zst), Maildirs, directories\n"
		"of messages or of mbox files, and git repositories of public-inbox; - is standard input.\n"
		"Messages that are stored already are skipped, so an import can be repeated, and continues\n"
		"where an earlier one was stopped.  Messages that could not be stored are reported with\n"
		"file and offset; the summary at the end counts them.",
	.examples =
		"  patchmda import --create-projects archive.mbox.xz\n"
		"  patchmda import --list-id ltp.lists.linux.it pipermail/    (Mailman's months)\n"
		"  curl -s https://example.org/archive.mbox.gz | patchmda import -d dbname=patchwork -\n",
	.rows = rows,
	.row_count = G_N_ELEMENTS(rows),
	.shared = settings_rows,
	.shared_rows = SETTINGS_ALL,
	.store_offset = offsetof(struct options, import.store),
	.operands_min = 1,
	.operands_max = INT_MAX,
};

static uint64_t total_bytes(char *const *paths)
{
	uint64_t total = 0;

	for (; *paths != NULL; paths++) {
		uint64_t bytes = source_bytes_all(*paths);

		if (bytes == 0)
			return 0;
		total += bytes;
	}
	return total;
}

/* Whether each path contains mail; a path that does not is reported. */
static bool check_paths(char *const *paths)
{
	bool good = true;

	for (; *paths != NULL; paths++) {
		_cleanup_(source_free_ptr) struct source *source = source_new(*paths);

		if (source != NULL && source_check(source) == 0)
			continue;
		fprintf(stderr, "patchmda import: %s\n",
			source != NULL ? source_error(source) : strerror(ENOMEM));
		good = false;
	}
	return good;
}

/* Returns 0 or -errno; -ENODATA: no message was read, because a file has no mail. */
static int import_all(const struct options *options, char *const *paths)
{
	struct progress progress;
	int r;

	progress_start(&progress, total_bytes(paths), options->quiet);
	r = jobs_run(&options->import, paths, &stop_requested, &progress);
	if (progress.is_connected)
		progress_finish(&progress, options->json, options->import.is_dry_run);
	if (r == 0 && progress.errors > 0)
		r = -EIO;
	if (r == -ENODATA && progress.messages > 0)
		r = -EIO;
	progress_done(&progress);
	return r;
}

int cmd_import(int argc, char **argv)
{
	struct options options = { .import = { .command = "import",
					       .store = store_defaults,
					       .batch = IMPORT_BATCH_MESSAGES_MAX,
					       .jobs = jobs_default(),
					       .since = INT64_MIN,
					       .until = INT64_MAX } };
	char **paths;
	int r = options_read(&line, argc, argv, &options, &paths);

	if (r != OPTIONS_READ)
		return r;
	if (options.import.since >= options.import.until)
		return options_complain(&line, "--since is after --until");
	if (!check_paths(paths))
		return EX_NOINPUT;
	options.import.store.is_relaxed = true;
	options.import.store.keeps_plans = true;
	r = stop_catch(&options.import.stop_fd);
	if (r < 0) {
		fprintf(stderr, "patchmda import: %s\n", strerror(-r));
		return EX_TEMPFAIL;
	}
	r = import_all(&options, paths);
	if (stop_requested != 0)
		fputs("patchmda import: stopped; run it again to continue\n", stderr);
	if (stop_requested != 0)
		return EX_TEMPFAIL;
	return r == 0 ? EX_OK : r == -ENODATA ? EX_NOINPUT : EX_TEMPFAIL;
}
