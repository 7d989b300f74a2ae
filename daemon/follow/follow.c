/* follow - fetches archives in rounds, and stores new mail; see follow.h */
#include "daemon/follow/follow.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <string.h>

#include "daemon/follow/mirror.h"
#include "daemon/log.h"
#include "sql/followed.h"

/* A pause is shorter or longer by up to this part of it, so that sources do not begin together. */
#define JITTER 0.1

struct follow {
	const struct follow_options *options;
	const volatile sig_atomic_t *stopping;
	GMutex lock;
	GCond fetched;
	int fetches;      /* in progress */
	GMutex importing; /* held while mail is stored */
};

/* The thread of a source. */
struct follower {
	struct follow *follow;
	const struct follow_source *source;
	int failures; /* rounds that failed, in a row */
};

int64_t follow_pause_msecs(int64_t every_secs, int failures, double random)
{
	int64_t longest = MAX(every_secs, FOLLOW_PAUSE_SECS_MAX), secs = every_secs;

	for (int i = 0; i < failures && secs < longest; i++)
		secs = MIN(secs * 2, longest);
	return (int64_t)((double)secs * 1000 * (1 - JITTER + 2 * JITTER * random));
}

/* ---- a round */

static int fetch(struct follow *follow, const struct follow_source *source, char **ret_error)
{
	const struct clone_limits limits = { .stop_fd = follow->options->import.stop_fd,
					     .quiet_secs = (int)follow->options->quiet_secs };
	int r;

	g_mutex_lock(&follow->lock);
	while (follow->fetches == FOLLOW_FETCHES)
		g_cond_wait(&follow->fetched, &follow->lock);
	follow->fetches++;
	g_mutex_unlock(&follow->lock);
	r = *follow->stopping == 0 ? mirror_update(source->folder, source->url, &limits, ret_error)
				   : -ECANCELED;
	g_mutex_lock(&follow->lock);
	follow->fetches--;
	g_cond_signal(&follow->fetched);
	g_mutex_unlock(&follow->lock);
	return r;
}

static void log_counts(const struct follow_source *source, const struct progress *progress)
{
	if (progress->messages == 0)
		return;
	log_line(LOG_INFO,
		 "%s: %" PRIu64 " messages: %" PRIu64 " patches, %" PRIu64 " covers, %" PRIu64
		 " comments, %" PRIu64 " duplicates, %" PRIu64 " ignored, %" PRIu64
		 " held, %" PRIu64 " errors",
		 source->folder, progress->messages, progress->patches, progress->covers,
		 progress->comments, progress->duplicates, progress->ignored, progress->held,
		 progress->errors + progress->unreadable);
}

/* Store new mail.  Returns 0, or -errno and a message in *ret_error. */
static int import_new(struct follow *follow, const struct follow_source *source, char **ret_error)
{
	char *const paths[] = { source->folder, NULL };
	struct progress progress;
	int r;

	g_mutex_lock(&follow->importing);
	progress_start(&progress, 0, true);
	r = import_run(&follow->options->import, paths, follow->stopping, &progress);
	g_mutex_unlock(&follow->importing);
	log_counts(source, &progress);
	if (r == 0 && progress.errors > 0)
		r = -EIO;
	if (r != 0 && progress.is_connected && progress.errors + progress.unreadable > 0)
		*ret_error = g_strdup_printf("%" PRIu64 " messages or repositories could not be"
					     " read or stored",
					     progress.errors + progress.unreadable);
	else if (r != 0)
		*ret_error = g_strdup("the import failed");
	progress_done(&progress);
	return r;
}

/* If the database has failed, this fails, too, and the next round is recorded instead. */
static void record(const struct follow *follow, const struct follow_source *source,
		   const char *error)
{
	g_autofree char *folder = g_utf8_make_valid(source->folder, -1);
	g_autofree char *text = error != NULL ? g_utf8_make_valid(error, -1) : NULL;
	g_autofree char *commit = NULL, *problem = NULL;
	struct followed_round round = {
		.source = folder, .url = source->url, .host = g_get_host_name(), .error = text
	};

	if (mirror_newest(source->folder, &commit, &round.committed) == 0)
		round.last_commit = commit;
	if (followed_record(&follow->options->import.store, &round, &problem) != 0)
		log_line(LOG_WARNING, "%s: the round is not recorded: %s", folder, problem);
}

/* Fetch and store.  Commits that were fetched are stored even if another repository failed. */
static int run_round(struct follow *follow, const struct follow_source *source)
{
	g_autofree char *error = NULL, *import_error = NULL;
	int r = fetch(follow, source, &error), imported;

	if (*follow->stopping != 0)
		return -ECANCELED;
	imported = g_file_test(source->folder, G_FILE_TEST_EXISTS)
			   ? import_new(follow, source, &import_error)
			   : 0;
	if (*follow->stopping != 0)
		return -ECANCELED;
	if (r != 0)
		log_line(LOG_ERR, "%s", error);
	if (imported != 0)
		log_line(LOG_ERR, "%s: %s", source->folder, import_error);
	if (!follow->options->import.is_dry_run)
		record(follow, source, error != NULL ? error : import_error);
	return r != 0 ? r : imported;
}

/* ---- all rounds of a source */

static void wait_for_next(const struct follower *follower)
{
	const struct follow_options *options = follower->follow->options;
	struct pollfd fd = { .fd = options->import.stop_fd, .events = POLLIN };
	int64_t msecs =
		follow_pause_msecs(options->every_secs, follower->failures, g_random_double());

	(void)poll(&fd, 1, (int)MIN(msecs, INT32_MAX));
}

static gpointer follow_source(gpointer data)
{
	struct follower *follower = data;
	struct follow *follow = follower->follow;

	for (;;) {
		int r = run_round(follow, follower->source);

		if (*follow->stopping != 0)
			return NULL;
		follower->failures = r == 0 ? 0 : follower->failures + 1;
		if (follow->options->once)
			return NULL;
		wait_for_next(follower);
		if (*follow->stopping != 0)
			return NULL;
	}
}

size_t follow_run(const struct follow_options *options, const volatile sig_atomic_t *stopping)
{
	struct follow follow = { .options = options, .stopping = stopping };
	g_autofree struct follower *followers = g_new0(struct follower, options->source_count);
	g_autofree GThread **threads = g_new(GThread *, options->source_count);
	size_t failed = 0;

	g_mutex_init(&follow.lock);
	g_mutex_init(&follow.importing);
	g_cond_init(&follow.fetched);
	for (size_t i = 0; i < options->source_count; i++) {
		followers[i].follow = &follow;
		followers[i].source = &options->sources[i];
		threads[i] = g_thread_new("source", follow_source, &followers[i]);
	}
	for (size_t i = 0; i < options->source_count; i++) {
		(void)g_thread_join(threads[i]);
		failed += followers[i].failures > 0;
	}
	g_mutex_clear(&follow.lock);
	g_mutex_clear(&follow.importing);
	g_cond_clear(&follow.fetched);
	return failed;
}
