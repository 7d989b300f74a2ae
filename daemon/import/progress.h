/*
 * progress - what an import has done so far, for a person who watches
 */
#ifndef DAEMON_PROGRESS_H
#define DAEMON_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

#include "parser/decide/workset.h"

struct progress {
	uint64_t messages;
	uint64_t patches;
	uint64_t covers;
	uint64_t comments;
	uint64_t duplicates;
	uint64_t ignored;
	uint64_t no_project; /* of those ignored: for a list that is no project's */
	uint64_t held;
	uint64_t waiting; /* of those held: replies whose parent may still come */
	uint64_t errors;

	/* The thread that reads counts these, and the others not. */
	uint64_t unreadable;     /* files, or what is left of one */
	uint64_t taken_for_text; /* lines that look like separators: see mbox.h */
	char *first_taken;       /* the message with the first such line, or NULL */

	uint64_t series; /* made */
	uint64_t bytes_done;
	uint64_t bytes_all; /* 0: not known */
	int64_t started_usecs;
	int64_t shown_usecs;
	bool on_terminal;
	bool is_quiet;
};

void progress_start(struct progress *progress, uint64_t bytes_all, bool is_quiet);

/* Count a message's verdict. */
void progress_count(struct progress *progress, enum verdict verdict);

/* Count a message that is ignored because its list is no project's. */
void progress_count_no_project(struct progress *progress);

/* Count what was read at `offset` of `path`: lines in it that look like separators. */
void progress_taken_for_text(struct progress *progress, uint64_t lines, const char *path,
			     uint64_t offset);

/* So many replies that waited, of this import or from before, have become comments. */
void progress_released(struct progress *progress, uint64_t count);

/*
 * Show how far it is, if it is time to: on a terminal a line that is rewritten, with a bar where
 * the end is known, and no longer than the terminal is wide; else a line now and then.
 */
void progress_show(struct progress *progress);

/* Clear the line on the terminal: something else is printed there. */
void progress_clear(const struct progress *progress);

/* Clear the line and print the summary, as text or one JSON object. */
void progress_finish(struct progress *progress, bool as_json);

void progress_done(struct progress *progress);

#endif
