/* cmd_parse - `patchmda parse`: what a message would become, as JSON; no database */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>
#include <unistd.h>

#include "daemon/commands.h"
#include "daemon/input.h"
#include "daemon/record.h"
#include "daemon/source.h"
#include "parser/cleanup.h"

static const char help[] =
	"Usage: patchmda parse [OPTION]... [FILE]\n\n"
	"Print what a message (FILE, or standard input) would become, as a JSON object.\n\n"
	"      --mbox             FILE is an archive as import takes it (a mailbox, also\n"
	"                         compressed, or a directory): one object a line for each message\n"
	"      --link-name NAME   the project's link name: that prefix is dropped from names\n"
	"      --list-email ADDR  the list's address: senders that it replaced are found again\n"
	"      --list-id ID       take this list id and not the headers'\n"
	"      --help             show this help\n\n"
	"Examples:\n"
	"  patchmda parse mail.eml | jq .name\n"
	"  patchmda parse --mbox list.mbox.xz | jq -r 'select(.kind == \"patch\").hash'\n";

struct options {
	bool mbox;
	const char *link_name;
	const char *list_email;
	const char *list_id;
	const char *path; /* - is standard input */
};

enum { OPT_MBOX = 256, OPT_LINK_NAME, OPT_LIST_EMAIL, OPT_LIST_ID, OPT_HELP };

static const struct option long_options[] = {
	{ "mbox", no_argument, NULL, OPT_MBOX },
	{ "link-name", required_argument, NULL, OPT_LINK_NAME },
	{ "list-email", required_argument, NULL, OPT_LIST_EMAIL },
	{ "list-id", required_argument, NULL, OPT_LIST_ID },
	{ "help", no_argument, NULL, OPT_HELP },
	{ NULL, 0, NULL, 0 },
};

/* -1 to go on, else the exit status. */
static int read_options(int argc, char **argv, struct options *ret_options)
{
	int c;

	while ((c = getopt_long(argc, argv, "", long_options, NULL)) != -1) {
		switch (c) {
		case OPT_MBOX:
			ret_options->mbox = true;
			break;
		case OPT_LINK_NAME:
			ret_options->link_name = optarg;
			break;
		case OPT_LIST_EMAIL:
			ret_options->list_email = optarg;
			break;
		case OPT_LIST_ID:
			ret_options->list_id = optarg;
			break;
		case OPT_HELP:
			fputs(help, stdout);
			return 0;
		default:
			fputs(help, stderr);
			return EX_USAGE;
		}
	}
	if (argc - optind > 1) {
		fputs(help, stderr);
		return EX_USAGE;
	}
	ret_options->path = argc > optind ? argv[optind] : "-";
	return -1;
}

static int parse_one(struct arena *arena, const struct options *options,
		     struct view raw)
{
	struct submission submission;
	json_t *record;
	int r;

	arena_reset(arena);
	r = submission_open(arena, raw, &submission);
	if (options->list_id != NULL) {
		submission.list_ids[0] = view_str(options->list_id);
		submission.list_id_count = 1;
	}
	if (r == 0 && !submission.is_ignored)
		r = submission_read(arena, &submission, view_str(options->link_name),
				    view_str(options->list_email));
	if (r < 0)
		return r;
	record = record_json(&submission, r);
	if (record == NULL)
		return -ENOMEM;
	r = json_dumpf(record, stdout, options->mbox ? JSON_COMPACT : JSON_INDENT(4));
	json_decref(record);
	(void)putchar('\n');
	return r == 0 ? 0 : -EIO;
}

static int failure_status(int r)
{
	return r == -ENOENT || r == -EACCES ? EX_NOINPUT : EX_IOERR;
}

/* Print what went wrong with `path`, and return the exit status for it. */
static int failed(const char *path, int r)
{
	fprintf(stderr, "patchmda parse: %s: %s\n", path, strerror(-r));
	return failure_status(r);
}

/* What cannot be read is told and passed over.  This and parse_file return the exit status. */
static int parse_archive(struct arena *arena, const struct options *options)
{
	_cleanup_(source_free_ptr) struct source *source = source_new(options->path);
	struct source_message message;
	int r, status = EX_OK;

	if (source == NULL)
		return failed(options->path, -ENOMEM);
	while ((r = source_next(source, &message)) != 0) {
		if (r < 0) {
			fprintf(stderr, "patchmda parse: %s\n", source_error(source));
			status = failure_status(r);
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
	bool is_input = strcmp(options->path, "-") == 0;
	int fd = is_input ? STDIN_FILENO : open(options->path, O_RDONLY | O_CLOEXEC);
	struct input input = { 0 };
	int r = fd >= 0 ? input_read(fd, INPUT_BYTES_MAX, &input) : -errno;

	if (r == 0)
		r = parse_one(arena, options, input_view(&input));
	input_done(&input);
	if (!is_input && fd >= 0)
		(void)close(fd);
	return r == 0 ? EX_OK : failed(is_input ? "standard input" : options->path, r);
}

int cmd_parse(int argc, char **argv)
{
	_cleanup_(arena_free_ptr) struct arena *arena =
		arena_new(SUBMISSION_ARENA_BYTES_MAX);
	struct options options = { 0 };
	int status = read_options(argc, argv, &options);

	if (status >= 0)
		return status;
	if (arena == NULL)
		return failed("starting", -ENOMEM);
	status = options.mbox ? parse_archive(arena, &options)
			      : parse_file(arena, &options);
	if (status == EX_OK && fflush(stdout) != 0)
		return failed("standard output", -errno);
	return status;
}
