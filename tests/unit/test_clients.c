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
	clients_add(clients, peer->ours, found, 60);
	assert_int_equal(clients_take(clients), peer->ours);
	peer->client = clients_find(clients, peer->ours);
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

/* ---- a crowd that connects at once */

/* The clients own one end of each pair until they are taken. */
static void add_crowd(int count, int host, int *ret_theirs)
{
	struct sockaddr_in address = { .sin_family = AF_INET };

	address.sin_addr.s_addr = htonl(0xc0000200u + (uint32_t)host);
	for (int i = 0; i < count; i++) {
		int ends[2];

		assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
		ret_theirs[i] = ends[1];
		clients_add(clients, ends[0], (const struct sockaddr *)&address, 60);
		clock_secs++;
	}
}

/* Returns the number of clients that were taken, whose descriptors are in `ret_ours`. */
static int take_all(int *ret_ours)
{
	int count = 0, fd;

	while ((fd = clients_take(clients)) >= 0)
		ret_ours[count++] = fd;
	return count;
}

static void remove_all(const int *ours, int count)
{
	for (int i = 0; i < count; i++) {
		clients_remove(clients, clients_find(clients, ours[i]));
		(void)close(ours[i]);
	}
}

static void close_all(const int *fds, int count)
{
	for (int i = 0; i < count; i++)
		(void)close(fds[i]);
}

static void check_disconnections(unsigned connected, unsigned sending)
{
	struct disconnections counts = clients_disconnections(clients);

	assert_int_equal(counts.connected, connected);
	assert_int_equal(counts.sending, sending);
	assert_int_equal(counts.reading, 0);
}

/* Those of a crowd that wait make room for each other, and for a client of another address. */
static void the_waiting_are_limited(void **state)
{
	int first[CLIENTS_WAITING_MAX], second[5], third[1], taken[10 + CLIENTS_SURPLUS];

	(void)state;
	begin(10);
	add_crowd(CLIENTS_WAITING_MAX, 1, first);
	check_disconnections(0, 0);
	add_crowd(5, 1, second);
	check_disconnections(5, 0);
	add_crowd(1, 2, third);
	check_disconnections(6, 0);
	assert_int_equal(clients_count(clients), 0);
	assert_int_equal(take_all(taken), 10 + CLIENTS_SURPLUS);
	assert_string_equal(client_address(clients_find(clients, taken[0])), "192.0.2.1");
	assert_string_equal(client_address(clients_find(clients, taken[1])), "192.0.2.2");
	remove_all(taken, 10 + CLIENTS_SURPLUS);
	close_all(first, CLIENTS_WAITING_MAX);
	close_all(second, 5);
	close_all(third, 1);
	end();
}

/* No more than the limit and the surplus are taken until some are removed. */
static void the_taken_are_limited(void **state)
{
	int theirs[10 + CLIENTS_SURPLUS + 1], taken[10 + CLIENTS_SURPLUS];

	(void)state;
	begin(10);
	add_crowd(10, 1, theirs);
	assert_int_equal(take_all(taken), 10);
	add_crowd(CLIENTS_SURPLUS + 1, 1, theirs + 10);
	check_disconnections(0, 0);
	assert_int_equal(take_all(taken + 10), CLIENTS_SURPLUS);
	check_disconnections(0, CLIENTS_SURPLUS);
	assert_int_equal(clients_count(clients), 10);
	assert_true(clients_wait(clients));
	remove_all(taken, 1);
	assert_int_equal(take_all(taken), 1);
	assert_false(clients_wait(clients));
	remove_all(taken, 10 + CLIENTS_SURPLUS);
	close_all(theirs, 10 + CLIENTS_SURPLUS + 1);
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
    TEST(the_waiting_are_limited), TEST(the_taken_are_limited), TEST(time_ends),
    TEST(large_responses_make_room), TEST(two_giants_fit))
