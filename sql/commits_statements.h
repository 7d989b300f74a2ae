/*
 * commits_statements - the SQL of commits.c
 *
 * Each look-up goes by key, whatever the planner thinks of the tables (batch/statements.h).  Its
 * parameters are the keys' texts and numbers and the projects; its rows a key's number, from 1, and a
 * patch.
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
extern const char commits_sql_patches[];   /* ids, projects, time zone: what the rule wants */

extern const char commits_sql_update[];
extern const char commits_sql_events[];
extern const char commits_sql_notify[];
extern const char commits_sql_notify_no_more[];

#endif
