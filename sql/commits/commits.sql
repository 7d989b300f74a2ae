-- Lookups of the stored patches that became commits, and the changes of these patches.
--
-- Each lookup is by key, whatever the planner assumes about the tables (sql/batch/statements.h). The
-- parameters are the texts of the keys, their values as numbers, and the projects; a row has the position
-- of a key, from 1, and the id of a patch. Of the patches with the same hash or title, at most the 500
-- that were stored last are read.

-- A state and a user by name, and whether Patchwork's mails about changes are recorded.
prepare commits_settings (text, text) as
select t.id, t.slug, (
	select id
	from auth_user
	where username = $2),
	to_regclass('patchwork_patchchangenotification') is not null
from (
	select 1) one
left join lateral (
	select id, slug
	from patchwork_state
	where slug = lower($1) or lower(name) = lower($1)
	order by slug = lower($1) desc
	limit 1) t on true;

prepare commits_all_projects as
select id, linkname
from patchwork_project
order by id;

prepare commits_projects (text[]) as
select j.id, k.name
from unnest($1) k(name)
left join patchwork_project j on j.linkname = k.name;

-- When `patchmda commits` last ended, for `patchmda status`.
prepare commits_note as
insert into patchmda.progress (job, done)
values ('commits', extract(epoch from clock_timestamp())::bigint)
on conflict (job) do update set done = excluded.done;

-- Patches by their message id.
prepare commits_ids (text[], bigint[], integer[]) as
select k.i::int, p.id
from unnest($1, $2) with ordinality k(text, number, i), lateral (
	select p.id
	from patchwork_patch p
	where p.msgid = k.text and p.project_id + 0 = any($3) offset 0) p;

-- Patches by the message id of any mail of the thread, and the key of the title.
prepare commits_threads (text[], bigint[], integer[]) as
select k.i::int, p.id
from unnest($1, $2) with ordinality k(text, number, i), lateral (
	select p.series_id
	from patchwork_patch p
	where p.msgid = k.text
	union
	select s.id
	from patchwork_cover c, lateral (
		select id
		from patchwork_series s
		where s.cover_letter_id = c.id offset 0) s
	where c.msgid = k.text
	union
	select p.series_id
	from patchwork_patchcomment c, lateral (
		select series_id
		from patchwork_patch p
		where p.id = c.patch_id offset 0) p
	where c.msgid = k.text
	union
	select s.id
	from patchwork_covercomment c, lateral (
		select id
		from patchwork_series s
		where s.cover_letter_id = c.cover_id offset 0) s
	where c.msgid = k.text offset 0) s,
lateral (
	select p.id
	from patchwork_patch p
	where p.series_id = s.series_id and p.project_id + 0 = any($3) offset 0) p,
lateral (
	select 1
	from patchmda.patch_key y
	where y.patch_id = p.id and y.title + 0 = k.number offset 0) y;

-- Patches by hash, if the database has an index on it.
prepare commits_hashes (text[], bigint[], integer[]) as
select k.i::int, p.id
from unnest($1, $2) with ordinality k(text, number, i), lateral (
	select p.id
	from patchwork_patch p
	where p.hash = k.text::bpchar and p.project_id + 0 = any($3)
	order by p.id + 0 desc
	limit 500) p;

-- Patches by the key of the hash, in all projects.
prepare commits_hash_keys (text[], bigint[], integer[]) as
select k.i::int, y.patch_id
from unnest($1, $2) with ordinality k(text, number, i), lateral (
	select y.patch_id
	from patchmda.patch_key y
	where y.hash = k.number
	order by y.patch_id + 0 desc
	limit 500) y;

-- Patches by the key of the title, in all projects.
prepare commits_titles (text[], bigint[], integer[]) as
select k.i::int, y.patch_id
from unnest($1, $2) with ordinality k(text, number, i), lateral (
	select y.patch_id
	from patchmda.patch_key y
	where y.title = k.number
	order by y.title desc, y.patch_id desc
	limit 500) y;

-- The columns that the rules need, for the patches $1 in the projects $2; $3 is the time zone of dates.
-- Only the beginning of the text is read, which has the in-body From.
prepare commits_patches (integer[], integer[], text) as
select p.id, p.project_id, p.msgid, p.name, p.hash::text, w.name, w.email, left(p.content, 1000),
	extract(epoch from p.date at time zone $3)::bigint,
	coalesce((
		select s.version
		from patchwork_series s
		where s.id = p.series_id), 1),
	p.state_id, t.slug, t.action_required, p.commit_ref
from unnest($1) k(id), lateral (
	select *
	from patchwork_patch p
	where p.id = k.id and p.project_id + 0 = any($2) offset 0) p,
lateral (
	select name, email
	from patchwork_person w
	where w.id = p.submitter_id offset 0) w
left join lateral (
	select slug, action_required
	from patchwork_state t
	where t.id = p.state_id offset 0) t on true;

-- A patch whose state or commit was changed after it was loaded is left unchanged.
prepare commits_update (integer[], integer[], integer[], text[]) as
update patchwork_patch p
set state_id = nullif(k.new_state, 0), commit_ref = coalesce(k.ref, p.commit_ref)
from unnest($1, $2, $3, $4) k(id, old_state, new_state, ref)
where p.id = k.id and coalesce(p.state_id, 0) = k.old_state
	and (k.ref is null or coalesce(p.commit_ref, '') = '')
returning p.id;

-- The next three statements record changes of state. Their parameters are the patches, their projects,
-- their former states, the new state, the user who makes the change or 0, and the time zone. Patchwork
-- stores the date of an event as the clock reading of UTC in that zone.
prepare commits_events (integer[], integer[], integer[], integer, integer, text) as
insert into patchwork_event (category, date, project_id, patch_id, previous_state_id,
	current_state_id, actor_id)
select 'patch-state-changed', n.now + k.i * interval '1 microsecond', k.project_id, k.patch_id,
	nullif(k.old_state, 0), $4, nullif($5, 0)
from unnest($1, $2, $3) with ordinality k(patch_id, project_id, old_state, i), (
	select timezone($6, timezone('UTC', clock_timestamp())) as now offset 0) n
order by k.i;

prepare commits_notify (integer[], integer[], integer[], integer, integer, text) as
insert into patchwork_patchchangenotification (patch_id, last_modified, orig_state_id)
select k.patch_id, timezone($6, timezone('UTC', clock_timestamp())), k.old_state
from unnest($1, $2, $3) with ordinality k(patch_id, project_id, old_state, i)
where k.old_state <> 0 and exists (
	select 1
	from patchwork_project j
	where j.id = k.project_id and j.send_notifications)
order by k.i
on conflict (patch_id) do update set last_modified = excluded.last_modified;

-- No mail is sent about a patch that is in its first state again.
prepare commits_notify_no_more (integer[], integer[], integer[], integer, integer, text) as
delete from patchwork_patchchangenotification n
using unnest($1, $2, $3) k(patch_id, project_id, old_state)
where n.patch_id = k.patch_id and n.orig_state_id = $4;
