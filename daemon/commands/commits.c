/* commits - `patchmda commits`: finds the patches that became commits, and sets their state */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "daemon/commands/commands.h"
#include "daemon/commits/commit_batch.h"
#include "daemon/commits/git_log.h"
#include "daemon/commits/pushed.h"
#include "daemon/option_value.h"
#include "daemon/output/json_view.h"
#include "daemon/output/terminal.h"
#include "daemon/settings.h"
#include "parser/cleanup.h"
#include "sql/schema/schema.h"

#define READ_BYTES ((size_t)256 << 10)

/* Length of an abbreviated commit id. */
#define ABBREVIATED_CHARS 12

#define REVISIONS_MAX 10000

struct request {
	struct store_options options;
	const char *state;
	const char *actor;
	GPtrArray *projects;  /* char *, like the following */
	GPtrArray *refs;      /* of --post-receive */
	GPtrArray *limits;    /* options of git */
	GPtrArray *revisions; /* operands of git */
	GPtrArray *paths;     /* operands of git after `--` */
	const char *repository;
	bool post_receive;
	bool dry_run;
	bool json;
	bool force;
};

/* A run and its counts. */
struct run {
	const struct request *request;
	struct commits *commits;
	int64_t count, by_rule[COMMIT_AUTHOR + 1], changed;
};

/* ---- output */

static void print_json(const struct commit *commit, const struct commits_outcome *outcome)
{
	const struct commit_patch *patch = outcome->patch;
	json_t *object = json_object();

	(void)json_object_set_new(object, "commit", json_view(commit->id));
	(void)json_object_set_new(object, "rule",
				  patch != NULL ? json_string(commit_rule_name(outcome->rule))
						: json_null());
	(void)json_object_set_new(object, "patch",
				  patch != NULL ? json_integer(patch->id) : json_null());
	(void)json_object_set_new(object, "msgid",
				  patch != NULL ? json_view(patch->msgid) : json_null());
	(void)json_object_set_new(object, "changed", json_boolean(outcome->changes != 0));
	(void)json_dumpf(object, stdout, JSON_COMPACT);
	(void)putchar('\n');
	json_decref(object);
}

/* `new -> accepted`, `commit` if only commit_ref changes, or `-`. */
static void print_changes(const struct run *run, const struct commits_outcome *outcome)
{
	struct view old = outcome->old_state.ptr != NULL ? outcome->old_state : VIEW("none");
	g_autofree char *text = NULL;

	if ((outcome->changes & COMMIT_SETS_STATE) != 0)
		text = g_strdup_printf("%.*s -> %s", (int)old.len, old.ptr,
				       commits_state(run->commits).ptr);
	else
		text = g_strdup((outcome->changes & COMMIT_SETS_REF) != 0 ? "commit" : "-");
	printf("%-24s", text);
}

static void print_line(const struct run *run, const struct commit *commit,
		       const struct commits_outcome *outcome)
{
	const struct commit_patch *patch = outcome->patch;

	printf("%.*s  %-7s  ", ABBREVIATED_CHARS, commit->id.ptr,
	       patch != NULL ? commit_rule_name(outcome->rule) : "-");
	if (patch != NULL)
		printf("%-8" PRId32 "  ", patch->id);
	else
		printf("%-8s  ", "-");
	print_changes(run, outcome);
	printf("  ");
	terminal_print(stdout, commit->subject);
	(void)putchar('\n');
}

static void tell(void *context, const struct commit *commit, const struct commits_outcome *outcome)
{
	struct run *run = context;

	run->count++;
	run->by_rule[outcome->rule]++;
	run->changed += outcome->changes != 0;
	if (run->request->json)
		print_json(commit, outcome);
	else
		print_line(run, commit, outcome);
}

static void print_sum(const struct run *run)
{
	if (run->request->json)
		return;
	printf("%" PRId64 " commits: %" PRId64 " by trailer, %" PRId64 " by hash, %" PRId64
	       " by author and title, %" PRId64 " without a patch; %" PRId64 " patches %s\n",
	       run->count, run->by_rule[COMMIT_TRAILER], run->by_rule[COMMIT_HASH],
	       run->by_rule[COMMIT_AUTHOR], run->by_rule[COMMIT_UNMATCHED], run->changed,
	       run->request->dry_run ? "would change" : "changed");
}

/* ---- the database */

static int complain_database(const char *message)
{
	fprintf(stderr, "patchmda commits: %s\n", message);
	return EX_UNAVAILABLE;
}

