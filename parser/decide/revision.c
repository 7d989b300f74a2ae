/* revision - the previous version of a series; see revision.h */
#include "parser/decide/revision.h"

#include <stdlib.h>

#include "parser/subject.h"

/* The largest number of words in a title, which has at most 255 characters. */
#define TITLE_WORDS_MAX 128

/* The numbers of a partial version, or of a release. */
#define NUMBER_MAX 999

/* ---- versions */

/* The numbers of a prefix: `v5.1`, `5.10`, `5.10.y`, `v6.1-stable`. */
struct numbers {
	int64_t major, minor;
	bool has_v;
	bool has_rest;
};

/* Returns false if the prefix has no such numbers. */
static bool read_numbers(struct view prefix, struct numbers *ret_numbers)
{
	struct numbers numbers = { .has_v = view_istarts(prefix, VIEW("v")) };
	struct view rest = view_skip(prefix, numbers.has_v ? 1 : 0);
	size_t n = view_count_digits(rest);

	if (n == rest.len || rest.ptr[n] != '.' ||
	    !view_number(view_head(rest, n), NUMBER_MAX, &numbers.major))
		return false;
	rest = view_skip(rest, n + 1);
	n = view_count_digits(rest);
	if (!view_number(view_head(rest, n), NUMBER_MAX, &numbers.minor) ||
	    (n < rest.len && rest.ptr[n] != '.' && rest.ptr[n] != '-'))
		return false;
	numbers.has_rest = n < rest.len;
	*ret_numbers = numbers;
	return true;
}

/* Numbers of kernels begin with 3, and few have a second number below 4. */
static bool is_version_in_part(const struct numbers *numbers)
{
	return numbers->has_v && !numbers->has_rest && (numbers->major < 3 || numbers->minor < 4);
}

int revision_read_numbers(struct arena *arena, struct view name, int32_t row_version,
			  struct revision_version *ret_version, int32_t *ret_release)
{
	const struct view *prefixes;
	size_t count;
	int r;

	*ret_version = (struct revision_version){ row_version, 0 };
	*ret_release = 0;
	if (name.len == 0 || name.ptr[0] != '[' || view_find(name, '.', 0) == name.len)
		return 0;
	r = subject_name_prefixes(arena, name, &prefixes, &count);
	for (size_t i = 0; r == 0 && i < count; i++) {
		struct numbers numbers;

		if (!read_numbers(prefixes[i], &numbers))
			continue;
		if (is_version_in_part(&numbers) && ret_version->major == 1 &&
		    ret_version->minor == 0)
			*ret_version = (struct revision_version){ (int32_t)numbers.major,
								  (int32_t)numbers.minor };
		else if (*ret_release == 0)
			*ret_release = (int32_t)(numbers.major * (NUMBER_MAX + 1) + numbers.minor);
	}
	return r;
}

int revision_version_compare(struct revision_version a, struct revision_version b)
{
	if (a.major != b.major)
		return a.major < b.major ? -1 : 1;
	return (a.minor > b.minor) - (a.minor < b.minor);
}

/* ---- keys */

