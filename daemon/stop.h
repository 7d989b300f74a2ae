/*
 * stop - the signals that end a command after its current transaction
 *
 * After stop_catch() the first SIGTERM or SIGINT sets stop_requested and makes a descriptor
 * readable; the second one ends the process at once.
 */
#ifndef DAEMON_STOP_H
#define DAEMON_STOP_H

#include <signal.h>

extern volatile sig_atomic_t stop_requested;

/* *ret_fd is the descriptor, for waits such as that for input.  Returns 0 or -errno. */
int stop_catch(int *ret_fd);

#endif
