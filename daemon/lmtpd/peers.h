/*
 * peers - counts the connections of each client
 *
 * A peer is an IP address, or for a Unix socket a user id.  At the limit of sessions, one of a peer
 * with many connections is closed for a peer with fewer.
 */
#ifndef DAEMON_LMTPD_PEERS_H
#define DAEMON_LMTPD_PEERS_H

#include <stddef.h>

struct peers;
struct peer;

struct peers *peers_new(void);
void peers_free(struct peers *peers);

/* Count a connection of the peer of the connected socket `fd`.  Never NULL. */
struct peer *peers_join(struct peers *peers, int fd);

/* A connection has ended.  The peer is freed with its last one. */
void peers_leave(struct peers *peers, struct peer *peer);

size_t peer_connections(const struct peer *peer);

/*
 * Close a connection after the last reply.  Pending input is read and discarded: closing a socket
 * with unread input sends a reset, which may discard the reply.
 */
void peers_hang_up(int fd);

#endif
