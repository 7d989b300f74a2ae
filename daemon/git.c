/* git - runs the program git; see git.h */
#define _GNU_SOURCE /* F_SETPIPE_SZ */
#include "daemon/git.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* Git can run ahead while a batch is stored.  An unprivileged user gets at most this (pipe(7)). */
#define PIPE_BYTES (1 << 20)

/* Every pipe has room for a page. */
#define PIPE_BYTES_MIN 4096

/* After SIGTERM git has this time to remove its temporary files. */
#define END_MSECS          5000
#define END_POLL_MSECS_MAX 20

struct git {
	GPid pid;
	int input; /* -1, like the next two: none */
	int output;
	int complaints;
	int stop_fd;
	size_t input_bytes; /* that its pipe takes */
};

/* Variables to unset: these change diffs, and the next name a repository. */
static const char *const layout_variables[] = { "GIT_DIFF_OPTS", "GIT_EXTERNAL_DIFF" };
static const char *const location_variables[] = {
	"GIT_DIR",        "GIT_WORK_TREE",        "GIT_INDEX_FILE",
	"GIT_COMMON_DIR", "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES",
	"GIT_NAMESPACE",  "GIT_PREFIX",
};

static char **environment(const char *repository, unsigned options)
{
	char **env = g_get_environ();

	for (size_t i = 0; i < G_N_ELEMENTS(layout_variables); i++)
		env = g_environ_unsetenv(env, layout_variables[i]);
	for (size_t i = 0; repository != NULL && i < G_N_ELEMENTS(location_variables); i++)
		env = g_environ_unsetenv(env, location_variables[i]);
	if ((options & GIT_HERE) != 0) {
		g_autofree char *path = realpath(repository, NULL);
		g_autofree char *above = path != NULL ? g_path_get_dirname(path) : NULL;

		if (above != NULL)
			env = g_environ_setenv(env, "GIT_CEILING_DIRECTORIES", above, TRUE);
	}
	env = g_environ_setenv(env, "GIT_ATTR_NOSYSTEM", "1", TRUE);
	/* A file that does not exist: otherwise git prints that grafts are deprecated. */
	env = g_environ_setenv(env, "GIT_GRAFT_FILE", "/dev/null/none", TRUE);
	env = g_environ_setenv(env, "GIT_OPTIONAL_LOCKS", "0", TRUE);
	env = g_environ_setenv(env, "GIT_TERMINAL_PROMPT", "0", TRUE);
	return g_environ_setenv(env, "LC_ALL", "C", TRUE);
}

static GPtrArray *command_line(const char *repository, const GPtrArray *arguments)
{
	GPtrArray *line = g_ptr_array_new_with_free_func(g_free);

	g_ptr_array_add(line, g_strdup("git"));
	if (repository != NULL) {
		g_ptr_array_add(line, g_strdup("-C"));
		g_ptr_array_add(line, g_strdup(repository));
	}
	g_ptr_array_add(line, g_strdup("--no-pager"));
	g_ptr_array_add(line, g_strdup("--no-replace-objects"));
	for (guint i = 0; i < arguments->len; i++)
		g_ptr_array_add(line, g_strdup(arguments->pdata[i]));
	g_ptr_array_add(line, NULL);
	return line;
}

GPtrArray *git_arguments(const char *word, ...)
{
	GPtrArray *arguments = g_ptr_array_new_with_free_func(g_free);
	va_list rest;

	va_start(rest, word);
	for (; word != NULL; word = va_arg(rest, const char *))
		g_ptr_array_add(arguments, g_strdup(word));
	va_end(rest);
	return arguments;
}

/* In the child: a process group of its own, so that its children end with it. */
static void set_up(void *context)
{
	const int *kept_fd = context;

	(void)setpgid(0, 0);
	(void)prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (*kept_fd >= 0)
		(void)fcntl(*kept_fd, F_SETFD, 0);
}

/* Returns how many bytes it takes. */
static size_t prepare_pipe(int fd)
{
	int bytes;

	if (fd < 0)
		return 0;
	(void)fcntl(fd, F_SETFD, FD_CLOEXEC);
	(void)fcntl(fd, F_SETPIPE_SZ, PIPE_BYTES);
	bytes = fcntl(fd, F_GETPIPE_SZ);
	return bytes > 0 ? (size_t)bytes : PIPE_BYTES_MIN;
}

