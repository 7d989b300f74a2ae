/* gmime - RFC 2231 parameters; the only file that sees GMime; see gmime.h */
#include "parser/gmime.h"

#include <dlfcn.h>
#include <errno.h>
#include <gmime/gmime.h>
#include <stdint.h>

#include "parser/text.h"

#define LIBRARY "libgmime-3.0.so.0"

/* What of the library is called; `is_loaded` once all of it is there. */
static struct {
	bool is_loaded;
	__typeof__(&g_mime_init) init;
	__typeof__(&g_mime_content_type_parse) parse;
	__typeof__(&g_mime_content_type_get_parameter) get_parameter;
	__typeof__(&g_object_unref) unref;
} gmime;

/* POSIX lets dlsym() find functions; ISO C has no word for it. */
#define FIND(function, name)                                                           \
	(gmime.function = (__typeof__(gmime.function))(uintptr_t)dlsym(library, name), \
	 gmime.function != NULL)

/* GMime's parsers read tables that g_mime_init() makes, once in a process. */
static void load(void)
{
	void *library = dlopen(LIBRARY, RTLD_LAZY | RTLD_LOCAL);

	if (library == NULL)
		return;
	gmime.is_loaded = FIND(init, "g_mime_init") && FIND(parse, "g_mime_content_type_parse") &&
			  FIND(get_parameter, "g_mime_content_type_get_parameter") &&
			  FIND(unref, "g_object_unref");
	if (gmime.is_loaded)
		gmime.init();
}

static bool is_there(void)
{
	static gsize tried;

	if (g_once_init_enter(&tried)) {
		load();
		g_once_init_leave(&tried, 1);
	}
	return gmime.is_loaded;
}

struct view gmime_parameter(struct arena *arena, struct view parameters, struct view name)
{
	struct view key = arena_copy(arena, name), value = { 0 };
	struct builder text = builder_init(arena);
	GMimeContentType *type;
	const char *found;

	/* GMime wants a content type before them. */
	builder_add(&text, VIEW("text/plain; "));
	builder_add(&text, parameters);
	builder_byte(&text, '\0');
	if (arena_error(arena) != 0)
		return value;
	if (!is_there()) {
		arena_fail(arena, -ELIBACC);
		return value;
	}
	type = gmime.parse(NULL, text.ptr);
	if (type == NULL)
		return value;
	found = gmime.get_parameter(type, key.ptr);
	if (found != NULL)
		value = arena_copy(arena, view_str(found));
	gmime.unref(type);
	return value;
}
