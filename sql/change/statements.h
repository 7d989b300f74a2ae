/*
 * statements - the SQL of changes over HTTP; the statements are in *.sql of this folder
 *
 * psql reads those files, and then `explain execute NAME (...)` shows a plan.
 */
#ifndef SQL_CHANGE_STATEMENTS_H
#define SQL_CHANGE_STATEMENTS_H

/* change.sql */
extern const char sql_change_add_check[];
extern const char sql_change_patch_comment[];
extern const char sql_change_cover_comment[];
extern const char sql_change_project[];
extern const char sql_change_show_dependencies[];
extern const char sql_change_user[];
extern const char sql_change_user_profile[];
extern const char sql_change_insert_bundle[];
extern const char sql_change_update_bundle[];
extern const char sql_change_empty_bundle[];
extern const char sql_change_fill_bundle[];
extern const char sql_change_delete_bundle[];

/* patch.sql */
extern const char sql_patch_lock[];
extern const char sql_patch_update[];
extern const char sql_patch_state_event[];
extern const char sql_patch_delegate_event[];
extern const char sql_patch_notify[];
extern const char sql_patch_notify_no_more[];
extern const char sql_patch_lock_related[];
extern const char sql_patch_make_relation[];
extern const char sql_patch_relate[];
extern const char sql_patch_leave_relation[];
extern const char sql_patch_empty_relation[];
extern const char sql_patch_delete_relation[];

/* lookup.sql */
extern const char sql_lookup_states[];
extern const char sql_lookup_patch_right[];
extern const char sql_lookup_patch_comment_right[];
extern const char sql_lookup_cover_comment_right[];
extern const char sql_lookup_project_right[];
extern const char sql_lookup_bundle_right[];
extern const char sql_lookup_maintainer[];
extern const char sql_lookup_projects_of[];

/* users.sql */
extern const char sql_users_insert[];
extern const char sql_users_insert_profile[];
extern const char sql_users_find[];
extern const char sql_users_update[];
extern const char sql_users_link_person[];
extern const char sql_users_unknown_projects[];
extern const char sql_users_add_maintainer[];
extern const char sql_users_remove_maintainer[];
extern const char sql_users_find_token[];
extern const char sql_users_remove_token[];
extern const char sql_users_insert_token[];
extern const char sql_users_list[];

#endif
