/*
 * test_clients - which connections are disconnected; see daemon/httpd/clients.h
 */
#include "tests/unit/check.h"

#include <arpa/inet.h>
#include <glib.h>
#include <netinet/in.h>
#include <string.h>
#include <unistd.h>

#include "daemon/httpd/clients.h"

#define PEERS_MAX 16

/* ---- a substitute for the clock */

static gint64 clock_secs = 1000;

gint64 g_get_monotonic_time(void)
{
	return clock_secs * G_USEC_PER_SEC;
}

/* ---- clients at one end of a socket pair */

static struct clients *clients;

static struct peer {
	int ours, theirs;
	struct client *client;
} peers[PEERS_MAX];

static struct client *client_of(char name)
{
	return peers[name - 'a'].client;
}

static void connect_peer(char name, const char *address)
{
	struct peer *peer = &peers[name - 'a'];
	struct sockaddr_in v4 = { .sin_family = AF_INET };
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6 };
	const struct sockaddr *found = NULL;
	int ends[2];

	if (inet_pton(AF_INET, address, &v4.sin_addr) == 1)
		found = (const struct sockaddr *)&v4;
	else if (inet_pton(AF_INET6, address, &v6.sin6_addr) == 1)
		found = (const struct sockaddr *)&v6;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
	peer->ours = ends[0];
	peer->theirs = ends[1];
	peer->client = clients_add(clients, peer->ours, found, 60);
	clock_secs++;
}

static void disconnect_peer(struct peer *peer)
{
	clients_remove(clients, peer->client);
	(void)close(peer->ours);
	(void)close(peer->theirs);
	peer->client = NULL;
}

static void begin(unsigned max)
{
	clients = clients_new(max);
}

static void end(void)
{
	for (struct peer *peer = peers; peer < peers + PEERS_MAX; peer++)
		if (peer->client != NULL)
			disconnect_peer(peer);
	clients_free(clients);
}

/* The names of the clients that have been disconnected. */
static const char *cut(void)
{
	static char names[PEERS_MAX + 1];
	char byte;
	int count = 0;

	for (int i = 0; i < PEERS_MAX; i++)
		if (peers[i].client != NULL && recv(peers[i].theirs, &byte, 1, MSG_DONTWAIT) == 0)
			names[count++] = (char)('a' + i);
	names[count] = '\0';
	return names;
}

/* ---- addresses */

static void check_address(char name, const char *address, const char *want)
{
	connect_peer(name, address);
	assert_string_equal(client_address(client_of(name)), want);
}

static void addresses_are_printed(void **state)
{
	(void)state;
	begin(10);
	check_address('a', "", "unix:");
	check_address('b', "192.0.2.7", "192.0.2.7");
	check_address('c', "2001:db8:1:2:3:4:5:6", "2001:db8:1:2:3:4:5:6");
	check_address('d', "::ffff:192.0.2.7", "192.0.2.7");
	assert_int_equal(clients_count(clients), 4);
	end();
}

/* ---- too many connections */

static void the_oldest_makes_room(void **state)
{
	(void)state;
	begin(3);
	connect_peer('a', "192.0.2.1");
	connect_peer('b', "192.0.2.1");
	connect_peer('c', "192.0.2.1");
	assert_string_equal(cut(), "");
	client_sends(clients, client_of('a'), 60);
	connect_peer('d', "192.0.2.1");
	assert_string_equal(cut(), "b");
	connect_peer('e', "192.0.2.1");
	assert_string_equal(cut(), "bc");
	disconnect_peer(&peers['b' - 'a']);
	disconnect_peer(&peers['d' - 'a']);
	connect_peer('f', "192.0.2.1");
	assert_string_equal(cut(), "c");
	end();
}

static void the_address_with_the_most_makes_room(void **state)
{
	(void)state;
	begin(4);
	connect_peer('a', "");
	connect_peer('b', "192.0.2.1");
	connect_peer('c', "192.0.2.2");
	connect_peer('d', "192.0.2.2");
	connect_peer('e', "192.0.2.3");
	assert_string_equal(cut(), "c");
	connect_peer('f', "192.0.2.3");
	assert_string_equal(cut(), "ce");
	end();
}

