/* writer - the one thread that parses and stores; see writer.h */
#define _GNU_SOURCE /* pthread_timedjoin_np() */
#include "daemon/writer.h"

#include <assert.h>
#include <errno.h>
#include <malloc.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "daemon/ingest.h"
#include "daemon/log.h"
#include "daemon/suspects.h"

#define USECS_PER_SEC INT64_C(1000000)

#define REFRESH_USECS   (2 * USECS_PER_SEC)
#define EXPIRE_USECS    (3600 * USECS_PER_SEC)
#define PAUSE_USECS_MIN (USECS_PER_SEC / 10)
#define PAUSE_USECS_MAX (5 * USECS_PER_SEC)

/*
 * After a batch its senders come with their next mails, one after the other: as long as some came
 * in each step, the next batch waits for them, until it is as large as the last one was.
 */
#define GATHER_STEP_USECS 500
#define GATHER_USECS_MAX  5000

/* A connection that lasted this long, or stored something, was good: the next pause is short. */
#define GOOD_USECS (5 * USECS_PER_SEC)

struct queue {
	struct writer_mail *first;
	struct writer_mail *last;
	size_t count;
};

/* One message of the batch in hand: a mail as one for one list. */
struct entry {
	struct writer_mail *mail;
	struct writer_result *result;
	struct arena *arena;
	struct ingest ingest;
	bool is_decided;
};

struct writer {
	pthread_t thread;
	pthread_mutex_t lock; /* of what stands up to the blank line */
	pthread_cond_t wake;
	struct queue queue;
	struct queue done;
	struct writer_state state;
	uint64_t reloads_wanted;
	bool is_stopping;

	/* The thread's own: */
	int event_fd;
	struct store *store;
	bool is_connected;
	int64_t pause_usecs;
	int64_t connected_usecs;
	int64_t refreshed_usecs;
	int64_t expired_usecs;
	char *warnings; /* of the catalog: said already */
	size_t batch_max;
	struct writer_mail *hand; /* the mails of the batch */
	struct entry entries[WRITER_BATCH_MESSAGES_MAX];
	struct delivery deliveries[WRITER_BATCH_MESSAGES_MAX];
	struct entry *delivered[WRITER_BATCH_MESSAGES_MAX]; /* whose delivery that is */
	size_t count;
};

/* ---- mails and queues */

