/*
 * batch - commits on their way from git to the database
 *
 * Records of the log are read into commits, and some hundred of them are looked up and stored at
 * a time.  Each is told when all of its batch is committed.
 */
#ifndef DAEMON_COMMITS_BATCH_H
#define DAEMON_COMMITS_BATCH_H

#include "daemon/commits/log.h"
#include "sql/commits/commits.h"

/* Told of a commit and what became of it; views live during the call. */
typedef void commit_told(void *context, const struct commit *commit,
			 const struct commits_outcome *outcome);

struct commit_batch;

struct commit_batch *commit_batch_new(struct commits *commits, commit_told *tell, void *context);
void commit_batch_free(struct commit_batch *batch);
void commit_batch_free_ptr(struct commit_batch **batch);

/*
 * Add a commit of the log.  Returns 0, -ENOMEM, -EPROTO for a record that is none of git's, or what
 * commits_store() returns.
 */
int commit_batch_add(struct commit_batch *batch, const struct log_record *record);

/* Store what is left. */
int commit_batch_flush(struct commit_batch *batch);

#endif
