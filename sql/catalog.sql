-- The settings of the operator: projects, tags, states, delegation rules, users.

prepare catalog_projects as
select p.id, p.linkname, p.listid, p.listemail, p.subject_match, p.use_tags, s.revisions
from patchwork_project p
left join patchmda.project_setting s on s.project_id = p.id
order by p.linkname;

prepare catalog_tags as
select id, name, pattern
from patchwork_tag
order by id;

prepare catalog_schema as
select name, (
		select coalesce(max(substring(name from '^\d+')::int), 0)
		from django_migrations
		where app = 'patchwork'),
	to_regclass('patchwork_series_dependencies') is not null
from patchmda.migration;

prepare catalog_states as
select id, name
from patchwork_state
order by ordering;

prepare catalog_rules as
select project_id, user_id, path
from patchwork_delegationrule
order by priority desc, path;

prepare catalog_users as
select id, email
from auth_user
where email <> ''
order by id;
