/* test_poison - marks of messages that crashed a process, or were slow; see daemon/poison.h */
#include "tests/unit/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "daemon/poison.h"

/* ---- substitutes for the clocks */

static time_t now = 1000;
static int64_t cpu_msecs, waited_msecs;

time_t time(time_t *ret_now)
{
	if (ret_now != NULL)
		*ret_now = now;
	return now;
}

static struct timespec time_of(int64_t msecs)
{
	return (struct timespec){ .tv_sec = msecs / 1000, .tv_nsec = msecs % 1000 * 1000000 };
}

int clock_gettime(clockid_t clock, struct timespec *ret_time)
{
	if (clock == CLOCK_THREAD_CPUTIME_ID)
		*ret_time = time_of(cpu_msecs);
	else if (clock == CLOCK_MONOTONIC_COARSE)
		*ret_time = time_of(cpu_msecs + waited_msecs);
	else
		return (int)syscall(SYS_clock_gettime, clock, ret_time);
	return 0;
}

/* ---- processes: each part of a test has its own, since a process opens the file only once */

static char directory[] = "/tmp/test_poison.XXXXXX";

static int make_directory(void **state)
{
	memcpy(directory + sizeof(directory) - 7, "XXXXXX", 6);
	cpu_msecs = waited_msecs = 0;
	return check_begin(state) == 0 && mkdtemp(directory) != NULL &&
			       setenv("RUNTIME_DIRECTORY", directory, 1) == 0
		       ? 0
		       : -1;
}

static int remove_directory(void **state)
{
	char path[64];

	(void)snprintf(path, sizeof(path), "%s/poison", directory);
	(void)remove(path);
	return check_end(state) | remove(directory);
}

