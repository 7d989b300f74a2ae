/*
 * statements - the SQL of reports; the statements are in *.sql of this folder
 *
 * psql reads those files, and then `explain execute NAME (...)` shows a plan.  Two modules compose
 * their statements instead: documents.c from the tables of resource.h, and search*.c from a
 * request.
 */
#ifndef SQL_REPORT_STATEMENTS_H
#define SQL_REPORT_STATEMENTS_H

/* account.sql */
extern const char sql_account_by_token[];
extern const char sql_account_by_name[];

/* documents.sql */
extern const char sql_documents_dependencies[];

/* event.sql */
extern const char sql_event_read[];
extern const char sql_event_last[];
extern const char sql_event_lock[];

/* list.sql */
extern const char sql_list_resolve[];
extern const char sql_list_series[];
extern const char sql_list_patches[];
extern const char sql_list_covers[];

/* show.sql */
extern const char sql_show_find_msgid[];
extern const char sql_show_find_patch[];
extern const char sql_show_series[];
extern const char sql_show_patches[];
extern const char sql_show_comments[];
extern const char sql_show_patch_sizes[];
extern const char sql_show_covers[];
extern const char sql_show_patch_by_msgid[];
extern const char sql_show_cover_by_msgid[];
extern const char sql_show_patch_by_id[];
extern const char sql_show_cover_by_id[];
extern const char sql_show_patch_of_comment[];
extern const char sql_show_cover_of_comment[];
extern const char sql_show_series_before[];
extern const char sql_show_series_name[];
extern const char sql_show_bundle[];

/* search.sql */
extern const char sql_search_project[];

/* status.sql */
extern const char sql_status_server[];
extern const char sql_status_counts[];
extern const char sql_status_waiting[];
extern const char sql_status_held[];
extern const char sql_status_projects[];
extern const char sql_status_followed[];
extern const char sql_status_gaps[];

/* suggest.sql */
extern const char sql_suggest_submitters[];
extern const char sql_suggest_delegates[];
extern const char sql_suggest_project[];

/* why.sql */
extern const char sql_why_members[];
extern const char sql_why_comments[];
extern const char sql_why_waiting[];
extern const char sql_why_held[];
extern const char sql_why_seen[];
extern const char sql_why_deletions[];
extern const char sql_why_msgrefs[];
extern const char sql_why_references[];

/* chain.sql */
extern const char sql_chain_series[];

#endif
