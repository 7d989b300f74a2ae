/* clients - the connections of clients; see clients.h */
#include "daemon/httpd/clients.h"

#include <arpa/inet.h>
#include <glib.h>
#include <netinet/in.h>
#include <pthread.h>
#include <string.h>
#include <unistd.h>

/* The bytes of an IPv6 address that are the network's; a customer can choose the others. */
#define PREFIX_BYTES 8

/* Pieces of a request that are discarded when it is disconnected. */
#define DISCARDS_MAX 4

enum state { ACCEPTED, SENDS, READS, WAITS, STATE_COUNT };

struct clients {
	pthread_mutex_t lock;
	GQueue accepted;     /* struct client: those that were not taken */
	GQueue taken;        /* struct client */
	GHashTable *by_fd;   /* int to struct client: those that were taken */
	GHashTable *origins; /* char * to struct origin */
	unsigned max;
	unsigned count; /* of those that were taken and have not been disconnected */
	size_t bytes;   /* of the responses that are counted */
	uint64_t disconnections[STATE_COUNT];
};

/* An address, or a network of IPv6. */
struct origin {
	unsigned clients;           /* of this origin */
	unsigned connections;       /* of those that `count` of all counts */
	GQueue states[STATE_COUNT]; /* those not disconnected, the first in a state at the head */
	char name[INET6_ADDRSTRLEN];
};

struct client {
	GList link;       /* in `accepted` or `taken` */
	GList state_link; /* in `states`, unless it was disconnected */
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
	g_queue_init(&clients->accepted);
	g_queue_init(&clients->taken);
	clients->by_fd = g_hash_table_new(NULL, NULL);
	clients->origins = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, g_free);
	clients->max = max;
	return clients;
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
	count = clients->count;
	unlock(clients);
	return count;
}

struct disconnections clients_disconnections(struct clients *clients)
{
	struct disconnections counts;

