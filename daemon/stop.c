/* stop - the signals that end a command after its current transaction; see stop.h */
#include "daemon/stop.h"

#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <unistd.h>

volatile sig_atomic_t stop_requested;
static int stop_fd = -1;

static void stop(int signal_number)
{
	const uint64_t one = 1;
	int saved = errno;
	ssize_t n;

	(void)signal_number;
	stop_requested = 1;
	n = write(stop_fd, &one, sizeof(one));
	(void)n; /* it fails only if the descriptor is readable already */
	errno = saved;
}

int stop_catch(int *ret_fd)
{
	struct sigaction action = { .sa_handler = stop, .sa_flags = (int)SA_RESETHAND };

	stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (stop_fd < 0)
		return -errno;
	(void)sigaction(SIGINT, &action, NULL);
	(void)sigaction(SIGTERM, &action, NULL);
	*ret_fd = stop_fd;
	return 0;
}
