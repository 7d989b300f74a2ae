/*
 * log - the commits in what `git log -p` prints
 *
 * Each commit begins with a head in a format of ours, and its diff follows:
 *
 *     NUL nonce NUL hash NUL date NUL name NUL address NUL message NUL nonce NUL LF diff
 *
 * The nonce is made anew for each run, so that no message can hold it; and no line of a diff begins
 * with NUL, since its first byte tells what kind of line it is.  So neither can pretend to be a
 * head.  Bytes may be cut anywhere.  A message is kept up to LOG_MESSAGE_BYTES_MAX, a diff up to
 * LOG_DIFF_BYTES_MAX; the rest is read and forgotten.
 */
#ifndef DAEMON_COMMITS_LOG_H
#define DAEMON_COMMITS_LOG_H

#include "parser/view.h"

#define LOG_NONCE_CHARS 32

/* What is longer is cut. */
#define LOG_MESSAGE_BYTES_MAX ((size_t)1 << 20)

/* No stored patch has a larger diff, since a mail may not be larger (submission.h). */
#define LOG_DIFF_BYTES_MAX ((size_t)64 << 20)

/* Views live during the call. */
struct log_record {
	struct view id;
	struct view date; /* of the author: seconds since 1970 */
	struct view name; /* the author's */
	struct view email;
	struct view message;
	struct view diff;
	bool is_diff_cut;
};

/* Takes a commit; what it returns other than 0 ends the reading. */
typedef int log_commit(void *context, const struct log_record *record);

struct log;

/* `nonce` has LOG_NONCE_CHARS characters. */
struct log *log_new(const char *nonce, log_commit *commit, void *context);
void log_free(struct log *log);
void log_free_ptr(struct log **log);

/* What to ask git for: the value of --format; g_free() it. */
char *log_format(const char *nonce);

/*
 * Take more of the output.  Returns 0, -EPROTO for what is no output of such a command, or what the
 * callback returned.
 */
int log_feed(struct log *log, struct view bytes);

/* The output has ended, as a whole: take the last commit. */
int log_end(struct log *log);

#endif
