/*
 * commits_statements - the SQL of commits.c
 *
 * Each lookup uses an index, whatever the planner's statistics are (batch/statements.h).  Its
 * parameters are the texts and numbers of keys, and the projects.  A result row has the position of
 * a key, from 1, and a patch.
 */
#ifndef SQL_COMMITS_STATEMENTS_H
#define SQL_COMMITS_STATEMENTS_H

extern const char commits_sql_settings[];
extern const char commits_sql_all_projects[];
extern const char commits_sql_projects[];
extern const char commits_sql_note[];

extern const char commits_sql_ids[];       /* message id */
extern const char commits_sql_threads[];   /* message id of the thread, title's key */
extern const char commits_sql_hashes[];    /* hash */
extern const char commits_sql_hash_keys[]; /* hash and its key */
extern const char commits_sql_titles[];    /* title's key */
extern const char commits_sql_patches[];   /* ids, projects, time zone: whole rows */

extern const char commits_sql_update[];
extern const char commits_sql_events[];
extern const char commits_sql_notify[];
extern const char commits_sql_notify_no_more[];

#endif
