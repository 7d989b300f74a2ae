/* clone - one git repository that is kept like the one at a URL; see clone.h */
#include "daemon/follow/clone.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <poll.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/follow/leftovers.h"
#include "daemon/git.h"
#include "parser/cleanup.h"

#define MARK_NAME   "patchmda-mirror"
#define FOLDER_MODE 0755
#define FILE_MODE   0644

/* How often a lock is tried. */
#define LOCK_POLL_MSECS 100

/* Hexadecimal digits of an object's name, by SHA-256. */
#define SHA256_DIGITS 64

static void close_mark(int *mark)
{
	if (*mark >= 0)
		(void)close(*mark);
}

void clone_head_done(struct clone_head *head)
{
	g_clear_pointer(&head->branch, g_free);
	g_clear_pointer(&head->commit, g_free);
}

/* ---- git */

#define LOCK_LEFT ".lock': File exists."
#define LOCK_HELP " If no process of git runs there, a killed one has left the file: remove it"

static char *error_of_git(const GString *complaints)
{
	g_autofree char *error = git_error(complaints);

	if (error == NULL)
		return g_strdup("git failed");
	return g_strconcat(error, g_str_has_suffix(error, LOCK_LEFT) ? LOCK_HELP : "", NULL);
}

static char *reason_of(int r, int quiet_secs, const GString *complaints)
{
	if (r == -ECHILD)
		return error_of_git(complaints);
	if (r == -ETIMEDOUT)
		return g_strdup_printf("the server has sent nothing for %d seconds", quiet_secs);
	if (r == -ENOENT)
		return g_strdup("git cannot be run: it is not installed");
	return g_strdup(strerror(-r));
}

/* Run git, with a limit on its silence if `quiet_secs` is not 0; it inherits `mark` (-1: none). */
static int run(const char *path, const GPtrArray *arguments, const struct clone_limits *limits,
	       int quiet_secs, int mark, GString *answer, char **ret_reason)
{
	g_autoptr(GString) complaints = g_string_new(NULL);
	struct git *git;
	int r = git_start_keeping(path, arguments, GIT_COMPLAINTS | GIT_HERE, mark, &git);

	if (r == 0) {
		git_stop_at(git, limits->stop_fd);
		r = git_collect(git, quiet_secs, answer, complaints);
		if (r == 0)
			r = git_end(git);
		else
			git_kill(git);
	}
	if (r != 0)
		*ret_reason = reason_of(r, quiet_secs, complaints);
	return r;
}

/* Run git, which only reads or writes a file of the repository. */
static int configure(const char *path, const GPtrArray *arguments, GString *answer,
		     char **ret_reason)
{
	static const struct clone_limits limits = { .stop_fd = -1 };

	return run(path, arguments, &limits, 0, -1, answer, ret_reason);
}

/* Ask a repository for one line; NULL if git fails. */
static char *ask(const char *path, const GPtrArray *arguments)
{
	g_autoptr(GString) answer = g_string_new(NULL);
	g_autofree char *reason = NULL;

	if (configure(path, arguments, answer, &reason) != 0)
		return NULL;
	return g_strchomp(g_strdup(answer->str));
}

/* ---- the repository at a URL */

/*
 * Whether, according to git's error, the server gave no answer about the repository: it cannot be
 * reached, or the status of HTTP is 5xx (an error of the server) or 429 (too many requests).
 */
static bool is_unavailable(const char *reason)
{
	bool answers = strstr(reason, "returned error: 4") != NULL &&
		       strstr(reason, "returned error: 429") == NULL;

	return strstr(reason, "unable to connect") != NULL ||
	       (strstr(reason, "unable to access") != NULL && !answers);
}

/* `ref: BRANCH<TAB>HEAD` and `COMMIT<TAB>HEAD` */
static void read_head(const char *answer, struct clone_head *head)
{
	g_auto(GStrv) lines = g_strsplit(answer, "\n", -1);

	for (size_t i = 0; lines[i] != NULL; i++) {
		if (!g_str_has_suffix(lines[i], "\tHEAD"))
			continue;
		lines[i][strlen(lines[i]) - strlen("\tHEAD")] = '\0';
		if (g_str_has_prefix(lines[i], "ref: ")) {
			g_free(head->branch);
			head->branch = g_strdup(lines[i] + strlen("ref: "));
		} else {
			g_free(head->commit);
			head->commit = g_strdup(lines[i]);
		}
	}
}

