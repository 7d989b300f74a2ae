-- Statements that change stored rows.

prepare update_positions as
update patchmda.member m
set behind_date = k.date, behind_msgid = k.msgid, behind_by = nullif(k.by, 0)
from (
	select kind, id, case when by > 0 then date end as date, msgid, by
	from unnest($1::text[], $2::int[], $3::bigint[], $4::text[], $5::int[]) k(kind, id, date,
		msgid, by)) k
where m.kind = k.kind::"char" and m.id = k.id and (m.behind_date, m.behind_msgid, coalesce(m.behind_by,
	0)) is distinct from (k.date, k.msgid, k.by);

prepare update_depends as
update patchmda.depend d
set series_id = k.series_id
from unnest($1::text[], $2::int[], $3::int[]) k(kind, id, series_id)
where d.kind = k.kind::"char" and d.id = k.id;

prepare update_depends_on_series as
update patchmda.depend d
set to_series_id = k.id
from unnest($1::int[], $2::int[]) k(deleted_id, id)
where d.to_series_id = k.deleted_id and k.id <> 0;

-- The dependencies that the patches and cover letters of the keys state, or that name them: the series that
-- depends, and the one on which it does. `d` is a dependency as stated, `t` the series that it names. A message
-- that is named must come before the one that names it, in canonical order. If a patch in a series and a cover
-- letter both have the named id, the patch is meant.
prepare find_dependencies (text[], int[], int[], text[]) as
select distinct d.series_id, t.series_id
from (
	select d.*
	from unnest($1, $2, $3, $4) k(kind, id, project_id, msgid),
	lateral (
		select *
		from patchmda.depend d
		where d.id = k.id and d.kind = k.kind::"char"
		union all
		select *
		from patchmda.depend d
		where d.ref = k.msgid and d.project_id + 0 = k.project_id offset 0) d) d,
lateral (
	select 1
	from patchwork_patch p
	where d.kind = 'p' and p.id = d.id
	union all
	select 1
	from patchwork_cover c
	where d.kind = 'c' and c.id = d.id offset 0) i,
lateral (
	select series_id, kind, id
	from (
		select p.series_id, 'p'::"char" as kind, p.id
		from patchwork_patch p
		where p.msgid = d.ref collate "default"
		and p.project_id + 0 = d.project_id
		and p.series_id is not null
		union all
		select coalesce((
			select s.id
			from patchwork_series s
			where s.cover_letter_id = c.id), (
			select r.series_id
			from patchwork_seriesreference r
			where r.msgid = c.msgid
			and r.project_id = c.project_id)), 'c', c.id
		from patchwork_cover c
		where c.msgid = d.ref collate "default"
		and c.project_id + 0 = d.project_id
		union all
		select s.id, null, null
		from patchwork_series s
		where s.id = d.to_series_id
		and s.project_id + 0 = d.project_id) t
	order by kind desc
	limit 1) t
where d.series_id <> t.series_id and (t.kind is null or exists (
	select 1
	from patchmda.member m
	where m.kind = t.kind and m.id = t.id
	and (coalesce(m.behind_date, m.date), coalesce(m.behind_msgid, m.msgid), coalesce(m.behind_by,
		0)) < (
		select coalesce(m.behind_date, m.date), coalesce(m.behind_msgid, m.msgid),
			coalesce(m.behind_by, 0)
		from patchmda.member m
		where m.kind = d.kind and m.id = d.id)))
and exists (
	select 1
	from patchwork_series s
	where s.id = d.series_id);

prepare delete_dependencies (int[], int[]) as
delete from patchwork_series_dependencies x
using unnest($1, $2) k(from_series_id, to_series_id)
where x.from_series_id = k.from_series_id and x.to_series_id = k.to_series_id;

prepare insert_dependencies (int[], int[]) as
insert into patchwork_series_dependencies (from_series_id, to_series_id)
select k.from_series_id, k.to_series_id
from unnest($1, $2) k(from_series_id, to_series_id)
on conflict (from_series_id, to_series_id) do nothing;

-- Moves the dependencies of the deleted series $1, and those on them, to the series $2 that replace them
-- (0: none does).
prepare inherit_dependencies as
with replacement as (
	select *
	from unnest($1::int[], $2::int[]) k(deleted_id, id)),
old as (
	delete
	from patchwork_series_dependencies
	where from_series_id = any($1) or to_series_id = any($1)
	returning from_series_id, to_series_id)
insert into patchwork_series_dependencies (from_series_id, to_series_id)
select distinct coalesce(a.id, o.from_series_id), coalesce(b.id, o.to_series_id)
from old o
left join replacement a on a.deleted_id = o.from_series_id
left join replacement b on b.deleted_id = o.to_series_id
where coalesce(a.id, o.from_series_id) <> coalesce(b.id, o.to_series_id)
and a.id is distinct from 0 and b.id is distinct from 0
on conflict (from_series_id, to_series_id) do nothing;

prepare clear_patch_series as
update patchwork_patch
set series_id = null, number = null
where id = any($1::int[]);

prepare clear_series_cover as
update patchwork_series
set cover_letter_id = null
where id = any($1::int[]);

