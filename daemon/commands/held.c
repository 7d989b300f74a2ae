/* held - `patchmda held`: lists, shows, retries and deletes held mail */
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "daemon/commands/commands.h"
#include "daemon/retry.h"
#include "daemon/settings.h"
#include "daemon/output/terminal.h"
#include "parser/cleanup.h"
#include "sql/held.h"
#include "sql/report/read.h"

static void print_field(const char *name, struct view value)
{
	if (value.len == 0)
		return;
	printf("    %-9s ", name);
	terminal_print(stdout, value);
	(void)putchar('\n');
}

static void print_held(void *context, const struct held *held)
{
	(void)context;
	printf("%" PRId64 "  ", held->id);
	terminal_print(stdout, held->received);
	printf("  %" PRId64 " bytes  ", held->bytes);
	terminal_print(stdout, held->reason);
	(void)putchar('\n');
	print_field("id", held->msgid);
	print_field("lists", held->list_ids);
	print_field("from", held->location);
	print_field("expires", held->expires);
}

static int list(struct pg *pg)
{
	int64_t dropped;
	int r = held_list(pg, print_held, NULL);

	if (r == 0)
		r = held_dropped(pg, &dropped);
	if (r == 0 && dropped > 0)
		printf("%" PRId64 " messages for unknown lists were deleted to make room\n",
		       dropped);
	return r;
}

static int show(struct pg *pg, const GArray *ids)
{
	struct held_mail mail;
	int r = held_mail(pg, g_array_index(ids, int64_t, 0), &mail);

	if (r != 0)
		return r;
	(void)fwrite(mail.message->data, 1, mail.message->len, stdout);
	held_mail_done(&mail);
	return 0;
}

static int drop(struct pg *pg, const GArray *ids)
{
	int count;
	int r = held_drop(pg, ids, &count);

	if (r == 0 && count > 0)
		printf("%d dropped\n", count);
	return r == 0 && count < (int)ids->len ? -ENOENT : r;
}

static int retry(const struct store_options *options, struct pg *pg, const GArray *ids)
{
	struct retry_counts counts;
	GArray *all = NULL;
	int r = ids->len == 0 ? held_ids(pg, NULL, &all) : 0;

	if (r != 0) {
		fprintf(stderr, "patchmda held: %s\n", read_message(pg));
		return EX_UNAVAILABLE;
	}
	r = retry_held(options, all != NULL ? all : ids, all == NULL, "patchmda held", &counts);
	if (all != NULL)
		g_array_unref(all);
	if (r == 0 || counts.stored + counts.held > 0)
		printf("%d delivered, %d still held\n", counts.stored, counts.held);
	return r == 0 ? EX_OK : r == -ENOENT ? EX_DATAERR : EX_UNAVAILABLE;
}

/* Returns NULL, or the operand that is not an id. */
static const char *read_ids(char **operands, GArray *ids)
{
	for (; *operands != NULL; operands++) {
		int64_t id;

		if (!view_number(view_str(*operands), INT64_MAX, &id))
			return *operands;
		g_array_append_val(ids, id);
	}
	return NULL;
}

static int act(const struct store_options *options, const char *verb, const GArray *ids)
{
	_cleanup_(pg_close_ptr) struct pg *pg = NULL;
	int r = pg_open(options->conninfo, options->connect_timeout_secs, &pg);

	if (r == 0 && strcmp(verb, "retry") == 0)
		return retry(options, pg, ids);
	if (r == 0)
		r = strcmp(verb, "list") == 0   ? list(pg)
		    : strcmp(verb, "show") == 0 ? show(pg, ids)
						: drop(pg, ids);
	if (r == -ENOENT && ids->len == 1)
		fprintf(stderr,
			"patchmda held: no message with the id %" PRId64
			" is held; 'patchmda held' lists the ids\n",
			g_array_index(ids, int64_t, 0));
	else if (r != 0)
		fprintf(stderr, "patchmda held: %s\n",
			r == -ENOENT ? "some of these ids are not those of held messages"
				     : read_message(pg));
	return r == 0 ? EX_OK : r == -ENOENT ? EX_DATAERR : EX_UNAVAILABLE;
}

/* The numbers of ids that each verb takes. */
static const struct verb {
	const char *name;
	guint least, most;
} verbs[] = {
	{ "list", 0, 0 },
	{ "show", 1, 1 },
	{ "retry", 0, G_MAXUINT },
	{ "drop", 1, G_MAXUINT },
};

static const struct verb *find_verb(const char *name)
{
	for (size_t i = 0; i < G_N_ELEMENTS(verbs); i++)
		if (strcmp(name, verbs[i].name) == 0)
			return &verbs[i];
	return NULL;
}

static const struct command_line line = {
	.command = "held",
	.synopsis = "held [list]\n"
		    "held show ID\n"
		    "held retry [ID]...\n"
		    "held drop ID...",
	.description =
		"List, show, retry and delete held mail.  Mail that cannot be parsed, or whose list belongs\n"
		"to no project, is held unchanged.  `show` prints a message unchanged; `retry` (without ID,\n"
		"all) delivers messages again, for example after an upgrade; `drop` deletes them.\n\n"
		"A message that crashed the program twice, or took too long to parse twice, is held with\n"
		"the reason `suspect`.  It is parsed again only if its ID is given.\n\n"
		"When a limit is reached, the oldest mail for unknown lists is deleted, and counted.  If\n"
		"that is not enough, mail that would have to be held is deferred: the mail server has to\n"
		"try again later.",
	.examples = "  patchmda held\n"
		    "  patchmda held show 12 | less\n"
		    "  patchmda held show 12 | patchmda parse\n"
		    "  patchmda held retry\n",
	.shared = settings_rows,
	.shared_rows = SETTINGS_ALL,
	.operands_max = INT_MAX,
};

int cmd_held(int argc, char **argv)
{
	g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(int64_t));
	struct store_options options = store_defaults;
	const struct verb *verb;
	const char *wrong;
	char **operands;
	int r = options_read(&line, argc, argv, &options, &operands);

	if (r != OPTIONS_READ)
		return r;
	verb = operands[0] != NULL ? find_verb(operands[0]) : &verbs[0];
	if (verb == NULL)
		return options_complain(&line,
					"unknown subcommand '%s'; use list, show, retry or drop",
					operands[0]);
	wrong = operands[0] != NULL ? read_ids(operands + 1, ids) : NULL;
	if (wrong != NULL)
		return options_complain(&line, "an ID is a number, not '%s'", wrong);
	if (ids->len < verb->least)
		return options_complain(&line, "missing ID");
	if (ids->len > verb->most)
		return options_complain(&line, "too many IDs");
	return act(&options, verb->name, ids);
}
