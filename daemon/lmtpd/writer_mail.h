/*
 * writer_mail - a mail given to a writer, and its results
 */
#ifndef DAEMON_LMTPD_WRITER_MAIL_H
#define DAEMON_LMTPD_WRITER_MAIL_H

#include "daemon/lmtpd/spool.h"
#include "daemon/outcome.h"
#include "parser/view.h"

/* Limits of a transaction; a message in a spool file is stored alone. */
#define WRITER_BATCH_MESSAGES_MAX 128
#define WRITER_BATCH_BYTES_MAX    ((size_t)4 << 20)

/* Distinct list ids of one mail. */
#define WRITER_LISTS_MAX WRITER_BATCH_MESSAGES_MAX

/* Strings for the log are truncated to this, with NUL. */
#define WRITER_FIELD_BYTES 256

/* The result of a mail for one list. */
struct writer_result {
	enum outcome outcome;
	enum verdict verdict;
	int error; /* -errno of OUTCOME_DEFERRED */
	int32_t id;
	int32_t series_id;
	int64_t batch_usecs;   /* duration of its batch */
	size_t batch_messages; /* messages in its batch */
	char message_id[WRITER_FIELD_BYTES];
	char list_id[WRITER_FIELD_BYTES];
	char project[WRITER_FIELD_BYTES];
};

struct writer_mail {
	struct writer_mail *next;
	void *owner;                         /* not used by the writer */
	struct spool *text;                  /* finished */
	char message_id[WRITER_FIELD_BYTES]; /* for the log, if it is never parsed */
	int64_t arrived_usecs;
	bool is_given_up; /* under the writer's lock */
	size_t list_count;
	char **lists;                  /* an empty one stands for the list id in the headers */
	struct writer_result *results; /* one per list; valid once writer_done() returns the mail */
};

/* Takes ownership of `text`.  Set each list by writer_mail_set_list(). */
struct writer_mail *writer_mail_new(struct spool *text, size_t list_count);
void writer_mail_set_list(struct writer_mail *mail, size_t list, struct view list_id);
void writer_mail_free(struct writer_mail *mail);

#endif
