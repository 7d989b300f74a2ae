/*
 * prompt - reads a password from the terminal or from standard input
 */
#ifndef DAEMON_PROMPT_H
#define DAEMON_PROMPT_H

/* For a longer password, the error is -E2BIG. */
#define PROMPT_BYTES_MAX 1024

/*
 * Read a password in UTF-8.  If standard input is a terminal, the user is asked for it twice, and
 * the terminal does not show it; otherwise it is the first line.  The caller frees *ret_password
 * with g_free().
 *
 * Returns 0, -ENODATA if it is empty, -E2BIG, -EILSEQ if it is not UTF-8, -EAGAIN if the two
 * differ, or another -errno.
 */
int prompt_password(char **ret_password);

#endif
