-- Prints the statements of one request as a script for pgbench: psql -v offset=BYTES -v values=FILE, where the
-- server's log (jsonlog, log_statement = all) has those of the patch 12345 and its series 1235 after the
-- first BYTES, with the application name "recorded".
--
-- Parameters remain parameters: the patch and its series become the variables of these names, and other
-- values variables that pgbench's option -D sets. A null is part of the statement, as pgbench has none.

\set ON_ERROR_STOP on
set client_min_messages = warning;

create temporary table constant (
	id integer generated always as identity,
	value text unique);

-- $1 is a value as the log has it.
create function pg_temp.expression(logged text) returns text language plpgsql as $$
declare
	plain text := replace(substr(logged, 2, length(logged) - 2), '''''', '''');
	name text;
begin
	if logged = 'NULL' then
		return 'null';
	elsif plain = '12345' then
		return ':patch';
	elsif plain = '1235' then
		return ':series';
	elsif plain ~ '^\{123[45]\d(,123[45]\d)*\}$' then
		select 'array[' || string_agg(':patch + ' || id - 12345, ', ') || ']' into name
		from unnest(plain::integer[]) id;
		return name;
	end if;
	insert into constant (value) values (plain) on conflict do nothing;
	select ':v' || c.id || case when plain ~ '^\d+$' then '::integer' else '' end into name from constant c where c.value = plain;
	return name;
end $$;

create function pg_temp.command(statement text, detail text) returns text language plpgsql as $$
declare
	parameter text[];
begin
	for parameter in
		select m
		from regexp_matches(detail, '\$(\d+) = (NULL|''(?:[^'']|'''')*'')', 'g') m
		order by m[1]::integer desc
	loop
		statement := replace(statement, '$' || parameter[1], pg_temp.expression(parameter[2]));
	end loop;
	return statement || ';';
end $$;

select pg_temp.command(regexp_replace(j->>'message', '^(statement|execute [^:]*): ', ''), coalesce(j->>'detail', ''))
from (
	select line::jsonb, i
	from string_to_table(pg_read_file('log/statements.json', :offset, 100000000), E'\n')
		with ordinality t(line, i)
	where line <> '') t(j, i)
where j->>'application_name' = 'recorded' and j->>'message' ~ '^(statement|execute [^:]*): '
order by i;

select format('v%s=%s', id, value)
from constant
order by id
\g :values
