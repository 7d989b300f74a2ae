/* clients - the connections of clients; see clients.h */
#include "daemon/httpd/clients.h"

#include <arpa/inet.h>
#include <glib.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdbool.h>
#include <string.h>

/* The bytes of an IPv6 address that are the network's; a customer can choose the others. */
#define PREFIX_BYTES 8

struct clients {
	pthread_mutex_t lock;
	GQueue all;          /* struct client */
	GHashTable *origins; /* char * to struct origin */
	unsigned max;
	unsigned count; /* of those that have not been disconnected */
	size_t bytes;   /* of the responses that are counted */
};

/* An address, or a network of IPv6. */
struct origin {
	unsigned clients;     /* of this origin */
	unsigned connections; /* of those that have not been disconnected */
	char name[INET6_ADDRSTRLEN];
};

enum state { SENDS, WAITS, READS };

struct client {
	GList link; /* in `all` */
	struct origin *origin;
	int fd;
	enum state state;
	int64_t since_usecs, until_usecs; /* of the state */
	size_t bytes;                     /* of `bytes` of all, for its response */
	bool is_cut;                      /* disconnected */
	char address[INET6_ADDRSTRLEN];
};

struct clients *clients_new(unsigned max)
{
	struct clients *clients = g_new0(struct clients, 1);

	(void)pthread_mutex_init(&clients->lock, NULL);
	g_queue_init(&clients->all);
	clients->origins = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, g_free);
	clients->max = max;
	return clients;
}

void clients_free(struct clients *clients)
{
	if (clients == NULL)
		return;
	g_hash_table_destroy(clients->origins);
	(void)pthread_mutex_destroy(&clients->lock);
	g_free(clients);
}

static void lock(struct clients *clients)
{
	(void)pthread_mutex_lock(&clients->lock);
}

static void unlock(struct clients *clients)
{
	(void)pthread_mutex_unlock(&clients->lock);
}

unsigned clients_count(struct clients *clients)
{
	unsigned count;

	lock(clients);
	count = clients->all.length;
	unlock(clients);
	return count;
}

/* ---- addresses */

static void print_v4(const void *address, char *text)
{
	(void)inet_ntop(AF_INET, address, text, INET6_ADDRSTRLEN);
}

static void print_v6(const struct in6_addr *address, char *text)
{
	if (IN6_IS_ADDR_V4MAPPED(address))
		print_v4(&address->s6_addr[12], text);
	else
		(void)inet_ntop(AF_INET6, address, text, INET6_ADDRSTRLEN);
}

static void print_address(const struct sockaddr *address, char *text)
{
	g_strlcpy(text, "unix:", INET6_ADDRSTRLEN);
	if (address != NULL && address->sa_family == AF_INET)
		print_v4(&((const struct sockaddr_in *)(const void *)address)->sin_addr, text);
	else if (address != NULL && address->sa_family == AF_INET6)
		print_v6(&((const struct sockaddr_in6 *)(const void *)address)->sin6_addr, text);
}

char *client_origin(const char *address)
{
	char text[INET6_ADDRSTRLEN];
	struct in6_addr v6;

	if (inet_pton(AF_INET6, address, &v6) != 1)
		return g_strdup(address);
	if (!IN6_IS_ADDR_V4MAPPED(&v6))
		memset(v6.s6_addr + PREFIX_BYTES, 0, sizeof(v6.s6_addr) - PREFIX_BYTES);
	print_v6(&v6, text);
	return g_strdup(text);
}

static struct origin *find_origin(struct clients *clients, const char *name)
{
	struct origin *origin = g_hash_table_lookup(clients->origins, name);

	if (origin != NULL)
		return origin;
	origin = g_new0(struct origin, 1);
	g_strlcpy(origin->name, name, sizeof(origin->name));
	(void)g_hash_table_insert(clients->origins, origin->name, origin);
	return origin;
}

