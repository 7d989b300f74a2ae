/* repository - reads the mails of one git repository of public-inbox; see repository.h */
#include "daemon/import/repository.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/git.h"
#include "parser/cleanup.h"

struct repository {
	char *path;
	int stop_fd;
	struct history *history;
	struct blobs *blobs;
	GQueue *changes; /* struct change *: those whose objects were asked for */
	struct change *current;
	struct repository_position position;
	char head[OBJECT_NAME_BYTES];
	bool has_beginning; /* only commits after the position's last are read */
	bool moves;         /* the position */
	bool is_started;
	int history_error; /* it could not be read to its end */
	bool is_over;
};

/* ---- git, for a short answer */

/* Run git; the answer has no line end.  Returns 0 or -errno; -ECHILD: git failed. */
static int ask(const char *path, const GPtrArray *words, GString *answer, GString *complaints)
{
	int r = git_run(path, words, GIT_HERE | GIT_COMPLAINTS, answer, complaints);

	for (GString *text = answer; text != NULL; text = text == answer ? complaints : NULL)
		while (text->len > 0 && text->str[text->len - 1] == '\n')
			g_string_truncate(text, text->len - 1);
	return r;
}

/* Git's error message, without line breaks. */
static char *words_of_git(const GString *complaints)
{
	char *words = g_strdup(complaints->len > 0 ? complaints->str : "git failed");

	return g_strdelimit(words, "\n\t", ' ');
}

static bool take_name(const GString *answer, char ret_name[OBJECT_NAME_BYTES])
{
	if (answer->len != 40 && answer->len != 64)
		return false;
	(void)g_strlcpy(ret_name, answer->str, OBJECT_NAME_BYTES);
	return true;
}

/* ---- kinds of repositories */

static bool has_file(const char *path, const char *name, mode_t type)
{
	g_autofree char *file = g_build_filename(path, name, NULL);
	struct stat status;

	return stat(file, &status) == 0 && (type == 0 || (status.st_mode & S_IFMT) == type);
}

static void close_folder(DIR **folder)
{
	if (*folder != NULL)
		(void)closedir(*folder);
}

/* Whether a folder with .git has only mails of public-inbox. */
static bool has_only_mails(const char *path)
{
	_cleanup_(close_folder) DIR *folder = opendir(path);
	const struct dirent *file;

	while (folder != NULL && (file = readdir(folder)) != NULL)
		if (file->d_name[0] != '.' && !history_is_mail_name(file->d_name))
			return false;
	return folder != NULL;
}

bool repository_is_at(const char *path)
{
	if (has_file(path, "HEAD", 0) && has_file(path, "objects", S_IFDIR))
		return true;
	return has_file(path, ".git", 0) && has_only_mails(path);
}

/* `size: KIBIBYTES` and `size-pack: KIBIBYTES` */
int64_t repository_bytes(const char *path)
{
	g_autoptr(GPtrArray) words = git_arguments("count-objects", "-v", NULL);
	g_autoptr(GString) answer = g_string_new(NULL);
	g_autoptr(GString) complaints = g_string_new(NULL);
	int r = ask(path, words, answer, complaints);
	g_auto(GStrv) lines = g_strsplit(r == 0 ? answer->str : "", "\n", -1);
	int64_t kibibytes = 0;

	for (size_t i = 0; lines[i] != NULL; i++) {
		const char *number = strchr(lines[i], ' ');
		int64_t size;

		if (g_str_has_prefix(lines[i], "size") && number != NULL &&
		    view_number(view_str(number + 1), INT64_MAX / 4096, &size))
			kibibytes += size;
	}
	return kibibytes * 1024;
}

