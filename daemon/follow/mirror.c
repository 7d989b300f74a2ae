/* mirror - keeps a folder of git repositories like those at a URL; see mirror.h */
#include "daemon/follow/mirror.h"

#include <errno.h>
#include <string.h>
#include <time.h>

#include "daemon/git.h"
#include "daemon/import/listing.h"
#include "daemon/import/repository.h"
#include "parser/cleanup.h"

/* Where a server has its first epoch, below the URL; the last is a single repository. */
static const char *const layouts[] = { "/0", "/git/0.git", "/0.git", "" };

struct mirror {
	const char *folder;
	const char *url; /* without slashes at its end; NULL: the source is only its folder */
	struct clone_limits limits;
	GPtrArray *repositories; /* char *: paths, the oldest first */
	GString *error;          /* the first one */
	int r;                   /* 0, or -errno of that error */
};

/* Keep the first error, or that of a stop.  `where` is a path or URL. */
static int fail(struct mirror *mirror, int r, const char *where, const char *reason)
{
	if (mirror->r == 0 || r == -ECANCELED) {
		mirror->r = r;
		g_string_printf(mirror->error, "%s: %s", where, reason);
		g_strdelimit(mirror->error->str, "\r\n\t", ' ');
	}
	return r;
}

/* ---- the repositories of the folder */

/* The repositories of the folder, the oldest first. */
static int list_repositories(const char *folder, GPtrArray *repositories)
{
	struct listing listing = { 0 };
	enum listing_kind kind;
	char *path;
	int r;

	if (repository_is_at(folder)) {
		g_ptr_array_add(repositories, g_strdup(folder));
		return 0;
	}
	if (!g_file_test(folder, G_FILE_TEST_IS_DIR))
		return 0;
	r = listing_init(&listing, folder);
	while (r == 0 && (r = listing_next(&listing, &path, &kind)) > 0) {
		if (kind == LISTING_REPOSITORY ||
		    (kind == LISTING_DIRECTORY && repository_is_at(path)))
			g_ptr_array_add(repositories, g_strdup(path));
		g_free(path);
		r = 0;
	}
	listing_done(&listing);
	return r;
}

/* ---- fetching */

static int fetch(struct mirror *mirror, const char *repository)
{
	g_autofree char *reason = NULL;
	int r = clone_fetch(repository, &mirror->limits, &reason);

	return r == 0 ? 0 : fail(mirror, r, repository, reason);
}

static bool is_due(const char *repository)
{
	return (int64_t)time(NULL) - clone_fetched(repository) >= MIRROR_OLD_SECS;
}

/* Whether a remote is the URL or below it. */
static bool is_at(const char *remote, const char *url)
{
	size_t len = strlen(url);

	return strncmp(remote, url, len) == 0 && (remote[len] == '\0' || remote[len] == '/');
}

/* If there is a URL, all repositories must have been cloned from it. */
static int check_remotes(struct mirror *mirror)
{
	for (guint i = 0; i < mirror->repositories->len && mirror->url != NULL; i++) {
		const char *repository = mirror->repositories->pdata[i];
		g_autofree char *remote = clone_remote(repository);
		g_autofree char *reason = NULL;

		if (remote != NULL && is_at(remote, mirror->url))
			continue;
		reason = g_strdup_printf("its remote 'origin' is %s, not at %s",
					 remote != NULL ? remote : "missing", mirror->url);
		return fail(mirror, -EINVAL, repository, reason);
	}
	return 0;
}

static void fetch_all(struct mirror *mirror)
{
	if (check_remotes(mirror) != 0)
		return;
	for (guint i = 0; i < mirror->repositories->len; i++) {
		const char *repository = mirror->repositories->pdata[i];
		bool is_newest = i + 1 == mirror->repositories->len;

		if ((is_newest || is_due(repository)) && fetch(mirror, repository) == -ECANCELED)
			return;
	}
}

/* ---- cloning */

static int clone(struct mirror *mirror, const char *path, const char *url,
		 const struct clone_head *head)
{
	g_autofree char *reason = NULL;
	int r = clone_make(path, url, head, &reason);

	if (r != 0)
		return fail(mirror, r, path, reason);
	g_ptr_array_add(mirror->repositories, g_strdup(path));
	return fetch(mirror, path);
}

/*
 * The number of the epoch at the end of a URL or path, `12` or `12.git`, and where it begins; -1:
 * none.
 */
static int64_t epoch_at_end(const char *text, size_t *ret_begin, const char **ret_suffix)
{
	size_t end = strlen(text), begin;
	int64_t epoch;

	*ret_suffix = "";
	while (end > 0 && text[end - 1] == '/')
		end--;
	if (end > strlen(".git") && memcmp(text + end - strlen(".git"), ".git", 4) == 0) {
		*ret_suffix = ".git";
		end -= strlen(".git");
	}
	begin = end;
	while (begin > 0 && view_is_digit(text[begin - 1]))
		begin--;
	if (begin == 0 || text[begin - 1] != '/')
		return -1;
	*ret_begin = begin;
	return view_number(view_of(text + begin, end - begin), INT64_MAX - 1, &epoch) ? epoch : -1;
}

