/*
 * statements - the SQL of the modules of this folder; the statements are in *.sql beside them
 *
 * psql reads those files, and then `explain execute NAME (...)` shows a plan.
 */
#ifndef SQL_STATEMENTS_H
#define SQL_STATEMENTS_H

/* catalog.sql */
extern const char sql_catalog_projects[];
extern const char sql_catalog_tags[];
extern const char sql_catalog_schema[];
extern const char sql_catalog_states[];
extern const char sql_catalog_rules[];
extern const char sql_catalog_users[];

/* followed.sql */
extern const char sql_followed_record[];
extern const char sql_followed_forget[];

/* held.sql */
extern const char sql_held_list[];
extern const char sql_held_mail[];
extern const char sql_held_dropped[];
extern const char sql_held_ids[];
extern const char sql_held_drop[];

/* known.sql */
extern const char sql_known_conditions[];
extern const char sql_known_messages[];

/* names.sql */
extern const char sql_names_projects[];
extern const char sql_names_states[];
extern const char sql_names_users[];

/* patch_keys.sql */
extern const char sql_patch_keys_lock[];
extern const char sql_patch_keys_has_index[];
extern const char sql_patch_keys_progress[];
extern const char sql_patch_keys_rows[];
extern const char sql_patch_keys_set_progress[];

/* projects.sql */
extern const char sql_projects_has_show_dependencies[];
extern const char sql_projects_insert[];
extern const char sql_projects_insert_0048[];
extern const char sql_projects_set[];
extern const char sql_projects_set_show_dependencies[];
extern const char sql_projects_set_revisions[];
extern const char sql_projects_find[];
extern const char sql_projects_has_mail[];
extern const char sql_projects_remove[];
extern const char sql_projects_list[];

/* transaction.sql */
extern const char sql_transaction_notify[];

#endif
