/* cmd_import - `patchmda import`: mailboxes into the database */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "daemon/commands.h"
#include "daemon/ingest.h"
#include "daemon/mbox.h"
#include "daemon/progress.h"
#include "daemon/settings.h"
#include "parser/cleanup.h"
#include "sql/projects.h"

/* What is stored in one transaction. */
#define BATCH_MESSAGES_MAX 500 /* --batch makes it fewer */
#define BATCH_BYTES_MAX ((size_t)8 << 20)

static const char help[] =
	"Usage: patchmda import [OPTION]... PATH...\n\n"
	"Import mailboxes (mbox files; - is standard input).  What is there already is passed\n"
	"over, so running it again is safe, and goes on where it was stopped.\n\n"
	"      --create-projects    make a project for each list id that has none\n"
	"      --list-id ID         take this list id and not the headers'\n"
	"      --batch N            messages in one transaction, at most (500)\n"
	"      --json               print the summary as one JSON object\n"
	"      --quiet              do not show how far it is\n" SETTINGS_HELP
	"      --help               show this help\n\n"
	"Examples:\n"
	"  patchmda import --create-projects archive.mbox\n"
	"  xz -dc archive.mbox.xz | patchmda import -d dbname=patchwork -\n";

enum { OPT_CREATE = 256, OPT_LIST_ID, OPT_BATCH, OPT_JSON, OPT_QUIET, OPT_HELP };

static const struct option long_options[] = {
	{ "create-projects", no_argument, NULL, OPT_CREATE },
	{ "list-id", required_argument, NULL, OPT_LIST_ID },
	{ "batch", required_argument, NULL, OPT_BATCH },
	{ "json", no_argument, NULL, OPT_JSON },
	{ "quiet", no_argument, NULL, OPT_QUIET },
	{ "help", no_argument, NULL, OPT_HELP },
	SETTINGS_LONG,
	{ NULL, 0, NULL, 0 },
};

struct options {
	struct store_options store;
	bool create_projects;
	const char *list_id;
	int64_t batch;
	bool json;
	bool quiet;
};

/* A message of the batch in hand: its bytes are a copy, since the mailbox moves on. */
struct entry {
	struct ingest ingest;
	char *place;
	bool is_counted; /* not for the store: ignored, or for no project */
};

struct import {
	const struct options *options;
	struct store *store;
	struct pg *pg; /* for making projects; NULL until there is one to make */
	struct arena *arena;
	struct progress progress;
	struct entry entries[BATCH_MESSAGES_MAX];
	size_t count;
	size_t bytes;
};

static volatile sig_atomic_t stopping;

static void stop(int signal_number)
{
	(void)signal_number;
	stopping = 1;
}

static int usage(void)
{
	fputs(help, stderr);
	return EX_USAGE;
}

/* -1 to go on, else the exit status. */
static int read_options(int argc, char **argv, struct options *options)
{
	int c;

	while ((c = getopt_long(argc, argv, SETTINGS_SHORT, long_options, NULL)) != -1) {
		int r = settings_take(&options->store, c, optarg);

		if (r < 0) {
			fprintf(stderr, "patchmda import: bad value '%s'\n", optarg);
			return EX_USAGE;
		}
		if (r > 0)
			continue;
		switch (c) {
		case OPT_CREATE:
			options->create_projects = true;
			break;
		case OPT_LIST_ID:
			options->list_id = optarg;
			break;
		case OPT_BATCH:
			if (!view_number(view_str(optarg), BATCH_MESSAGES_MAX, &options->batch) ||
			    options->batch == 0)
				return usage();
			break;
		case OPT_JSON:
			options->json = true;
			break;
		case OPT_QUIET:
			options->quiet = true;
			break;
		case OPT_HELP:
			fputs(help, stdout);
			return EX_OK;
		default:
			return usage();
		}
	}
	return optind < argc ? -1 : usage();
}

/* ---- batches */

static void forget_batch(struct import *import)
{
	for (size_t i = 0; i < import->count; i++)
		free(import->entries[i].place);
	import->count = 0;
	import->bytes = 0;
	arena_reset(import->arena);
}

static int deliver_with_patience(struct import *import, struct delivery *deliveries, size_t count)
{
	int r = store_deliver(import->store, deliveries, count);

	/* A database that was restarted is there again in a moment. */
	for (unsigned pause = 1; r == -ENOTCONN && pause <= 8 && !stopping; pause *= 2) {
		(void)sleep(pause);
		if (store_reopen(import->store) == 0)
			r = store_deliver(import->store, deliveries, count);
	}
	return r;
}

static int flush(struct import *import)
{
	struct delivery *deliveries = calloc(import->count + 1, sizeof(*deliveries));
	size_t count = 0;
	int r = 0;

	if (deliveries == NULL)
		return -ENOMEM;
	for (size_t i = 0; i < import->count; i++)
		if (!import->entries[i].is_counted)
			deliveries[count++] = import->entries[i].ingest.delivery;
	r = deliver_with_patience(import, deliveries, count);
	if (r != 0)
		fprintf(stderr, "patchmda import: %s\n", store_error(import->store));
	for (size_t i = 0; i < count && r == 0; i++)
		progress_count(&import->progress, deliveries[i].verdict);
	free(deliveries);
	forget_batch(import);
	progress_show(&import->progress);
	return r;
}

/* ---- messages */

