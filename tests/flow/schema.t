#!/usr/bin/env bash
# schema.t - the tables of 0001_patchwork.sql are Patchwork's, the databases of tests/django-schema are the
# same except for names, and the role of grants.sql is sufficient in each

. "$(dirname "$0")/../lib.sh"

# Roles belong to the server, which is shared with other scripts.
role=schema_t_deliverer

psql_script() {
	psql -XqAt -v ON_ERROR_STOP=1 "$@"
}

# facts - prints the properties of the database in the format of tests/data/tables.txt; NOT VALID, ON DELETE, DESC,
# WHERE and so on would be additional words
facts() {
	psql_script <<-'SQL' | LC_ALL=C sort
	WITH tables AS (
		SELECT oid AS rel, relname AS name
		FROM pg_class
		WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'f')
			AND relname <> 'django_migrations'
	)
	SELECT format('%s column %s %s %s', name,
		to_char(row_number() OVER (PARTITION BY rel ORDER BY attnum), 'FM00'),
		attname, format_type(atttypid, atttypmod))
		|| CASE WHEN attnotnull THEN ' !' ELSE '' END
		|| CASE
			WHEN attidentity = 'd' OR pg_get_expr(adbin, adrelid) ~ '^nextval\(' THEN ' sequence'
			ELSE coalesce(' DEFAULT ' || pg_get_expr(adbin, adrelid), '') END
	FROM tables
	JOIN pg_attribute ON attrelid = rel AND attnum > 0 AND NOT attisdropped
	LEFT JOIN pg_attrdef ON adrelid = rel AND adnum = attnum
	UNION ALL
	SELECT format('%s %s', name, pg_get_constraintdef(c.oid))
	FROM tables
	JOIN pg_constraint c ON conrelid = rel
	UNION ALL
	SELECT format('%s %sindex %s', name, CASE WHEN indisunique THEN 'UNIQUE ' ELSE '' END,
		substring(pg_get_indexdef(indexrelid) FROM ' USING (.*)'))
	FROM tables
	JOIN pg_index ON indrelid = rel
	WHERE NOT EXISTS (
		SELECT FROM pg_constraint
		WHERE conindid = indexrelid AND contype IN ('p', 'u', 'x'))
	SQL
}

# expected MIGRATION - prints the properties that are required at this migration
expected() {
	local later='^$'
	[ "$1" = 0046 ] && later=' \((0047|0048)\)$'
	sed -E -e '/^#/d' -e "/$later/d" -e 's/ \([0-9]{4}\)$//' "$ROOT/tests/data/tables.txt" |
		LC_ALL=C sort
}

states_and_tags() {
	sql "SELECT * FROM patchwork_state ORDER BY id" "SELECT * FROM patchwork_tag ORDER BY id"
}

default_states_and_tags() {
	cat <<-'END'
	1|New|new|0|t
	2|Under Review|under-review|1|t
	3|Accepted|accepted|2|f
	4|Rejected|rejected|3|f
	5|RFC|rfc|4|f
	6|Not Applicable|not-applicable|5|f
	7|Changes Requested|changes-requested|6|f
	8|Awaiting Upstream|awaiting-upstream|7|f
	9|Superseded|superseded|8|f
	10|Deferred|deferred|9|f
	1|Acked-by|^Acked-by:|A|t
	2|Reviewed-by|^Reviewed-by:|R|t
	3|Tested-by|^Tested-by:|T|t
	END
}

# odd_names - prints the constraints and indexes whose names are not in patchmda's form
odd_names() {
	psql_script <<-'SQL'
	SELECT conname
	FROM pg_constraint
	WHERE connamespace = 'public'::regnamespace
		AND conname !~ format('^%s(_.+)?_(pkey|key|fkey|check)$', conrelid::regclass)
	UNION
	SELECT relname
	FROM pg_index JOIN pg_class i ON i.oid = indexrelid
	WHERE relnamespace = 'public'::regnamespace
		AND relname !~ format('^%s(_.+)?_(pkey|key|idx)$', indrelid::regclass)
	SQL
}

# odd_sequences - prints the sequences that are not named after the table for whose ids they are
odd_sequences() {
	psql_script <<-'SQL'
	SELECT relname, pg_get_serial_sequence(relname, 'id')
	FROM pg_class
	WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
		AND pg_get_serial_sequence(relname, 'id')
			IS DISTINCT FROM format('public.%s_id_seq', relname)
	ORDER BY 1
	SQL
}

