/* cmd_init - `patchmda init`: makes or upgrades the tables */
#include <stdio.h>
#include <sysexits.h>

#include "daemon/commands.h"
#include "daemon/settings.h"
#include "parser/cleanup.h"
#include "sql/migrations.h"
#include "sql/schema.h"

static const char help[] =
	"Usage: patchmda init [-d CONNINFO]\n\n"
	"Make the tables in an empty database, or add patchmda's own to those of a Patchwork\n"
	"(3.1, 3.2, or its development branch).  Upgrades them too; safe to run again.\n\n"
	"  -d, --database CONNINFO  libpq's connection string; else PGHOST, PGDATABASE, ...\n"
	"      --help               show this help\n\n"
	"Examples:\n"
	"  createdb patchwork && patchmda init -d dbname=patchwork\n";

enum { OPT_HELP = 256 };

static const struct option long_options[] = {
	{ "database", required_argument, NULL, 'd' },
	{ "help", no_argument, NULL, OPT_HELP },
	{ NULL, 0, NULL, 0 },
};

static int init(const char *conninfo)
{
	_cleanup_(pg_close_ptr) struct pg *pg = NULL;
	GString *words = g_string_new(NULL);
	int applied = 0, r;

	r = pg_open(conninfo, store_defaults.connect_timeout_secs, &pg);
	if (r != 0)
		g_string_assign(words, pg_error(pg));
	else
		r = schema_init(pg, words, &applied);
	if (r != 0)
		fprintf(stderr, "patchmda init: %s\n", words->str);
	else if (applied > 0)
		printf("the tables are at schema %s now\n", migrations_newest());
	else
		printf("the tables are at schema %s already\n", migrations_newest());
	g_string_free(words, TRUE);
	return r == 0 ? EX_OK : EX_UNAVAILABLE;
}

int cmd_init(int argc, char **argv)
{
	const char *conninfo = NULL;
	int c;

	while ((c = getopt_long(argc, argv, "d:", long_options, NULL)) != -1) {
		switch (c) {
		case 'd':
			conninfo = optarg;
			break;
		case OPT_HELP:
			fputs(help, stdout);
			return EX_OK;
		default:
			fputs(help, stderr);
			return EX_USAGE;
		}
	}
	if (optind < argc) {
		fputs(help, stderr);
		return EX_USAGE;
	}
	return init(conninfo);
}
