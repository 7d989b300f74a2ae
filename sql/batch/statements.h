/*
 * statements - all statements that store mail, by name
 *
 * Whole statements are in sql/batch/NAME.sql, which psql reads; then `explain execute NAME (...)`
 * shows a plan. Settings, locks and COPY, which are commands, are in statements_*.c.
 *
 * Keys are arrays, and each table is read by a LATERAL subquery with OFFSET 0. This fixes an index
 * lookup for each key, whatever the planner assumes of tables that were never analysed (a plain
 * join took a minute in a fresh import). `project_id + 0` keeps the planner from the index on the
 * project, which contains all of an archive. `clock` columns are seconds since 1970 of the clock
 * reading in the session's TimeZone, in which Patchwork stores dates.
 */
#ifndef SQL_BATCH_STATEMENTS_H
#define SQL_BATCH_STATEMENTS_H

/* statements_begin.c: commands that begin a transaction. */
extern const char sql_begin[];
extern const char sql_commit[]; /* of a transaction that has only read; see pg_commit() */
extern const char sql_no_jit[];
extern const char sql_no_seqscan[];
extern const char sql_client_check[];
extern const char sql_warnings[];
extern const char sql_utc[];
extern const char sql_durability[];
extern const char sql_durable[];
extern const char sql_relaxed[];
extern const char sql_generic_plans[];
extern const char sql_lock_series[]; /* against Patchwork's own parser */
extern const char sql_lock_series_inserts[];
extern const char sql_lock_series_updates[];

/* begin.sql: queries there. */
extern const char sql_time_zone[];
extern const char sql_compression[]; /* of large values */
extern const char sql_may_choose_lz4[];
extern const char sql_lookup_settings[];
extern const char sql_lock_projects[];
extern const char sql_lock_people[];
extern const char sql_end_stuck[];
extern const char sql_is_read_only[];
extern const char sql_series_wanted[];
extern const char sql_now[];

/*
 * load.sql: rows found by message ids have project and id in columns 0 and 1, except for comments,
 * which have no project; rows found by keys, which are pairs of these, have the number of the key
 * in column 0, from 1.
 */
extern const char sql_any_waits[];
extern const char sql_any_is_awaited[];
extern const char sql_referred_by[];
extern const char sql_any_is_depended_on[];
extern const char sql_known_patches[];
extern const char sql_known_covers[];
extern const char sql_known_patch_comments[];
extern const char sql_known_cover_comments[];
extern const char sql_patches_by_id[];
extern const char sql_covers_by_id[];
extern const char sql_known_references[];
extern const char sql_known_waiting[];
extern const char sql_known_seen[];
extern const char sql_people[];
extern const char sql_people_any_case[];
extern const char sql_people_of_ids[];
extern const char sql_last_person[];
extern const char sql_hashes_of_people[];
extern const char sql_hashes_of_emails[];
extern const char sql_parents_of_msgrefs[];
extern const char sql_comments_that_refer[];
extern const char sql_waiting_here[]; /* as sql_waiting_released */
extern const char sql_waiting_released[];
extern const char sql_members[];
extern const char sql_series[];
extern const char sql_series_by_marker[];
extern const char sql_series_patches[];
extern const char sql_series_references[];

/* write.sql: new rows; statements_copy.c: those that are written by COPY. */
extern const char sql_instants[];
extern const char sql_insert_people[];
extern const char sql_draw_ids[]; /* $1: table, $2: number */
extern const char sql_draw_ids_by_default[];
extern const char sql_copy_patches[];
extern const char sql_copy_covers[];
extern const char sql_copy_patch_comments[];
extern const char sql_copy_cover_comments[];
extern const char sql_copy_series[];
extern const char sql_copy_references[];
extern const char sql_copy_events[];
extern const char sql_copy_tags[];
extern const char sql_copy_members[];
extern const char sql_copy_msgrefs[];
extern const char sql_copy_waiting[];
extern const char sql_copy_waiting_refs[];
extern const char sql_insert_seen[];
extern const char sql_make_held_room[];
extern const char sql_copy_held[]; /* $1: id, $2: what follows */
extern const char sql_upsert_person_names[];
extern const char sql_rename_people[];
extern const char sql_delete_waiting[];

/* change.sql: dependencies. */
extern const char sql_copy_depends[]; /* statements_copy.c */
extern const char sql_update_positions[];
extern const char sql_update_depends[];
extern const char sql_update_depends_on_series[];
extern const char sql_find_dependencies[];
extern const char sql_delete_dependencies[];
extern const char sql_insert_dependencies[];
extern const char sql_inherit_dependencies[];

/* A component that is regrouped, comments that move: in this order. */
extern const char sql_clear_patch_series[];
extern const char sql_clear_series_cover[];
extern const char sql_delete_series_events[];
extern const char sql_delete_references[];
extern const char sql_update_references[];
extern const char sql_delete_series[];
extern const char sql_update_series[];
extern const char sql_set_patch_series[];
extern const char sql_update_components[];
extern const char sql_delete_msgrefs[];
extern const char sql_move_patch_comments[];
extern const char sql_move_cover_comments[];
extern const char sql_comments_to_covers[];
extern const char sql_comments_to_patches[];
extern const char sql_delete_comment_events[];
extern const char sql_delete_patch_comments[];
extern const char sql_delete_cover_comments[];

/* Tags of existing patches. */
extern const char sql_tag_texts[];
extern const char sql_delete_tags[];
extern const char sql_set_tags[];

/*
 * adopt.sql: rows that Patchwork has made: those of one table after an id ($1) that have no row in
 * patchmda's tables, at most $2; $3 is 1 while Patchwork's parser runs. Columns: id, project,
 * submitter, clock, message id, headers, series.
 */
extern const char sql_adopt_patches[];
extern const char sql_adopt_covers[];
extern const char sql_adopt_patch_comments[];
extern const char sql_adopt_cover_comments[];
extern const char sql_adopt_progress[];
extern const char sql_set_adopt_progress[];
extern const char sql_unadopted[]; /* whether there are any; $1 is OVERLAP_IDS */
extern const char sql_insert_known_comments[];
extern const char sql_forget_known_comments[];
extern const char sql_mend_series[];

/* keep.sql: rows that expire, and marks of imports. */
extern const char sql_expire_waiting[];
extern const char sql_mark_import[];
extern const char sql_import_mark[];
extern const char sql_unmark_import[];
extern const char sql_expire_imports[];
extern const char sql_expire_held[];

/* archive.sql: what is stored beside mail from git repositories. */
extern const char sql_repository_position[];
extern const char sql_move_position[];
extern const char sql_insert_deletions[];
extern const char sql_insert_archived[];
extern const char sql_insert_also_delivered[];

#endif
