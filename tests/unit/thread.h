/*
 * thread - a thread of mails as a few lines of text, decided without a database
 *
 * A line is `KIND ID MINUTE SENDER SUBJECT`, optionally followed by ` < REFERENCES`, nearest first.
 * Kinds: p patch, c cover letter, r reply, e empty mail. The sender is an address, or `ada=Ada`
 * with a name. A line `--` ends a batch: its decisions count as stored, and the next batch has them
 * all loaded, as sql/batch/load.c would load them. Between batches, a line `name ID TEXT` gives a
 * name to the series of that patch, as a user does, and `user ADDRESS` gives a person an account.
 */
#ifndef TESTS_UNIT_THREAD_H
#define TESTS_UNIT_THREAD_H

#include "tests/unit/check.h"

#include <stdio.h>
#include <string.h>

#include "parser/decide/decide.h"
#include "parser/decide/series.h"
#include "parser/text.h"

#define PROJECT 1

struct thread {
	struct arena *arena;
	struct workset *workset;
	GPtrArray *worksets; /* all worksets: records point to earlier ones */
	int32_t last_id;
};

static inline void thread_free_workset(gpointer workset)
{
	workset_free(workset);
}

static inline void thread_init(struct thread *t, struct arena *arena)
{
	t->arena = arena;
	t->workset = workset_new();
	t->worksets = g_ptr_array_new_with_free_func(thread_free_workset);
	t->last_id = 0;
	g_ptr_array_add(t->worksets, t->workset);
}

static inline void thread_done(struct thread *t)
{
	g_ptr_array_unref(t->worksets);
}

/* The view without its first n bytes, or an empty view. */
static inline struct view after_bytes(struct view v, size_t n)
{
	return view_skip(v, MIN(n, v.len));
}

/* The next word, which is removed from *rest with the blank after it. */
static inline struct view next_word(struct view *rest)
{
	size_t end = view_find(*rest, ' ', 0);
	struct view word = view_head(*rest, end);

	*rest = after_bytes(*rest, end + 1);
	return word;
}

/* ---- storing the decisions */

static inline bool thread_is_stored(const struct series *series)
{
	return !series->is_gone && !series->is_replaced;
}

/* Give ids to all records for which the store would insert rows. */
static inline void thread_number(struct thread *t)
{
	const GPtrArray *items = workset_items(t->workset), *series = workset_series(t->workset),
			*comments = workset_comments(t->workset),
			*people = workset_people(t->workset);

	for (guint i = 0; i < items->len; i++)
		if (((struct item *)items->pdata[i])->id == 0)
			((struct item *)items->pdata[i])->id = ++t->last_id;
	for (guint i = 0; i < series->len; i++)
		if (((struct series *)series->pdata[i])->id == 0)
			((struct series *)series->pdata[i])->id = ++t->last_id;
	for (guint i = 0; i < comments->len; i++)
		if (((struct comment *)comments->pdata[i])->id == 0)
			((struct comment *)comments->pdata[i])->id = ++t->last_id;
	for (guint i = 0; i < people->len; i++)
		if (((struct person *)people->pdata[i])->id == 0)
			((struct person *)people->pdata[i])->id = ++t->last_id;
}

static inline void thread_load_people(struct workset *from, struct workset *to)
{
	const GPtrArray *people = workset_people(from);

	for (guint i = 0; i < people->len; i++) {
		const struct person *old = people->pdata[i];
		struct person *person;

		if (!old->is_needed)
			continue;
		person = workset_add_person(to, old->id, old->email);
		person->name = old->name;
		person->is_user = old->is_user;
		person->is_needed = true; /* so that it is copied */
		person->has_name_at = old->has_name_at;
		person->name_date = old->name_date;
		person->name_msgid = old->name_msgid;
	}
}

static inline void thread_load_series(struct workset *from, struct workset *to)
{
	const GPtrArray *all = workset_series(from);

	for (guint i = 0; i < all->len; i++) {
		const struct series *old = all->pdata[i];
		struct series *series;

		if (!thread_is_stored(old))
			continue;
		series = workset_add_series(to, old->id, PROJECT);
		series->person = workset_find_person_id(to, old->person->id);
		series->version = old->version;
		series->total = old->total;
		series->date = old->date;
		series->name = series->stored_name = old->name;
	}
}

static inline void thread_load_references(struct workset *from, struct workset *to)
{
	const GPtrArray *all = workset_references(from);

	for (guint i = 0; i < all->len; i++) {
		const struct series_ref *old = all->pdata[i];
		struct series_ref *reference;

		if (old->series == NULL)
			continue;
		reference = workset_add_reference(to, PROJECT, old->msgid);
		reference->series = workset_find_series_id(to, old->series->id);
		reference->stored_series = reference->series;
	}
}

