/* traffic - counts of requests, for monitoring; see traffic.h */
#include "daemon/httpd/traffic.h"

#include <inttypes.h>
#include <pthread.h>

/* Upper limits of the buckets of durations; the last bucket has none. */
static const struct {
	int64_t usecs;
	const char *seconds;
} limits[] = {
	{ 1000, "0.001" },  { 2500, "0.0025" }, { 5000, "0.005" },  { 10000, "0.01" },
	{ 25000, "0.025" }, { 50000, "0.05" },  { 100000, "0.1" },  { 250000, "0.25" },
	{ 500000, "0.5" },  { 1000000, "1.0" }, { 2500000, "2.5" }, { 10000000, "10.0" },
};

struct traffic {
	pthread_mutex_t lock;
	GHashTable *requests; /* char *, the labels of a sample, to int64_t * */
	int64_t durations[G_N_ELEMENTS(limits) + 1];
	int64_t usecs; /* of all requests */
};

struct traffic *traffic_new(void)
{
	struct traffic *traffic = g_new0(struct traffic, 1);

	(void)pthread_mutex_init(&traffic->lock, NULL);
	traffic->requests = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	return traffic;
}

void traffic_free(struct traffic *traffic)
{
	if (traffic == NULL)
		return;
	g_hash_table_destroy(traffic->requests);
	(void)pthread_mutex_destroy(&traffic->lock);
	g_free(traffic);
}

void traffic_count(struct traffic *traffic, const char *method, unsigned status,
		   const char *resource, int64_t usecs)
{
	static const char *const methods[] = { "GET",   "HEAD", "OPTIONS", "POST",
					       "PATCH", "PUT",  "DELETE",  NULL };
	char *labels = g_strdup_printf("method=\"%s\",status=\"%u\",resource=\"%s\"",
				       g_strv_contains(methods, method) ? method : "other", status,
				       resource);
	size_t bucket = 0;
	int64_t *count;

	while (bucket < G_N_ELEMENTS(limits) && usecs > limits[bucket].usecs)
		bucket++;
	(void)pthread_mutex_lock(&traffic->lock);
	traffic->durations[bucket]++;
	traffic->usecs += usecs;
	count = g_hash_table_lookup(traffic->requests, labels);
	if (count == NULL) {
		count = g_new0(int64_t, 1);
		(void)g_hash_table_insert(traffic->requests, g_steal_pointer(&labels), count);
	}
	(*count)++;
	(void)pthread_mutex_unlock(&traffic->lock);
	g_free(labels);
}

/* ---- OpenMetrics */

static void print_family(GString *to, const char *name, const char *type, const char *help_text)
{
	g_string_append_printf(to, "# TYPE patchmda_http_%s %s\n# HELP patchmda_http_%s %s\n", name,
			       type, name, help_text);
}

static void print_gauge(GString *to, const char *name, const char *help_text, unsigned value)
{
	print_family(to, name, "gauge", help_text);
	g_string_append_printf(to, "patchmda_http_%s %u\n", name, value);
}

static void print_requests(const struct traffic *traffic, GString *to)
{
	g_autoptr(GList) keys =
		g_list_sort(g_hash_table_get_keys(traffic->requests), (GCompareFunc)g_strcmp0);

	print_family(to, "requests", "counter", "Responses since the start.");
	for (const GList *key = keys; key != NULL; key = key->next) {
		const int64_t *count = g_hash_table_lookup(traffic->requests, key->data);

		g_string_append_printf(to, "patchmda_http_requests_total{%s} %" PRId64 "\n",
				       (const char *)key->data, *count);
	}
}

static void print_durations(const struct traffic *traffic, GString *to)
{
	int64_t count = 0;

	print_family(to, "request_duration_seconds", "histogram",
		     "Time from the end of a request to its response.");
	for (size_t i = 0; i <= G_N_ELEMENTS(limits); i++) {
		count += traffic->durations[i];
		g_string_append_printf(
			to,
			"patchmda_http_request_duration_seconds_bucket{le=\"%s\"} %" PRId64 "\n",
			i < G_N_ELEMENTS(limits) ? limits[i].seconds : "+Inf", count);
	}
	g_string_append_printf(to,
			       "patchmda_http_request_duration_seconds_sum %" PRId64 ".%06" PRId64
			       "\n"
			       "patchmda_http_request_duration_seconds_count %" PRId64 "\n",
			       traffic->usecs / G_USEC_PER_SEC, traffic->usecs % G_USEC_PER_SEC,
			       count);
}

static void print_disconnections(const struct disconnections *counts, GString *to)
{
	print_family(to, "disconnections", "counter",
		     "Clients that were disconnected because of a limit or of time.");
	g_string_append_printf(
		to,
		"patchmda_http_disconnections_total{state=\"connected\"} %" PRIu64 "\n"
		"patchmda_http_disconnections_total{state=\"sending\"} %" PRIu64 "\n"
		"patchmda_http_disconnections_total{state=\"reading\"} %" PRIu64 "\n",
		counts->connected, counts->sending, counts->reading);
}

void traffic_print(struct traffic *traffic, const struct traffic_state *state, GString *to)
{
	(void)pthread_mutex_lock(&traffic->lock);
	print_requests(traffic, to);
	print_durations(traffic, to);
	(void)pthread_mutex_unlock(&traffic->lock);
	print_gauge(to, "connections", "Clients that are connected.", state->connections);
	print_gauge(to, "connections_max", "Limit of the clients that are connected.",
		    state->connections_max);
	print_disconnections(&state->disconnections, to);
	print_gauge(to, "workers", "Limit of the connections to the database.", state->workers);
	print_gauge(to, "workers_busy", "Workers that process a request.", state->workers_busy);
	print_gauge(to, "waiting_requests", "Requests that wait for a worker.", state->waiting);
	print_gauge(to, "event_streams", "Event streams that are open.", state->subscribers);
	g_string_append(to, "# EOF\n");
}
