/* progress - counts what an import does, and shows it; see progress.h */
#define _GNU_SOURCE
#include "daemon/import/progress.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/param.h>
#include <unistd.h>

#include "daemon/clock.h"
#include "daemon/output/terminal.h"
#include "parser/cleanup.h"

#define SHOW_TERMINAL_USECS 200000
#define SHOW_LINE_USECS     10000000

#define BAR_CHARS 20

/* Of messages for lists without a project: list ids that are counted, and that are printed. */
#define LISTS_COUNTED_MAX 10000
#define LISTS_PRINTED_MAX 5
#define LIST_ID_COLUMNS   100

/* A line that is being composed. */
struct line {
	char text[256];
	size_t len;
};

static double seconds_since(int64_t usecs)
{
	return (double)(clock_monotonic_usecs() - usecs) / 1e6;
}

void progress_start(struct progress *progress, uint64_t bytes_all, bool is_quiet)
{
	*progress = (struct progress){ .bytes_all = bytes_all,
				       .is_quiet = is_quiet,
				       .on_terminal = isatty(STDERR_FILENO) == 1 };
	g_mutex_init(&progress->lock);
	progress->started_usecs = clock_monotonic_usecs();
	progress->shown_usecs = progress->on_terminal ? 0 : progress->started_usecs;
}

void progress_lock(struct progress *progress)
{
	g_mutex_lock(&progress->lock);
}

void progress_unlock(struct progress *progress)
{
	g_mutex_unlock(&progress->lock);
}

void progress_count(struct progress *progress, enum verdict verdict)
{
	progress->messages++;
	switch (verdict) {
	case VERDICT_PATCH:
		progress->patches++;
		break;
	case VERDICT_COVER:
		progress->covers++;
		break;
	case VERDICT_COMMENT:
		progress->comments++;
		break;
	case VERDICT_DUPLICATE:
		progress->duplicates++;
		break;
	case VERDICT_WAITING:
		progress->waiting++;
		progress->held++;
		break;
	case VERDICT_HELD:
		progress->held++;
		break;
	case VERDICT_EMPTY:
	case VERDICT_UNRELATED:
		progress->ignored++;
		break;
	case VERDICT_NO_ROOM:
	case VERDICT_UNDECIDED:
		progress->errors++;
		break;
	}
}

void progress_count_no_project(struct progress *progress, struct view list_id)
{
	g_autofree char *key = g_strndup(list_id.ptr, list_id.len);
	gsize count;

	progress_count(progress, VERDICT_UNRELATED);
	progress->no_project++;
	if (list_id.len == 0) {
		progress->no_list_id++;
		return;
	}
	if (progress->lists == NULL)
		progress->lists = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	count = GPOINTER_TO_SIZE(g_hash_table_lookup(progress->lists, key));
	if (count > 0 || g_hash_table_size(progress->lists) < LISTS_COUNTED_MAX)
		(void)g_hash_table_replace(progress->lists, TAKE(key), GSIZE_TO_POINTER(count + 1));
}

void progress_taken_for_text(struct progress *progress, uint64_t lines, const char *path,
			     uint64_t offset)
{
	progress->taken_for_text += lines;
	if (lines > 0 && progress->first_taken == NULL &&
	    asprintf(&progress->first_taken, "%s:%" PRIu64, path, offset) < 0)
		progress->first_taken = NULL;
}

void progress_released(struct progress *progress, uint64_t count)
{
	uint64_t ours = count < progress->waiting ? count : progress->waiting;

	progress->comments += count;
	progress->waiting -= ours;
	progress->held -= ours;
}

void progress_advance(struct progress *progress, uint64_t bytes, uint64_t series)
{
	progress->bytes_done += bytes;
	progress->series += series;
}

