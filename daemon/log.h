/*
 * log - messages of the daemon: entries in systemd's journal, or lines on standard error
 *
 * The journal is used if standard error is connected to it ($JOURNAL_STREAM), so a terminal or a
 * pipe gets lines.  A text is written as printable ASCII on one line; other bytes become \xNN.  All
 * functions are thread-safe.
 */
#ifndef DAEMON_LOG_H
#define DAEMON_LOG_H

#include <stdint.h>
#include <syslog.h>

#include "parser/view.h"

/* Longer texts are truncated. */
#define LOG_TEXT_BYTES_MAX 1024

/*
 * Messages with a priority above `priority_max` (of syslog(3): LOG_ERR, LOG_INFO, ...) are not
 * written.
 */
void log_open(int priority_max);

/* The priority of "err", "warning", "notice", "info" or "debug"; -1 for any other text. */
int log_priority(const char *name);

__attribute__((__format__(__printf__, 2, 3))) void log_line(int priority, const char *format, ...);

/* One message and its outcome; unknown strings are empty, unknown numbers 0. */
struct log_mail {
	const char *outcome; /* "stored" */
	const char *verdict; /* "patch" */
	const char *message_id;
	const char *list_id;
	const char *project;
	int32_t id;
	int32_t series_id;
	size_t bytes;
	int64_t waiting_usecs; /* from its last byte to the verdict */
	int64_t batch_usecs;   /* the part of waiting_usecs in the batch that stored it */
	size_t batch_messages;
};

void log_mail(const struct log_mail *mail);

#endif