static inline int64_t thread_component(const struct item *item)
{
	const struct item *root = item->component_root;

	return item->component != 0 ? item->component
				    : (int64_t)root->id * 2 + (root->kind == ITEM_COVER);
}

static inline void thread_load_item(struct workset *to, const struct item *old)
{
	struct item *item = workset_add_item(to, old->kind, old->id, PROJECT, old->msgid);
	struct series_ref *reference = workset_find_reference(to, PROJECT, old->msgid);

	item->name = old->name;
	if (old->kind == ITEM_COVER)
		item->full_name = old->message != NULL ? old->message->submission->subject.name
						       : old->full_name;
	item->has_links = true;
	item->date = old->date;
	item->person = workset_find_person_id(to, old->person->id);
	item->refs = old->refs;
	item->ref_count = old->ref_count;
	item->has_marker = old->has_marker;
	item->number = old->number;
	item->total = old->total;
	item->version = old->version;
	item->component = item->stored_component = thread_component(old);
	item->stored_grouped_in = reference != NULL ? reference->series : NULL;
	if (old->series != NULL) {
		item->series = workset_find_series_id(to, old->series->id);
		item->stored_series = item->stored_grouped_in = item->series;
		g_ptr_array_add(item->series->patches, item);
	}
	item->grouped_in = item->stored_grouped_in;
}

static inline void thread_load_covers(struct workset *from, struct workset *to)
{
	const GPtrArray *all = workset_series(from), *loaded = workset_series(to);

	for (guint i = 0; i < all->len; i++) {
		const struct series *old = all->pdata[i];
		struct series *series = workset_find_series_id(to, old->id);

		if (!thread_is_stored(old) || old->cover == NULL)
			continue;
		series->cover = workset_find_item_id(to, ITEM_COVER, old->cover->id);
		series->stored_cover = series->cover;
	}
	for (guint i = 0; i < loaded->len; i++)
		series_infer_named(loaded->pdata[i]);
}

static inline void thread_load_comments(struct workset *from, struct workset *to)
{
	const GPtrArray *all = workset_comments(from);

	for (guint i = 0; i < all->len; i++) {
		const struct comment *old = all->pdata[i];
		struct comment *comment;

		if (old->parent == NULL)
			continue;
		comment = workset_add_comment(to, PROJECT, old->msgid);
		comment->id = old->id;
		comment->refs = old->refs;
		comment->ref_count = old->ref_count;
		comment->stored_parent =
			workset_find_item_id(to, old->parent->kind, old->parent->id);
		comment->parent = comment->stored_parent;
	}
}

/* Each batch contains the waiting replies, and the ids of the dropped mail. */
static inline void thread_load_messages(struct workset *from, struct workset *to)
{
	const GPtrArray *all = workset_messages(from);

	for (guint i = 0; i < all->len; i++) {
		const struct message *old = all->pdata[i];
		struct message *message;

		if (old->verdict == VERDICT_EMPTY || old->verdict == VERDICT_UNRELATED)
			workset_add_seen(to, PROJECT, old->submission->msgid);
		if (old->verdict != VERDICT_WAITING)
			continue;
		message = workset_add_message(to, PROJECT, old->submission);
		message->date = old->date;
		message->waiting_id = 1;
	}
}

static inline void thread_give_people(struct workset *workset)
{
	const GPtrArray *messages = workset_messages(workset);

	for (guint i = 0; i < messages->len; i++) {
		struct message *message = messages->pdata[i];
		struct view email = message->submission->sender.email;

		message->person = workset_find_person(workset, email);
		if (message->person == NULL)
			message->person = workset_add_person(workset, 0, email);
	}
}

/* Continue with a workset that holds all stored records, and no decisions. */
static inline void thread_reload(struct thread *t)
{
	struct workset *from = t->workset, *to = workset_new();
	const GPtrArray *items = workset_items(from);

	thread_number(t);
	thread_load_people(from, to);
	thread_load_series(from, to);
	thread_load_references(from, to);
	for (guint i = 0; i < items->len; i++)
		thread_load_item(to, items->pdata[i]);
	thread_load_covers(from, to);
	thread_load_comments(from, to);
	thread_load_messages(from, to);
	g_ptr_array_add(t->worksets, to);
	t->workset = to;
}

static inline void thread_decide(struct thread *t)
{
	thread_give_people(t->workset);
	decide(t->workset);
}

/* ---- mails from lines */

static inline const struct view *thread_references(struct thread *t, struct view text,
						   size_t *ret_count)
{
	struct view *refs = arena_alloc(t->arena, 8 * sizeof(*refs));
	size_t count = 0;

	assert_non_null(refs);
	while (text.len > 0)
		refs[count++] = next_word(&text);
	*ret_count = count;
	return refs;
}