/* Set the error for a HEAD that has no commit. */
static int explain_head(const char *path, const GString *complaints, char **ret_error)
{
	g_autoptr(GPtrArray) branch = git_arguments("symbolic-ref", "-q", "HEAD", NULL);
	g_autoptr(GPtrArray) refs =
		git_arguments("for-each-ref", "--count=1", "--format=%(refname)", NULL);
	g_autoptr(GString) name = g_string_new(NULL);
	g_autoptr(GString) other = g_string_new(NULL);
	g_autoptr(GPtrArray) words = NULL;

	(void)ask(path, branch, name, NULL);
	if (ask(path, refs, other, NULL) != 0) {
		*ret_error = words_of_git(complaints);
		return -EIO;
	}
	if (other->len == 0) {
		*ret_error = g_strdup("there is no mail in this repository: it has no commits");
		return -ENODATA;
	}
	words = git_arguments("rev-parse", "-q", "--verify", name->str, NULL);
	if (name->len > 0 && ask(path, words, NULL, NULL) != 0)
		*ret_error = g_strdup_printf("HEAD is the branch %s, which does not exist; %s does",
					     name->str, other->str);
	if (*ret_error == NULL) {
		g_autofree char *reason = words_of_git(complaints);

		*ret_error = g_strdup_printf("its newest commit cannot be read: %s", reason);
	}
	return -EIO;
}

static int find_head(const char *path, char ret_head[OBJECT_NAME_BYTES], char **ret_error)
{
	g_autoptr(GPtrArray) words = git_arguments("rev-parse", "--verify", "HEAD^{commit}", NULL);
	g_autoptr(GString) answer = g_string_new(NULL);
	g_autoptr(GString) complaints = g_string_new(NULL);
	int r = ask(path, words, answer, complaints);

	if (r == 0 && take_name(answer, ret_head))
		return 0;
	if (r == -ENOENT)
		*ret_error = g_strdup("git cannot be run: it is not installed");
	else if (r != 0 && r != -ECHILD)
		*ret_error = g_strdup(strerror(-r));
	return *ret_error != NULL ? r : explain_head(path, complaints, ret_error);
}

/* Whether the newest commit has mails, or nothing. */
static int check_format(const char *path, const char *head, char **ret_error)
{
	g_autoptr(GPtrArray) words = git_arguments("ls-tree", "--name-only", head, NULL);
	g_autoptr(GString) answer = g_string_new(NULL);
	g_autoptr(GString) complaints = g_string_new(NULL);
	int r = ask(path, words, answer, complaints);
	g_auto(GStrv) names = g_strsplit(answer->str, "\n", -1);

	if (r != 0) {
		*ret_error = words_of_git(complaints);
		return -EIO;
	}
	for (size_t i = 0; names[i] != NULL; i++)
		if (history_is_mail_name(names[i]))
			return 0;
	if (names[0] == NULL)
		return 0;
	*ret_error = g_strdup("a git repository, but not one of public-inbox: there is no mail");
	return -ENOTSUP;
}

/* ---- the history */

static int start_history(struct repository *repository, const char *after, char **ret_error)
{
	int r = history_open(repository->path, after, repository->head, repository->stop_fd,
			     &repository->history);

	if (r != 0)
		*ret_error = g_strdup(strerror(-r));
	return r;
}

static void end_history(struct repository *repository, int error)
{
	history_close(repository->history);
	repository->history = NULL;
	repository->history_error = error;
}

/* ---- where to begin */

static bool git_agrees(const char *path, const GPtrArray *words)
{
	return ask(path, words, NULL, NULL) == 0;
}

static bool is_ancestor(const struct repository *repository, const char *commit)
{
	g_autoptr(GPtrArray) words =
		git_arguments("merge-base", "--is-ancestor", commit, repository->head, NULL);

	return git_agrees(repository->path, words);
}

/* Whether a commit has no parents, as the oldest of a shallow clone; deepened, it has. */
static bool is_first(const struct repository *repository, const char *commit)
{
	g_autoptr(GPtrArray) words =
		git_arguments("rev-list", "--no-walk", "--max-parents=0", commit, "--", NULL);
	g_autoptr(GString) answer = g_string_new(NULL);

	return ask(repository->path, words, answer, NULL) == 0 && answer->len > 0;
}

