-- The patches and series of a list. An index of dates alone, which only tables of patchmda's have, is not
-- enough: if the patches that match are old, all newer ones would be read first. Patchwork's widest index,
-- patchwork_patch_list_idx, has the dates in order for each triple of archived, state_id and delegate_id,
-- and beside each date the project, submitter and name.
--
-- Later versions are looked up with coalesce((select false ...), true). `not exists` beside an `or` would read all
-- versions, and `is null` is estimated to be so rare that all series would be sorted.
--
-- Words are compared with lower(name), because ilike would lower each name once for each word.

-- The number of patches of the project $1, of the submitters $2 and of the series $3. Each is counted up
-- to $4, and is null if the condition is null.
prepare selection_counts (integer, integer[], integer, integer) as
select case when $1::int is not null then (
		select count(*) from (
			select from patchwork_patch where project_id = $1 limit $4) p)::int end,
	case when $2::int[] is not null then (
		select count(*) from (
			select from patchwork_patch where submitter_id = any($2) limit $4) p)::int end,
	case when $3::int is not null then (
		select count(*) from (
			select from patchwork_patch where series_id = $3 limit $4) p)::int end;

-- Patches, newest first, if only few match one of the conditions that selection_counts counts: $1 project,
-- $2 states, $3 archived, $4 submitters, $5 delegate (0: none), $6 patterns, $7 series, $8 before
-- (seconds since 1970; null: any), $9 limit. No index has this order, so the planner starts from the
-- condition that the fewest patches match. The columns are the id, the series, the date (seconds since 1970),
-- and the number of all patches if these are a part of them.
prepare selection_few (integer, integer[], boolean, integer[], integer, text[], integer, bigint, integer) as
select p.id, p.series_id, ceil(extract(epoch from p.date))::bigint, null::int
from patchwork_patch p
where ($1::int is null or p.project_id = $1)
and ($2::int[] is null or p.state_id = any($2))
and ($3::boolean is null or p.archived = $3::boolean)
and ($4::int[] is null or p.submitter_id = any($4))
and ($5::int is null or coalesce(p.delegate_id, 0) = $5)
and ($6::text[] is null or lower(p.name) like all(array(select lower(w) from unnest($6) w)))
and ($7::int is null or p.series_id = $7)
and p.date < coalesce(to_timestamp($8), 'infinity')
order by p.date desc, p.project_id desc, p.submitter_id desc, p.name desc, p.id desc
limit $9;

-- The times from which patches have to be read if many match each condition, in seconds since 1970. $1 to $9
-- are as above. From the first time on, $9 patches match; it is null if these are not among the last 3,000
-- ids. From the second time on, about $10 patches have been sent; it is null if fewer have these states or
-- delegates. These numbers are estimated from the planner's statistics, which ANALYZE collects.
prepare selection_span (integer, integer[], boolean, integer[], integer, text[], integer, bigint, integer, integer) as
with rows (count) as (
	select greatest(reltuples, 1)
	from pg_class
	where oid = 'patchwork_patch'::regclass
),
statistic as (
	select s.*
	from pg_stats s
	where s.tablename = 'patchwork_patch'
	and s.schemaname = (select relnamespace::regnamespace::text from pg_class where oid = 'patchwork_patch'::regclass)
),
bound (date, step) as (
	select b, row_number() over (order by b desc) / (count(*) over ())::float8
	from statistic s
	cross join unnest(s.histogram_bounds::text::timestamptz[]) b
	where s.attname = 'date'
),
share (state, delegate) as (
	select (
			select sum(m.frequency)
			from statistic s
			cross join unnest(s.most_common_vals::text::int[], s.most_common_freqs) m (value, frequency)
			where s.attname = 'state_id' and m.value = any($2)), (
			select case when $5 = 0 then max(s.null_frac) else sum(m.frequency) filter (where m.value = $5) end
			from statistic s
			left join unnest(s.most_common_vals::text::int[], s.most_common_freqs) m (value, frequency) on true
			where s.attname = 'delegate_id')
)
select (
	select floor(extract(epoch from min(l.date)))::bigint
	from (
		select p.date
		from (
			select *
			from patchwork_patch
			order by id desc
			limit 3000) p
		where ($1::int is null or p.project_id = $1)
		and ($2::int[] is null or p.state_id = any($2))
		and ($3::boolean is null or p.archived = $3::boolean)
		and ($4::int[] is null or p.submitter_id = any($4))
		and ($5::int is null or coalesce(p.delegate_id, 0) = $5)
		and ($6::text[] is null or lower(p.name) like all(array(select lower(w) from unnest($6) w)))
		and p.state_id is not null
		and p.date < coalesce(to_timestamp($8), 'infinity')
		order by p.date desc
		limit $9) l
	having count(*) = $9), (
	select ceil(extract(epoch from max(b.date)))::bigint
	from bound b
	cross join rows w
	cross join share h
	where b.date < coalesce(to_timestamp($8), 'infinity')
	and $10 < w.count * least(case when $2::int[] is not null then coalesce(h.state, 0) end,
		case when $5::int is not null then coalesce(h.delegate, 0) end, 1)
	and b.step > $10 / w.count + coalesce((select max(n.step) from bound n where n.date >= coalesce(to_timestamp($8), 'infinity')), 0));

