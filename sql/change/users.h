/*
 * users - adds, changes and lists the users that log in
 *
 * Texts are UTF-8.  Passwords are hashes, which the caller computes.  Functions return 0, a pg
 * error, or -ENOENT: no user has that name, or no project has the link name *ret_unknown, which
 * the caller frees.
 */
#ifndef SQL_CHANGE_USERS_H
#define SQL_CHANGE_USERS_H

#include "sql/pg/query.h"

/* Lengths of Patchwork's columns, in characters. */
#define USERS_NAME_CHARS_MAX  150
#define USERS_EMAIL_CHARS_MAX 254

/* NULL: unchanged, or empty for a new user. */
struct user_settings {
	const char *email;
	const char *first_name;
	const char *last_name;
	const char *password;      /* the hash, as Django stores it */
	const char *active;        /* "on" or "off" */
	const GPtrArray *maintain; /* char *: link names of projects that the user is to maintain */
	const GPtrArray
		*leave; /* char *: link names of projects that the user no longer maintains */
};

/* Add a user, with the profile that Patchwork expects; `token` is a key, or NULL. */
int users_add(struct pg *pg, const char *name, const struct user_settings *settings,
	      const char *token, char **ret_unknown);

int users_set(struct pg *pg, const char *name, const struct user_settings *settings,
	      char **ret_unknown);

/*
 * Find the user's token; the caller frees *ret_key.  A user without a token gets `fresh`, as does
 * a user whose token is replaced (is_new).
 */
int users_token(struct pg *pg, const char *name, const char *fresh, bool is_new, char **ret_key);

/* Remove the token, if there is one. */
int users_remove_token(struct pg *pg, const char *name);

/* Write a line for each user: name, address, `active` or `inactive`, `token` or `-`, projects. */
int users_list(struct pg *pg, GString *ret_text);

#endif
