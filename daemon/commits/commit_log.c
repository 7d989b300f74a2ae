/* commit_log - parses the output of `git log -p`; see commit_log.h */
#include "daemon/commits/commit_log.h"

#include <errno.h>
#include <glib.h>

/* The mark is NUL, nonce, NUL, and at the end of a head also LF. */
#define MARK_BYTES (COMMIT_LOG_NONCE_CHARS + 3)

enum state {
	STATE_START, /* at the beginning, or after a line of a diff */
	STATE_HEAD,
	STATE_DIFF,
};

struct commit_log {
	char mark[MARK_BYTES];
	commit_log_handler *commit;
	void *context;
	enum state state;
	bool has_head;
	GByteArray *head;
	GByteArray *diff;
	bool is_diff_cut;
};

struct commit_log *commit_log_new(const char *nonce, commit_log_handler *commit, void *context)
{
	struct commit_log *log = g_new0(struct commit_log, 1);

	g_assert(strlen(nonce) == COMMIT_LOG_NONCE_CHARS);
	memcpy(log->mark + 1, nonce, COMMIT_LOG_NONCE_CHARS);
	log->mark[MARK_BYTES - 1] = '\n';
	log->commit = commit;
	log->context = context;
	log->head = g_byte_array_new();
	log->diff = g_byte_array_new();
	return log;
}

void commit_log_free(struct commit_log *log)
{
	if (log == NULL)
		return;
	g_byte_array_unref(log->head);
	g_byte_array_unref(log->diff);
	g_free(log);
}

void commit_log_free_ptr(struct commit_log **log)
{
	commit_log_free(*log);
}

char *commit_log_format(const char *nonce)
{
	return g_strdup_printf(
		"tformat:%%x00%s%%x00%%H%%x00%%at%%x00%%an%%x00%%ae%%x00%%B%%x00%s%%x00", nonce,
		nonce);
}

/* ---- a commit */

/* Take a field, which ends with NUL, off the front of *rest. */
static bool take_field(struct view *rest, struct view *ret_field)
{
	size_t end = view_find(*rest, '\0', 0);

	if (end == rest->len)
		return false;
	*ret_field = view_head(*rest, end);
	*rest = view_skip(*rest, end + 1);
	return true;
}

static int hand_over(struct commit_log *log)
{
	struct commit_log_record record = { .is_diff_cut = log->is_diff_cut };
	struct view rest = view_of((const char *)log->head->data, log->head->len);

	if (!log->has_head)
		return 0;
	rest = view_skip(view_head(rest, rest.len - MARK_BYTES), MARK_BYTES - 1);
	if (!take_field(&rest, &record.id) || !take_field(&rest, &record.date) ||
	    !take_field(&rest, &record.name) || !take_field(&rest, &record.email))
		return -EPROTO;
	record.message = rest;
	record.diff = log->diff->len > 0 ? view_of((const char *)log->diff->data, log->diff->len)
					 : VIEW("");
	return log->commit(log->context, &record);
}

static void forget(struct commit_log *log)
{
	log->has_head = false;
	log->is_diff_cut = false;
	g_byte_array_set_size(log->head, 0);
	g_byte_array_set_size(log->diff, 0);
}

/* ---- bytes */

/* Of a head that is too long, the beginning is kept, and at the end the length of a mark. */
static void add_to_head(struct commit_log *log, struct view bytes)
{
	const guint max = (guint)COMMIT_LOG_MESSAGE_BYTES_MAX + MARK_BYTES;

	g_byte_array_append(log->head, (const guint8 *)bytes.ptr, (guint)bytes.len);
	if (log->head->len <= max)
		return;
	memmove(log->head->data + COMMIT_LOG_MESSAGE_BYTES_MAX,
		log->head->data + log->head->len - MARK_BYTES, MARK_BYTES);
	g_byte_array_set_size(log->head, max);
}

static bool is_head_whole(const struct commit_log *log)
{
	return log->head->len >= 2 * MARK_BYTES - 1 &&
	       memcmp(log->head->data + log->head->len - MARK_BYTES, log->mark, MARK_BYTES) == 0;
}

static int in_start(struct commit_log *log, struct view *rest)
{
	int r;

	if (rest->ptr[0] != '\0') {
		log->state = STATE_DIFF;
		return log->has_head ? 0 : -EPROTO;
	}
	r = hand_over(log);
	forget(log);
	log->state = STATE_HEAD;
	return r;
}

/* Heads are read by lines, because a mark ends a line. */
static int in_head(struct commit_log *log, struct view *rest)
{
	size_t lf = view_find(*rest, '\n', 0);
	size_t n = lf < rest->len ? lf + 1 : lf;

	add_to_head(log, view_head(*rest, n));
	*rest = view_skip(*rest, n);
	if (log->head->len >= MARK_BYTES - 1 &&
	    memcmp(log->head->data, log->mark, MARK_BYTES - 1) != 0)
		return -EPROTO;
	if (lf < n && is_head_whole(log)) {
		log->has_head = true;
		log->state = STATE_START;
	}
	return 0;
}

static void add_to_diff(struct commit_log *log, struct view bytes)
{
	size_t room = COMMIT_LOG_DIFF_BYTES_MAX - log->diff->len;

	log->is_diff_cut = log->is_diff_cut || bytes.len > room;
	g_byte_array_append(log->diff, (const guint8 *)bytes.ptr, (guint)MIN(bytes.len, room));
}

/* The length of `rest` before the first line that begins with NUL. */
static size_t diff_bytes(struct view rest)
{
	size_t nul = 0;

	do {
		nul = view_find(rest, '\0', nul + 1);
	} while (nul < rest.len && rest.ptr[nul - 1] != '\n');
	return nul;
}

static int in_diff(struct commit_log *log, struct view *rest)
{
	size_t n = diff_bytes(*rest);

	add_to_diff(log, view_head(*rest, n));
	log->state = rest->ptr[n - 1] == '\n' ? STATE_START : STATE_DIFF;
	*rest = view_skip(*rest, n);
	return 0;
}

int commit_log_feed(struct commit_log *log, struct view bytes)
{
	static int (*const steps[])(struct commit_log * log, struct view * rest) = {
		[STATE_START] = in_start,
		[STATE_HEAD] = in_head,
		[STATE_DIFF] = in_diff,
	};
	int r = 0;

	while (r == 0 && bytes.len > 0)
		r = steps[log->state](log, &bytes);
	return r;
}

int commit_log_end(struct commit_log *log)
{
	int r = log->state == STATE_HEAD ? -EPROTO : hand_over(log);

	forget(log);
	return r;
}
