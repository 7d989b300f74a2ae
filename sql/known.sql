-- Which messages are stored already: the number of a key, from 1, and how it is known (known.c).

-- Each look-up is by key, whatever the planner assumes about the tables (sql/batch/statements.h).
prepare known_messages (integer[], text[], bigint[]) as
with k as (
	select *
	from unnest($1, $2, $3) with ordinality k(project_id, msgid, hash, i))
select k.i::int, 'p'::"char"
from k, lateral (
	select 1
	from patchwork_patch p
	where p.msgid = k.msgid and p.project_id + 0 = k.project_id offset 0) x
union all
select k.i::int, 'p'::"char"
from k, lateral (
	select 1
	from patchwork_cover p
	where p.msgid = k.msgid and p.project_id + 0 = k.project_id offset 0) x
union all
select k.i::int, 'P'::"char"
from k, lateral (
	select patch_id
	from patchwork_patchcomment c
	where c.msgid = k.msgid offset 0) c,
lateral (
	select 1
	from patchwork_patch p
	where p.id = c.patch_id and p.project_id + 0 = k.project_id offset 0) x
union all
select k.i::int, 'P'::"char"
from k, lateral (
	select cover_id
	from patchwork_covercomment c
	where c.msgid = k.msgid offset 0) c,
lateral (
	select 1
	from patchwork_cover p
	where p.id = c.cover_id and p.project_id + 0 = k.project_id offset 0) x
union all
select k.i::int, 'w'::"char"
from k, lateral (
	select 1
	from patchmda.waiting w
	where w.msgid = k.msgid and w.project_id + 0 = k.project_id offset 0) x
union all
select k.i::int, 's'::"char"
from k, lateral (
	select 1
	from patchmda.seen s
	where s.hash = k.hash and s.project_id + 0 = k.project_id offset 0) x;
