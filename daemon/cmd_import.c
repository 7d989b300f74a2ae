/* cmd_import - `patchmda import`: archives into the database */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sysexits.h>
#include <unistd.h>

#include "daemon/commands.h"
#include "daemon/import.h"
#include "daemon/settings.h"
#include "daemon/source.h"
#include "parser/date.h"

static const char help[] =
	"Usage: patchmda import [OPTION]... PATH...\n\n"
	"Import archives: mbox files, also compressed (gz, xz, bz2, zst), Maildirs, directories\n"
	"of messages or of mbox files; - is standard input.  What is there already is passed\n"
	"over, so running it again is safe, and goes on where it was stopped.\n\n"
	"      --create-projects    make a project for each list id that has none\n"
	"      --list-id ID         take this list id and not the headers'\n"
	"      --since DATE         only mail dated on or after that day (2024-12-31, UTC)\n"
	"      --until DATE         only mail dated on or before that day\n"
	"      --dry-run            say what the messages are, and store nothing\n"
	"      --batch N            messages in one transaction, at most (1000)\n"
	"      --json               print the summary as one JSON object\n"
	"      --quiet              do not show how far it is\n" SETTINGS_HELP
	"      --help               show this help\n\n"
	"Examples:\n"
	"  patchmda import --create-projects archive.mbox.xz\n"
	"  patchmda import --list-id ltp.lists.linux.it pipermail/    (Mailman's months)\n"
	"  curl -s https://example.org/archive.mbox.gz | patchmda import -d dbname=patchwork -\n";

enum {
	OPT_CREATE = 256,
	OPT_LIST_ID,
	OPT_SINCE,
	OPT_UNTIL,
	OPT_DRY_RUN,
	OPT_BATCH,
	OPT_JSON,
	OPT_QUIET,
	OPT_HELP,
};

static const struct option long_options[] = {
	{ "create-projects", no_argument, NULL, OPT_CREATE },
	{ "list-id", required_argument, NULL, OPT_LIST_ID },
	{ "since", required_argument, NULL, OPT_SINCE },
	{ "until", required_argument, NULL, OPT_UNTIL },
	{ "dry-run", no_argument, NULL, OPT_DRY_RUN },
	{ "batch", required_argument, NULL, OPT_BATCH },
	{ "json", no_argument, NULL, OPT_JSON },
	{ "quiet", no_argument, NULL, OPT_QUIET },
	{ "help", no_argument, NULL, OPT_HELP },
	SETTINGS_LONG,
	{ NULL, 0, NULL, 0 },
};

struct options {
	struct import_options import;
	bool json;
	bool quiet;
};

static volatile sig_atomic_t stopping;
static int stop_fd = -1; /* tells who waits for something else */

static void stop(int signal_number)
{
	const uint64_t one = 1;
	int saved = errno;
	ssize_t n;

	(void)signal_number;
	stopping = 1;
	n = write(stop_fd, &one, sizeof(one));
	(void)n; /* it fails where the descriptor is readable anyway */
	errno = saved;
}

/* The first signal ends the import behind the batch in hand, the second at once. */
static int catch_signals(void)
{
	struct sigaction action = { .sa_handler = stop, .sa_flags = (int)SA_RESETHAND };

	stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (stop_fd < 0)
		return -errno;
	(void)sigaction(SIGINT, &action, NULL);
	(void)sigaction(SIGTERM, &action, NULL);
	return 0;
}

static int bad_value(const char *value)
{
	fprintf(stderr, "patchmda import: bad value '%s'\n", value);
	return EX_USAGE;
}

/* A day as its first second, UTC. */
static bool read_day(const char *text, int64_t *ret_seconds)
{
	static const char *const months[] = {
		"Jan", "Feb", "Mar", "Apr", "May", "Jun",
		"Jul", "Aug", "Sep", "Oct", "Nov", "Dec"
	};
	struct view v = view_str(text);
	int64_t year, month, day;
	char date[64];

	if (v.len != 10 || text[4] != '-' || text[7] != '-' ||
	    !view_number(view_head(v, 4), 9999, &year) ||
	    !view_number(view_of(text + 5, 2), 12, &month) || month == 0 ||
	    !view_number(view_of(text + 8, 2), 31, &day) || day == 0 || year < 1970)
		return false;
	(void)snprintf(date, sizeof(date), "%d %s %d 00:00:00 +0000", (int)day,
		       months[month - 1], (int)year);
	return date_parse(view_str(date), ret_seconds);
}

/* -1 to go on, else the exit status. */
static int take_option(struct options *options, int option)
{
	struct import_options *import = &options->import;

	switch (option) {
	case OPT_CREATE:
		import->create_projects = true;
		return -1;
	case OPT_LIST_ID:
		import->list_id = optarg;
		return -1;
	case OPT_SINCE:
		return read_day(optarg, &import->since) ? -1 : bad_value(optarg);
	case OPT_UNTIL:
		if (!read_day(optarg, &import->until))
			return bad_value(optarg);
		import->until += 86400;
		return -1;
	case OPT_DRY_RUN:
		import->is_dry_run = true;
		return -1;
	case OPT_BATCH:
		return view_number(view_str(optarg), IMPORT_BATCH_MESSAGES_MAX,
				   &import->batch) &&
				       import->batch > 0
			       ? -1
			       : bad_value(optarg);
	case OPT_JSON:
		options->json = true;
		return -1;
	case OPT_QUIET:
		options->quiet = true;
		return -1;
	case OPT_HELP:
		fputs(help, stdout);
		return EX_OK;
	default:
		fputs(help, stderr);
		return EX_USAGE;
	}
}

static int read_options(int argc, char **argv, struct options *options)
{
	int c, r = -1;

	while (r < 0 && (c = getopt_long(argc, argv, SETTINGS_SHORT, long_options,
					 NULL)) != -1) {
		int taken = settings_take(&options->import.store, c, optarg);

		if (taken < 0)
			r = bad_value(optarg);
		else if (taken == 0)
			r = take_option(options, c);
	}
	if (r < 0 && optind == argc) {
		fputs(help, stderr);
		r = EX_USAGE;
	}
	return r;
}

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

int cmd_import(int argc, char **argv)
{
	struct options options = { .import = { .store = store_defaults,
					       .batch = IMPORT_BATCH_MESSAGES_MAX,
					       .since = INT64_MIN,
					       .until = INT64_MAX } };
	struct progress progress;
	int r = read_options(argc, argv, &options);

	if (r >= 0)
		return r;
	options.import.store.is_relaxed = true;
	r = catch_signals();
	if (r < 0) {
		fprintf(stderr, "patchmda import: %s\n", strerror(-r));
		return EX_TEMPFAIL;
	}
	options.import.stop_fd = stop_fd;
	progress_start(&progress, total_bytes(argv + optind), options.quiet);
	r = import_run(&options.import, argv + optind, &stopping, &progress);
	progress_finish(&progress, options.json);
	if (stopping != 0)
		fputs("patchmda import: stopped; run it again to go on\n", stderr);
	return r == 0 && stopping == 0 ? EX_OK : EX_TEMPFAIL;
}
