/*
 * commit_batch - looks up and stores the commits of a log in batches
 *
 * Records of the log are parsed into commits, and stored COMMITS_BATCH_MAX at a time.  The handler
 * is called for each commit after its batch is committed.
 */
#ifndef DAEMON_COMMITS_COMMIT_BATCH_H
#define DAEMON_COMMITS_COMMIT_BATCH_H

#include "daemon/commits/commit_log.h"
#include "sql/commits/commits.h"

/* Gets a commit and its result; views live during the call. */
typedef void commit_batch_handler(void *context, const struct commit *commit,
				  const struct commits_outcome *outcome);

struct commit_batch;

struct commit_batch *commit_batch_new(struct commits *commits, commit_batch_handler *handler,
				      void *context);
void commit_batch_free(struct commit_batch *batch);
void commit_batch_free_ptr(struct commit_batch **batch);

/*
 * Add a commit of the log.  Returns 0, -ENOMEM, -EPROTO if the record is not one of git, or an
 * error of commits_store().
 */
int commit_batch_add(struct commit_batch *batch, const struct commit_log_record *record);

/* Store the last, incomplete batch. */
int commit_batch_flush(struct commit_batch *batch);

#endif
