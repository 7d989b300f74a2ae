-- The state of a database, for `patchmda status`. $1 is the time zone: Patchwork stores the date of an event
-- as the clock reading of UTC in that zone.

prepare status_server as
select current_database()::text, current_setting('server_version'), pg_is_in_recovery(), (
	select max(name)
	from patchmda.migration),
	to_regclass('django_migrations') is not null, extract(epoch from now())::bigint,
	coalesce((
		select done
		from patchmda.progress
		where job = 'commits'), 0);

-- The number of mails and series stored since 00:00 UTC. Patchwork has no index of events by date, but ids
-- and dates rise together, so the first event of the day is found by binary search over the ids.
prepare status_counts (text) as
with recursive day as (
	select date_trunc('day', now() at time zone 'UTC') at time zone $1 as start),
search(lo, hi) as (
	select min(id)::bigint, max(id)::bigint + 1
	from patchwork_event
	union all
	select case when e.date < d.start then e.id + 1 else s.lo end,
		case when e.date < d.start then s.hi else s.lo + (s.hi - s.lo) / 2 end
	from search s, day d, lateral (
		select id, date
		from patchwork_event e
		where e.id >= s.lo + (s.hi - s.lo) / 2
		order by e.id
		limit 1) e
	where s.lo < s.hi)
select count(*) filter (where category = 'patch-created'),
	count(*) filter (where category = 'cover-created'),
	count(*) filter (where category in ('patch-comment-created', 'cover-comment-created')),
	count(*) filter (where category = 'series-created')
from patchwork_event
where id >= (
	select max(lo)
	from search)
and date >= (
	select start
	from day);

-- The oldest message is nearly always the one with the lowest id.
prepare status_waiting as
select count(*), coalesce((
	select extract(epoch from received)::bigint
	from patchmda.waiting
	order by id
	limit 1), 0)
from patchmda.waiting;

prepare status_held as
select kind, count(*), extract(epoch from min(received))::bigint
from patchmda.held
group by kind
order by kind;

-- When mail of each project was last stored: each stored mail has an event with that date. Other events are of
-- changes by users, checks and commits.
prepare status_projects (text) as
select j.linkname, extract(epoch from (
	select e.date
	from patchwork_event e
	where e.project_id = j.id
	and e.category in ('patch-created', 'cover-created', 'patch-comment-created', 'cover-comment-created')
	order by e.id desc
	limit 1) at time zone $1)::bigint
from patchwork_project j
order by j.linkname;

-- The rounds that `patchmda follow` has recorded.
prepare status_followed as
select source, extract(epoch from succeeded)::bigint, failures, error, last_commit,
	extract(epoch from committed)::bigint
from patchmda.followed
order by source;

-- Mail dated on or after $1 that was read from a git repository and arrived by no other way; of the projects
-- $2, or of all if $2 is empty. The hash is that of sql/seen.c.
prepare status_gaps (bigint, text[]) as
select distinct j.linkname, m.date, m.msgid
from patchmda.archived a
join patchwork_project j on j.id = a.project_id, lateral unnest(a.msgids, a.dates) m(msgid, date)
where m.date >= $1 and (cardinality($2) = 0 or j.linkname = any($2))
and not exists (
	select 1
	from patchmda.also_delivered d
	where d.hash = ('x' || left(md5(m.msgid), 16))::bit(64)::bigint
		and d.project_id + 0 = a.project_id offset 0)
order by 1, 2, 3;
