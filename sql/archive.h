/*
 * archive - what is stored about the git repositories that mail comes from
 *
 * A position says how far a repository was read; sql/schema/0009_repositories.sql has the tables.
 * Names of commits are hexadecimal digits.
 */
#ifndef SQL_ARCHIVE_H
#define SQL_ARCHIVE_H

#include <stddef.h>
#include <stdint.h>

#include "parser/view.h"
#include "sql/pg/query.h"

/* Bytes of the name of a commit, with the NUL. */
#define ARCHIVE_NAME_BYTES 65

/*
 * Which mail of a repository a run stores.  A position is good for runs that store no other mail.
 */
struct archive_scope {
	const char *list_id;  /* used instead of the one in the headers; NULL: none is */
	int64_t since, until; /* dates in seconds since 1970: from `since` on and before `until` */
};

struct archive_position {
	char first[ARCHIVE_NAME_BYTES]; /* the commit without a parent, which identifies it */
	char last[ARCHIVE_NAME_BYTES];  /* all mail up to this commit is stored */
	const char *path;
};

/* A mail that a repository has deleted. */
struct archive_deletion {
	struct view msgid;
	const char *commit;
	const char *path;
};

/* A mail from elsewhere that is stored already, and so is not among the deliveries. */
struct archive_known {
	int32_t project_id;
	struct view msgid;
};

/* The rows that a transaction stores in addition to its deliveries. */
struct archive_notes {
	struct archive_scope scope;
	const struct archive_position *positions; /* one for each repository, by `first` */
	size_t position_count;
	const struct archive_deletion *deletions;
	size_t deletion_count;
	const struct archive_known *known;
	size_t known_count;
	bool is_stuck; /* mail before this was not stored: positions must not move */

	/* Set on success: false if a delivery was not stored, and so positions did not move. */
	bool has_moved;
};

/*
 * Find the position of the repository that begins with the commit `first`, or, if that is NULL, of
 * the one that was at `path` the last time.  *ret_moves says whether a run with this scope may
 * store a position: it must not if it reads less than the position stands for.  Returns 1, 0 if
 * there is no position that the run can begin at, or a pg error.
 */
int archive_find(struct pg *pg, const struct archive_scope *scope, const char *path,
		 const char *first, struct archive_position *ret_position, bool *ret_moves);

#endif
