/*
 * parents - whether the processes that started this one are still alive
 *
 * The end of the input does not prove that a mail is complete: if a process of the mail server dies
 * while it writes one, its child sees a normal end of file.  The kernel marks a dying process as
 * exiting before it closes the descriptors, and its children get another parent later.  So the mail
 * is complete if, after the end of the input, all parents are the same as at the start and none is
 * exiting.  All ancestors are checked, because there may be a shell between the mail server and
 * this process, but not those that proc(5) hides (hidepid).
 *
 * This is a heuristic, for pipes.  LMTP needs none: its protocol marks the end of a mail.
 *
 * Only libc is used, for patchmda-deliver.
 */
#ifndef DAEMON_PARENTS_H
#define DAEMON_PARENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* The most ancestors that are checked; those further away have nothing to do with the mail. */
#define PARENTS_MAX 16

struct parents {
	pid_t ancestors[PARENTS_MAX]; /* the parent first */
	size_t count;
	bool is_broken; /* a parent died before parents_begin() */
};

/* Record the ancestors.  It must be the first call. */
void parents_begin(struct parents *parents);

/* Whether all recorded ancestors are still alive.  Call it after the end of the input. */
bool parents_is_whole(const struct parents *parents);

#endif
