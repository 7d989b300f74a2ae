/* test_memory - when an import asks for known messages; see daemon/import/memory.h */
#include "daemon/import/memory.h"

#include <errno.h>

#include "tests/unit/check.h"

/* Nothing is asked here, so it does not matter that there is no server. */
static const struct import_options options = { .store.conninfo = "host=/nowhere" };
static GMutex store_lock;

static void asks_at_first(void **state)
{
	const struct import_options dry = { .store.conninfo = "host=/nowhere", .is_dry_run = true };
	struct memory *memory = memory_new(&options, &store_lock);

	(void)state;
	assert_true(memory_pays(memory));
	memory_free(memory);
	memory = memory_new(&dry, &store_lock);
	assert_false(memory_pays(memory));
	memory_free(memory);
}

/* Also a chunk of a few messages, none of which is known, ends it. */
static void asks_as_long_as_it_pays(void **state)
{
	static const struct {
		size_t known, count;
		bool pays;
	} cases[] = {
		{ 10, 100, true }, { 9, 100, false }, { 1, 10, true }, { 0, 10, false },
		{ 1, 1, true },    { 0, 1, false },   { 1, 9, true },  { 1, 11, false },
	};
	struct memory *memory = memory_new(&options, &store_lock);

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		memory_judge(memory, cases[i].known, cases[i].count);
		assert_int_equal(memory_pays(memory), cases[i].pays);
	}
	memory_free(memory);
}

static void asks_again_after_duplicates(void **state)
{
	struct memory *memory = memory_new(&options, &store_lock);

	(void)state;
	memory_judge(memory, 0, 100);
	memory_learn(memory, 0, 0);
	memory_learn(memory, 9, 100);
	assert_false(memory_pays(memory));
	memory_learn(memory, 10, 100);
	assert_true(memory_pays(memory));
	memory_learn(memory, 0, 100);
	assert_true(memory_pays(memory));
	memory_free(memory);
}

static gpointer ask(gpointer memory)
{
	struct known_key key = { .project_id = 1 };
	bool any_archived;

	return GINT_TO_POINTER(memory_ask(memory, &key, 1, &any_archived));
}

/* Whether the question or the end comes first. */
static void answers_that_there_is_no_store(void **state)
{
	struct memory *memory = memory_new(&options, &store_lock);
	struct repository_memory repositories = memory_of(memory);
	struct repository_position position;
	bool moves;
	GThread *thread = g_thread_new("ask", ask, memory);

	(void)state;
	g_usleep(1000);
	memory_cancel(memory);
	assert_int_equal(GPOINTER_TO_INT(g_thread_join(thread)), -ECANCELED);
	assert_int_equal(GPOINTER_TO_INT(ask(memory)), -ECANCELED);
	assert_int_equal(repositories.find(repositories.context, "/a", NULL, &position, &moves),
			 -ECANCELED);
	memory_free(memory);
}

RUN(TEST(asks_at_first), TEST(asks_as_long_as_it_pays), TEST(asks_again_after_duplicates),
    TEST(answers_that_there_is_no_store))