-- `|| ''` keeps the planner from the index on the category, which leads to a large part of the table.
prepare delete_series_events as
delete from patchwork_event
where series_id = any($1::int[]) and category || '' in ('series-created', 'series-completed',
	'patch-completed');

prepare delete_references as
delete from patchwork_seriesreference r
using unnest($1::int[], $2::text[]) k(p, msgid)
where r.msgid = k.msgid and r.project_id = k.p;

prepare update_references as
update patchwork_seriesreference r
set series_id = k.series_id
from unnest($1::int[], $2::text[], $3::int[]) k(project_id, msgid, series_id)
where r.msgid = k.msgid and r.project_id = k.project_id;

prepare delete_series as
delete from patchwork_series
where id = any($1::int[]);

-- A series is updated only if its name and cover letter are still as loaded. The caller compares the number
-- of rows to detect a lost race.
prepare update_series as
update patchwork_series s
set name = k.name, cover_letter_id = nullif(k.cover_id, 0),
	date = timestamptz 'epoch' + k.date * interval '1 microsecond',
	version = k.version, total = k.total, submitter_id = k.submitter_id
from unnest($1::int[], $2::text[], $3::int[], $4::bigint[], $5::int[], $6::int[], $7::int[], $8::text[],
	$9::int[]) k(id, name, cover_id, date, version, total, submitter_id, old_name, old_cover_id)
where s.id = k.id and s.name is not distinct from k.old_name
and (s.cover_letter_id is null or s.cover_letter_id = k.old_cover_id)
returning s.id;

-- Patches are locked in the order of ids, as by changes over HTTP, so that both do not deadlock.
prepare set_patch_series as
with locked as materialized (
	select p.id
	from patchwork_patch p
	where p.id = any($1::int[])
	order by p.id for no key update of p)
update patchwork_patch p
set series_id = k.series_id, number = k.number
from unnest($1::int[], $2::int[], $3::int[]) k(id, series_id, number)
join locked on locked.id = k.id
where p.id = k.id;

prepare update_components as
update patchmda.member m
set circle = k.circle
from unnest($1::text[], $2::int[], $3::bigint[]) k(kind, id, circle)
where m.kind = k.kind::"char" and m.id = k.id;

prepare delete_msgrefs as
delete from patchmda.mention m
using unnest($1::int[], $2::text[], $3::text[], $4::int[]) k(project_id, ref, kind, id)
where m.ref = k.ref and m.project_id + 0 = k.project_id
and m.kind = k.kind::"char" and m.id = k.id;

prepare move_patch_comments as
with moved as (
	update patchwork_patchcomment c
	set patch_id = k.parent_id
	from unnest($1::int[], $2::int[]) k(id, parent_id)
	where c.id = k.id
	returning c.id, c.patch_id)
update patchwork_event e
set patch_id = m.patch_id
from moved m
where e.patch_comment_id = m.id;

prepare move_cover_comments as
with moved as (
	update patchwork_covercomment c
	set cover_id = k.parent_id
	from unnest($1::int[], $2::int[]) k(id, parent_id)
	where c.id = k.id
	returning c.id, c.cover_id)
update patchwork_event e
set cover_id = m.cover_id
from moved m
where e.cover_comment_id = m.id;

prepare comments_to_covers as
insert into patchwork_covercomment (id, msgid, date, headers, content, cover_id, submitter_id,
	addressed)
select k.new_id, c.msgid, c.date, c.headers, c.content, k.parent_id, c.submitter_id, null
from unnest($1::int[], $2::int[], $3::int[]) k(id, new_id, parent_id),
lateral (
	select *
	from patchwork_patchcomment c
	where c.id = k.id offset 0) c;

prepare comments_to_patches as
insert into patchwork_patchcomment (id, msgid, date, headers, content, patch_id, submitter_id,
	addressed)
select k.new_id, c.msgid, c.date, c.headers, c.content, k.parent_id, c.submitter_id,
	case when c.headers ~* '(^|\n)X-Patchwork-Action-Required:' then false end
from unnest($1::int[], $2::int[], $3::int[]) k(id, new_id, parent_id),
lateral (
	select *
	from patchwork_covercomment c
	where c.id = k.id offset 0) c;

prepare delete_comment_events as
delete from patchwork_event
where patch_comment_id = any($1::int[]) or cover_comment_id = any($2::int[]);

prepare delete_patch_comments as
delete from patchwork_patchcomment
where id = any($1::int[]);

prepare delete_cover_comments as
delete from patchwork_covercomment
where id = any($1::int[]);

prepare tag_texts as
select id, content
from patchwork_patch
where id = any($1)
union all
select patch_id, content
from patchwork_patchcomment
where patch_id = any($1);

prepare delete_tags as
delete from patchwork_patchtag t
using unnest($1::int[], $2::int[]) k(patch_id, tag_id)
where t.patch_id = k.patch_id and t.tag_id + 0 = k.tag_id;

prepare set_tags as
insert into patchwork_patchtag (patch_id, tag_id, count)
select *
from unnest($1::int[], $2::int[], $3::int[])
on conflict (patch_id, tag_id) do update set count = excluded.count
where patchwork_patchtag.count <> excluded.count;
