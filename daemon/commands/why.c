/* why - `patchmda why`: prints everything that is known about one message id */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "daemon/commands/commands.h"
#include "daemon/output/explain.h"
#include "daemon/settings.h"
#include "daemon/output/span.h"
#include "daemon/output/terminal.h"
#include "parser/cleanup.h"
#include "parser/rule.h"
#include "sql/report/chain.h"
#include "sql/report/read.h"
#include "sql/report/why.h"

struct question {
	struct pg *pg;
	const char *time_zone;
};

/* ---- output lines */

static void print_label(const char *label)
{
	printf("  %-10s ", label);
}

static void print_view(struct view text)
{
	terminal_print(stdout, text);
}

static void print_line(const char *label, struct view text)
{
	if (text.len == 0)
		return;
	print_label(label);
	print_view(text);
	(void)putchar('\n');
}

static void print_submitter(const struct why_stored *item)
{
	char age[SPAN_TEXT_BYTES];

	span_format(item->age_secs, age);
	print_label("from");
	if (item->submitter_name.len > 0) {
		print_view(item->submitter_name);
		(void)putchar(' ');
	}
	(void)putchar('<');
	print_view(item->submitter_email);
	printf(">, %.*s UTC (%s ago)\n", (int)item->date.len, item->date.ptr, age);
}

static void print_series(const struct why_stored *item)
{
	const struct why_series *series = &item->series;

	print_label("series");
	if (series->id == 0) {
		printf("none\n");
		return;
	}
	printf("%" PRId32 ", ", series->id);
	print_view(series->name.len > 0 ? series->name : VIEW("(no name yet)"));
	printf(", version %" PRId32 ": %" PRId32 " of %" PRId32 " patches are stored",
	       series->version, series->received, series->total);
	if (item->number != 0)
		printf(", this is number %" PRId32, item->number);
	(void)putchar('\n');
}

static void print_version(const struct chain_series *series, const char *label, bool is_this)
{
	print_label(label);
	printf("v%" PRId32, series->version);
	if (series->minor > 0)
		printf(".%" PRId32, series->minor);
	(void)putchar(' ');
	print_view(series->msgid);
	if (series->rule.len > 0)
		printf(", the next of series %" PRId32 " by %.*s", series->previous_id,
		       (int)series->rule.len, series->rule.ptr);
	printf("%s\n", is_this ? " (this one)" : "");
}

/* The versions of the series, if there are several. */
static int print_chain(const struct question *question, int32_t series_id)
{
	struct pg_result *result = NULL;
	GArray *chain = NULL;
	int r = series_id != 0
			? chain_read(question->pg, series_id, question->time_zone, &chain, &result)
			: 0;

	for (guint i = 0; chain != NULL && chain->len > 1 && i < chain->len; i++) {
		const struct chain_series *series = &g_array_index(chain, struct chain_series, i);

		print_version(series, i == 0 ? "versions" : "", series->id == series_id);
	}
	chain_free(chain, result);
	return r;
}

static void print_references(const GArray *refs, guint from)
{
	for (guint i = from; i < refs->len; i++) {
		const struct why_reference *reference =
			&g_array_index(refs, struct why_reference, i);

		print_label(i == from ? "refers to" : "");
		print_view(reference->msgid);
		printf("  %.*s\n", (int)reference->what.len, reference->what.ptr);
	}
}

/* Print patchmda's additional rules that applied. */
static int print_rules(const struct why_stored *item)
{
	unsigned rules;
	int r = why_rules(item, &rules);

	for (unsigned i = 0; r == 0 && rule_name(i) != NULL; i++) {
		if (!rule_applies(i, rules))
			continue;
		print_label("rule");
		printf("%s: %s\n", rule_name(i), rule_text(i));
	}
	return r;
}

/* ---- stored mail */

static int print_member(const struct question *question, const struct why_stored *item,
			const GArray *refs)
{
	g_autofree char *reason = explain_member(item, refs);
	int r;

	printf("stored as a %s in project ", item->is_patch ? "patch" : "cover letter");
	print_view(item->project);
	(void)putchar('\n');
	print_label(item->is_patch ? "patch" : "cover");
	printf("%" PRId32 ", ", item->id);
	print_view(item->name);
	(void)putchar('\n');
	print_submitter(item);
	print_line("state", item->state);
	print_series(item);
	r = print_chain(question, item->series.id);
	if (r != 0)
		return r;
	print_line("why there", view_str(reason));
	/* The first is its own id. */
	print_references(refs, 1);
	for (guint i = 0; i < item->depends->len; i++)
		print_line(i == 0 ? "depends on" : "",
			   g_array_index(item->depends, struct view, i));
	return print_rules(item);
}

static int print_comment(const struct why_stored *item, const GArray *refs)
{
	g_autofree char *reason = explain_comment(item, refs);

	printf("stored as a comment in project ");
	print_view(item->project);
	(void)putchar('\n');
	print_submitter(item);
	print_label(item->is_patch_comment ? "on patch" : "on cover");
	print_view(item->parent);
	(void)putchar(' ');
	print_view(item->name);
	(void)putchar('\n');
	print_line("why there", view_str(reason));
	print_references(refs, 0);
	return print_rules(item);
}

static int print_item(const struct question *question, const struct why_stored *item)
{
	_cleanup_(pg_result_free_ptr) struct pg_result *result = NULL;
	g_autoptr(GArray) refs = NULL;
	int r = why_references_of(question->pg, item, question->time_zone, &refs, &result);

	if (r != 0)
		return r;
	return item->is_patch || item->is_cover ? print_member(question, item, refs)
						: print_comment(item, refs);
}

