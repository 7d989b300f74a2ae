/* commits_statements - the SQL of commits.c; see commits_statements.h */
#include "sql/commits_statements.h"

const char commits_sql_settings[] =
	"select t.id, t.slug, (select id from auth_user where username = $2),"
	" to_regclass('patchwork_patchchangenotification') is not null"
	" from (select 1) one left join lateral (select id, slug from patchwork_state"
	" where slug = lower($1) or lower(name) = lower($1)"
	" order by slug = lower($1) desc limit 1) t on true";

const char commits_sql_all_projects[] = "select id, linkname from patchwork_project order by id";

const char commits_sql_projects[] = "select j.id, k.name from unnest($1::text[]) k(name)"
				    " left join patchwork_project j on j.linkname = k.name";

const char commits_sql_note[] = "insert into patchmda.progress (job, done)"
				" values ('commits', extract(epoch from clock_timestamp())::bigint)"
				" on conflict (job) do update set done = excluded.done";

#define KEYS "unnest($1::text[], $2::bigint[]) with ordinality k(text, number, i)"

/* At most so many patches are looked at for one hash or title, those that were stored last. */
#define LATEST "limit 500"

const char commits_sql_ids[] =
	"select k.i::int, p.id from " KEYS ","
	" lateral (select p.id from patchwork_patch p"
	" where p.msgid = k.text and p.project_id + 0 = any($3::int[]) offset 0) p";

const char commits_sql_threads[] =
	"select k.i::int, p.id from " KEYS ","
	" lateral (select p.series_id from patchwork_patch p where p.msgid = k.text"
	" union select s.id from patchwork_cover c,"
	" lateral (select id from patchwork_series s where s.cover_letter_id = c.id offset 0) s"
	" where c.msgid = k.text"
	" union select p.series_id from patchwork_patchcomment c,"
	" lateral (select series_id from patchwork_patch p where p.id = c.patch_id offset 0) p"
	" where c.msgid = k.text"
	" union select s.id from patchwork_covercomment c,"
	" lateral (select id from patchwork_series s where s.cover_letter_id = c.cover_id offset 0) s"
	" where c.msgid = k.text offset 0) s,"
	" lateral (select p.id from patchwork_patch p where p.series_id = s.series_id"
	" and p.project_id + 0 = any($3::int[]) offset 0) p,"
	" lateral (select 1 from patchmda.patch_key y"
	" where y.patch_id = p.id and y.title + 0 = k.number offset 0) y";

const char commits_sql_hashes[] =
	"select k.i::int, p.id from " KEYS ","
	" lateral (select p.id from patchwork_patch p where p.hash = k.text::bpchar"
	" and p.project_id + 0 = any($3::int[]) order by p.id + 0 desc " LATEST ") p"
	" where $2::bigint[] is not null";

const char commits_sql_hash_keys[] =
	"select k.i::int, y.patch_id from " KEYS ","
	" lateral (select y.patch_id from patchmda.patch_key y where y.hash = k.number"
	" order by y.patch_id + 0 desc " LATEST ") y where $3::int[] is not null";

const char commits_sql_titles[] =
	"select k.i::int, y.patch_id from " KEYS ","
	" lateral (select y.patch_id from patchmda.patch_key y where y.title = k.number"
	" order by y.title desc, y.patch_id desc " LATEST ") y where $3::int[] is not null";

/* A text begins with `From:`, or it names nobody. */
const char commits_sql_patches[] =
	"select p.id, p.project_id, p.msgid, p.name, p.hash::text, w.name, w.email,"
	" left(p.content, 1000), extract(epoch from p.date at time zone $3)::bigint,"
	" coalesce((select s.version from patchwork_series s where s.id = p.series_id), 1),"
	" p.state_id, t.slug, t.action_required, p.commit_ref"
	" from unnest($1::int[]) k(id),"
	" lateral (select * from patchwork_patch p where p.id = k.id"
	" and p.project_id + 0 = any($2::int[]) offset 0) p,"
	" lateral (select name, email from patchwork_person w where w.id = p.submitter_id offset 0) w"
	" left join lateral (select slug, action_required from patchwork_state t"
	" where t.id = p.state_id offset 0) t on true";

/* Nothing happens to a patch whose state or commit somebody else has set meanwhile. */
const char commits_sql_update[] =
	"update patchwork_patch p set state_id = nullif(k.new_state, 0),"
	" commit_ref = coalesce(k.ref, p.commit_ref)"
	" from unnest($1::int[], $2::int[], $3::int[], $4::text[]) k(id, old_state, new_state, ref)"
	" where p.id = k.id and coalesce(p.state_id, 0) = k.old_state"
	" and (k.ref is null or coalesce(p.commit_ref, '') = '') returning p.id";

/* Those of a state that changed: patches, projects, states before; the state now; the actor or 0. */
#define CHANGED                                                   \
	"unnest($1::int[], $2::int[], $3::int[]) with ordinality" \
	" k(patch_id, project_id, old_state, i)"

const char commits_sql_events[] =
	"insert into patchwork_event (category, date, project_id, patch_id, previous_state_id,"
	" current_state_id, actor_id)"
	" select 'patch-state-changed', n.now + k.i * interval '1 microsecond', k.project_id,"
	" k.patch_id, nullif(k.old_state, 0), $4, nullif($5, 0)"
	" from " CHANGED ", (select clock_timestamp() as now offset 0) n order by k.i";

const char commits_sql_notify[] =
	"insert into patchwork_patchchangenotification (patch_id, last_modified, orig_state_id)"
	" select k.patch_id, clock_timestamp(), k.old_state from " CHANGED
	" where k.old_state <> 0 and exists (select 1 from patchwork_project j"
	" where j.id = k.project_id and j.send_notifications)"
	" and $4::int is not null and $5::int is not null order by k.i"
	" on conflict (patch_id) do update set last_modified = excluded.last_modified";

const char commits_sql_notify_no_more[] =
	"delete from patchwork_patchchangenotification n using " CHANGED
	" where n.patch_id = k.patch_id and n.orig_state_id = $4 and $5::int is not null";
