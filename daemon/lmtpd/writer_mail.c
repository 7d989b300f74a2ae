/* writer_mail - mails and queues of them; see writer_mail.h and writer_private.h */
#include <assert.h>

#include "daemon/clock.h"
#include "daemon/lmtpd/writer_private.h"

void writer_copy_field(char *to, struct view from)
{
	size_t n = from.len < WRITER_FIELD_BYTES - 1 ? from.len : WRITER_FIELD_BYTES - 1;

	if (n > 0)
		memcpy(to, from.ptr, n);
	to[n] = '\0';
}

static struct view trim(struct view v)
{
	while (v.len > 0 && (unsigned char)v.ptr[0] <= ' ')
		v = view_skip(v, 1);
	while (v.len > 0 && (unsigned char)v.ptr[v.len - 1] <= ' ')
		v.len--;
	return v;
}

/* The Message-ID is searched in this much of a mail. */
#define FRONT_BYTES ((size_t)64 << 10)

/*
 * Simpler than the parser: this is for the log entry of a mail that is never parsed.  It runs in
 * the event loop, so its time is bounded.
 */
static void note_message_id(struct writer_mail *mail)
{
	const struct view name = VIEW("Message-ID:");
	struct view rest, line;

	if (mail->text == NULL || spool_view(mail->text, &rest) != 0)
		return;
	rest = view_head(rest, MIN(rest.len, FRONT_BYTES));
	while (view_next_line(&rest, &line) && line.len > 0) {
		if (!view_istarts(line, name))
			continue;
		line = trim(view_skip(line, name.len));
		if (line.len == 0 && view_next_line(&rest, &line))
			line = trim(line);
		writer_copy_field(mail->message_id, line);
		break;
	}
	spool_unmap(mail->text);
}

struct writer_mail *writer_mail_new(struct spool *text, size_t list_count)
{
	struct writer_mail *mail = g_new0(struct writer_mail, 1);

	assert(list_count <= WRITER_LISTS_MAX);
	mail->text = text;
	mail->arrived_usecs = clock_monotonic_usecs();
	note_message_id(mail);
	mail->list_count = list_count;
	mail->lists = g_new0(char *, list_count);
	mail->results = g_new0(struct writer_result, list_count);
	return mail;
}

void writer_mail_set_list(struct writer_mail *mail, size_t list, struct view list_id)
{
	mail->lists[list] = g_strndup(list_id.ptr != NULL ? list_id.ptr : "", list_id.len);
}

void writer_mail_free(struct writer_mail *mail)
{
	if (mail == NULL)
		return;
	for (size_t i = 0; i < mail->list_count; i++)
		g_free(mail->lists[i]);
	g_free(mail->lists);
	g_free(mail->results);
	spool_free(mail->text);
	g_free(mail);
}

/* ---- queues */

void mail_queue_add(struct mail_queue *queue, struct writer_mail *mail)
{
	mail->next = NULL;
	if (queue->last == NULL)
		queue->first = mail;
	else
		queue->last->next = mail;
	queue->last = mail;
	queue->count++;
}

struct writer_mail *mail_queue_take(struct mail_queue *queue)
{
	struct writer_mail *mail = queue->first;

	if (mail == NULL)
		return NULL;
	queue->first = mail->next;
	if (queue->first == NULL)
		queue->last = NULL;
	queue->count--;
	return mail;
}

void mail_queue_put_back(struct mail_queue *queue, struct writer_mail *mail)
{
	if (queue->last == NULL)
		queue->last = mail;
	mail->next = queue->first;
	queue->first = mail;
	queue->count++;
}

void mail_queue_done(struct mail_queue *queue)
{
	struct writer_mail *mail;

	while ((mail = mail_queue_take(queue)) != NULL)
		writer_mail_free(mail);
}
