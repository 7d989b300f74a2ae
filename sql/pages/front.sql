-- The projects, for the front page and for the head of each page of a project.

-- The projects, with the date of the newest series of each. For a project that has none of the last 20,000
-- series, all its series are read (`+ 0` prevents a scan of the series of other projects).
prepare front_projects (text) as
select j.id, j.linkname, j.name, j.listemail,
	(select extract(epoch from (s.date at time zone $1))::bigint
	from patchwork_series s
	where s.id = coalesce(
		(select max(n.id)
		from patchwork_series n
		where n.project_id = j.id and n.id > (select max(l.id) from patchwork_series l) - 20000),
		(select max(n.id + 0)
		from patchwork_series n
		where n.project_id = j.id)))
from patchwork_project j
order by j.linkname;

prepare front_project (text) as
select j.id, j.linkname, j.name, j.listid, j.listemail, j.web_url, j.scm_url, j.webscm_url,
	j.list_archive_url, j.list_archive_url_format, j.commit_url_format
from patchwork_project j
where j.linkname = $1;

prepare front_maintainers (integer) as
select u.username, u.first_name || ' ' || u.last_name
from patchwork_userprofile_maintainer_projects m
join patchwork_userprofile f on f.id = m.userprofile_id
join auth_user u on u.id = f.user_id
where m.project_id = $1
order by u.username;

-- The public bundles of a project, the newest first.
prepare front_bundles (integer, integer) as
select b.name, u.username
from patchwork_bundle b
join auth_user u on u.id = b.owner_id
where b.project_id = $1 and b.public
order by b.id desc
limit $2;

-- The patches whose state requires action. At most 10,001 are counted, since counting takes longer the
-- larger the table is.
prepare front_open (integer) as
select count(*)
from (select
	from patchwork_patch p
	where p.project_id = $1 and not p.archived and p.state_id = any(array(
		select t.id from patchwork_state t where t.action_required))
	limit 10001) p;

-- All patches of a project, counted with the same limit.
prepare front_all (integer) as
select count(*)
from (select
	from patchwork_patch p
	where p.project_id = $1
	limit 10001) p;

-- The series without a later version that have an open patch. At most 20,001 open patches are read; if there are
-- so many, the result is negative.
prepare front_open_series (integer) as
with patch as materialized (
	select p.series_id
	from patchwork_patch p
	where p.project_id = $1 and not p.archived and p.state_id = any(array(
		select t.id from patchwork_state t where t.action_required))
	limit 20001)
select (
		select count(*)
		from (
			select p.series_id
			from patch p
			where p.series_id is not null
			group by p.series_id) s
		where coalesce((
			select false
			from patchmda.outdated o
			where o.series_id = s.series_id
			limit 1), true))
	* case when (select count(*) from patch) > 20000 then -1 else 1 end;

-- All series of a project without a later version, counted like patches.
prepare front_all_series (integer) as
select count(*)
from (select
	from patchwork_series s
	where s.project_id = $1 and coalesce((
		select false
		from patchmda.outdated o
		where o.series_id = s.id
		limit 1), true)
	limit 10001) s;

prepare front_states as
select t.id, t.name, t.slug, t.action_required
from patchwork_state t
order by t.ordering, t.id;

-- The patches of a project in each state, in the order of front_states; at most 10,001 in each.
prepare front_state_counts (integer) as
select (select count(*)
	from (select
		from patchwork_patch p
		where p.project_id = $1 and not p.archived and p.state_id = t.id
		limit 10001) p)::int
from patchwork_state t
order by t.ordering, t.id;
