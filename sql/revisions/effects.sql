-- Effects of the versions of series on their patches. See statements.h.

-- All series of the chains of the series $1, in projects that relate or supersede. The first column is
-- the same for all series of a chain. Rows are ordered by it, then by series. A series has effects if it is complete,
-- or an hour old, but not before it has a patch, or if its date is more than a day ahead.
prepare effects_members (int[]) as
select distinct on (y.chain, y.series_id) y.chain, y.series_id, r.previous_id, r.version, r.minor,
	r.date, t.revisions = 'supersede',
	q.received > 0 and r.date <= n.now + 86400 and (q.received >= s.total or r.date < n.now - 3600),
	r.minor > 0 or (s.cover_letter_id is null and r.rule = 'reply' and (q.received < s.total
		or (s.total = 1 and (
			select count(*)
			from patchwork_patch p
			where p.series_id = r.previous_id) > 1)))
from (
	select min(m.series_id) over (partition by k.id) as chain, m.series_id
	from unnest($1) k(id),
	lateral patchmda.chain(k.id) m) y
join lateral (
	select *
	from patchmda.revision r
	where r.series_id = y.series_id offset 0) r on true
join lateral (
	select *
	from patchwork_series s
	where s.id = y.series_id offset 0) s on true
join patchmda.project_setting t on t.project_id = r.project_id and t.revisions in ('relate', 'supersede'),
lateral (
	select count(*) as received
	from patchwork_patch p
	where p.series_id = y.series_id offset 0) q,
lateral (
	select extract(epoch from timezone('UTC', clock_timestamp())) as now) n
order by y.chain, y.series_id;

-- The patches of the series $1. A relation was made by a user if it has a patch that patchmda did not add. The last
-- column is the relation to which patchmda has added the patch.
prepare effects_patches (int[]) as
with patches as materialized (
	select p.id, p.series_id, p.number, p.name, p.hash, p.state_id, p.related_id
	from unnest($1) k(id),
	lateral (
		select *
		from patchwork_patch p
		where p.series_id = k.id offset 0) p),
persons as materialized (
	select d.related_id
	from (
		select distinct related_id
		from patches
		where related_id is not null) d,
	lateral (
		select o.id
		from patchwork_patch o
		where o.related_id = d.related_id offset 0) o
	left join lateral (
		select y.relation_id
		from patchmda.related y
		where y.patch_id = o.id offset 0) y on true
	group by d.related_id
	having bool_or(y.relation_id is distinct from d.related_id))
select p.id, p.series_id, p.name, p.hash::text, f.files, p.state_id, t.action_required, t.slug = 'superseded',
	p.related_id, l.related_id is not null, s.patch_id is not null, s.state_id, y.relation_id
from patches p
left join persons l on l.related_id = p.related_id
left join lateral (
	select f.files
	from patchmda.patch_file f
	where f.patch_id = p.id offset 0) f on true
left join patchwork_state t on t.id = p.state_id
left join lateral (
	select s.patch_id, s.state_id
	from patchmda.superseded s
	where s.patch_id = p.id offset 0) s on true
left join lateral (
	select y.relation_id
	from patchmda.related y
	where y.patch_id = p.id offset 0) y on true
order by p.series_id, p.number, p.id;

-- The id of the state `superseded`, if there is one, and whether Patchwork sends mails about changes for any
-- project.
prepare effects_settings as
select (
	select id
	from patchwork_state
	where slug = 'superseded'),
	to_regclass('patchwork_patchchangenotification') is not null and exists (
		select 1
		from patchwork_project
		where send_notifications);

-- The series of patches, in projects that supersede.
prepare effects_series (int[]) as
select distinct p.series_id
from unnest($1) k(id),
lateral (
	select p.series_id, p.project_id
	from patchwork_patch p
	where p.id = k.id and p.series_id is not null offset 0) p
join patchmda.project_setting t on t.project_id = p.project_id and t.revisions = 'supersede';

