-- New events, in the order of their ids. See event.h.

-- extract() of a timestamp is the number of its clock reading.
prepare event_read (text, integer, integer) as
select x.id, x.category, x.project_id, x.series_id, x.patch_id, x.cover_id, x.actor_id,
	(extract(epoch from timezone($1, x.date)) * 1000000)::bigint,
	pg_snapshot_xmin(pg_current_snapshot())::text::bigint,
	pg_snapshot_xmax(pg_current_snapshot())::text::bigint
from patchwork_event x
where x.id > $2
order by x.id
limit $3;

prepare event_last as
select coalesce(max(id), 0)
from patchwork_event;

-- A writer sends a notification only if a reader holds this lock (see sql/transaction.sql). A standby has
-- no notifications.
prepare event_lock as
select pg_advisory_lock_shared(1886217317, 0)
where not pg_is_in_recovery();
