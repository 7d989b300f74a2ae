/* test_source - files, compressed files and directories, in order; see daemon/import/source.h */
#define _GNU_SOURCE
#include "tests/unit/directory.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "daemon/import/mbox.h"
#include "daemon/import/source.h"

#define FROM "From a@b.c Thu Jan  1 00:00:00 1970\n"
#define GZIP "\x1F\x8B\x08\0\0\0\0\0\0\3"
#define NO_MAIL                                                                     \
	"there is no mail in this file: it begins neither with a header nor with a" \
	" line 'From ' of a mailbox"
#define TWO FROM "A: 1\n\na\n\n" FROM "B: 2\n\nb\n"

/* Write a file and its directories; a path that ends in `/` is a directory. */
static void put(const char *path, struct view bytes)
{
	char parent[256];
	FILE *file;

	for (size_t i = 1; path[i] != '\0'; i++) {
		assert_true(i < sizeof(parent));
		memcpy(parent, path, i);
		parent[i] = '\0';
		if (path[i] == '/')
			assert_true(mkdir(parent, 0700) == 0 || errno == EEXIST);
	}
	if (path[strlen(path) - 1] == '/')
		return;
	file = fopen(path, "we");
	assert_non_null(file);
	assert_int_equal(fwrite(bytes.ptr, 1, bytes.len, file), bytes.len);
	assert_int_equal(fclose(file), 0);
}

/* Run a shell script with $ARG set to `argument`. */
static void run(const char *script, const char *argument)
{
	assert_int_equal(setenv("ARG", argument, 1), 0);
	assert_int_equal(system(script), 0);
}

/* `path:offset=raw|` for each message, `!error|` for each error; raw only if requested. */
enum shown { SHOW_LOCATIONS, SHOW_MESSAGES };

static struct view messages_of(struct arena *arena, const char *path, enum shown shown)
{
	struct builder b = builder_init(arena);
	struct source *source = source_new(path);
	uint64_t all = source_bytes_all(path);
	struct source_message message;
	bool failed = false;
	char location[300];
	int r;

	/* A previous source_check() does not change the result. */
	if (source_check(source) != 0) {
		source_free(source);
		source = source_new(path);
	}
	while ((r = source_next(source, &message)) != 0) {
		if (r < 0) {
			builder_byte(&b, '!');
			add_field(&b, view_str(source_error(source)), '|');
			failed = true;
			continue;
		}
		(void)snprintf(location, sizeof(location), "%s:%" PRIu64, message.path,
			       message.offset);
		add_field(&b, view_str(location), shown == SHOW_LOCATIONS ? '|' : '=');
		if (shown == SHOW_MESSAGES)
			add_field(&b, message.raw, '|');
		assert_false(message.is_cut);
	}
	assert_int_equal(source_next(source, &message), 0);
	if (!failed && all > 0)
		check_number(path, "bytes", source_bytes_done(source), all);
	source_free_ptr(&source);
	return builder_view(&b);
}

/* ---- one file */

#define MESSAGES(name) name ":0=A: 1\n\na\n|" name ":45=B: 2\n\nb\n|"

static const struct {
	const char *name;
	const char *path;
	struct view bytes, want;
} files[] = {
	{ "mailbox", "m", V(TWO), V(MESSAGES("m")) },
	{ "empty", "m", V(""), V("") },
	{ "CR LF", "m", V("From a b Mon Jan  1 10:00:00 2001\r\nA: 1\r\n\r\na\r\n"),
	  V("m:0=A: 1\r\n\r\na\r\n|") },
	{ "no mailbox", "m", V("A: 1\n\na"), V("m:0=A: 1\n\na|") },
	{ "one byte", "m", V("x"), V("!m: " NO_MAIL "|") },
	{ "binary", "m",
	  V("\x7F"
	    "ELF\0\1\2\n\n\xFF"),
	  V("!m: " NO_MAIL "|") },
	{ "uuencoded", "m", V("begin 644 x\n#86)C\n`\nend\n"), V("!m: " NO_MAIL "|") },
	{ "a quoted separator and a header", "m", V(">" FROM "A: 1\n\na"),
	  V("m:0=" FROM "A: 1\n\na|") },
	{ "an empty line and a header", "m", V("\nA: 1\n\na"), V("!m: " NO_MAIL "|") },
	{ "text and a mailbox", "m", V("x\n\n" FROM "A: 1\n\na\n"), V("m:0=x\n|m:3=A: 1\n\na\n|") },
	{ "text as single message", "7", V("x"), V("!7: " NO_MAIL "|") },
	{ "message by its number", "7", V(TWO), V(MESSAGES("7")) },
	{ "gzip by its name only", "m.gz", V(TWO), V(MESSAGES("m.gz")) },
	{ "not gzip", "m", V(GZIP "and more"),
	  V("!m: the compressed data is damaged: gzip decompression failed|") },
};