static void run(bool (*part)(void))
{
	pid_t child = fork();
	int status;

	assert_true(child >= 0);
	if (child == 0)
		_exit(part() ? 0 : 1);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

/* The number of marks; the message is not parsed. */
static int marks_of(uint64_t fingerprint)
{
	struct poison_reading reading = poison_begin(fingerprint);

	(void)poison_end(&reading, POISON_NOT_READ);
	return reading.ends;
}

/* Parse the message in this CPU time; returns whether that was slow. */
static bool parse_msecs(uint64_t fingerprint, int msecs, enum poison_end end)
{
	struct poison_reading reading = poison_begin(fingerprint);

	cpu_msecs += msecs;
	return poison_end(&reading, end);
}

static bool parse(uint64_t fingerprint, int secs, enum poison_end end)
{
	return parse_msecs(fingerprint, secs * 1000, end);
}

static bool dies_of_7(void)
{
	poison_open(0);
	return poison_begin(7).slot >= 0;
}

/* ---- marks */

static bool has_no_mark(void)
{
	poison_open(0);
	return marks_of(7) == 0 && marks_of(8) == 0;
}

static bool has_one_mark(void)
{
	poison_open(0);
	return marks_of(7) == 1 && marks_of(8) == 0;
}

static bool has_two_marks(void)
{
	poison_open(0);
	return marks_of(7) == 2 && marks_of(7) == 2 && marks_of(8) == 0;
}

static bool forgets_when_read(void)
{
	poison_open(0);
	(void)parse(8, 0, POISON_READ);
	(void)parse(7, 0, POISON_PART_READ);
	if (marks_of(7) != 2)
		return false;
	(void)parse(7, 0, POISON_READ);
	return marks_of(7) == 0;
}

static void each_crash_is_a_mark_until_the_message_is_read(void **state)
{
	(void)state;
	run(has_no_mark);
	run(dies_of_7);
	run(has_one_mark);
	run(dies_of_7);
	run(has_two_marks);
	run(forgets_when_read);
	run(has_no_mark);
}

static bool is_stopped_in_7(void)
{
	poison_open(0);
	(void)poison_begin(7);
	poison_forget_own();
	return true;
}

static void an_end_for_another_reason_is_no_mark(void **state)
{
	(void)state;
	run(is_stopped_in_7);
	run(has_no_mark);
}

static bool has_no_mark_while_parsing(void)
{
	poison_open(0);
	(void)poison_begin(7);
	return marks_of(7) == 0;
}

static void a_message_that_is_being_parsed_has_no_mark(void **state)
{
	(void)state;
	run(has_no_mark_while_parsing);
}

/* A process in another container, or before the last boot, may have had the same process id. */
static bool had_this_process_id(void)
{
	const uint64_t slot[] = { (uint64_t)getpid() << 32 | 1, 7, 1000 };
	char path[64];
	FILE *file;
	bool is_written;

	(void)snprintf(path, sizeof(path), "%s/poison", directory);
	file = fopen(path, "w");
	if (file == NULL)
		return false;
	(void)fchmod(fileno(file), S_IRUSR | S_IWUSR);
	is_written = fwrite(slot, sizeof(slot), 1, file) == 1;
	if (fclose(file) != 0 || !is_written)
		return false;
	poison_open(0);
	return marks_of(7) == 1;
}

static void a_process_id_may_come_again(void **state)
{
	(void)state;
	run(had_this_process_id);
}

/* ---- slow messages */

static bool counts_cpu_time(void)
{
	poison_open(0);
	if (parse(8, 30, POISON_READ) || !parse(7, 31, POISON_READ) || marks_of(7) != 1)
		return false;
	/* A mail that is slow again keeps its mark; one that is not parsed is not slow. */
	if (!parse(7, 31, POISON_READ) || marks_of(7) != 2 || parse(7, 31, POISON_NOT_READ))
		return false;
	return !parse(7, 1, POISON_READ) && marks_of(7) == 0;
}

static bool does_not_count_waiting(void)
{
	struct poison_reading reading;

	poison_open(0);
	reading = poison_begin(7);
	waited_msecs += 3600 * 1000;
	return !poison_end(&reading, POISON_READ) && parse(7, 31, POISON_READ);
}

/* What many messages before it have taken is not counted for a message. */
static bool counts_one_message(void)
{
	poison_open(0);
	for (int i = 0; i < 1000; i++)
		if (parse_msecs(8, 7, POISON_READ))
			return false;
	return !parse_msecs(8, 30000 - 20, POISON_READ) && !parse_msecs(8, 7, POISON_READ) &&
	       parse_msecs(7, 30000 + 20, POISON_READ);
}

static bool has_half_of_the_timeout(void)
{
	poison_open(20);
	return !parse(8, 10, POISON_READ) && parse(7, 11, POISON_READ);
}

static bool has_no_more_than_the_limit(void)
{
	poison_open(3600);
	return !parse(8, 30, POISON_READ) && parse(7, 31, POISON_READ);
}

static void much_cpu_time_is_a_mark(void **state)
{
	(void)state;
	run(counts_cpu_time);
	run(counts_one_message);
	run(does_not_count_waiting);
	run(has_half_of_the_timeout);
	run(has_no_more_than_the_limit);
}

/* ---- room */

/* The oldest mark is neither the first nor the last. */
static bool dies_of_all(void)
{
	poison_open(0);
	for (int i = 0; i < POISON_SLOTS; i++) {
		now = i == 99 ? 500 : 1000 + i;
		if (poison_begin((uint64_t)i + 1).slot != i)
			return false;
	}
	return true;
}

static bool replaces_the_oldest(void)
{
	poison_open(0);
	now = 2000;
	if (poison_begin(1000).slot != 99)
		return false;
	/* From here on, each new message replaces the oldest one that is left. */
	return marks_of(POISON_SLOTS) == 1 && poison_begin(100).ends == 0;
}

static bool has_no_slot_without_marks(void)
{
	poison_open(0);
	for (int i = 0; i < POISON_SLOTS; i++)
		if (poison_begin((uint64_t)i + 1).slot < 0)
			return false;
	return poison_begin(1000).slot == -1 && !parse(1000, 31, POISON_NOT_READ);
}

static void a_new_message_takes_the_place_of_the_oldest_mark(void **state)
{
	(void)state;
	run(dies_of_all);
	run(replaces_the_oldest);
}

static void without_room_a_message_is_parsed(void **state)
{
	(void)state;
	run(has_no_slot_without_marks);
}

#define POISON_TEST(function) \
	cmocka_unit_test_setup_teardown(function, make_directory, remove_directory)

RUN(POISON_TEST(each_crash_is_a_mark_until_the_message_is_read),
    POISON_TEST(an_end_for_another_reason_is_no_mark),
    POISON_TEST(a_message_that_is_being_parsed_has_no_mark),
    POISON_TEST(a_process_id_may_come_again), POISON_TEST(much_cpu_time_is_a_mark),
    POISON_TEST(a_new_message_takes_the_place_of_the_oldest_mark),
    POISON_TEST(without_room_a_message_is_parsed))
