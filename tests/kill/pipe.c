/*
 * pipe - pipes a mail to a command, as Postfix's pipe(8) does, and dies in the middle
 *
 *	pipe [-s] [-n] [-e] BYTES COMMAND [ARGUMENT]... < MAIL
 *
 * Writes the mail to the standard input of the command, which has a session of its own, and exits
 * with the command's status.  After BYTES (at least 1; `all`: never) it dies by SIGKILL, which is
 * the end of input for the command; the caller has to find the command and wait for it.
 *
 * -s  runs the command below another process that waits for it, as a shell may be
 * -n  runs the command in the session of the caller
 * -e  dies only after the command has begun to read
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

static bool has_shell, is_ours, is_early;

static int status_of(pid_t child)
{
	int status;

	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			return 75;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 75;
}

static void run(char **argv)
{
	pid_t child = has_shell ? fork() : 0;

	if (child > 0)
		_exit(status_of(child));
	(void)execvp(argv[0], argv);
	_exit(127);
}

static pid_t start(char **argv, int *ret_fd)
{
	int ends[2];
	pid_t child;

	if (pipe(ends) != 0)
		return -1;
	child = fork();
	if (child == 0) {
		if (!is_ours)
			(void)setsid();
		(void)dup2(ends[0], STDIN_FILENO);
		(void)close(ends[0]);
		(void)close(ends[1]);
		run(argv);
	}
	(void)close(ends[0]);
	*ret_fd = ends[1];
	return child;
}

/*
 * Wait until the command has read the written bytes, and so has determined its parents, or has
 * ended.
 */
static void wait_until_read(int fd)
{
	struct pollfd end = { .fd = fd };
	int unread = 1;

	while (ioctl(fd, FIONREAD, &unread) == 0 && unread > 0 && poll(&end, 1, 1) == 0)
		continue;
}

static void copy(int fd, long bytes)
{
	char buffer[4096];
	size_t want = bytes >= 0 ? 1 : sizeof(buffer);
	ssize_t n;

	while (bytes != 0 && (n = read(STDIN_FILENO, buffer, want)) > 0) {
		if (write(fd, buffer, (size_t)n) != n)
			break;
		if (bytes > 0 && want == 1 && !is_early)
			wait_until_read(fd);
		bytes -= bytes > 0 ? (long)n : 0;
		want = bytes > 0 && bytes < (long)sizeof(buffer) ? (size_t)bytes : sizeof(buffer);
	}
	if (bytes == 0)
		(void)kill(getpid(), SIGKILL);
	(void)close(fd);
}

int main(int argc, char **argv)
{
	int option, fd = -1;
	pid_t command;

	while ((option = getopt(argc, argv, "+sne")) > 0) {
		has_shell = has_shell || option == 's';
		is_ours = is_ours || option == 'n';
		is_early = is_early || option == 'e';
	}
	if (argc - optind < 2)
		return 64;
	(void)signal(SIGPIPE, SIG_IGN);
	command = start(argv + optind + 1, &fd);
	if (command < 0)
		return 75;
	copy(fd, strcmp(argv[optind], "all") == 0 ? -1 : strtol(argv[optind], NULL, 10));
	return status_of(command);
}
