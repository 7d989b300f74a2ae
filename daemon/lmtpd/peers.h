/*
 * peers - who is at the other end of our connections, and how many each of them has
 *
 * A peer is an address, or behind a Unix socket a user.  When there is no room for more, one
 * that takes much of it has to make room for one that does not.
 */
#ifndef DAEMON_PEERS_H
#define DAEMON_PEERS_H

#include <stddef.h>

struct peers;
struct peer;

struct peers *peers_new(void);
void peers_free(struct peers *peers);

/* The peer of the connected socket `fd`, which has one connection more now; never NULL. */
struct peer *peers_join(struct peers *peers, int fd);

/* One of its connections is over; with the last one the peer goes. */
void peers_leave(struct peers *peers, struct peer *peer);

/* How many connections it has. */
size_t peer_connections(const struct peer *peer);

/*
 * Close a connection to which the last was sent.  What came meanwhile is read away: unread, it would
 * make of the end a reset, and what was sent may be lost with it.
 */
void peers_hang_up(int fd);

#endif
