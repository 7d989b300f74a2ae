-- The versions of a series, the oldest first. $1 is any of them, $2 the time zone. For each prerequisite there is
-- the id of its series, or 0 if that is unknown.
prepare chain_series (integer, text) as
select r.series_id, r.first, s.name, r.version, r.minor, patchmda.clock_reading(s.date, $2), (
		select count(*)
		from patchwork_patch q
		where q.series_id = s.id)::int,
	s.total, coalesce(r.previous_id, 0), r.rule, r.change_id, r.base_commit, r.prerequisites, (
		select array_agg(coalesce(patchmda.series_of_prerequisite(n.text, r.project_id), 0)::bigint order by n.i)
		from unnest(r.prerequisites) with ordinality n(text, i)),
	exists (
		select
		from patchmda.outdated o
		where o.series_id = r.series_id),
	patchmda.is_part(r.series_id)
from patchmda.chain($1) c
join patchmda.revision r on r.series_id = c.series_id
join patchwork_series s on s.id = r.series_id
order by r.date, r.version, r.minor, r.first;
