/*
 * projects - adding, changing and removing what list ids lead to
 */
#ifndef SQL_PROJECTS_H
#define SQL_PROJECTS_H

#include <glib.h>

#include "sql/pg/query.h"

/* The settings of a project; NULL: as it is, or the default. Texts are UTF-8. */
struct project_settings {
	const char *name;
	const char *list_id;
	const char *list_email;
	const char *subject_match;
	const char *web_url;
	const char *scm_url;
	const char *webscm_url;
	const char *list_archive_url;
	const char *list_archive_url_format;
	const char *commit_url_format;
	const char *use_tags; /* "on" or "off", as the next two */
	const char *send_notifications;
	const char *show_dependencies; /* schema 0048 */
};

/*
 * Both return 0, what pg.h lists, or -ENOENT when there is no project of that link name;
 * projects_add() takes what is not set from the link name and the list id.
 */
int projects_add(struct pg *pg, const char *link_name, const struct project_settings *settings);
int projects_set(struct pg *pg, const char *link_name, const struct project_settings *settings);

/* -ENOTEMPTY: it has patches, cover letters or series. */
int projects_remove(struct pg *pg, const char *link_name);

/*
 * Make a project for a list id that has none: link name from its first label (with more of
 * them if that is taken), list address `label@rest`.  Returns as projects_add().
 */
int projects_create_for(struct pg *pg, const char *list_id);

/* One line for each project, for people: link name, list id, list address, subject match. */
int projects_list(struct pg *pg, GString *ret_text);

#endif