int clone_look(const char *url, const struct clone_limits *limits, struct clone_head *ret_head,
	       char **ret_reason)
{
	g_autoptr(GPtrArray) arguments = git_arguments("ls-remote", "--symref", url, "HEAD", NULL);
	g_autoptr(GString) answer = g_string_new(NULL);
	struct clone_head head = { NULL, NULL };
	int r = run("/", arguments, limits, limits->quiet_secs, -1, answer, ret_reason);

	if (r == -ECHILD)
		return is_unavailable(*ret_reason) ? r : -ENOENT;
	if (r != 0)
		return r == -ENOENT ? -ENOEXEC : r;
	read_head(answer->str, &head);
	if (head.commit == NULL) {
		clone_head_done(&head);
		*ret_reason = g_strdup("it has no mail yet");
		return -ENODATA;
	}
	*ret_head = head;
	return 0;
}

/* ---- making a repository */

/* Make the files of the repository `name` in the folder `above`. */
static int make_files(const char *above, const char *name, const char *url,
		      const struct clone_head *head, char **ret_reason)
{
	bool is_sha256 = strlen(head->commit) == SHA256_DIGITS;
	const char *branch = head->branch != NULL ? head->branch : "refs/heads/master";
	g_autofree char *path = g_build_filename(above, name, NULL);
	g_autoptr(GPtrArray) init =
		git_arguments("init", "-q", "--bare",
			      is_sha256 ? "--object-format=sha256" : "--object-format=sha1", name,
			      NULL);
	g_autoptr(GPtrArray) set_head = git_arguments("symbolic-ref", "HEAD", branch, NULL);
	g_autoptr(GPtrArray) remote = git_arguments("config", "remote.origin.url", url, NULL);
	g_autoptr(GPtrArray) refs =
		git_arguments("config", "remote.origin.fetch", "+refs/*:refs/*", NULL);
	g_autoptr(GPtrArray) mirror = git_arguments("config", "remote.origin.mirror", "true", NULL);
	GPtrArray *const commands[] = { set_head, remote, refs, mirror };
	int r = configure(above, init, NULL, ret_reason);

	for (size_t i = 0; i < G_N_ELEMENTS(commands) && r == 0; i++)
		r = configure(path, commands[i], NULL, ret_reason);
	return r;
}

/* Make the mark of a new repository, with a time that says that it was never fetched. */
static int make_mark(const char *path)
{
	static const struct timespec never[2] = { { 0, 0 }, { 0, 0 } };
	g_autofree char *file = g_build_filename(path, MARK_NAME, NULL);
	_cleanup_(close_mark) int mark = open(file, O_WRONLY | O_CREAT | O_CLOEXEC, FILE_MODE);

	return mark >= 0 && futimens(mark, never) == 0 ? 0 : -errno;
}

/*
 * The repository has another name until it is complete.  A repository with that name was left by a
 * process that was killed.
 */
int clone_make(const char *path, const char *url, const struct clone_head *head, char **ret_reason)
{
	g_autofree char *above = g_path_get_dirname(path);
	g_autofree char *name = g_path_get_basename(path);
	g_autofree char *new_name = g_strdup_printf(".%s.new", name);
	g_autofree char *new_path = g_build_filename(above, new_name, NULL);
	int r = g_mkdir_with_parents(above, FOLDER_MODE) == 0 ? 0 : -errno;

	if (r == 0)
		r = leftovers_remove_folder(new_path);
	if (r == 0)
		r = make_files(above, new_name, url, head, ret_reason);
	if (r == 0)
		r = make_mark(new_path);
	/* The folder of a single repository may exist if it is empty. */
	if (r == 0 && g_rename(new_path, path) != 0)
		r = -errno;
	if (r != 0 && *ret_reason == NULL)
		*ret_reason = g_strdup(strerror(-r));
	return r;
}

/* ---- fetching */

char *clone_remote(const char *path)
{
	g_autoptr(GPtrArray) arguments =
		git_arguments("config", "--get", "remote.origin.url", NULL);

	return ask(path, arguments);
}

/*
 * Git does not run gc afterwards: gc may take long without output, and in a repository of another
 * program it is the task of that program.
 */
static int fetch(const char *path, const struct clone_limits *limits, int mark, char **ret_reason)
{
	g_autoptr(GPtrArray) arguments =
		git_arguments("-c", "gc.auto=0", "-c", "maintenance.auto=false", "fetch",
			      "--progress", "--no-tags", "--update-head-ok", "origin",
			      "+refs/heads/*:refs/heads/*", NULL);

	return run(path, arguments, limits, limits->quiet_secs, mark, NULL, ret_reason);
}

