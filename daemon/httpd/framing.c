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

/*
 * Whether the name is that of such a header with further characters.  libmicrohttpd 0.9.75 appends
 * a folded line (RFC 9112, 5.2) to the name of the header before it, not to its value.
 */
static bool is_folded(const char *name)
{
	static const char *const names[] = { "Host", "Content-Length", "Transfer-Encoding" };

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		size_t length = strlen(names[i]);

		if (g_ascii_strncasecmp(name, names[i], length) == 0 && name[length] != '\0')
			return true;
	}
	return false;
}

void framing_note(struct framing *framing, const char *name, const char *value)
{
	framing->is_malformed |= strpbrk(name, " \t\r") != NULL || is_folded(name) ||
				 (value != NULL && strchr(value, '\r') != NULL);
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

	if (framing->is_malformed || framing->lengths + framing->encodings > 1)
		return 400;
	if (framing->hosts > 1 || framing->has_bad_host || (framing->hosts == 0 && !is_1_0))
		return 400;
	if (framing->encodings == 0)
		return 0;
	if (is_1_0)
		return 400;
	return framing->is_chunked ? 0 : 501;
}