static void reads_files(void **state)
{
	for (size_t i = 0; i < COUNT(files); i++) {
		put(files[i].path, files[i].bytes);
		check_view(files[i].name, messages_of(*state, files[i].path, SHOW_MESSAGES),
			   files[i].want);
	}
}

/* A program that compresses standard input; a missing one is skipped. */
static const char *const compressors[] = { "cat", "gzip", "bzip2", "xz", "zstd", "lz4" };

static bool can_run(const char *compressor)
{
	char command[100];

	(void)snprintf(command, sizeof(command), "command -v %s >/dev/null", compressor);
	if (system(command) == 0)
		return true;
	print_message("# skipped: %s is not installed\n", compressor);
	return false;
}

/* The messages of a pipe that gives two bytes first, which are too few for the format. */
static struct view messages_of_pipe(struct arena *arena, const char *path)
{
	struct view messages;
	int saved = dup(STDIN_FILENO), fd;
	char command[100];
	FILE *pipe;

	(void)snprintf(command, sizeof(command), "(head -c 2; sleep 0.05; cat) <%s", path);
	pipe = popen(command, "re");
	assert_non_null(pipe);
	fd = fileno(pipe);
	assert_int_equal(dup2(fd, STDIN_FILENO), STDIN_FILENO);
	assert_int_equal(source_bytes_all("-"), 0);
	messages = messages_of(arena, "-", SHOW_MESSAGES);
	assert_int_equal(dup2(saved, STDIN_FILENO), STDIN_FILENO);
	(void)close(saved);
	(void)pclose(pipe);
	return messages;
}

static void reads_compressed_files(void **state)
{
	static const char script[] = "{ $ARG <first; $ARG <second; } >both;"
				     "$ARG </dev/null >empty; $ARG <all | gzip >twice";

	for (size_t i = 0; i < COUNT(compressors); i++) {
		if (!can_run(compressors[i]))
			continue;
		put("all", VIEW(TWO));
		put("first", VIEW(FROM "A: 1\n\na\n\n"));
		put("second", VIEW(FROM "B: 2\n\nb\n"));
		run(script, compressors[i]);
		check_view(compressors[i], messages_of(*state, "both", SHOW_MESSAGES),
			   VIEW(MESSAGES("both")));
		check_view(compressors[i], messages_of(*state, "twice", SHOW_MESSAGES),
			   VIEW(MESSAGES("twice")));
		check_view(compressors[i], messages_of(*state, "empty", SHOW_MESSAGES), VIEW(""));
		check_view(compressors[i], messages_of_pipe(*state, "both"), VIEW(MESSAGES("-")));
	}
}

#define TRUNCATED "the file is truncated: its compressed data ends too early"

/* The messages in a result of messages_of() for the file `cut`. */
static size_t count_messages(struct view got)
{
	size_t count = 0;

	for (size_t at = 0; (at = view_search(got, VIEW("cut:"), at)) < got.len; at++)
		count += at == 0 || got.ptr[at - 1] == '|';
	return count;
}

/* Most of the complete messages are returned, and the error message counts them. */
static void reports_truncated_files(void **state)
{
	struct builder b = builder_init(*state);

	for (unsigned i = 0; i < 100000; i++) {
		char number[40];

		(void)snprintf(number, sizeof(number), "A: %x\n\na\n\n", i * 2654435761U);
		builder_add(&b, VIEW(FROM));
		builder_add(&b, view_str(number));
	}
	put("all", builder_view(&b));
	for (size_t i = 1; i < COUNT(compressors); i++) {
		char error[200];
		struct view got;

		if (!can_run(compressors[i]))
			continue;
		run("$ARG -1 <all >whole; head -c -12 whole >cut", compressors[i]);
		got = messages_of(*state, "cut", SHOW_LOCATIONS);
		check_number(compressors[i], "most of it", got.len > 500000, true);
		(void)snprintf(error, sizeof(error),
			       "|!cut: " TRUNCATED "; messages read before that: %zu|",
			       count_messages(got));
		check_number(compressors[i], "error", view_ends(got, view_str(error)), true);
	}
}