static void copy_word(char *to, struct view from)
{
	size_t n = from.len < WRITER_WORD_BYTES - 1 ? from.len : WRITER_WORD_BYTES - 1;

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

/* Not as the parser would; a line for the log wants a name for what was not even parsed. */
static void note_message_id(struct writer_mail *mail)
{
	const struct view name = VIEW("Message-ID:");
	struct view rest, line;

	if (mail->text == NULL || spool_view(mail->text, &rest) != 0)
		return;
	while (view_next_line(&rest, &line) && line.len > 0) {
		if (!view_istarts(line, name))
			continue;
		line = trim(view_skip(line, name.len));
		if (line.len == 0 && view_next_line(&rest, &line))
			line = trim(line);
		copy_word(mail->message_id, line);
		break;
	}
	spool_unmap(mail->text);
}

struct writer_mail *writer_mail_new(struct spool *text, size_t list_count)
{
	struct writer_mail *mail = g_new0(struct writer_mail, 1);

	assert(list_count <= WRITER_LISTS_MAX);
	mail->text = text;
	mail->arrived_usecs = writer_now();
	note_message_id(mail);
	mail->list_count = list_count;
	mail->lists = g_new0(char *, list_count);
	mail->results = g_new0(struct writer_result, list_count);
	return mail;
}

void writer_mail_set_list(struct writer_mail *mail, size_t list, struct view list_id)
{
	mail->lists[list] =
		g_strndup(list_id.ptr != NULL ? list_id.ptr : "", list_id.len);
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

static void queue_add(struct queue *queue, struct writer_mail *mail)
{
	mail->next = NULL;
	if (queue->last == NULL)
		queue->first = mail;
	else
		queue->last->next = mail;
	queue->last = mail;
	queue->count++;
}

static struct writer_mail *queue_take(struct queue *queue)
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

static void queue_put_back(struct queue *queue, struct writer_mail *mail)
{
	if (queue->last == NULL)
		queue->last = mail;
	mail->next = queue->first;
	queue->first = mail;
	queue->count++;
}

/* ---- the thread and its caller */

int64_t writer_now(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * USECS_PER_SEC + now.tv_nsec / 1000;
}

static void tell_caller(const struct writer *writer)
{
	uint64_t one = 1;

	/* It cannot fail but for a counter that is full, and then it is readable. */
	if (write(writer->event_fd, &one, sizeof(one)) < 0)
		return;
}

static void set_busy(struct writer *writer, bool is_busy)
{
	(void)pthread_mutex_lock(&writer->lock);
	writer->state.busy_usecs = is_busy ? writer_now() : 0;
	(void)pthread_mutex_unlock(&writer->lock);
}

/* Under the lock: sleep until woken, or until the clock says `until_usecs`. */
static void sleep_until(struct writer *writer, int64_t until_usecs)
{
	struct timespec until = { .tv_sec = until_usecs / USECS_PER_SEC,
				  .tv_nsec = until_usecs % USECS_PER_SEC * 1000 };

	(void)pthread_cond_timedwait(&writer->wake, &writer->lock, &until);
}

/* ---- the connection */

static void say_warnings(struct writer *writer)
{
	const char *warnings = catalog_warnings(store_catalog(writer->store));

	if (g_strcmp0(warnings, writer->warnings) != 0 && warnings != NULL)
		log_line(LOG_WARNING, "%s", warnings);
	g_free(writer->warnings);
	writer->warnings = g_strdup(warnings);
}

static void note_refreshed(struct writer *writer, uint64_t reloads)
{
	writer->refreshed_usecs = writer_now();
	(void)pthread_mutex_lock(&writer->lock);
	writer->state.reloads = reloads;
	(void)pthread_mutex_unlock(&writer->lock);
	say_warnings(writer);
	tell_caller(writer);
}

static uint64_t reloads_wanted(struct writer *writer)
{
	uint64_t wanted;

	(void)pthread_mutex_lock(&writer->lock);
	wanted = writer->reloads_wanted;
	(void)pthread_mutex_unlock(&writer->lock);
	return wanted;
}

/* The database is not there. */
static void fall(struct writer *writer)
{
	int64_t now = writer_now();
	bool is_new;

	if (writer->is_connected && now - writer->connected_usecs >= GOOD_USECS)
		writer->pause_usecs = 0;
	writer->is_connected = false;
	(void)pthread_mutex_lock(&writer->lock);
	is_new = writer->state.words[0] == '\0';
	if (writer->state.down_usecs == 0)
		writer->state.down_usecs = now;
	g_strlcpy(writer->state.words, store_error(writer->store),
		  sizeof(writer->state.words));
	(void)pthread_mutex_unlock(&writer->lock);
	if (is_new)
		log_line(LOG_ERR, "no database: %s; trying again",
			 store_error(writer->store));
}

static void rise(struct writer *writer)
{
	int64_t now = writer_now(), down;
	bool was_said;

	writer->is_connected = true;
	writer->connected_usecs = now;
	(void)pthread_mutex_lock(&writer->lock);
	down = writer->state.down_usecs;
	was_said = writer->state.words[0] != '\0';
	writer->state.down_usecs = 0;
	writer->state.words[0] = '\0';
	(void)pthread_mutex_unlock(&writer->lock);
	if (was_said)
		log_line(LOG_NOTICE, "the database is there again, after %.1f s",
			 (double)(now - down) / USECS_PER_SEC);
}

static void pause_between_tries(struct writer *writer)
{
	int64_t until;

	writer->pause_usecs =
		writer->pause_usecs == 0 ? PAUSE_USECS_MIN : writer->pause_usecs * 2;
	if (writer->pause_usecs > PAUSE_USECS_MAX)
		writer->pause_usecs = PAUSE_USECS_MAX;
	until = writer_now() + writer->pause_usecs;
	(void)pthread_mutex_lock(&writer->lock);
	while (!writer->is_stopping && writer_now() < until)
		sleep_until(writer, until);
	(void)pthread_mutex_unlock(&writer->lock);
}

static void connect_again(struct writer *writer)
{
	uint64_t reloads = reloads_wanted(writer);
	int r;

	set_busy(writer, true);
	r = store_reopen(writer->store);
	if (r == 0)
		r = store_check_writable(writer->store);
	set_busy(writer, false);
	if (r == 0) {
		rise(writer);
		note_refreshed(writer, reloads);
	} else {
		fall(writer);
		pause_between_tries(writer);
	}
}

/* ---- the batch in hand */

static void drop_arenas(struct writer *writer)
{
	for (size_t i = 0; i < WRITER_BATCH_MESSAGES_MAX; i++)
		if (writer->entries[i].arena != NULL)
			arena_reset(writer->entries[i].arena);
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

/* Under the lock: what nobody waits for any more is not begun. */
static void sweep(struct writer *writer)
{
	struct queue kept = { 0 };
	struct writer_mail *mail;

	while ((mail = queue_take(&writer->queue)) != NULL)
		queue_add(mail->is_given_up ? &writer->done : &kept, mail);
	writer->queue = kept;
}

/* Under the lock. */
static void take_batch(struct writer *writer)
{
	struct queue hand = { 0 };
	size_t bytes = 0;

	sweep(writer);
	writer->count = 0;
	while (writer->queue.first != NULL) {
		struct writer_mail *mail = writer->queue.first;
		bool is_alone = spool_is_file(mail->text);

		bytes += spool_bytes(mail->text);
		if (hand.count > 0 &&
		    (writer->count + mail->list_count > writer->batch_max ||
		     bytes > WRITER_BATCH_BYTES_MAX || is_alone))
			break;
		(void)queue_take(&writer->queue);
		queue_add(&hand, mail);
		add_entries(writer, mail);
		if (is_alone)
			break;
	}
	writer->hand = hand.first;
}

/* What the log will say of it; the arena does not last as long. */
static void copy_words(const struct writer *writer, const struct entry *entry)
{
	const struct submission *s = &entry->ingest.submission;
	const struct project *project = NULL;

	if (entry->ingest.delivery.project_id != 0)
		project = catalog_project(store_catalog(writer->store),
					  entry->ingest.delivery.project_id);
	copy_word(entry->result->message_id, s->msgid);
	copy_word(entry->result->project,
		  view_str(project != NULL ? project->link_name : NULL));
	copy_word(entry->result->list_id, project != NULL ? view_str(project->list_id)
					  : s->list_id_count > 0 ? s->list_ids[0]
								 : view_str(NULL));
}

static void decide_entry(struct entry *entry, enum outcome outcome, int error)
{
	entry->result->outcome = outcome;
	entry->result->error = error;
	entry->is_decided = true;
}

static int read_text(struct writer *writer, struct entry *entry,
		     enum ingested *ret_ingested)
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
	return ingest_read(entry->arena, raw, store_catalog(writer->store),
			   &entry->ingest, ret_ingested);
}

/* Parse; returns how many deliveries there are to store. */
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
		copy_words(writer, entry);
		if (ingested == INGEST_IGNORE) {
			decide_entry(entry, OUTCOME_IGNORED, 0);
			continue;
		}
		writer->deliveries[count] = entry->ingest.delivery;
		writer->delivered[count++] = entry;
	}
	return count;
}