-- Set the states $3 of the patches $1, which have the states $2, and the relations $6 of the patches $4,
-- which have the relations $5 (0: none); a patch with both is written once. Patches are locked in the order
-- of ids, as by changes over HTTP, so that both do not deadlock. The user $7 (0: none) is the actor of the
-- events. Returns a row for each change, and fewer rows if another transaction has changed a patch meanwhile.
prepare effects_set (int[], int[], int[], int[], int[], int[], int) as
with k as materialized (
	select coalesce(s.id, l.id) as id, s.old_state, s.new_state, l.old_relation, l.new_relation
	from unnest($1, $2, $3) s(id, old_state, new_state)
	full join unnest($4, $5, $6) l(id, old_relation, new_relation) on l.id = s.id),
locked as materialized (
	select k.*
	from k
	join patchwork_patch p on p.id = k.id
	order by p.id for no key update of p),
changed as (
	update patchwork_patch p
	set state_id = coalesce(k.new_state, p.state_id),
		related_id = case when k.new_relation is null then p.related_id else nullif(k.new_relation, 0) end
	from locked k
	where p.id = k.id and (k.old_state is null or p.state_id + 0 = k.old_state)
	and (k.old_relation is null or coalesce(p.related_id, 0) = k.old_relation)
	returning p.id, p.project_id, k.old_state, k.new_state, k.new_relation)
insert into patchwork_event (category, date, project_id, patch_id, previous_state_id, current_state_id,
	actor_id)
select category, timezone(current_setting('TimeZone'), timezone('UTC', clock_timestamp())), project_id, id,
	old_state, new_state, actor_id
from (
	select 'patch-relation-changed' as category, project_id, id, null::int as old_state,
		null::int as new_state, null::int as actor_id
	from changed
	where new_relation is not null
	union all
	select 'patch-state-changed', project_id, id, old_state, new_state, nullif($7, 0)
	from changed
	where new_state is not null) e
order by category, id
returning id;

-- Patchwork sends one mail for each of these rows. A patch has one row, with its state before the first change.
prepare effects_notify (int[], int[], int[]) as
insert into patchwork_patchchangenotification (patch_id, last_modified, orig_state_id)
select p.id, timezone(current_setting('TimeZone'), timezone('UTC', clock_timestamp())), k.old_state
from unnest($1, $2, $3) k(id, old_state, new_state)
join patchwork_patch p on p.id = k.id and p.state_id + 0 = k.new_state
join patchwork_project j on j.id = p.project_id and j.send_notifications
order by p.id
on conflict (patch_id) do update set last_modified = excluded.last_modified;

-- No mail is sent about a patch that has its first state again.
prepare effects_notify_no_more (int[], int[], int[]) as
delete from patchwork_patchchangenotification n
using unnest($1, $3) k(id, new_state)
where n.patch_id = k.id and n.orig_state_id = k.new_state;

prepare effects_note_superseded (int[], int[]) as
insert into patchmda.superseded (patch_id, state_id)
select k.id, nullif(k.state_id, 0)
from unnest($1, $2) k(id, state_id)
on conflict (patch_id) do update set state_id = excluded.state_id;

prepare effects_forget_superseded (int[]) as
delete from patchmda.superseded
where patch_id = any($1);

prepare effects_new_relations (int) as
insert into patchwork_patchrelation
select
from generate_series(1, $1)
returning id;

prepare effects_note_related (int[], int[]) as
insert into patchmda.related (patch_id, relation_id)
select k.id, k.relation_id
from unnest($1, $2) k(id, relation_id)
where k.relation_id <> 0
on conflict (patch_id) do update set relation_id = excluded.relation_id;

prepare effects_forget_related (int[], int[]) as
delete from patchmda.related
where patch_id in (
	select k.id
	from unnest($1, $2) k(id, relation_id)
	where k.relation_id = 0);

prepare effects_delete_relations (int[]) as
delete from patchwork_patchrelation r
where r.id = any($1) and not exists (
	select 1
	from patchwork_patch p
	where p.related_id = r.id);
