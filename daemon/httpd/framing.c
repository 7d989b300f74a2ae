/* framing - where a request ends; see framing.h */
#include "daemon/httpd/framing.h"

#include <glib.h>
#include <string.h>

void framing_note(struct framing *framing, const char *name, const char *value)
{
	framing->has_space |= strpbrk(name, " \t") != NULL;
	if (g_ascii_strcasecmp(name, "Host") == 0)
		framing->hosts++;
	if (g_ascii_strcasecmp(name, "Content-Length") == 0)
		framing->lengths++;
	if (g_ascii_strcasecmp(name, "Transfer-Encoding") != 0)
		return;
	framing->encodings++;
	framing->is_chunked = value != NULL && g_ascii_strcasecmp(value, "chunked") == 0;
}

unsigned framing_fault(const struct framing *framing, const char *version)
{
	if (framing->has_space || framing->hosts > 1 || framing->lengths + framing->encodings > 1)
		return 400;
	if (framing->encodings == 0)
		return 0;
	if (!g_str_equal(version, "HTTP/1.1"))
		return 400;
	return framing->is_chunked ? 0 : 501;
}
