-- The versions of series, from patchmda.revision.

prepare versions_of (integer[]) as
select k.id, s.id, s.version, r.base_commit, array_to_string(r.prerequisites, ', ')
from unnest($1) with ordinality k (id, position)
cross join lateral patchmda.chain(k.id) c
join patchwork_series s on s.id = c.series_id
left join patchmda.revision r on r.series_id = s.id
order by k.position, s.version, s.date, s.id;
