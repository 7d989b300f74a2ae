/*
 * run - runs a command and measures it
 *
 * usage: run FILE POSTMASTER COMMAND [ARGUMENT]...
 *
 * Appends one line to FILE: seconds, CPU seconds of the command and of the processes it started,
 * CPU seconds of the server whose postmaster has that process id (0: no server), the peak memory
 * of the command in KiB, and the CPU seconds of only the processes that it started.  The server's
 * CPU time is that of the postmaster and of its children, including those that ended meanwhile.  It
 * and the last number are in ticks of the kernel (a hundredth of a second).  Exits with the
 * command's status.
 */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define SETTLE_NSECS 200000000 /* a backend whose client has exited needs a moment to end */

struct cpu {
	long parent;
	unsigned long own, ended; /* ticks; of children that were waited for */
};

static double now(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* The times of a process from proc(5); -1 if it has ended. */
static int read_cpu(const char *pid, struct cpu *ret_cpu)
{
	char path[300], line[2048];
	unsigned long user, system, ended_user, ended_system;
	const char *rest;
	size_t n;
	FILE *file;

	(void)snprintf(path, sizeof(path), "/proc/%s/stat", pid);
	file = fopen(path, "re");
	if (file == NULL)
		return -1;
	n = fread(line, 1, sizeof(line) - 1, file);
	(void)fclose(file);
	line[n] = '\0';
	/* The name may contain any character, so the fields start after the last bracket. */
	rest = strrchr(line, ')');
	if (rest == NULL ||
	    sscanf(rest + 2, "%*c %ld %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu %lu %lu",
		   &ret_cpu->parent, &user, &system, &ended_user, &ended_system) != 5)
		return -1;
	ret_cpu->own = user + system;
	ret_cpu->ended = ended_user + ended_system;
	return 0;
}

static double from_ticks(unsigned long ticks)
{
	return (double)ticks / (double)sysconf(_SC_CLK_TCK);
}

static double server_cpu(long postmaster)
{
	unsigned long ticks = 0;
	struct dirent *entry;
	DIR *proc = opendir("/proc");

	while (proc != NULL && (entry = readdir(proc)) != NULL) {
		struct cpu cpu;

		if (!isdigit((unsigned char)entry->d_name[0]) || read_cpu(entry->d_name, &cpu) != 0)
			continue;
		if (strtol(entry->d_name, NULL, 10) == postmaster)
			ticks += cpu.own + cpu.ended;
		else if (cpu.parent == postmaster)
			ticks += cpu.own;
	}
	if (proc != NULL)
		(void)closedir(proc);
	return from_ticks(ticks);
}

static double seconds(const struct timeval *t)
{
	return (double)t->tv_sec + (double)t->tv_usec / 1e6;
}

/* The CPU time of the processes that the ended process `pid`, a zombie, has waited for. */
static double started_cpu(pid_t pid)
{
	char name[32];
	struct cpu cpu;

	(void)snprintf(name, sizeof(name), "%ld", (long)pid);
	return read_cpu(name, &cpu) == 0 ? from_ticks(cpu.ended) : 0;
}

static int run(char **command, double *ret_seconds, struct rusage *ret_usage, double *ret_started)
{
	double start = now();
	pid_t pid = fork();
	siginfo_t ended;
	int status;

	if (pid == 0) {
		(void)execvp(command[0], command);
		fprintf(stderr, "run: %s: %s\n", command[0], strerror(errno));
		_exit(127);
	}
	if (pid < 0 || waitid(P_PID, (id_t)pid, &ended, WEXITED | WNOWAIT) != 0)
		return 126;
	*ret_seconds = now() - start;
	*ret_started = started_cpu(pid);
	if (wait4(pid, &status, 0, ret_usage) != pid)
		return 126;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 125;
}

int main(int argc, char **argv)
{
	const struct timespec settle = { .tv_nsec = SETTLE_NSECS };
	double before, server = 0, wall = 0, started = 0;
	struct rusage usage = { 0 };
	long postmaster;
	FILE *file;
	int status;

	if (argc < 4) {
		fputs("usage: run FILE POSTMASTER COMMAND [ARGUMENT]...\n", stderr);
		return 2;
	}
	postmaster = strtol(argv[2], NULL, 10);
	before = postmaster > 0 ? server_cpu(postmaster) : 0;
	status = run(argv + 3, &wall, &usage, &started);
	if (postmaster > 0) {
		(void)nanosleep(&settle, NULL);
		server = server_cpu(postmaster) - before;
	}
	file = fopen(argv[1], "ae");
	if (file == NULL ||
	    fprintf(file, "%.3f\t%.3f\t%.2f\t%ld\t%.2f\n", wall,
		    seconds(&usage.ru_utime) + seconds(&usage.ru_stime), server, usage.ru_maxrss,
		    started) < 0 ||
	    fclose(file) != 0) {
		fprintf(stderr, "run: %s: %s\n", argv[1], strerror(errno));
		return 1;
	}
	return status;
}
