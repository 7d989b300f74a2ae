/* server_sockets - what we listen on; see server_private.h */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include "daemon/address.h"
#include "daemon/lmtpd/listen.h"
#include "daemon/log.h"
#include "daemon/lmtpd/server_private.h"

static int adopt_sockets(struct server *server)
{
	char **names = NULL;
	int count = sd_listen_fds_with_names(1, &names);
	int r = count < 0 ? count : 0;

	for (int i = 0; i < count && r == 0; i++) {
		int fd = SD_LISTEN_FDS_START + i;

		if (sd_is_socket(fd, AF_UNSPEC, SOCK_STREAM, 1) <= 0) {
			log_line(LOG_ERR,
				 "socket %s from systemd does not listen: "
				 "is it Accept=no and ListenStream=?",
				 names[i]);
			r = -EINVAL;
		} else if (fcntl(fd, F_SETFL, O_NONBLOCK) != 0) {
			r = -errno;
		} else {
			log_line(LOG_INFO, "listening on %s from systemd", names[i]);
			g_array_append_val(server->fds, fd);
		}
	}
	for (int i = 0; names != NULL && names[i] != NULL; i++)
		free(names[i]);
	free(names);
	return r;
}

static int open_own_sockets(struct server *server)
{
	for (size_t i = 0; i < server->options->listen_count; i++) {
		const char *address = server->options->listen[i], *error;
		int fds[LISTEN_SOCKETS_MAX];
		size_t count = 0;
		int r = listen_open(address, fds, &count, &error);

		if (r != 0) {
			log_line(LOG_ERR, "cannot listen on %s: %s", address, error);
			return r;
		}
		g_array_append_vals(server->fds, fds, (guint)count);
		log_line(LOG_INFO, "listening on %s", address);
	}
	if (server->fds->len > 0)
		return 0;
	log_line(LOG_ERR, "nothing to listen on: no socket from systemd and no --listen");
	return -EINVAL;
}

int server_open_sockets(struct server *server)
{
	int r = adopt_sockets(server);

	return r == 0 ? open_own_sockets(server) : r;
}

int server_watch_sockets(struct server *server, sd_event_io_handler_t on_connection)
{
	for (guint i = 0; i < server->fds->len; i++) {
		int fd = g_array_index(server->fds, int, i);
		sd_event_source *source;
		int r = sd_event_add_io(server->event, &source, fd, EPOLLIN, on_connection, server);

		if (r < 0)
			return r;
		g_ptr_array_add(server->sources, source);
	}
	return 0;
}

void server_listen_enabled(struct server *server, int enabled)
{
	for (guint i = 0; i < server->sources->len; i++)
		(void)sd_event_source_set_enabled(server->sources->pdata[i], enabled);
}

void server_stop_listening(struct server *server)
{
	/* Once: whoever comes after us may have made these sockets anew. */
	if (server->fds->len == 0)
		return;
	for (guint i = 0; i < server->sources->len; i++)
		sd_event_source_disable_unref(server->sources->pdata[i]);
	g_ptr_array_set_size(server->sources, 0);
	for (guint i = 0; i < server->fds->len; i++)
		(void)close(g_array_index(server->fds, int, i));
	g_array_set_size(server->fds, 0);
	for (size_t i = 0; i < server->options->listen_count; i++)
		if (address_path(server->options->listen[i]) != NULL)
			(void)unlink(address_path(server->options->listen[i]));
}