static int compare_keys(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

size_t revision_sort_keys(int64_t *items, size_t count)
{
	size_t kept = 0;

	if (count > 1)
		qsort(items, count, sizeof(*items), compare_keys);
	for (size_t i = 0; i < count; i++)
		if (kept == 0 || items[kept - 1] != items[i])
			items[kept++] = items[i];
	return kept;
}

size_t revision_common_keys(struct revision_keys a, struct revision_keys b)
{
	size_t count = 0;

	for (size_t i = 0, k = 0; i < a.count && k < b.count;) {
		if (a.items[i] == b.items[k]) {
			count++;
			i++;
			k++;
		} else if (a.items[i] < b.items[k]) {
			i++;
		} else {
			k++;
		}
	}
	return count;
}

static bool has_key(struct revision_keys keys, int64_t key)
{
	return keys.count > 0 &&
	       bsearch(&key, keys.items, keys.count, sizeof(key), compare_keys) != NULL;
}

static size_t smaller(size_t a, size_t b)
{
	return a < b ? a : b;
}

static size_t larger(size_t a, size_t b)
{
	return a > b ? a : b;
}

/* ---- words of titles */

struct words {
	struct view items[TITLE_WORDS_MAX];
	size_t count;
};

static bool has_word(const struct words *words, struct view word)
{
	for (size_t i = 0; i < words->count; i++)
		if (view_eq(words->items[i], word))
			return true;
	return false;
}

/* A title has one blank between words. */
static void read_words(struct view title, struct words *words)
{
	words->count = 0;
	while (title.len > 0 && words->count < TITLE_WORDS_MAX) {
		size_t end = view_find(title, ' ', 0);
		struct view word = view_head(title, end);

		if (!has_word(words, word))
			words->items[words->count++] = word;
		title = view_skip(title, end < title.len ? end + 1 : end);
	}
}

/* Count the words of the shorter title, and those that the other title has, too. */
static void compare_titles(struct view a, struct view b, size_t *ret_few, size_t *ret_common)
{
	struct words first, second;

	read_words(a, &first);
	read_words(b, &second);
	*ret_few = smaller(first.count, second.count);
	*ret_common = 0;
	for (size_t i = 0; i < first.count; i++)
		*ret_common += has_word(&second, first.items[i]);
}

/* ---- rules */

static bool is_same_text(struct view a, struct view b)
{
	return a.len > 0 && view_eq(a, b);
}

static bool is_same_person(const struct revision *a, const struct revision *b)
{
	return a->person_id == b->person_id || (a->name != 0 && a->name == b->name);
}

static bool is_within(const struct revision *series, const struct revision *older, int64_t secs)
{
	return series->date - older->date <= secs;
}

static bool is_linked(const struct revision *series, const struct revision *older)
{
	for (size_t i = 0; i < series->link_count; i++)
		if (is_same_text(series->links[i], older->first))
			return true;
	return false;
}

static bool shares_patches(const struct revision *series, const struct revision *older)
{
	size_t few = smaller(series->titles.count, older->titles.count);

	return few > 0 && is_within(series, older, REVISION_PATCHES_SECS) &&
	       2 * revision_common_keys(series->titles, older->titles) >= few;
}

/* The files that two series have in common, and the words of the shorter title in the other one. */
struct likeness {
	size_t files, all_files;
	size_t words, few_words;
};

static struct likeness compare(const struct revision *series, const struct revision *older)
{
	struct likeness like = { .files = revision_common_keys(series->files, older->files) };

	like.all_files = series->files.count + older->files.count - like.files;
	if (like.files > 0)
		compare_titles(series->title, older->title, &like.few_words, &like.words);
	return like;
}

/* Others have signed the newer series, and none of them the older one: another's patch, maybe. */
static bool is_of_others(const struct revision *series, const struct revision *older)
{
	return series->signers.count > 0 &&
	       revision_common_keys(series->signers, older->signers) == 0;
}

/*
 * Three quarters of all files and a fifth of the words of the shorter title are in both; or half of
 * the files, which are three or more, and half of the words or, as version 3 follows version 2, one
 * word. The newer series was sent soon after.
 */
static bool shares_files_soon(const struct revision *series, const struct revision *older,
			      const struct likeness *like)
{
	bool is_next =
		older->version.major > 1 && series->version.major == older->version.major + 1;

	if (!is_within(series, older, REVISION_SOON_SECS))
		return false;
	if (4 * like->files >= 3 * like->all_files && 5 * like->words >= like->few_words)
		return true;
	return like->files >= 3 && 2 * like->files >= like->all_files &&
	       (is_next || 2 * like->words >= like->few_words);
}

/*
 * Three fifths of all files and a third of the words of the shorter title are in both; or a fifth
 * of the files and four fifths of the words, if the shorter title has four words or more; or fewer,
 * if the newer series was sent soon after.
 */
static bool shares_files(const struct revision *series, const struct revision *older)
{
	struct likeness like;

	if (series->version.major - older->version.major > 2 ||
	    !is_within(series, older, REVISION_PATCHES_SECS))
		return false;
	like = compare(series, older);
	if (like.words == 0 || (2 * like.words <= like.few_words && is_of_others(series, older)))
		return false;
	if (is_within(series, older, REVISION_FILES_SECS) && 5 * like.files >= 3 * like.all_files &&
	    3 * like.words >= like.few_words)
		return true;
	if (shares_files_soon(series, older, &like))
		return true;
	return like.few_words >= 4 && 5 * like.files >= like.all_files &&
	       5 * like.words >= 4 * like.few_words;
}

static bool is_above_version_1(const struct revision *series)
{
	return series->version.major > 1 || series->version.minor > 0;
}

bool revision_may_take_over(const struct revision *series)
{
	return series->signers.count > 0 && is_above_version_1(series);
}

/* The sender of the older series has signed the newer one. */
static bool is_signed(const struct revision *series, const struct revision *older)
{
	return has_key(series->signers, older->sender) ||
	       (older->name != 0 && has_key(series->signers, older->name));
}

/* The older series is from another person, and the newer one names this person or the series. */
static bool is_takeover(const struct revision *series, const struct revision *older)
{
	size_t many = larger(series->titles.count, older->titles.count);
	bool has_link = is_linked(series, older);
	struct likeness like;

	if (!is_above_version_1(series) || series->release != older->release ||
	    !(has_link || has_key(series->answered, older->series_id) ||
	      is_signed(series, older)) ||
	    !is_within(series, older, REVISION_PATCHES_SECS))
		return false;
	like = compare(series, older);
	if (has_link && (like.files > 0 || is_same_text(series->title, older->title)))
		return true;
	if (like.files == 0)
		return false;
	if (many > 0 && 2 * revision_common_keys(series->titles, older->titles) >= many)
		return true;
	return 5 * like.files >= 3 * like.all_files && like.words > 0 &&
	       2 * like.words >= like.few_words;
}

/* The same series, sent again: it has a file in common, unless the patches of one are missing. */
static bool is_repeated(const struct revision *series, const struct revision *older)
{
	return is_same_person(series, older) && is_same_text(older->title, series->title) &&
	       series->release == older->release &&
	       (series->titles.count == 0 || older->titles.count == 0 ||
		revision_common_keys(series->files, older->files) > 0);
}

static bool may_precede(const struct revision *series, const struct revision *older)
{
	int order = revision_version_compare(older->version, series->version);

	if (older == series || older->project_id != series->project_id ||
	    older->date >= series->date || (order > 0 && is_above_version_1(series)))
		return false;
	if (series->release != 0 && older->release != 0 && series->release != older->release)
		return false;
	if (series->version.minor > 0 && series->version.major != older->version.major)
		return false;
	return order < 0 || is_repeated(series, older);
}

/* The rules for series of one person. */
static enum revision_rule rule_of_own(const struct revision *series, const struct revision *older)
{
	if (is_linked(series, older))
		return REVISION_LINK;
	if (has_key(series->answered, older->series_id))
		return REVISION_REPLY;
	if (is_same_text(series->title, older->title) &&
	    is_within(series, older, REVISION_TITLE_SECS))
		return REVISION_TITLE;
	if (shares_patches(series, older))
		return REVISION_PATCHES;
	if (is_within(series, older, REVISION_PATCHES_SECS) &&
	    revision_common_keys(series->hashes, older->hashes) > 0)
		return REVISION_HASH;
	return shares_files(series, older) ? REVISION_FILES : REVISION_NONE;
}

enum revision_rule revision_rule_of(const struct revision *series, const struct revision *older)
{
	if (!may_precede(series, older))
		return REVISION_NONE;
	if (is_same_text(series->change_id, older->change_id))
		return REVISION_CHANGE_ID;
	if (is_same_person(series, older))
		return rule_of_own(series, older);
	return is_takeover(series, older) ? REVISION_TAKEOVER : REVISION_NONE;
}

/* What a series and an older one that this rule finds have in common. */
static size_t nearness(enum revision_rule rule, const struct revision *series,
		       const struct revision *older)
{
	switch (rule) {
	case REVISION_TITLE:
		return revision_common_keys(series->files, older->files) > 0;
	case REVISION_PATCHES:
		return revision_common_keys(series->titles, older->titles);
	case REVISION_HASH:
		return revision_common_keys(series->hashes, older->hashes);
	case REVISION_FILES:
		return compare(series, older).words;
	default:
		return 0;
	}
}

/* Compares the dates of two series. They may be equal, but ids are not. */
static bool is_later(const struct revision *a, const struct revision *b)
{
	size_t len = smaller(a->first.len, b->first.len);
	int order;

	if (a->date != b->date)
		return a->date > b->date;
	order = len > 0 ? memcmp(a->first.ptr, b->first.ptr, len) : 0;
	return order != 0 ? order > 0 : a->first.len > b->first.len;
}

/* The best one of the series with a lower version that a rule finds, and of those sent again. */
struct found {
	const struct revision *lower, *repeated;
};

static bool is_better(enum revision_rule rule, const struct revision *series,
		      const struct revision *a, const struct revision *b)
{
	size_t near_a = nearness(rule, series, a), near_b = nearness(rule, series, b);

	return near_a != near_b ? near_a > near_b : is_later(a, b);
}

static void add_found(struct found *found, enum revision_rule rule, const struct revision *series,
		      const struct revision *older)
{
	bool is_lower = revision_version_compare(older->version, series->version) < 0;
	const struct revision **best = is_lower ? &found->lower : &found->repeated;
	int order = *best != NULL && is_lower
			    ? revision_version_compare(older->version, (*best)->version)
			    : 0;

	if (*best == NULL || order > 0 || (order == 0 && is_better(rule, series, older, *best)))
		*best = older;
}

/* A lower version that was sent after the repeated series precedes: numbers began again. */
static const struct revision *choose(const struct found *found)
{
	if (found->lower == NULL || found->repeated == NULL)
		return found->lower != NULL ? found->lower : found->repeated;
	return found->repeated->date >= found->lower->date ? found->repeated : found->lower;
}

const struct revision *revision_previous(const struct revision *series,
					 const struct revision *const *candidates, size_t count,
					 enum revision_rule *ret_rule)
{
	struct found found = { NULL, NULL };

	*ret_rule = REVISION_NONE;
	for (size_t i = 0; i < count; i++) {
		enum revision_rule rule = revision_rule_of(series, candidates[i]);

		if (rule == REVISION_NONE || (*ret_rule != REVISION_NONE && rule > *ret_rule))
			continue;
		if (rule != *ret_rule)
			found = (struct found){ NULL, NULL };
		*ret_rule = rule;
		add_found(&found, rule, series, candidates[i]);
	}
	return choose(&found);
}

static const char *const rule_names[] = {
	[REVISION_CHANGE_ID] = "change-id", [REVISION_LINK] = "link",
	[REVISION_REPLY] = "reply",         [REVISION_TITLE] = "title",
	[REVISION_PATCHES] = "patches",     [REVISION_HASH] = "hash",
	[REVISION_FILES] = "files",         [REVISION_TAKEOVER] = "takeover",
};

const char *revision_rule_name(enum revision_rule rule)
{
	return rule_names[rule];
}

enum revision_rule revision_rule_named(struct view name)
{
	int rule = REVISION_TAKEOVER;

	while (rule > REVISION_NONE && !view_eq(view_str(rule_names[rule]), name))
		rule--;
	return (enum revision_rule)rule;
}
