-- Users of the REST interface, and their tokens. Each user has a row in auth_user and one in
-- patchwork_userprofile.

prepare users_insert (text, text, text, text, text) as
insert into auth_user (username, email, first_name, last_name, password, is_superuser, is_staff,
	is_active, date_joined)
values ($1, $2, $3, $4, $5, false, false, true, now())
returning id;

prepare users_insert_profile (integer) as
insert into patchwork_userprofile (send_email, items_per_page, show_ids, user_id)
values (false, 100, false, $1);

prepare users_find (text) as
select id
from auth_user
where username = $1;

-- A null parameter leaves its column unchanged; $6 is 1 or 0.
prepare users_update (integer, text, text, text, text, bigint) as
update auth_user
set email = coalesce($2, email), first_name = coalesce($3, first_name),
	last_name = coalesce($4, last_name), password = coalesce($5, password),
	is_active = coalesce($6::int::boolean, is_active)
where id = $1;

-- Link the person with the user's address, ignoring case, to the user, who may then change that person's
-- patches. Patchwork does this when a user confirms the address.
prepare users_link_person (integer) as
update patchwork_person w
set user_id = $1
from auth_user u
where u.id = $1 and lower(w.email) = lower(u.email) and u.email <> '' and w.user_id is null;

-- Those of the link names $1 that no project has.
prepare users_unknown_projects (text[]) as
select k.link_name
from unnest($1) k (link_name)
where not exists (
	select 1
	from patchwork_project j
	where j.linkname = k.link_name);

prepare users_add_maintainer (integer, text[]) as
insert into patchwork_userprofile_maintainer_projects (userprofile_id, project_id)
select f.id, j.id
from patchwork_userprofile f
cross join patchwork_project j
where f.user_id = $1 and j.linkname = any($2)
on conflict (userprofile_id, project_id) do nothing;

prepare users_remove_maintainer (integer, text[]) as
delete from patchwork_userprofile_maintainer_projects m
using patchwork_userprofile f, patchwork_project j
where f.id = m.userprofile_id and j.id = m.project_id and f.user_id = $1 and j.linkname = any($2);

prepare users_find_token (integer) as
select key
from authtoken_token
where user_id = $1;

prepare users_remove_token (integer) as
delete from authtoken_token
where user_id = $1;

prepare users_insert_token (integer, text) as
insert into authtoken_token (key, created, user_id)
values ($2, now(), $1);

prepare users_list as
select u.username, u.email, u.is_active, exists (
	select 1
	from authtoken_token t
	where t.user_id = u.id), coalesce(string_agg(j.linkname, ',' order by j.linkname), '')
from auth_user u
left join patchwork_userprofile f on f.user_id = u.id
left join patchwork_userprofile_maintainer_projects m on m.userprofile_id = f.id
left join patchwork_project j on j.id = m.project_id
group by u.id, u.username, u.email, u.is_active
order by u.username;
