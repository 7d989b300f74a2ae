/* test_repository - mails in git repositories of public-inbox; see daemon/import/repository.h */
#define _GNU_SOURCE
#include "tests/unit/directory.h"

#include <errno.h>
#include <glib.h>
#include <stdlib.h>

#include "daemon/import/repository.h"
#include "daemon/import/source.h"

/*
 * A shell script makes the repository r: `c FILE=TEXT... [-FILE]...` is a commit that changes
 * files, and OLD the name of the object with the text `old`.
 */
static const char functions[] =
	"set -e; rm -rf r; export GIT_CONFIG_GLOBAL=/dev/null OLD=$(printf old |"
	" git hash-object --stdin)\n"
	"git init -q -b master r; cd r; git config user.name x; git config user.email x@x.org\n"
	"git config gc.auto 0; export V1=ab/$(printf '%038d' 1) V2=ab/$(printf '%038d' 2)\n"
	"c() { for f; do case $f in -*) rm \"${f#-}\" ;; *) mkdir -p \"$(dirname \"$f\")\";"
	" printf '%s' \"${f#*=}\" >\"${f%%=*}\" ;; esac; done; git add -A;"
	" git commit -q --allow-empty -m \"${SUBJECT-subject}\"; }\n";

static void make(const char *script)
{
	g_autofree char *all = g_strconcat(functions, script, NULL);

	assert_int_equal(system(all), 0);
}

/* The output of git in the repository r, without the line end. */
static char *git(const char *words)
{
	g_autofree char *command = g_strdup_printf("git -C r %s", words);
	char *answer = NULL;

	assert_true(g_spawn_command_line_sync(command, &answer, NULL, NULL, NULL));
	return g_strchomp(answer);
}

static const char *error_of_memory(void *context)
{
	return context;
}

/*
 * `MAIL|` for each mail, with `-` before a deleted mail and `@` after a mail that has a position,
 * and `!ERROR|` for each error.
 */
static struct view mails_at(struct arena *arena, const char *path,
			    const struct repository_memory *memory)
{
	struct builder b = builder_init(arena);
	struct repository *repository = NULL;
	struct repository_mail mail;
	char *error = NULL;
	int r = repository_open(path, memory, -1, &repository, &error);

	while (r == 0 || r == -EIO) {
		if (r == 0)
			r = repository_next(repository, &mail, &error);
		if (r > 0) {
			builder_add(&b, mail.is_deleted ? VIEW("-") : VIEW(""));
			builder_add(&b, mail.raw);
			builder_add(&b, mail.position != NULL ? VIEW("@|") : VIEW("|"));
			r = 0;
			continue;
		}
		if (r == 0)
			break;
		builder_byte(&b, '!');
		builder_add(&b, view_str(error));
		builder_byte(&b, '|');
		g_free(error);
		error = NULL;
		r = repository != NULL ? 0 : 1;
	}
	if (r < 0) {
		builder_byte(&b, '!');
		builder_add(&b, view_str(error));
		builder_byte(&b, '|');
		g_free(error);
	}
	repository_close(repository);
	return builder_view(&b);
}

/* No position is known, and new positions are accepted. */
static int find_nothing(void *context, const char *path, const char *first,
			struct repository_position *ret_position, bool *ret_moves)
{
	(void)context;
	(void)path;
	(void)first;
	(void)ret_position;
	*ret_moves = true;
	return 0;
}

/* `HASH` in the answer stands for the name of any object. */
static struct view without_names(struct arena *arena, struct view text)
{
	g_autofree char *copy = g_strndup(text.ptr, text.len);
	g_autoptr(GRegex) names = g_regex_new("[0-9a-f]{40}", 0, 0, NULL);
	g_autofree char *changed = g_regex_replace_literal(names, copy, -1, 0, "HASH", 0, NULL);

	return arena_copy(arena, view_str(changed));
}

