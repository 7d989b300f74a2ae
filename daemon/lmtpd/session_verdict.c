/* session_verdict - how mail fared, in the log and to the client; see server_inside.h */
#include <errno.h>

#include "daemon/log.h"
#include "daemon/lmtpd/server_private.h"

static void log_result(struct server *server, const struct writer_mail *mail,
		       const struct writer_result *result)
{
	struct log_mail entry = {
		.outcome = outcome_words[result->outcome].name,
		.verdict = result->outcome == OUTCOME_DEFERRED
				   ? outcome_status(result->error)
				   : outcome_verdict_name(result->verdict),
		.message_id = result->message_id[0] != '\0' ? result->message_id : mail->message_id,
		.list_id = result->list_id,
		.project = result->project,
		.id = result->id,
		.series_id = result->series_id,
		.bytes = spool_bytes(mail->text),
		.waiting_usecs = writer_now() - mail->arrived_usecs,
		.batch_usecs = result->batch_usecs,
		.batch_messages = result->batch_messages,
	};

	server->counts[result->outcome]++;
	log_mail(&entry);
}

static void deferral(char *reply, int error)
{
	const char *words = error == -ENOTCONN    ? "no database"
			    : error == -ETIMEDOUT ? "it took too long"
			    : error == -ENOSPC    ? "no space"
						  : "not now";

	(void)g_snprintf(reply, LMTP_REPLY_BYTES_MAX, "451 %s %s, try again later",
			 outcome_status(error), words);
}

/* Every recipient gets the same, for a reason of ours. */
void session_say_later(struct session *session, int error)
{
	size_t count = lmtp_recipient_count(session->lmtp);
	char reply[LMTP_REPLY_BYTES_MAX];

	deferral(reply, error);
	for (size_t i = 0; i < count; i++)
		lmtp_answer(session->lmtp, reply);
}

/* The mail is not waited for any longer; the writer gives it back later, to nobody. */
void session_abandon(struct session *session)
{
	session->mail->owner = NULL;
	writer_give_up(session->lane->writer, session->mail);
	session->mail = NULL;
}

static void after_answer(struct session *session)
{
	session->mail = NULL;
	session->active_usecs = session->answered_usecs = writer_now();
	if (session->server->is_stopping)
		lmtp_close(session->lmtp, "421 4.3.2 going down");
	session_go_on(session);
}

/* The writer gave this mail back. */
static void answer(struct session *session, const struct writer_mail *mail)
{
	size_t count = lmtp_recipient_count(session->lmtp);
	char reply[LMTP_REPLY_BYTES_MAX];

	for (size_t i = 0; i < count; i++) {
		const struct writer_result *result =
			&mail->results[lmtp_recipient_list(session->lmtp, i)];

		if (result->outcome == OUTCOME_DEFERRED)
			deferral(reply, result->error);
		else
			(void)g_strlcpy(reply, outcome_words[result->outcome].lmtp_reply,
					sizeof(reply));
		lmtp_answer(session->lmtp, reply);
	}
	after_answer(session);
}

void session_answer_late(struct session *session, int error)
{
	struct writer_result result = { .outcome = OUTCOME_DEFERRED, .error = error };

	log_result(session->server, session->mail, &result);
	session_abandon(session);
	session_say_later(session, error);
	after_answer(session);
}

void session_take_back(struct server *server, struct writer_mail *mail)
{
	struct session *session = mail->owner;

	if (session != NULL) {
		answer(session, mail);
		for (size_t i = 0; i < mail->list_count; i++)
			log_result(server, mail, &mail->results[i]);
	}
	writer_mail_free(mail);
}
