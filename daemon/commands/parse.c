/* parse - `patchmda parse`: prints what a message would become, as JSON, without a database */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>

#include "daemon/commands/commands.h"
#include "daemon/input.h"
#include "daemon/option_value.h"
#include "daemon/options.h"
#include "daemon/output/submission_json.h"
#include "daemon/import/source.h"
#include "parser/cleanup.h"
#include "parser/unsent.h"

struct options {
	bool mbox;
	const char *link_name;
	const char *list_email;
	const char *list_id;
	const char *path; /* - is standard input */
};

static int read_mail(struct arena *arena, const struct options *options, struct view raw,
		     struct submission *s)
{
	struct view link_name = view_str(options->link_name);
	struct view list_email = view_str(options->list_email);
	int status, r = submission_open(arena, raw, s);

	if (options->list_id != NULL) {
		s->list_ids[0] = view_str(options->list_id);
		s->list_id_count = 1;
	}
	if (r == 0 && !s->is_ignored)
		r = submission_read(arena, s, link_name, list_email);
	if (r != FAULT_NO_FROM && r != FAULT_NO_SUBJECT && r != FAULT_NO_MESSAGE_ID &&
	    r != FAULT_BAD_SENDER)
		return r;
	status = submission_read_invalid(arena, raw, s, link_name, list_email);
	return status == 0 ? r : status;
}

/* Read a mail, or a commit as git prints it. */
static int read_any(struct arena *arena, const struct options *options, struct view raw,
		    struct submission *s)
{
	struct view mail = unsent_commit(arena, raw);
	int r;

	if (mail.ptr == NULL)
		return read_mail(arena, options, raw, s);
	r = read_mail(arena, options, mail, s);
	s->stored_headers = (struct view){ 0 };
	return r;
}

static int parse_one(struct arena *arena, const struct options *options, struct view raw)
{
	g_autoptr(GString) text = NULL;
	struct submission submission;
	struct emit emit;
	int r;

	arena_reset(arena);
	r = read_any(arena, options, raw, &submission);
	if (r < 0)
		return r;
	text = g_string_sized_new(raw.len);
	emit_init(&emit, text, options->mbox ? 0 : 4);
	submission_json(&emit, &submission, r);
	g_string_append_c(text, '\n');
	return fwrite(text->str, 1, text->len, stdout) == text->len ? 0 : -EIO;
}

/* Print the error for `path`, and return its exit status. */
static int failed(const char *path, int r)
{
	fprintf(stderr, "patchmda parse: %s: %s\n", path, strerror(-r));
	return input_exit_status(r);
}

/*
 * Report messages that cannot be read, and continue.  This and parse_file() return the exit status.
 */
static int parse_archive(struct arena *arena, const struct options *options)
{
	_cleanup_(source_free_ptr) struct source *source = source_new(options->path);
	struct source_message message;
	int r, status = EX_OK;

	if (source == NULL)
		return failed(options->path, -ENOMEM);
	if (source_check(source) != 0) {
		fprintf(stderr, "patchmda parse: %s\n", source_error(source));
		return EX_NOINPUT;
	}
	while ((r = source_next(source, &message)) != 0) {
		if (r < 0) {
			fprintf(stderr, "patchmda parse: %s\n", source_error(source));
			status = input_exit_status(r);
			continue;
		}
		r = parse_one(arena, options, message.raw);
		if (r != 0)
			return failed(message.path, r);
	}
	return status;
}

static int parse_file(struct arena *arena, const struct options *options)
{
	bool is_standard = strcmp(options->path, "-") == 0;
	struct input input = { 0 };
	int r = input_read_path(options->path, INPUT_BYTES_MAX, &input);

	if (r == 0)
		r = parse_one(arena, options, input_view(&input));
	input_done(&input);
	return r == 0 ? EX_OK : failed(is_standard ? "standard input" : options->path, r);
}

static const struct option_row rows[] = {
	OPTION_FLAG("mbox",
		    "FILE is an archive (an mbox file, also compressed, or a\n"
		    "directory): print a line with an object for each message",
		    struct options, mbox),
	OPTION_NAME("link-name", "NAME",
		    "the project's link name, which is removed from the prefixes\n"
		    "in names",
		    struct options, link_name),
	OPTION_NAME("list-email", "ADDR",
		    "the list's address, to restore senders that the list has\n"
		    "replaced by it",
		    struct options, list_email),
	OPTION_NAME("list-id", "ID", "use this list id instead of the one in the headers",
		    struct options, list_id),
};

static const struct command_line line = {
	.command = "parse",
	.synopsis = "parse [OPTION]... [FILE]",
	.description =
		"Print what a message (FILE, or standard input) would become, as a JSON object.  For a\n"
		"message that could not be stored, such as a commit that git show or git format-patch has\n"
		"printed, as much as is known is printed.",
	.examples =
		"  patchmda parse mail.eml | jq .name\n"
		"  git show | patchmda parse | jq -r .hash\n"
		"  patchmda parse --mbox list.mbox.xz | jq -r 'select(.kind == \"patch\").hash'\n",
	.rows = rows,
	.row_count = sizeof(rows) / sizeof(*rows),
	.operands_max = 1,
};

int cmd_parse(int argc, char **argv)
{
	_cleanup_(arena_free_ptr) struct arena *arena = arena_new(SUBMISSION_ARENA_BYTES_MAX);
	struct options options = { .path = "-" };
	char **operands;
	int status = options_read(&line, argc, argv, &options, &operands);

	if (status != OPTIONS_READ)
		return status;
	if (arena == NULL)
		return failed("starting", -ENOMEM);
	if (operands[0] != NULL)
		options.path = operands[0];
	status = options.mbox ? parse_archive(arena, &options) : parse_file(arena, &options);
	if (status == EX_OK && fflush(stdout) != 0)
		return failed("standard output", -errno);
	return status;
}
