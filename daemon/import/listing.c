/* listing - the files of a directory, in the order in which they are read; see listing.h */
#define _GNU_SOURCE
#include "daemon/import/listing.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/param.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/import/repository.h"
#include "parser/cleanup.h"
#include "parser/date.h"
#include "parser/view.h"

/* ---- the date in the name of a file */

#define NAME_WORDS_MAX 16

/* A run of digits, or of letters. */
struct word {
	struct view text;
	int64_t number; /* -1: letters, or more digits than a date has */
};

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static size_t split_name(struct view name, struct word *words)
{
	size_t count = 0, at = 0;

	while (at < name.len && count < NAME_WORDS_MAX) {
		bool digits = view_is_digit(name.ptr[at]);
		size_t from = at;

		while (at < name.len &&
		       (digits ? view_is_digit(name.ptr[at]) : is_letter(name.ptr[at])))
			at++;
		if (at == from) {
			at++;
			continue;
		}
		words[count] = (struct word){ view_of(name.ptr + from, at - from), -1 };
		(void)view_number(words[count].text, 99999999, &words[count].number);
		count++;
	}
	return count;
}

/* The month, 1 to 12, of a name or of at most two digits; 0 for any other word. */
static int64_t month_of(const struct word *word)
{
	if (word->number >= 0)
		return word->text.len <= 2 && word->number <= 12 ? word->number : 0;
	return view_ieq(word->text, VIEW("Sept")) ? 9 : date_month(word->text);
}

/* The month after a year: `01`, `January`, or the first one of a quarter (`q1`). */
static int64_t month_after(const struct word *words, size_t count)
{
	if (count >= 2 && view_ieq(words[0].text, VIEW("q")) && words[1].number >= 1 &&
	    words[1].number <= 4)
		return words[1].number * 3 - 2;
	return count >= 1 ? month_of(&words[0]) : 0;
}

static bool is_date(int64_t date)
{
	int64_t year = date / 10000, month = date / 100 % 100, day = date % 100;

	return year >= 1970 && year < 2100 && month <= 12 && day <= 31;
}

/* The date that words[at] and the words next to it form, or 0. */
static int64_t date_at(const struct word *words, size_t count, size_t at)
{
	const struct word *word = &words[at], *next = word + 1;
	int64_t month, day = 0;

	if (word->text.len == 8 && is_date(word->number))
		return word->number; /* pipermail: Week-of-Mon-20190107.txt.gz */
	if (word->text.len == 6 && is_date(word->number * 100))
		return word->number * 100;
	if (word->text.len != 4 || !is_date(word->number * 10000))
		return 0;
	month = month_after(next, count - at - 1);
	if (month > 0 && at + 2 < count && next[1].text.len == 2 && next[1].number <= 31)
		day = MAX(next[1].number, 0);
	if (month == 0 && at > 0)
		month = month_of(word - 1); /* `January-2019` */
	return word->number * 10000 + month * 100 + day;
}

/* Year, month and day as one number to sort by (20190107), or 0 if the name contains no date. */
static int64_t date_of_name(const char *name)
{
	struct word words[NAME_WORDS_MAX];
	size_t count = split_name(view_str(name), words);

	for (size_t i = 0; i < count; i++) {
		int64_t date = date_at(words, count, i);

		if (date > 0)
			return date;
	}
	for (size_t i = 0; i < count; i++)
		if (words[i].number < 0 && month_of(&words[i]) > 0)
			return month_of(&words[i]) * 100;
	return 0;
}

/* ---- directories */

/* Entries are sorted by class, then by key, then by name. */
enum entry_class { CLASS_NUMBERED, CLASS_DATED, CLASS_NAMED };

struct entry {
	size_t name; /* in the names of its listing */
	int64_t key;
	enum listing_kind kind;
	enum entry_class class;
};

static char *join(const char *directory, const char *name)
{
	char *path;
	size_t len = strlen(directory);
	const char *slash = len > 0 && directory[len - 1] == '/' ? "" : "/";

	return asprintf(&path, "%s%s%s", directory, slash, name) >= 0 ? path : NULL;
}

