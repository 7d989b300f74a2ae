/*
 * git - runs the program git
 *
 * Git reads its configuration; safe.directory says which repositories of other users it may open.
 * If a repository is given, variables of the environment that name one are ignored.  Git never asks
 * for a password, has its own process group, and gets SIGTERM when the thread that started it ends.
 */
#ifndef DAEMON_GIT_H
#define DAEMON_GIT_H

#include <glib.h>
#include <sys/types.h>

#include "parser/view.h"

struct git;

enum git_option {
	GIT_INPUT = 1,      /* git_write() writes its standard input; otherwise it is empty */
	GIT_COMPLAINTS = 2, /* its standard error is read; otherwise it is inherited */
	GIT_HERE = 4,       /* the repository is that directory, not a parent of it */
};

/*
 * Start git in `repository` (NULL: by the environment and the current directory).  `arguments`
 * (char *) begin with git's command.  `options` are of enum git_option.  Returns 0 or -errno;
 * -ENOENT: git is not installed.
 */
int git_start(const char *repository, const GPtrArray *arguments, unsigned options,
	      struct git **ret_git);

/* The same; git and the programs that it starts inherit the descriptor `kept_fd` (-1: none). */
int git_start_keeping(const char *repository, const GPtrArray *arguments, unsigned options,
		      int kept_fd, struct git **ret_git);

/* Once `stop_fd` is readable, reading ends with -ECANCELED.  The caller closes it. */
void git_stop_at(struct git *git, int stop_fd);

/*
 * Read its standard output as read(2) does; an error is -errno.  With GIT_COMPLAINTS, its standard
 * error is appended to `complaints`, and is complete when git_read() returns 0; without that option
 * `complaints` is NULL.  Of more than GIT_COLLECT_BYTES_MAX it gets the end.
 */
#define GIT_COLLECT_BYTES_MAX ((size_t)1 << 20)
ssize_t git_read_both(struct git *git, char *buffer, size_t size, GString *complaints);

/* The same without GIT_COMPLAINTS. */
ssize_t git_read(struct git *git, char *buffer, size_t size);

/* Write all of `bytes` to its standard input.  Returns 0 or -errno; -EPIPE: git has ended. */
int git_write(struct git *git, struct view bytes);

/* The number of bytes that can be written before git reads. */
size_t git_input_capacity(const struct git *git);

/*
 * Git's error message in the text of its standard error, on one line and without messages of
 * progress; NULL if there is none.  The caller frees it with g_free().
 */
char *git_error(const GString *complaints);

/*
 * Read all output.  `output` and `complaints` (with GIT_COMPLAINTS) may be NULL; of more than
 * GIT_COLLECT_BYTES_MAX they get the end.  Returns 0, -ECANCELED, -ETIMEDOUT if git prints nothing
 * for `quiet_secs` (0: no limit), or another -errno.
 */
int git_collect(struct git *git, int quiet_secs, GString *output, GString *complaints);

/*
 * Close the pipes, wait until git ends, and free `git` (may be NULL).  Returns 0 if its exit status
 * is 0, otherwise -ECHILD.  A git that is still writing gets SIGPIPE.
 */
int git_end(struct git *git);

/*
 * Terminate git and the programs that it started by SIGTERM, and by SIGKILL when git has ended or
 * after 5 seconds; free `git` (may be NULL).
 */
void git_kill(struct git *git);

/* Run git with short output: git_start(), git_collect(), git_end(). */
int git_run(const char *repository, const GPtrArray *arguments, unsigned options, GString *output,
	    GString *complaints);

/* An array of arguments for the functions above; the last argument of the call is NULL. */
GPtrArray *git_arguments(const char *word, ...) __attribute__((__sentinel__));

#endif
