-- Rows that tell what became of a message id, for `patchmda why`. $1 has the spellings of the message id,
-- and $2 is the time zone of dates.

-- Patches and cover letters. The message that a series was created for has its date, submitter and
-- version. Of several such messages it is one that refers to none of the others, and of these the first
-- by message id (canonical order).
prepare why_members (text[], text) as
select x.kind = 'p', x.id, x.project_id, j.linkname, x.msgid, x.name, w.name, w.email, x.submitter_id,
	patchmda.clock_reading(x.date, $2),
	extract(epoch from (now() at time zone 'UTC') - (x.date at time zone $2))::bigint, x.state,
	m.id is not null, m.total is not null, coalesce(m.version, 0), coalesce(m.number, 0),
	coalesce(m.total, 0), coalesce(m.date, 0), coalesce(x.number, 0)::int,
	coalesce(m.refs, '{}')::text[], coalesce(s.id, 0), s.name, coalesce(s.version, 0),
	coalesce(s.total, 0), (
		select count(*)
		from patchwork_patch q
		where q.series_id = s.id)::int,
	coalesce(s.submitter_id, 0),
	coalesce(extract(epoch from (s.date at time zone $2))::bigint, 0), c.msgid, (
		select k.msgid
		from (
			select o.msgid, o.refs, array_agg(o.msgid) over () as ids
			from (
				select 'p'::"char" as kind, q.id
				from patchwork_patch q
				where q.series_id = s.id
				union all
				select 'c', s.cover_letter_id) y,
			lateral (
				select *
				from patchmda.member m
				where m.kind = y.kind and m.id = y.id offset 0) o
			where o.date = extract(epoch from (s.date at time zone $2))::bigint
				and o.submitter_id = s.submitter_id and o.version = s.version) k
		order by k.refs && array_remove(k.ids, k.msgid), k.msgid
		limit 1), (
		select coalesce(array_agg(coalesce(d.ref, 'series ' || d.to_series_id)), '{}')
		from patchmda.depend d
		where d.kind = x.kind and d.id = x.id)::text[],
	j.listemail, x.headers, x.content, x.diff
from (
	select 'p'::"char" as kind, p.id, p.project_id, p.msgid, p.name, p.submitter_id, p.date,
		t.slug as state, p.series_id, p.number, p.headers, p.content, p.diff
	from patchwork_patch p
	left join patchwork_state t on t.id = p.state_id
	where p.msgid = any($1)
	union all
	select 'c', v.id, v.project_id, v.msgid, v.name, v.submitter_id, v.date, null, o.id, null,
		v.headers, v.content, null
	from patchwork_cover v
	left join patchwork_series o on o.cover_letter_id = v.id
	where v.msgid = any($1)) x
join patchwork_project j on j.id = x.project_id
join patchwork_person w on w.id = x.submitter_id
left join patchmda.member m on m.kind = x.kind and m.id = x.id
left join patchwork_series s on s.id = x.series_id
left join patchwork_cover c on c.id = s.cover_letter_id
order by j.linkname, x.kind desc, x.id;

prepare why_comments (text[], text) as
select x.is_patch, x.id, x.project_id, j.linkname, x.msgid, x.name, x.parent, w.name, w.email,
	x.submitter_id, patchmda.clock_reading(x.date, $2),
	extract(epoch from (now() at time zone 'UTC') - (x.date at time zone $2))::bigint, x.headers,
	j.listemail
from (
	select true as is_patch, c.id, p.project_id, c.msgid, p.name, p.msgid as parent, c.submitter_id,
		c.date, c.headers
	from patchwork_patchcomment c
	join patchwork_patch p on p.id = c.patch_id
	where c.msgid = any($1)
	union all
	select false, c.id, p.project_id, c.msgid, p.name, p.msgid, c.submitter_id, c.date, c.headers
	from patchwork_covercomment c
	join patchwork_cover p on p.id = c.cover_id
	where c.msgid = any($1)) x
join patchwork_project j on j.id = x.project_id
join patchwork_person w on w.id = x.submitter_id
order by j.linkname, x.id;

prepare why_waiting (text[]) as
select j.linkname, to_char(w.received at time zone 'UTC', 'YYYY-MM-DD HH24:MI"Z"'),
	to_char(w.expires at time zone 'UTC', 'YYYY-MM-DD HH24:MI"Z"'), (
		select coalesce(array_agg(r.ref), '{}')
		from patchmda.waiting_ref r
		where r.waiting_id = w.id)::text[]
from patchmda.waiting w
join patchwork_project j on j.id = w.project_id
where w.msgid = any($1)
order by j.linkname;