-- Of the newest $9 patches since $10 (seconds since 1970; null: any), in the order $11, $12 after the first $13;
-- $1 to $8 are as above, and so are the columns. For each triple of archived, state and delegate, the patches
-- that match are read from the index alone, the newest first. They are sorted before ids are looked up, since
-- that is the larger part of the work.
--
-- `triple` finds the delegates of a state one after the other. The last row has null, which stands for
-- patches without a delegate.
prepare selection_newest (integer, integer[], boolean, integer[], integer, text[], integer, bigint, integer, bigint, text, integer, bigint) as
with recursive wanted (archived, state_id) as (
	select a.archived, t.id
	from unnest(case when $3::boolean is null then array[false, true] else array[$3::boolean] end) a (archived)
	cross join patchwork_state t
	where $2::int[] is null or t.id = any($2)
),
triple (archived, state_id, delegate_id) as (
	select w.archived, w.state_id, (
		select min(p.delegate_id)
		from patchwork_patch p
		where p.archived = w.archived and p.state_id = w.state_id)
	from wanted w
	union all
	select c.archived, c.state_id, (
		select min(p.delegate_id)
		from patchwork_patch p
		where p.archived = c.archived and p.state_id = c.state_id and p.delegate_id > c.delegate_id)
	from triple c
	where c.delegate_id is not null
),
listed as materialized (
	select c.*, r.*
	from triple c
	cross join lateral (
		select p.date, p.project_id, p.submitter_id, p.name
		from patchwork_patch p
		where p.archived = c.archived and p.state_id = c.state_id and p.delegate_id = c.delegate_id
		and p.date >= coalesce(to_timestamp($10), '-infinity') and p.date < coalesce(to_timestamp($8), 'infinity')
		and ($1::int is null or p.project_id = $1)
		and ($4::int[] is null or p.submitter_id = any($4))
		and ($6::text[] is null or lower(p.name) like all(array(select lower(w) from unnest($6) w)))
		order by p.delegate_id desc, p.date desc, p.project_id desc, p.submitter_id desc, p.name desc
		limit $9) r
	where c.delegate_id is not null
	and ($5::int is null or c.delegate_id = $5)
	union all
	select c.*, r.*
	from triple c
	cross join lateral (
		select p.date, p.project_id, p.submitter_id, p.name
		from patchwork_patch p
		where p.archived = c.archived and p.state_id = c.state_id and p.delegate_id is null
		and p.date >= coalesce(to_timestamp($10), '-infinity') and p.date < coalesce(to_timestamp($8), 'infinity')
		and ($1::int is null or p.project_id = $1)
		and ($4::int[] is null or p.submitter_id = any($4))
		and ($6::text[] is null or lower(p.name) like all(array(select lower(w) from unnest($6) w)))
		order by p.delegate_id desc, p.date desc, p.project_id desc, p.submitter_id desc, p.name desc
		limit $9) r
	where c.delegate_id is null
	and ($5::int is null or $5 = 0)
	order by date desc, project_id desc, submitter_id desc, name desc
	limit $9
),
person (id, name) as materialized (
	select w.id, lower(coalesce(w.name, w.email))
	from patchwork_person w
	where $11 in ('submitter', '-submitter') and w.id in (
		select l.submitter_id
		from listed l)
),
-- Patches that differ only in their ids have one rank.
ranked as materialized (
	select l.*, rank() over o as rank
	from listed l
	left join person w on w.id = l.submitter_id
	left join auth_user u on u.id = l.delegate_id
	left join patchwork_state t on t.id = l.state_id
	window o as (
		order by case when $11 = 'date' then l.date end,
			case when $11 = 'name' then l.name end,
			case when $11 = '-name' then l.name end desc,
			case when $11 = 'submitter' then w.name end,
			case when $11 = '-submitter' then w.name end desc,
			case when $11 = 'delegate' then u.username end,
			case when $11 = '-delegate' then u.username end desc,
			case when $11 = 'state' then t.ordering end,
			case when $11 = '-state' then t.ordering end desc,
			l.date desc, l.project_id desc, l.submitter_id desc, l.name desc)
),
first (rank) as (
	select max(rank)
	from ranked
	where rank <= $13 + 1
)
select p.id, p.series_id, ceil(extract(epoch from l.date))::bigint, (select count(*) from listed)::int
from (
	select distinct archived, state_id, delegate_id, date, project_id, submitter_id, name, rank
	from ranked
	where rank between (select rank from first) and $13 + $12) l
