-- Projects, as `patchmda project` adds, changes, removes and lists them. $1 is a link name.

prepare projects_has_show_dependencies as
select count(*)
from pg_attribute
where attrelid = 'patchwork_project'::regclass and attname = 'show_dependencies' and not attisdropped;

-- Until projects_set stores the settings, the project has a list id that no mail has.
prepare projects_insert (text) as
insert into patchwork_project (linkname, name, listid, listemail, subject_match, web_url, scm_url,
	webscm_url, list_archive_url, list_archive_url_format, commit_url_format, send_notifications,
	use_tags)
values ($1, $1, ' new ' || left($1, 240), '', '', '', '', '', '', '', '', false, true);

-- The same in a database with Patchwork's migration 0048, which added a column.
prepare projects_insert_0048 (text) as
insert into patchwork_project (linkname, name, listid, listemail, subject_match, web_url, scm_url,
	webscm_url, list_archive_url, list_archive_url_format, commit_url_format, send_notifications,
	use_tags, show_dependencies)
values ($1, $1, ' new ' || left($1, 240), '', '', '', '', '', '', '', '', false, true, true);

-- A setting that is null is not changed. One UPDATE sets all columns, because list id and subject match are
-- unique together.
prepare projects_set (text, text, text, text, text, text, text, text, text, text, text, text, text) as
update patchwork_project
set name = coalesce($2, name), listid = coalesce($3, listid), listemail = coalesce($4, listemail),
	subject_match = coalesce($5, subject_match), web_url = coalesce($6, web_url),
	scm_url = coalesce($7, scm_url), webscm_url = coalesce($8, webscm_url),
	list_archive_url = coalesce($9, list_archive_url),
	list_archive_url_format = coalesce($10, list_archive_url_format),
	commit_url_format = coalesce($11, commit_url_format),
	use_tags = coalesce($12::boolean, use_tags),
	send_notifications = coalesce($13::boolean, send_notifications)
where linkname = $1;

prepare projects_set_show_dependencies (text, text) as
update patchwork_project
set show_dependencies = $2::boolean
where linkname = $1;

prepare projects_set_revisions (text, text) as
insert into patchmda.project_setting (project_id, revisions)
select id, $2
from patchwork_project
where linkname = $1
on conflict (project_id) do update set revisions = excluded.revisions;

prepare projects_find (text) as
select id
from patchwork_project
where linkname = $1;

-- 1 if the project has mail, and no row if there is no such project.
prepare projects_has_mail (text) as
select (exists (
		select 1
		from patchwork_patch
		where project_id = p.id)
	or exists (
		select 1
		from patchwork_cover
		where project_id = p.id)
	or exists (
		select 1
		from patchwork_series
		where project_id = p.id))::int
from patchwork_project p
where linkname = $1;

prepare projects_remove (text) as
delete from patchwork_project
where linkname = $1;

prepare projects_list as
select p.linkname, p.listid, p.listemail, coalesce(s.revisions, 'record'), p.subject_match
from patchwork_project p
left join patchmda.project_setting s on s.project_id = p.id
order by p.linkname;
