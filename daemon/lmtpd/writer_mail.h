/*
 * writer_mail - a mail on its way through the writer, and how it fared
 */
#ifndef DAEMON_WRITER_MAIL_H
#define DAEMON_WRITER_MAIL_H

#include "daemon/lmtpd/spool.h"
#include "daemon/outcome.h"
#include "parser/view.h"

/* One transaction takes as many messages and bytes; a message in a file goes alone. */
#define WRITER_BATCH_MESSAGES_MAX 128
#define WRITER_BATCH_BYTES_MAX    ((size_t)4 << 20)

/* More list ids than this one mail may not be for. */
#define WRITER_LISTS_MAX WRITER_BATCH_MESSAGES_MAX

#define WRITER_WORD_BYTES 256

/* How a mail fared as one for one list. */
struct writer_result {
	enum outcome outcome;
	enum verdict verdict;
	int error; /* -errno of OUTCOME_DEFERRED */
	int32_t id;
	int32_t series_id;
	int64_t batch_usecs;   /* of the batch that stored it: how long it took, */
	size_t batch_messages; /* and how many messages it had */
	char message_id[WRITER_WORD_BYTES];
	char list_id[WRITER_WORD_BYTES];
	char project[WRITER_WORD_BYTES];
};

struct writer_mail {
	struct writer_mail *next;
	void *owner;                        /* the caller's; the writer does not look at it */
	struct spool *text;                 /* finished */
	char message_id[WRITER_WORD_BYTES]; /* for the log, if it cannot be parsed any more */
	int64_t arrived_usecs;
	bool is_given_up; /* the writer's */
	size_t list_count;
	char **lists;                  /* an empty one: as the headers have it */
	struct writer_result *results; /* one a list; the writer's until the mail comes back */
};

/* A mail for as many lists; absent ones are as the headers have it.  Takes `text` over. */
struct writer_mail *writer_mail_new(struct spool *text, size_t list_count);
void writer_mail_set_list(struct writer_mail *mail, size_t list, struct view list_id);
void writer_mail_free(struct writer_mail *mail);

#endif
