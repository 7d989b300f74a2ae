/*
 * timeline - runs a command and samples which of the server and the command work at the same time
 *
 * usage: timeline POSTMASTER DATABASE COMMAND [ARGUMENT]...
 *
 * Every 4 ms, finds out which backends of the database and which threads of the command run, or are
 * ready to (state R in proc(5)), and prints shares of the samples on standard error: how many
 * threads run while the server works or waits, then each kind of thread by its name.  A backend
 * or a thread is noticed after 40 ms at most.  Exits as the command did.
 */
#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define SAMPLE_NSECS   4000000
#define SEARCH_SAMPLES 10 /* from one search for new backends to the next */

#define BACKENDS_MAX 64
#define THREADS_MAX  3 /* of the command at the same time; more are counted as 3 */
#define NAMES_MAX    16

struct name {
	char text[32];
	unsigned long samples;
};

struct timeline {
	long postmaster;
	const char *database;
	pid_t command;
	long backends[BACKENDS_MAX];
	size_t backend_count;
	unsigned long samples, together[2][THREADS_MAX + 1]; /* by server and threads */
	struct name names[NAMES_MAX];
	size_t name_count;
};

/* Read a file of /proc as text; false if its process has ended. */
static bool read_file(const char *path, char *text, size_t size)
{
	FILE *file = fopen(path, "re");
	size_t n;

	if (file == NULL)
		return false;
	n = fread(text, 1, size - 1, file);
	text[n] = '\0';
	(void)fclose(file);
	return n > 0;
}

/* Whether a process or thread runs; the name in `stat` may contain brackets. */
static bool runs(const char *path)
{
	char text[512];
	const char *rest;

	if (!read_file(path, text, sizeof(text)))
		return false;
	rest = strrchr(text, ')');
	return rest != NULL && rest[1] == ' ' && rest[2] == 'R';
}

/* The title of a backend is "postgres: USER DATABASE ...". */
static bool is_of_database(long pid, const char *database)
{
	char path[64], title[256], wanted[128];

	(void)snprintf(path, sizeof(path), "/proc/%ld/cmdline", pid);
	(void)snprintf(wanted, sizeof(wanted), " %s ", database);
	return read_file(path, title, sizeof(title)) && strstr(title, wanted) != NULL;
}

static void find_backends(struct timeline *timeline)
{
	char path[64], text[4096], *at = text;
	long pid;

	(void)snprintf(path, sizeof(path), "/proc/%ld/task/%ld/children", timeline->postmaster,
		       timeline->postmaster);
	timeline->backend_count = 0;
	if (!read_file(path, text, sizeof(text)))
		return;
	while ((pid = strtol(at, &at, 10)) > 0 && timeline->backend_count < BACKENDS_MAX)
		if (is_of_database(pid, timeline->database))
			timeline->backends[timeline->backend_count++] = pid;
}

static bool server_works(const struct timeline *timeline)
{
	char path[64];

	for (size_t i = 0; i < timeline->backend_count; i++) {
		(void)snprintf(path, sizeof(path), "/proc/%ld/stat", timeline->backends[i]);
		if (runs(path))
			return true;
	}
	return false;
}

static void count_name(struct timeline *timeline, const char *text)
{
	size_t i = 0;

	while (i < timeline->name_count && strcmp(timeline->names[i].text, text) != 0)
		i++;
	if (i == NAMES_MAX)
		return;
	if (i == timeline->name_count) {
		(void)snprintf(timeline->names[i].text, sizeof(timeline->names[i].text), "%s",
			       text);
		timeline->name_count++;
	}
	timeline->names[i].samples++;
}

/* The number of the command's threads that run. */
static size_t count_threads(struct timeline *timeline)
{
	char folder[64], path[400], name[32];
	const struct dirent *entry;
	size_t count = 0;
	DIR *threads;

	(void)snprintf(folder, sizeof(folder), "/proc/%d/task", (int)timeline->command);
	threads = opendir(folder);
	while (threads != NULL && (entry = readdir(threads)) != NULL) {
		(void)snprintf(path, sizeof(path), "%s/%s/stat", folder, entry->d_name);
		if (entry->d_name[0] == '.' || !runs(path))
			continue;
		(void)snprintf(path, sizeof(path), "%s/%s/comm", folder, entry->d_name);
		if (!read_file(path, name, sizeof(name)))
			continue;
		name[strcspn(name, "\n")] = '\0';
		count_name(timeline, name);
		count++;
	}
	if (threads != NULL)
		(void)closedir(threads);
	return count < THREADS_MAX ? count : THREADS_MAX;
}

static void sample(struct timeline *timeline)
{
	if (timeline->samples++ % SEARCH_SAMPLES == 0)
		find_backends(timeline);
	timeline->together[server_works(timeline)][count_threads(timeline)]++;
}

static void print_share(const struct timeline *timeline, unsigned long samples, const char *what,
			const char *more)
{
	fprintf(stderr, "%5.1f %%  %s%s\n", 100.0 * (double)samples / (double)timeline->samples,
		what, more);
}

static void print(const struct timeline *timeline)
{
	static const char *const servers[] = { "the server waits, ", "the server works, " };
	static const char *const threads[THREADS_MAX + 1] = { "no thread works", "1 thread works",
							      "2 threads work",
							      "3 threads or more work" };

	for (int server = 1; server >= 0; server--)
		for (size_t i = 0; i <= THREADS_MAX; i++)
			print_share(timeline, timeline->together[server][i], servers[server],
				    threads[i]);
	for (size_t i = 0; i < timeline->name_count; i++)
		print_share(timeline, timeline->names[i].samples, "thread ",
			    timeline->names[i].text);
}

static pid_t start(char **command)
{
	pid_t pid = fork();

	if (pid != 0)
		return pid;
	(void)execvp(command[0], command);
	fprintf(stderr, "timeline: %s: %s\n", command[0], strerror(errno));
	_exit(127);
}

int main(int argc, char **argv)
{
	const struct timespec pause = { .tv_nsec = SAMPLE_NSECS };
	struct timeline timeline = { 0 };
	int status;

	if (argc < 4) {
		fputs("usage: timeline POSTMASTER DATABASE COMMAND [ARGUMENT]...\n", stderr);
		return 2;
	}
	timeline.postmaster = strtol(argv[1], NULL, 10);
	timeline.database = argv[2];
	timeline.command = start(argv + 3);
	while (waitpid(timeline.command, &status, WNOHANG) == 0) {
		sample(&timeline);
		(void)nanosleep(&pause, NULL);
	}
	if (timeline.samples > 0)
		print(&timeline);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 125;
}