/* Whether a file belongs to another program: indexes, messages that MH deleted, web pages. */
static bool is_no_mail(struct view name)
{
	static const char *const endings[] = { "~", ".html", ".htm", ".msf", ".lock" };

	for (size_t i = 0; i < sizeof(endings) / sizeof(*endings); i++)
		if (view_ends(name, view_str(endings[i])))
			return true;
	return name.len == 0 || name.ptr[0] == '.' || name.ptr[0] == ',' || name.ptr[0] == '#';
}

/*
 * Find out whether a file is a directory or, until classify() says otherwise, a mailbox; false:
 * neither.
 */
static bool look_at(int directory, const struct dirent *file, enum listing_kind *ret_kind)
{
	unsigned char type = file->d_type;
	struct stat status;

	if (type == DT_LNK || type == DT_UNKNOWN) {
		/* A file without a status cannot be opened either; that error is reported later. */
		type = DT_REG;
		if (fstatat(directory, file->d_name, &status, 0) == 0)
			type = (unsigned char)IFTODT(status.st_mode);
	}
	*ret_kind = type == DT_DIR ? LISTING_DIRECTORY : LISTING_MAILBOX;
	return type == DT_DIR || type == DT_REG;
}

/* Set kind, class and key of an entry by its name. */
static void classify(struct entry *entry, const char *name, bool in_maildir)
{
	struct view v = view_str(name);
	bool is_directory = entry->kind == LISTING_DIRECTORY;

	entry->class = CLASS_NAMED;
	if (!is_directory && view_number(v, INT64_MAX, &entry->key)) {
		entry->kind = LISTING_MESSAGE;
		entry->class = CLASS_NUMBERED;
		return;
	}
	if (!is_directory && in_maildir && view_is_digit(name[0])) {
		entry->kind = LISTING_MESSAGE;
		return;
	}
	if (!is_directory && view_ends(v, VIEW(".eml")))
		entry->kind = LISTING_MESSAGE;
	entry->key = date_of_name(name);
	if (entry->key > 0)
		entry->class = CLASS_DATED;
}

/* Grow an array to at least `wanted` elements; sizes are counted in elements. */
static int grow(void **array, size_t *size, size_t wanted, size_t element_bytes)
{
	size_t larger = MAX(*size * 2, MAX(wanted, (size_t)64));
	void *moved;

	if (wanted <= *size)
		return 0;
	moved = realloc(*array, larger * element_bytes);
	if (moved == NULL)
		return -ENOMEM;
	*array = moved;
	*size = larger;
	return 0;
}

static int add_entry(struct listing *listing, const char *prefix, const char *name,
		     struct entry entry)
{
	size_t prefix_len = strlen(prefix), len = strlen(name) + 1;
	void *names = listing->names, *entries = listing->entries;
	int r = grow(&names, &listing->names_size, listing->names_len + prefix_len + len, 1);

	listing->names = names;
	if (r == 0)
		r = grow(&entries, &listing->size, listing->count + 1, sizeof(entry));
	listing->entries = entries;
	if (r != 0)
		return r;
	entry.name = listing->names_len;
	memcpy(listing->names + listing->names_len, prefix, prefix_len);
	memcpy(listing->names + listing->names_len + prefix_len, name, len);
	listing->names_len += prefix_len + len;
	listing->entries[listing->count++] = entry;
	return 0;
}

static void close_directory(DIR **directory)
{
	if (*directory != NULL)
		(void)closedir(*directory);
}

/* Add the files in `path` to the listing, with `prefix` before each name. */
static int add_directory(struct listing *listing, const char *path, const char *prefix,
			 bool in_maildir)
{
	_cleanup_(close_directory) DIR *directory = opendir(path);
	const struct dirent *file;
	int r = 0;

	if (directory == NULL)
		return -errno;
	while (r == 0 && (errno = 0, file = readdir(directory)) != NULL) {
		struct entry entry = { 0 };

		if (is_no_mail(view_str(file->d_name)) ||
		    !look_at(dirfd(directory), file, &entry.kind))
			continue;
		classify(&entry, file->d_name, in_maildir);
		r = add_entry(listing, prefix, file->d_name, entry);
	}
	return r != 0 ? r : -errno;
}

/*
 * The number of an epoch of public-inbox, as in `12.git`; -1 for any other name, such as `all.git`.
 */
