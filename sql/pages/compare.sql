-- The patches of series that are compared. `(select $1)` is explained in lists.sql.

-- The first $2 patches of each of the series $1, with at most 1,000 files of each.
prepare compare_patches (integer[], integer) as
select p.id, p.series_id, p.name, p.msgid, j.linkname, p.hash::text, f.files[1:1000]
from unnest((select $1)) with ordinality k (id, position)
cross join lateral (
	select *
	from patchwork_patch
	where series_id = k.id
	order by number, id
	limit $2) p
join patchwork_project j on j.id = p.project_id
left join patchmda.patch_file f on f.patch_id = p.id
order by k.position, p.number, p.id;
