-- Results of the search box, and message ids that are similar to an unknown one.

-- The patches of the project $1 (null: of any) whose message ids are before and after $2 in the order of the
-- index; the caller selects the similar ones.
prepare find_like (integer, text) as
select l.name, l.msgid, j.linkname, 0::bigint
from (
	(select p.name, p.msgid, p.project_id
	from patchwork_patch p
	where ($1::int is null or p.project_id = $1) and p.msgid < $2
	order by p.msgid desc
	limit 4)
	union all
	(select p.name, p.msgid, p.project_id
	from patchwork_patch p
	where ($1::int is null or p.project_id = $1) and p.msgid > $2
	order by p.msgid
	limit 4)) l
join patchwork_project j on j.id = l.project_id
order by l.msgid;

prepare find_commit (text) as
select p.name, p.msgid, j.linkname, 0::bigint
from patchwork_patch p
join patchwork_project j on j.id = p.project_id
where p.commit_ref like $1 || '%'
order by p.id desc
limit 20;

-- The newest patches whose names contain each of the words. Only the last $3 ids are searched, since there
-- is no index of words.
prepare find_patches (text[], integer, integer) as
select p.id, null::bigint
from patchwork_patch p
where p.id > (select max(id) from patchwork_patch) - $3
and not exists (
	select
	from unnest($1) w
	where p.name not ilike w)
order by p.id desc
limit $2;
