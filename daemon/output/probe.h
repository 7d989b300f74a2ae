/*
 * probe - checks whether the daemon answers on a socket
 */
#ifndef DAEMON_PROBE_H
#define DAEMON_PROBE_H

#define PROBE_MESSAGE_BYTES 256

/*
 * Connect to `address` ("unix:PATH" or "HOST:PORT"), read the greeting, each for at most
 * `timeout_secs`, and send QUIT.  Returns 0 if the greeting is 220, -EBUSY if it is another one, or
 * -errno; -ENOENT: the socket does not exist.  `ret_message` gets the greeting or an error message.
 */
int probe_lmtp(const char *address, int timeout_secs, char ret_message[PROBE_MESSAGE_BYTES]);

#endif
