/* writer_batch - the current batch; see writer_private.h */
#include <errno.h>
#include <malloc.h>

#include "daemon/clock.h"
#include "daemon/log.h"
#include "daemon/lmtpd/writer_private.h"

/* ---- taking it */

void writer_sweep(struct writer *writer)
{
	struct mail_queue kept = { 0 };
	struct writer_mail *mail;

	while ((mail = mail_queue_take(&writer->queue)) != NULL)
		mail_queue_add(mail->is_given_up ? &writer->done : &kept, mail);
	writer->queue = kept;
}

static void add_entries(struct writer *writer, struct writer_mail *mail)
{
	for (size_t i = 0; i < mail->list_count; i++) {
		struct entry *entry = &writer->entries[writer->count++];

		entry->mail = mail;
		entry->result = &mail->results[i];
		entry->is_decided = false;
		*entry->result = (struct writer_result){ .outcome = OUTCOME_DEFERRED };
	}
}

void writer_take_batch(struct writer *writer)
{
	struct mail_queue batch = { 0 };
	size_t bytes = 0;

	writer_sweep(writer);
	writer->count = 0;
	while (writer->queue.first != NULL) {
		struct writer_mail *mail = writer->queue.first;
		bool is_alone = spool_is_file(mail->text);

		bytes += spool_bytes(mail->text);
		if (batch.count > 0 && (writer->count + mail->list_count > writer->batch_max ||
					bytes > WRITER_BATCH_BYTES_MAX || is_alone))
			break;
		(void)mail_queue_take(&writer->queue);
		mail_queue_add(&batch, mail);
		add_entries(writer, mail);
		if (is_alone)
			break;
	}
	writer->batch = batch.first;
}

/* ---- reading it */

static void decide_entry(struct entry *entry, enum outcome outcome, int error)
{
	entry->result->outcome = outcome;
	entry->result->error = error;
	entry->is_decided = true;
}

/* The log entry is written when the arena has been reset. */
static void copy_log_fields(const struct writer *writer, const struct entry *entry)
{
	const struct submission *s = &entry->ingest.submission;
	const struct project *project = NULL;

	if (entry->ingest.delivery.project_id != 0)
		project = catalog_project(store_catalog(writer->store),
					  entry->ingest.delivery.project_id);
	writer_copy_field(entry->result->message_id, s->msgid);
	writer_copy_field(entry->result->project,
			  view_str(project != NULL ? project->link_name : NULL));
	writer_copy_field(entry->result->list_id, project != NULL ? view_str(project->list_id)
						  : s->list_id_count > 0 ? s->list_ids[0]
									 : view_str(NULL));
}

static int read_text(struct writer *writer, struct entry *entry, enum ingested *ret_ingested)
{
	const char *list = entry->mail->lists[entry->result - entry->mail->results];
	struct view raw;
	int r = spool_view(entry->mail->text, &raw);

	if (r != 0)
		return r;
	if (entry->arena == NULL)
		entry->arena = arena_new(SUBMISSION_ARENA_BYTES_MAX);
	if (entry->arena == NULL)
		return -ENOMEM;
	memset(&entry->ingest, 0, sizeof(entry->ingest));
	entry->ingest.is_cut = spool_is_cut(entry->mail->text);
	entry->ingest.list_id = view_str(list[0] != '\0' ? list : NULL);
	writer_set_reading(writer, true);
	r = ingest_read(entry->arena, raw, store_catalog(writer->store), &entry->ingest,
			ret_ingested);
	writer_set_reading(writer, false);
	return r;
}

/* Parse the batch.  Returns the number of deliveries. */
static size_t read_batch(struct writer *writer)
{
	size_t count = 0;

	for (size_t i = 0; i < writer->count; i++) {
		struct entry *entry = &writer->entries[i];
		enum ingested ingested = INGEST_IGNORE;
		int r = read_text(writer, entry, &ingested);

		if (r != 0) {
			decide_entry(entry, OUTCOME_DEFERRED, r);
			continue;
		}
		copy_log_fields(writer, entry);
		if (ingested == INGEST_IGNORE) {
			decide_entry(entry, OUTCOME_IGNORED, 0);
			continue;
		}
		writer->deliveries[count] = entry->ingest.delivery;
		writer->delivered[count++] = entry;
	}
	return count;
}

/* ---- storing it */