/* Returns the exit status, EX_OK if all is ready. */
static int open_database(const struct request *request, struct pg **ret_pg,
			 struct commits **ret_commits)
{
	struct commits_request wanted = {
		.projects = request->projects,
		.state = request->state,
		.actor = request->actor,
		.time_zone = request->options.time_zone,
		.is_forced = request->force,
		.is_dry = request->dry_run,
	};
	g_autofree char *problem = NULL;
	g_autoptr(GString) message = g_string_new(NULL);
	int r = pg_open(request->options.conninfo, request->options.connect_timeout_secs, ret_pg);

	if (r != 0)
		return complain_database(pg_error(*ret_pg));
	if (schema_check(*ret_pg, message) != 0)
		return complain_database(message->str);
	r = commits_begin(*ret_pg, &wanted, ret_commits, &problem);
	if (problem != NULL) {
		terminal_complain("commits", problem);
		return EX_DATAERR;
	}
	return r == 0 ? EX_OK : complain_database(pg_error(*ret_pg));
}

/* ---- git */

static int add_record(void *context, const struct commit_log_record *record)
{
	return commit_batch_add(context, record);
}

/* The output of git.  `git` is NULL if there is nothing to read, and when git has ended. */
struct output {
	struct git *git;
	char *buffer;
	size_t len;          /* of the first output, in the buffer */
	GString *complaints; /* its standard error */
};

static void output_done(struct output *output)
{
	(void)git_end(output->git);
	g_free(output->buffer);
	(void)g_string_free(output->complaints, TRUE);
}

/*
 * Read all output of git, and wait for git.  If git fails, its last commit may be truncated, so the
 * current batch is not stored; earlier batches are.
 */
static int read_log(struct output *output, const char *nonce, struct commit_batch *batch)
{
	_cleanup_(commit_log_free_ptr) struct commit_log *log =
		commit_log_new(nonce, add_record, batch);
	ssize_t n = (ssize_t)output->len;
	int r = 0, ended;

	if (output->git == NULL)
		return 0;
	while (r == 0 && n > 0) {
		r = commit_log_feed(log, view_of(output->buffer, (size_t)n));
		if (r != 0)
			break;
		n = git_read_both(output->git, output->buffer, READ_BYTES, output->complaints);
		r = n < 0 ? (int)n : 0;
	}
	ended = git_end(TAKE(output->git));
	if (r == 0)
		r = ended;
	if (r == 0)
		r = commit_log_end(log);
	return r == 0 ? commit_batch_flush(batch) : r;
}

/* Print that git failed and why, on one line. */
static int complain_log(const char *where, const GString *complaints)
{
	g_autofree char *error = git_error(complaints);
	g_autofree char *text = error != NULL ? g_utf8_make_valid(error, -1) : NULL;

	fprintf(stderr, "patchmda commits: git log failed in %s", where);
	if (text != NULL) {
		fputs(": ", stderr);
		terminal_print(stderr, view_str(text));
	}
	fputc('\n', stderr);
	return EX_DATAERR;
}

/* Print the error, and return its exit status. */
static int failed(const struct request *request, struct pg *pg, const GString *complaints, int r)
{
	const char *where = request->repository != NULL ? request->repository : ".";

	if (r == -ECHILD)
		return complain_log(where, complaints);
	if (r == -EPROTO) {
		fprintf(stderr, "patchmda commits: unexpected output of git log in %s\n", where);
		return EX_PROTOCOL;
	}
	if (r == -EAGAIN)
		return complain_database("other programs keep changing the same patches");
	return complain_database(pg != NULL && *pg_error(pg) != '\0' ? pg_error(pg) : strerror(-r));
}

static int complain_git(int r)
{
	if (r == -ENOENT)
		fprintf(stderr, "patchmda commits: the program 'git' was not found\n");
	else
		fprintf(stderr, "patchmda commits: cannot run git: %s\n", strerror(-r));
	return EX_UNAVAILABLE;
}

/*
 * Start git and read its first output, so that git has reported a wrong repository or range before
 * the database is opened.  Returns the exit status.
 */
static int start_git(const struct request *request, const char *nonce, struct output *output)
{
	g_autofree char *format = commit_log_format(nonce);
	ssize_t n;
	int r = git_log_start(request->repository, format, request->limits, request->revisions,
			      request->paths, &output->git);

	if (r != 0)
		return complain_git(r);
	output->buffer = g_malloc(READ_BYTES);
	n = git_read_both(output->git, output->buffer, READ_BYTES, output->complaints);
	if (n > 0) {
		output->len = (size_t)n;
		return EX_OK;
	}
	r = git_end(TAKE(output->git));
	if (n < 0)
		r = (int)n;
	return r == 0 ? EX_OK : failed(request, NULL, output->complaints, r);
}

