/*
 * statements - the SQL of revisions; the statements are in *.sql of this folder
 *
 * psql reads those files, and then `explain execute NAME (...)` shows a plan.  As in sql/batch,
 * each table is read by key through a LATERAL subquery with OFFSET 0, whatever the planner
 * estimates.
 */
#ifndef SQL_REVISIONS_STATEMENTS_H
#define SQL_REVISIONS_STATEMENTS_H

/* update.sql: loads rows, as in row.h: the number of a key, from 1, and the columns. */
extern const char sql_revisions_mails[];
extern const char sql_revisions_by_person[];
extern const char sql_revisions_by_change[];
extern const char sql_revisions_by_msgid[];
extern const char sql_revisions_by_ref[];
extern const char sql_revisions_by_series[];
extern const char sql_revisions_by_sender[];
extern const char sql_revisions_by_signer[];

/* Statements that write. */
extern const char sql_revisions_delete[];
extern const char sql_revisions_delete_refs[];
extern const char sql_revisions_delete_signers[];
extern const char sql_revisions_set[];

/* Ids and diffs of patches after the id $1, at most $2. */
extern const char sql_revisions_without_files[];
extern const char sql_revisions_lock_files[];

/* effects.sql */
extern const char sql_effects_members[];
extern const char sql_effects_patches[];
extern const char sql_effects_settings[];
extern const char sql_effects_series[];
extern const char sql_effects_set[];
extern const char sql_effects_notify[];
extern const char sql_effects_notify_no_more[];
extern const char sql_effects_note_superseded[];
extern const char sql_effects_forget_superseded[];
extern const char sql_effects_new_relations[];
extern const char sql_effects_note_related[];
extern const char sql_effects_forget_related[];
extern const char sql_effects_delete_relations[];

/* due.sql */
extern const char sql_due_window[];
extern const char sql_due_series[];
extern const char sql_due_note[];

/* all.sql: projects with their setting ($1: link name, or null for all); ids of series; counts */
extern const char sql_revisions_projects[];
extern const char sql_revisions_series[];
extern const char sql_revisions_count[];

#endif
