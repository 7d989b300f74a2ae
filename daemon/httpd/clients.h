/*
 * clients - the connections of clients: how many there are, and how long each may take
 *
 * A client that does not send its request, or does not read its response, within a time limit is
 * disconnected.  If there are too many clients, one of those that the server waits for is
 * disconnected: of the origin with the most connections, one that has not sent its request, and of
 * these the one that has had the most time.  The same is done among clients that read large
 * responses, if these take too much memory.
 *
 * A connection that was accepted waits until libmicrohttpd (MHD) can take it, which first has to
 * close others; those of origins with few connections are taken first.  If too many wait, the
 * oldest of the origin that has the most waiting is closed.  So a crowd that connects again and
 * again costs little more than accept(2), and keeps only itself waiting.
 *
 * The limits are common to all sockets.  A connection that MHD has is ended by shutdown(2); MHD
 * then closes it in its own thread.  Any thread may call these functions.
 */
#ifndef DAEMON_HTTPD_CLIENTS_H
#define DAEMON_HTTPD_CLIENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

/* Limit of the memory for large responses that clients are reading; see client_reads(). */
#define CLIENTS_BYTES_MAX ((size_t)5 << 20)

/* A smaller response is not large. */
#define CLIENTS_BYTES_FREE ((size_t)4 << 10)

/* Taken connections above the limit: those that have been disconnected and are not closed yet. */
#define CLIENTS_SURPLUS 64

/* Limit of the connections that wait to be taken. */
#define CLIENTS_WAITING_MAX 320

struct clients;
struct client;

/* `max`: limit of the connections that were taken and have not been disconnected. */
struct clients *clients_new(unsigned max);
void clients_free(struct clients *clients);

/*
 * Add a connection that has been accepted, which has to send a request within `secs`.  The clients
 * own the file descriptor until clients_take().  `address` may be NULL.
 */
void clients_add(struct clients *clients, int fd, const struct sockaddr *address, unsigned secs);

/*
 * Take the first client of the origin with the fewest connections, of those that wait.  Returns the
 * file descriptor, which the caller owns and which must be open until clients_remove(); -1: none
 * is waiting, or too many that have been disconnected were not removed yet.
 */
int clients_take(struct clients *clients);

/* Whether there are clients that were not taken. */
bool clients_wait(struct clients *clients);

/* The client, which was taken. */
struct client *clients_find(struct clients *clients, int fd);
void clients_remove(struct clients *clients, struct client *client);

/* Whether the client has been disconnected because of a limit or of time. */
bool client_is_disconnected(struct clients *clients, struct client *client);

/* The number of those that were taken and have not been disconnected. */
unsigned clients_count(struct clients *clients);

/* Numbers of clients that have been disconnected, because of a limit or of time. */
struct disconnections {
	uint64_t connected; /* they waited to be taken */
	uint64_t sending;   /* a request */
	uint64_t reading;   /* a response */
};

struct disconnections clients_disconnections(struct clients *clients);

/*
 * The address of a client as text, "unix:" for a Unix socket.  It lives as long as the client.  An
 * IPv4 address in an IPv6 one (RFC 4291, 2.5.5.2) is printed as IPv4.
 */
const char *client_address(const struct client *client);

/*
 * The name under which limits count an address, a text like that of client_address(): for IPv6 the
 * address of the /64, which is the network of one customer (RFC 6177).  The caller frees it.
 */
char *client_origin(const char *address);

/* The client has to send a request within this time, counted from now. */
void client_sends(struct clients *clients, struct client *client, unsigned secs);

/* The server processes the request, or the response has no end: there is no time limit. */
void client_waits(struct clients *clients, struct client *client);

/*
 * The client has to read a response within this time.  Its bytes count as at most half of
 * CLIENTS_BYTES_MAX, so that one response of any size does not disconnect all other clients.
 */
void client_reads(struct clients *clients, struct client *client, unsigned secs, size_t bytes);

/* Disconnect the clients whose time is over. */
void clients_sweep(struct clients *clients);

#endif
