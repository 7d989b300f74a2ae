-- Changes of a patch over HTTP, its events, and its relation to other patches. In statements with the
-- time, $1 is the time zone: Patchwork stores the clock reading of UTC as if it were local time.
--
-- Patches are locked for no key update, beside which mail can add comments and events that refer to them.

prepare patch_lock (integer) as
select p.state_id, p.delegate_id, p.related_id, p.project_id, j.send_notifications
from patchwork_patch p
join patchwork_project j on j.id = p.project_id
where p.id = $1 for no key update of p;

-- A null parameter leaves its column unchanged. A column that can be set to null has an additional
-- parameter before its value, which is 1 if the column is to change.
prepare patch_update (integer, bigint, integer, bigint, bigint, integer, text, integer, text) as
update patchwork_patch
set state_id = coalesce($2::int, state_id),
	delegate_id = case when $3 = 1 then $4::int else delegate_id end,
	archived = coalesce($5::int::boolean, archived),
	commit_ref = case when $6 = 1 then $7 else commit_ref end,
	pull_url = case when $8 = 1 then $9 else pull_url end
where id = $1;

-- $4 is the state before the change, and $5 the new one.
prepare patch_state_event (text, integer, integer, bigint, bigint) as
insert into patchwork_event (category, date, project_id, actor_id, patch_id, previous_state_id,
	current_state_id)
select 'patch-state-changed', timezone($1, timezone('UTC', clock_timestamp())), project_id, $3, id,
	$4::int, $5::int
from patchwork_patch
where id = $2;

prepare patch_delegate_event (text, integer, integer, bigint, bigint) as
insert into patchwork_event (category, date, project_id, actor_id, patch_id, previous_delegate_id,
	current_delegate_id)
select 'patch-delegated', timezone($1, timezone('UTC', clock_timestamp())), project_id, $3, id,
	$4::int, $5::int
from patchwork_patch
where id = $2;

-- For Patchwork's mail about changes: the state before the first change that has not been mailed.
prepare patch_notify (text, integer, integer) as
insert into patchwork_patchchangenotification (patch_id, last_modified, orig_state_id)
values ($2, timezone($1, timezone('UTC', clock_timestamp())), $3)
on conflict (patch_id) do update set last_modified = excluded.last_modified;

-- No mail is sent about a patch that is in its first state again.
prepare patch_notify_no_more (integer, integer) as
delete from patchwork_patchchangenotification
where patch_id = $1 and orig_state_id = $2;

-- The patches $1 and those that are related to one of them, and whether the user $2 maintains their
-- projects. They are locked in the order of ids, so that two changes of the same patches do not deadlock.
prepare patch_lock_related (integer[], integer) as
select p.id, p.related_id, exists (
	select 1
	from patchwork_userprofile_maintainer_projects m
	join patchwork_userprofile f on f.id = m.userprofile_id
	where m.project_id = p.project_id and f.user_id = $2)
from patchwork_patch p
where p.id = any($1) or p.related_id in (
	select o.related_id
	from patchwork_patch o
	where o.id = any($1))
order by p.id for no key update of p;

prepare patch_make_relation as
insert into patchwork_patchrelation default values
returning id;

-- Add the patches $2 to the relation $4, with an event for each. The event of the patch $3 is the last. As
-- in Patchwork, the events have no actor.
prepare patch_relate (text, integer[], integer, integer) as
with p as (
	update patchwork_patch
	set related_id = $4
	where id = any($2)
	returning id, project_id)
insert into patchwork_event (category, date, project_id, patch_id)
select 'patch-relation-changed', timezone($1, timezone('UTC', clock_timestamp())), project_id, id
from p
order by id = $3, id;

prepare patch_leave_relation (text, integer, integer) as
with p as (
	update patchwork_patch
	set related_id = null
	where id = $2
	returning id, project_id)
insert into patchwork_event (category, date, project_id, actor_id, patch_id)
select 'patch-relation-changed', timezone($1, timezone('UTC', clock_timestamp())), project_id, $3, id
from p;

prepare patch_empty_relation (integer) as
update patchwork_patch
set related_id = null
where related_id = $1;

prepare patch_delete_relation (integer) as
delete from patchwork_patchrelation
where id = $1;
