/*
 * run - runs `patchmda parse` for every mail of the corpus and compares its output
 *
 * usage: run DIRECTORY [WORD]
 *
 * Each directory below DIRECTORY that contains an expected.json is a case (see README).  The mail
 * is read by "parse ARGS... MAIL" in a process of its own, so that a crash fails one case only; the
 * command is linked in, because starting a program takes longer than a whole case.  The keys of
 * expected.json must have exactly the same values in the printed object, with header names in the
 * same order.  With WORD, only cases whose names contain it are run.  Prints TAP; exits 0 if all
 * are equal.
 */
#include <dirent.h>
#include <errno.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "daemon/commands/commands.h"

#define PATH_BYTES_MAX   4096
#define ARGS_MAX         16          /* in the arguments of a case */
#define CASE_SECS_MAX    30          /* then SIGALRM ends the program, and the case fails */
#define OUTPUT_BYTES_MAX (64u << 20) /* the rest is not read, so the output is not JSON */
#define EXCERPT_BYTES    60          /* of a long string that are shown */

struct corpus {
	const char *dir;
	unsigned int ran;
	unsigned int failed;
};

struct buffer {
	char *ptr;
	size_t len;
};

static void case_path(char *ret_path, const struct corpus *corpus, const char *name,
		      const char *file)
{
	int n = snprintf(ret_path, PATH_BYTES_MAX, "%s/%s/%s", corpus->dir, name, file);

	if (n < 0 || n >= PATH_BYTES_MAX) {
		printf("Bail out! path too long: %s/%s\n", name, file);
		exit(1);
	}
}

/* Reads `fd` to its end; output beyond OUTPUT_BYTES_MAX is cut. */
static int read_all(int fd, struct buffer *ret_buffer)
{
	struct buffer buf = { NULL, 0 };
	size_t room = 0;
	ssize_t n;

	do {
		if (room - buf.len < 4096) {
			char *grown = realloc(buf.ptr, room = room * 2 + 65536);

			if (grown == NULL) {
				free(buf.ptr);
				return -ENOMEM;
			}
			buf.ptr = grown;
		}
		do
			n = read(fd, buf.ptr + buf.len, room - buf.len);
		while (n < 0 && errno == EINTR);
		if (n > 0)
			buf.len += (size_t)n;
	} while (n > 0 && buf.len < OUTPUT_BYTES_MAX);

	*ret_buffer = buf;
	return 0;
}

/* Adds the lines of the case's args file, if it exists, after argv[count]. */
static int read_args(const char *path, char *text, size_t size, char **argv, int count)
{
	FILE *file = fopen(path, "re");
	char *word;
	size_t len;

	if (file == NULL)
		return count;
	len = fread(text, 1, size - 1, file);
	text[len] = '\0';
	(void)fclose(file);

	while ((word = strsep(&text, "\n")) != NULL && count < ARGS_MAX - 1)
		if (word[0] != '\0')
			argv[count++] = word;
	return count;
}

static _Noreturn void become_command(const struct corpus *corpus, const char *name, int out)
{
	static char parse[] = "parse";
	char mail[PATH_BYTES_MAX], args[PATH_BYTES_MAX], text[4096];
	char *argv[ARGS_MAX + 1] = { parse };
	int count;

	case_path(mail, corpus, name, "mail");
	case_path(args, corpus, name, "args");
	count = read_args(args, text, sizeof(text), argv, 1);
	argv[count++] = mail;
	argv[count] = NULL;

	if (dup2(out, STDOUT_FILENO) < 0)
		_exit(127);
	(void)close(out);
	(void)alarm(CASE_SECS_MAX);
	exit(cmd_parse(count, argv));
}