static int create_project(struct import *import, const struct submission *submission)
{
	g_autofree char *list_id = NULL;
	int r = 0;

	if (submission->list_id_count == 0)
		return 0;
	list_id = g_strndup(submission->list_ids[0].ptr, submission->list_ids[0].len);
	if (import->pg == NULL)
		r = pg_open(import->options->store.conninfo,
			    import->options->store.connect_timeout_secs, &import->pg);
	if (r == 0)
		r = projects_create_for(import->pg, list_id);
	if (r == -EILSEQ || r == -EAGAIN)
		r = 0; /* no good as a name, or somebody else made it */
	else if (r != 0)
		fprintf(stderr, "patchmda import: making a project for %s: %s\n", list_id,
			pg_error(import->pg));
	return r == 0 ? store_refresh(import->store) : r;
}

static int read_entry(struct import *import, struct entry *entry, struct view raw)
{
	enum ingested ingested;
	int r = ingest_read(import->arena, raw, store_catalog(import->store), &entry->ingest,
			    &ingested);

	if (r == 0 && ingested == INGEST_NO_PROJECT && import->options->create_projects) {
		r = create_project(import, &entry->ingest.submission);
		if (r == 0)
			r = ingest_read(import->arena, raw, store_catalog(import->store),
					&entry->ingest, &ingested);
	}
	if (r != 0)
		return r;
	entry->is_counted = ingested != INGEST_DELIVER;
	if (entry->is_counted)
		progress_count(&import->progress, VERDICT_UNRELATED);
	return 0;
}

static int take_message(struct import *import, const struct mbox_message *message,
			const char *path)
{
	struct entry *entry = &import->entries[import->count];
	struct view raw = arena_copy(import->arena, message->raw);
	int r;

	if (raw.ptr == NULL)
		return -ENOMEM;
	*entry = (struct entry){ .ingest.list_id = view_str(import->options->list_id),
				 .ingest.is_cut = message->is_cut };
	r = read_entry(import, entry, raw);
	if (r != 0)
		return r;
	if (entry->ingest.delivery.kind != DELIVER_MESSAGE)
		entry->place = g_strdup_printf("%s:%" PRIu64, path, message->offset);
	entry->ingest.delivery.place = entry->place;
	if (entry->ingest.submission.has_date)
		entry->ingest.delivery.expires_from = entry->ingest.submission.date;
	import->count++;
	import->bytes += raw.len;
	return import->count >= (size_t)import->options->batch || import->bytes >= BATCH_BYTES_MAX ?
		       flush(import) :
		       0;
}

static int import_file(struct import *import, const char *path)
{
	int fd = strcmp(path, "-") == 0 ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	_cleanup_(mbox_free_ptr) struct mbox *mbox = NULL;
	uint64_t before = import->progress.bytes_done;
	struct mbox_message message;
	int r;

	if (fd < 0) {
		fprintf(stderr, "patchmda import: %s: %s\n", path, strerror(errno));
		return -errno;
	}
	mbox = mbox_new(fd);
	r = mbox != NULL ? 1 : -ENOMEM;
	while (r > 0 && !stopping) {
		r = mbox_next(mbox, &message);
		if (r < 0)
			fprintf(stderr, "patchmda import: %s: %s\n", path, strerror(-r));
		if (r <= 0)
			break;
		import->progress.bytes_done = before + message.end;
		r = take_message(import, &message, path);
		r = r == 0 ? 1 : r;
	}
	if (r >= 0)
		r = flush(import);
	if (fd != STDIN_FILENO)
		(void)close(fd);
	return r;
}

static uint64_t total_bytes(char *const *paths)
{
	uint64_t total = 0;
	struct stat status;

	for (; *paths != NULL; paths++) {
		int r = strcmp(*paths, "-") == 0 ? fstat(STDIN_FILENO, &status) :
						   stat(*paths, &status);

		if (r != 0 || !S_ISREG(status.st_mode))
			return 0;
		total += (uint64_t)status.st_size;
	}
	return total;
}

static int import_all(struct import *import, char *const *paths)
{
	struct sigaction action = { .sa_handler = stop, .sa_flags = (int)SA_RESETHAND };
	int r = 0;

	(void)sigaction(SIGINT, &action, NULL);
	(void)sigaction(SIGTERM, &action, NULL);
	progress_start(&import->progress, total_bytes(paths), import->options->quiet);
	for (; *paths != NULL && r == 0 && !stopping; paths++)
		r = import_file(import, *paths);
	if (r == 0)
		r = store_expire(import->store);
	import->progress.comments += store_set_free(import->store);
	progress_finish(&import->progress, import->options->json);
	return r;
}

int cmd_import(int argc, char **argv)
{
	struct options options = { .store = store_defaults, .batch = BATCH_MESSAGES_MAX };
	struct import *import = calloc(1, sizeof(*import));
	int r = read_options(argc, argv, &options);

	if (r >= 0 || import == NULL) {
		free(import);
		return r >= 0 ? r : EX_TEMPFAIL;
	}
	import->options = &options;
	import->arena = arena_new(SUBMISSION_ARENA_BYTES_MAX * 2);
	r = store_open(&options.store, &import->store);
	if (r != 0)
		fprintf(stderr, "patchmda import: %s\n", store_error(import->store));
	else if (import->arena != NULL)
		r = import_all(import, argv + optind);
	forget_batch(import);
	store_close(import->store);
	pg_close(import->pg);
	arena_free(import->arena);
	free(import);
	return r == 0 ? EX_OK : EX_TEMPFAIL;
}
