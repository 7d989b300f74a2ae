-- Which tables a database has, and which migrations made them.

prepare schema_tables as
select to_regclass('patchwork_patch') is not null, to_regclass('django_migrations') is not null,
	to_regclass('patchmda.migration') is not null;

-- The number of Patchwork's last migration. A database before 0008_django has this table only if a
-- Patchwork made it.
prepare schema_django as
select coalesce(max(substring(name from '^\d+')::int), 0)
from django_migrations
where app = 'patchwork';

prepare schema_applied as
select name
from patchmda.migration
order by name;

-- Whether there are rows of a Patchwork that `patchmda init` has not adopted yet.
prepare schema_unread as
select exists (
	select 1
	from patchmda.progress g
	where g.job like 'goal of %' and g.done > coalesce((
		select p.done
		from patchmda.progress p
		where 'goal of ' || p.job = g.job), 0));

prepare schema_add_migration (text) as
insert into patchmda.migration (name)
values ($1);
