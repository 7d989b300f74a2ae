/* lmtpd - `patchmda lmtpd`: the daemon */
#include <stdio.h>
#include <sysexits.h>
#include <unistd.h>

#include "daemon/commands/commands.h"
#include "daemon/input.h"
#include "daemon/log.h"
#include "daemon/lmtpd/server.h"
#include "daemon/passfile.h"
#include "daemon/option_value.h"
#include "daemon/settings.h"

#define SECONDS_MAX  86400
#define SESSIONS_MAX 10000

struct options {
	struct server_options server;
	int log_priority;
};

/* ---- options */

static bool take_delimiter(void *field, const struct option_row *row, const char *value)
{
	(void)row;
	*(char *)field = value[0];
	return value[0] == '\0' || value[1] == '\0';
}

#define SECS(name, help, field) \
	OPTION_NUMBER(name, "SECONDS", help, struct options, server.field, 0, SECONDS_MAX)

static const struct option_row rows[] = {
	OPTION_OTHER("listen", "ADDRESS", "unix:PATH or HOST:PORT; may be given several times",
		     struct options, server.listen, option_address, OPTION_ADDRESS_WANTED),
	OPTION_OTHER("extension-delimiter", "C",
		     "the character before a list id in a recipient (+), or none", struct options,
		     server.lmtp.delimiter, take_delimiter, "one character, or none"),
	OPTION_NUMBER("sessions", "N", "maximum number of concurrent sessions (200)",
		      struct options, server.sessions_max, 1, SESSIONS_MAX),
	SECS("idle", "timeout between two commands (300)", idle_secs),
	SECS("data", "timeout between two pieces of a message (180)", data_secs),
	SECS("mail", "timeout for a whole message (1800)", mail_secs),
	OPTION_NUMBER("message-bytes", "N",
		      "keep only the first N bytes of a larger message (268435456)", struct options,
		      server.message_bytes, 1, INPUT_BYTES_MAX),
	SECS("grace", "how long mail waits without a database connection (10)", grace_secs),
	SECS("refuse",
	     "refuse sessions when the database has been unavailable for\n"
	     "this long (30)",
	     refuse_secs),
	SECS("timeout", "how long mail waits for anything else (120)", timeout_secs),
	SECS("stop", "time to finish messages in progress on shutdown (20)", stop_secs),
	OPTION_OTHER("log-level", "LEVEL", "err, warning, notice, info or debug (info)",
		     struct options, log_priority, option_level, OPTION_LEVEL_WANTED),
};

static const struct command_line line = {
	.command = "lmtpd",
	.synopsis = "lmtpd [OPTION]...",
	.description =
		"Serve LMTP (RFC 2033) on the sockets that systemd passes, and on those of --listen.\n"
		"Mail is acknowledged after it is committed; if it cannot be stored now, the reply is 4xx.",
	.examples = "  patchmda lmtpd --listen unix:/run/patchmda/lmtp.sock -d dbname=patchwork\n"
		    "  patchmda lmtpd --listen 127.0.0.1:2424 --log-level debug\n",
	.rows = rows,
	.row_count = sizeof(rows) / sizeof(*rows),
	.shared = settings_rows,
	.shared_rows = SETTINGS_ALL,
	.store_offset = offsetof(struct options, server.store),
};

int cmd_lmtpd(int argc, char **argv)
{
	struct options options = { .server = server_defaults, .log_priority = LOG_INFO };
	char host[256];
	char **operands;
	int r;

	options.server.store = store_defaults;
	options.server.store.keeps_plans = true;
	options.server.lmtp = lmtp_defaults;
	r = options_read(&line, argc, argv, &options, &operands);
	if (r != OPTIONS_READ)
		return r;
	log_open(options.log_priority);
	if (gethostname(host, sizeof(host)) == 0) {
		host[sizeof(host) - 1] = '\0';
		options.server.lmtp.host = host;
	}
	passfile_use();
	return server_run(&options.server) == 0 ? EX_OK : EX_UNAVAILABLE;
}
