/* main - the table of patchmda's commands */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "daemon/commands/commands.h"
#include "daemon/outcome.h"
#include "sql/schema/migrations.h"

static const struct command {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *summary;
} commands[] = {
	{ "commits", cmd_commits, "find the patches that became commits, and set their state" },
	{ "deliver", cmd_deliver, "deliver one message from standard input" },
	{ "follow", cmd_follow, "fetch and import archives of public-inbox continuously" },
	{ "hash", cmd_hash, "print the hash of the diff in a file, a mail or a commit" },
	{ "held", cmd_held, "list, show, retry and delete held mail" },
	{ "httpd", cmd_httpd, "run the web server with Patchwork's REST interface" },
	{ "import", cmd_import, "import archives" },
	{ "init", cmd_init, "create or upgrade the tables" },
	{ "list", cmd_list, "list the newest series, patches or cover letters" },
	{ "lmtpd", cmd_lmtpd, "run the daemon, which receives mail over LMTP" },
	{ "parse", cmd_parse, "show what a message would become, as JSON" },
	{ "project", cmd_project, "list, add, change or remove projects" },
	{ "revisions", cmd_revisions, "link stored series to their older versions" },
	{ "show", cmd_show, "print a stored patch as JSON, a mail for git am, or a diff" },
	{ "status", cmd_status, "report the state of database and daemon, for monitoring too" },
	{ "user", cmd_user, "list, add or change users, and their tokens" },
	{ "why", cmd_why, "explain how a message was stored, or why it was not" },
};

#define COMMAND_COUNT (sizeof(commands) / sizeof(*commands))

static void print_help(void)
{
	fputs("Usage: patchmda COMMAND [OPTION]...\n\n"
	      "A mail delivery agent for patches: it stores mail in Patchwork's tables.\n\n"
	      "Commands:\n",
	      stdout);
	for (size_t i = 0; i < COMMAND_COUNT; i++)
		printf("  %-10s %s\n", commands[i].name, commands[i].summary);
	fputs("\nEvery command has --help.  Commands that use the database take -d CONNINFO and\n"
	      "libpq's environment variables (PGHOST, PGDATABASE, PGSERVICE, PGPASSFILE, ...).\n\n"
	      "Examples:\n"
	      "  createdb patchwork && patchmda init -d dbname=patchwork\n"
	      "  patchmda import -d dbname=patchwork --create-projects list.mbox.xz\n"
	      "  patchmda list -d dbname=patchwork\n"
	      "  patchmda why -d dbname=patchwork 20260327122237.8071-1-wegao@suse.com\n",
	      stdout);
}

/*
 * Open standard streams that the caller has closed: otherwise the database's socket could get one
 * of their numbers, and receive the program's output.  Reading and writing still fail.
 */
static bool reserve_streams(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
		int mode = fd == STDIN_FILENO ? O_WRONLY : O_RDONLY;

		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", mode) != fd)
			return false;
	}
	return true;
}

int main(int argc, char **argv)
{
	if (!reserve_streams())
		return EX_TEMPFAIL;
	if (argc < 2) {
		fputs("patchmda: missing command; 'patchmda --help' lists the commands\n", stderr);
		return EX_USAGE;
	}
	for (size_t i = 0; i < COMMAND_COUNT; i++)
		if (strcmp(argv[1], commands[i].name) == 0)
			return commands[i].run(argc - 1, argv + 1);
	if (strcmp(argv[1], "--version") == 0) {
		printf("patchmda %s, schema %s\n", PATCHMDA_VERSION, migrations_newest());
		return 0;
	}
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "help") == 0) {
		print_help();
		return 0;
	}
	if (argv[1][0] == '-') {
		fprintf(stderr,
			"patchmda: unknown command '%s'; options follow the command"
			" ('patchmda --help' lists the commands)\n",
			argv[1]);
		return EX_USAGE;
	}
	fprintf(stderr, "patchmda: unknown command '%s'; 'patchmda --help' lists the commands\n",
		argv[1]);
	return EX_USAGE;
}
