/* url - the URLs of pages; see url.h */
#include "daemon/pages/url.h"

#include <glib.h>

#include "daemon/output/document.h"
#include "daemon/output/percent.h"

static GString *begin_project(struct view link_name)
{
	GString *url = g_string_new("/project/");

	document_append_path(url, link_name);
	g_string_append_c(url, '/');
	return url;
}

char *url_project(struct view link_name, const char *tail)
{
	GString *url = begin_project(link_name);

	g_string_append(url, tail);
	return g_string_free(url, FALSE);
}

char *url_of_mail(struct view link_name, enum url_mail kind, struct view msgid, const char *tail)
{
	GString *url = begin_project(link_name);

	g_string_append(url, kind == URL_PATCH ? "patch/" : "cover/");
	document_append_msgid(url, msgid);
	g_string_append_printf(url, "/%s", tail);
	return g_string_free(url, FALSE);
}

char *url_shown(const struct shown *shown)
{
	bool is_patch = shown->kind == SHOWN_PATCH || shown->kind == SHOWN_PATCH_COMMENT;

	return url_of_mail(shown->project, is_patch ? URL_PATCH : URL_COVER, shown->msgid, "");
}

char *url_series(struct view link_name, int32_t id)
{
	GString *url = begin_project(link_name);

	g_string_append_printf(url, "series/%" G_GINT32_FORMAT "/", id);
	return g_string_free(url, FALSE);
}

char *url_bundle(const char *owner, const char *name, const char *tail)
{
	GString *url = g_string_new("/bundle/");

	document_append_path(url, view_str(owner));
	g_string_append_c(url, '/');
	document_append_path(url, view_str(name));
	g_string_append_printf(url, "/%s", tail);
	return g_string_free(url, FALSE);
}

char *url_why(struct view msgid)
{
	GString *url = g_string_new("/why/");

	document_append_msgid(url, msgid);
	g_string_append_c(url, '/');
	return g_string_free(url, FALSE);
}

char *url_parameter(const char *name, struct view value)
{
	GString *parameter = g_string_new(name);

	g_string_append_c(parameter, '=');
	percent_encode(parameter, value, "-._~");
	return g_string_free(parameter, FALSE);
}
