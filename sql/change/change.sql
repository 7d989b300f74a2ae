-- Changes of checks, comments, projects, users and bundles over HTTP. In statements with the time, $1 is
-- the time zone: Patchwork stores the clock reading of UTC as if it were local time.

prepare change_add_check (text, integer, text, text, text, integer, integer) as
with c as (
	insert into patchwork_check (date, state, target_url, context, description, user_id, patch_id)
	values (timezone($1, timezone('UTC', clock_timestamp())), $2, $3, $4, $5, $6, $7)
	returning id, patch_id, user_id), e as (
	insert into patchwork_event (category, date, project_id, actor_id, patch_id, created_check_id)
	select 'check-created', timezone($1, timezone('UTC', clock_timestamp())), p.project_id,
		c.user_id, p.id, c.id
	from c
	join patchwork_patch p on p.id = c.patch_id)
select id
from c;

-- Patchwork adds the event for a new comment whenever a comment is saved, and clients may rely on that.
-- If $3 is 1, `addressed` is set to $4.
prepare change_patch_comment (text, integer, integer, bigint) as
with c as (
	update patchwork_patchcomment
	set addressed = case when $3 = 1 then $4::int::boolean else addressed end
	where id = $2
	returning id, patch_id)
insert into patchwork_event (category, date, project_id, patch_id, patch_comment_id)
select 'patch-comment-created', timezone($1, timezone('UTC', clock_timestamp())), p.project_id, p.id,
	c.id
from c
join patchwork_patch p on p.id = c.patch_id;

prepare change_cover_comment (text, integer, integer, bigint) as
with c as (
	update patchwork_covercomment
	set addressed = case when $3 = 1 then $4::int::boolean else addressed end
	where id = $2
	returning id, cover_id)
insert into patchwork_event (category, date, project_id, cover_id, cover_comment_id)
select 'cover-comment-created', timezone($1, timezone('UTC', clock_timestamp())), p.project_id, p.id,
	c.id
from c
join patchwork_cover p on p.id = c.cover_id;

-- A null parameter leaves its column unchanged, here and below.
prepare change_project (integer, text, text, text, text, text, text) as
update patchwork_project
set web_url = coalesce($2, web_url), scm_url = coalesce($3, scm_url),
	webscm_url = coalesce($4, webscm_url), list_archive_url = coalesce($5, list_archive_url),
	list_archive_url_format = coalesce($6, list_archive_url_format),
	commit_url_format = coalesce($7, commit_url_format)
where id = $1;

-- A separate statement, since a database before Patchwork's migration 0048 does not have the column.
prepare change_show_dependencies (integer, bigint) as
update patchwork_project
set show_dependencies = coalesce($2::int::boolean, show_dependencies)
where id = $1;

prepare change_user (integer, text, text) as
update auth_user
set first_name = coalesce($2, first_name), last_name = coalesce($3, last_name)
where id = $1;

prepare change_user_profile (integer, bigint, bigint, bigint) as
update patchwork_userprofile
set send_email = coalesce($2::int::boolean, send_email),
	items_per_page = coalesce($3::int, items_per_page),
	show_ids = coalesce($4::int::boolean, show_ids)
where user_id = $1;

-- Returns no row if the owner has a bundle of that name, since an error would abort the transaction.
prepare change_insert_bundle (text, integer, integer, integer) as
insert into patchwork_bundle (name, public, owner_id, project_id)
values ($1, $2::boolean, $3, $4)
on conflict (owner_id, name) do nothing
returning id;

prepare change_update_bundle (integer, text, bigint, bigint) as
update patchwork_bundle b
set name = coalesce($2, name), public = coalesce($3::int::boolean, public),
	project_id = coalesce($4::int, project_id)
where id = $1 and not exists (
	select 1
	from patchwork_bundle o
	where o.owner_id = b.owner_id and o.name = $2 and o.id <> b.id)
returning id;

prepare change_empty_bundle (integer) as
delete from patchwork_bundlepatch
where bundle_id = $1;

prepare change_fill_bundle (integer, integer[]) as
insert into patchwork_bundlepatch ("order", bundle_id, patch_id)
select i, $1, id
from unnest($2) with ordinality k(id, i)
order by i;

-- The bundle first, then its patches, in the order of change_update_bundle and change_empty_bundle.
prepare change_delete_bundle (integer) as
delete from patchwork_bundle
where id = $1;