static const struct {
	const char *name;
	const char *script;
	struct view want;
} cases[] = {
	{ "v2", "c m=a; c m=b; c m=c", V("a@|b@|c@|") },
	{ "bytes are unchanged", "c m=\"$(printf 'From x\\n>From y\\r\\n')\"",
	  V("From x\n>From y\r@|") },
	{ "deleted", "c m=a; c m=b; git mv m d; printf a >d; c; c m=c -d", V("a@|b@|-a@|c@|") },
	{ "deleted, and no mail follows", "c m=a; git mv m d; c; c", V("a@|-a@|@|") },
	{ "the same mail twice", "c m=a; c m=a", V("a@|@|") },
	{ "a mail and other files", "c m=a x=y m2=b; c -m; c m/a=b", V("a@|@|") },
	{ "no mail", "c README=a",
	  V("!a git repository, but not one of public-inbox: there is no"
	    " mail|") },
	{ "v1", "c $V1=a; c $V2=b; c -$V1; c $V2=c", V("a@|b@|-a@|c@|") },
	{ "v1, several in a commit", "c $V1=a $V2=b", V("a|b@|") },
	{ "v1, the same Message-ID", "c $V1/$(printf '%040d' 1)=a $V1/$(printf '%040d' 2)=b",
	  V("a|b@|") },
	{ "v1, all deleted", "c $V1=a; c -$V1", V("a@|-a@|") },
	{ "purged",
	  "c m=a; c m=old; git reset -q --hard HEAD^; SUBJECT=\"purged $OLD\" c m=; c m=b",
	  V("a@|-old@|b@|") },
	{ "purged, and git has removed it", "c m=a; SUBJECT=\"purged $OLD\" c m=; c m=b",
	  V("a@|-@|b@|") },
	{ "the newest is purged", "c m=a; SUBJECT=\"purged $OLD\" c m=", V("a@|-@|") },
	{ "a mail in a commit with the subject of a purge",
	  "c m=old; SUBJECT=\"purged $OLD\" c m=a", V("old@|a@|") },
	{ "an empty file", "c m=; c m=a", V("a@|") },
	{ "merged",
	  "c $V1=a; git checkout -q -b x; c $V2=b; git checkout -q master; "
	  "c cd/$(printf '%038d' 1)=c; git merge -q -m x x; c -$V1",
	  V("a@|c@|b@|-a@|") },
	{ "bare", "c m=a; cd ..; git clone -q --bare r b; rm -rf r; mv b r", V("a@|") },
	{ "SHA-256",
	  "cd ..; rm -rf r; git init -q --object-format=sha256 r; cd r; "
	  "git config user.name x; git config user.email x@x.org; c m=a; c m=b",
	  V("a@|b@|") },
	{ "another branch", "c m=a; git checkout -q -b x; c m=b; git checkout -q master",
	  V("a@|") },
	{ "configured",
	  "c m=a; c m=b; git config log.showRoot false; git config log.follow true; "
	  "git config color.ui always; git config log.decorate full; "
	  "git config diff.renames copies; git config log.diffMerges off; "
	  "git config format.pretty oneline; git config log.showSignature true",
	  V("a@|b@|") },
	{ "no commits", "true", V("!there is no mail in this repository: it has no commits|") },
	{ "unborn", "c m=a; git symbolic-ref HEAD refs/heads/x",
	  V("!HEAD is the branch refs/heads/x, which does not exist; refs/heads/master does|") },
	{ "a mail is missing",
	  "c m=a; c m=old; c m=b;"
	  " rm -f .git/objects/$(echo $OLD | cut -c 1-2)/$(echo $OLD | cut -c 3-)",
	  V("a@|!HASH: git cannot read it|b|") },
	{ "a mail is broken",
	  "c m=a; c m=old; c m=b; chmod -R u+w .git/objects;"
	  " echo x >.git/objects/$(echo $OLD | cut -c 1-2)/$(echo $OLD | cut -c 3-)",
	  V("a@|!HASH: git cannot read it|b|") },
	{ "a tree is missing",
	  "c m=a; c m=b; c m=c; t=$(git rev-parse HEAD^^{tree}); c m=d;"
	  " rm .git/objects/$(echo $t | cut -c 1-2)/$(echo $t | cut -c 3-)",
	  V("a|!the history to its end: git cannot read it|") },
	{ "a commit is missing",
	  "c m=a; c m=b; c m=c; t=$(git rev-parse HEAD^);"
	  " rm .git/objects/$(echo $t | cut -c 1-2)/$(echo $t | cut -c 3-)",
	  V("!error: Could not read HASH fatal: Failed to traverse parents of commit HASH|") },
	{ "the newest commit is missing",
	  "c m=a; c m=b; t=$(git rev-parse HEAD);"
	  " rm .git/objects/$(echo $t | cut -c 1-2)/$(echo $t | cut -c 3-)",
	  V("!its newest commit cannot be read: fatal: Needed a single revision|") },
};

