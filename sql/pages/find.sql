-- Commits of the search box, and message ids that are similar to an unknown one.

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

-- Patches whose commit begins with $1, which has no wildcards. Only tables of patchmda's have the index. In others
-- the last $2 ids are searched, since all patches are too many.
prepare find_commit (text, integer) as
select p.name, p.msgid, j.linkname, 0::bigint
from (
	select *
	from patchwork_patch
	where to_regclass('patchmda_patch_commit_idx') is not null
	and commit_ref like $1 || '%'
	union all
	select *
	from patchwork_patch
	where to_regclass('patchmda_patch_commit_idx') is null
	and id > (select max(id) from patchwork_patch) - $2
	and commit_ref like $1 || '%') p
join patchwork_project j on j.id = p.project_id
order by p.id desc
limit 20;
