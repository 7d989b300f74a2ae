/* mirror - keeps a folder of git repositories like those at a URL; see mirror.h */
#define _XOPEN_SOURCE 700 /* nftw() */
#include "daemon/follow/mirror.h"

#include <errno.h>
#include <ftw.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "daemon/git.h"
#include "daemon/import/listing.h"
#include "daemon/import/repository.h"
#include "parser/cleanup.h"

#define FOLDER_MODE 0755

/* Folders that are open at the same time while others are removed. */
#define FOLDERS_OPEN_MAX 16

/* Where a server has its epochs, below the URL; the last is a single repository. */
static const char *const layouts[] = { "/%d", "/git/%d.git", "/%d.git", "" };

struct mirror {
	const char *folder;
	const char *url;
	int stop_fd;
	GPtrArray *repositories; /* char *: paths, the oldest first */
	GString *error;          /* of the first thing that failed */
	int r;                   /* 0, or that error */
};

static void free_text(GString **text)
{
	(void)g_string_free(*text, TRUE);
}

/* ---- git */

/* Remember the first error; a stop is none of them. */
static int fail(struct mirror *mirror, int r, const char *what, const char *reason)
{
	if (mirror->r == 0 || r == -ECANCELED) {
		mirror->r = r;
		g_string_printf(mirror->error, "%s: %s", what, reason);
		g_strdelimit(mirror->error->str, "\r\n\t", ' ');
	}
	return r;
}

/* Git's error message, without what tells of progress; after a colon the next line has the reason. */
static char *error_of_git(const GString *complaints)
{
	g_auto(GStrv) lines = g_strsplit_set(complaints->str, "\r\n", -1);
	GString *error = g_string_new(NULL);
	bool goes_on = false;

	for (size_t i = 0; lines[i] != NULL; i++) {
		if (!goes_on && !g_str_has_prefix(lines[i], "fatal: ") &&
		    !g_str_has_prefix(lines[i], "error: "))
			continue;
		g_string_append_printf(error, "%s%s",
				       goes_on          ? " "
				       : error->len > 0 ? "; "
							: "",
				       lines[i]);
		goes_on = g_str_has_suffix(lines[i], ":");
	}
	if (error->len == 0)
		g_string_append(error, "git failed");
	return g_string_free(error, FALSE);
}

/* Run git against a server, which may keep us waiting.  Returns 0 or -errno; complaints are kept. */
static int run(const struct mirror *mirror, const char *repository, const GPtrArray *words,
	       GString *answer, GString *complaints)
{
	struct git *git;
	int r = git_start(repository, words, GIT_COMPLAINTS | GIT_HERE, &git);

	if (r != 0)
		return r;
	git_stop_at(git, mirror->stop_fd);
	r = git_collect(git, MIRROR_QUIET_SECS, answer, complaints);
	if (r == 0)
		return git_end(git);
	git_kill(git);
	return r;
}

static char *reason_of(int r, const GString *complaints)
{
	return r == -ECHILD ? error_of_git(complaints) : g_strdup(strerror(-r));
}

/* Ask a repository for one line; NULL if git fails. */
static char *ask(const char *repository, const GPtrArray *words)
{
	_cleanup_(free_text) GString *answer = g_string_new(NULL);
	_cleanup_(free_text) GString *complaints = g_string_new(NULL);

	if (git_run(repository, words, GIT_COMPLAINTS | GIT_HERE, answer, complaints) != 0)
		return NULL;
	return g_strchomp(g_strdup(answer->str));
}

/* ---- what is there */

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
		if (kind == LISTING_REPOSITORY)
			g_ptr_array_add(repositories, g_strdup(path));
		g_free(path);
		r = 0;
	}
	listing_done(&listing);
	return r;
}

static char *remote_of(const char *repository)
{
	g_autoptr(GPtrArray) words = git_arguments("config", "--get", "remote.origin.url", NULL);

	return ask(repository, words);
}

/* ---- fetching */

static int fetch(struct mirror *mirror, const char *repository)
{
	g_autoptr(GPtrArray) words =
		git_arguments("-c", "gc.autoDetach=false", "-c", "maintenance.autoDetach=false",
			      "fetch", "--progress", "--no-tags", "--update-head-ok", "origin",
			      "+refs/heads/*:refs/heads/*", NULL);
	_cleanup_(free_text) GString *complaints = g_string_new(NULL);
	g_autofree char *remote = remote_of(repository);
	g_autofree char *reason = NULL;
	int r;

	if (remote == NULL)
		return 0;
	r = run(mirror, repository, words, NULL, complaints);
	if (r == 0)
		return 0;
	reason = reason_of(r, complaints);
	return fail(mirror, r, repository, reason);
}

