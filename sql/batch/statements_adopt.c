/* statements_adopt - rows that a Patchwork made; see statements.h */
#include "sql/batch/statements.h"
#include "sql/batch/statements_parts.h"

#define DATE_CLOCK   CLOCK("t.date")
#define DEPENDS_TEXT "case when t.content ~* '(^|\\n)depends-on:' then t.content end"

/* Rows of our own for a row `t`. */
#define MEMBER_OF(kind) \
	"select 1 from patchmda.member m where m.kind = '" kind "' and m.id = t.id offset 0"
#define KNOWN_COMMENT_OF(kind) \
	"select 1 from patchmda.known_comment k where k.kind = '" kind "' and k.id = t.id offset 0"
#define PATCH_MEMBER     MEMBER_OF("p")
#define COVER_MEMBER     MEMBER_OF("c")
#define KNOWN_ON_PATCHES KNOWN_COMMENT_OF("P")
#define KNOWN_ON_COVERS  KNOWN_COMMENT_OF("C")

/* A patch without a series may still be in the hands of a Patchwork's parser ($3). */
const char sql_adopt_patches[] =
	"select t.id, t.project_id, t.submitter_id, " DATE_CLOCK ", t.msgid, t.headers,"
	" t.series_id, " DEPENDS_TEXT " from patchwork_patch t where t.id > $1 and not exists"
	" (" PATCH_MEMBER ")"
	" and ($3 = 0 or t.series_id is not null)"
	" order by t.id limit $2";

const char sql_adopt_covers[] =
	"select t.id, t.project_id, t.submitter_id, " DATE_CLOCK ", t.msgid, t.headers,"
	" (select s.id from patchwork_series s where s.cover_letter_id = t.id), " DEPENDS_TEXT
	" from patchwork_cover t where t.id > $1 and not exists"
	" (" COVER_MEMBER ")"
	" and $3 = $3 order by t.id limit $2";

#define ADOPT_COMMENTS(known, table, parent, parent_table)                                       \
	"select t.id, p.project_id, t.submitter_id, " DATE_CLOCK ", t.msgid, t.headers, 0, null" \
	" from (select * from " table " t where id > $1 and not exists (" known                  \
	") and $3 = $3 order by id limit $2) t,"                                                 \
	" lateral (select project_id from " parent_table " p where p.id = t." parent             \
	" offset 0) p"                                                                           \
	" order by t.id"

const char sql_adopt_patch_comments[] =
	ADOPT_COMMENTS(KNOWN_ON_PATCHES, "patchwork_patchcomment", "patch_id", "patchwork_patch");

const char sql_adopt_cover_comments[] =
	ADOPT_COMMENTS(KNOWN_ON_COVERS, "patchwork_covercomment", "cover_id", "patchwork_cover");

/* At most so many rows from each mark on: adopt.c moves the marks long before. */
#define UNKNOWN(table, condition, known)                                                        \
	"exists (select 1 from (select * from " table " where id > coalesce((select done"       \
	" from patchmda.progress where job = '" table "'), 0) - $1 order by id limit 4 * $1) t" \
	" where " condition " and not exists (" known "))"
#define FAR_BEHIND(table)                                                               \
	"coalesce((select max(id) from " table "), 0) > 2 * $1 + coalesce((select done" \
	" from patchmda.progress where job = '" table "'), 0)"

#define UNKNOWN_PATCHES             UNKNOWN("patchwork_patch", "t.series_id is not null", PATCH_MEMBER)
#define UNKNOWN_COVERS              UNKNOWN("patchwork_cover", "true", COVER_MEMBER)
#define UNKNOWN_COMMENTS_ON_PATCHES UNKNOWN("patchwork_patchcomment", "true", KNOWN_ON_PATCHES)
#define UNKNOWN_COMMENTS_ON_COVERS  UNKNOWN("patchwork_covercomment", "true", KNOWN_ON_COVERS)
#define ANY_FAR_BEHIND                                          \
	FAR_BEHIND("patchwork_patch")                           \
	" or " FAR_BEHIND("patchwork_cover") " or " FAR_BEHIND( \
		"patchwork_patchcomment") " or " FAR_BEHIND("patchwork_covercomment")

const char sql_unadopted[] =
	"select " UNKNOWN_PATCHES " or " UNKNOWN_COVERS " or " UNKNOWN_COMMENTS_ON_PATCHES
	" or " UNKNOWN_COMMENTS_ON_COVERS " or " ANY_FAR_BEHIND;

const char sql_insert_known_comments[] =
	"insert into patchmda.known_comment (kind, id)"
	" select k.kind::\"char\", k.id from unnest($1::text[], $2::int[]) k(kind, id)"
	" on conflict do nothing";

const char sql_forget_known_comments[] =
	"delete from patchmda.known_comment where kind = $1::\"char\" and id <= $2";

/*
 * Patchwork saves all columns of a series, also those that it did not mean to change: a patch
 * that gives its name takes away a cover letter that came meanwhile.
 */
const char sql_mend_series[] =
	"update patchwork_series s set cover_letter_id = k.cover_id, name = case when s.name ="
	" k.first_name then coalesce(nullif(k.title, ''), s.name) else s.name end"
	" from (select distinct on (i.id) i.id, c.id as cover_id, p.name as first_name,"
	" ltrim(regexp_replace(c.name, '^\\[[^]]*\\]', '')) as title"
	" from (select distinct id from unnest($1::int[]) i(id)) i,"
	" lateral (select msgid, project_id from patchwork_seriesreference r"
	" where r.series_id = i.id offset 0) r,"
	" lateral (select id, name from patchwork_cover c"
	" where c.msgid = r.msgid and c.project_id = r.project_id offset 0) c"
	" left join lateral (select name from patchwork_patch p"
	" where p.series_id = i.id and p.number = 1 offset 0) p on true"
	" where not exists (select 1 from patchwork_series o"
	" where o.cover_letter_id = c.id and o.id <> i.id)"
	" order by i.id, c.id) k"
	" where s.id = k.id and (s.cover_letter_id is null"
	" or (s.cover_letter_id = k.cover_id and s.name = k.first_name and k.title <> ''))";

const char sql_adopt_progress[] = "select done from patchmda.progress where job = $1";

const char sql_set_adopt_progress[] =
	"insert into patchmda.progress (job, done) values ($1, $2)"
	" on conflict (job) do update set done = greatest(progress.done, excluded.done)";
