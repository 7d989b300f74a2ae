/*
 * suspects - mail that has ended the program while it was read
 *
 * Who reads a message writes its fingerprint into a file in shared memory first and takes it
 * out afterwards.  What a process that is gone has left there ended it: a crash, abort() for
 * want of memory, the kernel's or the watchdog's SIGKILL, a time limit.  After two such ends a
 * message is not read any more but held as it came, so that it cannot take the other sessions
 * with it a third time.  All processes of a user share the file, lmtpd, deliver and import; it
 * costs no system call for a message.
 *
 * The file is $RUNTIME_DIRECTORY/suspects, or /dev/shm/patchmda-suspects-UID.  Where it cannot
 * be had nothing is remembered, and mail is read as ever.  A reboot forgets.
 */
#ifndef DAEMON_SUSPECTS_H
#define DAEMON_SUSPECTS_H

#include <stdint.h>

#include "parser/view.h"

/* So many ends make a message one that is not read. */
#define SUSPECTS_ENDS_MAX 2

/* Messages that are being read, or have ended somebody, at once; the oldest of these gives way. */
#define SUSPECTS_SLOTS 256

/* Open the file; poison_begin() does nothing where that was not possible. */
void poison_open(void);

/* Never 0; the same for the same bytes. */
uint64_t poison_fingerprint(struct view raw);

/* One message while it is read. */
struct suspect {
	uint64_t fingerprint;
	int slot; /* -1: there is none */
	int ends; /* that it brought about so far */
};

/* The message is about to be read; `ends` says whether it should be. */
struct suspect poison_begin(uint64_t fingerprint);

/* It was read, or is not going to be: then its marks stay. */
void poison_end(const struct suspect *suspect, bool was_read);

/*
 * This process ends for another reason than what it reads: a signal from outside.  May be
 * called in a signal handler.
 */
void poison_forget_own(void);

#endif
