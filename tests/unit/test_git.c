/* test_git - git processes that are silent, print much or do not end; see daemon/git.h */
#include "tests/unit/check.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "daemon/git.h"

/* Start git with an alias that is this shell script. */
static struct git *start_with(const char *script, unsigned options)
{
	g_autofree char *alias = g_strconcat("alias.x=!", script, NULL);
	g_autoptr(GPtrArray) words = git_arguments("-c", alias, "x", NULL);
	struct git *git;

	assert_int_equal(git_start(NULL, words, options, &git), 0);
	return git;
}

static struct git *start(const char *script)
{
	return start_with(script, 0);
}

/* Read the process id that the script prints first. */
static pid_t read_pid(struct git *git)
{
	char text[32];
	ssize_t n = git_read(git, text, sizeof(text));
	int64_t process;

	assert_true(n > 1);
	assert_true(view_number(view_of(text, (size_t)n - 1), INT32_MAX, &process));
	return (pid_t)process;
}

/* Whether a process runs; init may let one that has ended be a zombie for a long time. */
static bool is_running(pid_t process)
{
	g_autofree char *path = g_strdup_printf("/proc/%d/stat", process);
	g_autofree char *text = NULL;

	return g_file_get_contents(path, &text, NULL, NULL) && strstr(text, ") Z ") == NULL;
}

static bool ends(pid_t process)
{
	for (int i = 0; i < 1000 && is_running(process); i++)
		g_usleep(10000);
	return !is_running(process);
}

static void a_silent_git_is_given_up(void **state)
{
	struct git *git = start("echo $$; exec sleep 20");
	pid_t child = read_pid(git);

	(void)state;
	assert_int_equal(git_collect(git, 1, NULL, NULL), -ETIMEDOUT);
	git_kill(git);
	assert_true(ends(child));
}

static void a_git_that_prints_is_not(void **state)
{
	struct git *git = start("for i in 1 2 3 4 5 6 7; do echo $i; sleep 0.5; done");
	GString *output = g_string_new(NULL);

	(void)state;
	assert_int_equal(git_collect(git, 3, output, NULL), 0);
	assert_string_equal(output->str, "1\n2\n3\n4\n5\n6\n7\n");
	assert_int_equal(git_end(git), 0);
	g_string_free(output, TRUE);
}

/* git_kill() waits for git, and git for its child: the alarm ends a test that fails. */
static void a_git_that_ignores_sigterm_is_killed(void **state)
{
	struct git *git = start("trap '' TERM; echo $$; sleep 60; sleep 60");
	pid_t child = read_pid(git);

	(void)state;
	(void)alarm(30);
	git_kill(git);
	(void)alarm(0);
	assert_true(ends(child));
}

static void output_has_a_limit(void **state)
{
	struct git *git = start("head -c 3000000 /dev/zero; echo the end");
	GString *output = g_string_new(NULL);

	(void)state;
	assert_int_equal(git_collect(git, 0, output, NULL), 0);
	assert_in_range(output->len, GIT_COLLECT_BYTES_MAX / 2, GIT_COLLECT_BYTES_MAX);
	assert_true(g_str_has_suffix(output->str + output->len - strlen("the end\n"), "the end\n"));
	assert_int_equal(git_end(git), 0);
	g_string_free(output, TRUE);
}

static void a_stop_descriptor_ends_reading(void **state)
{
	struct git *git = start("exec sleep 20");
	char buffer[16];
	int ends_of_pipe[2];

	(void)state;
	assert_int_equal(pipe(ends_of_pipe), 0);
	assert_int_equal(write(ends_of_pipe[1], "x", 1), 1);
	git_stop_at(git, ends_of_pipe[0]);
	assert_int_equal(git_read(git, buffer, sizeof(buffer)), -ECANCELED);
	assert_int_equal(git_collect(git, 0, NULL, NULL), -ECANCELED);
	git_kill(git);
	(void)close(ends_of_pipe[0]);
	(void)close(ends_of_pipe[1]);
}

