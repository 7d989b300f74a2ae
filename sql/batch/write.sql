-- Statements that insert rows, and those that go with them. Most rows are written by COPY
-- (statements_copy.c).

-- The time of each clock reading, in microseconds since 1970.

prepare instants as
select (extract(epoch from (timestamp '1970-01-01' + k.clock * interval '1 second')
	at time zone current_setting('TimeZone')) * 1000000)::bigint
from unnest($1::bigint[]) with ordinality k(clock, i)
order by k.i;

-- An update of a key column, even to the same value, would lock out writers that refer to the person.
prepare insert_people as
insert into patchwork_person (email, name)
select k.email, k.name
from unnest($1::text[], $2::text[]) k(email, name)
order by k.email
on conflict (email) do update set name = patchwork_person.name
returning id, email;

-- Ids from the sequence that the table's column `id` owns; null if it owns none.
prepare draw_ids as
select nextval((
	select pg_get_serial_sequence($1, 'id')::regclass))
from generate_series(1, $2);

-- Ids from the sequence in the default of the column, for a sequence that no column owns.
prepare draw_ids_by_default as
select nextval(s.name)
from generate_series(1, $2), (
	select substring(pg_get_expr(d.adbin, d.adrelid) from 'nextval\(''(.*)''::')::regclass as name
	from pg_attrdef d
	join pg_attribute a on a.attrelid = d.adrelid
	and a.attnum = d.adnum
	where d.adrelid = $1::regclass and a.attname = 'id' offset 0) s;

prepare insert_seen as
insert into patchmda.seen (project_id, hash)
select *
from unnest($1::int[], $2::bigint[])
on conflict do nothing;

-- Held mail is limited to $3 messages and $4 bytes. Beyond that the oldest mail for unknown lists is deleted
-- and counted, if that makes enough room; no other held mail is ever deleted automatically. Returns whether
-- the mail with the SHA-256 $1 is held already, and whether there is room for it; it has $2 bytes.
prepare make_held_room as
with known as (
	select exists (
		select 1
		from patchmda.held
		where digest = $1) as is_known), kept as (
	select count(*) as messages, coalesce(sum(octet_length(message)), 0) as bytes
	from patchmda.held
	where not (
		select is_known
		from known)), evictable as (
	select id, octet_length(message) as bytes, row_number() over older as messages_up_to,
		sum(octet_length(message)) over older as bytes_up_to
	from patchmda.held
	where kind = 'no-project' window older as (order by id)), all_evictable as (
	select count(*) as messages, coalesce(sum(bytes), 0) as bytes
	from evictable), evicted as (
	delete
	from patchmda.held h
	using evictable s, all_evictable a, kept k
	where h.id = s.id and k.messages - a.messages < $3
	and k.bytes - a.bytes + $2 <= $4
	and (k.messages - (s.messages_up_to - 1) >= $3
		or k.bytes - (s.bytes_up_to - s.bytes) + $2 > $4)
	returning s.bytes), freed as (
	select count(*) as messages, coalesce(sum(bytes), 0) as bytes
	from evicted), noted as (
	insert into patchmda.progress as p (job, done)
	select 'held mail dropped', messages
	from freed
	where messages > 0
	on conflict (job) do update set done = p.done + excluded.done)
select is_known, k.messages - f.messages < $3 and k.bytes - f.bytes + $2 <= $4
from known, kept k, freed f;

prepare upsert_person_names as
insert into patchmda.person_name (person_id, date, msgid)
select *
from unnest($1::int[], $2::bigint[], $3::text[])
on conflict (person_id) do update set date = excluded.date, msgid = excluded.msgid
where (person_name.date, person_name.msgid) < (excluded.date, excluded.msgid);

-- Written without a join, and with `user_id + 0`, so that rows are found by the primary key: the planner
-- might read the whole table for a join, or choose the index on user_id.
prepare rename_people as
update patchwork_person
set name = ($2::text[])[array_position($1::int[], id)]
where id = any($1::int[]) and user_id + 0 is null;

prepare delete_waiting as
delete from patchmda.waiting
where id = any($1::bigint[]);
