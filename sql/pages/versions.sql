-- The versions of series in patchmda.revision, the oldest first. The planner's estimate of their number is
-- far too high; `offset 0` keeps it from reading all series. `(select $2)` is explained in lists.sql.

-- The versions of the series $2; $1 is the time zone.
prepare versions_of (text, integer[]) as
select k.id, s.id, coalesce(r.version, s.version), coalesce(r.minor, 0),
	extract(epoch from (s.date at time zone $1))::bigint
from unnest((select $2)) with ordinality k (id, position)
cross join lateral patchmda.chain(k.id) c
cross join lateral (
	select *
	from patchwork_series
	where id = c.series_id
	offset 0) s
left join patchmda.revision r on r.series_id = s.id
order by k.position, s.date, coalesce(r.version, s.version), coalesce(r.minor, 0), s.id;

-- The versions of one series, for its page. $1 is the time zone. Only for the series itself it is looked up to which
-- series its prerequisites refer; 0: that is not known.
prepare versions_details (text, integer) as
select s.id, coalesce(r.version, s.version), coalesce(r.minor, 0),
	extract(epoch from (s.date at time zone $1))::bigint, s.total,
	(select count(*)
	from patchwork_patch p
	where p.series_id = s.id)::int,
	(select count(*)
	from patchwork_patch p
	join patchwork_patchcomment m on m.patch_id = p.id
	where p.series_id = s.id)::int + (select count(*)
	from patchwork_covercomment m
	where m.cover_id = s.cover_letter_id)::int,
	r.base_commit, r.prerequisites, (
	select array_agg(coalesce(patchmda.series_of_prerequisite(n.text, r.project_id), 0)::bigint order by n.i)
	from unnest(r.prerequisites) with ordinality n(text, i)
	where s.id = $2)
from patchmda.chain($2) c
cross join lateral (
	select *
	from patchwork_series
	where id = c.series_id
	offset 0) s
left join patchmda.revision r on r.series_id = s.id
order by s.date, coalesce(r.version, s.version), coalesce(r.minor, 0), s.id;
