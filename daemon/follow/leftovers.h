/*
 * leftovers - files in a git repository of processes that were killed
 *
 * The caller makes sure that no process of git works in the repository, which is a bare one.
 */
#ifndef DAEMON_FOLLOW_LEFTOVERS_H
#define DAEMON_FOLLOW_LEFTOVERS_H

#include <stdbool.h>

/* Remove temporary packs and indexes, which are not complete. */
void leftovers_remove_packs(const char *repository);

/* Remove lock files, with which git refuses changes.  Returns whether any was removed. */
bool leftovers_remove_locks(const char *repository);

/* Remove a folder and its contents.  Returns 0, also if it does not exist, or -errno. */
int leftovers_remove_folder(const char *path);

#endif