/* Lock the mark.  After a process was killed, its git may hold the lock for a moment. */
static int lock(int mark, const struct clone_limits *limits, char **ret_reason)
{
	struct pollfd stop = { .fd = limits->stop_fd, .events = POLLIN };
	int waited = 0;

	while (flock(mark, LOCK_EX | LOCK_NB) != 0) {
		if (errno != EWOULDBLOCK && errno != EINTR)
			return -errno;
		if (waited >= limits->quiet_secs * 1000) {
			*ret_reason = g_strdup("another process is using it");
			return -EBUSY;
		}
		if (poll(&stop, 1, LOCK_POLL_MSECS) > 0)
			return -ECANCELED;
		waited += LOCK_POLL_MSECS;
	}
	return 0;
}

static bool has_head(const char *path, const struct clone_head *head)
{
	g_autoptr(GPtrArray) branch = git_arguments("symbolic-ref", "-q", "HEAD", NULL);
	g_autoptr(GPtrArray) commit = git_arguments("rev-parse", "-q", "--verify", "HEAD", NULL);
	g_autofree char *our_branch = ask(path, branch), *our_commit = ask(path, commit);

	return g_strcmp0(our_commit, head->commit) == 0 &&
	       (head->branch == NULL || g_strcmp0(our_branch, head->branch) == 0);
}

/* Set HEAD to that of the remote, and fetch. */
static int update(const char *path, const struct clone_head *head,
		  const struct clone_limits *limits, int mark, char **ret_reason)
{
	g_autoptr(GPtrArray) set_head = git_arguments("symbolic-ref", "HEAD", head->branch, NULL);
	int r = 0;

	g_clear_pointer(ret_reason, g_free);
	if (head->branch != NULL)
		r = configure(path, set_head, NULL, ret_reason);
	return r == 0 ? fetch(path, limits, mark, ret_reason) : r;
}

/*
 * Remove objects that are not needed.  An error is not reported here: the next fetch has it, too.
 */
static void clean_up(const char *path, const struct clone_limits *limits, int mark)
{
	g_autoptr(GPtrArray) arguments =
		git_arguments("-c", "gc.autoDetach=false", "gc", "--auto", "--quiet", NULL);
	g_autofree char *reason = NULL;

	(void)run(path, arguments, limits, 0, mark, NULL, &reason);
}

/* Fetch a repository that clone_make() has made, and that is locked. */
static int fetch_own(const char *path, const char *url, const struct clone_limits *limits, int mark,
		     char **ret_reason)
{
	_cleanup_(clone_head_done) struct clone_head head = { NULL, NULL };
	int r = clone_look(url, limits, &head, ret_reason);

	if (r != 0)
		return r;
	if (!has_head(path, &head)) {
		leftovers_remove_packs(path);
		r = update(path, &head, limits, mark, ret_reason);
		if (r == -ECHILD && leftovers_remove_locks(path))
			r = update(path, &head, limits, mark, ret_reason);
		if (r == 0)
			clean_up(path, limits, mark);
	}
	if (r == 0 && futimens(mark, NULL) != 0)
		r = -errno;
	return r;
}

int clone_fetch(const char *path, const struct clone_limits *limits, char **ret_reason)
{
	g_autofree char *url = clone_remote(path);
	g_autofree char *file = g_build_filename(path, MARK_NAME, NULL);
	_cleanup_(close_mark) int mark = open(file, O_WRONLY | O_CLOEXEC);
	int r;

	if (url == NULL)
		return 0;
	if (mark < 0 && errno == ENOENT)
		return fetch(path, limits, -1, ret_reason);
	r = mark >= 0 ? lock(mark, limits, ret_reason) : -errno;
	if (r == 0)
		r = fetch_own(path, url, limits, mark, ret_reason);
	if (r != 0 && *ret_reason == NULL)
		*ret_reason = g_strdup(strerror(-r));
	return r;
}

/* In another program's repository, git's own file has the time; after a failure it is empty. */
int64_t clone_fetched(const char *path)
{
	g_autofree char *mark = g_build_filename(path, MARK_NAME, NULL);
	g_autofree char *fetched = g_build_filename(path, "FETCH_HEAD", NULL);
	struct stat status;

	if (stat(mark, &status) == 0)
		return status.st_mtime;
	return stat(fetched, &status) == 0 && status.st_size > 0 ? status.st_mtime : 0;
}
