-- Incomplete versions that have become an hour old. See statements.h.

-- The dates between which series are searched: from the end of the last search, or a day ago, to an hour ago.
-- effects_members (effects.sql) treats a version of that age as complete. The last ten minutes are searched
-- again: a transaction that began when such a version was younger may have ended after the last search.
prepare due_window as
select coalesce((
	select done - 600
	from patchmda.progress
	where job = 'incomplete versions'), n.until - 86400), n.until
from (
	select extract(epoch from timezone('UTC', clock_timestamp()))::bigint - 3601 as until offset 0) n;

-- Later versions of that time, in projects that supersede, and their projects. (Those that lacked no patch had their
-- effects, unless their dates were ahead.)
prepare due_series (bigint, bigint) as
select r.series_id, r.project_id
from (
	select r.series_id, r.project_id
	from patchmda.revision r
	where r.previous_id is not null and r.date > $1 and r.date <= $2 offset 0) r
join patchmda.project_setting t on t.project_id = r.project_id and t.revisions = 'supersede';

prepare due_note (bigint) as
insert into patchmda.progress (job, done)
values ('incomplete versions', $1)
on conflict (job) do update set done = excluded.done;
