/*
 * http-load - sends requests over a Unix socket, and measures the responses
 *
 *     http-load SOCKET CLIENTS SECONDS <REQUESTS
 *
 * A line of REQUESTS is METHOD PATH or METHOD PATH BODY (a form).  Each client has a connection, on
 * which it sends one request after another, and takes the next line for each.  Prints requests a
 * second, the median and the 99th percentile in milliseconds, the number of responses with a status
 * other than 200, the number of all responses, and the CPU time of this program in microseconds.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define REQUESTS_MAX 200000
#define TIMES_MAX    4000000
#define CLIENTS_MAX  200

static char *requests[REQUESTS_MAX];
static size_t request_count;
static float *times;
static atomic_size_t time_count, next_request, failures;
static const char *path;
static double deadline;

static double now(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static double cpu_usecs(void)
{
	struct rusage usage;

	(void)getrusage(RUSAGE_SELF, &usage);
	return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1e6 +
	       (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

static void die(const char *what)
{
	fprintf(stderr, "http-load: %s: %s\n", what, strerror(errno));
	exit(1);
}

static char *make_request(char *line)
{
	char *method = line, *target = strchr(line, ' '), *body = NULL, *request = NULL;

	if (target == NULL)
		die(line);
	*target++ = '\0';
	body = strchr(target, ' ');
	if (body != NULL)
		*body++ = '\0';
	if (asprintf(
		    &request,
		    "%s %s HTTP/1.1\r\nHost: p.example.org\r\nAuthorization: Token %s\r\n"
		    "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: %zu\r\n\r\n%s",
		    method, target, getenv("TOKEN"), body != NULL ? strlen(body) : 0,
		    body != NULL ? body : "") < 0)
		die("memory");
	return request;
}

static int connect_server(void)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	(void)snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof(address)) != 0)
		die(path);
	return fd;
}

/* Read one response, and count it in `failures` if its status is not 200. */
static void read_response(int fd)
{
	static _Thread_local char buffer[1 << 20];
	size_t have = 0, head = 0, body = 0;

	while (head == 0 || have < head + body) {
		ssize_t n = read(fd, buffer + (head == 0 ? have : 0),
				 head == 0 ? sizeof(buffer) - 1 - have : sizeof(buffer) - 1);
		char *end, *length;

		if (n <= 0)
			die("read");
		have += (size_t)n;
		if (head != 0)
			continue;
		buffer[have] = '\0';
		end = strstr(buffer, "\r\n\r\n");
		if (end == NULL)
			continue;
		head = (size_t)(end - buffer) + 4;
		length = strcasestr(buffer, "\r\nContent-Length:");
		body = length != NULL ? strtoul(length + 17, NULL, 10) : 0;
		if (strncmp(buffer, "HTTP/1.1 200", 12) != 0)
			(void)atomic_fetch_add(&failures, 1);
	}
}

static void *run(void *context)
{
	int fd = connect_server();

	(void)context;
	while (now() < deadline) {
		const char *request = requests[atomic_fetch_add(&next_request, 1) % request_count];
		double begin = now();
		size_t at;

		if (write(fd, request, strlen(request)) != (ssize_t)strlen(request))
			die("write");
		read_response(fd);
		at = atomic_fetch_add(&time_count, 1);
		if (at < TIMES_MAX)
			times[at] = (float)((now() - begin) * 1000);
	}
	(void)close(fd);
	return NULL;
}

static int compare(const void *a, const void *b)
{
	float x = *(const float *)a, y = *(const float *)b;

	return (x > y) - (x < y);
}

int main(int argc, char **argv)
{
	pthread_t threads[CLIENTS_MAX];
	char line[4096];
	double begin, secs, usecs;
	int clients;
	size_t count;

	if (argc != 4 || getenv("TOKEN") == NULL) {
		fputs("Usage: TOKEN=KEY http-load SOCKET CLIENTS SECONDS <REQUESTS\n", stderr);
		return 64;
	}
	path = argv[1];
	clients = (int)strtol(argv[2], NULL, 10);
	times = calloc(TIMES_MAX, sizeof(*times));
	while (request_count < REQUESTS_MAX && fgets(line, sizeof(line), stdin) != NULL) {
		line[strcspn(line, "\n")] = '\0';
		requests[request_count++] = make_request(line);
	}
	if (clients < 1 || clients > CLIENTS_MAX || request_count == 0 || times == NULL)
		die("arguments");
	usecs = cpu_usecs();
	begin = now();
	deadline = begin + strtod(argv[3], NULL);
	for (int i = 0; i < clients; i++)
		if (pthread_create(&threads[i], NULL, run, NULL) != 0)
			die("pthread_create");
	for (int i = 0; i < clients; i++)
		(void)pthread_join(threads[i], NULL);
	secs = now() - begin;
	usecs = cpu_usecs() - usecs;
	count = time_count < TIMES_MAX ? time_count : TIMES_MAX;
	qsort(times, count, sizeof(*times), compare);
	printf("%.0f %.2f %.2f %zu %zu %.0f\n", (double)time_count / secs, (double)times[count / 2],
	       (double)times[count * 99 / 100], (size_t)failures, (size_t)time_count, usecs);
	return 0;
}
