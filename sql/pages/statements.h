/*
 * statements - the SQL of pages; the statements are in *.sql of this folder
 *
 * psql reads those files, and then `explain execute NAME (...)` shows a plan.
 */
#ifndef SQL_PAGES_STATEMENTS_H
#define SQL_PAGES_STATEMENTS_H

/* front.sql */
extern const char sql_front_projects[];
extern const char sql_front_project[];
extern const char sql_front_maintainers[];
extern const char sql_front_bundles[];
extern const char sql_front_open[];
extern const char sql_front_all[];
extern const char sql_front_open_series[];
extern const char sql_front_all_series[];
extern const char sql_front_states[];
extern const char sql_front_state_counts[];

/* selection.sql */
extern const char sql_selection_counts[];
extern const char sql_selection_few[];
extern const char sql_selection_span[];
extern const char sql_selection_newest[];
extern const char sql_selection_newest_all[];
extern const char sql_selection_further[];
extern const char sql_selection_named[];
extern const char sql_selection_series_of[];
extern const char sql_selection_recent[];
extern const char sql_selection_series[];
extern const char sql_selection_sorted[];

/* lists.sql */
extern const char sql_lists_series_rows[];
extern const char sql_lists_patch_names[];
extern const char sql_lists_patches_of[];
extern const char sql_lists_patch_rows[];
extern const char sql_lists_tags[];
extern const char sql_lists_people[];
extern const char sql_lists_person[];
extern const char sql_lists_user[];

/* mail.sql */
extern const char sql_mail_patch[];
extern const char sql_mail_cover[];
extern const char sql_mail_cover_of[];
extern const char sql_mail_checks[];
extern const char sql_mail_patch_comments[];
extern const char sql_mail_cover_comment_page[];
extern const char sql_mail_cover_comments[];
extern const char sql_mail_patch_comment_page[];
extern const char sql_mail_series_comments[];
extern const char sql_mail_related[];

/* versions.sql */
extern const char sql_versions_of[];
extern const char sql_versions_details[];

/* compare.sql */
extern const char sql_compare_patches[];

/* find.sql */
extern const char sql_find_like[];
extern const char sql_find_commit[];

#endif
