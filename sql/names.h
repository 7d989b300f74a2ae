/*
 * names - messages about names of projects, states and users that do not exist
 */
#ifndef SQL_NAMES_H
#define SQL_NAMES_H

#include "sql/pg/query.h"

enum names_kind { NAMES_PROJECT, NAMES_STATE, NAMES_USER };

/* The most names in a message. */
#define NAMES_MAX 20

/*
 * The message for a name that does not exist, with the first of those that exist: "there is no
 * state 'x'; the states are new, accepted".  If they cannot be read, only its beginning.  Names may
 * be text from mail, so it is printed by terminal_complain().  The caller frees it with g_free().
 */
char *names_missing(struct pg *pg, enum names_kind kind, const char *name);

/* Whether a project has this link name: 0, -ENOENT and such a message, or a pg error. */
int names_check_project(struct pg *pg, const char *link_name, char **ret_message);

#endif