/* ---- the command */

static int find_commits(const struct request *request)
{
	_cleanup_(pg_close_ptr) struct pg *pg = NULL;
	_cleanup_(commits_free_ptr) struct commits *commits = NULL;
	_cleanup_(commit_batch_free_ptr) struct commit_batch *batch = NULL;
	_cleanup_(output_done) struct output output = { .complaints = g_string_new(NULL) };
	g_autofree char *uuid = g_uuid_string_random();
	g_auto(GStrv) parts = g_strsplit(uuid, "-", -1);
	g_autofree char *nonce = g_strjoinv("", parts);
	bool is_empty = request->post_receive && request->revisions->len == 0;
	struct run run = { .request = request };
	int r, status = is_empty ? EX_OK : start_git(request, nonce, &output);

	if (status == EX_OK)
		status = open_database(request, &pg, &commits);
	if (status != EX_OK)
		return status;
	run.commits = commits;
	batch = commit_batch_new(commits, tell, &run);
	r = read_log(&output, nonce, batch);
	if (r == 0 && !request->dry_run)
		r = commits_end(commits);
	if (r != 0)
		return failed(request, pg, output.complaints, r);
	print_sum(&run);
	fputs(output.complaints->str, stderr); /* warnings of git */
	return EX_OK;
}

/* Options that select commits are passed to git unchanged and in order. */
static bool take_limit(void *field, const struct option_row *row, const char *value)
{
	g_ptr_array_add(*(GPtrArray **)field, value != NULL
						      ? g_strdup_printf("--%s=%s", row->name, value)
						      : g_strdup_printf("--%s", row->name));
	return true;
}

#define TEXTS(name, value, help, field)                                     \
	OPTION_OTHER(name, value, help, struct request, field, option_list, \
		     "a value that is not empty")
#define LIMIT(option, short_name, argument, text)                                      \
	{                                                                              \
		.name = option, .letter = short_name, .value = argument, .help = text, \
		.offset = offsetof(struct request, limits), .take = take_limit,        \
	}

static const struct option_row rows[] = {
	TEXTS("project", "LINKNAME",
	      "only patches of this project; may be given several times\n"
	      "(all)",
	      projects),
	OPTION_NAME("state", "STATE", "set this state (accepted)", struct request, state),
	OPTION_FLAG("force", "change also a state that a user has set", struct request, force),
	OPTION_NAME("actor", "USER", "record this user in the events", struct request, actor),
	OPTION_FLAG("dry-run", "print what would change, and change nothing", struct request,
		    dry_run),
	OPTION_FLAG("json", "print one line with a JSON object for each commit", struct request,
		    json),
	OPTION_FLAG("post-receive",
		    "read the input of git's post-receive hook, and process the\n"
		    "commits that were pushed",
		    struct request, post_receive),
	TEXTS("ref", "REF",
	      "with --post-receive: only this ref (with * and ?); may be\n"
	      "given several times (refs/heads/* and refs/tags/*)",
	      refs),
	LIMIT("since", '\0', "DATE", "of git log: commits of that date or later"),
	LIMIT("after", '\0', "DATE", "the same"),
	LIMIT("until", '\0', "DATE", "of git log: commits of that date or earlier"),
	LIMIT("before", '\0', "DATE", "the same"),
	LIMIT("max-count", 'n', "N", "of git log: the latest N commits"),
	LIMIT("skip", '\0', "N", "of git log: without the latest N"),
	LIMIT("author", '\0', "PATTERN", "of git log: by this author"),
	LIMIT("committer", '\0', "PATTERN", "of git log: by this committer"),
	LIMIT("grep", '\0', "PATTERN", "of git log: with this pattern in the message"),
	LIMIT("all-match", '\0', NULL, "of git log: with all patterns"),
	LIMIT("invert-grep", '\0', NULL, "of git log: without the pattern"),
	LIMIT("regexp-ignore-case", 'i', NULL, "of git log: patterns ignore case"),
	LIMIT("extended-regexp", 'E', NULL, "of git log: patterns are extended"),
	LIMIT("fixed-strings", 'F', NULL, "of git log: patterns are plain text"),
	LIMIT("perl-regexp", 'P', NULL, "of git log: patterns are Perl's"),
	LIMIT("first-parent", '\0', NULL, "of git log: follow the first parent of merges"),
	LIMIT("ancestry-path", '\0', NULL, "of git log: between the ends of the range"),
	LIMIT("exclude", '\0', "GLOB", "of git log: without these refs in the following options"),
	LIMIT("all", '\0', NULL, "of git log: of all refs"),
	LIMIT("branches", '\0', NULL, "of git log: of all branches"),
	LIMIT("tags", '\0', NULL, "of git log: of all tags"),
	LIMIT("remotes", '\0', NULL, "of git log: of all remote-tracking branches"),
	LIMIT("glob", '\0', "GLOB", "of git log: of these refs"),
};