static void take_verdicts(struct writer *writer, size_t from, size_t count)
{
	for (size_t i = from; i < from + count; i++) {
		const struct delivery *delivery = &writer->deliveries[i];
		struct entry *entry = writer->delivered[i];

		entry->result->verdict = delivery->verdict;
		entry->result->id = delivery->id;
		entry->result->series_id = delivery->series_id;
		if (delivery->verdict == VERDICT_NO_ROOM)
			log_line(LOG_ERR, "no room to hold more mail; see patchmda held");
		decide_entry(entry, outcome_of(delivery->verdict),
			     delivery->verdict == VERDICT_NO_ROOM ? -ENOSPC : 0);
	}
}

static void defer(struct writer *writer, size_t from, size_t count, int error)
{
	log_line(LOG_ERR, "%zu message(s) deferred: %s", count, store_error(writer->store));
	for (size_t i = from; i < from + count; i++)
		decide_entry(writer->delivered[i], OUTCOME_DEFERRED, error);
}

/*
 * Store a part of the batch.  If one message may have made it fail, the part is halved until that
 * message is found.  Returns 0 when all are decided, or -ENOTCONN.
 */
static int store_some(struct writer *writer, size_t from, size_t count)
{
	int r;

	if (count == 0)
		return 0;
	writer_set_busy(writer, true);
	r = store_deliver(writer->store, writer->deliveries + from, count);
	writer_set_busy(writer, false);
	switch (r) {
	case 0:
		take_verdicts(writer, from, count);
		return 0;
	case -ENOTCONN:
	case -EROFS:
		return -ENOTCONN;
	case -EBUSY:
	case -ENOSPC:
	case -EACCES:
		defer(writer, from, count, r);
		return 0;
	default:
		break;
	}
	if (count == 1) {
		defer(writer, from, count, r);
		return 0;
	}
	r = store_some(writer, from, count / 2);
	return r == 0 ? store_some(writer, from + count / 2, count - count / 2) : r;
}

/* ---- giving it back */

static bool mail_is_decided(const struct writer *writer, const struct writer_mail *mail)
{
	for (size_t i = 0; i < writer->count; i++)
		if (writer->entries[i].mail == mail && !writer->entries[i].is_decided)
			return false;
	return true;
}

/* Return each mail of the batch to the caller, or queue it again if it is undecided. */
static void give_back(struct writer *writer, int64_t began_usecs)
{
	struct writer_mail *mail, *next, *again = NULL;
	int64_t took_usecs = clock_monotonic_usecs() - began_usecs;

	for (size_t i = 0; i < writer->count; i++) {
		writer->entries[i].result->batch_usecs = took_usecs;
		writer->entries[i].result->batch_messages = writer->count;
	}
	(void)pthread_mutex_lock(&writer->lock);
	for (mail = writer->batch; mail != NULL; mail = next) {
		next = mail->next;
		if (mail_is_decided(writer, mail)) {
			mail_queue_add(&writer->done, mail);
		} else {
			mail->next = again;
			again = mail;
		}
	}
	/* A mail that failed alone may be the cause: others are tried before it. */
	if (again != NULL && writer->count == again->list_count)
		mail_queue_add(&writer->queue, again);
	else
		for (mail = again; mail != NULL; mail = next) {
			next = mail->next;
			mail_queue_put_back(&writer->queue, mail);
		}
	writer->batch = NULL;
	writer->state.batches++;
	(void)pthread_mutex_unlock(&writer->lock);
	writer_notify_caller(writer);
}

static void drop_arenas(struct writer *writer)
{
	for (size_t i = 0; i < WRITER_BATCH_MESSAGES_MAX; i++)
		if (writer->entries[i].arena != NULL)
			arena_reset(writer->entries[i].arena);
}

/* After a batch that broke the connection the next is smaller, to find a message that does so. */
static void adapt_batch(struct writer *writer, int result)
{
	if (result == 0)
		writer->batch_max *= 2;
	else
		writer->batch_max = writer->count / 2;
	if (writer->batch_max < 1)
		writer->batch_max = 1;
	if (writer->batch_max > WRITER_BATCH_MESSAGES_MAX)
		writer->batch_max = WRITER_BATCH_MESSAGES_MAX;
}

void writer_run_batch(struct writer *writer)
{
	int64_t began_usecs = clock_monotonic_usecs();
	bool was_large = spool_is_file(writer->batch->text);
	size_t count;
	int r;

	count = read_batch(writer);
	r = store_some(writer, 0, count);
	if (was_large)
		spool_unmap(writer->batch->text);
	if (r != 0)
		writer_lose_connection(writer);
	else if (count > 0)
		writer->pause_usecs = 0;
	adapt_batch(writer, r);
	give_back(writer, began_usecs);
	drop_arenas(writer);
	if (was_large)
		(void)malloc_trim(0);
	if (r != 0)
		writer_pause(writer);
}