cross join lateral (
	select p.id, p.series_id
	from patchwork_patch p
	where l.delegate_id is not null
	and p.archived = l.archived and p.state_id = l.state_id and p.delegate_id = l.delegate_id
	and p.date = l.date and p.project_id = l.project_id and p.submitter_id = l.submitter_id and p.name = l.name
	union all
	select p.id, p.series_id
	from patchwork_patch p
	where l.delegate_id is null
	and p.archived = l.archived and p.state_id = l.state_id and p.delegate_id is null
	and p.date = l.date and p.project_id = l.project_id and p.submitter_id = l.submitter_id and p.name = l.name) p
order by l.rank, p.id desc
limit $12 offset $13 + 1 - (select rank from first);

-- All of the newest $9 patches since $10, in no order. Those with the date of the oldest of them may be more. $1 to $8
-- and the columns are as above, but submitters and words are not asked for. The index alone tells how many each triple
-- has. Their rows follow each other in the index, so that they are not looked up one by one, which would take most of
-- the time. (With submitters or words, all other rows between them would be read, too.)
prepare selection_newest_all (integer, integer[], boolean, integer[], integer, text[], integer, bigint, integer, bigint) as
with recursive wanted (archived, state_id) as (
	select a.archived, t.id
	from unnest(case when $3::boolean is null then array[false, true] else array[$3::boolean] end) a (archived)
	cross join patchwork_state t
	where $2::int[] is null or t.id = any($2)
),
triple (archived, state_id, delegate_id) as (
	select w.archived, w.state_id, (
		select min(p.delegate_id)
		from patchwork_patch p
		where p.archived = w.archived and p.state_id = w.state_id)
	from wanted w
	union all
	select c.archived, c.state_id, (
		select min(p.delegate_id)
		from patchwork_patch p
		where p.archived = c.archived and p.state_id = c.state_id and p.delegate_id > c.delegate_id)
	from triple c
	where c.delegate_id is not null
),
dated (archived, state_id, delegate_id, date) as materialized (
	select c.*, r.date
	from triple c
	cross join lateral (
		select p.date
		from patchwork_patch p
		where p.archived = c.archived and p.state_id = c.state_id and p.delegate_id = c.delegate_id
		and p.date >= coalesce(to_timestamp($10), '-infinity') and p.date < coalesce(to_timestamp($8), 'infinity')
		and ($1::int is null or p.project_id = $1)
		order by p.delegate_id desc, p.date desc
		limit $9) r
	where c.delegate_id is not null
	and ($5::int is null or c.delegate_id = $5)
	union all
	select c.*, r.date
	from triple c
	cross join lateral (
		select p.date
		from patchwork_patch p
		where p.archived = c.archived and p.state_id = c.state_id and p.delegate_id is null
		and p.date >= coalesce(to_timestamp($10), '-infinity') and p.date < coalesce(to_timestamp($8), 'infinity')
		and ($1::int is null or p.project_id = $1)
		order by p.delegate_id desc, p.date desc
		limit $9) r
	where c.delegate_id is null
	and ($5::int is null or $5 = 0)
),
newest (since, count) as (
	select min(date), count(*)::int
	from (
		select date
		from dated
		order by date desc
		limit $9) d
),
part (archived, state_id, delegate_id, size, count) as materialized (
	select d.archived, d.state_id, d.delegate_id, count(*), n.count
	from dated d
	join newest n on d.date >= n.since
	group by d.archived, d.state_id, d.delegate_id, n.count
)
select p.id, p.series_id, ceil(extract(epoch from p.date))::bigint, c.count
from part c
cross join lateral (
	select p.id, p.series_id, p.date
	from patchwork_patch p
	where p.archived = c.archived and p.state_id = c.state_id and p.delegate_id = c.delegate_id
	and p.date < coalesce(to_timestamp($8), 'infinity')
	and ($1::int is null or p.project_id = $1)
	order by p.delegate_id desc, p.date desc
	limit c.size) p
