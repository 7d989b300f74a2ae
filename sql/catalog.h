/*
 * catalog - what the operator sets: projects, states, tags, delegation rules
 *
 * Read in one go, small, and not changed once loaded: whoever keeps one loads another from
 * time to time.
 */
#ifndef SQL_CATALOG_H
#define SQL_CATALOG_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "parser/submission.h"
#include "parser/view.h"
#include "sql/pg/query.h"

struct project {
	int32_t id;
	const char *link_name;
	const char *list_id;
	const char *list_email;
	const char *subject_match; /* empty: the default for its list id */
	bool use_tags;
};

struct catalog;

/* Read all of it in one round trip.  Returns 0 or what pg_run_all() returns. */
int catalog_load(struct pg *pg, struct catalog **ret_catalog);

/* One more owner, from any thread; each calls catalog_free(). */
struct catalog *catalog_ref(struct catalog *catalog);
void catalog_free(struct catalog *catalog);
void catalog_free_ptr(struct catalog **catalog);

/* Whether the database has patchwork_series_dependencies (schema 0048). */
bool catalog_has_dependencies(const struct catalog *catalog);

/* The newest of our own schema files that was applied, and whether a Patchwork made tables here. */
const char *catalog_schema(const struct catalog *catalog);
bool catalog_has_django(const struct catalog *catalog);

/* The time zone of the database's dates; NULL where none is kept (sql/schema/zone.h). */
const char *catalog_time_zone(const struct catalog *catalog);

/* All projects, by link name: struct project *. */
const GPtrArray *catalog_projects(const struct catalog *catalog);
const struct project *catalog_project(const struct catalog *catalog, int32_t id);

/*
 * The project for an opened message: the first of its list ids that leads to one; among
 * several with one list id the first whose subject_match matches, else the one without.
 * NULL when there is none.
 */
const struct project *catalog_choose(const struct catalog *catalog,
				     const struct submission *submission);

/* The state with that name, ignoring case; else the one with the least ordering. 0: none. */
int32_t catalog_state(const struct catalog *catalog, struct view name);

/*
 * The user that a patch is delegated to: he whose address is `email` (may be absent), else he
 * whom the project's rules give for every file of `diff`.  0: nobody.
 */
int32_t catalog_delegate(const struct catalog *catalog, int32_t project_id, struct view email,
			 struct view diff);

/* Tags: how many there are, their ids, and how often one matches in a text. */
size_t catalog_tag_count(const struct catalog *catalog);
int32_t catalog_tag_id(const struct catalog *catalog, size_t tag);
size_t catalog_count_tag(const struct catalog *catalog, size_t tag, struct view text);

/* What is wrong with the settings and was passed over (bad patterns), a line each; or NULL. */
const char *catalog_warnings(const struct catalog *catalog);

#endif
