-- Rows that expire, and marks of imports that run.

-- The ids of replies whose parent did not arrive are kept, so that such a reply does not wait again when it
-- is delivered again.
prepare expire_waiting as
with expired as (
	delete
	from patchmda.waiting
	where expires < now()
	returning project_id, msgid)
insert into patchmda.seen (project_id, hash)
select distinct project_id, ('x' || left(md5(msgid), 16))::bit(64)::bigint
from expired
on conflict do nothing;

prepare mark_import as
insert into patchmda.progress (job, done)
values ($1, $2)
on conflict (job) do update set done = excluded.done;

prepare import_mark as
select exists (
	select 1
	from patchmda.progress
	where job = $1 and done >= $2);

prepare unmark_import as
delete from patchmda.progress
where job = $1;

-- An import that was killed leaves its mark; `done` is microseconds since 1970.
prepare expire_imports as
delete from patchmda.progress
where job like 'import %' and done < extract(epoch from now() - interval '30 days') * 1000000;

prepare expire_held as
delete from patchmda.held
where expires < now();
