/*
 * probe - whether somebody answers on a socket as our daemon does
 */
#ifndef DAEMON_PROBE_H
#define DAEMON_PROBE_H

#define PROBE_WORDS_BYTES 256

/*
 * Connect to `address` ("unix:PATH" or "HOST:PORT") and read the greeting, for at most
 * `timeout_secs`; then say goodbye.  Returns 0 if it is 220, -EBUSY for another, or -errno;
 * -ENOENT: there is no socket of that path.  `ret_words` has the greeting, or what went wrong.
 */
int probe_lmtp(const char *address, int timeout_secs, char ret_words[PROBE_WORDS_BYTES]);

#endif
