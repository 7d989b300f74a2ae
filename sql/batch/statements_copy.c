/* statements_copy - the COPY commands of new rows; see statements.h */
#include "sql/batch/statements.h"

const char sql_copy_patches[] =
	"copy patchwork_patch (id, msgid, date, headers, content, name, project_id, submitter_id,"
	" archived, delegate_id, diff, hash, number, pull_url, series_id, state_id)"
	" from stdin (format binary)";

const char sql_copy_covers[] =
	"copy patchwork_cover (id, msgid, date, headers, content, name, project_id, submitter_id)"
	" from stdin (format binary)";

const char sql_copy_patch_comments[] =
	"copy patchwork_patchcomment (id, msgid, date, headers, content, patch_id, submitter_id,"
	" addressed) from stdin (format binary)";

const char sql_copy_cover_comments[] =
	"copy patchwork_covercomment (id, msgid, date, headers, content, cover_id, submitter_id,"
	" addressed) from stdin (format binary)";

const char sql_copy_series[] =
	"copy patchwork_series (id, name, date, version, total, project_id, submitter_id,"
	" cover_letter_id) from stdin (format binary)";

const char sql_copy_references[] =
	"copy patchwork_seriesreference (msgid, project_id, series_id) from stdin (format binary)";

const char sql_copy_events[] =
	"copy patchwork_event (category, date, project_id, series_id, cover_id, patch_id,"
	" cover_comment_id, patch_comment_id) from stdin (format binary)";

const char sql_copy_tags[] =
	"copy patchwork_patchtag (count, tag_id, patch_id) from stdin (format binary)";

const char sql_copy_members[] =
	"copy patchmda.member (kind, id, project_id, submitter_id, date, version, number, total,"
	" circle, msgid, refs, behind_date, behind_msgid, behind_by) from stdin (format binary)";

const char sql_copy_msgrefs[] =
	"copy patchmda.mention (project_id, id, kind, ref) from stdin (format binary)";

const char sql_copy_waiting[] =
	"copy patchmda.waiting (id, project_id, msgid, received, expires, message)"
	" from stdin (format binary)";

const char sql_copy_waiting_refs[] =
	"copy patchmda.waiting_ref (project_id, ref, waiting_id) from stdin (format binary)";

const char sql_copy_held[] =
	"copy patchmda.held (received, expires, kind, reason, msgid, list_ids, place, digest, message)"
	" from stdin (format binary)";

const char sql_copy_depends[] =
	"copy patchmda.depend (kind, id, project_id, series_id, ref, to_series_id)"
	" from stdin (format binary)";
