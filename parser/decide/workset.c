/* world - what is known when a batch of messages is decided; see world.h */
#include "parser/decide/workset.h"

#include "parser/text.h"
#include "parser/viewkey.h"

/* The records of one batch stay below this, however large the mails: bodies are not copied. */
#define WORLD_BYTES_MAX ((size_t)4 << 30)

struct world {
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

/* The world's records cannot be made small: without memory there is no going on (GLib's way). */
static void *allocate(struct world *world, size_t size)
{
	void *record = arena_alloc(world->arena, size);

	if (record == NULL)
		g_error("out of memory for the records of a batch");
	return record;
}

static struct view keep(struct world *world, struct view v)
{
	struct view copy = arena_copy(world->arena, v);

	if (copy.ptr == NULL)
		g_error("out of memory for the records of a batch");
	return copy;
}

static struct scoped_key *new_key(struct world *world, int32_t scope, struct view text)
{
	struct scoped_key *key = allocate(world, sizeof(*key));

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

struct world *world_new(void)
{
	struct world *world = g_new0(struct world, 1);

	world->arena = arena_new(WORLD_BYTES_MAX);
	if (world->arena == NULL)
		g_error("out of memory for the records of a batch");
	for (int kind = 0; kind < 2; kind++) {
		world->items[kind] =
			g_hash_table_new(scoped_key_hash, scoped_key_equal);
		world->item_ids[kind] = g_hash_table_new(NULL, NULL);
	}
	world->comments = g_hash_table_new(scoped_key_hash, scoped_key_equal);
	world->series_ids = g_hash_table_new(NULL, NULL);
	world->references = g_hash_table_new(scoped_key_hash, scoped_key_equal);
	world->people = g_hash_table_new(scoped_key_hash, scoped_key_equal);
	world->people_ids = g_hash_table_new(NULL, NULL);
	world->seen = g_hash_table_new(scoped_key_hash, scoped_key_equal);
	world->waiting = g_hash_table_new(scoped_key_hash, scoped_key_equal);
	world->all_items = g_ptr_array_new();
	world->all_comments = g_ptr_array_new();
	world->all_series = g_ptr_array_new_with_free_func(free_series);
	world->all_references = g_ptr_array_new();
	world->all_people = g_ptr_array_new();
	world->all_messages = g_ptr_array_new_with_free_func(free_message);
	world->all_events = g_ptr_array_new();
	return world;
}

void world_free(struct world *world)
{
	if (world == NULL)
		return;
	for (int kind = 0; kind < 2; kind++) {
		g_hash_table_destroy(world->items[kind]);
		g_hash_table_destroy(world->item_ids[kind]);
	}
	g_hash_table_destroy(world->comments);
	g_hash_table_destroy(world->series_ids);
	g_hash_table_destroy(world->references);
	g_hash_table_destroy(world->people);
	g_hash_table_destroy(world->people_ids);
	g_hash_table_destroy(world->seen);
	g_hash_table_destroy(world->waiting);
	g_ptr_array_unref(world->all_items);
	g_ptr_array_unref(world->all_comments);
	g_ptr_array_unref(world->all_series);
	g_ptr_array_unref(world->all_references);
	g_ptr_array_unref(world->all_people);
	g_ptr_array_unref(world->all_messages);
	g_ptr_array_unref(world->all_events);
	arena_free(world->arena);
	g_free(world);
}

void world_free_ptr(struct world **world)
{
	world_free(*world);
}

struct arena *world_arena(struct world *world)
{
	return world->arena;
}

struct item *world_find_item(struct world *world, enum item_kind kind,
			     int32_t project_id, struct view msgid)
{
	return find(world->items[kind], project_id, msgid);
}

struct item *world_find_item_id(struct world *world, enum item_kind kind, int32_t id)
{
	return g_hash_table_lookup(world->item_ids[kind], GINT_TO_POINTER(id));
}

struct comment *world_find_comment(struct world *world, int32_t project_id,
				   struct view msgid)
{
	return find(world->comments, project_id, msgid);
}

struct series *world_find_series_id(struct world *world, int32_t id)
{
	return g_hash_table_lookup(world->series_ids, GINT_TO_POINTER(id));
}

struct reference *world_find_reference(struct world *world, int32_t project_id,
				       struct view msgid)
{
	return find(world->references, project_id, msgid);
}

struct person *world_find_person(struct world *world, struct view email)
{
	return find(world->people, 0, text_lower(world->arena, email));
}

struct person *world_find_person_id(struct world *world, int32_t id)
{
	return g_hash_table_lookup(world->people_ids, GINT_TO_POINTER(id));
}

struct item *world_add_item(struct world *world, enum item_kind kind, int32_t id,
			    int32_t project_id, struct view msgid)
{
	struct item *item = allocate(world, sizeof(*item));

	item->kind = kind;
	item->id = id;
	item->project_id = project_id;
	item->msgid = keep(world, msgid);
	g_hash_table_insert(world->items[kind], new_key(world, project_id, item->msgid),
			    item);
	if (id != 0)
		g_hash_table_insert(world->item_ids[kind], GINT_TO_POINTER(id), item);
	g_ptr_array_add(world->all_items, item);
	return item;
}

struct comment *world_add_comment(struct world *world, int32_t project_id,
				  struct view msgid)
{
	struct comment *comment = allocate(world, sizeof(*comment));
	struct comment *first = world_find_comment(world, project_id, msgid);

