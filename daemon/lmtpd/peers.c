/* peers - counts the connections of each client; see peers.h */
#define _GNU_SOURCE /* struct ucred */
#include "daemon/lmtpd/peers.h"

#include <glib.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "parser/view.h"

/* Input after the last reply is read up to this limit, 1 MiB. */
#define HANG_UP_READS_MAX  16
#define HANG_UP_READ_BYTES ((size_t)64 << 10)

/* Address family, and address or user id; unused bytes are 0, so that memcmp() works. */
struct name {
	char bytes[24];
};

struct peer {
	struct name name;
	size_t connections;
};

struct peers {
	GHashTable *table; /* struct name, within the peer, to struct peer */
};

static void put(struct name *name, const void *bytes, size_t length)
{
	memcpy(name->bytes + 4, bytes, length);
}

/* Clients that cannot be identified share one name. */
static struct name name_of(int fd)
{
	union {
		struct sockaddr any;
		struct sockaddr_in ip4;
		struct sockaddr_in6 ip6;
	} address = { .any = { .sa_family = AF_UNSPEC } };
	socklen_t length = sizeof(address);
	struct name name = { { 0 } };
	struct ucred user;

	if (getpeername(fd, &address.any, &length) != 0)
		return name;
	name.bytes[0] = (char)address.any.sa_family;
	if (address.any.sa_family == AF_INET)
		put(&name, &address.ip4.sin_addr, sizeof(address.ip4.sin_addr));
	if (address.any.sa_family == AF_INET6)
		put(&name, &address.ip6.sin6_addr, sizeof(address.ip6.sin6_addr));
	length = sizeof(user);
	if (address.any.sa_family == AF_UNIX &&
	    getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &user, &length) == 0)
		put(&name, &user.uid, sizeof(user.uid));
	return name;
}

static guint hash(gconstpointer key)
{
	const struct name *name = key;

	return view_hash(view_of(name->bytes, sizeof(name->bytes)));
}

static gboolean is_same(gconstpointer a, gconstpointer b)
{
	return memcmp(a, b, sizeof(struct name)) == 0;
}

struct peers *peers_new(void)
{
	struct peers *peers = g_new0(struct peers, 1);

	peers->table = g_hash_table_new_full(hash, is_same, NULL, g_free);
	return peers;
}

void peers_free(struct peers *peers)
{
	if (peers == NULL)
		return;
	g_hash_table_unref(peers->table);
	g_free(peers);
}

struct peer *peers_join(struct peers *peers, int fd)
{
	struct name name = name_of(fd);
	struct peer *peer = g_hash_table_lookup(peers->table, &name);

	if (peer == NULL) {
		peer = g_new0(struct peer, 1);
		peer->name = name;
		(void)g_hash_table_insert(peers->table, &peer->name, peer);
	}
	peer->connections++;
	return peer;
}

void peers_leave(struct peers *peers, struct peer *peer)
{
	if (--peer->connections == 0)
		(void)g_hash_table_remove(peers->table, &peer->name);
}

size_t peer_connections(const struct peer *peer)
{
	return peer->connections;
}

void peers_hang_up(int fd)
{
	char unread[HANG_UP_READ_BYTES];
	int reads = 0;

	(void)shutdown(fd, SHUT_WR);
	while (reads < HANG_UP_READS_MAX && recv(fd, unread, sizeof(unread), MSG_DONTWAIT) > 0)
		reads++;
	(void)close(fd);
}
