/* facts - the facts about a series; see facts.h */
#include "sql/revisions/facts.h"

#include "parser/diff.h"
#include "parser/sender.h"
#include "parser/signers.h"
#include "parser/text.h"
#include "parser/title.h"
#include "sql/patch_keys.h"

static size_t count_paths(const struct facts_mail *mails, size_t count)
{
	size_t paths = 0;

	for (size_t i = 0; i < count; i++)
		paths += mails[i].path_count;
	return paths;
}

static struct revision_keys sorted(int64_t *items, size_t count)
{
	return (struct revision_keys){ items, revision_sort_keys(items, count) };
}

static bool has_hash(const struct facts_mail *mail)
{
	return mail->hash.len > 0 && !view_eq(mail->hash, VIEW(DIFF_HASH_OF_NOTHING));
}

/* The keys of all patches: titles, hashes, paths. */
static void read_keys(struct arena *arena, const struct facts_mail *mails, size_t count,
		      struct facts *facts)
{
	int64_t *titles = arena_alloc(arena, (count + 1) * sizeof(*titles));
	int64_t *hashes = arena_alloc(arena, (count + 1) * sizeof(*hashes));
	int64_t *files = arena_alloc(arena, (count_paths(mails, count) + 1) * sizeof(*files));
	size_t title_count = 0, hash_count = 0, file_count = 0;

	if (titles == NULL || hashes == NULL || files == NULL)
		return;
	for (size_t i = 0; i < count; i++) {
		if (mails[i].is_cover)
			continue;
		if (mails[i].title.len > 0)
			titles[title_count++] = title_key(mails[i].title);
		if (has_hash(&mails[i]))
			hashes[hash_count++] = patch_key_of_hash(mails[i].hash);
		for (size_t k = 0; k < mails[i].path_count; k++)
			files[file_count++] = title_key(mails[i].paths[k]);
	}
	facts->revision.titles = sorted(titles, title_count);
	facts->revision.hashes = sorted(hashes, hash_count);
	facts->revision.files = sorted(files, file_count);
}

/* The key of a person's name; 0 if it has none. */
static int64_t name_key(struct arena *arena, struct view name)
{
	struct view words = sender_name_words(arena, name);

	return words.len > 0 ? title_key(words) : 0;
}

/* The addresses and names of the others who have signed the first patch. */
static int read_signers(struct arena *arena, const struct facts_mail *mails, size_t count,
			struct revision *revision)
{
	const struct facts_mail *patch = count > 0 && mails[0].is_cover ? &mails[1] : &mails[0];
	const struct signer *signers;
	size_t signer_count, others = 0;
	int64_t *keys;
	int r;

	if (patch == mails + count)
		return 0;
	r = signers_read(arena, patch->content, &signers, &signer_count);
	if (r != 0)
		return r;
	keys = arena_alloc(arena, (2 * signer_count + 1) * sizeof(*keys));
	if (keys == NULL)
		return arena_error(arena);
	for (size_t i = 0; i < signer_count; i++) {
		int64_t name = name_key(arena, signers[i].name);

		keys[others] = title_key(signers[i].address);
		others += keys[others] != revision->sender;
		if (name != 0 && name != revision->name)
			keys[others++] = name;
	}
	revision->signers = sorted(keys, others);
	return 0;
}

static void read_msgids(struct arena *arena, const struct facts_mail *mails, size_t count,
			struct facts *facts)
{
	struct view *msgids = arena_alloc(arena, (count + 1) * sizeof(*msgids));

	for (size_t i = 0; msgids != NULL && i < count; i++)
		msgids[i] = mails[i].msgid;
	facts->msgids = msgids;
	facts->msgid_count = count;
}

/* Take the facts about a series from its first message. */
static int read_first(struct arena *arena, const struct facts_mail *first, int32_t version,
		      struct facts *facts)
{
	struct revision *revision = &facts->revision;
	int r = revision_notes_read(arena, first->content, &facts->notes);

	if (r == 0)
		r = revision_read_numbers(arena, first->name, version, &revision->version,
					  &revision->release);
	if (r != 0)
		return r;
	revision->name = name_key(arena, address_read(arena, first->from).name);
	revision->first = first->msgid;
	revision->title = first->title;
	revision->change_id = facts->notes.change_id;
	revision->links = facts->notes.links;
	revision->link_count = facts->notes.link_count;
	revision->refs = first->refs;
	revision->ref_count = first->ref_count;
	return 0;
}

int facts_read(struct arena *arena, const struct facts_series *series,
	       const struct facts_mail *mails, size_t count, struct facts *ret_facts)
{
	struct facts facts = { .revision = { .series_id = series->id,
					     .project_id = series->project_id,
					     .person_id = series->person_id,
					     .date = series->date,
					     .sender = title_key(text_lower(arena, series->email)),
					     .version = { series->version, 0 },
					     .first = VIEW(""),
					     .title = VIEW("") } };
	int r = count > 0 ? read_first(arena, &mails[0], series->version, &facts) : 0;

	if (r == 0)
		r = read_signers(arena, mails, count, &facts.revision);
	if (r != 0)
		return r;
	read_keys(arena, mails, count, &facts);
	read_msgids(arena, mails, count, &facts);
	if (arena_error(arena) != 0)
		return arena_error(arena);
	*ret_facts = facts;
	return 0;
}
