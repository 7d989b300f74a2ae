/* title - the words of a subject, for comparisons; see title.h */
#include "parser/title.h"

#include <glib.h>

#include "parser/subject.h"
#include "parser/text.h"

static bool is_letter(uint32_t c)
{
	return c != '_' && text_is_word(c);
}

struct view title_of(struct arena *arena, struct view subject)
{
	struct builder title = builder_init(arena);
	struct subject read;
	struct view rest;
	unsigned flaws = 0;
	bool is_apart = false;
	size_t n;

	if (subject_read(arena, subject, VIEW(""), &read, &flaws) != 0)
		return VIEW("");
	rest = text_lower(arena, read.title);
	for (; rest.len > 0; rest = view_skip(rest, n)) {
		if (!is_letter(text_char(rest, &n))) {
			is_apart = true;
			continue;
		}
		if (is_apart && title.len > 0)
			builder_byte(&title, ' ');
		is_apart = false;
		builder_add(&title, view_head(rest, n));
	}
	return arena_error(arena) == 0 ? builder_view(&title) : VIEW("");
}

int64_t title_key(struct view title)
{
	GChecksum *sum = g_checksum_new(G_CHECKSUM_MD5);
	guint8 digest[16];
	gsize len = sizeof(digest);
	uint64_t key = 0;

	g_checksum_update(sum, (const guchar *)title.ptr, (gssize)title.len);
	g_checksum_get_digest(sum, digest, &len);
	g_checksum_free(sum);
	for (size_t i = 0; i < sizeof(key); i++)
		key = key << 8 | digest[i];
	return (int64_t)key;
}
