#!/usr/bin/env bash
# django.t - `patchmda init` creates all tables that Patchwork's `migrate` creates (0008_django.sql), and data can
# be dumped from one and restored in the other

. "$(dirname "$0")/../lib.sh"

# Print the facts of the database in the form of tests/data/django.txt.
facts() {
	psql -XqAt -v ON_ERROR_STOP=1 <<-'SQL' | LC_ALL=C sort
	WITH tables AS (
		SELECT oid AS rel, relname AS name
		FROM pg_class
		WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
			AND (relname ~ '^(auth|django)'
				OR relname ~ '^patchwork_(bundle|bundlepatch|email.*|patchchangenotification)$')
			AND relname NOT IN ('auth_user', 'django_migrations')
	)
	SELECT format('table %s (%s)', name, string_agg(attname || ' ' || format_type(atttypid, atttypmod)
		|| coalesce(' default ' || replace(pg_get_expr(adbin, adrelid), '::regclass', ''), '')
		|| CASE WHEN attnotnull THEN '' ELSE ' null' END, ', ' ORDER BY attnum))
	FROM tables
	JOIN pg_attribute ON attrelid = rel AND attnum > 0 AND NOT attisdropped
	LEFT JOIN pg_attrdef ON adrelid = rel AND adnum = attnum
	GROUP BY name
	UNION ALL
	SELECT format('constraint %s: %s: %s', name, conname,
		replace(pg_get_constraintdef(c.oid), 'DEFERRABLE INITIALLY DEFERRED', 'DEFERRED'))
	FROM tables
	JOIN pg_constraint c ON conrelid = rel
	UNION ALL
	SELECT format('index %s: %s: %s', name, indexrelid::regclass,
		substring(pg_get_indexdef(indexrelid) FROM ' USING btree (.*)'))
	FROM tables
	JOIN pg_index ON indrelid = rel
	WHERE NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid AND contype IN ('p', 'u'))
	UNION ALL
	SELECT format('migration %s %s %s', id, app, name)
	FROM django_migrations
	UNION ALL
	SELECT format('sequence %s', relname)
	FROM pg_class
	WHERE relnamespace = 'public'::regnamespace AND relkind = 'S'
	SQL
}

pg_start
ready_db django
sed '/^#/d' "$ROOT/tests/data/django.txt" | LC_ALL=C sort >"$T/wanted"
is "$(facts | diff "$T/wanted" -)" '' 'tables, constraints, indexes, sequences and migrations are those of a Patchwork'
is "$(sql 'select id, domain, name from django_site')" '1|example.com|example.com' 'the site'
is "$(sql "insert into django_site (domain, name) values ('x', 'x') returning id")" 2 'and the sequence of its table'
is "$(sql 'select count(*) from django_content_type' 'select count(*) from auth_permission' | tr '\n' ' ')" '0 0 ' \
	'the tables that migrate fills are empty'
like "$(sql "select conname from pg_constraint where conrelid = 'auth_user'::regclass")" 'auth_user_username_key' \
	'names of users are unique'
exits 0 'init again' patchmda init
is "$(facts | diff "$T/wanted" -)" '' 'changes nothing'
is "$(sql "select value from patchmda.setting where name = 'time-zone'")" UTC 'the zone is recorded'

# ---- a role whose rights are older than the table

sql 'create role django_t_old login' 'grant usage on schema public, patchmda to django_t_old' \
	'grant select on patchwork_state to django_t_old' 'drop table django_migrations'
sql "delete from patchmda.migration where name = '0008_django'" >/dev/null
for table in django_admin_log auth_user_groups auth_user_user_permissions auth_group_permissions auth_permission auth_group \
	django_content_type django_session django_site patchwork_emailconfirmation patchwork_emailoptout \
	authtoken_token patchwork_bundlepatch patchwork_bundle patchwork_patchchangenotification; do
	sql "drop table $table"
done
sql 'alter table auth_user drop constraint auth_user_username_key' 'drop index auth_user_username_6821ab7c_like' \
	'alter sequence patchwork_comment_id_seq rename to patchwork_patchcomment_id_seq' \
	"delete from patchmda.setting where name = 'time-zone'"
psql -Xq -v ON_ERROR_STOP=1 -f "$ROOT/sql/schema/0007_accounts.sql"
exits 0 'init upgrades older tables' patchmda init
is "$(facts | diff "$T/wanted" -)" '' 'the result is the same'
is "$(sql "select has_table_privilege('django_t_old', 'django_migrations', 'select')")" t \
	'and a role that could read the states can read the version'
exits 0 'init again, of tables without a recorded zone' patchmda init
is "$(sql 'select count(*) from patchmda.setting')" 0 'does not require one, because patchmda has created them'

# ---- a Patchwork on this database that is upgraded

sql "insert into django_migrations (app, name, applied) values ('patchwork', '0049_later', now())"
exits 75 'with an unknown migration, no mail is stored' patchmda deliver <<<$'From: a@x.org\nSubject: x\nMessage-ID: <x@x>\n\nx'
like "$(cat "$T/err")" 'migration 0049' 'and the migration is named'
sql "delete from django_migrations where name = '0049_later'"

# ---- dumps of the data

ready_db django_from
patchmda import --create-projects "$ROOT/tests/data/sample.mbox" >/dev/null
patchmda user add ada --email ada@x.org --token >/dev/null
pg_dump --data-only -n public -T 'django_*' -T auth_permission -T patchwork_state -T patchwork_tag django_from >"$T/dump.sql"
ready_db django_to
exits 0 'a dump of the data can be restored in the tables of another database' psql -Xq -v ON_ERROR_STOP=1 -1 -f "$T/dump.sql"
is "$(sql 'select count(*) from patchwork_patch' "select count(*) from auth_user where username = 'ada'" | tr '\n' ' ')" \
	"$(PGDATABASE=django_from sql 'select count(*) from patchwork_patch' | tr '\n' ' ')1 " 'with all rows'
is "$(sql "select setval('patchwork_comment_id_seq', nextval('patchwork_comment_id_seq')) > (select max(id) from patchwork_patchcomment)")" t \
	'and the sequences have their values'
exits 0 'init records the rows' patchmda init
is "$(sql 'select count(*) from patchmda.member')" "$(sql 'select (select count(*) from patchwork_patch) + (select count(*) from patchwork_cover)')" \
	'of all patches and cover letters'
PGDATABASE=django sql 'drop owned by django_t_old' 'drop role django_t_old'
done_testing
