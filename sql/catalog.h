/*
 * catalog - settings of the operator: projects, states, tags, delegation rules
 *
 * A catalog is small, is read in one round trip, and does not change.  A long-running process loads
 * a new one from time to time.
 */
#ifndef SQL_CATALOG_H
#define SQL_CATALOG_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "parser/submission.h"
#include "parser/view.h"
#include "sql/pg/query.h"

/* The handling of versions of a project's series; each level includes the ones before it. */
enum revisions_level { REVISIONS_OFF, REVISIONS_RECORD, REVISIONS_RELATE, REVISIONS_SUPERSEDE };

struct project {
	int32_t id;
	const char *link_name;
	const char *list_id;
	const char *list_email;
	const char *subject_match; /* empty: the default for its list id */
	bool use_tags;
	enum revisions_level revisions;
};

/* The level of that name; REVISIONS_RECORD, the default, for an absent view. */
enum revisions_level revisions_level_named(struct view name);

struct catalog;

/* Returns 0 or a pg error. */
int catalog_load(struct pg *pg, struct catalog **ret_catalog);

/* Add a reference, in any thread; catalog_free() drops one. */
struct catalog *catalog_ref(struct catalog *catalog);
void catalog_free(struct catalog *catalog);
void catalog_free_ptr(struct catalog **catalog);

/* Whether the database has patchwork_series_dependencies (schema 0048). */
bool catalog_has_dependencies(const struct catalog *catalog);

/*
 * The newest applied migration of patchmda and how many were applied (a branch may have left one
 * out), and the number of Patchwork's (46, 48).
 */
const char *catalog_schema(const struct catalog *catalog);
size_t catalog_migration_count(const struct catalog *catalog);
int catalog_django(const struct catalog *catalog);

/*
 * Whether `patchmda init` has not read all rows of a Patchwork yet; no mail is stored until then.
 */
bool catalog_has_unread(const struct catalog *catalog);

/* The time zone of the database's dates; NULL if none is recorded (sql/schema/zone.h). */
const char *catalog_time_zone(const struct catalog *catalog);

/* All projects, by link name: struct project *. */
const GPtrArray *catalog_projects(const struct catalog *catalog);
const struct project *catalog_project(const struct catalog *catalog, int32_t id);

/*
 * The project of an opened message: that of the first of its list ids that has a project.  Of
 * several projects with the same list id it is the first whose subject_match matches, otherwise the
 * one without a subject_match.  NULL if there is none.
 */
const struct project *catalog_choose(const struct catalog *catalog,
				     const struct submission *submission);

/* The state with that name, ignoring case; otherwise the one with the lowest ordering.  0: none. */
int32_t catalog_state(const struct catalog *catalog, struct view name);

/*
 * The user to whom a patch is delegated: the one with the address `email` (may be absent),
 * otherwise the one whom the project's rules name for every file of `diff`.  0: none.
 */
int32_t catalog_delegate(const struct catalog *catalog, int32_t project_id, struct view email,
			 struct view diff);

/* Tags, by index: their number, their ids, and how often one matches in a text. */
size_t catalog_tag_count(const struct catalog *catalog);
int32_t catalog_tag_id(const struct catalog *catalog, size_t tag);
size_t catalog_count_tag(const struct catalog *catalog, size_t tag, struct view text);

/* Errors in the settings that are ignored (invalid patterns), a line each; or NULL. */
const char *catalog_warnings(const struct catalog *catalog);

#endif
