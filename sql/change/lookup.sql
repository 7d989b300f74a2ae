-- Lookups before a change over HTTP. The statements named `right` return a row if the user $2 may change
-- the row with the id $1.

prepare lookup_states as
select id, slug
from patchwork_state
order by ordering, id;

prepare lookup_patch_right (integer, integer) as
select 1
from patchwork_patch p
where p.id = $1 and (p.delegate_id = $2 or exists (
	select 1
	from patchwork_person w
	where w.id = p.submitter_id and w.user_id = $2)
or exists (
	select 1
	from patchwork_userprofile_maintainer_projects m
	join patchwork_userprofile f on f.id = m.userprofile_id
	where m.project_id = p.project_id and f.user_id = $2));

prepare lookup_patch_comment_right (integer, integer) as
select 1
from patchwork_patchcomment c
join patchwork_patch p on p.id = c.patch_id
where c.id = $1 and (p.delegate_id = $2 or exists (
	select 1
	from patchwork_person w
	where w.id in (c.submitter_id, p.submitter_id) and w.user_id = $2)
or exists (
	select 1
	from patchwork_userprofile_maintainer_projects m
	join patchwork_userprofile f on f.id = m.userprofile_id
	where m.project_id = p.project_id and f.user_id = $2));

prepare lookup_cover_comment_right (integer, integer) as
select 1
from patchwork_covercomment c
join patchwork_cover p on p.id = c.cover_id
where c.id = $1 and (exists (
	select 1
	from patchwork_person w
	where w.id in (c.submitter_id, p.submitter_id) and w.user_id = $2)
or exists (
	select 1
	from patchwork_userprofile_maintainer_projects m
	join patchwork_userprofile f on f.id = m.userprofile_id
	where m.project_id = p.project_id and f.user_id = $2));

prepare lookup_project_right (integer, integer) as
select 1
from patchwork_userprofile_maintainer_projects m
join patchwork_userprofile f on f.id = m.userprofile_id
where m.project_id = $1 and f.user_id = $2;

prepare lookup_bundle_right (integer, integer) as
select 1
from patchwork_bundle
where id = $1 and owner_id = $2;

-- Whether the user maintains the project of the patch $1, and the names of both.
prepare lookup_maintainer (integer, integer) as
select exists (
	select 1
	from patchwork_userprofile_maintainer_projects m
	join patchwork_userprofile f on f.id = m.userprofile_id
	where m.project_id = p.project_id and f.user_id = $2), u.username, j.name
from patchwork_patch p
join patchwork_project j on j.id = p.project_id
cross join auth_user u
where p.id = $1 and u.id = $2;

prepare lookup_projects_of (integer[]) as
select distinct project_id
from patchwork_patch
where id = any($1);
