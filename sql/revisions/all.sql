-- The queries of `patchmda revisions`: projects, and their series. See statements.h.

prepare revisions_projects (text) as
select p.id, p.linkname, s.revisions
from patchwork_project p
left join patchmda.project_setting s on s.project_id = p.id
where $1 is null or p.linkname = $1
order by p.linkname;

-- Series after the id $2, at most $3, and series that were deleted.
prepare revisions_series (int, int, int) as
select y.id
from (
	select s.id
	from patchwork_series s
	where s.project_id = $1 and s.id > $2
	union
	select r.series_id
	from patchmda.revision r
	where r.project_id = $1 and r.series_id > $2) y
order by y.id
limit $3;

prepare revisions_count (int) as
select count(*), count(*) filter (where version > 1), count(previous_id)
from patchmda.revision
where project_id = $1;
