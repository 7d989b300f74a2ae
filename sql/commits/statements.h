/*
 * statements - the SQL of commits; the statements are in commits.sql
 *
 * psql reads that file, and then `explain execute NAME (...)` shows a plan.
 */
#ifndef SQL_COMMITS_STATEMENTS_H
#define SQL_COMMITS_STATEMENTS_H

extern const char sql_commits_settings[];
extern const char sql_commits_all_projects[];
extern const char sql_commits_projects[];
extern const char sql_commits_note[];

extern const char sql_commits_ids[];
extern const char sql_commits_threads[];
extern const char sql_commits_hashes[];
extern const char sql_commits_hash_keys[];
extern const char sql_commits_titles[];
extern const char sql_commits_patches[];

extern const char sql_commits_update[];
extern const char sql_commits_events[];
extern const char sql_commits_notify[];
extern const char sql_commits_notify_no_more[];

#endif
