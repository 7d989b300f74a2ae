/*
 * leftovers - files in a git repository of processes that were killed
 *
 * The caller makes sure that no process of git works in the repository, which is a bare one.
 */
#ifndef DAEMON_FOLLOW_LEFTOVERS_H
#define DAEMON_FOLLOW_LEFTOVERS_H

#include <stdbool.h>

/* Remove packs and indexes that were not complete. */
void leftovers_remove_packs(const char *repository);

/*
 * Remove lock files, which keep git from changing what they lock.  Returns whether there were any.
 */
bool leftovers_remove_locks(const char *repository);

/* Remove a folder with all that is in it.  Returns 0, also if there is none, or -errno. */
int leftovers_remove_folder(const char *path);

#endif
