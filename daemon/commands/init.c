/* init - `patchmda init`: creates or upgrades the tables */
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <sysexits.h>
#include <unistd.h>

#include "daemon/commands/commands.h"
#include "daemon/settings.h"
#include "parser/cleanup.h"
#include "sql/batch/adopt.h"
#include "sql/patch_keys.h"
#include "sql/schema/migrations.h"
#include "sql/schema/schema.h"

static volatile sig_atomic_t stopping;

static void stop(int signal_number)
{
	(void)signal_number;
	stopping = 1;
}

static bool show(void *context, const char *table, int64_t rows)
{
	(void)context;
	if (isatty(STDERR_FILENO) == 1)
		fprintf(stderr, "\r\033[Kreading %s: %" PRId64 " rows", table, rows);
	return !stopping;
}

/* Record the references of rows that a Patchwork has made. */
static int adopt(struct pg *pg, const struct store_options *options)
{
	_cleanup_(catalog_free_ptr) struct catalog *catalog = NULL;
	bool has_index;
	int r = catalog_load(pg, &catalog);

	(void)signal(SIGINT, stop);
	(void)signal(SIGTERM, stop);
	if (r == 0)
		r = adopt_all(pg, catalog, options, show, NULL);
	if (r == 0)
		r = patch_keys_update(pg, &has_index);
	if (isatty(STDERR_FILENO) == 1)
		fputs("\r\033[K", stderr);
	return r;
}

static int init(const struct store_options *options)
{
	_cleanup_(pg_close_ptr) struct pg *pg = NULL;
	GString *message = g_string_new(NULL);
	int applied = 0, r;

	r = pg_open(options->conninfo, options->connect_timeout_secs, &pg);
	if (r != 0)
		g_string_assign(message, pg_error(pg));
	else
		r = schema_init(pg, options->time_zone, message, &applied);
	if (r == 0) {
		r = adopt(pg, options);
		g_string_assign(message, r == -ECANCELED ? "stopped; run it again to continue"
							 : pg_error(pg));
	}
	if (r != 0)
		fprintf(stderr, "patchmda init: %s\n", message->str);
	else if (applied > 0)
		printf("the tables are at schema %s now\n", migrations_newest());
	else
		printf("the tables are at schema %s already\n", migrations_newest());
	g_string_free(message, TRUE);
	return r == 0 ? EX_OK : r == -ECANCELED ? EX_TEMPFAIL : EX_UNAVAILABLE;
}

static const struct command_line line = {
	.command = "init",
	.synopsis = "init [OPTION]...",
	.description =
		"Create the tables in an empty database, or add patchmda's own tables to those of a\n"
		"Patchwork (3.1, 3.2, or its development branch), or upgrade them.  It is safe to repeat.\n"
		"The rows that a Patchwork has stored are read once, so that later mail can be grouped with\n"
		"them; that can take minutes, and can be interrupted and resumed.\n"
		"The time zone is recorded for all other commands; that of a Patchwork must be given.",
	.examples =
		"  createdb patchwork && patchmda init -d dbname=patchwork\n"
		"  patchmda init -d dbname=patchwork --time-zone Australia/Canberra   (a Patchwork's)\n",
	.shared = settings_rows,
	.shared_rows = SETTINGS_DATES,
};

int cmd_init(int argc, char **argv)
{
	struct store_options options = store_defaults;
	char **operands;
	int r = options_read(&line, argc, argv, &options, &operands);

	return r != OPTIONS_READ ? r : init(&options);
}