where c.delegate_id is not null
union all
select p.id, p.series_id, ceil(extract(epoch from p.date))::bigint, c.count
from part c
cross join lateral (
	select p.id, p.series_id, p.date
	from patchwork_patch p
	where p.archived = c.archived and p.state_id = c.state_id and p.delegate_id is null
	and p.date < coalesce(to_timestamp($8), 'infinity')
	and ($1::int is null or p.project_id = $1)
	order by p.delegate_id desc, p.date desc
	limit c.size) p
where c.delegate_id is null;

-- Series by date, among the newest $7 of the project before $8: those that have a patch which matches $2 to $6 (a
-- word may be in the name of the series, too), and, if only words and submitters are asked for, those that match
-- themselves. The parameters $1 to $6 and $9 are as above; unless $10 is true, series that have a later version are
-- left out. Without the index of dates nothing is found. (`offset 0` prevents a plan that reads the patches of all
-- series, and `coalesce` one that reads all patches of a rare state or submitter for each series.)
prepare selection_recent (integer, integer[], boolean, integer[], integer, text[], integer, bigint, integer, boolean) as
select s.id, null::bigint
from (
	select *
	from patchwork_series
	where ($1::int is null or project_id = $1)
	and date < coalesce(to_timestamp($8), 'infinity')
	order by date desc, id desc
	limit $7) s
where to_regclass('patchmda_series_date_idx') is not null
and (exists (
	select
	from patchwork_patch p
	where p.series_id = s.id
	and ($1::int is null or coalesce(p.project_id, 0) = $1)
	and ($2::int[] is null or coalesce(p.state_id, 0) = any($2))
	and ($3::boolean is null or p.archived = $3::boolean)
	and ($4::int[] is null or coalesce(p.submitter_id, 0) = any($4))
	and ($5::int is null or coalesce(p.delegate_id, 0) = $5)
	and ($6::text[] is null or lower(p.name) like all(array(select lower(w) from unnest($6) w))
		or lower(s.name) like all(array(select lower(w) from unnest($6) w)))
	offset 0)
or ($2::int[] is null and $3::boolean is null and $5::int is null
	and lower(s.name) like all(array(select lower(w) from unnest($6) w))
	and ($4::int[] is null or s.submitter_id = any($4))))
and ($10::boolean or coalesce((
	select false
	from patchmda.outdated o
	where o.series_id = s.id
	limit 1), true))
order by s.date desc, s.id desc
limit $9;

-- Series before $8 among the last $7 ids whose names match the patterns $6, and that have a patch which matches $2
-- to $5; if only words and submitters are asked for, a series may match them itself. Of the series whose names match,
-- the newest $9 are looked at: if there are more, the second column of the last row, which has no id, is the
-- date of the oldest of them.
prepare selection_named (integer, integer[], boolean, integer[], integer, text[], integer, bigint, integer) as
with named as materialized (
	select s.id, s.date, s.submitter_id
	from patchwork_series s
	where s.id > (select max(id) from patchwork_series) - $7
	and ($1::int is null or s.project_id = $1)
	and lower(s.name) like all(array(select lower(w) from unnest($6) w))
	and ($4::int[] is null or s.submitter_id = any($4) or exists (
		select
		from patchwork_patch p
		where p.series_id = s.id and coalesce(p.submitter_id, 0) = any($4)
		offset 0))
	and s.date < coalesce(to_timestamp($8), 'infinity')
	order by s.date desc, s.id desc
	limit $9
)
(select n.id, null::bigint
from named n
where ($2::int[] is null and $3::boolean is null and $5::int is null
	and ($4::int[] is null or n.submitter_id = any($4))) or exists (
	select
	from patchwork_patch p
	where p.series_id = n.id
	and ($1::int is null or coalesce(p.project_id, 0) = $1)
	and ($2::int[] is null or coalesce(p.state_id, 0) = any($2))
	and ($3::boolean is null or p.archived = $3::boolean)
	and ($4::int[] is null or coalesce(p.submitter_id, 0) = any($4))
	and ($5::int is null or coalesce(p.delegate_id, 0) = $5)
	offset 0))
union all
select null, ceil(extract(epoch from min(n.date)))::bigint
from named n
having count(*) = $9;

