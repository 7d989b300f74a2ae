/* framing - where a request ends; see framing.h */
#include "daemon/httpd/framing.h"

#include <glib.h>
#include <stdbool.h>
#include <string.h>

/* The headers that say where a body ends. */
struct framing {
	int lengths, encodings;
	bool is_chunked;
	bool has_space; /* in the name of a header */
};

static enum MHD_Result note_framing(void *context, enum MHD_ValueKind kind, const char *name,
				    const char *value)
{
	struct framing *framing = context;

	(void)kind;
	framing->has_space |= strpbrk(name, " \t") != NULL;
	if (g_ascii_strcasecmp(name, MHD_HTTP_HEADER_CONTENT_LENGTH) == 0)
		framing->lengths++;
	if (g_ascii_strcasecmp(name, MHD_HTTP_HEADER_TRANSFER_ENCODING) != 0)
		return MHD_YES;
	framing->encodings++;
	framing->is_chunked = value != NULL && g_ascii_strcasecmp(value, "chunked") == 0;
	return MHD_YES;
}

unsigned framing_fault(struct MHD_Connection *connection, const char *version)
{
	struct framing framing = { 0 };

	(void)MHD_get_connection_values(connection, MHD_HEADER_KIND, note_framing, &framing);
	if (framing.has_space || framing.lengths + framing.encodings > 1)
		return 400;
	if (framing.encodings == 0)
		return 0;
	if (!g_str_equal(version, MHD_HTTP_VERSION_1_1))
		return 400;
	return framing.is_chunked ? 0 : 501;
}
