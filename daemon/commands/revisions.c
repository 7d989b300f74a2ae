/* revisions - `patchmda revisions`: links stored series to their older versions */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <sysexits.h>

#include "daemon/commands/commands.h"
#include "daemon/output/terminal.h"
#include "daemon/option_value.h"
#include "daemon/settings.h"
#include "parser/cleanup.h"
#include "sql/names.h"
#include "sql/report/read.h"
#include "sql/revisions/all.h"
#include "sql/schema/schema.h"
#include "sql/schema/zone.h"

struct request {
	struct store_options options;
	struct revisions_request revisions;
};

static void report(const struct revisions_counts *counts)
{
	terminal_print(stdout, counts->project);
	if (counts->is_off)
		printf(": off\n");
	else
		printf(": %" PRId64 " series, %" PRId64 " later versions, %" PRId64
		       " with a predecessor, %" PRId64 " changed\n",
		       counts->series, counts->later, counts->linked, counts->changed);
	if (counts->patches > 0)
		printf("  states and relations changed: %" PRId64 "\n", counts->patches);
	(void)fflush(stdout);
}

static const struct option_row rows[] = {
	OPTION_NAME("project", "LINKNAME", "process only the series of this project",
		    struct request, revisions.project),
	OPTION_FLAG("dry-run", "print what would be found, and write nothing", struct request,
		    revisions.is_dry),
};

static const struct command_line line = {
	.command = "revisions",
	.synopsis = "revisions [OPTION]...",
	.description =
		"Link each stored series to its older version.  Mail that this version of patchmda stores is\n"
		"linked at once; this command is for series that an earlier version or another program has\n"
		"stored.  It is safe to repeat.\n"
		"The effect is set for each project by 'patchmda project set LINKNAME --revisions LEVEL'.",
	.examples = "  patchmda revisions --dry-run\n"
		    "  patchmda revisions --project linux-pci\n",
	.rows = rows,
	.row_count = G_N_ELEMENTS(rows),
	.shared = settings_rows,
	.shared_rows = SETTINGS_DATES,
	.store_offset = offsetof(struct request, options),
};

static int act(struct pg *pg, struct request *request, GString *message)
{
	int r = schema_check(pg, message);

	if (r == 0)
		r = zone_read(pg, &request->revisions.time_zone, message);
	if (r != 0)
		return r;
	r = revisions_all(pg, &request->revisions, report);
	if (r == -ENOENT) {
		g_autofree char *missing =
			names_missing(pg, NAMES_PROJECT, request->revisions.project);

		g_string_assign(message, missing);
	} else if (r == -EAGAIN) {
		g_string_assign(message, "users are changing the patches; run it again");
	} else {
		g_string_assign(message, read_message(pg));
	}
	return r;
}

int cmd_revisions(int argc, char **argv)
{
	_cleanup_(pg_close_ptr) struct pg *pg = NULL;
	g_autoptr(GString) message = g_string_new(NULL);
	struct request request = { .options = store_defaults };
	char **operands;
	int r = options_read(&line, argc, argv, &request, &operands);

	if (r != OPTIONS_READ)
		return r;
	request.revisions.time_zone = request.options.time_zone;
	r = pg_open(request.options.conninfo, request.options.connect_timeout_secs, &pg);
	if (r == 0)
		r = act(pg, &request, message);
	else
		g_string_assign(message, pg_error(pg));
	if (r != 0)
		terminal_complain("revisions", message->str);
	return r == 0 ? terminal_end(EX_OK, EX_IOERR) : r == -ENOENT ? EX_DATAERR : EX_UNAVAILABLE;
}