-- The series $1, of the project $6, before $7 and since $8 (seconds since 1970; null: any), ordered by their date
-- or by $2. $3 is the limit and $4 the offset; unless $5 is true, series that have a later version are left out.
-- (`s.id = any($1)` would compare each series with thousands of ids, and without the two `offset 0` all series might be
-- read, and the later versions of all looked up.)
prepare selection_series_of (integer[], text, integer, bigint, boolean, integer, bigint, bigint) as
select s.id, null::bigint
from (
	select s.*
	from (
		select distinct unnest($1) as id) k
	cross join lateral (
		select *
		from patchwork_series s
		where s.id = k.id
		and ($6::int is null or s.project_id = $6)
		and s.date < coalesce(to_timestamp($7), 'infinity') and s.date >= coalesce(to_timestamp($8), '-infinity')
		offset 0) s
	offset 0) s
where ($5::boolean or coalesce((
	select false
	from patchmda.outdated o
	where o.series_id = s.id
	limit 1), true))
order by case when $2 = 'date' then s.date end,
	case when $2 = 'name' then s.name end,
	case when $2 = '-name' then s.name end desc,
	case when $2 = 'submitter' then (select lower(coalesce(w.name, w.email)) from patchwork_person w where w.id = s.submitter_id) end,
	case when $2 = '-submitter' then (select lower(coalesce(w.name, w.email)) from patchwork_person w where w.id = s.submitter_id) end desc,
	s.date desc, s.id desc
limit $3 offset $4;

-- The newest $7 series of the project $1 and the submitters $6 before $8 (seconds since 1970; null: any), including
-- those that have no patch yet, in the order $2, $3 after the first $4. The second column is their number.
-- (`offset 0` prevents that later versions of all series are looked up if there is no index of dates.)
prepare selection_series (integer, text, integer, bigint, boolean, integer[], integer, bigint) as
with newest as materialized (
	select s.*
	from (
		select id, date
		from patchwork_series
		where ($1::int is null or project_id = $1)
		and ($6::int[] is null or submitter_id = any($6))
		and date < coalesce(to_timestamp($8), 'infinity')
		order by date desc, id desc
		offset 0) s
	where $5::boolean or coalesce((
		select false
		from patchmda.outdated o
		where o.series_id = s.id
		limit 1), true)
	order by s.date desc, s.id desc
	limit $7
)
select s.id, (select count(*) from newest)
from newest s
order by case when $2 = 'date' then s.date end,
	case when $2 = 'name' then (select n.name from patchwork_series n where n.id = s.id) end,
	case when $2 = '-name' then (select n.name from patchwork_series n where n.id = s.id) end desc,
	case when $2 = 'submitter' then (
		select lower(coalesce(w.name, w.email))
		from patchwork_series n
		join patchwork_person w on w.id = n.submitter_id
		where n.id = s.id) end,
	case when $2 = '-submitter' then (
		select lower(coalesce(w.name, w.email))
		from patchwork_series n
		join patchwork_person w on w.id = n.submitter_id
		where n.id = s.id) end desc,
	s.date desc, s.id desc
limit $3 offset $4;

-- The patches $1 in the order $2.
prepare selection_sorted (integer[], text, integer, bigint) as
select p.id, null::bigint
from unnest($1) with ordinality k (id, position)
join patchwork_patch p on p.id = k.id
order by case when $2 = 'date' then p.date end,
	case when $2 = 'name' then p.name end,
	case when $2 = '-name' then p.name end desc,
	case when $2 = 'submitter' then (select lower(coalesce(w.name, w.email)) from patchwork_person w where w.id = p.submitter_id) end,
	case when $2 = '-submitter' then (select lower(coalesce(w.name, w.email)) from patchwork_person w where w.id = p.submitter_id) end desc,
	case when $2 = 'delegate' then (select u.username from auth_user u where u.id = p.delegate_id) end,
	case when $2 = '-delegate' then (select u.username from auth_user u where u.id = p.delegate_id) end desc,
	case when $2 = 'state' then (select t.ordering from patchwork_state t where t.id = p.state_id) end,
	case when $2 = '-state' then (select t.ordering from patchwork_state t where t.id = p.state_id) end desc,
	case when $2 = 'number' then p.number end,
	k.position
limit $3 offset $4;

-- A time (seconds since 1970) before which are the patches $1, or the series $2.
prepare selection_further (integer[], integer[]) as
select floor(extract(epoch from coalesce((
		select min(p.date)
		from patchwork_patch p
		where p.id = any($1)), (
		select min(s.date)
		from patchwork_series s
		where s.id = any($2)))))::bigint + 1;