/* Runs the command for one case, with our standard error. */
static int run_command(const struct corpus *corpus, const char *name, struct buffer *ret_output,
		       int *ret_status)
{
	int ends[2], r;
	pid_t pid;

	if (pipe(ends) < 0)
		return -errno;
	(void)fflush(stdout);
	pid = fork();
	if (pid < 0) {
		r = -errno;
		(void)close(ends[0]);
		(void)close(ends[1]);
		return r;
	}
	if (pid == 0) {
		(void)close(ends[0]);
		become_command(corpus, name, ends[1]);
	}

	(void)close(ends[1]);
	r = read_all(ends[0], ret_output);
	(void)close(ends[0]);
	while (waitpid(pid, ret_status, 0) < 0)
		if (errno != EINTR)
			return -errno;
	return r;
}

static void print_value(const char *label, const json_t *value)
{
	char *text = value ? json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT) : NULL;

	printf("#\t%s %s\n", label, text ? text : "nothing");
	free(text);
}

static void print_excerpt(const char *label, const json_t *string, size_t at)
{
	size_t from = at > EXCERPT_BYTES / 2 ? at - EXCERPT_BYTES / 2 : 0;
	const char *text = json_string_value(string);
	size_t len = json_string_length(string);
	size_t end = len - from < EXCERPT_BYTES ? len : from + EXCERPT_BYTES;
	json_t *part;

	/* A cut must not be inside a character: bytes 10xxxxxx continue one. */
	while (from > 0 && ((unsigned char)text[from] & 0xc0) == 0x80)
		from--;
	while (end < len && ((unsigned char)text[end] & 0xc0) == 0x80)
		end++;
	part = json_stringn(text + from, end - from);
	print_value(label, part);
	json_decref(part);
}

/* Shows the difference of two values; of long strings, only the text around it. */
static void explain(const char *key, const json_t *expected, const json_t *got)
{
	size_t e_len = json_string_length(expected), g_len = json_string_length(got);
	size_t at = 0;

	if (!json_is_string(expected) || !json_is_string(got) ||
	    (e_len <= 2 * EXCERPT_BYTES && g_len <= 2 * EXCERPT_BYTES)) {
		printf("# %s:\n", key);
		print_value("expected", expected);
		print_value("got     ", got);
		return;
	}

	while (at < e_len && at < g_len &&
	       json_string_value(expected)[at] == json_string_value(got)[at])
		at++;
	printf("# %s: differs at byte %zu (expected %zu bytes, got %zu), near\n", key, at, e_len,
	       g_len);
	print_excerpt("expected", expected, at);
	print_excerpt("got     ", got, at);
}

/* Objects are equal if they have the same keys in the same order, with equal values. */
static bool same_object(const char *key, json_t *expected, json_t *got)
{
	void *e = json_object_iter(expected), *g = json_object_iter(got);
	bool same = true;

	for (; e != NULL && g != NULL;
	     e = json_object_iter_next(expected, e), g = json_object_iter_next(got, g)) {
		const char *e_key = json_object_iter_key(e), *g_key = json_object_iter_key(g);

		if (strcmp(e_key, g_key) != 0) {
			printf("# %s: expected name %s, got name %s\n", key, e_key, g_key);
			return false;
		}
		if (!json_equal(json_object_iter_value(e), json_object_iter_value(g))) {
			printf("# %s:\n", key);
			explain(e_key, json_object_iter_value(e), json_object_iter_value(g));
			same = false;
		}
	}
	if (e != NULL)
		printf("# %s: expected name %s, got the end\n", key, json_object_iter_key(e));
	if (g != NULL)
		printf("# %s: expected the end, got name %s\n", key, json_object_iter_key(g));
	return same && e == NULL && g == NULL;
}

static bool same_keys(json_t *expected, json_t *got)
{
	const char *key;
	json_t *value;
	bool same = true;

	json_object_foreach (expected, key, value) {
		json_t *other = json_object_get(got, key);

		if (json_is_object(value) && json_is_object(other)) {
			same = same_object(key, value, other) && same;
		} else if (!json_equal(value, other)) {
			explain(key, value, other);
			same = false;
		}
	}
	return same;
}

