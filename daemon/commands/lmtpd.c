/* cmd_lmtpd - `patchmda lmtpd`: the daemon */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "daemon/commands/commands.h"
#include "daemon/input.h"
#include "daemon/log.h"
#include "daemon/lmtpd/server.h"
#include "daemon/settings.h"

#define SECONDS_MAX        86400
#define SESSIONS_MAX       10000
#define PASSFILE_BYTES_MAX ((size_t)1 << 20)

struct options {
	struct server_options server;
	int log_priority;
};

/* ---- options */

static bool take_address(void *field, const struct option_row *row, const char *value)
{
	struct server_options *server = field;

	(void)row;
	if (server->listen_count == SERVER_LISTEN_MAX)
		return false;
	server->listen[server->listen_count++] = value;
	return true;
}

static bool take_delimiter(void *field, const struct option_row *row, const char *value)
{
	(void)row;
	*(char *)field = value[0];
	return value[0] == '\0' || value[1] == '\0';
}

static bool take_level(void *field, const struct option_row *row, const char *value)
{
	int priority = log_priority(value);

	(void)row;
	*(int *)field = priority;
	return priority >= 0;
}

#define SECS(name, help, field) \
	OPTION_NUMBER(name, "SECONDS", help, struct options, server.field, 0, SECONDS_MAX)

static const struct option_row rows[] = {
	OPTION_OTHER("listen", "ADDRESS", "unix:PATH or HOST:PORT; may be given several times",
		     struct options, server, take_address, "at most 16 addresses"),
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
	SECS("grace", "how long mail waits for the database to come back (10)", grace_secs),
	SECS("refuse",
	     "refuse sessions after the database has been away this long\n"
	     "(30)",
	     refuse_secs),
	SECS("timeout", "how long mail waits for anything else (120)", timeout_secs),
	SECS("stop", "time to finish messages in progress on shutdown (20)", stop_secs),
	OPTION_OTHER("log-level", "LEVEL", "err, warning, notice, info or debug (info)",
		     struct options, log_priority, take_level,
		     "err, warning, notice, info or debug"),
};

static const struct command_line line = {
	.command = "lmtpd",
	.synopsis = "lmtpd [OPTION]...",
	.what = "Serve LMTP (RFC 2033) on the sockets that systemd passes, and on those of --listen.\n"
		"Mail is acknowledged after it is committed; if it cannot be stored now, the reply is 4xx.",
	.examples = "  patchmda lmtpd --listen unix:/run/patchmda/lmtp.sock -d dbname=patchwork\n"
		    "  patchmda lmtpd --listen 127.0.0.1:2424 --log-level debug\n",
	.rows = rows,
	.row_count = sizeof(rows) / sizeof(*rows),
	.shared = settings_rows,
	.shared_rows = SETTINGS_ALL,
	.store_offset = offsetof(struct options, server.store),
};

/* ---- the password file */

static int copy_file(int from, const char *path)
{
	struct input input = { 0 };
	int r = input_read(from, PASSFILE_BYTES_MAX, &input);
	int fd = -1;

	(void)unlink(path);
	if (r == 0)
		fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (r == 0 && fd < 0)
		r = -errno;
	if (r == 0 && write(fd, input.ptr, input.len) != (ssize_t)input.len)
		r = -EIO;
	if (fd >= 0)
		(void)close(fd);
	input_done(&input);
	return r;
}

/* libpq passes over a password file that others may read, and systemd's credentials can look
 * as if: they carry an access control list. */
static int use_passfile(const char *path, int fd)
{
	const char *runtime = getenv("RUNTIME_DIRECTORY");
	char copy[PATH_MAX];
	struct stat status;
	int r;

	if (fstat(fd, &status) != 0)
		return -errno;
	if ((status.st_mode & (S_IRWXG | S_IRWXO)) == 0)
		return setenv("PGPASSFILE", path, 1) == 0 ? 0 : -errno;
	if (runtime == NULL)
		return -ENOENT;
	r = snprintf(copy, sizeof(copy), "%s/pgpass", runtime);
	if (r < 0 || (size_t)r >= sizeof(copy))
		return -ENAMETOOLONG;
	r = copy_file(fd, copy);
	if (r != 0)
		return r;
	return setenv("PGPASSFILE", copy, 1) == 0 ? 0 : -errno;
}

/* A password file among the credentials (systemd.exec(5)) is libpq's. */
static void look_for_passfile(void)
{
	const char *dir = getenv("CREDENTIALS_DIRECTORY");
	char path[PATH_MAX];
	int r, fd;

	if (dir == NULL || getenv("PGPASSFILE") != NULL)
		return;
	r = snprintf(path, sizeof(path), "%s/pgpass", dir);
	if (r < 0 || (size_t)r >= sizeof(path))
		return;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return;
	r = use_passfile(path, fd);
	if (r != 0)
		log_line(LOG_ERR, "the password file cannot be used: %s", strerror(-r));
	(void)close(fd);
}

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
	look_for_passfile();
	return server_run(&options.server) == 0 ? EX_OK : EX_UNAVAILABLE;
}