static void reads_repositories(void **state)
{
	static const struct repository_memory memory = { find_nothing, error_of_memory, NULL };

	for (size_t i = 0; i < COUNT(cases); i++) {
		make(cases[i].script);
		check_view(cases[i].name, without_names(*state, mails_at(*state, "r", &memory)),
			   cases[i].want);
	}
}

/* ---- positions */

/* Known positions, as revisions of git. */
struct remembered {
	const char *by_path, *by_first; /* the last commit; NULL: no position is known */
	const char *wanted;             /* the first commit that is asked for */
	bool stays;                     /* new positions are not accepted */
};

static int find_remembered(void *context, const char *path, const char *first,
			   struct repository_position *ret_position, bool *ret_moves)
{
	const struct remembered *remembered = context;
	const char *last = first == NULL ? remembered->by_path : remembered->by_first;
	g_autofree char *words = g_strdup_printf("rev-parse %s", last != NULL ? last : "HEAD");
	g_autofree char *last_name = git(words);
	g_autofree char *first_words = g_strdup_printf("rev-parse %s", remembered->wanted);
	g_autofree char *first_name = git(first_words);

	check_number("path", "absolute", path[0] == '/', true);
	if (first != NULL)
		check_view("first", view_str(first), view_str(first_name));
	*ret_moves = !remembered->stays;
	(void)g_strlcpy(ret_position->first, first_name, sizeof(ret_position->first));
	(void)g_strlcpy(ret_position->last, last_name, sizeof(ret_position->last));
	return last != NULL;
}

#define GONE "1111111111111111111111111111111111111111"

static const struct {
	const char *name;
	const char *script;
	struct remembered remembered;
	struct view want;
} positions[] = {
	{ "by path", "c m=a; c m=b; c m=c", { "HEAD^", NULL, "HEAD^^", false }, V("c@|") },
	{ "by the first commit",
	  "c m=a; c m=b; c m=c",
	  { NULL, "HEAD^", "HEAD^^", false },
	  V("c@|") },
	{ "no new position is accepted",
	  "c m=a; c m=b; c m=c",
	  { NULL, "HEAD^", "HEAD^^", true },
	  V("c|") },
	{ "all is read", "c m=a; c m=b", { "HEAD", NULL, "HEAD^", false }, V("") },
	{ "by path, and the last commit is gone",
	  "c m=a; c m=b",
	  { GONE, NULL, "HEAD^", false },
	  V("a@|b@|") },
	{ "by the first commit, and the last one is gone",
	  "c m=a; c m=b",
	  { NULL, GONE, "HEAD^", false },
	  V("a@|b@|") },
	{ "only a commit without mail is new",
	  "c m=a; c",
	  { "HEAD^", NULL, "HEAD^", false },
	  V("@|") },
	{ "the position is that of another repository",
	  "c m=a; git checkout -q --orphan x; c m=b; git tag t;"
	  " git checkout -q master",
	  { "t", NULL, "HEAD", false },
	  V("a@|") },
	{ "another repository is merged into it",
	  "c $V1=a; git checkout -q --orphan x; c -$V1 $V2=b;"
	  " git checkout -q master; git merge -q -m x"
	  " --allow-unrelated-histories x",
	  { NULL, NULL, "HEAD^", false },
	  V("a@|b@|@|") },
	{ "rewritten",
	  "c m=a; c m=b; c m=c; git tag t; git reset -q --hard HEAD^^; c m=x; c m=c",
	  { "t", "t", "HEAD^^", false },
	  V("x@|c@|") },
	{ "rewritten, and the last commit does not exist any more",
	  "c m=a; c m=b",
	  { "HEAD:m", "HEAD:m", "HEAD^", false },
	  V("a@|b@|") },
};

