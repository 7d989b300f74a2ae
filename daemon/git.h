/*
 * git - git, run as a program
 *
 * Git reads its configuration: safe.directory says which repositories of other users it may open.
 * Variables of the environment that name a repository are ignored where one is named here.  Git
 * never asks for a password, has a process group of its own, and is told to end (SIGTERM) when the
 * thread that started it ends.
 */
#ifndef DAEMON_GIT_H
#define DAEMON_GIT_H

#include <glib.h>
#include <sys/types.h>

#include "parser/view.h"

struct git;

enum git_option {
	GIT_INPUT = 1, /* its standard input is written by git_write(); otherwise it is empty */
	GIT_COMPLAINTS = 2, /* its standard error is read by git_collect(); otherwise it is ours */
	GIT_HERE = 4,       /* the repository is that folder, and none of the folders above it */
};

/*
 * Start git in `repository` (NULL: where the environment and the current folder say).  `words` are
 * its arguments from the command on, char *.  `options` are of enum git_option.  Returns 0 or
 * -errno; -ENOENT: there is no git.
 */
int git_start(const char *repository, const GPtrArray *words, unsigned options,
	      struct git **ret_git);

/* Once `stop_fd` is readable, reading ends with -ECANCELED.  The caller closes it. */
void git_stop_at(struct git *git, int stop_fd);

/* Read its standard output, as read(2); -errno. */
ssize_t git_read(struct git *git, char *buffer, size_t size);

/* Write all of `bytes` to its standard input.  Returns 0 or -errno; -EPIPE: git has ended. */
int git_write(struct git *git, struct view bytes);

/* The bytes that can be written while git reads nothing. */
size_t git_input_capacity(const struct git *git);

/*
 * Read to the end what it prints; `output` and `complaints` (with GIT_COMPLAINTS) may be NULL and
 * get at most GIT_COLLECT_BYTES_MAX each.  Returns 0, -ECANCELED, -ETIMEDOUT if it prints nothing
 * for `quiet_secs` (0: there is no limit), or another -errno.
 */
#define GIT_COLLECT_BYTES_MAX ((size_t)1 << 20)
int git_collect(struct git *git, int quiet_secs, GString *output, GString *complaints);

/*
 * Wait for its end, and release it; NULL is nothing to end.  Its standard input is closed before.
 * Returns 0 if git ended well, -ECHILD if it did not, or -errno.
 */
int git_end(struct git *git);

/* Make git end, and release it: SIGTERM, and SIGKILL some seconds later. */
void git_kill(struct git *git);

/* Run git to its end, of which the output is short: git_start(), git_collect(), git_end(). */
int git_run(const char *repository, const GPtrArray *words, unsigned options, GString *output,
	    GString *complaints);

/* The words of a command line, which end with NULL, as an array for the functions above. */
GPtrArray *git_words(const char *word, ...) __attribute__((__sentinel__));

#endif
