/*
 * poison - mail that ends the program while it is read, or takes too long to read
 *
 * A process writes the fingerprint of a message into a file in shared memory before it reads the
 * message, and takes it out afterwards.  A fingerprint whose process is gone is a mark: reading
 * that message ended the process by a crash, by abort() for want of memory, by the SIGKILL of the
 * kernel or of the watchdog, or by a time limit.  A message that took too much CPU time leaves a
 * mark, too.  A message with POISON_ENDS_MAX marks is not read any more but held as it came.
 *
 * The file is $RUNTIME_DIRECTORY/poison, as under our units, or /dev/shm/patchmda-poison-UID.
 * Processes that use the same file count together: all `deliver` and `import` of a user, and all
 * processes of a unit.  So a message that ends `deliver` twice, where no daemon runs, begins at zero
 * in the daemon and may end that twice, too.  They do not share one file, since in /dev/shm anybody
 * can be the first to make it, and so have the daemon do without.  Where the file cannot be had,
 * nothing is remembered and mail is read as ever.  A reboot forgets.
 */
#ifndef DAEMON_POISON_H
#define DAEMON_POISON_H

#include <stdbool.h>
#include <stdint.h>

#include "parser/view.h"

/* Marks that make a message one that is not read. */
#define POISON_ENDS_MAX 2

/* The CPU time that reading a message may take: a hundred times what the largest one needs. */
#define POISON_CPU_USECS_MAX INT64_C(30000000)

/* Messages that are being read or have a mark, at most; the oldest mark gives way. */
#define POISON_SLOTS 256

/*
 * Open the file; poison_begin() does nothing where that was not possible.  A caller that answers
 * within `timeout_secs` regards as slow what takes half of that, or POISON_CPU_USECS_MAX if that is
 * less; 0: it has no such limit.
 */
void poison_open(int timeout_secs);

/* Never 0; the same for the same bytes. */
uint64_t poison_fingerprint(struct view raw);

/* One message while one thread reads it. */
struct poison_reading {
	uint64_t fingerprint;
	int slot; /* -1: there is none */
	int ends; /* marks that it has */
	int64_t began_cpu_usecs;
};

/* The message is about to be read by this thread; `ends` says whether it should be. */
struct poison_reading poison_begin(uint64_t fingerprint);

enum poison_end {
	POISON_NOT_READ, /* nor is it going to be: its marks stay */
	POISON_PART_READ,
	POISON_READ, /* to its end: its marks are forgotten, unless it was slow */
};

/* Returns whether it was slow: then it has got a mark. */
bool poison_end(const struct poison_reading *reading, enum poison_end end);

/*
 * This process ends for another reason than what it reads: a signal from outside.  May be
 * called in a signal handler.
 */
void poison_forget_own(void);

#endif
