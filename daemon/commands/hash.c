/* hash - `patchmda hash`: prints the hash of the diff in a file, a mail or a commit */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "daemon/commands/commands.h"
#include "daemon/input.h"
#include "daemon/options.h"
#include "parser/cleanup.h"
#include "parser/split.h"
#include "parser/submission.h"

/* Whether a required header is missing; git format-patch, for one, writes no Message-ID. */
static bool lacks_header(int r)
{
	return r == FAULT_NO_MESSAGE_ID || r == FAULT_NO_SUBJECT || r == FAULT_NO_FROM ||
	       r == FAULT_BAD_SENDER;
}

/* The hash of a mail that is a patch; -ENODATA if it is not, or has no diff. */
static int hash_of_mail(struct arena *arena, struct view raw, char ret_hash[DIFF_HASH_CHARS + 1])
{
	struct submission submission;
	int r = submission_open(arena, raw, &submission);

	if (r == 0 && !submission.is_ignored)
		r = submission_read(arena, &submission, VIEW(""), VIEW(""));
	if (lacks_header(r))
		r = submission_read_invalid(arena, raw, &submission, VIEW(""), VIEW(""));
	if (r < 0)
		return r;
	if (r > 0 || submission.is_ignored || submission.diff.ptr == NULL)
		return -ENODATA;
	memcpy(ret_hash, submission.hash, sizeof(submission.hash));
	return 0;
}

/* The hash of the diff in a text. */
static int hash_of_text(struct arena *arena, struct view text, char ret_hash[DIFF_HASH_CHARS + 1])
{
	struct view diff, comment;
	unsigned flaws = 0;
	int r = split_patch(arena, text, &diff, &comment, &flaws);

	if (r != 0)
		return r;
	return diff.len > 0 ? diff_hash(arena, diff, ret_hash) : -ENODATA;
}

static int hash_of(struct view raw, char ret_hash[DIFF_HASH_CHARS + 1])
{
	_cleanup_(arena_free_ptr) struct arena *arena = arena_new(SUBMISSION_ARENA_BYTES_MAX);
	int r;

	if (arena == NULL)
		return -ENOMEM;
	r = hash_of_mail(arena, raw, ret_hash);
	if (r != -ENODATA)
		return r;
	arena_reset(arena);
	return hash_of_text(arena, raw, ret_hash);
}

static int read_file(const char *path, struct input *input)
{
	int r = input_read_path(path, SUBMISSION_BYTES_MAX, input);

	return r == 0 && input->is_cut ? -EFBIG : r;
}

/* Print the error for `path`, and return its exit status. */
static int failed(const char *path, int r)
{
	const char *name = strcmp(path, "-") == 0 ? "standard input" : path;

	if (r == -ENODATA)
		fprintf(stderr, "patchmda hash: %s contains no diff\n", name);
	else if (r > 0)
		fprintf(stderr, "patchmda hash: %s: %s\n", name, fault_text(r));
	else
		fprintf(stderr, "patchmda hash: %s: %s\n", name, strerror(-r));
	if (r > 0 || r == -ENODATA || r == -EFBIG)
		return EX_DATAERR;
	return input_exit_status(r);
}

static const struct command_line line = {
	.command = "hash",
	.synopsis = "hash [FILE]",
	.description =
		"Print the hash of a patch.  FILE, or standard input, is a diff, a mail, or a commit as git\n"
		"show or git format-patch prints it.  Patchwork's REST interface finds patches by this hash.",
	.examples = "  git show HEAD | patchmda hash\n"
		    "  patchmda hash 0001-ring-wrap.patch\n",
	.operands_max = 1,
};

int cmd_hash(int argc, char **argv)
{
	const char *path = "-";
	char hash[DIFF_HASH_CHARS + 1] = "";
	struct input input = { 0 };
	char **operands;
	int r = options_read(&line, argc, argv, NULL, &operands);

	if (r != OPTIONS_READ)
		return r;
	if (operands[0] != NULL)
		path = operands[0];
	r = read_file(path, &input);
	if (r == 0)
		r = hash_of(input_view(&input), hash);
	input_done(&input);
	if (r != 0)
		return failed(path, r);
	return puts(hash) >= 0 && fflush(stdout) == 0 ? EX_OK : failed("standard output", -EIO);
}
