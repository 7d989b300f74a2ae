/*
 * each - runs a command once for each of many mails and measures the time of one run
 *
 * usage: each FIRST COUNT COMMAND [ARGUMENT]...
 *
 * The command's standard input is a file with a letter (letters.h).  Prints the median and the 99th
 * percentile of the times from fork to exit, in milliseconds.  Any exit status except 0 is a
 * failure.
 */
#define _GNU_SOURCE /* memfd_create() */
#include <errno.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tests/bench/letters.h"

#define SEED 7

extern char **environ;

static _Noreturn void die(const char *what, const char *why)
{
	fprintf(stderr, "each: %s: %s\n", what, why);
	exit(1);
}

static double now_msecs(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static int file_of(const GString *letter)
{
	int fd = memfd_create("letter", 0);

	if (fd < 0 || write(fd, letter->str, letter->len) != (ssize_t)letter->len ||
	    lseek(fd, 0, SEEK_SET) != 0)
		die("memory file", strerror(errno));
	return fd;
}

static double time_one(const GString *letter, char **command)
{
	int fd = file_of(letter), status, r;
	posix_spawn_file_actions_t actions;
	double began;
	pid_t pid;

	(void)posix_spawn_file_actions_init(&actions);
	(void)posix_spawn_file_actions_adddup2(&actions, fd, STDIN_FILENO);
	(void)posix_spawn_file_actions_addclose(&actions, fd);
	began = now_msecs();
	r = posix_spawnp(&pid, command[0], &actions, NULL, command, environ);
	if (r != 0)
		die(command[0], strerror(r));
	if (waitpid(pid, &status, 0) != pid || !WIFEXITED(status) || WEXITSTATUS(status) != 0)
		die(command[0], "did not exit 0");
	began = now_msecs() - began;
	(void)posix_spawn_file_actions_destroy(&actions);
	(void)close(fd);
	return began;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

int main(int argc, char **argv)
{
	int first, count;
	GPtrArray *letters;
	double *times;

	if (argc < 4) {
		fputs("usage: each FIRST COUNT COMMAND [ARGUMENT]...\n", stderr);
		return 2;
	}
	first = (int)strtol(argv[1], NULL, 10);
	count = (int)strtol(argv[2], NULL, 10);
	if (first < 0 || count < 1)
		die("bad numbers", argv[2]);
	letters = letters_make(first + count, SEED);
	times = g_new0(double, (gsize)count);
	for (int i = 0; i < count; i++)
		times[i] = time_one(letters->pdata[first + i], argv + 3);
	qsort(times, (size_t)count, sizeof(double), compare);
	printf("%.2f\t%.2f\n", times[count / 2], times[count * 99 / 100]);
	return 0;
}
