-- What the operator sets: projects, tags, states, delegation rules, users.

prepare catalog_projects as
select id, linkname, listid, listemail, subject_match, use_tags
from patchwork_project
order by linkname;

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
