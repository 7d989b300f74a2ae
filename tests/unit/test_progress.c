/* test_progress - the progress of an import as shown on a terminal; see daemon/import/progress.h */
#include "tests/unit/check.h"

#include <stdio.h>
#include <unistd.h>

#include "daemon/import/progress.h"

/* The output of progress_show() on standard error. */
static struct view shown(struct arena *arena, struct progress *progress)
{
	char text[1024];
	FILE *file = tmpfile();
	int saved = dup(STDERR_FILENO);
	size_t n;

	assert_non_null(file);
	assert_true(saved >= 0 && dup2(fileno(file), STDERR_FILENO) >= 0);
	progress_show(progress);
	assert_true(dup2(saved, STDERR_FILENO) >= 0);
	assert_int_equal(close(saved), 0);
	rewind(file);
	n = fread(text, 1, sizeof(text), file);
	assert_int_equal(fclose(file), 0);
	return arena_copy(arena, view_of(text, n));
}

static struct progress half_done(void)
{
	struct progress progress;

	progress_start(&progress, 2000, false);
	progress.shown_usecs = 0; /* the next output is due */
	progress.on_terminal = false;
	progress.bytes_done = 1000;
	progress.series = 7;
	for (int i = 0; i < 3; i++)
		progress_count(&progress, VERDICT_PATCH);
	progress_count(&progress, VERDICT_COMMENT);
	return progress;
}

static bool holds(struct view text, const char *part)
{
	return view_search(text, view_str(part), 0) < text.len;
}

static void shows_lines(void **state)
{
	struct progress progress = half_done();
	struct view text = shown(*state, &progress);

	assert_true(view_starts(text, VIEW("patchmda import:  50 %  4 messages, ")));
	assert_true(holds(text, " a second, 3 patches, 7 series, 1 comments\n"));
	check_view("before the next output is due", shown(*state, &progress), VIEW(""));
}

static void shows_a_bar(void **state)
{
	struct progress progress = half_done();
	struct view text;

	progress.on_terminal = true;
	text = shown(*state, &progress);
	assert_true(view_starts(text, VIEW("\r\033[K[##########..........]  50 %  4 ")));
	assert_false(holds(text, "\n"));
}

static void shows_the_remaining_time(void **state)
{
	struct progress progress = half_done();

	progress.started_usecs -= INT64_C(3600) * 1000000;
	assert_true(holds(shown(*state, &progress), ", 60 min to go, 3 patches, 7 series"));
}

static void shows_no_percentage_for_a_pipe(void **state)
{
	struct progress progress = half_done();
	struct view text;

	progress.bytes_all = 0;
	progress.on_terminal = true;
	text = shown(*state, &progress);
	assert_true(view_starts(text, VIEW("\r\033[K4 messages, ")));
}

static void shows_nothing_if_quiet(void **state)
{
	struct progress progress = half_done();

	progress.is_quiet = true;
	check_view("quiet", shown(*state, &progress), VIEW(""));
}

RUN(TEST(shows_lines), TEST(shows_a_bar), TEST(shows_the_remaining_time),
    TEST(shows_no_percentage_for_a_pipe), TEST(shows_nothing_if_quiet))
