/* like - patterns for LIKE and ILIKE; see like.h */
#include "sql/pg/like.h"

#include <string.h>

void like_append(GString *pattern, struct view text)
{
	for (size_t i = 0; i < text.len; i++) {
		if (text.ptr[i] != '\0' && strchr("%_\\", text.ptr[i]) != NULL)
			g_string_append_c(pattern, '\\');
		g_string_append_c(pattern, text.ptr[i]);
	}
}

char *like_anywhere(struct view text)
{
	GString *pattern = g_string_new("%");

	like_append(pattern, text);
	g_string_append_c(pattern, '%');
	return g_string_free(pattern, FALSE);
}
