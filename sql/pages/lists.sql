-- Lists of series and of patches, newest arrival first.
--
-- A condition whose parameter is null is true, and a sort key of another order is constant. PostgreSQL
-- removes them from the plan, because these statements are planned for each run.

-- $1 project, $2 states, $3 archived, $4 submitters, $5 delegate (0: none), $6 patterns, $7 order,
-- $8 limit, $9 offset. A series is listed if one of its patches matches $2, $3 and $5, and if each of $6
-- matches the name of the series or of one of its patches.
--
-- PostgreSQL can make a join of the condition on patches only if it is not part of an OR, so that the
-- statement without it is another one. If few patches are open, the plan begins with them; if many are,
-- with the newest series.
-- Without $10, series that have a later version are left out.
prepare lists_series_with (integer, integer[], boolean, integer[], integer, text[], text, integer, bigint, boolean) as
select s.id
from patchwork_series s
where ($1::int is null or s.project_id = $1)
and ($4::int[] is null or s.submitter_id = any($4))
and exists (
	select
	from patchwork_patch p
	where p.series_id = s.id
	and ($1::int is null or p.project_id = $1)
	and ($2::int[] is null or p.state_id = any($2))
	and ($3::boolean is null or p.archived = $3::boolean)
	and ($5::int is null or coalesce(p.delegate_id, 0) = $5))
and ($10::boolean or not exists (
	select
	from patchmda.revision r
	where r.previous_id = s.id))
and ($6::text[] is null or not exists (
	select
	from unnest($6) w
	where not (coalesce(s.name, '') ilike w or exists (
		select
		from patchwork_patch p
		where p.series_id = s.id and p.name ilike w))))
order by case when $7 = 'date' then s.date end,
	case when $7 = '-date' then s.date end desc,
	case when $7 = 'name' then s.name end,
	case when $7 = '-name' then s.name end desc,
	case when $7 = 'submitter' then (select lower(coalesce(w.name, w.email)) from patchwork_person w where w.id = s.submitter_id) end,
	case when $7 = '-submitter' then (select lower(coalesce(w.name, w.email)) from patchwork_person w where w.id = s.submitter_id) end desc,
	s.id desc
limit $8 offset $9;

-- The same without conditions on patches ($2, $3 and $5 are null): also series without a patch are listed.
prepare lists_series (integer, integer[], boolean, integer[], integer, text[], text, integer, bigint, boolean) as
select s.id
from patchwork_series s
where ($1::int is null or s.project_id = $1)
and $2::int[] is null and $3::boolean is null and $5::int is null
and ($4::int[] is null or s.submitter_id = any($4))
and ($10::boolean or not exists (
	select
	from patchmda.revision r
	where r.previous_id = s.id))
and ($6::text[] is null or not exists (
	select
	from unnest($6) w
	where not (coalesce(s.name, '') ilike w or exists (
		select
		from patchwork_patch p
		where p.series_id = s.id and p.name ilike w))))
order by case when $7 = 'date' then s.date end,
	case when $7 = '-date' then s.date end desc,
	case when $7 = 'name' then s.name end,
	case when $7 = '-name' then s.name end desc,
	case when $7 = 'submitter' then (select lower(coalesce(w.name, w.email)) from patchwork_person w where w.id = s.submitter_id) end,
	case when $7 = '-submitter' then (select lower(coalesce(w.name, w.email)) from patchwork_person w where w.id = s.submitter_id) end desc,
	s.id desc
limit $8 offset $9;

-- The same for patches; $10 is a series.
prepare lists_patches (integer, integer[], boolean, integer[], integer, text[], text, integer, bigint, integer) as
select p.id
from patchwork_patch p
where ($1::int is null or p.project_id = $1)
and ($2::int[] is null or p.state_id = any($2))
and ($3::boolean is null or p.archived = $3::boolean)
and ($4::int[] is null or p.submitter_id = any($4))
and ($5::int is null or coalesce(p.delegate_id, 0) = $5)
and ($10::int is null or p.series_id = $10)
and ($6::text[] is null or not exists (
	select
	from unnest($6) w
	where p.name not ilike w))
