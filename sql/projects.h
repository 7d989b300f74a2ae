/*
 * projects - adds, changes, removes and lists projects
 */
#ifndef SQL_PROJECTS_H
#define SQL_PROJECTS_H

#include <glib.h>

#include "sql/pg/query.h"

/* The settings of a project; NULL: unchanged, or the default of a new one.  Texts are UTF-8. */
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
	const char *use_tags; /* "on" or "off", like the next two */
	const char *send_notifications;
	const char *show_dependencies; /* since Patchwork's migration 0048 */
	const char *revisions;         /* "off", "record", "relate", "supersede" (catalog.h) */
};

/*
 * Add or change a project.  Both return 0, a pg error, or -ENOENT if no project has that link
 * name.  projects_add() derives settings that are NULL from the link name and the list id.
 */
int projects_add(struct pg *pg, const char *link_name, const struct project_settings *settings);
int projects_set(struct pg *pg, const char *link_name, const struct project_settings *settings);

/*
 * Remove a project.  Returns as projects_set(), or -ENOTEMPTY: it has patches, cover letters or
 * series.
 */
int projects_remove(struct pg *pg, const char *link_name);

/*
 * Create a project for a list id that has none.  The link name is its first label (or more labels
 * if that is taken), the list address `label@rest`.  Returns as projects_add().
 */
int projects_create_for(struct pg *pg, const char *list_id);

/* Write a line for each project, for people: link name, list id, list address, subject match. */
int projects_list(struct pg *pg, GString *ret_text);

#endif
