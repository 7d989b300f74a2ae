/* workset - the records of a batch of messages; see workset.h */
#include "parser/decide/workset.h"

#include "parser/text.h"
#include "parser/viewkey.h"

/* The ceiling for the records of one batch.  Bodies of mails are not copied into them. */
#define WORKSET_BYTES_MAX ((size_t)4 << 30)

struct workset {
	struct arena *arena;
	GHashTable *items[2]; /* by kind: struct scoped_key to struct item */
	GHashTable *item_ids[2];
	GHashTable *comments;
	GHashTable *series_ids;
	GHashTable *references;
	GHashTable *people; /* by address in lower case */
	GHashTable *people_ids;
	GHashTable *seen;
	GHashTable *waiting;
	GPtrArray *all_items;
	GPtrArray *all_comments;
	GPtrArray *all_series;
	GPtrArray *all_references;
	GPtrArray *all_people;
	GPtrArray *all_messages;
	GPtrArray *all_events;
};

/* Nothing can be done without memory for a record: abort, as GLib does. */
static void *allocate(struct workset *workset, size_t size)
{
	void *record = arena_alloc(workset->arena, size);

	if (record == NULL)
		g_error("out of memory for the records of a batch");
	return record;
}

static struct view keep(struct workset *workset, struct view v)
{
	struct view copy = arena_copy(workset->arena, v);

	if (copy.ptr == NULL)
		g_error("out of memory for the records of a batch");
	return copy;
}

static struct scoped_key *new_key(struct workset *workset, int32_t scope, struct view text)
{
	struct scoped_key *key = allocate(workset, sizeof(*key));

	key->scope = scope;
	key->text = text;
	return key;
}

static void *find(GHashTable *table, int32_t scope, struct view text)
{
	struct scoped_key key = { scope, text };

	return g_hash_table_lookup(table, &key);
}

static void free_series(gpointer pointer)
{
	struct series *series = pointer;

	if (series->patches != NULL)
		g_ptr_array_unref(series->patches);
}

static void free_message(gpointer pointer)
{
	struct message *message = pointer;

	if (message->awaited != NULL)
		g_ptr_array_unref(message->awaited);
}

struct workset *workset_new(void)
{
	struct workset *workset = g_new0(struct workset, 1);

	workset->arena = arena_new(WORKSET_BYTES_MAX);
	if (workset->arena == NULL)
		g_error("out of memory for the records of a batch");
	for (int kind = 0; kind < 2; kind++) {
		workset->items[kind] = g_hash_table_new(scoped_key_hash, scoped_key_equal);
		workset->item_ids[kind] = g_hash_table_new(NULL, NULL);
	}
	workset->comments = g_hash_table_new(scoped_key_hash, scoped_key_equal);
	workset->series_ids = g_hash_table_new(NULL, NULL);
	workset->references = g_hash_table_new(scoped_key_hash, scoped_key_equal);
	workset->people = g_hash_table_new(scoped_key_hash, scoped_key_equal);
	workset->people_ids = g_hash_table_new(NULL, NULL);
	workset->seen = g_hash_table_new(scoped_key_hash, scoped_key_equal);
	workset->waiting = g_hash_table_new(scoped_key_hash, scoped_key_equal);
	workset->all_items = g_ptr_array_new();
	workset->all_comments = g_ptr_array_new();
	workset->all_series = g_ptr_array_new_with_free_func(free_series);
	workset->all_references = g_ptr_array_new();
	workset->all_people = g_ptr_array_new();
	workset->all_messages = g_ptr_array_new_with_free_func(free_message);
	workset->all_events = g_ptr_array_new();
	return workset;
}

