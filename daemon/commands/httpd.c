/* httpd - `patchmda httpd`: the web server with Patchwork's REST interface */
#include <string.h>
#include <sysexits.h>

#include "daemon/commands/commands.h"
#include "daemon/httpd/server.h"
#include "daemon/log.h"
#include "daemon/passfile.h"
#include "daemon/option_value.h"
#include "daemon/settings.h"

#define SECONDS_MAX     86400
#define WORKERS_MAX     100
#define CONNECTIONS_MAX 100000
#define PAGE_MAX        1000

struct options {
	struct httpd_options httpd;
	int log_priority;
};

static bool take_trusted(void *field, const struct option_row *row, const char *value)
{
	struct httpd_options *httpd = field;

	(void)row;
	if (httpd->app.trusted_count == APP_TRUSTED_MAX ||
	    (strcmp(value, "unix:") != 0 && !g_hostname_is_ip_address(value)))
		return false;
	httpd->app.trusted[httpd->app.trusted_count++] = value;
	return true;
}

static const struct option_row rows[] = {
	OPTION_OTHER("listen", "ADDRESS", "unix:PATH or HOST:PORT; may be given several times",
		     struct options, httpd.listen, option_address, OPTION_ADDRESS_WANTED),
	OPTION_FLAG("read-only", "refuse changes; for a standby, or a role that can only read",
		    struct options, httpd.app.is_read_only),
	OPTION_OTHER("base-url", "URL", "the beginning of all URLs (from the Host of the request)",
		     struct options, httpd.app.base_url, option_url, OPTION_URL_WANTED),
	OPTION_OTHER("trusted-proxy", "ADDRESS",
		     "use X-Forwarded-Proto and X-Forwarded-For of this proxy;\n"
		     "unix: is any client of a Unix socket; may be given several\n"
		     "times",
		     struct options, httpd, take_trusted,
		     "an IP address or unix:, at most 16 times"),
	OPTION_NUMBER("workers", "N", "number of connections to the database (4)", struct options,
		      httpd.workers, 1, WORKERS_MAX),
	OPTION_NUMBER("connections", "N", "maximum number of clients (500)", struct options,
		      httpd.connections_max, 1, CONNECTIONS_MAX),
	OPTION_NUMBER("idle", "SECONDS", "timeout of a connection without traffic (60)",
		      struct options, httpd.idle_secs, 1, SECONDS_MAX),
	OPTION_NUMBER("request", "SECONDS",
		      "time limit for sending a request, and for reading its\nresponse (60)",
		      struct options, httpd.request_secs, 1, SECONDS_MAX),
	OPTION_NUMBER("query", "SECONDS", "timeout of a query (10)", struct options,
		      httpd.app.query_secs, 1, SECONDS_MAX),
	OPTION_NUMBER("page", "N", "maximum number of objects in a page of a list (250)",
		      struct options, httpd.app.page_max, 1, PAGE_MAX),
	OPTION_OTHER("log-level", "LEVEL", "err, warning, notice, info or debug (info)",
		     struct options, log_priority, option_level, OPTION_LEVEL_WANTED),
};

static const struct command_line line = {
	.command = "httpd",
	.synopsis = "httpd [OPTION]...",
	.description =
		"Serve Patchwork's REST interface (versions 1.0 to 1.4), its downloads, and web pages, on the\n"
		"sockets that systemd passes, and on those of --listen.",
	.examples =
		"  patchmda httpd --listen 127.0.0.1:8000 -d dbname=patchwork\n"
		"  patchmda httpd --listen unix:/run/patchmda/http.sock --trusted-proxy unix:\n",
	.rows = rows,
	.row_count = sizeof(rows) / sizeof(*rows),
	.shared = settings_rows,
	.shared_rows = SETTINGS_DATES,
	.store_offset = offsetof(struct options, httpd.app.store),
};

int cmd_httpd(int argc, char **argv)
{
	struct options options = { .httpd = httpd_defaults, .log_priority = LOG_INFO };
	char **operands;
	int r;

	options.httpd.app.store = store_defaults;
	r = options_read(&line, argc, argv, &options, &operands);
	if (r != OPTIONS_READ)
		return r;
	log_open(options.log_priority);
	passfile_use();
	return httpd_run(&options.httpd) == 0 ? EX_OK : EX_UNAVAILABLE;
}
