/* history - the mails that commits add and delete; see history.h */
#include "daemon/import/history.h"

#include <errno.h>
#include <string.h>

#include "daemon/git.h"

#define READ_BYTES ((size_t)64 << 10)

/* A longer line is truncated: it is the subject of a commit. */
#define LINE_BYTES_MAX 4096

#define PURGED "purged "

/* The names of the empty file, with SHA-1 and SHA-256. */
static const char *const empty_objects[] = {
	"e69de29bb2d1d6434b8b29ae775ad8c2e48c5391",
	"473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813",
};

struct history {
	struct git *git;
	char *buffer;
	size_t at, len; /* what is read of the buffer */
	char line[LINE_BYTES_MAX];
	char commit[OBJECT_NAME_BYTES];
	char purged[OBJECT_NAME_BYTES]; /* the object that the commit purges, or "" */
	struct change next;             /* read already, to know which is the last of a commit */
	bool has_next;
	int error; /* of reading it; history_next() returns it afterwards */
};

static bool is_hex(const char *text, size_t len)
{
	return strnlen(text, len) == len && strspn(text, "0123456789abcdef") >= len;
}

bool history_is_mail_name(const char *name)
{
	return g_str_equal(name, "m") || g_str_equal(name, "d") ||
	       (strlen(name) == 2 && is_hex(name, 2));
}

int history_open(const char *repository, const char *after, const char *head, int stop_fd,
		 struct history **ret_history)
{
	g_autofree char *range =
		after != NULL ? g_strdup_printf("%s..%s", after, head) : g_strdup(head);
	g_autoptr(GPtrArray) arguments =
		git_arguments("-c", "log.showRoot=true", "-c", "log.follow=false", "log", "--raw",
			      "--no-abbrev", "--no-renames", "-c", "--no-relative", "--no-color",
			      "--no-show-signature", "--no-notes", "--no-decorate",
			      "--ignore-submodules=none", "--encoding=UTF-8", "--topo-order",
			      "--reverse", "--format=%H %s", range, "--", NULL);
	struct history *history;
	struct git *git;
	int r = git_start(repository, arguments, GIT_HERE, &git);

	if (r != 0)
		return r;
	git_stop_at(git, stop_fd);
	history = g_new0(struct history, 1);
	history->git = git;
	history->buffer = g_malloc(READ_BYTES);
	*ret_history = history;
	return 0;
}

void history_close(struct history *history)
{
	if (history == NULL)
		return;
	git_kill(history->git);
	g_free(history->buffer);
	g_free(history);
}

/* ---- lines */

/* Read more into the empty buffer: 1, 0 at the end, or -errno. */
static int fill(struct history *history)
{
	ssize_t n = git_read(history->git, history->buffer, READ_BYTES);

	if (n <= 0)
		return (int)n;
	history->at = 0;
	history->len = (size_t)n;
	return 1;
}

/* Read a line without its end: 1, 0 at the end, or -errno. */
static int read_line(struct history *history)
{
	size_t len = 0;

	for (;;) {
		int r = history->at == history->len ? fill(history) : 1;
		char c;

		if (r <= 0)
			return r;
		c = history->buffer[history->at++];
		if (c == '\n')
			break;
		if (len < LINE_BYTES_MAX - 1)
			history->line[len++] = c;
	}
	history->line[len] = '\0';
	return 1;
}

/* ---- what lines mean */

static void copy_name(char to[OBJECT_NAME_BYTES], const char *name)
{
	(void)g_strlcpy(to, name, OBJECT_NAME_BYTES);
}

static bool is_object_name(const char *text)
{
	size_t len = strcspn(text, " ");

	return (len == 40 || len == 64) && is_hex(text, len);
}

/* `COMMIT SUBJECT` */
static void take_commit(struct history *history)
{
	char *subject = strchr(history->line, ' ');

	if (!is_object_name(history->line))
		return;
	if (subject != NULL)
		*subject++ = '\0';
	copy_name(history->commit, history->line);
	history->purged[0] = '\0';
	if (subject != NULL && g_str_has_prefix(subject, PURGED) &&
	    is_object_name(subject + strlen(PURGED)))
		copy_name(history->purged, subject + strlen(PURGED));
}

/* A mail of v1; where two have the same Message-ID, a folder has that name. */
static bool is_v1_path(const char *path)
{
	return is_hex(path, 2) && path[2] == '/' && is_hex(path + 3, 38) &&
	       (path[41] == '\0' || path[41] == '/');
}

/* A file of a change: the names of its object before and after. */
struct file {
	const char *before, *after, *path;
	bool is_deleted, is_regular;
};

/*
 * `:MODE MODE BEFORE AFTER STATUS<TAB>PATH`, or with one more colon, MODE and object for each
 * parent.
 */
static bool read_file(char *line, char ***ret_words, struct file *ret_file)
{
	size_t parents = strspn(line, ":");
	char *tab = strchr(line, '\t');
	char **words;

	if (parents == 0 || tab == NULL)
		return false;
	*tab = '\0';
	words = g_strsplit(line + parents, " ", -1);
	if (g_strv_length(words) != 2 * (parents + 1) + 1) {
		g_strfreev(words);
		return false;
	}
	*ret_file = (struct file){ .before = words[parents + 1],
				   .after = words[2 * parents + 1],
				   .path = tab + 1,
				   .is_deleted = g_str_equal(words[parents], "000000"),
				   .is_regular = g_str_has_prefix(words[parents], "100") };
	*ret_words = words;
	return true;
}

static void set_change(struct history *history, enum change_kind kind, const char *object)
{
	history->next = (struct change){ .kind = kind };
	copy_name(history->next.object, object);
	copy_name(history->next.commit, history->commit);
}

static bool is_empty(const char *object)
{
	return g_str_equal(object, empty_objects[0]) || g_str_equal(object, empty_objects[1]);
}

/* Whether the line of a file is a change, which it stores as the next one. */
static bool take_file(struct history *history)
{
	g_auto(GStrv) words = NULL;
	struct file file;

	if (!read_file(history->line, &words, &file))
		return false;
	if (g_str_equal(file.path, "m") && is_empty(file.after)) {
		if (history->purged[0] == '\0')
			return false;
		set_change(history, CHANGE_PURGED, history->purged);
	} else if ((g_str_equal(file.path, "m") || is_v1_path(file.path)) && file.is_regular) {
		set_change(history, CHANGE_MAIL, file.after);
	} else if (g_str_equal(file.path, "d") && file.is_regular) {
		set_change(history, CHANGE_DELETED, file.after);
	} else if (is_v1_path(file.path) && file.is_deleted) {
		set_change(history, CHANGE_DELETED, file.before);
	} else {
		return false;
	}
	return true;
}

/* Read on to the next change: 1, 0 at the end, or -errno. */
static int read_change(struct history *history)
{
	int r;

	history->has_next = false;
	while ((r = read_line(history)) > 0) {
		if (history->line[0] != ':') {
			take_commit(history);
			continue;
		}
		if (!take_file(history))
			continue;
		history->has_next = true;
		return 1;
	}
	if (r == 0) {
		r = git_end(history->git);
		history->git = NULL;
	}
	return r;
}

int history_next(struct history *history, struct change *ret_change)
{
	int r = history->error;

	if (r == 0 && !history->has_next && history->git != NULL)
		r = read_change(history);
	if (r < 0 || !history->has_next)
		return MIN(r, 0);
	*ret_change = history->next;
	r = read_change(history);
	ret_change->is_last =
		r == 0 || (r > 0 && strcmp(history->next.commit, ret_change->commit) != 0);
	history->error = MIN(r, 0);
	return 1;
}