void workset_free(struct workset *workset)
{
	if (workset == NULL)
		return;
	for (int kind = 0; kind < 2; kind++) {
		g_hash_table_destroy(workset->items[kind]);
		g_hash_table_destroy(workset->item_ids[kind]);
	}
	g_hash_table_destroy(workset->comments);
	g_hash_table_destroy(workset->series_ids);
	g_hash_table_destroy(workset->references);
	g_hash_table_destroy(workset->people);
	g_hash_table_destroy(workset->people_ids);
	g_hash_table_destroy(workset->seen);
	g_hash_table_destroy(workset->waiting);
	g_ptr_array_unref(workset->all_items);
	g_ptr_array_unref(workset->all_comments);
	g_ptr_array_unref(workset->all_series);
	g_ptr_array_unref(workset->all_references);
	g_ptr_array_unref(workset->all_people);
	g_ptr_array_unref(workset->all_messages);
	g_ptr_array_unref(workset->all_events);
	arena_free(workset->arena);
	g_free(workset);
}

void workset_free_ptr(struct workset **workset)
{
	workset_free(*workset);
}

struct arena *workset_arena(struct workset *workset)
{
	return workset->arena;
}

struct item *workset_find_item(struct workset *workset, enum item_kind kind, int32_t project_id,
			       struct view msgid)
{
	return find(workset->items[kind], project_id, msgid);
}

struct item *workset_find_item_id(struct workset *workset, enum item_kind kind, int32_t id)
{
	return g_hash_table_lookup(workset->item_ids[kind], GINT_TO_POINTER(id));
}

struct comment *workset_find_comment(struct workset *workset, int32_t project_id, struct view msgid)
{
	return find(workset->comments, project_id, msgid);
}

struct series *workset_find_series_id(struct workset *workset, int32_t id)
{
	return g_hash_table_lookup(workset->series_ids, GINT_TO_POINTER(id));
}

struct series_ref *workset_find_reference(struct workset *workset, int32_t project_id,
					  struct view msgid)
{
	return find(workset->references, project_id, msgid);
}

struct person *workset_find_person(struct workset *workset, struct view email)
{
	return find(workset->people, 0, text_lower(workset->arena, email));
}

struct person *workset_find_person_id(struct workset *workset, int32_t id)
{
	return g_hash_table_lookup(workset->people_ids, GINT_TO_POINTER(id));
}

struct item *workset_add_item(struct workset *workset, enum item_kind kind, int32_t id,
			      int32_t project_id, struct view msgid)
{
	struct item *item = allocate(workset, sizeof(*item));

	item->kind = kind;
	item->id = id;
	item->project_id = project_id;
	item->msgid = keep(workset, msgid);
	g_hash_table_insert(workset->items[kind], new_key(workset, project_id, item->msgid), item);
	if (id != 0)
		g_hash_table_insert(workset->item_ids[kind], GINT_TO_POINTER(id), item);
	g_ptr_array_add(workset->all_items, item);
	return item;
}

struct comment *workset_add_comment(struct workset *workset, int32_t project_id, struct view msgid)
{
	struct comment *comment = allocate(workset, sizeof(*comment));
	struct comment *first = workset_find_comment(workset, project_id, msgid);

	comment->project_id = project_id;
	if (first != NULL) {
		comment->msgid = first->msgid;
		while (first->next != NULL)
			first = first->next;
		first->next = comment;
	} else {
		comment->msgid = keep(workset, msgid);
		g_hash_table_insert(workset->comments, new_key(workset, project_id, comment->msgid),
				    comment);
	}
	g_ptr_array_add(workset->all_comments, comment);
	return comment;
}

struct series *workset_add_series(struct workset *workset, int32_t id, int32_t project_id)
{
	struct series *series = allocate(workset, sizeof(*series));

	series->id = id;
	series->project_id = project_id;
	series->patches = g_ptr_array_new();
	if (id != 0)
		g_hash_table_insert(workset->series_ids, GINT_TO_POINTER(id), series);
	g_ptr_array_add(workset->all_series, series);
	return series;
}

struct series_ref *workset_add_reference(struct workset *workset, int32_t project_id,
					 struct view msgid)
{
	struct series_ref *reference = allocate(workset, sizeof(*reference));

	reference->project_id = project_id;
	reference->msgid = keep(workset, msgid);
	g_hash_table_insert(workset->references, new_key(workset, project_id, reference->msgid),
			    reference);
	g_ptr_array_add(workset->all_references, reference);
	return reference;
}