static bool has_commit(const struct repository *repository, const char *commit)
{
	g_autofree char *name = g_strconcat(commit, "^{commit}", NULL);
	g_autoptr(GPtrArray) words = git_arguments("cat-file", "-e", name, NULL);

	return git_agrees(repository->path, words);
}

static int find_first(struct repository *repository, char **ret_error)
{
	g_autoptr(GPtrArray) words = git_arguments("rev-list", "--first-parent", "--max-parents=0",
						   repository->head, "--", NULL);
	g_autoptr(GString) answer = g_string_new(NULL);
	g_autoptr(GString) complaints = g_string_new(NULL);
	int r = ask(repository->path, words, answer, complaints);

	if (r == 0 && take_name(answer, repository->position.first))
		return 0;
	*ret_error = words_of_git(complaints);
	return -EIO;
}

/*
 * Find the position: 1, 0 if there is none that can be used, or -errno.  The position that was
 * recorded for this path saves the walk to the first commit.  If history was rewritten, the last
 * commit that was read is no ancestor of HEAD; its ancestors were read, as long as git has it.
 */
static int find_position(struct repository *repository, const struct repository_memory *memory)
{
	struct repository_position *position = &repository->position, found;
	int r = memory->find(memory->context, repository->path, NULL, &found, &repository->moves);

	if (r > 0 && is_first(repository, found.first) && is_ancestor(repository, found.last)) {
		*position = found;
		return 1;
	}
	return r < 0 ? r : 0;
}

/*
 * Usually the repository is read for the first time and there is no such position.  So git starts
 * to walk the whole history while the first commit is searched.
 */
static int find_position_by_first(struct repository *repository,
				  const struct repository_memory *memory, char **ret_error)
{
	struct repository_position found;
	int r = start_history(repository, NULL, ret_error);

	if (r == 0)
		r = find_first(repository, ret_error);
	if (r == 0)
		r = memory->find(memory->context, repository->path, repository->position.first,
				 &found, &repository->moves);
	if (r > 0 && has_commit(repository, found.last)) {
		end_history(repository, 0);
		repository->position = found;
		return 1;
	}
	return r < 0 ? r : 0;
}

static int find_beginning(struct repository *repository, const struct repository_memory *memory,
			  char **ret_error)
{
	int r = 0;

	if (memory == NULL || memory->find == NULL)
		return 0;
	r = find_position(repository, memory);
	if (r == 0)
		r = find_position_by_first(repository, memory, ret_error);
	if (r < 0 && *ret_error == NULL)
		*ret_error = g_strdup(memory->error(memory->context));
	return r;
}

/* ---- opening */

int repository_open(const char *path, const struct repository_memory *memory, int stop_fd,
		    struct repository **ret_repository, char **ret_error)
{
	struct repository *repository = g_new0(struct repository, 1);
	int r;

	*ret_error = NULL;
	repository->path = g_canonicalize_filename(path, NULL);
	repository->stop_fd = stop_fd;
	repository->changes = g_queue_new();
	repository->blobs = blobs_new(repository->path, stop_fd);
	r = find_head(repository->path, repository->head, ret_error);
	if (r == 0)
		r = check_format(repository->path, repository->head, ret_error);
	if (r == 0)
		r = find_beginning(repository, memory, ret_error);
	repository->has_beginning = r > 0;
	if (r >= 0)
		*ret_repository = repository;
	else
		repository_close(repository);
	return MIN(r, 0);
}

void repository_close(struct repository *repository)
{
	if (repository == NULL)
		return;
	history_close(repository->history);
	blobs_free(repository->blobs);
	g_queue_free_full(repository->changes, g_free);
	g_free(repository->current);
	g_free(repository->path);
	g_free(repository);
}

/* ---- reading */