static inline struct address thread_sender(struct view word)
{
	size_t at = view_find(word, '=', 0);

	return (struct address){
		.email = view_head(word, at),
		.name = at < word.len ? view_skip(word, at + 1) : (struct view){ 0 },
	};
}

static inline void thread_add(struct thread *t, char kind, struct view rest)
{
	struct submission *s = arena_alloc(t->arena, sizeof(*s));
	struct message *message;
	size_t refs;
	int64_t minute;
	unsigned flaws = 0;

	assert_non_null(s);
	s->msgid = next_word(&rest);
	assert_true(view_number(next_word(&rest), INT32_MAX, &minute));
	s->sender = thread_sender(next_word(&rest));
	refs = view_search(rest, VIEW(" < "), 0);
	s->references = thread_references(t, after_bytes(rest, refs + 3), &s->reference_count);
	assert_int_equal(
		subject_read(t->arena, view_head(rest, refs), VIEW(""), &s->subject, &flaws), 0);
	assert_non_null(strchr("pcre", kind));
	s->kind = kind == 'e'   ? SUBMISSION_EMPTY
		  : kind == 'p' ? SUBMISSION_PATCH
		  : kind == 'c' ? SUBMISSION_COVER
				: SUBMISSION_REPLY;
	s->name = text_cut(s->subject.name, TEXT_COLUMN_CHARS);
	s->content = VIEW("words");
	message = workset_add_message(t->workset, PROJECT, s);
	message->date = minute * 60;
}

static inline void thread_name_series(struct thread *t, struct view rest)
{
	struct item *item = workset_find_item(t->workset, ITEM_PATCH, PROJECT, next_word(&rest));

	assert_non_null(item);
	item->series->name = item->series->stored_name = rest;
	series_infer_named(item->series);
}

static inline void thread_line(struct thread *t, struct view line)
{
	struct view rest = line, word = next_word(&rest);

	if (view_eq(word, VIEW("--"))) {
		thread_decide(t);
		thread_reload(t);
	} else if (view_eq(word, VIEW("name"))) {
		thread_name_series(t, rest);
	} else if (view_eq(word, VIEW("user"))) {
		workset_find_person(t->workset, rest)->is_user = true;
	} else {
		assert_int_equal(word.len, 1);
		thread_add(t, word.ptr[0], rest);
	}
}

/* Process all lines; the last batch is decided and not stored. */
static inline void thread_read(struct thread *t, struct view text)
{
	struct view line;

	while (view_next_line(&text, &line))
		thread_line(t, view_chomp(line));
	thread_decide(t);
}

/* ---- results as text */

static inline void add_number(struct builder *b, const char *before, int64_t number)
{
	char digits[24];

	(void)snprintf(digits, sizeof(digits), "%ld", (long)number);
	builder_add(b, view_str(before));
	builder_add(b, view_str(digits));
}

static inline gint thread_by_number(gconstpointer a, gconstpointer b)
{
	const struct item *x = *(struct item *const *)a, *y = *(struct item *const *)b;

	return (x->number > y->number) - (x->number < y->number);
}

/* `v1/2 name (cover) 1:a 2:b` */
static inline void add_series(struct builder *b, const struct series *series)
{
	add_number(b, "v", series->version);
	add_number(b, "/", series->total);
	builder_byte(b, ' ');
	builder_add(b, series->name.ptr != NULL ? series->name : VIEW("-"));
	if (series->cover != NULL) {
		builder_add(b, VIEW(" ("));
		builder_add(b, series->cover->msgid);
		builder_byte(b, ')');
	}
	g_ptr_array_sort(series->patches, thread_by_number);
	for (guint i = 0; i < series->patches->len; i++) {
		const struct item *patch = series->patches->pdata[i];

		add_number(b, " ", patch->number);
		builder_byte(b, ':');
		builder_add(b, patch->msgid);
	}
}

static inline gint thread_by_text(gconstpointer a, gconstpointer b)
{
	const struct view *x = a, *y = b;
	int order = memcmp(x->ptr, y->ptr, MIN(x->len, y->len));

	return order != 0 ? order : (x->len > y->len) - (x->len < y->len);
}

/* Sort the list and separate its entries by `; `. */
static inline struct view thread_join(struct arena *arena, GArray *list)
{
	struct builder b = builder_init(arena);

	g_array_sort(list, thread_by_text);
	for (guint i = 0; i < list->len; i++) {
		if (i > 0)
			builder_add(&b, VIEW("; "));
		builder_add(&b, g_array_index(list, struct view, i));
	}
	g_array_unref(list);
	return builder_view(&b);
}

static inline GArray *thread_list(void)
{
	return g_array_new(FALSE, FALSE, sizeof(struct view));
}

static inline void thread_list_add(GArray *list, struct builder *b)
{
	struct view text = builder_view(b);

	g_array_append_val(list, text);
}

#endif
