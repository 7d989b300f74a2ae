/* lmtp_path - arguments of MAIL and RCPT; see lmtp_path.h */
#include "daemon/lmtpd/lmtp_path.h"

#include <stdint.h>

bool lmtp_path_is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static struct view skip_blanks(struct view v)
{
	while (v.len > 0 && lmtp_path_is_blank(v.ptr[0]))
		v = view_skip(v, 1);
	return v;
}

struct view lmtp_path_word(struct view *rest)
{
	struct view v = skip_blanks(*rest);
	size_t n = 0;

	while (n < v.len && !lmtp_path_is_blank(v.ptr[n]))
		n++;
	*rest = skip_blanks(view_skip(v, n));
	return view_head(v, n);
}

bool lmtp_path_take(struct view *rest, struct view keyword, struct view *ret_path)
{
	struct view v = *rest;
	bool is_quoted = false;

	if (!view_istarts(v, keyword))
		return false;
	v = skip_blanks(view_skip(v, keyword.len));
	if (v.len == 0 || v.ptr[0] != '<')
		return false;
	v = view_skip(v, 1);
	for (size_t i = 0; i < v.len; i++) {
		if (is_quoted && v.ptr[i] == '\\') {
			i++;
		} else if (v.ptr[i] == '"') {
			is_quoted = !is_quoted;
		} else if (v.ptr[i] == '>' && !is_quoted) {
			*ret_path = view_head(v, i);
			v = view_skip(v, i + 1);
			*rest = skip_blanks(v);
			return v.len == 0 || lmtp_path_is_blank(v.ptr[0]);
		}
	}
	return false;
}

/* The local part of a path, without a source route (RFC 5321, appendix C) and quotes. */
static GString *local_part(struct view path)
{
	GString *local = g_string_new(NULL);
	bool is_quoted = false;
	size_t end_at = path.len;

	if (path.len > 0 && path.ptr[0] == '@' && view_find(path, ':', 0) < path.len) {
		path = view_skip(path, view_find(path, ':', 0) + 1);
		end_at = path.len;
	}
	for (size_t i = path.len; i > 0 && end_at == path.len; i--)
		if (path.ptr[i - 1] == '@')
			end_at = i - 1;
	for (size_t i = 0; i < end_at; i++) {
		if (path.ptr[i] == '"') {
			is_quoted = !is_quoted;
			continue;
		}
		if (is_quoted && path.ptr[i] == '\\' && i + 1 < end_at)
			i++;
		g_string_append_c(local, path.ptr[i]);
	}
	return local;
}

GString *lmtp_path_list_id(struct view path, char delimiter)
{
	GString *list_id = local_part(path);
	size_t at = list_id->len;

	if (delimiter != '\0' && list_id->len > 0)
		at = view_find(view_of(list_id->str, list_id->len), delimiter, 1);
	(void)g_string_erase(list_id, 0, at < list_id->len ? (gssize)at + 1 : (gssize)list_id->len);
	return list_id;
}

const char *lmtp_path_check_parameter(struct view parameter)
{
	int64_t size;

	if (view_ieq(parameter, VIEW("SMTPUTF8")) || view_ieq(parameter, VIEW("BODY=7BIT")) ||
	    view_ieq(parameter, VIEW("BODY=8BITMIME")))
		return NULL;
	if (view_istarts(parameter, VIEW("BODY=")))
		return "501 5.5.4 BODY is 7BIT or 8BITMIME";
	if (!view_istarts(parameter, VIEW("SIZE=")))
		return "555 5.5.4 unknown parameter";
	/* The size is not used: mail of any size is accepted. */
	return view_number(view_skip(parameter, 5), INT64_MAX, &size)
		       ? NULL
		       : "501 5.5.4 SIZE is not a number";
}