/* Whether a repository was not fetched for long. */
static bool is_due(const char *repository)
{
	g_autofree char *file = g_build_filename(repository, "FETCH_HEAD", NULL);
	struct stat status;

	return stat(file, &status) != 0 || time(NULL) - status.st_mtime >= MIRROR_OLD_SECS;
}

/* With a URL the repositories are from there. */
static int check_remotes(struct mirror *mirror)
{
	for (guint i = 0; i < mirror->repositories->len && mirror->url != NULL; i++) {
		const char *repository = mirror->repositories->pdata[i];
		g_autofree char *remote = remote_of(repository);
		g_autofree char *reason = NULL;

		if (remote != NULL && g_str_has_prefix(remote, mirror->url))
			continue;
		reason = g_strdup_printf("its remote 'origin' is %s, and not at %s",
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

/*
 * Find the branch of HEAD at `url`: 0; -ENODATA if the repository has no commit yet; or -errno, and
 * then *ret_reason is set.
 */
static int find_branch(const struct mirror *mirror, const char *url, char **ret_branch,
		       char **ret_reason)
{
	g_autoptr(GPtrArray) words = git_arguments("ls-remote", "--symref", url, "HEAD", NULL);
	_cleanup_(free_text) GString *answer = g_string_new(NULL);
	_cleanup_(free_text) GString *complaints = g_string_new(NULL);
	g_auto(GStrv) lines = NULL;
	const char *branch = "refs/heads/master";
	bool has_commit = false;
	int r = run(mirror, "/", words, answer, complaints);

	if (r != 0) {
		*ret_reason = reason_of(r, complaints);
		return r;
	}
	lines = g_strsplit(answer->str, "\n", -1);
	for (size_t i = 0; lines[i] != NULL; i++) {
		if (!g_str_has_suffix(lines[i], "\tHEAD"))
			continue;
		lines[i][strlen(lines[i]) - strlen("\tHEAD")] = '\0';
		if (g_str_has_prefix(lines[i], "ref: "))
			branch = lines[i] + strlen("ref: ");
		else
			has_commit = true;
	}
	if (!has_commit)
		return -ENODATA;
	*ret_branch = g_strdup(branch);
	return 0;
}

/* Run git in `folder`; an error is that of the clone. */
static int configure(struct mirror *mirror, const char *folder, const GPtrArray *words)
{
	_cleanup_(free_text) GString *complaints = g_string_new(NULL);
	g_autofree char *reason = NULL;
	int r = git_run(folder, words, GIT_COMPLAINTS | GIT_HERE, NULL, complaints);

	if (r == 0)
		return 0;
	reason = reason_of(r, complaints);
	return fail(mirror, r, folder, reason);
}

static int remove_file(const char *path, const struct stat *status, int type, struct FTW *ftw)
{
	(void)status;
	(void)type;
	(void)ftw;
	return remove(path);
}

/*
 * Make the empty repository `path` with its remote: another name hides it until it is complete.  A
 * process that was killed may have left one, with git's lock files in it.
 */
static int make_repository(struct mirror *mirror, const char *path, const char *url,
			   const char *branch)
{
	g_autofree char *above = g_path_get_dirname(path);
	g_autofree char *name = g_path_get_basename(path);
	g_autofree char *new_name = g_strdup_printf(".%s.new", name);
	g_autofree char *new_path = g_build_filename(above, new_name, NULL);
	g_autoptr(GPtrArray) init = git_arguments("init", "-q", "--bare", new_name, NULL);
	g_autoptr(GPtrArray) head = git_arguments("symbolic-ref", "HEAD", branch, NULL);
	g_autoptr(GPtrArray) remote = git_arguments("config", "remote.origin.url", url, NULL);
	g_autoptr(GPtrArray) refs =
		git_arguments("config", "remote.origin.fetch", "+refs/*:refs/*", NULL);
	g_autoptr(GPtrArray) mark = git_arguments("config", "remote.origin.mirror", "true", NULL);
	int r = 0;

	if (g_mkdir_with_parents(above, FOLDER_MODE) != 0)
		return fail(mirror, -errno, above, strerror(errno));
	if (nftw(new_path, remove_file, FOLDERS_OPEN_MAX, FTW_DEPTH | FTW_PHYS) != 0 &&
	    errno != ENOENT)
		return fail(mirror, -errno, new_path, strerror(errno));
	r = configure(mirror, above, init);
	if (r == 0)
		r = configure(mirror, new_path, head);
	if (r == 0)
		r = configure(mirror, new_path, remote);
	if (r == 0)
		r = configure(mirror, new_path, refs);
	if (r == 0)
		r = configure(mirror, new_path, mark);
	/* The folder of a single repository may be there, empty. */
	if (r == 0 && g_rename(new_path, path) != 0)
		r = fail(mirror, -errno, path, strerror(errno));
	return r;
}

static int clone(struct mirror *mirror, const char *path, const char *url, const char *branch)
{
	int r = make_repository(mirror, path, url, branch);

	if (r != 0)
		return r;
	g_ptr_array_add(mirror->repositories, g_strdup(path));
	return fetch(mirror, path);
}

/* The number of the epoch at the end of a URL or path, `12` or `12.git`, and where it begins; -1: none. */
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

/* The name of the epoch after that of `text`; NULL if it is none. */
static char *next_epoch(const char *text)
{
	const char *suffix;
	size_t begin;
	int64_t epoch = epoch_at_end(text, &begin, &suffix);

	if (epoch < 0)
		return NULL;
	return g_strdup_printf("%.*s%" G_GINT64_FORMAT "%s", (int)begin, text, epoch + 1, suffix);
}

/* Clone the epoch after the newest, if there is one: 1, 0, or -errno. */
static int clone_next(struct mirror *mirror)
{
	const char *newest = mirror->repositories->pdata[mirror->repositories->len - 1];
	g_autofree char *remote = remote_of(newest);
	g_autofree char *url = remote != NULL ? next_epoch(remote) : NULL;
	g_autofree char *path = next_epoch(newest);
	g_autofree char *branch = NULL, *reason = NULL;
	int r;

	if (url == NULL || path == NULL || find_branch(mirror, url, &branch, &reason) != 0)
		return 0;
	r = clone(mirror, path, url, branch);
	/* Mail may have come to the epoch before after it was fetched. */
	if (r == 0)
		r = fetch(mirror, mirror->repositories->pdata[mirror->repositories->len - 2]);
	return r == 0 ? 1 : r;
}

/*
 * Clone new epochs.  That the server has no such epoch cannot be told from other failures, so they are
 * no errors; the next round asks again.  A folder that is one repository has no epochs.
 */
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
	g_autofree char *url = g_strdup(mirror->url), *reason = NULL;

	while (g_str_has_suffix(url, "/"))
		url[strlen(url) - 1] = '\0';
	for (size_t i = 0; i < G_N_ELEMENTS(layouts); i++) {
		bool is_epoch = layouts[i][0] != '\0';
		g_auto(GStrv) parts = g_strsplit(layouts[i], "%d", 2);
		g_autofree char *below = g_strjoinv("0", parts);
		g_autofree char *repository = g_strconcat(url, below, NULL);
		g_autofree char *path =
			g_build_filename(mirror->folder, is_epoch ? "git/0.git" : "", NULL);
		g_autofree char *branch = NULL;
		int r;

		g_clear_pointer(&reason, g_free);
		r = find_branch(mirror, repository, &branch, &reason);
		if (r == 0)
			return clone(mirror, is_epoch ? path : mirror->folder, repository, branch);
		if (r == -ECANCELED)
			return fail(mirror, r, repository, reason);
		if (r == -ENODATA)
			return fail(mirror, r, repository, "it has no mail yet");
	}
	return fail(mirror, -ECHILD, url, reason);
}

/* ---- all of it */

int mirror_update(const char *folder, const char *url, int stop_fd, char **ret_error)
{
	struct mirror mirror = { .folder = folder,
				 .url = url,
				 .stop_fd = stop_fd,
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
		(void)fail(&mirror, -ENOENT, folder, "there is no repository");
	if (mirror.r == 0)
		clone_new_epochs(&mirror);
	*ret_error = g_string_free(mirror.error, mirror.r == 0);
	g_ptr_array_unref(mirror.repositories);
	return mirror.r;
}

int mirror_newest(const char *folder, char **ret_commit, int64_t *ret_committed)
{
	g_autoptr(GPtrArray) words = git_arguments("log", "-1", "--no-show-signature",
						   "--format=%H %ct", "HEAD", "--", NULL);
	g_autoptr(GPtrArray) repositories = g_ptr_array_new_with_free_func(g_free);
	g_autofree char *answer = NULL;
	char *blank;
	int r = list_repositories(folder, repositories);

	for (guint i = repositories->len; r == 0 && answer == NULL && i > 0; i--)
		answer = ask(repositories->pdata[i - 1], words);
	if (answer == NULL || (blank = strchr(answer, ' ')) == NULL)
		return r != 0 ? r : -ENODATA;
	*blank = '\0';
	if (!view_number(view_str(blank + 1), INT64_MAX, ret_committed))
		return -ENODATA;
	*ret_commit = g_strdup(answer);
	return 0;
}
