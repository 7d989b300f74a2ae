/* sockets - the listening sockets of a daemon; see sockets.h */
#include "daemon/sockets.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include "daemon/listen.h"
#include "daemon/log.h"

static int adopt(GArray *fds)
{
	char **names = NULL;
	int count = sd_listen_fds_with_names(1, &names);
	int r = count < 0 ? count : 0;

	for (int i = 0; i < count && r == 0; i++) {
		int fd = SD_LISTEN_FDS_START + i;

		if (sd_is_socket(fd, AF_UNSPEC, SOCK_STREAM, 1) <= 0) {
			log_line(LOG_ERR,
				 "socket %s from systemd is not a listening stream socket: "
				 "use ListenStream= and Accept=no",
				 names[i]);
			r = -EINVAL;
		} else if (fcntl(fd, F_SETFL, O_NONBLOCK) != 0) {
			r = -errno;
		} else {
			/* systemd calls a socket so that has no name. */
			if (strcmp(names[i], "unknown") == 0)
				log_line(LOG_INFO, "listening on descriptor %d from systemd", fd);
			else
				log_line(LOG_INFO, "listening on %s from systemd", names[i]);
			g_array_append_val(fds, fd);
		}
	}
	for (int i = 0; names != NULL && names[i] != NULL; i++)
		free(names[i]);
	free(names);
	return r;
}

static int open_own(const struct address_list *addresses, GArray *fds)
{
	for (size_t i = 0; i < addresses->count; i++) {
		const char *address = addresses->items[i];
		const char *error;
		int opened[LISTEN_SOCKETS_MAX];
		size_t opened_count = 0;
		int r = listen_open(address, opened, &opened_count, &error);

		if (r != 0) {
			log_line(LOG_ERR, "cannot listen on %s: %s", address, error);
			return r;
		}
		g_array_append_vals(fds, opened, (guint)opened_count);
		log_line(LOG_INFO, "listening on %s", address);
	}
	if (fds->len > 0)
		return 0;
	log_line(LOG_ERR, "nothing to listen on: no socket from systemd and no --listen");
	return -EINVAL;
}

int sockets_open(const struct address_list *addresses, GArray *fds)
{
	int r = adopt(fds);

	return r == 0 ? open_own(addresses, fds) : r;
}

void sockets_close(const struct address_list *addresses, GArray *fds)
{
	for (guint i = 0; i < fds->len; i++)
		(void)close(g_array_index(fds, int, i));
	g_array_set_size(fds, 0);
	for (size_t i = 0; i < addresses->count; i++)
		if (address_path(addresses->items[i]) != NULL)
			(void)unlink(address_path(addresses->items[i]));
}
