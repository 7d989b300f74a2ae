/* log - messages of the daemon; see log.h */
#define SD_JOURNAL_SUPPRESS_LOCATION
#include "daemon/log.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <systemd/sd-journal.h>
#include <unistd.h>

/* The id by which journalctl finds all entries about messages: journalctl MESSAGE_ID=... */
#define MAIL_MESSAGE_ID "9d8f1c52b3a64c0f8f5be0a6f7d2c431"

#define FIELDS_MAX      16
#define FIELD_BYTES_MAX (LOG_TEXT_BYTES_MAX + 64)

static int priority_limit = LOG_INFO;
static bool has_journal;

/* ---- texts */

/* `to` has room for `size` bytes. */
static void make_printable(char *to, size_t size, const char *from)
{
	static const char digits[] = "0123456789abcdef";
	size_t n = 0;

	for (; *from != '\0' && n + 5 <= size; from++) {
		unsigned char c = (unsigned char)*from;

		if (c >= ' ' && c < 0x7f) {
			to[n++] = (char)c;
			continue;
		}
		to[n++] = '\\';
		to[n++] = 'x';
		to[n++] = digits[c >> 4];
		to[n++] = digits[c & 15];
	}
	to[n] = '\0';
}

struct entry {
	char texts[FIELDS_MAX][FIELD_BYTES_MAX];
	struct iovec fields[FIELDS_MAX];
	int count;
};

__attribute__((__format__(__printf__, 2, 3))) static void add(struct entry *entry,
							      const char *format, ...)
{
	char raw[FIELD_BYTES_MAX];
	char *text = entry->texts[entry->count];
	va_list values;

	va_start(values, format);
	(void)vsnprintf(raw, sizeof(raw), format, values);
	va_end(values);
	make_printable(text, FIELD_BYTES_MAX, raw);
	entry->fields[entry->count++] = (struct iovec){ text, strlen(text) };
}

/* ---- output */

/* One write(2), so that threads and processes do not mix their lines. */
static void write_line(const char *text)
{
	char line[LOG_TEXT_BYTES_MAX + 2];
	int n = snprintf(line, sizeof(line), "%s\n", text);

	if (n >= (int)sizeof(line)) {
		n = sizeof(line) - 1;
		line[n - 1] = '\n';
	}
	/* Nothing can be done if logging fails. */
	if (write(STDERR_FILENO, line, (size_t)n) < 0)
		return;
}

/* systemd.exec(5): the device and inode of the stream that standard error should be. */
static bool stderr_is_journal(void)
{
	const char *stream = getenv("JOURNAL_STREAM");
	struct stat status;
	char own[64];

	if (stream == NULL || fstat(STDERR_FILENO, &status) != 0)
		return false;
	(void)snprintf(own, sizeof(own), "%ju:%ju", (uintmax_t)status.st_dev,
		       (uintmax_t)status.st_ino);
	return strcmp(own, stream) == 0;
}

/* ---- entries */

void log_open(int priority_max)
{
	priority_limit = priority_max;
	has_journal = stderr_is_journal();
}

int log_priority(const char *name)
{
	static const struct {
		const char *name;
		int priority;
	} names[] = {
		{ "err", LOG_ERR },       { "error", LOG_ERR }, { "warning", LOG_WARNING },
		{ "notice", LOG_NOTICE }, { "info", LOG_INFO }, { "debug", LOG_DEBUG },
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (strcmp(name, names[i].name) == 0)
			return names[i].priority;
	return -1;
}

void log_line(int priority, const char *format, ...)
{
	char raw[LOG_TEXT_BYTES_MAX], text[LOG_TEXT_BYTES_MAX];
	struct entry entry;
	va_list values;

	if (priority > priority_limit)
		return;
	va_start(values, format);
	(void)vsnprintf(raw, sizeof(raw), format, values);
	va_end(values);
	make_printable(text, sizeof(text), raw);
	if (!has_journal) {
		write_line(text);
		return;
	}
	entry.count = 0;
	add(&entry, "PRIORITY=%d", priority);
	add(&entry, "MESSAGE=%s", text);
	(void)sd_journal_sendv(entry.fields, entry.count);
}

static void send_mail_entry(const struct log_mail *mail, int priority, const char *text)
{
	struct entry entry;

	entry.count = 0;
	add(&entry, "MESSAGE_ID=" MAIL_MESSAGE_ID);
	add(&entry, "PRIORITY=%d", priority);
	add(&entry, "MESSAGE=%s", text);
	add(&entry, "PATCHMDA_OUTCOME=%s", mail->outcome);
	add(&entry, "PATCHMDA_VERDICT=%s", mail->verdict);
	add(&entry, "PATCHMDA_MESSAGE_ID=%s", mail->message_id);
	add(&entry, "PATCHMDA_LIST_ID=%s", mail->list_id);
	add(&entry, "PATCHMDA_PROJECT=%s", mail->project);
	add(&entry, "PATCHMDA_ID=%" PRId32, mail->id);
	add(&entry, "PATCHMDA_SERIES_ID=%" PRId32, mail->series_id);
	add(&entry, "PATCHMDA_BYTES=%zu", mail->bytes);
	add(&entry, "PATCHMDA_WAITING_USEC=%" PRId64, mail->waiting_usecs);
	add(&entry, "PATCHMDA_BATCH_USEC=%" PRId64, mail->batch_usecs);
	add(&entry, "PATCHMDA_BATCH_MESSAGES=%zu", mail->batch_messages);
	(void)sd_journal_sendv(entry.fields, entry.count);
}

/* Write `word` and the number, or nothing if the number is 0. */
static const char *number(char *to, size_t size, const char *word, int32_t n)
{
	to[0] = '\0';
	if (n != 0)
		(void)snprintf(to, size, "%s%" PRId32, word, n);
	return to;
}

void log_mail(const struct log_mail *mail)
{
	bool is_deferred = strcmp(mail->outcome, "deferred") == 0;
	bool says_more = strcmp(mail->outcome, mail->verdict) != 0;
	int priority = is_deferred ? LOG_WARNING : LOG_INFO;
	char raw[LOG_TEXT_BYTES_MAX], text[LOG_TEXT_BYTES_MAX], id[32], series[32];

	if (priority > priority_limit)
		return;
	(void)snprintf(raw, sizeof(raw), "%s: %s%s%s%s%s%s%s, %.1f ms",
		       mail->message_id[0] != '\0' ? mail->message_id : "no message id",
		       mail->outcome, says_more ? " " : "", says_more ? mail->verdict : "",
		       number(id, sizeof(id), " ", mail->id),
		       number(series, sizeof(series), " of series ", mail->series_id),
		       mail->project[0] != '\0' ? " in " : "", mail->project,
		       (double)mail->waiting_usecs / 1000);
	make_printable(text, sizeof(text), raw);
	if (has_journal)
		send_mail_entry(mail, priority, text);
	else
		write_line(text);
}
