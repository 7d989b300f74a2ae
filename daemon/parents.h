/*
 * parents - whether those who started us are still there, and writing
 *
 * End of input does not prove that a mail is whole: when a mail server's process dies in the
 * middle of writing one, its child sees a clean end of file.  A process that dies is marked as
 * exiting before its descriptors are closed, and is waited for or replaced as a parent later.  So
 * a process that looks after the end of the input, and finds its parents as they were and none of
 * them exiting, has read all that was to be written.  All ancestors count, since there may be a
 * shell between the mail server and us.  (What proc(5) does not show, hidepid, is passed over.)
 *
 * This is a heuristic, for pipes: LMTP says where a mail ends.
 *
 * libc alone, for patchmda-deliver.
 */
#ifndef DAEMON_PARENTS_H
#define DAEMON_PARENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* Ancestors further away have nothing to do with the mail. */
#define PARENTS_MAX 16

struct parents {
	pid_t ancestors[PARENTS_MAX]; /* the parent first */
	size_t count;
	bool is_broken; /* a parent died before we could look */
};

/* Remember who is there.  To be called first of all. */
void parents_begin(struct parents *parents);

/* Whether they still are.  To be called when the input has ended. */
bool parents_is_whole(const struct parents *parents);

#endif