struct person *workset_add_person(struct workset *workset, int32_t id, struct view email)
{
	struct person *person = allocate(workset, sizeof(*person));

	person->id = id;
	person->email = keep(workset, email);
	g_hash_table_insert(workset->people, new_key(workset, 0, text_lower(workset->arena, email)),
			    person);
	if (id != 0)
		g_hash_table_insert(workset->people_ids, GINT_TO_POINTER(id), person);
	g_ptr_array_add(workset->all_people, person);
	return person;
}

void workset_alias_person(struct workset *workset, struct person *person, struct view email)
{
	g_hash_table_insert(workset->people,
			    new_key(workset, 0, text_lower(workset->arena, keep(workset, email))),
			    person);
}

void workset_set_person_id(struct workset *workset, struct person *person, int32_t id)
{
	person->id = id;
	g_hash_table_insert(workset->people_ids, GINT_TO_POINTER(id), person);
}

struct message *workset_add_message(struct workset *workset, int32_t project_id,
				    const struct submission *submission)
{
	struct message *message = allocate(workset, sizeof(*message));

	message->submission = submission;
	message->project_id = project_id;
	g_ptr_array_add(workset->all_messages, message);
	return message;
}

void workset_add_event(struct workset *workset, struct event event)
{
	struct event *kept = allocate(workset, sizeof(*kept));

	*kept = event;
	g_ptr_array_add(workset->all_events, kept);
}

void workset_add_comment_event(struct workset *workset, struct comment *comment)
{
	workset_add_event(workset,
			  (struct event){ .category = comment_is_on_cover(comment)
							      ? EVENT_COVER_COMMENT_CREATED
							      : EVENT_PATCH_COMMENT_CREATED,
					  .project_id = comment->project_id,
					  .item = comment->parent,
					  .comment = comment });
}

void item_set_message(struct item *item, struct message *message)
{
	const struct submission *s = message->submission;

	item->message = message;
	item->is_new = true;
	item->name = s->name;
	item->has_links = true;
	item->date = message->date;
	item->person = message->person;
	item->refs = s->references;
	item->ref_count = s->reference_count;
	item->has_marker = s->subject.has_marker;
	item->number = s->subject.has_marker ? s->subject.number : 1;
	item->total = s->subject.has_marker ? s->subject.total : 1;
	item->version = s->subject.version;
	message->item = item;
}

static void add_to_set(struct workset *workset, GHashTable *set, int32_t project_id,
		       struct view msgid)
{
	if (find(set, project_id, msgid) == NULL)
		(void)g_hash_table_add(set, new_key(workset, project_id, keep(workset, msgid)));
}

void workset_add_seen(struct workset *workset, int32_t project_id, struct view msgid)
{
	add_to_set(workset, workset->seen, project_id, msgid);
}

bool workset_has_seen(struct workset *workset, int32_t project_id, struct view msgid)
{
	return find(workset->seen, project_id, msgid) != NULL;
}

void workset_add_waiting(struct workset *workset, int32_t project_id, struct view msgid)
{
	add_to_set(workset, workset->waiting, project_id, msgid);
}

bool workset_is_waiting(struct workset *workset, int32_t project_id, struct view msgid)
{
	return find(workset->waiting, project_id, msgid) != NULL;
}

const GPtrArray *workset_items(const struct workset *workset)
{
	return workset->all_items;
}

const GPtrArray *workset_comments(const struct workset *workset)
{
	return workset->all_comments;
}

const GPtrArray *workset_series(const struct workset *workset)
{
	return workset->all_series;
}

const GPtrArray *workset_references(const struct workset *workset)
{
	return workset->all_references;
}

const GPtrArray *workset_people(const struct workset *workset)
{
	return workset->all_people;
}

const GPtrArray *workset_messages(const struct workset *workset)
{
	return workset->all_messages;
}

const GPtrArray *workset_events(const struct workset *workset)
{
	return workset->all_events;
}