static void reads_standard_input(void **state)
{
	int saved = dup(STDIN_FILENO), fd;

	put("m", VIEW("skipped" TWO));
	fd = open("m", O_RDONLY | O_CLOEXEC);
	assert_int_equal(dup2(fd, STDIN_FILENO), STDIN_FILENO);
	assert_int_equal(lseek(STDIN_FILENO, 7, SEEK_SET), 7);
	assert_int_equal(source_bytes_all("-"), strlen(TWO));
	check_view("from the file offset", messages_of(*state, "-", SHOW_MESSAGES),
		   VIEW(MESSAGES("-")));
	check_view("at the end of the file", messages_of(*state, "-", SHOW_MESSAGES), VIEW(""));
	assert_int_equal(dup2(saved, STDIN_FILENO), STDIN_FILENO);
	(void)close(saved);
	(void)close(fd);
}

/* ---- directories */

/* A folder with such a name is read as a repository; test_repository reads real ones. */
#define NO_GIT(path) \
	"!" path ": fatal: not a git repository (or any of the parent directories): .git|"

/* `files` contain one message each; `want` is their order. */
static const struct {
	const char *name;
	const char *files[12];
	struct view want;
} trees[] = {
	{ "empty", { "d/" }, V("") },
	{ "MH",
	  { "d/10", "d/9", "d/100", "d/.mh_sequences", "d/,8", "d/1" },
	  V("d/1:0|d/9:0|d/10:0|d/100:0|") },
	{ "MH, then other files", { "d/2", "d/1", "d/0.mbox" }, V("d/1:0|d/2:0|d/0.mbox:0|") },
	{ "Maildir",
	  { "d/cur/1000000002.M1P1.h:2,S", "d/new/1000000001.M9P1.h", "d/tmp/1.M1P1.h",
	    "d/new/1000000003.M1P1.h", "d/cur/1000000001.M10P1.h:2,", "d/subscriptions",
	    "d/.Sent/cur/1.a.b" },
	  V("d/new/1000000001.M9P1.h:0|d/cur/1000000001.M10P1.h:2,:0|"
	    "d/cur/1000000002.M1P1.h:2,S:0|d/new/1000000003.M1P1.h:0|") },
	{ "Maildir without new mail",
	  { "d/cur/1000000002.M1P1.h:2,S", "d/new/" },
	  V("d/cur/1000000002.M1P1.h:2,S:0|") },
	{ "Maildirs",
	  { "d/b/cur/2.x.h", "d/b/new/1.x.h", "d/a/cur/3.x.h", "d/a/new/" },
	  V("d/a/cur/3.x.h:0|d/b/new/1.x.h:0|d/b/cur/2.x.h:0|") },
	{ "pipermail",
	  { "d/2019-January.txt.gz", "d/2018-December.txt.gz", "d/2019-February.txt",
	    "d/2018-April.txt.gz", "d/index.html", "d/2019-January/000001.html",
	    "d/attachments/20190101/abc/a.txt" },
	  V("d/2018-April.txt.gz:0|d/2018-December.txt.gz:0|"
	    "d/2019-January.txt.gz:0|d/2019-February.txt:0|") },
	{ "pipermail by quarter and week",
	  { "d/2019q1.txt", "d/2018q4.txt", "d/Week-of-Mon-20190218.txt",
	    "d/Week-of-Mon-20190204.txt", "d/20190206.txt", "d/2018q2.txt" },
	  V("d/2018q2.txt:0|d/2018q4.txt:0|d/2019q1.txt:0|d/Week-of-Mon-20190204.txt:0|"
	    "d/20190206.txt:0|d/Week-of-Mon-20190218.txt:0|") },
	{ "months in numbers",
	  { "d/2019-10.mbox", "d/2019-02.mbox", "d/2019-1.mbox", "d/2018_12.mbox",
	    "d/list-201903.mbox.xz", "d/2019-02-11.mbox", "d/2017.mbox" },
	  V("d/2017.mbox:0|d/2018_12.mbox:0|d/2019-1.mbox:0|d/2019-02.mbox:0|"
	    "d/2019-02-11.mbox:0|d/list-201903.mbox.xz:0|d/2019-10.mbox:0|") },
	{ "months before years",
	  { "d/jan_2019", "d/Sept-2018.txt", "d/linux-4-2018-08", "d/12-2018.mbox" },
	  V("d/linux-4-2018-08:0|d/Sept-2018.txt:0|d/12-2018.mbox:0|d/jan_2019:0|") },
	{ "years with months",
	  { "d/2019/February.txt", "d/2019/January.txt", "d/2018/march", "d/2018/10.mbox",
	    "d/2018/9.mbox", "d/2020-01.mbox" },
	  V("d/2018/march:0|d/2018/9.mbox:0|d/2018/10.mbox:0|d/2019/January.txt:0|"
	    "d/2019/February.txt:0|d/2020-01.mbox:0|") },
	{ "epochs",
	  { "d/10.mbox.gz", "d/0.mbox.gz", "d/9.mbox.gz" },
	  V("d/0.mbox.gz:0|d/9.mbox.gz:0|d/10.mbox.gz:0|") },
	{ "by name",
	  { "d/march9", "d/march10", "d/5000", "d/market", "d/b.eml", "d/12345678x" },
	  V("d/5000:0|d/march9:0|d/march10:0|d/12345678x:0|d/b.eml:0|d/market:0|") },
	{ "not too deep", { "d/a/b/c", "d/a/x", "d/z" }, V("d/a/x:0|d/z:0|") },
	{ "epochs of public-inbox",
	  { "d/git/10.git/x", "d/git/9.git/x", "d/git/all.git/x", "d/1.git/x", "d/0.git", "d/m" },
	  V(NO_GIT("d/1.git") NO_GIT("d/git/9.git") NO_GIT("d/git/10.git")) },
};

