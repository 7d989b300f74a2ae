/* test_follow - the pauses of a follower; see daemon/follow/follow.h */
#include "tests/unit/check.h"

#include "daemon/follow/follow.h"

static const struct {
	const char *name;
	int64_t every_secs;
	int failures;
	double random;
	size_t want_msecs;
} pauses[] = {
	{ "no failure", 300, 0, 0.5, 300000 },
	{ "shortest", 300, 0, 0, 270000 },
	{ "longest", 300, 0, 1, 330000 },
	{ "one failure", 300, 1, 0.5, 600000 },
	{ "three", 300, 3, 0.5, 2400000 },
	{ "four", 300, 4, 0.5, 3600000 },
	{ "many", 300, 1000, 0.5, 3600000 },
	{ "many, with a short interval", 1, 1000, 0.5, 3600000 },
	{ "a day", 86400, 0, 0.5, 86400000 },
	{ "a day and failures", 86400, 9, 0.5, 86400000 },
	{ "longest of all", 300, 12, 1, 3960000 },
};

static void pauses_grow(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(pauses); i++)
		check_number(pauses[i].name, "milliseconds",
			     (size_t)follow_pause_msecs(pauses[i].every_secs, pauses[i].failures,
							pauses[i].random),
			     pauses[i].want_msecs);
}

RUN(TEST(pauses_grow))