static int print_stored(const struct question *question, const struct why *why)
{
	int r = 0;

	for (guint i = 0; i < why->stored->len && r == 0; i++)
		r = print_item(question, &g_array_index(why->stored, struct why_stored, i));
	if (r == 0 && why->stored->len > 0)
		printf("Further mail with this id is a duplicate and changes nothing.\n");
	return r;
}

/* ---- mail that is not stored */

static void print_waiting(const struct why *why)
{
	for (guint i = 0; i < why->waiting->len; i++) {
		const struct why_waiting *item =
			&g_array_index(why->waiting, struct why_waiting, i);

		printf("waiting in project ");
		print_view(item->project);
		printf(" since %.*s, until %.*s: no message to which it replies has arrived\n",
		       (int)item->received.len, item->received.ptr, (int)item->expires.len,
		       item->expires.ptr);
		for (guint k = 0; k < item->refs->len; k++)
			print_line(k == 0 ? "for" : "", g_array_index(item->refs, struct view, k));
	}
}

static void print_held(const struct why *why)
{
	for (guint i = 0; i < why->held->len; i++) {
		const struct why_held *item = &g_array_index(why->held, struct why_held, i);

		printf("held since %.*s", (int)item->received.len, item->received.ptr);
		if (item->expires.len > 0)
			printf(", until %.*s", (int)item->expires.len, item->expires.ptr);
		printf(" ('patchmda held show %" PRId64 "')\n", item->id);
		print_line("reason", item->reason);
		print_line("lists", item->list_ids);
		print_line("from", item->location);
	}
}

static void print_seen(const struct why *why)
{
	for (guint i = 0; i < why->seen->len; i++) {
		printf("dropped in project ");
		print_view(g_array_index(why->seen, struct view, i));
		printf(": it is neither a patch nor a cover letter, and not a reply to one, or its"
		       " parent did not arrive in time\n");
	}
}

static void print_deletions(const struct why *why)
{
	for (guint i = 0; i < why->deletions->len; i++) {
		const struct why_deletion *item =
			&g_array_index(why->deletions, struct why_deletion, i);

		printf("deleted from its archive, as noted %.*s: commit %.*s in ",
		       (int)item->noted.len, item->noted.ptr, (int)item->commit.len,
		       item->commit.ptr);
		print_view(item->path);
		printf("; what is stored here stays\n");
	}
}

static void print_msgrefs(const struct why *why)
{
	for (guint i = 0; i < why->msgrefs->len; i++) {
		const struct why_msgref *item = &g_array_index(why->msgrefs, struct why_msgref, i);

		if (i == 0)
			printf("referred to by\n");
		printf("  ");
		print_view(item->msgid);
		printf("  %.*s, project ", (int)item->what.len, item->what.ptr);
		print_view(item->project);
		(void)putchar('\n');
	}
	if (why->msgrefs->len == WHY_MSGREFS_MAX)
		printf("  and perhaps others\n");
}

/* A number is perhaps the id of a patch. */
static void print_unknown(const char *msgid)
{
	int64_t id;

	printf("never seen: no mail with this id is stored, held or remembered\n");
	if (view_number(view_str(msgid), INT32_MAX, &id))
		printf("'patchmda show %" PRId64 "' shows the patch with this id, and its message"
		       " id\n",
		       id);
}

static int answer(const struct question *question, const char *msgid)
{
	struct why why;
	bool is_known;
	int r = why_ask(question->pg, msgid, question->time_zone, &why);

	if (r == 0) {
		is_known = why.stored->len + why.waiting->len + why.held->len + why.seen->len +
				   why.deletions->len >
			   0;
		if (!is_known)
			print_unknown(msgid);
		r = print_stored(question, &why);
		print_waiting(&why);
		print_held(&why);
		print_seen(&why);
		print_deletions(&why);
		print_msgrefs(&why);
		why_done(&why);
	}
	if (r != 0) {
		fprintf(stderr, "patchmda why: %s\n", read_message(question->pg));
		return EX_UNAVAILABLE;
	}
	return is_known ? EX_OK : EX_DATAERR;
}

static const struct command_line line = {
	.command = "why",
	.synopsis = "why [OPTION]... MSGID",
	.description =
		"Print everything that is known about a message id (brackets may be omitted): whether its\n"
		"mail is stored, as what, in which project and series and by which rule; whether it is held,\n"
		"waits for its parent, was dropped as unrelated, or never arrived; and which messages refer\n"
		"to it.  The exit status is 0 if something is known, 65 if nothing is.",
	.examples = "  patchmda why 20260327122237.8071-1-wegao@suse.com\n"
		    "  patchmda why '<6215241a-07c4-4eed-8549-0e0afc2fc096@linux.ibm.com>'\n",
	.shared = settings_rows,
	.shared_rows = SETTINGS_DATES,
	.operands_min = 1,
	.operands_max = 1,
};

int cmd_why(int argc, char **argv)
{
	_cleanup_(pg_close_ptr) struct pg *pg = NULL;
	struct store_options options = store_defaults;
	struct question question;
	const char *problem;
	char **operands;
	int r = options_read(&line, argc, argv, &options, &operands);

	if (r != OPTIONS_READ)
		return r;
	if (read_open(options.conninfo, options.connect_timeout_secs, &pg) != 0) {
		fprintf(stderr, "patchmda why: %s\n", read_message(pg));
		return EX_UNAVAILABLE;
	}
	problem = read_time_zone(pg, &options.time_zone);
	if (problem != NULL) {
		fprintf(stderr, "patchmda why: %s\n", problem);
		return EX_UNAVAILABLE;
	}
	question = (struct question){ pg, options.time_zone };
	return terminal_end(answer(&question, operands[0]), EX_IOERR);
}