static bool has_file(const struct corpus *corpus, const char *name, const char *file)
{
	char path[PATH_BYTES_MAX];

	case_path(path, corpus, name, file);
	return access(path, F_OK) == 0;
}

static json_t *load_values(const struct corpus *corpus, const char *name, const char *file)
{
	char path[PATH_BYTES_MAX];
	json_error_t error;
	json_t *expected;

	case_path(path, corpus, name, file);
	expected = json_load_file(path, JSON_REJECT_DUPLICATES, &error);
	if (expected == NULL)
		printf("# %s, line %d: %s\n", file, error.line, error.text);
	else if (!json_is_object(expected) || json_object_size(expected) == 0)
		printf("# %s: no object, or an empty one\n", file);
	else
		return expected;
	json_decref(expected);
	return NULL;
}

static json_t *load_output(const struct corpus *corpus, const char *name)
{
	struct buffer output = { NULL, 0 };
	json_error_t error;
	json_t *got = NULL;
	int status = 0, r;

	r = run_command(corpus, name, &output, &status);
	if (r < 0) {
		printf("# cannot run it: %s\n", strerror(-r));
	} else if (WIFSIGNALED(status)) {
		printf("# ended by signal %d (%s)\n", WTERMSIG(status),
		       strsignal(WTERMSIG(status)));
	} else if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
		printf("# exit status %d\n", WEXITSTATUS(status));
	} else {
		got = json_loadb(output.ptr, output.len, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL,
				 &error);
		if (got == NULL)
			printf("# output, line %d: %s\n", error.line, error.text);
	}
	free(output.ptr);
	return got;
}

/* The result of an improvement must differ from the reference's. */
static bool is_improved(const struct corpus *corpus, const char *name, json_t *got)
{
	json_t *reference, *value;
	const char *key;
	bool improved = true;

	if (!has_file(corpus, name, "reference.json"))
		return true;
	reference = load_values(corpus, name, "reference.json");
	if (reference == NULL)
		return false;
	json_object_foreach (reference, key, value) {
		if (!json_equal(value, json_object_get(got, key)))
			continue;
		printf("# %s: as the reference has it\n", key);
		improved = false;
	}
	json_decref(reference);
	return improved;
}

/* Differences are printed as comments before the case's "not ok". */
static void run_case(struct corpus *corpus, const char *name)
{
	json_t *expected = load_values(corpus, name, "expected.json");
	json_t *got = expected ? load_output(corpus, name) : NULL;
	bool same = expected && got && same_keys(expected, got) && is_improved(corpus, name, got);

	corpus->ran++;
	if (!same)
		corpus->failed++;
	printf("%s %u - %s\n", same ? "ok" : "not ok", corpus->ran, name);
	json_decref(expected);
	json_decref(got);
}

static bool is_case(const struct corpus *corpus, const char *name)
{
	return name[0] != '.' && has_file(corpus, name, "expected.json");
}

int main(int argc, char **argv)
{
	struct corpus corpus = { 0 };
	struct dirent **entries;
	int count;

	if (argc != 2 && argc != 3) {
		fprintf(stderr, "usage: %s DIRECTORY [WORD]\n", argv[0]);
		return 2;
	}
	corpus.dir = argv[1];

	count = scandir(corpus.dir, &entries, NULL, alphasort);
	if (count < 0) {
		printf("Bail out! %s: %s\n", corpus.dir, strerror(errno));
		return 1;
	}
	for (int i = 0; i < count; i++) {
		const char *name = entries[i]->d_name;

		if (is_case(&corpus, name) && (argc == 2 || strstr(name, argv[2]) != NULL))
			run_case(&corpus, name);
		free(entries[i]);
	}
	free(entries);

	printf("1..%u\n", corpus.ran);
	if (corpus.ran == 0)
		printf("# no cases\n");
	else
		printf("# %u of %u cases as expected\n", corpus.ran - corpus.failed, corpus.ran);
	return corpus.ran == 0 || corpus.failed > 0;
}