# privileges - prints the role's privileges in the schema public, by table, with the letters of \dp. U is for the
# sequence, + for any unexpected privilege; a privilege for a column has the name of the column.
privileges() {
	psql_script -v role=$role <<-'SQL'
	SELECT relname, concat(
		CASE WHEN has_table_privilege(:'role', oid, 'SELECT') THEN 'r' END,
		CASE WHEN has_table_privilege(:'role', oid, 'INSERT') THEN 'a' END,
		CASE WHEN has_table_privilege(:'role', oid, 'UPDATE') THEN 'w' END,
		CASE WHEN has_table_privilege(:'role', oid, 'DELETE') THEN 'd' END,
		CASE WHEN has_table_privilege(:'role', oid, 'TRUNCATE, REFERENCES, TRIGGER') THEN '+' END,
		CASE WHEN has_sequence_privilege(:'role', ids, 'USAGE') THEN 'U' END,
		CASE WHEN has_sequence_privilege(:'role', ids, 'UPDATE') THEN '+' END,
		(SELECT string_agg(format('%s:%s', attname, privilege_type), ' ' ORDER BY attnum)
			FROM pg_attribute, aclexplode(attacl) WHERE attrelid = pg_class.oid))
	FROM pg_class, pg_get_serial_sequence(relname, 'id') AS ids
	WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
		AND (has_any_column_privilege(:'role', oid, 'SELECT, INSERT, UPDATE, REFERENCES')
			OR has_table_privilege(:'role', oid, 'DELETE, TRUNCATE, TRIGGER'))
	ORDER BY relname COLLATE "C"
	SQL
}

# deliverer_privileges MIGRATION MAKER - prints the privileges that the role should have in a database of this
# migration that Django or patchmda (ours) has created
deliverer_privileges() {
	sed '/^$/d' <<-END
	auth_user|id:SELECT username:SELECT first_name:SELECT last_name:SELECT email:SELECT
	$([ "$2" = ours ] || echo 'django_migrations|r')
	patchwork_check|r
	patchwork_cover|rawU
	patchwork_covercomment|rawdU
	patchwork_delegationrule|r
	patchwork_event|rawdU
	patchwork_patch|rawU
	patchwork_patchcomment|rawdU
	patchwork_patchrelation|radU
	patchwork_patchtag|rawdU
	patchwork_person|rawU
	patchwork_project|r
	patchwork_series|rawdU
	$([ "$1" = 0046 ] || echo 'patchwork_series_dependencies|rawdU')
	patchwork_seriesreference|rawdU
	patchwork_state|r
	patchwork_tag|r
	END
}

# make_patchmda_schema - creates substitutes for the objects of patchmda's own migrations
make_patchmda_schema() {
	psql_script <<-'SQL'
	CREATE SCHEMA patchmda;
	CREATE TABLE patchmda.thing (id serial);
	CREATE FUNCTION patchmda.one() RETURNS integer LANGUAGE sql AS 'SELECT 1';
	REVOKE EXECUTE ON FUNCTION patchmda.one() FROM PUBLIC;
	SQL
}

# try_role - tries actions of the role that its privileges do not show
try_role() {
	psql_script -v role=$role <<-'SQL' 2>&1
	SET ROLE :"role";
	BEGIN;
	LOCK TABLE patchwork_series IN SHARE ROW EXCLUSIVE MODE;
	INSERT INTO patchmda.thing DEFAULT VALUES RETURNING id, patchmda.one();
	UPDATE patchmda.thing SET id = 2;
	DELETE FROM patchmda.thing;
	ROLLBACK;
	SQL
}

# check_shape MIGRATION MAKER - tests the properties that every database has
check_shape() {
	local shape=$1 maker=$2
	is "$(facts)" "$(expected "$shape")" "$maker $shape: the tables are those of tables.txt"
	is "$(states_and_tags)" "$(default_states_and_tags)" \
		"$maker $shape: the default states and tags are stored"
	make_patchmda_schema
	ok "$maker $shape: grants.sql runs" psql_script -v role=$role -f "$ROOT/sql/grants.sql"
	ok "$maker $shape: grants.sql runs again" psql_script -v role=$role -f "$ROOT/sql/grants.sql"
	is "$(privileges)" "$(deliverer_privileges "$shape" "$maker")" \
		"$maker $shape: the role has the privileges that deliveries need, and no others"
	is "$(try_role)" "1|1" "$maker $shape: the role can lock the series and use the schema patchmda"
}

pg_start

fresh_db schema_ours
ok "0001_patchwork.sql runs in one transaction" \
	psql_script -1 -f "$ROOT/sql/schema/0001_patchwork.sql"
check_shape 0048 ours
is "$(odd_names)" "" "the names of our constraints and indexes are table_column_kind"
is "$(odd_sequences)" "patchwork_patch|public.patchwork_submission_id_seq" \
	"our ids are drawn from sequences with Patchwork's names"

for shape in 0046 0048; do
	fresh_db schema_django_$shape
	"$ROOT/tests/django-schema" $shape >"$T/schema.sql"
	ok "the output of django-schema $shape runs" psql_script -1 -f "$T/schema.sql"
	check_shape $shape django
	is "$(sql "SELECT left(max(name), 4) FROM django_migrations WHERE app = 'patchwork'")" $shape \
		"django $shape: django_migrations has this migration"
	like "$(odd_names | wc -l)" '^[1-9][0-9]+$' "django $shape: names differ from ours"
done

done_testing
