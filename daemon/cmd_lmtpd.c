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

#include "daemon/commands.h"
#include "daemon/input.h"
#include "daemon/log.h"
#include "daemon/server.h"
#include "daemon/settings.h"

#define SECONDS_MAX        86400
#define SESSIONS_MAX       10000
#define PASSFILE_BYTES_MAX ((size_t)1 << 20)

static const char help[] =
	"Usage: patchmda lmtpd [OPTION]...\n\n"
	"Serve LMTP (RFC 2033) on the sockets that systemd hands over, and on those named.\n"
	"Mail is acknowledged after it was committed; what is our fault gets 4xx.\n\n"
	"      --listen ADDRESS     unix:PATH or HOST:PORT; may be given several times\n"
	"      --extension-delimiter C  before a list id in a recipient (+); empty: none\n"
	"      --sessions N         at most so many at once (200)\n"
	"      --idle SECONDS       between two commands (300)\n"
	"      --data SECONDS       between two pieces of a mail (180)\n"
	"      --message-bytes N    of a larger message the front is kept (268435456)\n"
	"      --grace SECONDS      how long mail waits for a database that went away (10)\n"
	"      --refuse SECONDS     without it for so long, sessions are refused (30)\n"
	"      --timeout SECONDS    how long mail waits for anything else (120)\n"
	"      --stop SECONDS       how long mail in hand is finished at the end (20)\n"
	"      --log-level LEVEL    err, warning, notice, info or debug (info)\n" SETTINGS_HELP
	"      --help               show this help\n\n"
	"Examples:\n"
	"  patchmda lmtpd --listen unix:/run/patchmda/lmtp.sock -d dbname=patchwork\n"
	"  patchmda lmtpd --listen 127.0.0.1:2424 --log-level debug\n";

enum {
	OPT_LISTEN = 256,
	OPT_DELIMITER,
	OPT_SESSIONS,
	OPT_IDLE,
	OPT_DATA,
	OPT_MESSAGE_BYTES,
	OPT_GRACE,
	OPT_REFUSE,
	OPT_TIMEOUT,
	OPT_STOP,
	OPT_LOG_LEVEL,
	OPT_HELP,
};

static const struct option long_options[] = {
	{ "listen", required_argument, NULL, OPT_LISTEN },
	{ "extension-delimiter", required_argument, NULL, OPT_DELIMITER },
	{ "sessions", required_argument, NULL, OPT_SESSIONS },
	{ "idle", required_argument, NULL, OPT_IDLE },
	{ "data", required_argument, NULL, OPT_DATA },
	{ "message-bytes", required_argument, NULL, OPT_MESSAGE_BYTES },
	{ "grace", required_argument, NULL, OPT_GRACE },
	{ "refuse", required_argument, NULL, OPT_REFUSE },
	{ "timeout", required_argument, NULL, OPT_TIMEOUT },
	{ "stop", required_argument, NULL, OPT_STOP },
	{ "log-level", required_argument, NULL, OPT_LOG_LEVEL },
	{ "help", no_argument, NULL, OPT_HELP },
	SETTINGS_LONG,
	{ NULL, 0, NULL, 0 },
};

struct options {
	struct server_options server;
	int log_priority;
};

/* ---- options */

static bool take_size(const char *value, int64_t max, size_t *ret_size)
{
	int64_t n;

	if (!view_number(view_str(value), max, &n) || n == 0)
		return false;
	*ret_size = (size_t)n;
	return true;
}

static bool take_secs(const char *value, int *ret_secs)
{
	int64_t n;

	if (!view_number(view_str(value), SECONDS_MAX, &n))
		return false;
	*ret_secs = (int)n;
	return true;
}

static bool take_address(struct server_options *server, const char *value)
{
	if (server->listen_count == SERVER_LISTEN_MAX)
		return false;
	server->listen[server->listen_count++] = value;
	return true;
}

static bool take_delimiter(struct server_options *server, const char *value)
{
	server->lmtp.delimiter = value[0];
	return value[0] == '\0' || value[1] == '\0';
}

static bool take_level(struct options *options, const char *value)
{
	options->log_priority = log_priority(value);
	return options->log_priority >= 0;
}

/* False when the value is not good, or the option is not ours. */
static bool take_option(struct options *options, int option, const char *value)
{
	struct server_options *server = &options->server;

	switch (option) {
	case OPT_LISTEN:
		return take_address(server, value);
	case OPT_DELIMITER:
		return take_delimiter(server, value);
	case OPT_SESSIONS:
		return take_size(value, SESSIONS_MAX, &server->sessions_max);
	case OPT_IDLE:
		return take_secs(value, &server->idle_secs);
	case OPT_DATA:
		return take_secs(value, &server->data_secs);
	case OPT_MESSAGE_BYTES:
		return take_size(value, INPUT_BYTES_MAX, &server->message_bytes);
	case OPT_GRACE:
		return take_secs(value, &server->grace_secs);
	case OPT_REFUSE:
		return take_secs(value, &server->refuse_secs);
	case OPT_TIMEOUT:
		return take_secs(value, &server->timeout_secs);
	case OPT_STOP:
		return take_secs(value, &server->stop_secs);
	case OPT_LOG_LEVEL:
		return take_level(options, value);
	default:
		return settings_take(&server->store, option, value) > 0;
	}
}

/* -1 to go on, else the exit status. */
static int read_options(int argc, char **argv, struct options *options)
{
	int c;

	while ((c = getopt_long(argc, argv, SETTINGS_SHORT, long_options, NULL)) !=
	       -1) {
		if (c == OPT_HELP) {
			fputs(help, stdout);
			return EX_OK;
		}
		if (c == '?')
			return EX_USAGE;
		if (!take_option(options, c, optarg)) {
			fprintf(stderr, "patchmda lmtpd: bad value '%s'\n", optarg);
			return EX_USAGE;
		}
	}
	if (optind == argc)
		return -1;
	fprintf(stderr, "patchmda lmtpd: unexpected argument '%s'\n", argv[optind]);
	return EX_USAGE;
}

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
	struct options options = { .server = server_defaults,
				   .log_priority = LOG_INFO };
	char host[256];
	int r;

	options.server.store = store_defaults;
	options.server.store.keeps_plans = true;
	options.server.lmtp = lmtp_defaults;
	r = read_options(argc, argv, &options);
	if (r >= 0)
		return r;
	log_open(options.log_priority);
	if (gethostname(host, sizeof(host)) == 0) {
		host[sizeof(host) - 1] = '\0';
		options.server.lmtp.host = host;
	}
	look_for_passfile();
	return server_run(&options.server) == 0 ? EX_OK : EX_UNAVAILABLE;
}
