-- The newest series, patches and cover letters. A parameter that is null is not a filter. The statements
-- are planned for the values of their parameters, so a condition on a null parameter takes no time.
--
-- The innermost select has the conditions and the limit, so that the other columns are looked up only
-- for rows that are shown. Parameters of the three lists: time zone, project, people, seconds since
-- 1970, states, 1 to leave out complete series, limit, delegate (0: none), archived, patterns of LIKE for
-- words; for series also 1 for the latest versions only; for patches also a pattern of LIKE for a file, and
-- the beginning of a blob's id. Columns: id, project, date, age in seconds, submitter's name and address,
-- message id, name, version, number, received, total, state; for series also the previous version, the rule by
-- which it was found, and the number after the dot of `v5.1`.

-- The ids of the project, the states, the people and the delegate that the filters name; null if there is
-- none. The states `open` are those that require action; the delegate `nobody` is 0.
prepare list_resolve (text, text, text, text) as
select (
	select id
	from patchwork_project
	where linkname = $1), (
	select coalesce((
		select array[id]
		from patchwork_state
		where slug = $2 or lower(name) = lower($2)
		order by slug = $2 desc
		limit 1), (
		select array_agg(id)
		from patchwork_state
		where $2 = 'open' and action_required)))::text, (
	select coalesce(array_agg(id), '{}')
	from patchwork_person
	where $3 is not null
		and (strpos(lower(email), lower($3)) > 0 or strpos(lower(name), lower($3)) > 0))::text, (
	select coalesce((
		select id
		from auth_user
		where username = $4 or id::text = $4
		order by username = $4 desc
		limit 1), case when $4 = 'nobody' then 0 end));

prepare list_series (text, bigint, text, bigint, text, integer, integer, bigint, text, text[], integer) as
select x.id, j.linkname, patchmda.clock_reading(x.date, $1),
	extract(epoch from (now() at time zone 'UTC') - (x.date at time zone $1))::bigint,
	w.name, w.email,
	coalesce((
		select c.msgid
		from patchwork_cover c
		where c.id = x.cover_letter_id), (
		select q.msgid
		from patchwork_patch q
		where q.series_id = x.id
		order by q.number
		limit 1)),
	x.name, coalesce(v.version, x.version), 0, (
		select count(*)
		from patchwork_patch q
		where q.series_id = x.id)::int,
	x.total, (
		select case when count(distinct t.slug) > 1 then 'mixed' else min(t.slug) end
		from patchwork_patch q
		join patchwork_state t on t.id = q.state_id
		where q.series_id = x.id),
	v.previous_id, v.rule, coalesce(v.minor, 0)
from (
	select x.*
	from patchwork_series x
	where ($2 is null or x.project_id = $2)
		and ($3 is null or x.submitter_id = any($3::int[]))
		and ($4 is null
			or x.date >= (timestamp '1970-01-01' + $4 * interval '1 second') at time zone $1)
		and (($5 is null and $8 is null and $9 is null and $10 is null) or exists (
			select 1
			from patchwork_patch q
			where q.series_id = x.id
			and ($5 is null or q.state_id = any($5::int[]))
			and ($8 is null or coalesce(q.delegate_id, 0) = $8)
			and ($9 is null or q.archived = $9::boolean)
			and ($10 is null or q.name ilike all($10) or x.name ilike all($10))))
		and ($6 = 0 or x.total > (
			select count(*)
			from patchwork_patch q
			where q.series_id = x.id))
		and ($11 = 0 or coalesce((
			select false
			from patchmda.outdated o
			where o.series_id = x.id
			limit 1), true))
	order by x.id desc
	limit $7) x
left join patchwork_project j on j.id = x.project_id
join patchwork_person w on w.id = x.submitter_id
left join patchmda.revision v on v.series_id = x.id
order by x.id desc;

prepare list_patches (text, bigint, text, bigint, text, integer, integer, bigint, text, text[], text, text) as
select x.id, j.linkname, patchmda.clock_reading(x.date, $1),
	extract(epoch from (now() at time zone 'UTC') - (x.date at time zone $1))::bigint,
	w.name, w.email, x.msgid, x.name, coalesce(s.version, 1), coalesce(x.number, 0)::int, (
		select count(*)
		from patchwork_patch q
		where q.series_id = s.id)::int,
	coalesce(s.total, 0), (
		select t.slug
		from patchwork_state t
		where t.id = x.state_id)
from (
	select x.*
	from patchwork_patch x
	where ($2 is null or x.project_id = $2)
		and ($3 is null or x.submitter_id = any($3::int[]))
		and ($4 is null
			or x.date >= (timestamp '1970-01-01' + $4 * interval '1 second') at time zone $1)
		and ($5 is null or x.state_id = any($5::int[]))
		and ($8 is null or coalesce(x.delegate_id, 0) = $8)
		and ($9 is null or x.archived = $9::boolean)
		and ($10 is null or x.name ilike all($10))
		and ($6 = 0 or exists (
			select 1
			from patchwork_series o
			where o.id = x.series_id and o.total > (
				select count(*)
				from patchwork_patch q
				where q.series_id = o.id)))
		and ($11 is null or exists (
			select 1
			from patchmda.patch_file f,
			unnest(f.files) n(name)
			where f.patch_id = x.id and n.name like $11))
		and ($12 is null or exists (
			select 1
			from patchmda.patch_file f,
			unnest(f.blobs) n(blob)
			where f.patch_id = x.id and (starts_with(n.blob, lower($12)) or starts_with(lower($12), n.blob))))
	order by x.id desc
	limit $7) x
left join patchwork_project j on j.id = x.project_id
join patchwork_person w on w.id = x.submitter_id
left join patchwork_series s on s.id = x.series_id
order by x.id desc;

prepare list_covers (text, bigint, text, bigint, text, integer, integer, bigint, text, text[]) as
select x.id, j.linkname, patchmda.clock_reading(x.date, $1),
	extract(epoch from (now() at time zone 'UTC') - (x.date at time zone $1))::bigint,
	w.name, w.email, x.msgid, x.name, coalesce(s.version, 1), 0, (
		select count(*)
		from patchwork_patch q
		where q.series_id = s.id)::int,
	coalesce(s.total, 0), (
		select case when count(distinct t.slug) > 1 then 'mixed' else min(t.slug) end
		from patchwork_patch q
		join patchwork_state t on t.id = q.state_id
		where q.series_id = s.id)
from (
	select x.*
	from patchwork_cover x
	where ($2 is null or x.project_id = $2)
		and ($3 is null or x.submitter_id = any($3::int[]))
		and ($4 is null
			or x.date >= (timestamp '1970-01-01' + $4 * interval '1 second') at time zone $1)
		and (($5 is null and $8 is null and $9 is null) or exists (
			select 1
			from patchwork_series o
			join patchwork_patch q on q.series_id = o.id
			where o.cover_letter_id = x.id
			and ($5 is null or q.state_id = any($5::int[]))
			and ($8 is null or coalesce(q.delegate_id, 0) = $8)
			and ($9 is null or q.archived = $9::boolean)))
		and ($10 is null or x.name ilike all($10))
		and ($6 = 0 or exists (
			select 1
			from patchwork_series o
			where o.cover_letter_id = x.id and o.total > (
				select count(*)
				from patchwork_patch q
				where q.series_id = o.id)))
	order by x.id desc
	limit $7) x
left join patchwork_project j on j.id = x.project_id
join patchwork_person w on w.id = x.submitter_id
left join patchwork_series s on s.cover_letter_id = x.id
order by x.id desc;