static void orders_directories(void **state)
{
	for (size_t i = 0; i < COUNT(trees); i++) {
		for (size_t f = 0; f < COUNT(trees[i].files); f++)
			if (trees[i].files[f] != NULL)
				put(trees[i].files[f], VIEW(FROM "A: 1\n\na\n"));
		check_view(trees[i].name, messages_of(*state, "d", SHOW_LOCATIONS), trees[i].want);
		run("rm -r $ARG", "d");
	}
}

static const struct {
	const char *name;
	const char *files[3];
	const char *path;
	size_t want; /* errno */
	const char *error;
} checks[] = {
	{ "file", { "d/m" }, "d/m", 0, "" },
	{ "directory", { "d/m" }, "d", 0, "" },
	{ "standard input", { "d/m" }, "-", 0, "" },
	{ "file without mail", { "d/x" }, "d/x", ENODATA, "d/x: " NO_MAIL },
	{ "file without mail in a directory", { "d/x" }, "d", 0, "" },
	{ "missing", { "d/m" }, "d/n", ENOENT, "d/n: No such file or directory" },
	{ "empty directory", { "d/" }, "d", ENODATA, "d: there is no mail in this directory" },
	{ "directory without mail",
	  { "d/.m", "d/m.html", "d/e/f/m" },
	  "d",
	  ENODATA,
	  "d: there is no mail in this directory" },
	{ "empty Maildir",
	  { "d/cur/", "d/new/", "d/tmp/m" },
	  "d",
	  ENODATA,
	  "d: there is no mail in this directory" },
	{ "repository",
	  { "d/HEAD", "d/objects/x" },
	  "d",
	  EIO,
	  "d: fatal: not a git repository (or any of the parent directories): .git" },
	{ "repository in a directory", { "d/0.git/HEAD", "d/0.git/objects/x" }, "d", 0, "" },
};

static void checks_before_it_reads(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(checks); i++) {
		struct source *source = source_new(checks[i].path);
		int r;

		for (size_t f = 0; f < COUNT(checks[i].files); f++)
			if (checks[i].files[f] != NULL)
				put(checks[i].files[f], g_str_equal(checks[i].files[f], "d/x")
								? VIEW("x\n")
								: VIEW(FROM "A: 1\n\na\n"));
		r = source_check(source);
		check_number(checks[i].name, "errno", (size_t)-r, checks[i].want);
		if (r != 0)
			check_view(checks[i].name, view_str(source_error(source)),
				   view_str(checks[i].error));
		source_free(source);
		run("rm -r $ARG", "d");
	}
}

