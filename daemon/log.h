/*
 * log - what the daemon has to say: entries in systemd's journal, else lines on standard error
 *
 * The journal is taken when standard error leads there ($JOURNAL_STREAM), so a terminal and a
 * pipe get lines.  Whatever stands in a text, it comes out as printable ASCII on one line:
 * other bytes are written as \xNN.  Safe to call from several threads.
 */
#ifndef DAEMON_LOG_H
#define DAEMON_LOG_H

#include <stdint.h>
#include <syslog.h>

#include "parser/view.h"

/* Longer texts are cut. */
#define LOG_TEXT_BYTES_MAX 1024

/* Beyond `priority_max` (of syslog(3): LOG_ERR, LOG_INFO, ...) nothing is written. */
void log_open(int priority_max);

/* "err", "warning", "notice", "info", "debug" to the priority; -1 for other words. */
int log_priority(const char *name);

__attribute__((__format__(__printf__, 2, 3))) void log_line(int priority, const char *format, ...);

/* One message and how it fared; strings may be empty, numbers 0 where there is nothing. */
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
	int64_t batch_usecs;   /* of these in the batch that stored it */
	size_t batch_messages;
};

void log_mail(const struct log_mail *mail);

#endif