/* Ask for the objects of further changes, as many as git may work ahead: 0 or -errno. */
static int ask_ahead(struct repository *repository)
{
	while (repository->history != NULL && blobs_has_room(repository->blobs)) {
		struct change change;
		int r = history_next(repository->history, &change);

		if (r == -ECANCELED)
			return r;
		if (r <= 0) {
			end_history(repository, r);
			return 0;
		}
		g_queue_push_tail(repository->changes, g_memdup2(&change, sizeof(change)));
		r = blobs_ask(repository->blobs, change.object);
		if (r != 0)
			return r;
	}
	return 0;
}

static const struct repository_position *move_to(struct repository *repository, const char *commit)
{
	if (!repository->moves)
		return NULL;
	(void)g_strlcpy(repository->position.last, commit, OBJECT_NAME_BYTES);
	return &repository->position;
}

/* After an error the position does not move; after any other than -EIO, reading has ended, too. */
static int fail(struct repository *repository, int r, const char *what, char **ret_error)
{
	bool by_git = r == -EIO || r == -ECHILD;

	repository->moves = false;
	repository->is_over = r != -EIO;
	*ret_error = g_strdup_printf("%s: %s", what, by_git ? "git cannot read it" : strerror(-r));
	return r;
}

/* The mail of the next change, or its position: 1, 0 if it has neither, or -errno. */
static int read_change(struct repository *repository, struct repository_mail *ret_mail)
{
	struct change *change = g_queue_pop_head(repository->changes);
	struct blob blob = { 0 };
	int r = blobs_next(repository->blobs, &blob);

	g_free(repository->current);
	repository->current = change;
	if (r == -ENOENT && change->kind == CHANGE_PURGED)
		r = 0; /* a purged mail is missing */
	if (r != 0)
		return r == -ENOENT ? -EIO : r;
	*ret_mail = (struct repository_mail){ .raw = blob.bytes,
					      .is_cut = blob.is_cut,
					      .is_deleted = change->kind != CHANGE_MAIL,
					      .path = repository->path,
					      .commit = change->commit };
	if (change->is_last)
		ret_mail->position = move_to(repository, change->commit);
	if (blob.bytes.len == 0)
		ret_mail->raw = view_str(NULL);
	return blob.bytes.len > 0 || ret_mail->position != NULL;
}

/*
 * After all changes were read: find the position after commits without mail, or report missing
 * ones.
 */
static int finish(struct repository *repository, struct repository_mail *ret_mail, char **ret_error)
{
	if (repository->history_error != 0)
		return fail(repository, repository->history_error, "the history to its end",
			    ret_error);
	repository->is_over = true;
	if (g_str_equal(repository->position.last, repository->head))
		return 0;
	*ret_mail = (struct repository_mail){ .path = repository->path,
					      .commit = repository->head,
					      .position = move_to(repository, repository->head) };
	return ret_mail->position != NULL;
}

/* Begin to read: 0, or -errno, and then it is over. */
static int start(struct repository *repository, char **ret_error)
{
	const char *after = repository->has_beginning ? repository->position.last : NULL;
	int r = 0;

	repository->is_started = true;
	if (after != NULL && g_str_equal(after, repository->head))
		repository->is_over = true;
	else if (repository->history == NULL)
		r = start_history(repository, after, ret_error);
	repository->is_over |= r != 0;
	return r;
}

int repository_next(struct repository *repository, struct repository_mail *ret_mail,
		    char **ret_error)
{
	int r = repository->is_started ? 0 : start(repository, ret_error);

	if (r != 0)
		return r;
	while (r == 0 && !repository->is_over) {
		r = ask_ahead(repository);
		if (r == 0 && g_queue_is_empty(repository->changes))
			return finish(repository, ret_mail, ret_error);
		if (r == 0)
			r = read_change(repository, ret_mail);
	}
	if (r < 0)
		r = fail(repository, r,
			 repository->current != NULL ? repository->current->commit
						     : repository->head,
			 ret_error);
	return r;
}