static void take_verdicts(struct writer *writer, size_t from, size_t count)
{
	for (size_t i = from; i < from + count; i++) {
		const struct delivery *delivery = &writer->deliveries[i];
		struct entry *entry = writer->delivered[i];

		entry->result->verdict = delivery->verdict;
		entry->result->id = delivery->id;
		entry->result->series_id = delivery->series_id;
		if (delivery->verdict == VERDICT_NO_ROOM)
			log_line(LOG_ERR,
				 "no room to hold more mail: see patchmda held");
		decide_entry(entry, outcome_of(delivery->verdict),
			     delivery->verdict == VERDICT_NO_ROOM ? -ENOSPC : 0);
	}
}

static void defer(struct writer *writer, size_t from, size_t count, int error)
{
	log_line(LOG_ERR, "%zu message(s) deferred: %s", count,
		 store_error(writer->store));
	for (size_t i = from; i < from + count; i++)
		decide_entry(writer->delivered[i], OUTCOME_DEFERRED, error);
}

/*
 * Store some of the batch.  Trouble that one message may have brought on all of them is
 * narrowed down to it.  Returns 0 when all are decided, or -ENOTCONN.
 */
static int store_some(struct writer *writer, size_t from, size_t count)
{
	int r;

	if (count == 0)
		return 0;
	set_busy(writer, true);
	r = store_deliver(writer->store, writer->deliveries + from, count);
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

/* ---- after the batch */

static bool mail_is_decided(const struct writer *writer, const struct writer_mail *mail)
{
	for (size_t i = 0; i < writer->count; i++)
		if (writer->entries[i].mail == mail && !writer->entries[i].is_decided)
			return false;
	return true;
}

/* Each mail of the batch goes back to the caller, or into the queue to be tried again. */
static void give_back(struct writer *writer, int64_t began_usecs)
{
	struct writer_mail *mail, *next, *again = NULL;
	int64_t took_usecs = writer_now() - began_usecs;

	(void)pthread_mutex_lock(&writer->lock);
	for (mail = writer->hand; mail != NULL; mail = next) {
		next = mail->next;
		mail->batch_usecs = took_usecs;
		mail->batch_messages = writer->count;
		if (mail_is_decided(writer, mail)) {
			queue_add(&writer->done, mail);
		} else {
			mail->next = again;
			again = mail;
		}
	}
	/* A mail that fails alone lets the others pass; it may be the cause. */
	if (again != NULL && writer->count == again->list_count)
		queue_add(&writer->queue, again);
	else
		for (mail = again; mail != NULL; mail = next) {
			next = mail->next;
			queue_put_back(&writer->queue, mail);
		}
	writer->hand = NULL;
	writer->state.batches++;
	(void)pthread_mutex_unlock(&writer->lock);
	tell_caller(writer);
}

/* When a batch breaks the connection, the next is smaller: one of its messages may do so. */
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

static void run_batch(struct writer *writer)
{
	int64_t began_usecs = writer_now();
	bool was_large = spool_is_file(writer->hand->text);
	size_t count;
	int r;

	set_busy(writer, true);
	count = read_batch(writer);
	r = store_some(writer, 0, count);
	set_busy(writer, false);
	if (was_large)
		spool_unmap(writer->hand->text);
	if (r != 0)
		fall(writer);
	else if (count > 0)
		writer->pause_usecs = 0;
	adapt_batch(writer, r);
	give_back(writer, began_usecs);
	drop_arenas(writer);
	if (was_large)
		(void)malloc_trim(0);
	if (r != 0)
		pause_between_tries(writer);
}

/* ---- the thread */

/* Returns what is due, 0 or a failure. */
static int look_after_catalog(struct writer *writer)
{
	uint64_t reloads = reloads_wanted(writer);
	int r;

	if (writer->state.reloads == reloads &&
	    writer_now() - writer->refreshed_usecs < REFRESH_USECS)
		return 0;
	set_busy(writer, true);
	r = store_refresh(writer->store);
	set_busy(writer, false);
	if (r == 0)
		note_refreshed(writer, reloads);
	return r;
}

static int look_after_waiting(struct writer *writer)
{
	int r;

	if (writer_now() - writer->expired_usecs < EXPIRE_USECS)
		return 0;
	writer->expired_usecs = writer_now();
	set_busy(writer, true);
	r = store_expire(writer->store);
	set_busy(writer, false);
	return r;
}

/* Under the lock, which others have meanwhile. */
static void gather(struct writer *writer)
{
	const struct timespec step = { .tv_nsec = GATHER_STEP_USECS * 1000 };
	int64_t until = writer_now() + GATHER_USECS_MAX;
	size_t before = 0;

	while (writer->queue.count > before && writer->queue.count < writer->count &&
	       writer_now() < until) {
		before = writer->queue.count;
		(void)pthread_mutex_unlock(&writer->lock);
		(void)nanosleep(&step, NULL);
		(void)pthread_mutex_lock(&writer->lock);
	}
}

/* Sleep until there is something to do; false when it is to stop. */
static bool wait_for_work(struct writer *writer)
{
	bool goes_on;

	(void)pthread_mutex_lock(&writer->lock);
	while (!writer->is_stopping && writer->queue.first == NULL &&
	       writer->reloads_wanted == writer->state.reloads &&
	       writer_now() - writer->expired_usecs < EXPIRE_USECS)
		sleep_until(writer, writer->expired_usecs + EXPIRE_USECS);
	goes_on = !writer->is_stopping;
	(void)pthread_mutex_unlock(&writer->lock);
	return goes_on;
}

static void work(struct writer *writer)
{
	if (look_after_catalog(writer) != 0 || look_after_waiting(writer) != 0) {
		fall(writer);
		pause_between_tries(writer);
		return;
	}
	(void)pthread_mutex_lock(&writer->lock);
	gather(writer);
	take_batch(writer);
	(void)pthread_mutex_unlock(&writer->lock);
	if (writer->hand != NULL)
		run_batch(writer);
}

static bool is_stopping(struct writer *writer)
{
	bool is;

	(void)pthread_mutex_lock(&writer->lock);
	sweep(writer);
	is = writer->is_stopping;
	(void)pthread_mutex_unlock(&writer->lock);
	return is;
}

static void *run(void *argument)
{
	struct writer *writer = argument;

	while (!is_stopping(writer)) {
		if (!writer->is_connected) {
			connect_again(writer);
			tell_caller(writer);
		} else if (wait_for_work(writer)) {
			work(writer);
		}
	}
	return NULL;
}

/* ---- for all */

static void free_queue(struct queue *queue)
{
	struct writer_mail *mail;

	while ((mail = queue_take(queue)) != NULL)
		writer_mail_free(mail);
}

static void free_writer(struct writer *writer)
{
	free_queue(&writer->queue);
	free_queue(&writer->done);
	for (size_t i = 0; i < WRITER_BATCH_MESSAGES_MAX; i++)
		arena_free(writer->entries[i].arena);
	store_close(writer->store);
	if (writer->event_fd >= 0)
		(void)close(writer->event_fd);
	(void)pthread_cond_destroy(&writer->wake);
	(void)pthread_mutex_destroy(&writer->lock);
	g_free(writer->warnings);
	g_free(writer);
}

static void init_locks(struct writer *writer)
{
	pthread_condattr_t attributes;

	(void)pthread_mutex_init(&writer->lock, NULL);
	(void)pthread_condattr_init(&attributes);
	(void)pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	(void)pthread_cond_init(&writer->wake, &attributes);
	(void)pthread_condattr_destroy(&attributes);
}

int writer_start(const struct store_options *options, struct writer **ret_writer)
{
	struct writer *writer = g_new0(struct writer, 1);
	int r;

	init_locks(writer);
	writer->batch_max = WRITER_BATCH_MESSAGES_MAX;
	writer->expired_usecs = writer->state.down_usecs = writer_now();
	suspects_open();
	writer->store = store_new(options);
	writer->event_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	r = writer->event_fd < 0 ? -errno
				 : -pthread_create(&writer->thread, NULL, run, writer);
	if (r != 0) {
		free_writer(writer);
		return r;
	}
	*ret_writer = writer;
	return 0;
}

bool writer_stop(struct writer *writer, int patience_secs)
{
	bool is_over = false;

	(void)pthread_mutex_lock(&writer->lock);
	writer->is_stopping = true;
	(void)pthread_cond_signal(&writer->wake);
	(void)pthread_mutex_unlock(&writer->lock);
	for (int i = 0; i < 2 && !is_over; i++) {
		struct timespec until;

		(void)clock_gettime(CLOCK_REALTIME, &until);
		until.tv_sec += patience_secs;
		is_over = pthread_timedjoin_np(writer->thread, NULL, &until) == 0;
		if (!is_over)
			store_break(writer->store);
	}
	if (is_over)
		free_writer(writer);
	return is_over;
}

int writer_fd(const struct writer *writer)
{
	return writer->event_fd;
}

void writer_add(struct writer *writer, struct writer_mail *mail)
{
	(void)pthread_mutex_lock(&writer->lock);
	queue_add(&writer->queue, mail);
	(void)pthread_cond_signal(&writer->wake);
	(void)pthread_mutex_unlock(&writer->lock);
}

struct writer_mail *writer_done(struct writer *writer)
{
	struct writer_mail *mail;
	uint64_t count;

	(void)pthread_mutex_lock(&writer->lock);
	mail = queue_take(&writer->done);
	/* Emptied before the look that finds nothing, so that nothing is overlooked. */
	if (mail == NULL && read(writer->event_fd, &count, sizeof(count)) > 0)
		mail = queue_take(&writer->done);
	(void)pthread_mutex_unlock(&writer->lock);
	return mail;
}

void writer_give_up(struct writer *writer, struct writer_mail *mail)
{
	(void)pthread_mutex_lock(&writer->lock);
	mail->is_given_up = true;
	(void)pthread_mutex_unlock(&writer->lock);
}

void writer_state(struct writer *writer, struct writer_state *ret_state)
{
	(void)pthread_mutex_lock(&writer->lock);
	writer->state.queued = writer->queue.count;
	*ret_state = writer->state;
	(void)pthread_mutex_unlock(&writer->lock);
}

void writer_reload(struct writer *writer)
{
	(void)pthread_mutex_lock(&writer->lock);
	writer->reloads_wanted++;
	(void)pthread_cond_signal(&writer->wake);
	(void)pthread_mutex_unlock(&writer->lock);
}

void writer_break(struct writer *writer)
{
	store_break(writer->store);
}