static const struct command_line line = {
	.command = "commits",
	.synopsis = "commits [OPTION]... [REPOSITORY] [RANGE]... [-- PATH...]\n"
		    "commits --post-receive [OPTION]... [REPOSITORY] <UPDATES",
	.description =
		"Find the patches that became commits, and set their state and commit.  A commit matches a\n"
		"patch if a trailer (Link:, Message-ID:) names the patch, if the diffs have the same hash, or\n"
		"if author and title are the same.  RANGE is HEAD by default.  Options of git log that select\n"
		"commits are accepted, options that change its output are not.",
	.examples = "  patchmda commits --project ltp ~/src/ltp --since 2024-01-01 --dry-run\n"
		    "  patchmda commits --project ltp --actor bot ltp.git v20240129..v20240524\n"
		    "  patchmda commits --project ltp --post-receive --ref refs/heads/master\n",
	.rows = rows,
	.row_count = G_N_ELEMENTS(rows),
	.shared = settings_rows,
	.shared_rows = SETTINGS_DATES,
	.store_offset = offsetof(struct request, options),
	.operands_max = REVISIONS_MAX,
};

/* Take the paths after `--`; returns the number of arguments before it. */
static int take_paths(struct request *request, int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--") != 0)
			continue;
		for (int k = i + 1; k < argc; k++)
			g_ptr_array_add(request->paths, g_strdup(argv[k]));
		return i;
	}
	return argc;
}

static bool looks_like_directory(const char *operand)
{
	return operand[0] == '/' || g_str_has_prefix(operand, "./") ||
	       g_str_has_prefix(operand, "../");
}

/* The first operand is the repository if it is a directory.  Returns NULL or an error message. */
static char *take_operands(struct request *request, char **operands)
{
	if (operands[0] != NULL && g_file_test(operands[0], G_FILE_TEST_IS_DIR))
		request->repository = *operands++;
	else if (operands[0] != NULL && looks_like_directory(operands[0]))
		return g_strdup_printf("there is no directory %s", operands[0]);
	if (request->post_receive && operands[0] != NULL)
		return g_strdup_printf("--post-receive takes no range, such as '%s'", operands[0]);
	if (!request->post_receive && request->refs->len > 0)
		return g_strdup("--ref requires --post-receive");
	for (; *operands != NULL; operands++)
		g_ptr_array_add(request->revisions, g_strdup(*operands));
	return NULL;
}

static int take_push(struct request *request)
{
	g_autofree char *wrong = NULL;
	int r = pushed_read(STDIN_FILENO, request->refs, request->limits, request->revisions,
			    &wrong);

	if (r == -EBADMSG)
		fprintf(stderr,
			"patchmda commits: standard input is not that of a post-receive hook: %s\n",
			wrong);
	else if (r != 0)
		fprintf(stderr, "patchmda commits: standard input: %s\n", strerror(-r));
	return r == 0 ? EX_OK : r == -EBADMSG ? EX_DATAERR : EX_IOERR;
}

static GPtrArray *new_texts(void)
{
	return g_ptr_array_new_with_free_func(g_free);
}

static int commits(struct request *request, int argc, char **argv)
{
	g_autofree char *wrong = NULL;
	char **operands;
	int r;

	argc = take_paths(request, argc, argv);
	argv[argc] = NULL;
	r = options_read(&line, argc, argv, request, &operands);
	if (r != OPTIONS_READ)
		return r;
	wrong = take_operands(request, operands);
	if (wrong != NULL)
		return options_complain(&line, "%s", wrong);
	r = request->post_receive ? take_push(request) : EX_OK;
	return r == EX_OK ? terminal_end(find_commits(request), EX_IOERR) : r;
}

int cmd_commits(int argc, char **argv)
{
	g_autoptr(GPtrArray) projects = g_ptr_array_new(), refs = g_ptr_array_new();
	g_autoptr(GPtrArray) limits = new_texts(), revisions = new_texts(), paths = new_texts();
	struct request request = {
		.options = store_defaults,
		.state = "accepted",
		.projects = projects,
		.refs = refs,
		.limits = limits,
		.revisions = revisions,
		.paths = paths,
	};

	return commits(&request, argc, argv);
}
