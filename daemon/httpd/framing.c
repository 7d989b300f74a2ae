/* framing - where a request ends; see framing.h */
#include "daemon/httpd/framing.h"

#include <glib.h>
#include <string.h>

#define DIGITS  "0123456789"
#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

bool framing_is_host(const char *value)
{
	if (value[0] == ':')
		return false;
	if (value[0] == '[') {
		value++;
		value += strspn(value, DIGITS "abcdefABCDEF:.");
		if (*value++ != ']')
			return false;
	} else {
		value += strspn(value, DIGITS LETTERS "-._");
	}
	if (value[0] == ':')
		value += 1 + strspn(value + 1, DIGITS);
	return value[0] == '\0';
}

void framing_note(struct framing *framing, const char *name, const char *value)
{
	framing->has_space |= strpbrk(name, " \t") != NULL;
	if (g_ascii_strcasecmp(name, "Host") == 0) {
		framing->hosts++;
		framing->has_bad_host |= value != NULL && !framing_is_host(value);
	}
	if (g_ascii_strcasecmp(name, "Content-Length") == 0)
		framing->lengths++;
	if (g_ascii_strcasecmp(name, "Transfer-Encoding") != 0)
		return;
	framing->encodings++;
	framing->is_chunked = value != NULL && g_ascii_strcasecmp(value, "chunked") == 0;
}

unsigned framing_fault(const struct framing *framing, const char *version)
{
	bool is_1_0 = g_str_equal(version, "HTTP/1.0");

	if (framing->has_space || framing->lengths + framing->encodings > 1)
		return 400;
	if (framing->hosts > 1 || framing->has_bad_host || (framing->hosts == 0 && !is_1_0))
		return 400;
	if (framing->encodings == 0)
		return 0;
	if (is_1_0)
		return 400;
	return framing->is_chunked ? 0 : 501;
}
