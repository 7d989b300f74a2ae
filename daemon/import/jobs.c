/* jobs - imports several sources at the same time; see jobs.h */
#include "daemon/import/jobs.h"

#include <errno.h>
#include <glib.h>

#include "daemon/import/source.h"
#include "parser/arena.h"
#include "parser/cleanup.h"
#include "parser/submission.h"

/* Sources of the same list. */
struct group {
	char *list_id; /* NULL: unknown, and then it is one source */
	GPtrArray *paths;
	uint64_t bytes;
};

struct job {
	const struct import_options *options;
	GPtrArray *paths; /* NULL-terminated once all are added */
	uint64_t bytes;
	GThread *thread;
	const volatile sig_atomic_t *stopping;
	struct progress *progress;
	int error;
};

struct jobs {
	struct import_options options; /* `jobs` is their real number */
	struct job *jobs;
};

/* ---- groups */

static struct group *group_new(char *list_id)
{
	struct group *group = g_new0(struct group, 1);

	group->list_id = list_id;
	group->paths = g_ptr_array_new();
	return group;
}

static void group_free(gpointer data)
{
	struct group *group = data;

	g_free(group->list_id);
	g_ptr_array_unref(group->paths);
	g_free(group);
}

static void add_path(struct group *group, char *path, uint64_t bytes)
{
	g_ptr_array_add(group->paths, path);
	group->bytes += bytes;
}

/* The list id of the first message; NULL if it has none or cannot be read. */
static char *first_list_id(const char *path)
{
	_cleanup_(source_free_ptr) struct source *source = source_new(path);
	struct arena *arena = arena_new(SUBMISSION_ARENA_BYTES_MAX);
	struct source_message message;
	struct submission submission;
	char *list_id = NULL;

	if (source != NULL && arena != NULL && source_next(source, &message) == 1 &&
	    submission_open(arena, message.raw, &submission) == 0 && submission.list_id_count > 0)
		list_id = g_strndup(submission.list_ids[0].ptr, submission.list_ids[0].len);
	arena_free(arena);
	return list_id;
}

static struct group *find_group(const GPtrArray *groups, const char *list_id)
{
	for (guint i = 0; list_id != NULL && i < groups->len; i++) {
		struct group *group = groups->pdata[i];

		if (g_strcmp0(group->list_id, list_id) == 0)
			return group;
	}
	return NULL;
}

static GPtrArray *group_by_list(char *const *paths)
{
	GPtrArray *groups = g_ptr_array_new_with_free_func(group_free);

	for (; *paths != NULL; paths++) {
		bool is_looked_into = source_is_repeatable(*paths) && source_bytes_all(*paths) > 0;
		char *list_id = is_looked_into ? first_list_id(*paths) : NULL;
		struct group *group = find_group(groups, list_id);

		if (group == NULL) {
			group = group_new(list_id);
			g_ptr_array_add(groups, group);
		} else {
			g_free(list_id);
		}
		add_path(group, *paths, source_bytes_stored(*paths));
	}
	return groups;
}

static GPtrArray *group_of_all(char *const *paths)
{
	GPtrArray *groups = g_ptr_array_new_with_free_func(group_free);

	g_ptr_array_add(groups, group_new(NULL));
	for (; *paths != NULL; paths++)
		add_path(groups->pdata[0], *paths, 0);
	return groups;
}

static gint largest_first(gconstpointer a, gconstpointer b)
{
	const struct group *x = *(struct group *const *)a, *y = *(struct group *const *)b;

	return (x->bytes < y->bytes) - (x->bytes > y->bytes);
}

/* ---- jobs */

int64_t jobs_default(void)
{
	return CLAMP((int64_t)g_get_num_processors() / 2, 1, JOBS_MAX);
}

static struct job *least_job(struct jobs *jobs)
{
	struct job *least = &jobs->jobs[0];

	for (int64_t i = 1; i < jobs->options.jobs; i++)
		if (jobs->jobs[i].bytes < least->bytes)
			least = &jobs->jobs[i];
	return least;
}

/* Each job has at least one group, as there are no more jobs than groups. */
static void distribute(struct jobs *jobs, GPtrArray *groups)
{
	g_ptr_array_sort(groups, largest_first);
	jobs->options.jobs = MIN(jobs->options.jobs, (int64_t)groups->len);
	jobs->jobs = g_new0(struct job, (gsize)jobs->options.jobs);
	for (int64_t i = 0; i < jobs->options.jobs; i++)
		jobs->jobs[i].paths = g_ptr_array_new();
	for (guint i = 0; i < groups->len; i++) {
		const struct group *group = groups->pdata[i];
		struct job *job =
			(int64_t)i < jobs->options.jobs ? &jobs->jobs[i] : least_job(jobs);

		for (guint k = 0; k < group->paths->len; k++)
			g_ptr_array_add(job->paths, group->paths->pdata[k]);
		job->bytes += group->bytes;
	}
	for (int64_t i = 0; i < jobs->options.jobs; i++)
		g_ptr_array_add(jobs->jobs[i].paths, NULL);
}

static gpointer run(gpointer data)
{
	struct job *job = data;

	job->error = import_run(job->options, (char *const *)job->paths->pdata, job->stopping,
				job->progress);
	return NULL;
}

static void start(struct jobs *jobs, const volatile sig_atomic_t *stopping,
		  struct progress *progress)
{
	for (int64_t i = 0; i < jobs->options.jobs; i++) {
		struct job *job = &jobs->jobs[i];

		job->options = &jobs->options;
		job->stopping = stopping;
		job->progress = progress;
		job->thread = g_thread_new("reader", run, job);
	}
}

/* The first error, but another one rather than that a source has no mail. */
static int wait_for_all(struct jobs *jobs)
{
	int r = 0;

	for (int64_t i = 0; i < jobs->options.jobs; i++) {
		(void)g_thread_join(jobs->jobs[i].thread);
		if (r == 0 || (r == -ENODATA && jobs->jobs[i].error != 0))
			r = jobs->jobs[i].error;
	}
	return r;
}

static void free_jobs(struct jobs *jobs)
{
	for (int64_t i = 0; i < jobs->options.jobs; i++)
		g_ptr_array_unref(jobs->jobs[i].paths);
	g_free(jobs->jobs);
}

int jobs_run(const struct import_options *options, char *const *paths,
	     const volatile sig_atomic_t *stopping, struct progress *progress)
{
	bool is_one = options->jobs == 1 || options->list_id != NULL;
	g_autoptr(GPtrArray) groups = is_one ? group_of_all(paths) : group_by_list(paths);
	struct jobs jobs = { .options = *options };
	int r;

	import_prepare(options);
	distribute(&jobs, groups);
	start(&jobs, stopping, progress);
	r = wait_for_all(&jobs);
	free_jobs(&jobs);
	return r;
}