static int64_t epoch_of(const char *name)
{
	struct view number = view_str(name);
	int64_t epoch;

	if (!view_ends(number, VIEW(".git")))
		return -1;
	number.len -= strlen(".git");
	return view_number(number, INT64_MAX, &epoch) ? epoch : -1;
}

/* Add the epochs in `path` to the listing, with `prefix` before each name. */
static int add_epochs(struct listing *listing, const char *path, const char *prefix)
{
	_cleanup_(close_directory) DIR *directory = opendir(path);
	const struct dirent *file;
	int r = 0;

	while (r == 0 && directory != NULL && (file = readdir(directory)) != NULL) {
		struct entry entry = { .class = CLASS_NUMBERED, .key = epoch_of(file->d_name) };

		if (entry.key < 0 || !look_at(dirfd(directory), file, &entry.kind) ||
		    entry.kind != LISTING_DIRECTORY)
			continue;
		entry.kind = LISTING_REPOSITORY;
		r = add_entry(listing, prefix, file->d_name, entry);
	}
	return r;
}

static int compare_entries(const void *left, const void *right, void *context)
{
	const struct entry *a = left, *b = right;
	const struct listing *listing = context;
	const char *a_name = listing->names + a->name, *b_name = listing->names + b->name;
	const char *a_slash = strchr(a_name, '/'), *b_slash = strchr(b_name, '/');
	int r;

	if (a->class != b->class)
		return a->class < b->class ? -1 : 1;
	if (a->key != b->key)
		return a->key < b->key ? -1 : 1;
	/* Digits are compared as numbers, so that M9 is before M10. */
	r = strverscmp(a_slash != NULL ? a_slash + 1 : a_name,
		       b_slash != NULL ? b_slash + 1 : b_name);
	return r != 0 ? r : strcmp(a_name, b_name);
}

static bool is_directory(const char *path)
{
	struct stat status;

	return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

/* Whether `path` is the cur/ or new/ of a Maildir. */
static bool is_in_maildir(const char *path)
{
	struct view v = view_str(path);

	while (view_ends(v, VIEW("/")))
		v.len--;
	return view_eq(v, VIEW("cur")) || view_eq(v, VIEW("new")) || view_ends(v, VIEW("/cur")) ||
	       view_ends(v, VIEW("/new"));
}

static void free_string(char **string)
{
	free(*string);
}

int listing_init(struct listing *listing, const char *path)
{
	_cleanup_(free_string) char *cur = join(path, "cur");
	_cleanup_(free_string) char *new = join(path, "new");
	_cleanup_(free_string) char *git = join(path, "git");
	int r;

	listing->path = strdup(path);
	if (listing->path == NULL || cur == NULL || new == NULL || git == NULL)
		return -ENOMEM;
	r = add_epochs(listing, git, "git/");
	if (r == 0)
		r = add_epochs(listing, path, "");
	if (r != 0 || listing->count > 0) {
		/* The other files are indexes of public-inbox. */
	} else if (is_directory(cur) && is_directory(new)) {
		r = add_directory(listing, cur, "cur/", true);
		if (r == 0)
			r = add_directory(listing, new, "new/", true);
	} else {
		r = add_directory(listing, path, "", is_in_maildir(path));
	}
	if (r == 0 && listing->count > 1)
		qsort_r(listing->entries, listing->count, sizeof(*listing->entries),
			compare_entries, listing);
	return r;
}

void listing_done(struct listing *listing)
{
	free(listing->path);
	free(listing->names);
	free(listing->entries);
	*listing = (struct listing){ 0 };
}

int listing_next(struct listing *listing, char **ret_path, enum listing_kind *ret_kind)
{
	const struct entry *entry;

	if (listing->next == listing->count)
		return 0;
	entry = &listing->entries[listing->next++];
	*ret_path = join(listing->path, listing->names + entry->name);
	if (*ret_path == NULL)
		return -ENOMEM;
	*ret_kind = entry->kind;
	return 1;
}

enum listing_kind listing_kind_of(const char *path)
{
	if (!is_directory(path))
		return LISTING_MAILBOX;
	return repository_is_at(path) ? LISTING_REPOSITORY : LISTING_DIRECTORY;
}