static void begins_at_positions(void **state)
{
	for (size_t i = 0; i < COUNT(positions); i++) {
		struct remembered remembered = positions[i].remembered;
		const struct repository_memory memory = { find_remembered, error_of_memory,
							  &remembered };

		make(positions[i].script);
		check_view(positions[i].name, mails_at(*state, "r", &memory), positions[i].want);
	}
}

static int find_fails(void *context, const char *path, const char *first,
		      struct repository_position *ret_position, bool *ret_moves)
{
	(void)context;
	(void)path;
	(void)first;
	(void)ret_position;
	(void)ret_moves;
	return -ENOTCONN;
}

static void reports_errors_of_its_memory(void **state)
{
	char words[] = "no connection";
	const struct repository_memory memory = { find_fails, error_of_memory, words };

	make("c m=a");
	check_view("memory", mails_at(*state, "r", &memory), VIEW("!no connection|"));
	check_view("none", mails_at(*state, "r", NULL), VIEW("a|"));
}

/* A folder that contains a repository is not one itself. */
static void recognizes_repositories(void **state)
{
	static const struct {
		const char *name, *script;
		bool want;
	} folders[] = {
		{ "v2", "c m=a", true },
		{ "v1", "c $V1=a", true },
		{ "no files", "true", true },
		{ "bare", "cd ..; rm -rf r; git init -q --bare r", true },
		{ "a repository of mailboxes", "c list.mbox=a m=b", false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(folders); i++) {
		make(folders[i].script);
		check_number(folders[i].name, "repository", repository_is_at("r"), folders[i].want);
	}
	check_number("missing", "repository", repository_is_at("nowhere"), false);
}

/* Repositories are distributed to jobs by their sizes on the disk. */
static void measures_repositories(void **state)
{
	uint64_t small;

	(void)state;
	make("c m=a");
	small = source_bytes_stored("r");
	check_number("small", "bytes", small > 0 && small < 1 << 20, true);
	make("head -c 3000000 /dev/urandom >m; git add m; git commit -q -m x; git repack -q -a -d");
	check_number("packed", "bytes", source_bytes_stored("r") > 2500000, true);
	make("head -c 3000000 /dev/urandom >m; git add m; git commit -q -m x");
	check_number("loose", "bytes", source_bytes_stored("r") > 2500000, true);
	check_number("to read", "bytes", source_bytes_all("r"), 0);
}

/* The mails are larger than a pipe's buffer. */
static void reads_many(void **state)
{
	struct view mails;
	size_t count = 0;

	make("{ for i in $(seq 1500); do printf 'blob\\nmark :1\\ndata <<x\\n%030000d\\nx\\n"
	     "commit refs/heads/master\\ncommitter x <x> 1 +0000\\ndata 1\\nx\\nM 644 :1 m\\n' $i;"
	     " done; } | git fast-import --quiet");
	mails = mails_at(*state, "r", NULL);
	for (size_t at = 0; (at = view_find(mails, '|', at)) < mails.len; at++)
		count++;
	check_number("mails", "count", count, 1500);
	check_number("mails", "bytes", mails.len, (size_t)1500 * 30002);
}

/* Each test has its own directory. */
#define HERE(function) cmocka_unit_test_setup_teardown(function, make_directory, remove_directory)

RUN(HERE(reads_repositories), HERE(begins_at_positions), HERE(reports_errors_of_its_memory),
    HERE(recognizes_repositories), HERE(measures_repositories), HERE(reads_many))
