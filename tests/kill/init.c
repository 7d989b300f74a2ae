/*
 * init - runs a command below a process called init that adopts orphans, as on a host
 *
 *	init COMMAND [ARGUMENT]...
 *
 * Exits with the command's status when no process is left below it.
 */
#include <errno.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	int status = 0, result = 75;
	pid_t command, ended;

	if (argc < 2)
		return 64;
	(void)prctl(PR_SET_CHILD_SUBREAPER, 1);
	(void)prctl(PR_SET_NAME, "init");
	command = fork();
	if (command == 0) {
		(void)execvp(argv[1], argv + 1);
		_exit(127);
	}
	while ((ended = wait(&status)) > 0 || errno == EINTR)
		if (ended == command)
			result = WIFEXITED(status) ? WEXITSTATUS(status) : 75;
	return result;
}
