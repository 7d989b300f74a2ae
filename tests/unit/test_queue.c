/*
 * test_queue - the order in which workers take requests; see daemon/httpd/queue.h
 */
#include "tests/unit/check.h"

#include <glib.h>

#include "daemon/httpd/queue.h"

struct request {
	struct queue_entry entry; /* the first member */
	char name;
};

static struct request requests[16];
static struct queue *queue;

static char name_of(const struct queue_entry *entry)
{
	return entry != NULL ? ((const struct request *)entry)->name : '-';
}

/* Returns the name of the request that is given back. */
static char push(char name, const char *client)
{
	struct request *request = &requests[name - 'a'];

	request->name = name;
	return name_of(queue_push(queue, &request->entry, client));
}

static char pop(void)
{
	return name_of(queue_pop(queue));
}

static void finish(char name)
{
	queue_finish(queue, &requests[name - 'a'].entry);
}

static void one_client_is_first_come_first_served(void **state)
{
	(void)state;
	queue = queue_new(10);
	assert_int_equal(push('a', "x"), '-');
	assert_int_equal(push('b', "x"), '-');
	assert_int_equal(push('c', "x"), '-');
	assert_int_equal(queue_length(queue), 3);
	assert_int_equal(pop(), 'a');
	assert_int_equal(pop(), 'b');
	assert_int_equal(queue_busy(queue), 2);
	finish('a');
	assert_int_equal(pop(), 'c');
	assert_int_equal(queue_length(queue), 0);
	finish('b');
	finish('c');
	assert_int_equal(queue_busy(queue), 0);
	queue_free(queue);
}

static void a_client_without_workers_is_first(void **state)
{
	(void)state;
	queue = queue_new(10);
	(void)push('a', "x");
	(void)push('b', "x");
	(void)push('c', "x");
	(void)push('d', "y");
	(void)push('e', "y");
	(void)push('f', "z");
	assert_int_equal(pop(), 'a');
	assert_int_equal(pop(), 'd');
	assert_int_equal(pop(), 'f');
	assert_int_equal(pop(), 'b');
	finish('d');
	assert_int_equal(pop(), 'e');
	assert_int_equal(pop(), 'c');
	queue_free(queue);
}

static void the_client_with_the_most_is_refused(void **state)
{
	(void)state;
	queue = queue_new(3);
	(void)push('a', "x");
	(void)push('b', "x");
	(void)push('c', "x");
	assert_int_equal(push('d', "x"), 'd');
	assert_int_equal(push('e', "y"), 'c');
	assert_int_equal(push('f', "z"), 'b');
	assert_int_equal(queue_length(queue), 3);
	assert_int_equal(pop(), 'a');
	assert_int_equal(pop(), 'e');
	assert_int_equal(pop(), 'f');
	queue_free(queue);
}

static void a_closed_queue_ends(void **state)
{
	(void)state;
	queue = queue_new(10);
	(void)push('a', "x");
	queue_close(queue);
	assert_int_equal(push('b', "y"), 'b');
	assert_int_equal(pop(), 'a');
	assert_int_equal(pop(), '-');
	queue_free(queue);
}

RUN(TEST(one_client_is_first_come_first_served), TEST(a_client_without_workers_is_first),
    TEST(the_client_with_the_most_is_refused), TEST(a_closed_queue_ends))