void progress_fail(struct progress *progress, const char *command, const char *error)
{
	if (g_strcmp0(progress->failure, error) == 0)
		return;
	g_free(progress->failure);
	progress->failure = g_strdup(error);
	progress_clear(progress);
	fprintf(stderr, "patchmda %s: %s\n", command, error);
}

/* The columns of the terminal without the last one, in which some terminals wrap. */
static size_t columns(void)
{
	struct winsize size;

	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col < 2)
		return 79;
	return (size_t)size.ws_col - 1;
}

__attribute__((__format__(__printf__, 2, 3))) static void add(struct line *line, const char *format,
							      ...)
{
	size_t room = sizeof(line->text) - line->len;
	va_list values;
	int n;

	va_start(values, format);
	n = vsnprintf(line->text + line->len, room, format, values);
	va_end(values);
	if (n > 0)
		line->len += MIN((size_t)n, room - 1);
}

static void add_bar(struct line *line, double share)
{
	char bar[BAR_CHARS + 1];
	size_t done = (size_t)(share * BAR_CHARS);

	memset(bar, '#', done);
	memset(bar + done, '.', BAR_CHARS - done);
	bar[BAR_CHARS] = '\0';
	add(line, "[%s] ", bar);
}

static void add_time(struct line *line, double seconds)
{
	if (seconds < 100)
		add(line, ", %.0f s to go", seconds);
	else
		add(line, ", %.0f min to go", seconds / 60);
}

static void print_line(const struct progress *p)
{
	double seconds = seconds_since(p->started_usecs);
	double share = p->bytes_all > 0 ? (double)p->bytes_done / (double)p->bytes_all : 0;
	struct line line = { .len = 0 };

	share = MIN(share, 1.0);
	if (share > 0 && p->on_terminal)
		add_bar(&line, share);
	if (share > 0)
		add(&line, "%3.0f %%  ", share * 100);
	add(&line, "%" PRIu64 " messages, %.0f a second", p->messages,
	    seconds > 0 ? (double)p->messages / seconds : 0);
	if (share > 0 && share < 1 && seconds > 2)
		add_time(&line, seconds / share - seconds);
	add(&line, ", %" PRIu64 " patches, %" PRIu64 " series, %" PRIu64 " comments", p->patches,
	    p->series, p->comments);
	if (p->on_terminal)
		fprintf(stderr, "\r\033[K%.*s", (int)MIN(line.len, columns()), line.text);
	else
		fprintf(stderr, "patchmda import: %s\n", line.text);
	(void)fflush(stderr);
}

void progress_show(struct progress *progress)
{
	int64_t now = clock_monotonic_usecs();
	int64_t pause = progress->on_terminal ? SHOW_TERMINAL_USECS : SHOW_LINE_USECS;

	if (progress->is_quiet || now - progress->shown_usecs < pause)
		return;
	progress->shown_usecs = now;
	print_line(progress);
}

static void print_json(const struct progress *p, double seconds)
{
	const struct {
		const char *name;
		uint64_t count;
	} counts[] = {
		{ "messages", p->messages },
		{ "patches", p->patches },
		{ "covers", p->covers },
		{ "comments", p->comments },
		{ "duplicates", p->duplicates },
		{ "ignored", p->ignored },
		{ "held", p->held },
		{ "waiting", p->waiting },
		{ "errors", p->errors + p->unreadable },
		{ "no_project", p->no_project },
		{ "taken_for_text", p->taken_for_text },
	};
	json_t *object = json_object();

	for (size_t i = 0; i < sizeof(counts) / sizeof(*counts); i++)
		(void)json_object_set_new(object, counts[i].name,
					  json_integer((json_int_t)counts[i].count));
	(void)json_object_set_new(object, "seconds", json_real(seconds));
	(void)json_object_set_new(object, "messages_per_second",
				  json_real(seconds > 0 ? (double)p->messages / seconds : 0.0));
	(void)json_dumpf(object, stdout, JSON_REAL_PRECISION(6));
	(void)putchar('\n');
	json_decref(object);
}