	comment->project_id = project_id;
	if (first != NULL) {
		comment->msgid = first->msgid;
		while (first->next != NULL)
			first = first->next;
		first->next = comment;
	} else {
		comment->msgid = keep(world, msgid);
		g_hash_table_insert(world->comments,
				    new_key(world, project_id, comment->msgid),
				    comment);
	}
	g_ptr_array_add(world->all_comments, comment);
	return comment;
}

struct series *world_add_series(struct world *world, int32_t id, int32_t project_id)
{
	struct series *series = allocate(world, sizeof(*series));

	series->id = id;
	series->project_id = project_id;
	series->patches = g_ptr_array_new();
	if (id != 0)
		g_hash_table_insert(world->series_ids, GINT_TO_POINTER(id), series);
	g_ptr_array_add(world->all_series, series);
	return series;
}

struct reference *world_add_reference(struct world *world, int32_t project_id,
				      struct view msgid)
{
	struct reference *reference = allocate(world, sizeof(*reference));

	reference->project_id = project_id;
	reference->msgid = keep(world, msgid);
	g_hash_table_insert(world->references,
			    new_key(world, project_id, reference->msgid), reference);
	g_ptr_array_add(world->all_references, reference);
	return reference;
}

struct person *world_add_person(struct world *world, int32_t id, struct view email)
{
	struct person *person = allocate(world, sizeof(*person));

	person->id = id;
	person->email = keep(world, email);
	g_hash_table_insert(world->people,
			    new_key(world, 0, text_lower(world->arena, email)), person);
	if (id != 0)
		g_hash_table_insert(world->people_ids, GINT_TO_POINTER(id), person);
	g_ptr_array_add(world->all_people, person);
	return person;
}

void world_alias_person(struct world *world, struct person *person, struct view email)
{
	g_hash_table_insert(world->people,
			    new_key(world, 0,
				    text_lower(world->arena, keep(world, email))),
			    person);
}

void world_set_person_id(struct world *world, struct person *person, int32_t id)
{
	person->id = id;
	g_hash_table_insert(world->people_ids, GINT_TO_POINTER(id), person);
}

struct message *world_add_message(struct world *world, int32_t project_id,
				  const struct submission *submission)
{
	struct message *message = allocate(world, sizeof(*message));

	message->submission = submission;
	message->project_id = project_id;
	g_ptr_array_add(world->all_messages, message);
	return message;
}

void world_add_event(struct world *world, struct event event)
{
	struct event *kept = allocate(world, sizeof(*kept));

	*kept = event;
	g_ptr_array_add(world->all_events, kept);
}

void world_add_comment_event(struct world *world, struct comment *comment)
{
	world_add_event(world,
			(struct event){ .category =
						comment_is_on_cover(comment)
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
	item->is_member = true;
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

static void add_to_set(struct world *world, GHashTable *set, int32_t project_id,
		       struct view msgid)
{
	if (find(set, project_id, msgid) == NULL)
		(void)g_hash_table_add(set,
				       new_key(world, project_id, keep(world, msgid)));
}

void world_add_seen(struct world *world, int32_t project_id, struct view msgid)
{
	add_to_set(world, world->seen, project_id, msgid);
}

bool world_has_seen(struct world *world, int32_t project_id, struct view msgid)
{
	return find(world->seen, project_id, msgid) != NULL;
}

void world_add_waiting(struct world *world, int32_t project_id, struct view msgid)
{
	add_to_set(world, world->waiting, project_id, msgid);
}

bool world_is_waiting(struct world *world, int32_t project_id, struct view msgid)
{
	return find(world->waiting, project_id, msgid) != NULL;
}

const GPtrArray *world_items(const struct world *world)
{
	return world->all_items;
}

const GPtrArray *world_comments(const struct world *world)
{
	return world->all_comments;
}

const GPtrArray *world_series(const struct world *world)
{
	return world->all_series;
}

const GPtrArray *world_references(const struct world *world)
{
	return world->all_references;
}

const GPtrArray *world_people(const struct world *world)
{
	return world->all_people;
}

const GPtrArray *world_messages(const struct world *world)
{
	return world->all_messages;
}

const GPtrArray *world_events(const struct world *world)
{
	return world->all_events;
}
