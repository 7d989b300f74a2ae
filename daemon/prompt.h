/*
 * prompt - asks for a password on the terminal, or reads it from standard input
 */
#ifndef DAEMON_PROMPT_H
#define DAEMON_PROMPT_H

/* A longer password is refused: -E2BIG. */
#define PROMPT_BYTES_MAX 1024

/*
 * Read a password.  When standard input is a terminal it is asked for twice, without an echo;
 * otherwise it is the first line.  The caller frees *ret_password.
 *
 * Returns 0, or -errno: -ENODATA for an empty one, -E2BIG, -EILSEQ for one that is no UTF-8,
 * -EAGAIN when the two differ.
 */
int prompt_password(char **ret_password);

#endif
