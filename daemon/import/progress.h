/*
 * progress - counts what an import does, and shows it
 *
 * Several threads may count in the same progress: then each call except those of progress_start()
 * and progress_done() is between progress_lock() and progress_unlock().
 */
#ifndef DAEMON_IMPORT_PROGRESS_H
#define DAEMON_IMPORT_PROGRESS_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "parser/decide/workset.h"
#include "parser/view.h"

struct progress {
	GMutex lock;
	uint64_t messages;
	uint64_t patches;
	uint64_t covers;
	uint64_t comments;
	uint64_t duplicates;
	uint64_t ignored;
	uint64_t no_project; /* those of the ignored ones whose list belongs to no project */
	GHashTable
		*lists; /* how many of them (a number) each list id has; NULL: none was counted */
	uint64_t no_list_id; /* those of them without a list id */
	uint64_t held;
	uint64_t waiting; /* those of the held ones that are replies whose parent may still come */
	uint64_t errors;

	uint64_t unreadable;     /* files that could not be read to their end */
	uint64_t taken_for_text; /* lines that look like separators: see mbox.h */
	char *first_taken;       /* the message with the first such line, or NULL */

	uint64_t series; /* created */
	uint64_t bytes_done;
	uint64_t bytes_all; /* 0: unknown */
	bool is_connected;  /* whether an import has opened its store */
	char *failure;      /* the last reason why one could not, or NULL */
	int64_t started_usecs;
	int64_t shown_usecs;
	bool on_terminal;
	bool is_quiet;
};

void progress_start(struct progress *progress, uint64_t bytes_all, bool is_quiet);

void progress_lock(struct progress *progress);
void progress_unlock(struct progress *progress);

/* Count the verdict of a message. */
void progress_count(struct progress *progress, enum verdict verdict);

/*
 * Count a message that is ignored because its list belongs to no project; `list_id` is absent if
 * it has none.  The summary names the lists with most messages.
 */
void progress_count_no_project(struct progress *progress, struct view list_id);

/* Count `lines` that look like separators, in the message at `offset` of `path`. */
void progress_taken_for_text(struct progress *progress, uint64_t lines, const char *path,
			     uint64_t offset);

/* Count replies that waited, since this import or before it, and have become comments. */
void progress_released(struct progress *progress, uint64_t count);

/* Count bytes of the sources whose messages are stored, and the series that were created. */
void progress_advance(struct progress *progress, uint64_t bytes, uint64_t series);

/*
 * Show the progress if the last time was long enough ago.  On a terminal, that is a line that is
 * rewritten, fits its width and has a bar if the total is known; otherwise a line at longer
 * intervals.
 */
void progress_show(struct progress *progress);

/*
 * Print that `command` cannot use the database, unless it was printed for another import already.
 */
void progress_fail(struct progress *progress, const char *command, const char *error);

/* Clear the line on the terminal before something else is printed. */
void progress_clear(const struct progress *progress);

/*
 * Clear the line and print the summary, as text or one JSON object.  `is_dry_run`: the messages
 * that would be held are not.
 */
void progress_finish(struct progress *progress, bool as_json, bool is_dry_run);

void progress_done(struct progress *progress);

#endif
