/*
 * commit_log - parses the output of `git log -p`
 *
 * Each commit begins with a head in the format of commit_log_format(), and its diff follows:
 *
 *     NUL nonce NUL hash NUL date NUL name NUL address NUL message NUL nonce NUL LF diff
 *
 * The nonce is random in each run, so that no message contains it, and no line of a diff begins
 * with NUL, because its first byte is the kind of the line.  So neither can imitate a head.  The
 * input may be split anywhere.  A message is kept up to COMMIT_LOG_MESSAGE_BYTES_MAX, a diff up to
 * COMMIT_LOG_DIFF_BYTES_MAX; the rest is discarded.
 */
#ifndef DAEMON_COMMITS_COMMIT_LOG_H
#define DAEMON_COMMITS_COMMIT_LOG_H

#include "parser/view.h"

#define COMMIT_LOG_NONCE_CHARS 32

/* Longer messages are truncated. */
#define COMMIT_LOG_MESSAGE_BYTES_MAX ((size_t)1 << 20)

/* No stored patch has a larger diff, because mail is not larger (submission.h). */
#define COMMIT_LOG_DIFF_BYTES_MAX ((size_t)64 << 20)

/* The fields are bytes as git prints them, perhaps not valid UTF-8; they live during the call. */
struct commit_log_record {
	struct view id;
	struct view date; /* of the author: seconds since 1970 */
	struct view name; /* of the author, like `email` */
	struct view email;
	struct view message;
	struct view diff;
	bool is_diff_cut;
};

/* Gets a commit; a value other than 0 ends reading, and commit_log_feed() returns it. */
typedef int commit_log_handler(void *context, const struct commit_log_record *record);

struct commit_log;

/* `nonce` has COMMIT_LOG_NONCE_CHARS characters.  Never NULL. */
struct commit_log *commit_log_new(const char *nonce, commit_log_handler *commit, void *context);
void commit_log_free(struct commit_log *log);
void commit_log_free_ptr(struct commit_log **log);

/* The value of git's option --format; the caller frees it with g_free(). */
char *commit_log_format(const char *nonce);

/*
 * Parse more output.  Returns 0, -EPROTO if it is not in the format, or the value of the callback.
 */
int commit_log_feed(struct commit_log *log, struct view bytes);

/* The output is complete: pass the last commit to the callback. */
int commit_log_end(struct commit_log *log);

#endif
