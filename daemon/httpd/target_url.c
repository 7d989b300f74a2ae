/* target_url - whether a text is a URL that a check may have; see target_url.h */
#include "daemon/httpd/target_url.h"

#include <arpa/inet.h>
#include <glib.h>

#include "parser/text.h"

/* RFC 1034, 3.1. */
#define HOST_CHARS_MAX  253
#define LABEL_CHARS_MAX 63

static bool has_space(struct view text)
{
	for (size_t n; text.len > 0; text = view_skip(text, n))
		if (text_is_space(text_char(text, &n)))
			return true;
	return false;
}

/* ---- hosts */

static bool is_address(int family, struct view text)
{
	unsigned char bytes[sizeof(struct in6_addr)];
	g_autofree char *copy = g_strndup(text.ptr, text.len);

	return inet_pton(family, copy, bytes) == 1;
}

/* Letters, digits and hyphens, which are neither first nor last. */
static bool is_label(struct view label)
{
	size_t length = text_length(label);

	if (length == 0 || length > LABEL_CHARS_MAX || label.ptr[0] == '-' ||
	    label.ptr[label.len - 1] == '-')
		return false;
	for (size_t n; label.len > 0; label = view_skip(label, n)) {
		uint32_t c = text_char(label, &n);

		if (c < 0x80 ? !g_ascii_isalnum(c) && c != '-' : c < 0xA1 || c > 0xFFFF)
			return false;
	}
	return true;
}

/* The last label has no digits, unless it is encoded (RFC 5890, 2.3.2.1). */
static bool is_last_label(struct view label)
{
	if (view_istarts(label, VIEW("xn--")))
		return view_find(view_skip(label, 4), '-', 0) == label.len - 4;
	for (size_t i = 0; i < label.len; i++)
		if (view_is_digit(label.ptr[i]))
			return false;
	return text_length(label) >= 2;
}

static bool is_host_name(struct view host)
{
	struct view label;
	size_t labels = 0;

	if (view_ends(host, VIEW(".")))
		host.len--;
	while (host.len > 0) {
		size_t end = view_find(host, '.', 0);

		label = view_head(host, end);
		if (!is_label(label) || end + 1 == host.len)
			return false;
		host = view_skip(host, MIN(end + 1, host.len));
		labels++;
	}
	return labels > 1 && is_last_label(label);
}

static bool is_host(struct view host)
{
	if (text_length(host) > HOST_CHARS_MAX)
		return false;
	if (view_starts(host, VIEW("[")) && view_ends(host, VIEW("]")))
		return is_address(AF_INET6, view_of(host.ptr + 1, host.len - 2));
	return view_ieq(host, VIEW("localhost")) || is_address(AF_INET, host) || is_host_name(host);
}

/* ---- the parts before and after a host */

static bool is_user(struct view user)
{
	size_t colon = view_find(user, ':', 0);

	return colon > 0 && (colon == user.len || view_find(user, ':', colon + 1) == user.len);
}

static bool is_port(struct view port)
{
	for (size_t i = 0; i < port.len; i++)
		if (!view_is_digit(port.ptr[i]))
			return false;
	return port.len >= 2 && port.len <= 5;
}

static bool is_authority(struct view authority)
{
	size_t at = view_find(authority, '@', 0), colon;

	if (at < authority.len) {
		if (!is_user(view_head(authority, at)))
			return false;
		authority = view_skip(authority, at + 1);
	}
	colon = view_find(authority, ':',
			  view_starts(authority, VIEW("[")) ? view_find(authority, ']', 0) : 0);
	if (colon < authority.len && !is_port(view_skip(authority, colon + 1)))
		return false;
	return is_host(view_head(authority, colon));
}

bool target_url_is_valid(struct view text)
{
	static const struct view schemes[] = {
		{ "http://", 7 }, { "https://", 8 }, { "ftp://", 6 }, { "ftps://", 7 }
	};
	size_t end = 0;

	for (size_t i = 0; i < G_N_ELEMENTS(schemes); i++) {
		if (!view_istarts(text, schemes[i]))
			continue;
		text = view_skip(text, schemes[i].len);
		while (end < text.len && text.ptr[end] != '\0' &&
		       strchr("/?#", text.ptr[end]) == NULL)
			end++;
		return is_authority(view_head(text, end)) && !has_space(text);
	}
	return false;
}