/* Neither pipe blocks git while the other is read, and errors may come after the output. */
static void errors_of_git_are_read_beside_its_output(void **state)
{
	struct git *git = start_with("head -c 3000000 /dev/zero >&2; echo output;"
				     " { sleep 0.2; echo the end >&2; } >&- &",
				     GIT_COMPLAINTS);
	g_autoptr(GString) complaints = g_string_new(NULL);
	char text[32];

	(void)state;
	assert_int_equal(git_read_both(git, text, sizeof(text), complaints), strlen("output\n"));
	assert_memory_equal(text, "output\n", strlen("output\n"));
	assert_int_equal(git_read_both(git, text, sizeof(text), complaints), 0);
	assert_int_equal(git_end(git), 0);
	assert_in_range(complaints->len, GIT_COLLECT_BYTES_MAX / 2, GIT_COLLECT_BYTES_MAX);
	assert_true(g_str_has_suffix(complaints->str + complaints->len - strlen("the end\n"),
				     "the end\n"));
}

static void an_error_of_git_is_one_line(void **state)
{
	static const struct {
		const char *complaints, *error;
	} cases[] = {
		{ "", NULL },
		{ "Receiving objects: 1%\rReceiving objects: 2%\nwarning: old\n", NULL },
		{ "progress\rfatal: bad revision 'x'\n", "fatal: bad revision 'x'" },
		{ "fatal: no such path\nUse '--' to separate paths\n", "fatal: no such path" },
		{ "error: one\nhint: try\nfatal: two\n", "error: one; fatal: two" },
		{ "fatal: cannot lock:\nno space\nmore\n", "fatal: cannot lock: no space" },
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GString) complaints = g_string_new(cases[i].complaints);
		g_autofree char *error = git_error(complaints);

		if (g_strcmp0(error, cases[i].error) != 0)
			fail_msg("'%s' is the error of '%s'", error, cases[i].complaints);
	}
}

static void a_git_that_cannot_be_started_is_an_errno(void **state)
{
	g_autoptr(GPtrArray) words = git_arguments("version", NULL);
	g_autofree char *folder = g_dir_make_tmp("git.XXXXXX", NULL);
	g_autofree char *program = g_build_filename(folder, "git", NULL);
	g_autofree char *path = g_strdup(g_getenv("PATH"));
	struct git *git;

	(void)state;
	assert_true(g_setenv("PATH", folder, TRUE));
	assert_int_equal(git_start(NULL, words, 0, &git), -ENOENT);
	assert_true(g_file_set_contents(program, "not executable", -1, NULL));
	assert_int_equal(git_start(NULL, words, 0, &git), -EACCES);
	assert_true(g_setenv("PATH", path, TRUE));
	assert_int_equal(unlink(program), 0);
	assert_int_equal(rmdir(folder), 0);
}

static void passwords_are_not_asked_for(void **state)
{
	struct git *git = start("echo $GIT_TERMINAL_PROMPT");
	GString *output = g_string_new(NULL);

	(void)state;
	assert_int_equal(git_collect(git, 0, output, NULL), 0);
	assert_string_equal(output->str, "0\n");
	assert_int_equal(git_end(git), 0);
	g_string_free(output, TRUE);
}

static gpointer start_and_end(gpointer unused)
{
	g_autoptr(GPtrArray) words = git_arguments("hash-object", "--stdin", NULL);
	struct git *git;

	(void)unused;
	return git_start(NULL, words, GIT_INPUT, &git) == 0 ? git : NULL;
}

/* git waits for its input, which is not closed. */
static void git_ends_with_the_thread_that_started_it(void **state)
{
	struct git *git = g_thread_join(g_thread_new("starter", start_and_end, NULL));

	(void)state;
	assert_non_null(git);
	assert_int_equal(git_collect(git, 20, NULL, NULL), 0);
	assert_int_equal(git_end(git), -ECHILD);
}

RUN(TEST(a_silent_git_is_given_up), TEST(a_git_that_prints_is_not),
    TEST(a_git_that_ignores_sigterm_is_killed), TEST(output_has_a_limit),
    TEST(a_stop_descriptor_ends_reading), TEST(errors_of_git_are_read_beside_its_output),
    TEST(an_error_of_git_is_one_line), TEST(a_git_that_cannot_be_started_is_an_errno),
    TEST(passwords_are_not_asked_for), TEST(git_ends_with_the_thread_that_started_it))