const char *client_address(const struct client *client)
{
	return client->address;
}

/* ---- disconnecting; the lock is held */

static void release_bytes(struct clients *clients, struct client *client)
{
	clients->bytes -= client->bytes;
	client->bytes = 0;
}

static void cut(struct clients *clients, struct client *client)
{
	client->is_cut = true;
	release_bytes(clients, client);
	client->origin->connections--;
	clients->count--;
	(void)shutdown(client->fd, SHUT_RDWR);
}

static bool goes_before(const struct client *a, const struct client *b)
{
	if (a->origin->connections != b->origin->connections)
		return a->origin->connections > b->origin->connections;
	if (a->state != b->state)
		return a->state == SENDS;
	return a->since_usecs < b->since_usecs;
}

/* Disconnect one client; only one with a large response if that is wanted. */
static bool cut_one(struct clients *clients, const struct client *except, bool has_bytes)
{
	struct client *found = NULL;

	for (GList *link = clients->all.head; link != NULL; link = link->next) {
		struct client *client = link->data;

		if (client == except || client->is_cut || client->state == WAITS ||
		    (has_bytes && client->bytes == 0))
			continue;
		if (found == NULL || goes_before(client, found))
			found = client;
	}
	if (found != NULL)
		cut(clients, found);
	return found != NULL;
}

/* ---- */

static void begin(struct clients *clients, struct client *client, enum state state, unsigned secs)
{
	release_bytes(clients, client);
	client->state = state;
	client->since_usecs = g_get_monotonic_time();
	client->until_usecs = client->since_usecs + secs * G_USEC_PER_SEC;
}

struct client *clients_add(struct clients *clients, int fd, const struct sockaddr *address,
			   unsigned secs)
{
	struct client *client = g_new0(struct client, 1);
	g_autofree char *origin = NULL;

	client->link.data = client;
	client->fd = fd;
	print_address(address, client->address);
	origin = client_origin(client->address);
	lock(clients);
	client->origin = find_origin(clients, origin);
	client->origin->clients++;
	client->origin->connections++;
	clients->count++;
	g_queue_push_tail_link(&clients->all, &client->link);
	begin(clients, client, SENDS, secs);
	if (clients->count > clients->max)
		(void)cut_one(clients, client, false);
	unlock(clients);
	return client;
}

void clients_remove(struct clients *clients, struct client *client)
{
	struct origin *origin = client->origin;

	lock(clients);
	release_bytes(clients, client);
	g_queue_unlink(&clients->all, &client->link);
	if (!client->is_cut) {
		origin->connections--;
		clients->count--;
	}
	if (--origin->clients == 0)
		(void)g_hash_table_remove(clients->origins, origin->name);
	unlock(clients);
	g_free(client);
}

void client_sends(struct clients *clients, struct client *client, unsigned secs)
{
	lock(clients);
	begin(clients, client, SENDS, secs);
	unlock(clients);
}

void client_waits(struct clients *clients, struct client *client)
{
	lock(clients);
	begin(clients, client, WAITS, 0);
	unlock(clients);
}

void client_reads(struct clients *clients, struct client *client, unsigned secs, size_t bytes)
{
	lock(clients);
	begin(clients, client, READS, secs);
	if (bytes > CLIENTS_BYTES_FREE && !client->is_cut) {
		client->bytes = MIN(bytes, CLIENTS_BYTES_MAX / 2);
		clients->bytes += client->bytes;
	}
	while (clients->bytes > CLIENTS_BYTES_MAX && cut_one(clients, client, true))
		;
	unlock(clients);
}

void clients_sweep(struct clients *clients)
{
	int64_t now = g_get_monotonic_time();

	lock(clients);
	for (GList *link = clients->all.head; link != NULL; link = link->next) {
		struct client *client = link->data;

		if (!client->is_cut && client->state != WAITS && client->until_usecs <= now)
			cut(clients, client);
	}
	unlock(clients);
}