	lock(clients);
	counts = (struct disconnections){ .connected = clients->disconnections[ACCEPTED],
					  .sending = clients->disconnections[SENDS],
					  .reading = clients->disconnections[READS] };
	unlock(clients);
	return counts;
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

/* Free a client that is in neither queue any more. */
static void forget(struct clients *clients, struct client *client)
{
	struct origin *origin = client->origin;

	if (--origin->clients == 0)
		(void)g_hash_table_remove(clients->origins, origin->name);
	g_free(client);
}

static void stop_counting(struct clients *clients, struct client *client)
{
	release_bytes(clients, client);
	if (client->is_cut)
		return;
	client->is_cut = true;
	g_queue_unlink(&client->origin->states[client->state], &client->state_link);
	if (client->state == ACCEPTED)
		return;
	client->origin->connections--;
	clients->count--;
}

/*
 * End a connection of libmicrohttpd, which would read what has come, in small pieces, before it
 * closes it.
 */
static void end_connection(int fd)
{
	char bytes[16 << 10];

	(void)shutdown(fd, SHUT_RDWR);
	for (int i = 0; i < DISCARDS_MAX && recv(fd, bytes, sizeof(bytes), MSG_DONTWAIT) > 0; i++)
		;
}

/* A client that was not taken is freed. */
static void cut(struct clients *clients, struct client *client)
{
	stop_counting(clients, client);
	clients->disconnections[client->state]++;
	if (client->state != ACCEPTED) {
		end_connection(client->fd);
		return;
	}
	g_queue_unlink(&clients->accepted, &client->link);
	(void)close(client->fd);
	forget(clients, client);
}

/* The client of an origin that is disconnected first; NULL: the server waits for none of them. */
static struct client *first_of(const struct origin *origin, const struct client *except)
{
	for (enum state state = SENDS; state <= READS; state++) {
		const GList *link = origin->states[state].head;

		if (link != NULL && link->data == except)
			link = link->next;
		if (link != NULL)
			return link->data;
	}
	return NULL;
}

static bool goes_before(const struct client *a, const struct client *b)
{
	if (a->origin->connections != b->origin->connections)
		return a->origin->connections > b->origin->connections;
	if (a->state != b->state)
		return a->state == SENDS;
	return a->since_usecs < b->since_usecs;
}

static void cut_one(struct clients *clients, const struct client *except)
{
	struct client *found = NULL;
	GHashTableIter origins;
	gpointer origin;

	g_hash_table_iter_init(&origins, clients->origins);
	while (g_hash_table_iter_next(&origins, NULL, &origin)) {
		struct client *client = first_of(origin, except);

		if (client != NULL && (found == NULL || goes_before(client, found)))
			found = client;
	}
	if (found != NULL)
		cut(clients, found);
}

/* Disconnect one that reads a large response.  Returns whether there is one. */
static bool cut_reader(struct clients *clients, const struct client *except)
{
	struct client *found = NULL;

	for (const GList *link = clients->taken.head; link != NULL; link = link->next) {
		struct client *client = link->data;

		if (client != except && client->bytes > 0 &&
		    (found == NULL || goes_before(client, found)))
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
	if (!client->is_cut) {
		g_queue_unlink(&client->origin->states[client->state], &client->state_link);
		g_queue_push_tail_link(&client->origin->states[state], &client->state_link);
	}
	client->state = state;
	client->since_usecs = g_get_monotonic_time();
	client->until_usecs = client->since_usecs + secs * G_USEC_PER_SEC;
}

/* Close one that waits, of the origin that has the most waiting. */
static void cut_waiting(struct clients *clients)
{
	struct client *found = NULL;

	for (const GList *link = clients->accepted.head; link != NULL; link = link->next) {
		struct client *client = link->data;

		if (found == NULL || client->origin->states[ACCEPTED].length >
					     found->origin->states[ACCEPTED].length)
			found = client;
	}
	if (found != NULL)
		cut(clients, found);
}

void clients_add(struct clients *clients, int fd, const struct sockaddr *address, unsigned secs)
{
	struct client *client = g_new0(struct client, 1);
	g_autofree char *origin = NULL;

	client->link.data = client->state_link.data = client;
	client->fd = fd;
	print_address(address, client->address);
	origin = client_origin(client->address);
	lock(clients);
	client->origin = find_origin(clients, origin);
	client->origin->clients++;
	g_queue_push_tail_link(&clients->accepted, &client->link);
	g_queue_push_tail_link(&client->origin->states[ACCEPTED], &client->state_link);
	begin(clients, client, ACCEPTED, secs);
	if (clients->accepted.length > CLIENTS_WAITING_MAX)
		cut_waiting(clients);
	unlock(clients);
}

/* The first client of the origin with the fewest connections; the lock is held. */
static struct client *find_accepted(struct clients *clients)
{
	struct client *found = NULL;

	for (const GList *link = clients->accepted.head; link != NULL; link = link->next) {
		struct client *client = link->data;

		if (found == NULL || client->origin->connections < found->origin->connections)
			found = client;
	}
	return found;
}

/* The time of the client has begun already. */
static int take(struct clients *clients, struct client *client)
{
	GQueue *states = client->origin->states;

	g_queue_unlink(&clients->accepted, &client->link);
	g_queue_push_tail_link(&clients->taken, &client->link);
	(void)g_hash_table_insert(clients->by_fd, GINT_TO_POINTER(client->fd), client);
	g_queue_unlink(&states[ACCEPTED], &client->state_link);
	g_queue_push_tail_link(&states[SENDS], &client->state_link);
	client->state = SENDS;
	client->origin->connections++;
	clients->count++;
	if (clients->count > clients->max)
		cut_one(clients, client);
	return client->fd;
}

int clients_take(struct clients *clients)
{
	struct client *client = NULL;
	int fd;

	lock(clients);
	if (clients->taken.length < clients->max + CLIENTS_SURPLUS)
		client = find_accepted(clients);
	fd = client != NULL ? take(clients, client) : -1;
	unlock(clients);
	return fd;
}

struct client *clients_find(struct clients *clients, int fd)
{
	struct client *client;

	lock(clients);
	client = g_hash_table_lookup(clients->by_fd, GINT_TO_POINTER(fd));
	unlock(clients);
	return client;
}

void clients_remove(struct clients *clients, struct client *client)
{
	lock(clients);
	stop_counting(clients, client);
	(void)g_hash_table_remove(clients->by_fd, GINT_TO_POINTER(client->fd));
	g_queue_unlink(&clients->taken, &client->link);
	forget(clients, client);
	unlock(clients);
}

bool client_is_disconnected(struct clients *clients, struct client *client)
{
	bool is_cut;

	lock(clients);
	is_cut = client->is_cut;
	unlock(clients);
	return is_cut;
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
	while (clients->bytes > CLIENTS_BYTES_MAX && cut_reader(clients, client))
		;
	unlock(clients);
}

bool clients_wait(struct clients *clients)
{
	bool waits;

	lock(clients);
	waits = clients->accepted.length > 0;
	unlock(clients);
	return waits;
}

void clients_sweep(struct clients *clients)
{
	int64_t now = g_get_monotonic_time();

	lock(clients);
	for (GList *link = clients->taken.head; link != NULL; link = link->next) {
		struct client *client = link->data;

		if (!client->is_cut && client->state != WAITS && client->until_usecs <= now)
			cut(clients, client);
	}
	unlock(clients);
}

void clients_free(struct clients *clients)
{
	if (clients == NULL)
		return;
	while (clients->accepted.length > 0)
		cut(clients, clients->accepted.head->data);
	g_hash_table_destroy(clients->by_fd);
	g_hash_table_destroy(clients->origins);
	(void)pthread_mutex_destroy(&clients->lock);
	g_free(clients);
}
