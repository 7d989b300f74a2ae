/* percent - percent-encoding of URLs; see percent.h */
#include "daemon/output/percent.h"

#include <string.h>

#include "daemon/output/append.h"

static bool is_kept(char c, const char *kept)
{
	return g_ascii_isalnum(c) || (c != '\0' && strchr(kept, c) != NULL);
}

void percent_encode(GString *to, struct view text, const char *kept)
{
	size_t done = 0;

	for (size_t i = 0; i < text.len; i++) {
		if (is_kept(text.ptr[i], kept))
			continue;
		append_view(to, view_of(text.ptr + done, i - done));
		g_string_append_printf(to, "%%%02X", (guchar)text.ptr[i]);
		done = i + 1;
	}
	append_view(to, view_skip(text, done));
}