prepare why_held (text[]) as
select id, to_char(received at time zone 'UTC', 'YYYY-MM-DD HH24:MI"Z"'),
	to_char(expires at time zone 'UTC', 'YYYY-MM-DD HH24:MI"Z"'), reason,
	array_to_string(list_ids, ' '), place
from patchmda.held
where msgid = any($1)
order by id;

-- $1 has the hashes of the spellings.
prepare why_seen (bigint[]) as
select distinct j.linkname
from unnest($1) k(hash)
join patchmda.seen s on s.hash = k.hash
join patchwork_project j on j.id = s.project_id
order by j.linkname;

-- Mail that refers to the message; $2 is the limit. Comments are in patchmda.mention only if the message
-- could still become their parent.
prepare why_msgrefs (text[], integer) as
select j.linkname, x.what, x.msgid
from (
	(select m.project_id, case m.kind
			when 'p' then 'a patch'
			when 'c' then 'a cover letter'
			when 'P' then 'a comment on a patch'
			else 'a comment on a cover letter' end as what,
		coalesce((
			select p.msgid
			from patchwork_patch p
			where m.kind = 'p' and p.id = m.id), (
			select c.msgid
			from patchwork_cover c
			where m.kind = 'c' and c.id = m.id), (
			select c.msgid
			from patchwork_patchcomment c
			where m.kind = 'P' and c.id = m.id), (
			select c.msgid
			from patchwork_covercomment c
			where m.kind = 'C' and c.id = m.id)) as msgid
	from patchmda.mention m
	where m.ref = any($1)
	limit $2)
	union all
	(select w.project_id, 'waiting for its parent', w.msgid
	from patchmda.waiting_ref r
	join patchmda.waiting w on w.id = r.waiting_id
	where r.ref = any($1)
	limit $2)
	union all
	(select d.project_id, 'depends on it', coalesce((
			select p.msgid
			from patchwork_patch p
			where d.kind = 'p' and p.id = d.id), (
			select c.msgid
			from patchwork_cover c
			where d.kind = 'c' and c.id = d.id))
	from patchmda.depend d
	where d.ref = any($1)
	limit $2)) x
join patchwork_project j on j.id = x.project_id
where x.msgid is not null
order by 1, 2, 3
limit $2;

-- Kind, parent and series of the message ids $3 in the project $1; $4 is a number in a series.
prepare why_references (integer, text, text[], integer) as
select k.ref, case
		when p.msgid is not null then 'a patch'
		when v.msgid is not null then 'a cover letter'
		when pc.parent is not null then 'a comment on a patch'
		when vc.parent is not null then 'a comment on a cover letter'
		when exists (
			select 1
			from patchmda.waiting w
			where w.msgid = k.ref and w.project_id + 0 = $1) then 'waiting for its parent'
		when exists (
			select 1
			from patchmda.seen n
			where n.hash = ('x' || left(md5(k.ref), 16))::bit(64)::bigint
				and n.project_id + 0 = $1) then 'dropped as unrelated'
		else 'never seen' end,
	coalesce(p.msgid, pc.parent), coalesce(v.msgid, vc.parent), coalesce(s.id, 0),
	coalesce(s.version, 0), coalesce(extract(epoch from (s.date at time zone $2))::bigint, 0), (
		select q.msgid
		from patchwork_patch q
		where q.series_id = s.id and q.number = $4)
from unnest($3) with ordinality k(ref, i)
left join lateral (
	select msgid
	from patchwork_patch p
	where p.msgid = k.ref and p.project_id + 0 = $1 offset 0) p on true
left join lateral (
	select msgid
	from patchwork_cover v
	where v.msgid = k.ref and v.project_id + 0 = $1 offset 0) v on true
left join lateral (
	select q.msgid as parent
	from patchwork_patchcomment c
	join patchwork_patch q on q.id = c.patch_id
	where c.msgid = k.ref and q.project_id + 0 = $1
	order by c.id
	limit 1) pc on true
left join lateral (
	select q.msgid as parent
	from patchwork_covercomment c
	join patchwork_cover q on q.id = c.cover_id
	where c.msgid = k.ref and q.project_id + 0 = $1
	order by c.id
	limit 1) vc on true
left join lateral (
	select series_id
	from patchwork_seriesreference r
	where r.msgid = k.ref and r.project_id = $1 offset 0) r on true
left join patchwork_series s on s.id = r.series_id
order by k.i;

-- The commits that have deleted the mail from git repositories.
prepare why_deletions (text[]) as
select to_char(d.noted at time zone 'UTC', 'YYYY-MM-DD HH24:MI"Z"'), d.commit_id, d.path
from patchmda.deletion d
where d.msgid = any($1)
order by d.noted, d.commit_id;
