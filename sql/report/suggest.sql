-- Completions for a field of a form, for the requests that Patchwork's pages send. $1 is a part of a name,
-- in any case, and $2 the limit of rows.

prepare suggest_submitters (text, integer) as
select id, name, email
from patchwork_person
where strpos(lower(name), lower($1)) > 0 or strpos(lower(email), lower($1)) > 0
order by id
limit $2;

-- Only maintainers of a project are suggested, since patches are delegated to them.
prepare suggest_delegates (text, integer) as
select u.id, u.username
from auth_user u
where (strpos(lower(u.username), lower($1)) > 0 or strpos(lower(u.first_name), lower($1)) > 0
	or strpos(lower(u.last_name), lower($1)) > 0 or strpos(lower(u.email), lower($1)) > 0)
and exists (
	select 1
	from patchwork_userprofile f
	join patchwork_userprofile_maintainer_projects m on m.userprofile_id = f.id
	where f.user_id = u.id)
order by u.id
limit $2;

-- Whether a project has this link name, exactly.
prepare suggest_project (text) as
select id
from patchwork_project
where linkname = $1;