order by case when $7 = 'date' then p.date end,
	case when $7 = '-date' then p.date end desc,
	case when $7 = 'name' then p.name end,
	case when $7 = '-name' then p.name end desc,
	case when $7 = 'submitter' then (select lower(coalesce(w.name, w.email)) from patchwork_person w where w.id = p.submitter_id) end,
	case when $7 = '-submitter' then (select lower(coalesce(w.name, w.email)) from patchwork_person w where w.id = p.submitter_id) end desc,
	case when $7 = 'delegate' then (select u.username from auth_user u where u.id = p.delegate_id) end,
	case when $7 = '-delegate' then (select u.username from auth_user u where u.id = p.delegate_id) end desc,
	case when $7 = 'state' then (select t.ordering from patchwork_state t where t.id = p.state_id) end,
	case when $7 = '-state' then (select t.ordering from patchwork_state t where t.id = p.state_id) end desc,
	case when $10::int is not null then p.number end,
	p.id desc
limit $8 offset $9;

-- Series by their ids, in the order of the ids. $1 is the time zone.
prepare lists_series_rows (text, integer[]) as
select s.id, s.name, s.version, s.total, extract(epoch from (s.date at time zone $1))::bigint,
	w.id, w.name, w.email, c.msgid, j.linkname
from unnest($2) with ordinality k (id, position)
join patchwork_series s on s.id = k.id
join patchwork_project j on j.id = s.project_id
join patchwork_person w on w.id = s.submitter_id
left join patchwork_cover c on c.id = s.cover_letter_id
order by k.position;

-- The ids of the patches of series.
prepare lists_patches_of (integer[]) as
select p.id
from patchwork_patch p
where p.series_id = any($1)
order by p.series_id, p.number, p.id;

-- Patches by their ids, in the order of the ids. $1 is the time zone. The tags are in the order of
-- lists_tags, the checks the latest of each user and context: pending, success, warning, fail.
prepare lists_patch_rows (text, integer[]) as
select p.id, coalesce(p.series_id, 0), coalesce(p.number, 0)::int, p.name, p.msgid, t.name,
	coalesce(t.action_required, false) and not p.archived, p.archived, u.username,
	w.id, w.name, w.email, extract(epoch from (p.date at time zone $1))::bigint, j.linkname,
	array(select coalesce(g.count, 0)::text
		from patchwork_tag y
		left join patchwork_patchtag g on g.tag_id = y.id and g.patch_id = p.id
		where y.show_column
		order by y.id),
	h.pending, h.success, h.warning, h.fail
from unnest($2) with ordinality k (id, position)
join patchwork_patch p on p.id = k.id
join patchwork_project j on j.id = p.project_id
join patchwork_person w on w.id = p.submitter_id
left join patchwork_state t on t.id = p.state_id
left join auth_user u on u.id = p.delegate_id
cross join lateral (
	select count(*) filter (where l.state = 0)::int as pending,
		count(*) filter (where l.state = 1)::int as success,
		count(*) filter (where l.state = 2)::int as warning,
		count(*) filter (where l.state = 3)::int as fail
	from (select distinct on (c.user_id, c.context) c.state
		from patchwork_check c
		where c.patch_id = p.id
		order by c.user_id, c.context, c.date desc, c.id desc) l) h
order by k.position;

-- The tags for which lists have a column.
prepare lists_tags as
select name, abbrev
from patchwork_tag
where show_column
order by id;

-- People whose name or address matches $1.
prepare lists_people (text, integer) as
select w.id, w.name, w.email
from patchwork_person w
where w.name ilike $1 or w.email ilike $1
order by w.id
limit $2;
prepare lists_person (integer) as
select w.id, w.name, w.email
from patchwork_person w
where w.id = $1;
prepare lists_user (text) as
select u.id
from auth_user u
where u.id::text = $1 or u.username = $1
order by u.id
limit 1;