/* GLib reports errno of execve(2) by a code of its own; other codes are of fork(2) and pipe(2). */
static int spawn_errno(const GError *error)
{
	static const struct {
		int code, errnum;
	} codes[] = {
		{ G_SPAWN_ERROR_ACCES, EACCES },
		{ G_SPAWN_ERROR_PERM, EPERM },
		{ G_SPAWN_ERROR_TOO_BIG, E2BIG },
		{ G_SPAWN_ERROR_NOEXEC, ENOEXEC },
		{ G_SPAWN_ERROR_NAMETOOLONG, ENAMETOOLONG },
		{ G_SPAWN_ERROR_NOENT, ENOENT },
		{ G_SPAWN_ERROR_NOMEM, ENOMEM },
		{ G_SPAWN_ERROR_NOTDIR, ENOTDIR },
		{ G_SPAWN_ERROR_LOOP, ELOOP },
		{ G_SPAWN_ERROR_TXTBUSY, ETXTBSY },
		{ G_SPAWN_ERROR_IO, EIO },
		{ G_SPAWN_ERROR_NFILE, ENFILE },
		{ G_SPAWN_ERROR_MFILE, EMFILE },
		{ G_SPAWN_ERROR_INVAL, EINVAL },
		{ G_SPAWN_ERROR_ISDIR, EISDIR },
		{ G_SPAWN_ERROR_LIBBAD, ELIBBAD },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(codes); i++)
		if (g_error_matches(error, G_SPAWN_ERROR, codes[i].code))
			return codes[i].errnum;
	return EAGAIN;
}

int git_start_keeping(const char *repository, const GPtrArray *arguments, unsigned options,
		      int kept_fd, struct git **ret_git)
{
	g_autoptr(GPtrArray) line = command_line(repository, arguments);
	g_auto(GStrv) env = environment(repository, options);
	g_autoptr(GError) error = NULL;
	struct git *git = g_new(struct git, 1);

	*git = (struct git){ .input = -1, .output = -1, .complaints = -1, .stop_fd = -1 };
	/* Without other flags standard input is /dev/null, and other descriptors are closed. */
	if (!g_spawn_async_with_pipes(
		    NULL, (char **)line->pdata, env,
		    G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD, set_up, &kept_fd, &git->pid,
		    (options & GIT_INPUT) != 0 ? &git->input : NULL, &git->output,
		    (options & GIT_COMPLAINTS) != 0 ? &git->complaints : NULL, &error)) {
		g_free(git);
		return -spawn_errno(error);
	}
	git->input_bytes = prepare_pipe(git->input);
	(void)prepare_pipe(git->output);
	(void)prepare_pipe(git->complaints);
	*ret_git = git;
	return 0;
}

int git_start(const char *repository, const GPtrArray *arguments, unsigned options,
	      struct git **ret_git)
{
	return git_start_keeping(repository, arguments, options, -1, ret_git);
}

void git_stop_at(struct git *git, int stop_fd)
{
	git->stop_fd = stop_fd;
}

static ssize_t read_pipe(int fd, char *buffer, size_t size)
{
	ssize_t n;

	do {
		n = read(fd, buffer, size);
	} while (n < 0 && errno == EINTR);
	return n < 0 ? -errno : n;
}

/* Wait until one of the pipes is readable: 0, -ECANCELED, -ETIMEDOUT or -errno. */
static int wait_for(const struct git *git, struct pollfd pipes[2], int msecs)
{
	struct pollfd fds[] = { pipes[0], pipes[1], { .fd = git->stop_fd, .events = POLLIN } };
	int r;

	do {
		r = poll(fds, 3, msecs);
	} while (r < 0 && errno == EINTR);
	if (r < 0)
		return -errno;
	pipes[0] = fds[0];
	pipes[1] = fds[1];
	return r == 0 ? -ETIMEDOUT : fds[2].revents != 0 ? -ECANCELED : 0;
}

/* SIGPIPE is suppressed; the caller gets -EPIPE. */
int git_write(struct git *git, struct view bytes)
{
	sigset_t pipe_signal, old;
	struct timespec now = { 0 };
	int r = 0;

	(void)sigemptyset(&pipe_signal);
	(void)sigaddset(&pipe_signal, SIGPIPE);
	(void)pthread_sigmask(SIG_BLOCK, &pipe_signal, &old);
	while (r == 0 && bytes.len > 0) {
		ssize_t n = write(git->input, bytes.ptr, bytes.len);

		if (n >= 0)
			bytes = view_skip(bytes, (size_t)n);
		else if (errno != EINTR)
			r = -errno;
	}
	if (r == -EPIPE && sigismember(&old, SIGPIPE) == 0)
		(void)sigtimedwait(&pipe_signal, NULL, &now);
	(void)pthread_sigmask(SIG_SETMASK, &old, NULL);
	return r;
}

size_t git_input_capacity(const struct git *git)
{
	return git->input_bytes;
}

/*
 * Append the available output of a pipe to `text`.  If the text is too long, its first half is
 * dropped: errors are at the end, after messages of progress.  Returns 1, 0 at the end of the
 * output, or -errno.
 */
static int collect_from(int fd, GString *text)
{
	char buffer[4096];
	ssize_t n = read_pipe(fd, buffer, sizeof(buffer));

	if (n <= 0)
		return (int)n;
	if (text == NULL)
		return 1;
	if (text->len + (size_t)n > GIT_COLLECT_BYTES_MAX)
		g_string_erase(text, 0, (gssize)(text->len / 2));
	g_string_append_len(text, buffer, n);
	return 1;
}

