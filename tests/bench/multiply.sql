-- Copies of the rows of an import, for the database that contains a million messages before the import.
--
-- psql -v copies=N, in a database of empty tables; the schema `bench` holds the rows of one import,
-- in tables of the same names with _ for the dot.  Copies have ids, message ids, titles and dates
-- of their own, the oldest first; every second person has a copy for each, the others are the same in all.
-- The names of columns determine what is changed, so that most new tables and columns need no change here.

\set ON_ERROR_STOP on
set session_replication_role = replica;	-- foreign keys are not checked
set synchronous_commit = off;
set maintenance_work_mem = '1GB';

-- Indexes wait until the rows are there.
update pg_index set indisready = false, indisvalid = false
 where indrelid in (select oid from pg_class where relkind = 'r'
                       and relnamespace in ('public'::regnamespace, 'patchmda'::regnamespace));

create function bench.msgid(id text, copy int) returns text language sql immutable as
$$ select left('<' || copy || '.' || substr(id, 2), 255) $$;

-- The expression that makes the copy's value of a column; $1 copy, $2 stride, $3 seconds back.
create function bench.changed(relation text, name text, type text) returns text language sql as
$$ select case
	when name in ('msgid', 'ref', 'first', 'behind_msgid') then format('bench.msgid(%I, $1)', name)
	when name in ('refs', 'links') then format('array(select bench.msgid(r, $1) from unnest(%I) with ordinality u(r, i) order by i)', name)
	when name = 'title' and type = 'bigint' then 'hashint8extended(title, $1)'
	when name = 'titles' then 'array(select hashint8extended(t, $1) from unnest(titles) with ordinality u(t, i) order by i)'
	when name = 'title' then '$1 || '' '' || title'
	when name = 'change_id' then '$1 || ''.'' || change_id'
	when name = 'email' then '$1 || ''.'' || email'
	when name = 'circle' then 'circle + 2::bigint * $1 * $2'
	when name = 'digest' then 'sha256(digest || int4send($1))'
	when name = 'hash' and type = 'bigint' then 'hashint8extended(hash, $1)'
	when name in ('date', 'behind_date') and type = 'bigint' then format('%I - $3', name)
	when name = 'date' then 'date - $3 * interval ''1 second'''
	when name in ('submitter_id', 'person_id') or relation = 'public.patchwork_person' and name = 'id'
	then format('case when %1$I %% 2 = 0 then %1$I + $1 * $2 else %1$I end', name)
	when name in ('project_id', 'state_id', 'tag_id', 'user_id', 'delegate_id', 'actor_id')
	then quote_ident(name)
	when name = 'id' or name like '%\_id' then format('%1$I + $1 * $2', name)
	else quote_ident(name) end $$;

create table bench.plan as
select c.oid::regclass as target, 'bench.' || quote_ident(n.nspname || '_' || c.relname) as source,
       string_agg(quote_ident(a.attname), ', ' order by a.attnum) as columns,
       string_agg(bench.changed(n.nspname || '.' || c.relname, a.attname, format_type(a.atttypid, null)),
                  ', ' order by a.attnum) as changed,
       case c.relname when 'patchwork_person' then 'where id % 2 = 0'
                      when 'person_name' then 'where person_id % 2 = 0' else '' end as which,
       c.relname in ('patchwork_person', 'person_name', 'patchwork_project') as is_shared,
       bool_or(a.attname = 'id') as has_id
  from pg_class c
  join pg_namespace n on n.oid = c.relnamespace and n.nspname in ('public', 'patchmda')
  join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
 where c.relkind = 'r' and to_regclass('bench.' || quote_ident(n.nspname || '_' || c.relname)) is not null
 group by c.oid, n.nspname, c.relname;

create procedure bench.multiply(copies int) language plpgsql as $$
declare
	p record;
	stride int := 1;
	most int;
	span bigint;
begin
	for p in select * from bench.plan where has_id loop
		execute format('select coalesce(max(id), 0) + 1 from %s', p.source) into most;
		stride := greatest(stride, most);
	end loop;
	select coalesce(extract(epoch from max(date) - min(date)), 0)::bigint + 86400 into span
	  from (select date from bench.public_patchwork_patch
	         union all select date from bench.public_patchwork_patchcomment) as dates;

	for p in select * from bench.plan where is_shared loop
		execute format('insert into %s (%s) select %2$s from %3$s', p.target, p.columns, p.source);
	end loop;
	for copy in 1 .. copies loop
		for p in select * from bench.plan where source <> 'bench.public_patchwork_project' loop
			execute format('insert into %s (%s) select %s from %s %s', p.target, p.columns,
			               p.changed, p.source, p.which)
			  using copy, stride, (copies - copy + 1) * span;
		end loop;
		commit;
	end loop;
end $$;
call bench.multiply(:copies);

select format('select setval(%L, coalesce((select max(id) from %s), 0) + 1, false)', s, target)
  from bench.plan, pg_get_serial_sequence(target::text, 'id') s where has_id and s is not null
\gexec

\set QUIET on
set client_min_messages = error;
drop schema bench cascade;
-- relhasindex cannot be used: autovacuum clears it if it runs while the indexes are invalid.
select format('reindex table %s', c.oid::regclass)
  from pg_class c where relkind = 'r' and exists (select from pg_index where indrelid = c.oid)
   and relnamespace in ('public'::regnamespace, 'patchmda'::regnamespace)
\gexec
select 1 / (count(*) = 0)::int as "1 if all indexes are valid" from pg_index where not (indisvalid and indisready);
vacuum analyze;
checkpoint;
