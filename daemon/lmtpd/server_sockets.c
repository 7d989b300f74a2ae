/* server_sockets - listening sockets; see server_private.h */
#include <sys/epoll.h>

#include "daemon/lmtpd/server_private.h"
#include "daemon/sockets.h"

int server_open_sockets(struct server *server)
{
	return sockets_open(&server->options->listen, server->fds);
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
	/* Only once: a successor may already have created a socket at the same path. */
	if (server->fds->len == 0)
		return;
	for (guint i = 0; i < server->sources->len; i++)
		sd_event_source_disable_unref(server->sources->pdata[i]);
	g_ptr_array_set_size(server->sources, 0);
	sockets_close(&server->options->listen, server->fds);
}