/*
 * Wait for output, and append the complaints that are available.  Returns the events of the output,
 * or -errno.
 */
static int wait_for_output(struct git *git, struct pollfd pipes[2], GString *complaints)
{
	int r = wait_for(git, pipes, -1);

	if (r == 0 && pipes[1].fd >= 0 && pipes[1].revents != 0) {
		r = collect_from(pipes[1].fd, complaints);
		if (r == 0)
			pipes[1].fd = -1;
	}
	return r < 0 ? r : pipes[0].revents;
}

ssize_t git_read_both(struct git *git, char *buffer, size_t size, GString *complaints)
{
	struct pollfd pipes[2] = { { .fd = git->output, .events = POLLIN },
				   { .fd = git->complaints, .events = POLLIN } };
	ssize_t n;
	int r = 0;

	while (r == 0)
		r = wait_for_output(git, pipes, complaints);
	n = r > 0 ? read_pipe(git->output, buffer, size) : r;
	if (n != 0)
		return n;
	/* At the end of the output, the complaints are read to their end. */
	pipes[0].fd = -1;
	for (r = 0; r == 0 && pipes[1].fd >= 0;)
		r = wait_for_output(git, pipes, complaints);
	return r;
}

ssize_t git_read(struct git *git, char *buffer, size_t size)
{
	return git_read_both(git, buffer, size, NULL);
}

/* After a colon, the next line has the reason. */
char *git_error(const GString *complaints)
{
	g_auto(GStrv) lines = g_strsplit_set(complaints->str, "\r\n", -1);
	GString *error = g_string_new(NULL);
	bool is_continued = false;

	for (size_t i = 0; lines[i] != NULL; i++) {
		if (!is_continued && !g_str_has_prefix(lines[i], "fatal: ") &&
		    !g_str_has_prefix(lines[i], "error: "))
			continue;
		g_string_append_printf(error, "%s%s",
				       is_continued     ? " "
				       : error->len > 0 ? "; "
							: "",
				       lines[i]);
		is_continued = g_str_has_suffix(lines[i], ":");
	}
	return g_string_free(error, error->len == 0);
}

int git_collect(struct git *git, int quiet_secs, GString *output, GString *complaints)
{
	struct pollfd pipes[2] = { { .fd = git->output, .events = POLLIN },
				   { .fd = git->complaints, .events = POLLIN } };
	GString *const texts[2] = { output, complaints };
	int r = 0;

	while (r == 0 && (pipes[0].fd >= 0 || pipes[1].fd >= 0)) {
		r = wait_for(git, pipes, quiet_secs > 0 ? quiet_secs * 1000 : -1);
		for (int i = 0; r == 0 && i < 2; i++) {
			if (pipes[i].fd < 0 || pipes[i].revents == 0)
				continue;
			r = collect_from(pipes[i].fd, texts[i]);
			if (r == 0)
				pipes[i].fd = -1;
			r = MIN(r, 0);
		}
	}
	return r;
}

static void close_pipes(struct git *git)
{
	int *const pipes[] = { &git->input, &git->output, &git->complaints };

	for (size_t i = 0; i < G_N_ELEMENTS(pipes); i++) {
		if (*pipes[i] >= 0)
			(void)close(*pipes[i]);
		*pipes[i] = -1;
	}
}

int git_end(struct git *git)
{
	int status = 0;
	pid_t pid;

	if (git == NULL)
		return 0;
	close_pipes(git);
	do {
		pid = waitpid(git->pid, &status, 0);
	} while (pid < 0 && errno == EINTR);
	g_free(git);
	return pid >= 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : -ECHILD;
}

/* Whether git has ended; it keeps its process group until it is waited for. */
static bool has_ended(const struct git *git)
{
	siginfo_t info = { .si_pid = 0 };

	return waitid(P_PID, (id_t)git->pid, &info, WEXITED | WNOWAIT | WNOHANG) != 0 ||
	       info.si_pid != 0;
}

/*
 * The wait is for git alone: a program that it started and that runs longer is killed when git has
 * ended.
 */
void git_kill(struct git *git)
{
	int pause = 1;

	if (git == NULL)
		return;
	close_pipes(git);
	(void)kill(-git->pid, SIGTERM);
	for (int waited = 0; waited < END_MSECS && !has_ended(git); waited += pause) {
		g_usleep((gulong)pause * 1000);
		pause = MIN(2 * pause, END_POLL_MSECS_MAX);
	}
	(void)kill(-git->pid, SIGKILL);
	(void)waitpid(git->pid, NULL, 0);
	g_free(git);
}

int git_run(const char *repository, const GPtrArray *arguments, unsigned options, GString *output,
	    GString *complaints)
{
	struct git *git;
	int r = git_start(repository, arguments, options, &git);

	if (r != 0)
		return r;
	r = git_collect(git, 0, output, complaints);
	if (r == 0)
		return git_end(git);
	git_kill(git);
	return r;
}