/* A list id and how many messages it has. */
struct list_count {
	const char *list_id;
	uint64_t messages;
};

static gint most_messages_first(gconstpointer a, gconstpointer b)
{
	const struct list_count *x = a, *y = b;

	return x->messages != y->messages ? (x->messages < y->messages ? 1 : -1)
					  : strcmp(x->list_id, y->list_id);
}

static GArray *sort_lists(GHashTable *lists)
{
	GArray *counts = g_array_new(FALSE, FALSE, sizeof(struct list_count));
	gpointer list_id, messages;
	GHashTableIter iter;

	if (lists == NULL)
		return counts;
	g_hash_table_iter_init(&iter, lists);
	while (g_hash_table_iter_next(&iter, &list_id, &messages)) {
		struct list_count count = { list_id, GPOINTER_TO_SIZE(messages) };

		g_array_append_val(counts, count);
	}
	g_array_sort(counts, most_messages_first);
	return counts;
}

static void print_no_project(const struct progress *p)
{
	g_autoptr(GArray) lists = sort_lists(p->lists);
	uint64_t others = p->no_project - p->no_list_id;

	printf("Of those ignored, %" PRIu64 " are for a list without a project:\n", p->no_project);
	for (guint i = 0; i < MIN(lists->len, LISTS_PRINTED_MAX); i++) {
		const struct list_count *list = &g_array_index(lists, struct list_count, i);

		printf("%8" PRIu64 "  ", list->messages);
		terminal_print_cut(stdout, view_str(list->list_id), LIST_ID_COLUMNS);
		(void)putchar('\n');
		others -= list->messages;
	}
	if (others > 0)
		printf("%8" PRIu64 "  with other list ids\n", others);
	if (p->no_list_id > 0)
		printf("%8" PRIu64 "  without a list id; --list-id gives them one\n",
		       p->no_list_id);
	printf("To store them, run 'patchmda project add LINKNAME --list-id ID' and import again, or"
	       " import with\n--create-projects; a git repository also needs --restart.\n");
}

static void print_text(const struct progress *p, double seconds, bool is_dry_run)
{
	printf("%" PRIu64 " messages: %" PRIu64 " patches, %" PRIu64 " covers, %" PRIu64
	       " comments, %" PRIu64 " duplicates, %" PRIu64 " ignored, %" PRIu64 " held (%" PRIu64
	       " of them waiting), %" PRIu64 " errors; %.1f seconds, %.0f messages a second\n",
	       p->messages, p->patches, p->covers, p->comments, p->duplicates, p->ignored, p->held,
	       p->waiting, p->errors + p->unreadable, seconds,
	       seconds > 0 ? (double)p->messages / seconds : 0);
	if (p->no_project > 0)
		print_no_project(p);
	if (p->held > p->waiting && !is_dry_run)
		printf("'patchmda held' lists the mail that is held, with the reasons.\n");
	if (p->taken_for_text == 0)
		return;
	printf("Lines that look like separators and were taken for text: %" PRIu64
	       "; the first is in ",
	       p->taken_for_text);
	terminal_print(stdout, view_str(p->first_taken));
	(void)putchar('\n');
}

void progress_clear(const struct progress *progress)
{
	if (progress->on_terminal && !progress->is_quiet)
		fputs("\r\033[K", stderr);
}

void progress_finish(struct progress *progress, bool as_json, bool is_dry_run)
{
	double seconds = seconds_since(progress->started_usecs);

	progress_clear(progress);
	if (as_json)
		print_json(progress, seconds);
	else
		print_text(progress, seconds, is_dry_run);
}

void progress_done(struct progress *progress)
{
	free(progress->first_taken);
	progress->first_taken = NULL;
	g_clear_pointer(&progress->failure, g_free);
	g_clear_pointer(&progress->lists, g_hash_table_unref);
	g_mutex_clear(&progress->lock);
}
