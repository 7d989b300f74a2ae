/* percent - percent-encoding of URLs; see percent.h */
#include "daemon/output/percent.h"

#include <string.h>

void percent_encode(GString *to, struct view text, const char *kept)
{
	for (size_t i = 0; i < text.len; i++) {
		char c = text.ptr[i];

		if (g_ascii_isalnum(c) || (c != '\0' && strchr(kept, c) != NULL))
			g_string_append_c(to, c);
		else
			g_string_append_printf(to, "%%%02X", (guchar)c);
	}
}