/* A customer has more addresses of IPv6 than there are connections. */
static void a_network_is_one_address(void **state)
{
	(void)state;
	begin(3);
	connect_peer('a', "2001:db8:1:1::1");
	connect_peer('b', "2001:db8:1:2::1");
	connect_peer('c', "2001:db8:1:2::2");
	connect_peer('d', "192.0.2.1");
	assert_string_equal(cut(), "b");
	end();
}

static void mapped_addresses_are_not_one_network(void **state)
{
	(void)state;
	begin(3);
	connect_peer('a', "2001:db8:1:1::1");
	connect_peer('b', "::ffff:192.0.2.1");
	connect_peer('c', "::ffff:192.0.2.2");
	connect_peer('d', "::ffff:192.0.2.3");
	assert_string_equal(cut(), "a");
	end();
}

static void a_request_in_progress_does_not_make_room(void **state)
{
	(void)state;
	begin(3);
	connect_peer('a', "192.0.2.1");
	client_waits(clients, client_of('a'));
	connect_peer('b', "192.0.2.1");
	client_reads(clients, client_of('b'), 60, 100);
	connect_peer('c', "192.0.2.1");
	connect_peer('d', "192.0.2.1");
	assert_string_equal(cut(), "c");
	client_waits(clients, client_of('d'));
	connect_peer('e', "192.0.2.1");
	assert_string_equal(cut(), "bc");
	client_waits(clients, client_of('e'));
	connect_peer('f', "192.0.2.1");
	assert_string_equal(cut(), "bc");
	end();
}

/* ---- time */

static void time_ends(void **state)
{
	(void)state;
	begin(10);
	connect_peer('a', "");
	connect_peer('b', "");
	connect_peer('c', "");
	client_reads(clients, client_of('a'), 100, 5);
	client_waits(clients, client_of('b'));
	clock_secs += 50;
	clients_sweep(clients);
	assert_string_equal(cut(), "");
	clock_secs += 10;
	clients_sweep(clients);
	assert_string_equal(cut(), "c");
	clock_secs += 100;
	clients_sweep(clients);
	assert_string_equal(cut(), "ac");
	end();
}

/* ---- large responses */

static void large_responses_make_room(void **state)
{
	(void)state;
	begin(10);
	connect_peer('a', "192.0.2.1");
	connect_peer('b', "192.0.2.1");
	connect_peer('c', "192.0.2.1");
	connect_peer('d', "192.0.2.2");
	client_reads(clients, client_of('a'), 60, CLIENTS_BYTES_FREE);
	client_reads(clients, client_of('b'), 60, CLIENTS_BYTES_MAX / 4);
	clock_secs++;
	client_reads(clients, client_of('d'), 60, CLIENTS_BYTES_MAX / 2);
	assert_string_equal(cut(), "");
	client_reads(clients, client_of('c'), 60, CLIENTS_BYTES_MAX / 2);
	assert_string_equal(cut(), "b");
	client_sends(clients, client_of('c'), 60);
	client_reads(clients, client_of('c'), 60, CLIENTS_BYTES_MAX / 2);
	assert_string_equal(cut(), "b");
	end();
}

static void two_giants_fit(void **state)
{
	(void)state;
	begin(10);
	connect_peer('a', "");
	connect_peer('b', "");
	connect_peer('c', "");
	client_reads(clients, client_of('a'), 60, CLIENTS_BYTES_MAX * 3);
	clock_secs++;
	client_reads(clients, client_of('b'), 60, CLIENTS_BYTES_MAX * 3);
	assert_string_equal(cut(), "");
	clock_secs++;
	client_reads(clients, client_of('c'), 60, CLIENTS_BYTES_MAX * 3);
	assert_string_equal(cut(), "a");
	end();
}

RUN(TEST(addresses_are_printed), TEST(the_oldest_makes_room),
    TEST(the_address_with_the_most_makes_room), TEST(a_network_is_one_address),
    TEST(mapped_addresses_are_not_one_network), TEST(a_request_in_progress_does_not_make_room),
    TEST(time_ends), TEST(large_responses_make_room), TEST(two_giants_fit))
