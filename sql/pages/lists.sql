-- The rows of lists of series and patches, whose ids selection.sql finds.
--
-- `(select $2)` hides from the planner how many ids there are. Otherwise a plan for one series or two would seem so much
-- cheaper than the general one that the server would plan the statement for each request, which takes longer than to
-- run it.

-- The series $2, in this order, with the sums of their patches. $1 is the time zone. A series without a project has
-- that of its mails. The tags are in the order of lists_tags. Of the checks, only the latest of each patch, user and
-- context is counted: pending, success, warning, fail.
prepare lists_series_rows (text, integer[]) as
select s.id, s.name, coalesce(r.version, s.version), s.total, extract(epoch from (s.date at time zone $1))::bigint,
	w.id, w.name, w.email, c.msgid, j.linkname,
	array(select coalesce(sum(g.count), 0)::text
		from patchwork_tag y
		left join (patchwork_patchtag g
			join patchwork_patch p on p.id = g.patch_id and p.series_id = s.id) on g.tag_id = y.id
		where y.show_column
		group by y.id
		order by y.id),
	h.pending, h.success, h.warning, h.fail,
	(select count(*)
	from patchwork_covercomment m
	where m.cover_id = s.cover_letter_id)::int + (select count(*)
	from patchwork_patch p
	join patchwork_patchcomment m on m.patch_id = p.id
	where p.series_id = s.id)::int,
	coalesce(r.minor, 0)
from unnest((select $2)) with ordinality k (id, position)
join patchwork_series s on s.id = k.id
left join patchmda.revision r on r.series_id = s.id
left join patchwork_cover c on c.id = s.cover_letter_id
join patchwork_project j on j.id = coalesce(s.project_id, c.project_id, (
	select p.project_id
	from patchwork_patch p
	where p.series_id = s.id
	order by p.number, p.id
	limit 1))
join patchwork_person w on w.id = s.submitter_id
cross join lateral (
	select count(*) filter (where l.state = 0)::int as pending,
		count(*) filter (where l.state = 1)::int as success,
		count(*) filter (where l.state = 2)::int as warning,
		count(*) filter (where l.state = 3)::int as fail
	from (select distinct on (c.patch_id, c.user_id, c.context) c.state
		from patchwork_patch p
		join patchwork_check c on c.patch_id = p.id
		where p.series_id = s.id
		order by c.patch_id, c.user_id, c.context, c.date desc, c.id desc) l) h
order by k.position;

-- The patches of series: the first columns of lists_patch_rows.
prepare lists_patch_names (integer[]) as
select p.id, p.series_id, coalesce(p.number, 0)::int, p.name, p.msgid, j.linkname, t.name
from patchwork_patch p
join patchwork_project j on j.id = p.project_id
left join patchwork_state t on t.id = p.state_id
where p.series_id = any((select $1)::integer[])
order by p.series_id, p.number, p.id;

-- The ids of the patches of series.
prepare lists_patches_of (integer[]) as
select p.id
from patchwork_patch p
where p.series_id = any((select $1)::integer[])
order by p.series_id, p.number, p.id;

-- The patches $2, in this order. $1 is the time zone. Tags and checks are as in lists_series_rows.
prepare lists_patch_rows (text, integer[]) as
select p.id, coalesce(p.series_id, 0), coalesce(p.number, 0)::int, p.name, p.msgid, j.linkname, t.name,
	coalesce(t.action_required, false) and not p.archived, p.archived, u.username,
	w.id, w.name, w.email, extract(epoch from (p.date at time zone $1))::bigint,
	array(select coalesce(g.count, 0)::text
		from patchwork_tag y
		left join patchwork_patchtag g on g.tag_id = y.id and g.patch_id = p.id
		where y.show_column
		order by y.id),
	h.pending, h.success, h.warning, h.fail,
	(select count(*)
	from patchwork_patchcomment m
	where m.patch_id = p.id)::int
from unnest((select $2)) with ordinality k (id, position)
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

-- People whose name or address matches the pattern $1.
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
