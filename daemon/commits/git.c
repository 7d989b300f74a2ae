/* git - a `git log -p` that runs beside us; see git.h */
#define _GNU_SOURCE /* F_SETPIPE_SZ */
#include "daemon/commits/git.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <sys/wait.h>
#include <unistd.h>

/* While a batch is stored git goes on; more a user may not have (pipe(7)). */
#define PIPE_BYTES (1 << 20)

struct git {
	GPid pid;
	int fd;
};

/* Whatever is configured, these make the layout of diffs that git has by default. */
static const char *const configuration[] = {
	"diff.renames=true",
	"diff.renameLimit=1000",
	"diff.suppressBlankEmpty=false",
	"core.attributesFile=/dev/null",
	"core.quotePath=true",
	"log.showRoot=true",
	"log.follow=false",
	"i18n.logOutputEncoding=UTF-8",
	"core.pager=cat",
	"diff.wsErrorHighlight=none",
};

static const char *const options[] = {
	"-p",
	"-U3",
	"-O/dev/null",
	"--inter-hunk-context=0",
	"--no-ext-diff",
	"--no-textconv",
	"--no-color",
	"--no-color-moved",
	"--diff-algorithm=default",
	"--indent-heuristic",
	"--src-prefix=a/",
	"--dst-prefix=b/",
	"--no-relative",
	"--submodule=short",
	"--ignore-submodules=none",
	"--no-show-signature",
	"--no-notes",
	"--no-merges",
	"--full-diff",
	"--encoding=UTF-8",
	"--date-order",
	"--reverse",
};

/* Those change diffs, too; and a repository that was named is not another one of the environment's. */
static const char *const layout_variables[] = { "GIT_DIFF_OPTS", "GIT_EXTERNAL_DIFF" };
static const char *const location_variables[] = {
	"GIT_DIR",        "GIT_WORK_TREE",        "GIT_INDEX_FILE",
	"GIT_COMMON_DIR", "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES",
	"GIT_NAMESPACE",  "GIT_PREFIX",
};

static char **environment(bool is_named)
{
	char **env = g_get_environ();

	for (size_t i = 0; i < G_N_ELEMENTS(layout_variables); i++)
		env = g_environ_unsetenv(env, layout_variables[i]);
	for (size_t i = 0; is_named && i < G_N_ELEMENTS(location_variables); i++)
		env = g_environ_unsetenv(env, location_variables[i]);
	env = g_environ_setenv(env, "GIT_ATTR_NOSYSTEM", "1", TRUE);
	env = g_environ_setenv(env, "GIT_OPTIONAL_LOCKS", "0", TRUE);
	return g_environ_setenv(env, "LC_ALL", "C", TRUE);
}

static void add_all(GPtrArray *arguments, const GPtrArray *more)
{
	for (guint i = 0; i < more->len; i++)
		g_ptr_array_add(arguments, g_strdup(more->pdata[i]));
}

static GPtrArray *command(const char *repository, const char *format, const GPtrArray *limits,
			  const GPtrArray *revisions, const GPtrArray *paths)
{
	GPtrArray *arguments = g_ptr_array_new_with_free_func(g_free);

	g_ptr_array_add(arguments, g_strdup("git"));
	if (repository != NULL) {
		g_ptr_array_add(arguments, g_strdup("-C"));
		g_ptr_array_add(arguments, g_strdup(repository));
	}
	g_ptr_array_add(arguments, g_strdup("--no-pager"));
	g_ptr_array_add(arguments, g_strdup("--no-replace-objects"));
	for (size_t i = 0; i < G_N_ELEMENTS(configuration); i++) {
		g_ptr_array_add(arguments, g_strdup("-c"));
		g_ptr_array_add(arguments, g_strdup(configuration[i]));
	}
	g_ptr_array_add(arguments, g_strdup("log"));
	for (size_t i = 0; i < G_N_ELEMENTS(options); i++)
		g_ptr_array_add(arguments, g_strdup(options[i]));
	g_ptr_array_add(arguments, g_strconcat("--format=", format, NULL));
	add_all(arguments, limits);
	add_all(arguments, revisions);
	g_ptr_array_add(arguments, g_strdup("--"));
	add_all(arguments, paths);
	g_ptr_array_add(arguments, NULL);
	return arguments;
}

int git_start(const char *repository, const char *format, const GPtrArray *limits,
	      const GPtrArray *revisions, const GPtrArray *paths, struct git **ret_git)
{
	g_autoptr(GPtrArray) arguments = command(repository, format, limits, revisions, paths);
	g_auto(GStrv) env = environment(repository != NULL);
	g_autoptr(GError) error = NULL;
	struct git *git = g_new0(struct git, 1);

	/* Without a flag about it, standard input is /dev/null, and other descriptors are closed. */
	if (!g_spawn_async_with_pipes(NULL, (char **)arguments->pdata, env,
				      G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL,
				      &git->pid, NULL, &git->fd, NULL, &error)) {
		g_free(git);
		return g_error_matches(error, G_SPAWN_ERROR, G_SPAWN_ERROR_NOENT) ? -ENOENT : -EIO;
	}
	(void)fcntl(git->fd, F_SETFD, FD_CLOEXEC);
	(void)fcntl(git->fd, F_SETPIPE_SZ, PIPE_BYTES);
	*ret_git = git;
	return 0;
}

ssize_t git_read(struct git *git, char *buffer, size_t size)
{
	ssize_t n;

	do {
		n = read(git->fd, buffer, size);
	} while (n < 0 && errno == EINTR);
	return n < 0 ? -errno : n;
}

int git_end(struct git *git)
{
	int status = 0;
	pid_t pid;

	if (git == NULL)
		return 0;
	(void)close(git->fd);
	do {
		pid = waitpid(git->pid, &status, 0);
	} while (pid < 0 && errno == EINTR);
	g_free(git);
	return pid >= 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : -ECHILD;
}