/* Single messages are not changed: they have no separators and no quoting. */
static void reads_single_messages(void **state)
{
#define SINGLE "A: 1\n\n" FROM "x\n\n" FROM ">From b\n\n"
	put("mh/1", VIEW(SINGLE));
	put("mh/2", VIEW(""));
	put("mh/3", VIEW("B: 2\n"));
	check_view("MH", messages_of(*state, "mh", SHOW_MESSAGES),
		   VIEW("mh/1:0=" SINGLE "|mh/3:0=B: 2\n|"));
	check_view("slash", messages_of(*state, "mh/", SHOW_LOCATIONS), VIEW("mh/1:0|mh/3:0|"));
	put("md/cur/1.x.y", VIEW(SINGLE));
	put("md/cur/dovecot-log", VIEW(FROM "x\n"));
	put("md/new/", VIEW(""));
	check_view("Maildir", messages_of(*state, "md", SHOW_MESSAGES),
		   VIEW("md/cur/1.x.y:0=" SINGLE "|md/cur/dovecot-log:0=x\n|"));
	check_view("the folder cur", messages_of(*state, "md/cur/", SHOW_MESSAGES),
		   VIEW("md/cur/1.x.y:0=" SINGLE "|md/cur/dovecot-log:0=x\n|"));
	run("gzip $ARG && mv $ARG.gz $ARG", "mh/1");
	check_view("compressed", messages_of(*state, "mh", SHOW_MESSAGES),
		   VIEW("mh/1:0=" SINGLE "|mh/3:0=B: 2\n|"));
}

static void continues_after_errors(void **state)
{
	put("d/1.mbox", VIEW(FROM "a\n"));
	put("d/3.mbox", VIEW(FROM "b\n"));
	assert_int_equal(symlink("nowhere", "d/2.mbox"), 0);
	assert_int_equal(symlink("3.mbox", "d/4.mbox"), 0);
	assert_int_equal(mkfifo("d/5.mbox", 0600), 0);
	put("d/7.mbox", VIEW(GZIP));
	put("d/8.mbox", VIEW(FROM "c\n"));
	check_view("directory", messages_of(*state, "d", SHOW_LOCATIONS),
		   VIEW("d/1.mbox:0|!d/2.mbox: No such file or directory|d/3.mbox:0|"
			"d/4.mbox:0|!d/7.mbox: " TRUNCATED "|d/8.mbox:0|"));
	check_view("missing", messages_of(*state, "none", SHOW_LOCATIONS),
		   VIEW("!none: No such file or directory|"));
	assert_int_equal(source_bytes_all("none"), 0);
	source_free(NULL);
}

/* Only the first part is returned, and the rest is read. */
static void cuts_messages_that_are_too_large(void **state)
{
	struct source_message message;
	struct source *source;

	(void)state;
	put("d/1", VIEW("A: 1\n\n"));
	put("d/2", VIEW("B: 2\n"));
	assert_int_equal(truncate("d/1", (off_t)MBOX_MESSAGE_BYTES_MAX + 1), 0);
	source = source_new("d");
	assert_int_equal(source_next(source, &message), 1);
	assert_true(message.is_cut);
	assert_true(message.raw.len <= MBOX_MESSAGE_BYTES_MAX);
	assert_true(view_starts(message.raw, VIEW("A: 1\n\n")));
	assert_int_equal(source_next(source, &message), 1);
	assert_false(message.is_cut);
	check_view("the next one", message.raw, VIEW("B: 2\n"));
	source_free(source);
}

/* Each test has its own directory. */
#define HERE(function) cmocka_unit_test_setup_teardown(function, make_directory, remove_directory)

RUN(HERE(reads_files), HERE(reads_compressed_files), HERE(reports_truncated_files),
    HERE(reads_standard_input), HERE(orders_directories), HERE(checks_before_it_reads),
    HERE(reads_single_messages), HERE(continues_after_errors),
    HERE(cuts_messages_that_are_too_large))
