/*
 * poison - poison messages, which end the program while they are parsed, or take too long
 *
 * A process writes the fingerprint of a message into a file in shared memory before it parses the
 * message, and removes it afterwards.  A fingerprint whose process has died is a mark: parsing that
 * message ended the process by a crash, by abort() without memory, by a SIGKILL of the kernel or
 * the watchdog, or by a time limit.  A message that took too much CPU time also gets a mark.  A
 * message with POISON_ENDS_MAX marks is held without being parsed.
 *
 * The file is $RUNTIME_DIRECTORY/poison (set by the systemd units) or
 * /dev/shm/patchmda-poison-UID.  Processes that use the same file share the marks: all `deliver`
 * and `import` of a user, and all processes of a unit.  So a message that ends `deliver` twice
 * starts at zero in the daemon.  There is no common file, because any user could create one in
 * /dev/shm first and so disable it.  If the file cannot be opened, no marks are kept and all mail
 * is parsed.  Marks do not survive a reboot.
 */
#ifndef DAEMON_POISON_H
#define DAEMON_POISON_H

#include <stdbool.h>
#include <stdint.h>

#include "parser/view.h"

/* A message with this many marks is not parsed. */
#define POISON_ENDS_MAX 2

/*
 * The CPU time that parsing a message may take: a hundred times that of the largest ordinary one.
 */
#define POISON_CPU_USECS_MAX INT64_C(30000000)

/* The most messages that are being parsed or have a mark; a new one replaces the oldest mark. */
#define POISON_SLOTS 256

/*
 * Open the file; if that fails, poison_begin() does nothing.  A message is slow if it takes
 * POISON_CPU_USECS_MAX, or half of the caller's `timeout_secs` if that is less; 0: no timeout.  The
 * time is measured to CLOCK_COARSE_USECS.
 */
void poison_open(int timeout_secs);

/* The fingerprint of a message: never 0, and the same for the same bytes. */
uint64_t poison_fingerprint(struct view raw);

/* A message while one thread parses it. */
struct poison_reading {
	uint64_t fingerprint;
	int slot; /* -1: it has none */
	int ends; /* the number of its marks */
	int64_t began_cpu_usecs;
};

/* Record that this thread is about to parse the message; `ends` says whether it should. */
struct poison_reading poison_begin(uint64_t fingerprint);

enum poison_end {
	POISON_NOT_READ, /* it was not parsed: its marks stay */
	POISON_PART_READ,
	POISON_READ, /* it was parsed completely: its marks are deleted, unless it was slow */
};

/* Record the end of parsing.  Returns whether it was slow; then the message has got a mark. */
bool poison_end(const struct poison_reading *reading, enum poison_end end);

/*
 * Remove this process's entries, because it ends for a reason other than the message: a signal from
 * outside.  May be called in a signal handler.
 */
void poison_forget_own(void);

#endif
