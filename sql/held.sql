-- Held mail, as `patchmda held` lists, shows and drops it.

prepare held_list as
select id, length(message)::bigint,
	to_char(received at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS"Z"'),
	to_char(expires at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS"Z"'), kind, reason, msgid,
	array_to_string(list_ids, ' '), place
from patchmda.held
order by id;

prepare held_mail (bigint) as
select message, kind = 'cut', array_to_string(list_ids, E'\n')
from patchmda.held
where id = $1;

prepare held_dropped as
select coalesce(sum(done), 0)::bigint
from patchmda.progress
where job = 'held mail dropped';

-- All held mail, or that for the unknown list $1.
prepare held_ids (text) as
select id
from patchmda.held
where $1 is null or (kind = 'no-project' and $1 = any(list_ids))
order by id;

prepare held_drop (bigint[]) as
with dropped as (
	delete from patchmda.held
	where id = any($1)
	returning 1)
select count(*)
from dropped;