/* The URL or path of the epoch after that of `text`; NULL if `text` does not end in an epoch. */
static char *next_epoch(const char *text)
{
	const char *suffix;
	size_t begin;
	int64_t epoch = epoch_at_end(text, &begin, &suffix);

	if (epoch < 0)
		return NULL;
	return g_strdup_printf("%.*s%" G_GINT64_FORMAT "%s", (int)begin, text, epoch + 1, suffix);
}

/* Clone the epoch after the newest.  Returns 1, 0 if there is none, or -errno. */
static int clone_next(struct mirror *mirror)
{
	const char *newest = mirror->repositories->pdata[mirror->repositories->len - 1];
	g_autofree char *remote = clone_remote(newest);
	g_autofree char *url = remote != NULL ? next_epoch(remote) : NULL;
	g_autofree char *path = next_epoch(newest);
	g_autofree char *reason = NULL;
	_cleanup_(clone_head_done) struct clone_head head = { NULL, NULL };
	int r = url != NULL && path != NULL ? clone_look(url, &mirror->limits, &head, &reason)
					    : -ENOENT;

	if (r == -ENOENT || r == -ENODATA)
		return 0;
	if (r != 0)
		return fail(mirror, r, url, reason);
	/* The epoch before it may have got mail since it was fetched. */
	r = fetch(mirror, newest);
	if (r == 0)
		r = clone(mirror, path, url, &head);
	return r == 0 ? 1 : r;
}

/* Clone new epochs, which a folder that is a repository does not have. */
static void clone_new_epochs(struct mirror *mirror)
{
	if (g_str_equal(mirror->repositories->pdata[0], mirror->folder))
		return;
	while (clone_next(mirror) > 0)
		;
}

/* Clone the first repository, or the only one. */
static int clone_first(struct mirror *mirror)
{
	g_autofree char *reason = NULL;

	for (size_t i = 0; i < G_N_ELEMENTS(layouts); i++) {
		bool is_epoch = layouts[i][0] != '\0';
		g_autofree char *url = g_strconcat(mirror->url, layouts[i], NULL);
		g_autofree char *path =
			g_build_filename(mirror->folder, is_epoch ? "git/0.git" : NULL, NULL);
		_cleanup_(clone_head_done) struct clone_head head = { NULL, NULL };
		int r;

		g_clear_pointer(&reason, g_free);
		r = clone_look(url, &mirror->limits, &head, &reason);
		if (r == 0)
			return clone(mirror, path, url, &head);
		if (r != -ENOENT)
			return fail(mirror, r, url, reason);
	}
	return fail(mirror, -ENOENT, mirror->url, reason);
}

/* ---- the whole folder */

static char *without_slashes(const char *url)
{
	char *plain = g_strdup(url);

	for (size_t len = plain != NULL ? strlen(plain) : 0; len > 0 && plain[len - 1] == '/';)
		plain[--len] = '\0';
	return plain;
}

int mirror_update(const char *folder, const char *url, const struct clone_limits *limits,
		  char **ret_error)
{
	g_autofree char *plain_url = without_slashes(url);
	struct mirror mirror = { .folder = folder,
				 .url = plain_url,
				 .limits = *limits,
				 .repositories = g_ptr_array_new_with_free_func(g_free),
				 .error = g_string_new(NULL) };
	int r = list_repositories(folder, mirror.repositories);

	if (r != 0)
		(void)fail(&mirror, r, folder, strerror(-r));
	else if (mirror.repositories->len > 0)
		fetch_all(&mirror);
	else if (url != NULL)
		(void)clone_first(&mirror);
	else
		(void)fail(&mirror, -ENOENT, folder, "there is no repository in it");
	if (mirror.r == 0)
		clone_new_epochs(&mirror);
	*ret_error = g_string_free(mirror.error, mirror.r == 0);
	g_ptr_array_unref(mirror.repositories);
	return mirror.r;
}

/* The newest commit of a repository and its time in seconds since 1970; NULL if there is none. */
static char *newest_commit(const char *repository)
{
	g_autoptr(GPtrArray) arguments = git_arguments("log", "-1", "--no-show-signature",
						       "--format=%H %ct", "HEAD", "--", NULL);
	GString *answer = g_string_new(NULL), *complaints = g_string_new(NULL);
	int r = git_run(repository, arguments, GIT_COMPLAINTS | GIT_HERE, answer, complaints);

	(void)g_string_free(complaints, TRUE);
	return g_string_free(answer, r != 0);
}

int mirror_newest(const char *folder, char **ret_commit, int64_t *ret_committed)
{
	g_autoptr(GPtrArray) repositories = g_ptr_array_new_with_free_func(g_free);
	g_autofree char *answer = NULL;
	char *blank;
	int r = list_repositories(folder, repositories);

	for (guint i = repositories->len; r == 0 && answer == NULL && i > 0; i--)
		answer = newest_commit(repositories->pdata[i - 1]);
	if (answer == NULL || (blank = strchr(g_strchomp(answer), ' ')) == NULL)
		return r != 0 ? r : -ENODATA;
	*blank = '\0';
	if (!view_number(view_str(blank + 1), INT64_MAX, ret_committed))
		return -ENODATA;
	*ret_commit = g_strdup(answer);
	return 0;
}
