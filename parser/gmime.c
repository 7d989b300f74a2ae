/* gmime - RFC 2231 parameters; the only file that sees GMime; see gmime.h */
#include "parser/gmime.h"

#include <gmime/gmime.h>

#include "parser/text.h"

/* GMime's parsers read tables that g_mime_init() makes, once per process. */
static void init(void)
{
	static gsize is_done;

	if (g_once_init_enter(&is_done)) {
		g_mime_init();
		g_once_init_leave(&is_done, 1);
	}
}

struct view gmime_parameter(struct arena *arena, struct view parameters, struct view name)
{
	struct view key = arena_copy(arena, name), value = { 0 };
	struct builder text = builder_init(arena);
	GMimeContentType *type;
	const char *found;

	/* GMime requires a content type before the parameters. */
	builder_add(&text, VIEW("text/plain; "));
	builder_add(&text, parameters);
	builder_byte(&text, '\0');
	if (arena_error(arena) != 0)
		return value;
	init();
	type = g_mime_content_type_parse(NULL, text.ptr);
	if (type == NULL)
		return value;
	found = g_mime_content_type_get_parameter(type, key.ptr);
	if (found != NULL)
		value = arena_copy(arena, view_str(found));
	g_object_unref(type);
	return value;
}
